"""When a model is asked for its judgement, and what comes of its answer."""

from __future__ import annotations

from typing import Any

import pytest

from generation.judging import Judge, Ruling, Verdict, judge
from generation.writers.base import WriterError
from tests.generation.statements import KEY, PAIRS, PLAN, WHY, E, T, draft, pair
from tests.stubs.openai_faults import Fault, Rule
from tests.stubs.openai_server import StubServer

#: The engine cannot tell whether these are right.
DOUBTFUL = pair(
    "Elle l'a vu hier.", "Elle l'a vue hier.", E.PARTICIPLE_AGREEMENT, "voir", T.PASSE_COMPOSE
)


def doubted() -> Verdict:
    verdict = judge(draft(KEY, DOUBTFUL, *PAIRS[1:]), PLAN)
    assert [one.opinions[1].ruling for one in verdict.statements] == [
        Ruling.OK,
        Ruling.UNSURE,
        Ruling.OK,
        Ruling.OK,
    ]
    return verdict


def test_the_model_is_not_asked_about_what_the_engine_knows(honest: StubServer) -> None:
    assert judge(draft(KEY, *PAIRS), PLAN).judges == "engine"
    assert judge(draft(KEY, PAIRS[0], PAIRS[0], PAIRS[1]), PLAN).judges == "engine"
    assert honest.counts()["calls"] == 0


def test_the_model_is_asked_about_what_the_engine_is_unsure_of(lying: StubServer) -> None:
    """The stub's truth comes from the engine, so the one that lies is the one that agrees."""
    verdict = doubted()
    assert lying.counts()["calls"] == 1
    assert verdict.judges == "engine+model"
    assert verdict.accepted
    assert not verdict.confirmed
    one = verdict.statements[1]
    assert [opinion.judge for opinion in one.opinions] == [Judge.FORM, Judge.ENGINE, Judge.MODEL]
    assert (one.ruling, one.confirmed) == (Ruling.OK, False)
    (seen,) = lying.log()
    assert seen["case"] == {
        "correct": "Elle l'a vu hier.",
        "incorrect": "Elle l'a vue hier.",
        "error_type": "participle_agreement",
        "verb": "voir",
        "tense": "passe_compose",
        "explanation": WHY,
        "language": "eng",
    }
    assert "brief" not in seen


def test_what_the_model_has_said_is_not_asked_again(lying: StubServer) -> None:
    verdict = doubted()
    again = judge(draft(*(one.statement for one in verdict.statements)), PLAN, verdict)
    assert again == verdict
    assert lying.counts()["calls"] == 1


def test_the_model_finds_a_fault(honest: StubServer) -> None:
    verdict = doubted()
    assert not verdict.accepted
    assert list(verdict.faults) == [1]
    assert "may be right" in verdict.faults[1]


def test_nobody_is_asked_while_something_has_to_be_mended(honest: StubServer) -> None:
    verdict = judge(draft(KEY, DOUBTFUL, PAIRS[1], PAIRS[1]), PLAN)
    assert list(verdict.faults) == [3]
    assert honest.counts()["calls"] == 0


def test_nobody_is_asked_where_no_model_judges(honest: StubServer, settings: Any) -> None:
    settings.OPENAI_JUDGE = False
    verdict = doubted()
    assert (verdict.accepted, verdict.confirmed) == (True, False)
    assert honest.counts()["calls"] == 0


@pytest.mark.parametrize("fault", [Fault.REFUSAL, Fault.CONTENT_FILTER])
def test_a_judge_that_does_not_answer_leaves_it_to_people(honest: StubServer, fault: Fault) -> None:
    honest.script(Rule(fault, times=None))
    verdict = doubted()
    assert (verdict.accepted, verdict.confirmed) == (True, False)
    assert verdict.statements[1].ruling is Ruling.UNSURE
    assert "gave no answer" in verdict.statements[1].reasons[0]


def test_another_model_judges(lying: StubServer, settings: Any) -> None:
    settings.OPENAI_JUDGE_MODEL = "gpt-4o"
    assert doubted().accepted
    settings.OPENAI_JUDGE_MODEL = "nobody"
    with pytest.raises(WriterError) as caught:
        doubted()
    assert "nobody" in caught.value.message
    assert caught.value.stops_writer


def test_a_judge_that_wants_a_pause(settings: Any, honest: StubServer) -> None:
    rule = Rule(Fault.RATE_LIMIT_RETRY_AFTER, times=None, retry_after=60.0)
    with StubServer(script=[rule]) as busy:
        settings.OPENAI_BASE_URL = busy.url
        with pytest.raises(WriterError) as caught:
            doubted()
    assert caught.value.retry_after is not None
    assert caught.value.retry_after >= 60
    assert not caught.value.spends_attempt
