"""The OpenAI-compatible stub, as OpenAI's own client sees it: answers, and faults on the way."""

from __future__ import annotations

import json
import time
from typing import Any

import openai
import pytest
from pydantic import ValidationError

from generation.french.checking.pairs import check_pair
from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from generation.prompts import Case, judge_prompt, prompt_for
from generation.prompts.answers import CorrectSentence, IncorrectSentence, Judgement
from generation.prompts.briefs import Brief
from tests.generation.openai_stub.client import Asked, client_of
from tests.stubs.openai_faults import Fault, Rule
from tests.stubs.openai_server import StubServer
from verbs.french.vocabulary import Language

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
