"""The OpenAI-compatible stub, as OpenAI's own client sees it, and whether it knows the truth."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from pydantic import ValidationError

from generation.french.checking.pairs import check_pair
from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from generation.prompts import Case, Prompt, Rejected, judge_prompt, prompt_for
from generation.prompts.answers import CorrectSentence, IncorrectSentence, Judgement
from generation.prompts.briefs import Brief, briefs_of
from generation.writers.base import Plan
from tests.stubs.openai_faults import (
    CONTENT_FAULTS,
    Fault,
    Rule,
)
from tests.stubs.openai_limits import Limits, duration
from tests.stubs.openai_server import StubServer, start_process
from verbs.french.vocabulary import Focus, Language, Tense

PLAN = Plan(Focus.AUXILIARY, Tense.PASSE_COMPOSE, seed=5)


@dataclass(frozen=True)
class Asked:
    """A stub and a client of it."""

    server: StubServer
    client: OpenAI

    def say(self, prompt: Prompt, shape: Any = CorrectSentence, **options: Any) -> Any:
        """The parsed answer."""
        return self.whole(prompt, shape, **options).choices[0].message.parsed

    def whole(self, prompt: Prompt, shape: Any = CorrectSentence, **options: Any) -> Any:
        """The whole answer."""
        messages: Any = prompt.messages()
        return self.client.chat.completions.parse(
            model="gpt-4o-mini", messages=messages, response_format=shape, **options
        )


def client_of(url: str, **options: Any) -> OpenAI:
    return OpenAI(**{"base_url": url, "api_key": "k", "max_retries": 0, "timeout": 20, **options})


@pytest.fixture(scope="module")
def running() -> Iterator[Asked]:
    with StubServer(natural=0.0) as server, client_of(server.url) as client:
        yield Asked(server, client)


@pytest.fixture
def stub(running: Asked) -> Asked:
    running.server.reset()
    return running


@pytest.fixture(scope="module")
def briefs() -> list[Brief]:
    return briefs_of(PLAN)


# --- As OpenAI's client sees it -------------------------------------------------------------------


def test_the_client_reads_every_shape(stub: Asked, briefs: list[Brief]) -> None:
    correct = stub.say(prompt_for(briefs[0]))
    assert isinstance(correct, CorrectSentence)
    assert verify(correct.sentence).verdict is Verdict.OK
    assert correct.translation
    pair = stub.say(prompt_for(briefs[1]), IncorrectSentence)
    assert isinstance(pair, IncorrectSentence)
    asked = briefs[1].error_type
    report = check_pair(pair.correct_sentence, pair.incorrect_sentence, asked)
    assert report.verdict is Verdict.OK
    assert pair.explanation
    case = Case(
        pair.correct_sentence,
        pair.incorrect_sentence,
        asked,
        briefs[1].verb,
        briefs[1].tense,
        pair.explanation,
        Language.ENGLISH,
    )
    judgement = stub.say(judge_prompt(case), Judgement)
    assert isinstance(judgement, Judgement)
    assert (judgement.incorrect_is_wrong, judgement.single_error) == (True, True)
    assert judgement.error_type == asked


def test_an_answer_has_what_openai_sends(stub: Asked, briefs: list[Brief]) -> None:
    messages: Any = prompt_for(briefs[0]).messages()
    raw = stub.client.chat.completions.with_raw_response.create(
        model="gpt-4o-mini", messages=messages, max_completion_tokens=300
    )
    answer = raw.parse()
    assert answer.id.startswith("chatcmpl-")
    assert answer.model.startswith("gpt-4o-mini")
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    length = sum(len(each["content"]) for each in messages)
    assert answer.usage.prompt_tokens == pytest.approx(length / 4, abs=2)
    assert answer.usage.total_tokens > answer.usage.prompt_tokens
    for name in (
        "x-request-id",
        "openai-processing-ms",
        "x-ratelimit-limit-requests",
        "x-ratelimit-remaining-tokens",
        "x-ratelimit-reset-requests",
    ):
        assert name in raw.headers
    assert [each.id for each in stub.client.models.list()] == ["gpt-4o-mini", "gpt-4o"]


def test_more_tokens_than_allowed_are_cut_off(stub: Asked, briefs: list[Brief]) -> None:
    messages: Any = prompt_for(briefs[0]).messages()
    answer = stub.client.chat.completions.create(
        model="gpt-4o-mini", messages=messages, max_completion_tokens=5
    )
    assert answer.choices[0].finish_reason == "length"
    assert len(answer.choices[0].message.content or "") == 20


def test_key_model_and_body_are_checked(briefs: list[Brief]) -> None:
    prompt = prompt_for(briefs[0])
    with StubServer(key="sk-right", models=("small",), natural=0.0) as server:
        with client_of(server.url) as client, pytest.raises(openai.AuthenticationError) as refused:
            Asked(server, client).say(prompt)
        assert refused.value.code == "invalid_api_key"
        with client_of(server.url, api_key="sk-right") as client:
            with pytest.raises(openai.NotFoundError) as unknown:
                Asked(server, client).say(prompt)
            assert unknown.value.code == "model_not_found"
            assert [each.id for each in client.models.list()] == ["small"]
            with pytest.raises(openai.BadRequestError, match="no block of data"):
                client.chat.completions.create(
                    model="small", messages=[{"role": "user", "content": "Hello"}]
                )
        assert server.counts()["by_status"] == {"401": 1, "404": 1, "400": 1}


@pytest.mark.parametrize("option", ["response_format", "json_schema"])
def test_a_server_without_response_format(option: str, briefs: list[Brief]) -> None:
    prompt = prompt_for(briefs[0])
    options: dict[str, Any] = {option: False, "natural": 0.0}
    with StubServer(**options) as server, client_of(server.url) as client:
        with pytest.raises(openai.BadRequestError) as refused:
            Asked(server, client).say(prompt)
        assert refused.value.param == "response_format"
        messages: Any = prompt.messages()
        answer = client.chat.completions.create(model="gpt-4o-mini", messages=messages)
        assert json.loads(answer.choices[0].message.content or "")["sentence"]


def test_a_strict_schema_must_be_one(stub: Asked, briefs: list[Brief]) -> None:
    schema: Any = {"type": "object", "properties": {"sentence": {"type": "string"}}}
    wanted: Any = {
        "type": "json_schema",
        "json_schema": {"name": "x", "strict": True, "schema": schema},
    }
    messages: Any = prompt_for(briefs[0]).messages()
    with pytest.raises(openai.BadRequestError, match="additionalProperties"):
        stub.client.chat.completions.create(
            model="gpt-4o-mini", messages=messages, response_format=wanted
        )


# --- Faults on the way ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error", "status", "code", "retry_after"),
    [
        (Fault.RATE_LIMIT, openai.RateLimitError, 429, "rate_limit_exceeded", None),
        (Fault.RATE_LIMIT_RETRY_AFTER, openai.RateLimitError, 429, "rate_limit_exceeded", "7"),
        (Fault.NO_QUOTA, openai.RateLimitError, 429, "insufficient_quota", None),
        (Fault.BAD_KEY, openai.AuthenticationError, 401, "invalid_api_key", None),
        (Fault.SERVER_ERROR, openai.InternalServerError, 500, None, None),
        (Fault.OVERLOADED, openai.InternalServerError, 503, None, None),
        (Fault.OVERLOADED_RETRY_AFTER, openai.InternalServerError, 503, None, "7"),
    ],
)
def test_errors_with_a_status(
    stub: Asked,
    briefs: list[Brief],
    fault: Fault,
    error: type[openai.APIStatusError],
    status: int,
    code: str | None,
    retry_after: str | None,
) -> None:
    stub.server.script(Rule(fault, retry_after=7))
    with pytest.raises(error) as seen:
        stub.say(prompt_for(briefs[0]))
    assert (seen.value.status_code, seen.value.code) == (status, code)
    assert seen.value.response.headers.get("retry-after") == retry_after
    assert stub.say(prompt_for(briefs[0])).sentence
    counts = stub.server.counts()
    assert counts["by_fault"] == {fault.value: 1}
    assert counts["by_status"] == {str(status): 1, "200": 1}


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.DROP_IN_BODY])
def test_dropped_connections(stub: Asked, briefs: list[Brief], fault: Fault) -> None:
    stub.server.script(Rule(fault))
    with pytest.raises(openai.APIConnectionError):
        stub.say(prompt_for(briefs[0]))
    assert stub.say(prompt_for(briefs[0])).sentence


def test_a_hanging_call_ends_when_the_client_leaves(stub: Asked, briefs: list[Brief]) -> None:
    stub.server.script(Rule(Fault.HANG))
    with pytest.raises(openai.APITimeoutError):
        stub.say(prompt_for(briefs[0]), timeout=0.2)
    end = time.monotonic() + 20
    while stub.server.counts()["in_flight"]:
        assert time.monotonic() < end
        time.sleep(0.02)
    counts = stub.server.counts()
    assert (counts["left"], counts["by_status"]) == (1, {"none": 1})


def test_a_body_that_is_not_json(stub: Asked, briefs: list[Brief]) -> None:
    stub.server.script(Rule(Fault.BROKEN_JSON))
    with pytest.raises(json.JSONDecodeError):
        stub.say(prompt_for(briefs[0]))


@pytest.mark.parametrize(
    "fault",
    [Fault.PROSE, Fault.TRUNCATED_JSON, Fault.MISSING_FIELD, Fault.EXTRA_FIELD, Fault.EMPTY],
)
def test_answers_of_another_shape(stub: Asked, briefs: list[Brief], fault: Fault) -> None:
    stub.server.script(Rule(fault, times=2))
    for brief, shape in ((briefs[0], CorrectSentence), (briefs[1], IncorrectSentence)):
        messages: Any = prompt_for(brief).messages()
        answer = stub.client.chat.completions.create(model="gpt-4o-mini", messages=messages)
        assert answer.choices[0].finish_reason == "stop"
        with pytest.raises(ValidationError):
            shape.model_validate_json(answer.choices[0].message.content or "")
    assert [each["fault"] for each in stub.server.log()] == [fault.value] * 2


def test_ends_for_other_reasons(stub: Asked, briefs: list[Brief]) -> None:
    prompt = prompt_for(briefs[0])
    stub.server.script(Rule(Fault.LENGTH), Rule(Fault.CONTENT_FILTER), Rule(Fault.REFUSAL))
    with pytest.raises(openai.LengthFinishReasonError):
        stub.say(prompt)
    with pytest.raises(openai.ContentFilterFinishReasonError):
        stub.say(prompt)
    message = stub.whole(prompt).choices[0].message
    assert (message.parsed, message.content) == (None, None)
    assert message.refusal


def test_a_slow_answer_comes(stub: Asked, briefs: list[Brief]) -> None:
    stub.server.script(Rule(Fault.SLOW, seconds=30))
    with pytest.raises(openai.APITimeoutError):
        stub.say(prompt_for(briefs[0]), timeout=0.2)
    stub.server.script(Rule(Fault.SLOW, seconds=0.01))
    assert stub.say(prompt_for(briefs[0])).sentence


# --- The script, the counts, many calls -----------------------------------------------------------


def test_a_script_says_which_calls(stub: Asked, briefs: list[Brief]) -> None:
    first, second = briefs[1].verb, briefs[2].verb
    stub.server.script(
        {"fault": "server_error", "match": {"verb": first}, "skip": 1, "times": 2},
        {"fault": "overloaded", "match": {"verb": [second, "dormir"], "task": "incorrect"}},
        {"fault": "two_errors", "match": {"kind": "judge"}},
    )
    seen = []
    for brief in (briefs[0], *[briefs[1]] * 4, *[briefs[2]] * 2):
        shape = CorrectSentence if brief.task == "correct" else IncorrectSentence
        try:
            stub.say(prompt_for(brief), shape)
        except openai.APIStatusError as error:
            seen.append(error.status_code)
        else:
            seen.append(200)
    assert seen == [200, 200, 500, 500, 200, 503, 200]
    with pytest.raises(ValueError, match="no_such_fault"):
        stub.server.script({"fault": "no_such_fault"})


def test_a_content_fault_waits_for_an_answer_that_can_have_it(
    stub: Asked, briefs: list[Brief]
) -> None:
    stub.server.script(Rule(Fault.EXPLANATION_MISSING), Rule(Fault.TRANSLATION_MISSING))
    pair = stub.say(prompt_for(briefs[1]), IncorrectSentence)
    assert pair.explanation == ""
    assert stub.say(prompt_for(briefs[0])).translation == ""
    assert stub.say(prompt_for(briefs[0])).translation != ""


def test_a_rewriting_gets_another_sentence(stub: Asked, briefs: list[Brief]) -> None:
    first = stub.say(prompt_for(briefs[0])).sentence
    again = prompt_for(briefs[0], rejected=Rejected(first, "It stands twice."))
    assert stub.say(again).sentence != first
    assert [each["asked"] for each in stub.server.log()] == [0, 1]


def test_hundreds_of_calls_at_once(briefs: list[Brief]) -> None:
    calls = 300

    async def ask(url: str) -> int:
        async with AsyncOpenAI(base_url=url, api_key="k", max_retries=0, timeout=60) as client:
            messages: Any = prompt_for(briefs[0]).messages()
            made = [
                client.chat.completions.create(model="gpt-4o-mini", messages=messages)
                for _ in range(calls)
            ]
            answers = await asyncio.gather(*made)
        return sum(each.choices[0].finish_reason == "stop" for each in answers)

    with StubServer(latency=2.0, plain=True) as server:
        assert asyncio.run(ask(server.url)) == calls
        counts = server.counts()
    assert counts["calls"] == calls
    assert counts["max_in_flight"] > 1
    assert counts["by_status"] == {"200": calls}
    assert counts["completion_tokens"] > 0


def test_the_limits_of_requests_are_kept(briefs: list[Brief]) -> None:
    with StubServer(rpm=2, natural=0.0) as server, client_of(server.url) as client:
        asked = Asked(server, client)
        for _ in range(2):
            asked.say(prompt_for(briefs[0]))
        with pytest.raises(openai.RateLimitError, match="requests per min") as refused:
            asked.say(prompt_for(briefs[0]))
    headers = refused.value.response.headers
    assert 1 <= int(headers["retry-after"]) <= 30
    assert headers["x-ratelimit-limit-requests"] == "2"
    assert headers["x-ratelimit-remaining-requests"] == "0"
    assert headers["x-ratelimit-reset-requests"].endswith("s")


def test_buckets_fill_again() -> None:
    now = [0.0]
    limits = Limits(60, 1000, lambda: now[0])
    assert limits.take(900) is None
    refusal = limits.take(200)
    assert refusal is not None
    assert (refusal.kind, refusal.used) == ("tokens", 900)
    assert refusal.seconds == pytest.approx(6)
    assert limits.headers()["x-ratelimit-remaining-requests"] == "59"
    now[0] = 6.0
    assert limits.take(200) is None
    assert limits.headers()["x-ratelimit-remaining-requests"] == "59"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0.017, "17ms"), (1, "1s"), (7.66, "7.66s"), (360, "6m0s"), (3723, "1h2m3s"), (0, "0ms")],
)
def test_times_are_written_as_openai_does(seconds: float, written: str) -> None:
    assert duration(seconds) == written


def test_the_stub_runs_as_a_process(tmp_path: Any, briefs: list[Brief]) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps([{"fault": "refusal", "match": {"task": "incorrect"}}]))
    arguments = ("--script", str(script), "--natural", "0", "--key", "sk-a", "--models", "a,b")
    with start_process(*arguments) as stub, client_of(stub.url, api_key="sk-a") as client:
        assert [each.id for each in client.models.list()] == ["a", "b"]
        messages: Any = prompt_for(briefs[1]).messages()
        answer = client.chat.completions.create(model="b", messages=messages)
        assert answer.choices[0].message.refusal
        assert stub.counts()["by_fault"] == {"refusal": 1}
        stub.reset()
        assert stub.log() == []


def test_random_faults_are_logged(briefs: list[Brief]) -> None:
    calls = 120
    with StubServer(
        natural=0.0, content_faults=0.3, transport_faults=0.1, transport_kinds=(Fault.SERVER_ERROR,)
    ) as server:
        with client_of(server.url) as client:
            messages: Any = prompt_for(briefs[0]).messages()
            for _ in range(calls):
                with contextlib.suppress(openai.InternalServerError):
                    client.chat.completions.create(model="gpt-4o-mini", messages=messages)
        log, counts = server.log(), server.counts()
    assert [each["call"] for each in log] == list(range(1, calls + 1))
    assert counts["by_fault"] == Counter(each["fault"] for each in log if each["fault"])
    faulty = [each for each in log if each["fault"] in set(CONTENT_FAULTS)]
    assert all(each["truth"]["fit"] is False for each in faulty)
    assert 0.15 < len(faulty) / calls < 0.45
    assert 0 < counts["by_fault"]["server_error"] == counts["by_status"]["500"] < calls / 4
