"""The writer whose sentences a model writes and in which the grammar engine makes the errors."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from generation import judging, making
from generation.french.checking.pairs import check_pair
from generation.french.checking.verdict import Verdict
from generation.french.recipes import RECIPES
from generation.making import Rejected
from generation.prompts import VERSION
from generation.writers.base import Plan
from generation.writers.mixed import MixedWriter
from tests.stubs.openai_faults import OF_CORRECT, Fault, Rule
from tests.stubs.openai_server import StubServer
from verbs.french.vocabulary import FOCUS_ERRORS, Focus, Language, Tense

PLANS = [
    Plan(Focus.AUXILIARY, Tense.PASSE_COMPOSE, seed=3),
    Plan(Focus.CONJUGATION, Tense.PRESENT, seed=1),
    Plan(Focus.NEGATION, Tense.FUTUR_SIMPLE, seed=3),
    Plan(Focus.REFLEXIVE, Tense.IMPARFAIT, seed=4),
    Plan(Focus.AGREEMENT, Tense.PLUS_QUE_PARFAIT, seed=6),
    Plan(Focus.DETERMINERS, Tense.PRESENT, seed=7),
]


@pytest.fixture(scope="module")
def natural() -> float:
    return 0.5


def test_only_correct_sentences_are_asked_for(stub: StubServer) -> None:
    draft = MixedWriter().write(PLANS[0])
    log = stub.log()
    assert [one["brief"]["task"] for one in log] == ["correct"] * 4
    for entry in log:
        assert set(entry["sentences"]) == {"sentence", "translation"}
    # of three the model is told for which error there must be room
    assert [entry["brief"]["error"] is None for entry in log].count(True) == 1
    assert [one.is_correct for one in draft.statements].count(True) == 1


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("language", list(Language))
def test_every_error_is_the_engines_own_and_certain(
    stub: StubServer, plan: Plan, language: Language
) -> None:
    plan = replace(plan, language=language)
    made = making.make(MixedWriter(), plan)
    given = [
        sentence.replace("\u00a0", " ").replace("’", "'")
        for one in stub.log()
        for sentence in (one["sentences"]["sentence"],)
    ]
    for statement in made.draft.statements:
        right = statement.text if statement.is_correct else statement.counterpart
        assert right is not None
        assert right.replace("\u00a0", " ") in given
        if statement.is_correct:
            assert bool(statement.translation) is (language is Language.ENGLISH)
            continue
        assert statement.translation is None
        assert statement.explanation
        assert statement.brief is not None
        usual = (*FOCUS_ERRORS[plan.focus], *RECIPES[plan.focus].neighbours)
        assert statement.error_type in (statement.brief.error_type, *usual)
        report = check_pair(right, statement.text, statement.error_type)
        assert report.verdict is Verdict.OK, (right, statement.text)
        assert statement.span is not None
        start, end = statement.span
        assert f"{statement.text[:start]}{statement.correction}{statement.text[end:]}" == right
    assert made.verdict.accepted


def test_the_brief_of_a_statement_keeps_its_error(stub: StubServer) -> None:
    """What was asked for is in the trace; which error it was asked for, in the outcomes."""
    made = making.make(MixedWriter(), PLANS[0])
    wanted = {one.error_type for one in made.outcomes}
    assert "" in wanted
    assert len(made.outcomes) == 4
    for statement in made.draft.statements:
        assert statement.brief is not None
        assert (statement.brief.error_type is None) is statement.is_correct
        assert statement.trace["prompt_version"] == VERSION
        assert json.loads(statement.trace["answer"])["sentence"]


@pytest.mark.parametrize("fault", OF_CORRECT)
def test_content_faults(stub: StubServer, fault: Fault) -> None:
    for times in (1, 4):
        stub.reset()
        stub.script(Rule(fault, times=times))
        try:
            made = making.make(MixedWriter(), PLANS[0])
        except Rejected:
            continue
        log = {one["call"]: one for one in stub.log()}
        for statement, judged in zip(made.draft.statements, made.verdict.statements, strict=True):
            entry = log[int(statement.trace["response_id"].removeprefix("chatcmpl-"))]
            if judged.confirmed and statement.is_correct:
                assert entry["truth"]["fit"] or entry["fault"] == "same_sentence", entry
            elif judged.confirmed:
                truth = entry["truth"]
                assert (truth["correct_ok"], truth["verb_ok"], truth["tense_ok"]) == (True,) * 3


def test_a_sentence_in_which_no_such_error_can_be_made_is_not_shown_as_it_is(
    stub: StubServer,
) -> None:
    """Right sentences without the place for the error: made with another error, or asked for again."""
    for seed in range(6):
        plan = Plan(Focus.AUXILIARY, Tense.PASSE_COMPOSE, seed=seed)
        writer = MixedWriter()
        draft = writer.write(plan)
        faults = judging.judge(draft, plan).faults
        for place, statement in enumerate(draft.statements):
            if not statement.is_correct and statement.text == statement.counterpart:
                assert place in faults


def test_an_order_in_the_model_s_name(stub: StubServer) -> None:
    draft = MixedWriter().write(PLANS[0])
    assert draft.metadata["model"] == "gpt-4o-mini-2024-07-18"
    assert draft.metadata["prompt_version"] == VERSION
    assert (MixedWriter.name, MixedWriter.paid) == ("mixed", True)
