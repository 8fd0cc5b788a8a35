"""From a plan to a draft, with a model's server that answers badly on demand."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest

from generation import making
from generation.french.checking.pairs import check_pair
from generation.french.checking.verdict import Verdict as Finding
from generation.making import Made, Rejected
from generation.prompts import VERSION
from generation.writers.base import DraftStatement, Plan, WriterError
from generation.writers.model import ModelWriter
from generation.writers.openai import Refused
from tests.generation.writers.asking import BY_CHANCE
from tests.stubs.openai_faults import OF_CORRECT, OF_INCORRECT, Fault, Rule
from tests.stubs.openai_server import StubServer
from verbs.french.vocabulary import Focus, Tense

PLAN = Plan(Focus.AUXILIARY, Tense.PASSE_COMPOSE, seed=5)


def make(plan: Plan = PLAN) -> Made:
    return making.make(ModelWriter(), plan)


def made_or_rejected(plan: Plan) -> Made | Rejected:
    try:
        return make(plan)
    except Rejected as rejected:
        return rejected


def entry_of(statement: DraftStatement, log: list[dict[str, Any]]) -> dict[str, Any]:
    """What the stub knows of the answer that a statement was made of."""
    number = int(str(statement.trace["response_id"]).removeprefix("chatcmpl-"))
    return next(one for one in log if one["call"] == number)


def assert_right(made: Made, stub: StubServer) -> None:
    """By what the stub did, and for repairs by the engine: nothing wrong is called right."""
    log = stub.log()
    assert [one.is_correct for one in made.draft.statements].count(True) == 1
    assert len({one.text for one in made.draft.statements}) == len(made.draft.statements)
    for statement, judged in zip(made.draft.statements, made.verdict.statements, strict=True):
        if not judged.confirmed:
            continue
        truth = entry_of(statement, log)["truth"]
        earlier = statement.trace.get("earlier", [])
        if not earlier or earlier[-1]["then"] != "repaired":
            assert truth["fit"] or entry_of(statement, log)["fault"] == "same_sentence", statement
        else:  # repaired: the answer's correct sentence has to be good
            assert (truth["correct_ok"], truth["verb_ok"], truth["tense_ok"]) == (True,) * 3
            assert statement.counterpart is not None
            report = check_pair(statement.counterpart, statement.text, statement.error_type)
            assert report.verdict is Finding.OK


def results(made: Made | Rejected) -> Counter[str]:
    return Counter(one.result for one in made.outcomes)


def test_good_answers_are_accepted(stub: StubServer) -> None:
    made = make()
    assert made.verdict.confirmed
    assert results(made) == {"accepted": 4}
    assert {one.prompt_version for one in made.outcomes} == {VERSION}
    assert {one.model for one in made.outcomes} == {"gpt-4o-mini-2024-07-18"}
    asked = [one["brief"]["error_type"] or "" for one in stub.log()]
    assert sorted(one.error_type for one in made.outcomes) == sorted(asked)
    assert stub.counts()["calls"] == 4
    assert_right(made, stub)


@pytest.mark.parametrize(
    ("task", "fault"),
    [("correct", fault) for fault in OF_CORRECT] + [("incorrect", fault) for fault in OF_INCORRECT],
)
@pytest.mark.parametrize("always", [False, True])
def test_a_content_fault_ends_in_a_right_problem_or_in_none(
    stub: StubServer, task: str, fault: Fault, always: bool
) -> None:
    for seed in (5, 6):
        stub.reset()
        stub.script(Rule(fault, match={"task": task}, times=None if always else 1))
        made = made_or_rejected(Plan(Focus.AUXILIARY, Tense.PASSE_COMPOSE, seed=seed))
        assert len(made.outcomes) == 4
        if isinstance(made, Rejected):
            assert made.for_good
            assert made.reasons
            assert results(made)["rejected"] >= 1
        else:
            assert_right(made, stub)
        assert sum(stub.counts()["by_fault"].values()) >= (fault is not Fault.SAME_SENTENCE)


def test_only_what_was_rejected_is_written_again_with_the_reason(stub: StubServer) -> None:
    stub.script(Rule(Fault.MARKUP, match={"task": "correct"}))
    made = make()
    assert made.verdict.confirmed
    log = stub.log()
    assert [one["asked"] for one in log] == [0, 0, 0, 0, 1]
    assert log[4]["brief"]["task"] == "correct"
    (key,) = [one for one in made.draft.statements if one.is_correct]
    user = key.trace["prompt"]["user"]
    block = re.search(r"^<rejected>\n(.*)\n</rejected>$", user, re.MULTILINE)
    assert block is not None
    said = json.loads(block[1])
    bad = next(one for one in log if one["fault"] == "markup")["sentences"]["sentence"]
    assert said["sentence"] == key.trace["earlier"][0]["text"]
    assert said["sentence"].replace("\u00a0", " ") == bad.replace("\u00a0", " ")
    assert "markup" in said["reason"]
    others = [one for one in made.draft.statements if not one.is_correct]
    assert all("<rejected>" not in one.trace["prompt"]["user"] for one in others)
    assert all("earlier" not in one.trace for one in others)
    assert results(made) == {"accepted": 3, "rewritten": 1}


def test_what_the_engine_can_repair_costs_no_call(stub: StubServer) -> None:
    stub.script(Rule(Fault.MARKUP, match={"task": "incorrect"}, times=3))
    made = make(Plan(Focus.AUXILIARY, Tense.PASSE_COMPOSE, seed=3))
    assert made.verdict.confirmed
    assert stub.counts()["calls"] == 4
    assert results(made) == {"accepted": 1, "repaired": 3}
    assert_right(made, stub)
    for statement in made.draft.statements:
        if statement.is_correct:
            continue
        (before,) = statement.trace["earlier"]
        assert before["then"] == "repaired"
        assert before["text"] != statement.text
        assert before["counterpart"] == statement.counterpart
        assert before["verdicts"][-1]["ruling"] == "wrong"
        assert "markup" in " ".join(before["verdicts"][-1]["reasons"])


@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_after_so_many_rounds_it_is_rejected(stub: StubServer, settings: Any, rounds: int) -> None:
    settings.OPENAI_REWRITES = rounds
    stub.script(Rule(Fault.TRANSLATION_MISSING, times=None))
    with pytest.raises(Rejected) as caught:
        make()
    assert stub.counts()["calls"] == 4 + rounds
    assert caught.value.for_good
    assert len(caught.value.reasons) == 1
    assert "no translation" in caught.value.reasons[0]
    assert results(caught.value) == {"accepted": 3, "rejected": 1}
    (rejected,) = [one for one in caught.value.outcomes if one.result == "rejected"]
    assert rejected.error_type == ""


def test_what_nobody_could_confirm_is_told(stub: StubServer, settings: Any) -> None:
    """Two errors far from each other: the engine is unsure, the model that judges is not."""
    plan = Plan(Focus.AUXILIARY, Tense.PASSE_COMPOSE, seed=11)
    two_errors = Rule(Fault.TWO_ERRORS, match={"number": 1})
    stub.script(two_errors)
    made = make(plan)
    assert (made.verdict.accepted, made.verdict.confirmed) == (True, False)
    assert results(made) == {"accepted": 3, "unsure": 1}
    stub.reset()
    settings.OPENAI_JUDGE = True
    stub.script(two_errors)
    made = make(plan)
    assert made.verdict.confirmed
    assert results(made)["unsure"] == 0
    assert_right(made, stub)
    (mended,) = [one for one in made.draft.statements if "earlier" in one.trace]
    said = mended.trace["earlier"][0]["verdicts"]
    assert [(one["judge"], one["ruling"]) for one in said] == [
        ("form", "ok"),
        ("engine", "unsure"),
        ("model", "wrong"),
    ]


def test_every_earlier_attempt_is_told(stub: StubServer) -> None:
    stub.script(
        Rule(Fault.MARKUP, match={"task": "correct"}),
        Rule(Fault.TRANSLATION_MISSING, match={"task": "correct"}),
    )
    made = make()
    (key,) = [one for one in made.draft.statements if one.is_correct]
    first, second = key.trace["earlier"]
    assert [one["then"] for one in (first, second)] == ["rewritten", "rewritten"]
    ids = [
        first["answer"]["response_id"],
        second["answer"]["response_id"],
        key.trace["response_id"],
    ]
    assert len(set(ids)) == 3
    assert "markup" in str(first["verdicts"])
    assert "translation" in str(second["verdicts"])


def test_the_trace_of_a_statement(stub: StubServer) -> None:
    made = make()
    log = stub.log()
    for statement in made.draft.statements:
        trace = statement.trace
        entry = entry_of(statement, log)
        assert trace["prompt_version"] == VERSION
        assert trace["prompt"]["system"].startswith(f"French quiz writer, prompts {VERSION}.")
        assert json.loads(trace["answer"]) == entry["sentences"]
        assert trace["brief"] == entry["brief"]
        assert trace["model"] == "gpt-4o-mini-2024-07-18"
        assert trace["tokens"]["input"] > 0
        assert trace["tokens"]["output"] > 0
        assert trace["seconds"] >= 0
        assert trace["tries"] == 1
        assert [(one["judge"], one["ruling"]) for one in trace["verdicts"]] == [
            ("form", "ok"),
            ("engine", "ok"),
        ]
        json.dumps(dict(trace))
    counts = stub.counts()
    told = [one.trace["tokens"] for one in made.draft.statements]
    assert sum(one["input"] for one in told) == counts["prompt_tokens"]
    assert sum(one["output"] for one in told) == counts["completion_tokens"]


def test_tries_that_failed_are_told(stub: StubServer) -> None:
    stub.script(Rule(Fault.SERVER_ERROR, match={"task": "correct"}, times=2))
    made = make()
    tries = {one.is_correct: one.trace["tries"] for one in made.draft.statements}
    assert tries == {True: 3, False: 1}


@pytest.mark.parametrize("fault", BY_CHANCE)
def test_a_fault_on_the_way_is_got_over(stub: StubServer, fault: Fault) -> None:
    stub.script(Rule(fault, times=4))
    made = make()
    assert made.verdict.confirmed
    assert stub.counts()["by_fault"] == {fault.value: 4}
    assert stub.counts()["calls"] == 8


def test_a_refusal_is_no_problem_of_this_plan(stub: StubServer) -> None:
    stub.script(Rule(Fault.REFUSAL, match={"task": "incorrect"}))
    with pytest.raises(Refused):
        make()


def test_a_failure_while_rewriting_keeps_what_there_is(stub: StubServer) -> None:
    """The draft is lost with the attempt, the answers are not: the next one asks for one only."""
    stub.script(
        Rule(Fault.MARKUP, match={"task": "correct"}),
        Rule(Fault.SERVER_ERROR, match={"task": "correct"}, times=3),
    )
    writer = ModelWriter()
    with pytest.raises(WriterError):
        making.make(writer, PLAN)
    calls = stub.counts()["calls"]
    assert calls == 4 + 3
    made = making.make(writer, PLAN)
    assert made.verdict.confirmed
    assert stub.counts()["calls"] == calls + 1
