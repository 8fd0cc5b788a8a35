"""What the OpenAI-compatible stub says, and whether it knows the truth about it."""

from __future__ import annotations

from collections import Counter
from itertools import product
from random import Random
from typing import Any

import pytest

from generation.french.checking.pairs import check_pair
from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from generation.prompts.answers import Judgement
from generation.prompts.briefs import Brief, briefs_of
from generation.writers.base import CannotWrite, Plan
from tests.stubs.openai_answers import Model, Said
from tests.stubs.openai_contents import Ask
from tests.stubs.openai_faults import (
    CONTENT_FAULTS,
    OF_CORRECT,
    OF_INCORRECT,
    Fault,
    Rates,
    Rule,
    contents_for,
)
from tests.stubs.openai_natural import NaturalPairs, NaturalScene
from tests.stubs.openai_wrong import combined
from verbs.french.vocabulary import ErrorType, Focus, Language, Tense

LINES: list[dict[str, Any]] = [
    {
        "id": "t1",
        "verb": "partir",
        "tense": "passe_compose",
        "correct": "Nous sommes partis avant le lever du jour pour éviter les embouteillages.",
        "translation": "We left before daybreak to avoid the traffic jams.",
        "wrong": {
            "wrong_auxiliary": {
                "text": "Nous avons partis avant le lever du jour pour éviter les embouteillages.",
                "explanation": "“Partir” takes “être”: write “sommes partis”, not “avons partis”.",
            },
            "preposition": {
                "text": "Nous sommes partis avant le lever du jour à éviter les embouteillages.",
                "explanation": "A purpose is told with “pour”: write “pour éviter”.",
            },
        },
    },
    {
        "id": "t2",
        "verb": "partir",
        "tense": "passe_compose",
        "correct": "Elle est partie furieuse sans même finir son dessert.",
        "translation": "She left furious without even finishing her dessert.",
        "wrong": {
            "wrong_auxiliary": {
                "text": "Elle a partie furieuse sans même finir son dessert.",
                "explanation": "“Partir” takes “être”: write “est partie”, not “a partie”.",
            }
        },
    },
    {
        "id": "t3",
        "verb": "partir",
        "tense": "futur_simple",
        "correct": "Ils partiront quand la pluie aura cessé.",
        "translation": "They will leave when the rain has stopped.",
        "wrong": {
            "wrong_person": {
                "text": "Ils partirons quand la pluie aura cessé.",
                "explanation": "The subject is “ils”: write “partiront”, not “partirons”.",
            }
        },
    },
]


@pytest.fixture(scope="module")
def many() -> list[Brief]:
    """Briefs of every focus in several tenses."""
    tenses = (Tense.PRESENT, Tense.PASSE_COMPOSE, Tense.FUTUR_SIMPLE, Tense.SUBJONCTIF)
    found: list[Brief] = []
    for focus, tense, seed in product(Focus, tenses, range(2)):
        language = Language.FRENCH if seed == 1 else Language.ENGLISH
        try:
            found += briefs_of(Plan(focus, tense, seed=seed, language=language))
        except CannotWrite:
            continue
    return found


def said(model: Model, brief: Brief, fault: Fault | None = None, count: int = 0) -> Said:
    ask = Ask.from_brief(brief.as_json(), "French quiz writer, prompts 1.\nRules.")
    return model.write(ask, count, None if fault is None else Rule(fault))


def test_good_answers_are_good(many: list[Brief]) -> None:
    model = Model(seed=1, natural=0.0)
    refuted = unsure = 0
    some = many[::2]
    texts: Counter[str] = Counter()
    for brief in some:
        answer = said(model, brief)
        assert answer.entry["truth"]["fit"] is True
        sentences = answer.content
        if brief.task == "correct":
            assert verify(sentences["sentence"]).verdict is not Verdict.WRONG
            assert bool(sentences["translation"]) is (brief.language is Language.ENGLISH)
            texts[sentences["sentence"]] += 1
        else:
            report = check_pair(
                sentences["correct_sentence"], sentences["incorrect_sentence"], brief.error_type
            )
            refuted += report.verdict is Verdict.WRONG
            unsure += report.verdict is Verdict.UNSURE
            texts[sentences["correct_sentence"]] += 1
    assert len(some) > 80
    # The checker refuses a right pair now and then.
    assert refuted <= len(some) / 50
    assert unsure <= len(some) / 20
    assert max(texts.values()) == 1


