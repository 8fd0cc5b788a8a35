"""Asking a whole server for sentences: what its own counts say of what was asked and recorded."""

from __future__ import annotations

from typing import Any

import pytest

from generation.metering import Purpose, metering
from generation.planning import Constraints, plan_items
from generation.prompts import Prompt, prompt_for
from generation.prompts.answers import Answer, CorrectSentence, IncorrectSentence
from generation.prompts.briefs import briefs_of
from generation.writers import openai
from generation.writers.base import WriterError
from generation.writers.openai import Reply
from generation.writers.rules import RulesWriter
from tests.generation.writers.asking import BY_CHANCE
from tests.stubs.openai_faults import Fault, Rule
from tests.stubs.openai_server import StubServer
from verbs.french.vocabulary import Focus

pytestmark = pytest.mark.usefixtures("access")

MODEL = "gpt-4o-mini"


@pytest.fixture(scope="module")
def questions() -> list[tuple[Prompt, type[Answer]]]:
    """The four prompts of a problem, each with the shape of its answer."""
    plan = plan_items(
        Constraints(focuses=(Focus.CONJUGATION,)), count=1, writer=RulesWriter(), seed=3
    )[0]
    return [
        (prompt_for(brief), CorrectSentence if brief.task == "correct" else IncorrectSentence)
        for brief in briefs_of(plan)
    ]


def asked(
    questions: list[tuple[Prompt, type[Answer]]], times: int = 1
) -> list[Reply[Answer] | BaseException]:
    """The answers to the questions of several problems, those of one problem together."""
    results = []
    for _ in range(times):
        results += openai.call(
            [
                openai.ask(prompt, shape, purpose=Purpose.WRITE, model=MODEL)
                for prompt, shape in questions
            ]
        )
    return results


@pytest.mark.parametrize(
    ("output", "refused"),
    [
        ("json_schema", {}),
        ("json_object", {"json_schema": False}),
        ("text", {"response_format": False}),
    ],
)
def test_the_sentences_of_a_problem(
    questions: list[tuple[Prompt, type[Answer]]],
    settings: Any,
    output: str,
    refused: dict[str, Any],
) -> None:
    settings.OPENAI_OUTPUT = output
    with StubServer(latency=1.0, **refused) as server:
        settings.OPENAI_BASE_URL = server.url
        replies = asked(questions)
        counts = server.counts()
    assert [type(reply.parsed) for reply in replies if isinstance(reply, Reply)] == [
        shape for _, shape in questions
    ]
    assert counts["max_in_flight"] == len(questions)
    assert counts["calls"] == len(questions)


@pytest.mark.parametrize("refused", [{"json_schema": False}, {"response_format": False}])
def test_staff_are_told_of_an_output_that_the_server_does_not_know(
    questions: list[tuple[Prompt, type[Answer]]], settings: Any, refused: dict[str, Any]
) -> None:
    with StubServer(**refused) as server:
        settings.OPENAI_BASE_URL = server.url
        errors = asked(questions)
    for error in errors:
        assert isinstance(error, WriterError)
        assert error.stops_writer
        assert "OPENAI_OUTPUT" in error.message


def test_every_try_is_recorded_with_its_tokens(
    questions: list[tuple[Prompt, type[Answer]]], settings: Any
) -> None:
    with StubServer(transport_faults=0.4, transport_kinds=BY_CHANCE, seed=5) as server:
        settings.OPENAI_BASE_URL = server.url
        with metering() as calls:
            results = asked(questions, times=20)
        counts = server.counts()
    replies = [result for result in results if isinstance(result, Reply)]
    errors = [result for result in results if isinstance(result, WriterError)]
    assert len(replies) + len(errors) == len(results)
    assert len(replies) > 4 * len(errors) > 0
    assert sum(reply.tries for reply in replies) + 3 * len(errors) == counts["calls"]
    assert len(calls) == counts["calls"]
    assert sum(1 for call in calls if call.failure) == sum(counts["by_fault"].values())
    assert set(counts["by_fault"]) == {fault.value for fault in BY_CHANCE}
    assert sum(call.input_tokens for call in calls) == counts["prompt_tokens"]
    assert sum(call.output_tokens for call in calls) == counts["completion_tokens"]
    assert all(error.spends_attempt and not error.stops_writer for error in errors)


def test_the_other_answers_are_kept_when_one_call_meets_a_pause(
    questions: list[tuple[Prompt, type[Answer]]], settings: Any
) -> None:
    rule = Rule(Fault.RATE_LIMIT_RETRY_AFTER, {"task": "correct"}, retry_after=60)
    with StubServer(latency=1.0, script=(rule,)) as server:
        settings.OPENAI_BASE_URL = server.url
        first, second = asked(questions), asked(questions)
        counts = server.counts()
    assert isinstance(first[0], WriterError)
    assert all(isinstance(reply, Reply) for reply in first[1:])
    assert all(isinstance(error, WriterError) for error in second)
    assert counts["calls"] == len(questions)


def test_a_limit_is_followed_before_it_is_reached(
    questions: list[tuple[Prompt, type[Answer]]], settings: Any
) -> None:
    """60 requests a minute: after those the calls come as they are allowed, or wait elsewhere."""
    with StubServer(plain=True, rpm=60) as server:
        settings.OPENAI_BASE_URL = server.url
        results = asked(questions[:1] * 16, times=4)
        counts = server.counts()
    errors = [result for result in results if not isinstance(result, Reply)]
    assert len(results) - len(errors) >= 55
    assert all(isinstance(error, WriterError) and not error.spends_attempt for error in errors)
    assert counts["by_status"].get("429", 0) <= 2
