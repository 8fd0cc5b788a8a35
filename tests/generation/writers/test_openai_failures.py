"""Asking a model: what follows from each way to fail."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from generation.metering import metering
from generation.writers import openai
from generation.writers.openai import Refused, Reply
from tests.generation.writers.asking import GOOD_TEXT, KEY, LONG, ask, asks, error_of
from tests.generation.writers.wire import GOOD, Answer, Wire, chat, free_port, refused

pytestmark = pytest.mark.usefixtures("access")

# --- Class 1: another try at once ---

USELESS = {
    "broken json": chat('{"natural": tr'),
    "no json": chat("Sorry?"),
    "wrong shape": chat('{"sentence": "Il mange."}'),
    "field missing": chat(json.dumps({k: v for k, v in GOOD.items() if k != "natural"})),
    "field too many": chat(json.dumps(GOOD | {"more": 1})),
    "wrong type": chat(json.dumps(GOOD | {"natural": "yes"})),
    "NUL": chat(json.dumps(GOOD | {"reason": "a\0b"})),
    "truncated": chat(GOOD_TEXT, finish_reason="length"),
    "empty": chat(""),
    "null": chat(None),
}
BY_CHANCE = {
    "500": refused(500),
    "502": Answer(502, b"<html>bad gateway</html>", {"content-type": "text/html"}),
    "504": refused(504),
    "dropped": Answer(drop=True),
    "not json": Answer(body=b"<html>"),
    "a list": Answer(body=[]),
    "no choices": Answer(body={"id": "x", "choices": []}),
    "an error as a success": Answer(body={"error": {"code": 502, "message": "upstream"}}),
}


@pytest.mark.parametrize(
    "fault", [*USELESS.values(), *BY_CHANCE.values()], ids=[*USELESS, *BY_CHANCE]
)
def test_what_fails_by_chance_is_tried_again(wire: Callable[..., Wire], fault: Answer) -> None:
    server = wire(fault, fault)
    with metering() as calls:
        reply = ask()
    assert reply.tries == 3
    assert len(server.seen) == 3
    assert [bool(call.failure) for call in calls] == [True, True, False]


@pytest.mark.parametrize("fault", USELESS.values(), ids=USELESS)
def test_the_tokens_of_a_useless_answer_are_counted(
    wire: Callable[..., Wire], fault: Answer
) -> None:
    wire(fault)
    with metering() as calls:
        ask()
    assert [(call.input_tokens, call.output_tokens) for call in calls] == [(100, 20)] * 2
    assert calls[0].response_id == "chatcmpl-1"


@pytest.mark.parametrize("fault", [chat("no"), refused(500), Answer(drop=True)])
def test_three_tries_then_the_item_waits(wire: Callable[..., Wire], fault: Answer) -> None:
    server = wire(then=fault)
    error = error_of()
    assert len(server.seen) == 3
    assert (error.spends_attempt, error.stops_writer) == (True, False)
    assert error.retry_after >= 5


# --- Class 2: later ---


@pytest.mark.parametrize(
    "fault",
    [
        refused(429, "rate_limit_exceeded", retry_after="60"),
        refused(503, retry_after="60"),
        refused(429, "rate_limit_exceeded", retry_after_ms="60000"),
        refused(
            429,
            x_ratelimit_remaining_requests="0",
            x_ratelimit_reset_requests="1m0s",
        ),
    ],
)
def test_a_server_s_pause_is_for_all_calls(wire: Callable[..., Wire], fault: Answer) -> None:
    server = wire(fault, then=chat())
    first, second = error_of(), error_of()
    assert len(server.seen) == 1  # the second did not get there
    for error in (first, second):
        assert (error.spends_attempt, error.stops_writer) == (False, False)
        assert 55 < error.retry_after < 80
        assert "pause" in error.message or "too much" in error.message
    assert "429" in str(second) or "503" in str(second)


def test_a_pause_at_one_server_is_none_at_another(wire: Callable[..., Wire]) -> None:
    wire(refused(429, retry_after="60"))
    error_of()
    wire()
    assert ask().tries == 1


def test_a_short_pause_is_waited_for(wire: Callable[..., Wire]) -> None:
    server = wire(refused(429, retry_after_ms="50"))
    assert ask().tries == 2
    assert len(server.seen) == 2


def test_a_server_that_always_asks_for_a_pause_gets_no_more_than_three_tries(
    wire: Callable[..., Wire],
) -> None:
    server = wire(then=refused(429, retry_after_ms="20"))
    error = error_of()
    assert len(server.seen) == 3
    assert error.spends_attempt is False


def test_a_recovered_server_is_not_hit_by_everything_at_once(wire: Callable[..., Wire]) -> None:
    server = wire(refused(429, retry_after_ms="100"), then=chat(delay=0.03))
    ask()  # fails once, and succeeds as the first after the pause
    assert all(isinstance(reply, Reply) for reply in asks(30))
    assert all(seen.in_flight <= 2 ** (seen.answered - 1) for seen in server.seen[1:])
    assert max(seen.in_flight for seen in server.seen) > 4


def test_a_server_that_is_away(settings: Any) -> None:
    settings.OPENAI_BASE_URL = f"http://127.0.0.1:{free_port()}/v1"
    with metering() as calls:
        error = error_of()
    assert (error.spends_attempt, error.stops_writer) == (False, False)
    assert "cannot be reached" in error.message
    assert "ConnectError" in str(error)
    tried = len(calls)
    assert "cannot be reached" in error_of().message
    assert len(calls) == tried  # it waits at the gate, where no call is made


def test_a_name_that_nobody_knows(settings: Any) -> None:
    settings.OPENAI_BASE_URL = "http://nobody.invalid/v1"
    error = error_of()
    assert (error.spends_attempt, error.stops_writer) == (False, False)
    assert "cannot be reached" in error.message


def test_a_call_that_hangs_is_tried_once_more(wire: Callable[..., Wire], settings: Any) -> None:
    server = wire(chat(delay=LONG), then=chat())
    settings.OPENAI_TIMEOUT = 3.0
    assert ask().tries == 2
    assert len(server.seen) == 2


def test_a_server_that_hangs(wire: Callable[..., Wire], settings: Any) -> None:
    settings.OPENAI_TIMEOUT = 1.0
    server = wire(then=chat(delay=LONG))
    with metering() as calls:
        error = error_of()
    assert len(server.seen) == 2
    assert (error.spends_attempt, error.stops_writer) == (True, False)
    assert error.retry_after > 0
    assert "in time" in error.message
    assert all("no answer within" in (call.failure or "") for call in calls)


# --- Class 3: not this item ---


@pytest.mark.parametrize(
    "fault",
    [
        chat(None, refusal="I cannot help with that."),
        chat("", finish_reason="content_filter"),
        refused(400, "content_filter"),
        Answer(
            400, {"error": {"code": "x", "innererror": {"code": "ResponsibleAIPolicyViolation"}}}
        ),
    ],
    ids=["refusal", "filter", "filter of the question", "filter of a gateway"],
)
def test_a_refusal(wire: Callable[..., Wire], fault: Answer) -> None:
    server = wire(fault)
    with metering() as calls:
        error = error_of(Refused)
    assert "refused" in str(error)
    assert len(server.seen) == 1
    assert calls[0].failure


@pytest.mark.parametrize("status", [400, 405, 413, 422])
def test_what_the_server_does_not_accept(wire: Callable[..., Wire], status: int) -> None:
    server = wire(refused(status, "context_length_exceeded", "This is\ntoo long. " * 50))
    error = error_of()
    assert (error.retry_after, error.stops_writer) == (None, False)
    assert len(server.seen) == 1
    said = str(error)
    assert f"HTTP {status}" in said
    assert "context_length_exceeded" in said
    assert "This is too long." in said
    assert len(said) < 400


# --- Class 4: stop ---


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (refused(401, "invalid_api_key"), "OPENAI_API_KEY"),
        (refused(403, "unsupported_country"), "rights"),
        (refused(404, "model_not_found"), "OPENAI_MODEL"),
        (Answer(404, b"404 page not found", {"content-type": "text/plain"}), "OPENAI_BASE_URL"),
        (refused(400, "model_not_found"), "does not know tester"),
        (refused(402), "credit"),
        (refused(429, "insufficient_quota", retry_after="1"), "credit"),
        (refused(429, "billing_hard_limit_reached"), "credit"),
    ],
)
def test_what_only_people_can_mend(wire: Callable[..., Wire], fault: Answer, said: str) -> None:
    server = wire(fault)
    error = error_of()
    assert (error.stops_writer, error.spends_attempt, error.retry_after) == (True, False, 60)
    assert said in error.message
    assert len(server.seen) == 1


@pytest.mark.parametrize(("key", "said"), [("", "set OPENAI_API_KEY"), ("sk-a\nb", "check")])
def test_a_key_that_cannot_be_one(settings: Any, key: str, said: str) -> None:
    settings.OPENAI_API_KEY = key
    settings.OPENAI_BASE_URL = ""
    error = error_of()
    assert error.stops_writer is True
    assert said in error.message


def test_a_server_of_one_s_own_needs_no_key(wire: Callable[..., Wire], settings: Any) -> None:
    settings.OPENAI_API_KEY = ""
    wire()
    assert ask().tries == 1


# --- The key stays where it is ---


@pytest.mark.parametrize(
    "fault",
    [
        refused(401, "invalid_api_key", f"Incorrect API key provided: {KEY}."),
        refused(401, "invalid_api_key", "Incorrect API key provided: sk-test-****2mK7."),
        refused(429, "x", f"Too much for {KEY}.", retry_after="60"),
        refused(500, KEY, f"Bearer {KEY}"),
        refused(400, "x", f"{'.' * 190}{KEY}"),
        chat(KEY),
        chat(None, refusal=f"I know {KEY}."),
    ],
)
def test_the_key_is_in_no_text(
    wire: Callable[..., Wire], caplog: pytest.LogCaptureFixture, fault: Answer
) -> None:
    caplog.set_level(logging.DEBUG)
    wire(then=fault)
    with metering() as calls:
        error = error_of(Exception)
    chain = [error]
    while following := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(following)
    texts = [caplog.text, str(openai.describe_state())]
    texts += [repr(each) + str(getattr(each, "message", "")) for each in chain]
    texts += [call.failure or "" for call in calls]
    assert not [text for text in texts if "sk-test" in text or "2mK7" in text]