@pytest.mark.parametrize("fault", CONTENT_FAULTS)
def test_the_truth_about_content_faults(fault: Fault, many: list[Brief]) -> None:
    """What the stub calls faulty the checker never finds good, and hardly ever the other way round."""
    model = Model(seed=2, natural=0.0)
    made = 0
    # Of every third problem all sentences.
    some = [brief for place, brief in enumerate(many) if place // 4 % 3 == 0]
    able = [each for each in some if fault in contents_for(each.task, each.language.value)]
    refuted = 0
    for brief in able:
        answer = said(model, brief, fault)
        if answer.fault is not fault:
            continue
        made += 1
        truth, sentences = answer.entry["truth"], answer.content
        assert truth["fit"] is False
        if fault in (Fault.ENGLISH, Fault.PROMPT_ECHO, Fault.MARKUP, Fault.LEAK):
            continue
        if brief.task == "correct":
            if truth["correct_ok"]:
                assert verify(sentences["sentence"]).verdict is not Verdict.WRONG, sentences
            continue
        report = check_pair(
            sentences["correct_sentence"], sentences["incorrect_sentence"], brief.error_type
        )
        names = ("correct_ok", "incorrect_wrong", "one_error", "type_ok")
        good = all(truth[name] for name in names)
        if good:
            refuted += report.verdict is Verdict.WRONG
        else:
            assert report.verdict is not Verdict.OK, (fault, sentences, report)
    # Not every sentence can have two errors that leave each other standing.
    assert made >= len(able) / 2
    # The checker refuses a right pair now and then.
    assert refuted <= made / 20


@pytest.mark.parametrize(
    ("fault", "false"),
    [
        (Fault.RIGHT_INCORRECT, {"incorrect_wrong", "one_error", "type_ok"}),
        (Fault.TWO_ERRORS, {"one_error", "type_ok"}),
        (Fault.OTHER_ERROR, {"type_ok"}),
        (Fault.WRONG_VERB, {"verb_ok"}),
        (Fault.WRONG_TENSE, {"tense_ok"}),
        (Fault.ENGLISH, {"correct_ok", "one_error", "type_ok", "verb_ok", "tense_ok"}),
        (Fault.MARKUP, set()),
        (Fault.EXPLANATION_LANGUAGE, set()),
        (Fault.EXPLANATION_MISSING, set()),
    ],
)
def test_what_each_fault_makes_false(fault: Fault, false: set[str], many: list[Brief]) -> None:
    model = Model(seed=3, natural=0.0)
    for brief in [each for each in many if each.task == "incorrect"][:40]:
        answer = said(model, brief, fault)
        if answer.fault is fault:
            truth = answer.entry["truth"]
            assert {name for name, value in truth.items() if value is False} == {*false, "fit"}


def test_the_same_sentence_for_a_whole_problem(briefs: list[Brief]) -> None:
    model = Model(natural=0.0)
    answers = [said(model, brief, Fault.SAME_SENTENCE) for brief in briefs]
    assert [answer.fault for answer in answers] == [None, *[Fault.SAME_SENTENCE] * 3]
    texts = {text for a in answers for name, text in a.content.items() if "sentence" in name}
    assert len(texts) == 1
    truths = [answer.entry["truth"] for answer in answers]
    assert [truth["fit"] for truth in truths] == [True, False, False, False]


def test_no_two_errors_in_the_same_words() -> None:
    right = "Elle va à la gare."
    assert combined(right, "Elle vont à la gare.", "Elle va en la gare.") == "Elle vont en la gare."
    assert combined(right, "Elle vont à la gare.", "Elle allait à la gare.") is None


def pairs() -> NaturalPairs:
    return NaturalPairs(map(NaturalScene.from_json, LINES))


def brief_for(verb: str, /, **more: Any) -> Ask:
    about = {"task": "incorrect", "verb": verb, "tense": "passe_compose", "language": "eng", **more}
    return Ask.from_brief({"error_type": "wrong_auxiliary", **about})


def test_natural_lines_that_fit_come_first() -> None:
    model = Model(natural=1.0, pairs=pairs())
    she: dict[str, Any] = {"subject": {"person": "3s"}, "form": "est partie", "others": ["aller"]}
    first = model.write(brief_for("partir", **she), 0, None)
    assert (first.source, first.entry["natural_id"]) == ("natural", "t2")
    second = model.write(brief_for("partir", **she), 1, None)
    assert second.entry["natural_id"] == "t1"
    # Both have been given in this problem.
    third = model.write(brief_for("partir", **she), 2, None)
    assert third.source == "engine"
    # In another one they serve again.
    other = model.write(brief_for("partir", task="correct", others=["venir"]), 0, None)
    assert other.source == "natural"
    model.write(brief_for("venir"), 0, None)
    assert model.missing == {"natural": 2}


def test_natural_explanations_in_french() -> None:
    model = Model(natural=1.0, pairs=pairs())
    french = model.write(brief_for("partir", language="fra"), 0, None)
    assert french.source == "natural"
    explanation = french.content["explanation"]
    assert "auxiliaire" in explanation
    assert "« avons »" in explanation or "« a »" in explanation


@pytest.mark.parametrize("fault", [each for each in OF_INCORRECT if each in OF_CORRECT])
def test_natural_sentences_have_faults_too(fault: Fault) -> None:
    model = Model(natural=1.0, pairs=pairs())
    model.write(brief_for("partir", others=["x"]), 0, None)
    answer = model.write(brief_for("partir", others=["x"]), 1, Rule(fault))
    assert answer.entry["truth"]["fit"] is (answer.fault is None)
    assert answer.fault in (fault, None) or fault is Fault.WRONG_TENSE


def test_two_seeds_differ_and_one_does_not(many: list[Brief]) -> None:
    def answers(seed: int) -> list[Any]:
        model = Model(seed=seed, natural=0.0)
        return [dict(said(model, brief).content) for brief in many[:40]]

    assert answers(1) == answers(1)
    assert answers(1) != answers(2)


def test_random_faults_come_at_their_rates() -> None:
    rates, rng = Rates(transport=0.1, content=0.3), Random(1)
    seen: Counter[bool | None] = Counter()
    for _ in range(4000):
        rule = rates.draw(rng, OF_INCORRECT)
        seen[None if rule is None else rule.fault in CONTENT_FAULTS] += 1
        if rule is not None and rule.fault in CONTENT_FAULTS:
            assert rule.fault in OF_INCORRECT
    assert seen[False] / 4000 == pytest.approx(0.1, abs=0.02)
    assert seen[True] / 4000 == pytest.approx(0.27, abs=0.03)
    assert rates.draw(Random(2), ()) is None


# --- The judge ------------------------------------------------------------------------------------


def case_of(answer: Said) -> dict[str, Any]:
    sentences, brief = answer.content, answer.entry["brief"]
    return {
        "correct": sentences["correct_sentence"],
        "incorrect": sentences["incorrect_sentence"],
        "error_type": brief["error_type"],
    }


def test_the_judge_knows_what_was_said(many: list[Brief]) -> None:
    model = Model(seed=4, natural=0.0)
    faults = (None, Fault.RIGHT_INCORRECT, Fault.TWO_ERRORS, Fault.OTHER_ERROR)
    seen: Counter[bool] = Counter()
    rng = Random(0)
    for brief in [each for each in many if each.task == "incorrect"]:
        answer = said(model, brief, rng.choice(faults))
        truth = answer.entry["truth"]
        judged = model.judge(case_of(answer), 0).content
        Judgement.model_validate(dict(judged))
        assert judged["correct_is_right"] is truth["correct_ok"]
        assert judged["incorrect_is_wrong"] is truth["incorrect_wrong"]
        assert judged["single_error"] is truth["one_error"]
        assert (judged["error_type"] == brief.error_type) is truth["type_ok"]
        seen[truth["fit"]] += 1
    assert min(seen[True], seen[False]) > 20


def test_a_judge_that_errs_says_the_opposite() -> None:
    model = Model(natural=1.0, pairs=pairs(), judge_errors=1.0)
    scene = pairs().scenes[0]
    wrong = scene.wrong[ErrorType.WRONG_AUXILIARY].text
    case = {"correct": scene.correct, "incorrect": wrong, "error_type": "wrong_auxiliary"}
    assert model.judge(case, 0).content["incorrect_is_wrong"] is False
    swapped = {**case, "correct": wrong, "incorrect": scene.correct}
    judged = model.judge(swapped, 0).content
    assert judged["correct_is_right"] is judged["incorrect_is_wrong"] is True
    alone = {"correct": scene.correct, "incorrect": None, "error_type": None}
    judged = model.judge(alone, 0).content
    assert judged["correct_is_right"] is False
    assert judged["incorrect_is_wrong"] is judged["single_error"] is judged["error_type"] is None


def test_the_judge_asks_the_engine_about_what_it_never_said() -> None:
    model = Model(natural=0.0)
    case = {"correct": "Elle est partie.", "incorrect": "Elle a partie."}
    judged = model.judge({**case, "error_type": "wrong_auxiliary"}, 0).content
    assert (judged["correct_is_right"], judged["incorrect_is_wrong"]) == (True, True)
    assert judged["error_type"] == "wrong_auxiliary"
    alone = model.judge({"correct": "Elle a parti.", "incorrect": None}, 0).content
    assert alone["correct_is_right"] is False
