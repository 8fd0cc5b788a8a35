"""Asking a model: the three kinds of output, and what follows from each way to fail."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from generation.metering import Purpose, metering
from generation.prompts import Prompt
from generation.prompts.answers import Judgement
from generation.writers import loop, openai
from generation.writers.base import WriterError
from generation.writers.openai import Refused, Reply
from tests.generation.writers.wire import (
    GOOD,
    Answer,
    Wire,
    chat,
    free_port,
    refused,
    serving,
)

KEY = "sk-test-Zx81vQ2mK7"
PROMPT = Prompt("v7", "Rules.", "<brief>\n{}\n</brief>")
GOOD_TEXT = json.dumps(GOOD)
#: Long enough that no test comes to it by being slow.
LONG = 3600.0


@pytest.fixture(autouse=True)
def access(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "PAUSES", (0.0, 0.02))
    settings.OPENAI_API_KEY = KEY
    settings.OPENAI_OUTPUT = "json_schema"
    settings.OPENAI_TEMPERATURE = 0.9
    settings.OPENAI_TIMEOUT = 30.0
    settings.OPENAI_CONNECT_TIMEOUT = 5.0
    settings.OPENAI_MAX_CALLS = 64
    settings.OPENAI_MAX_TOKENS = 800


@pytest.fixture
def wire(settings: Any) -> Iterator[Callable[..., Wire]]:
    """Starts the server that the settings then name."""
    with ExitStack() as servers:

        def begin(*script: Answer, then: Answer | None = None) -> Wire:
            server = servers.enter_context(serving(*script, then=then))
            settings.OPENAI_BASE_URL = server.url
            return server

        yield begin


def asks(
    count: int = 1, purpose: Purpose = Purpose.JUDGE
) -> list[Reply[Judgement] | BaseException]:
    return openai.call(
        [openai.ask(PROMPT, Judgement, purpose=purpose, model="tester") for _ in range(count)]
    )


def ask(purpose: Purpose = Purpose.JUDGE) -> Reply[Judgement]:
    """One answer, or the exception that came instead."""
    (result,) = asks(purpose=purpose)
    if isinstance(result, BaseException):
        raise result
    return result


def error_of(kind: type[Exception] = WriterError) -> Any:
    with pytest.raises(kind) as caught:
        ask()
    return caught.value


# --- What is asked, and what comes back ---


def test_a_reply(wire: Callable[..., Wire]) -> None:
    server = wire()
    with metering() as calls:
        reply = ask()
    assert reply.parsed == Judgement(**GOOD)
    assert (reply.text, reply.response_id, reply.model) == (GOOD_TEXT, "chatcmpl-1", "tester-2026")
    assert (reply.input_tokens, reply.output_tokens, reply.tries) == (100, 20, 1)
    (call,) = calls
    assert (call.purpose, call.model, call.prompt_version) == (Purpose.JUDGE, "tester", "v7")
    assert (call.input_tokens, call.output_tokens, call.failure) == (100, 20, None)
    assert call.response_id == "chatcmpl-1"
    assert server.seen[0].authorization == f"Bearer {KEY}"


def test_a_json_schema_is_asked_for(wire: Callable[..., Wire]) -> None:
    server = wire()
    ask(Purpose.WRITE)
    body = server.seen[0].body
    assert body["messages"] == PROMPT.messages()
    assert body["response_format"]["type"] == "json_schema"
    asked = body["response_format"]["json_schema"]
    assert asked["strict"] is True
    assert asked["schema"]["additionalProperties"] is False
    assert set(asked["schema"]["required"]) == set(Judgement.model_fields)
    assert body["max_completion_tokens"] == 800
    assert body["temperature"] == 0.9
    assert set(body) == {
        "messages",
        "model",
        "response_format",
        "max_completion_tokens",
        "temperature",
        "stream",
    }


def test_a_judge_says_the_same_of_the_same(wire: Callable[..., Wire]) -> None:
    server = wire()
    ask(Purpose.JUDGE)
    assert server.seen[0].body["temperature"] == 0


@pytest.mark.parametrize("output", ["json_object", "text"])
def test_servers_without_a_schema_are_told_in_words(
    wire: Callable[..., Wire], settings: Any, output: str
) -> None:
    settings.OPENAI_OUTPUT = output
    settings.OPENAI_TEMPERATURE = None
    server = wire()
    assert ask().parsed == Judgement(**GOOD)
    body = server.seen[0].body
    system, user = body["messages"]
    assert system["content"].startswith("Rules.\n\n")
    assert "single_error" in system["content"]
    assert user["content"] == PROMPT.user
    assert body["max_tokens"] == 800
    assert body.get("response_format") == (
        {"type": "json_object"} if output == "json_object" else None
    )
    assert not {"temperature", "max_completion_tokens"} & set(body)


@pytest.mark.parametrize(
    "text",
    [
        GOOD_TEXT,
        f"Here it is:\n```json\n{GOOD_TEXT}\n```\nAnything else?",
        f"<think>Perhaps {json.dumps(GOOD | {'natural': False})}?</think>{GOOD_TEXT}",
        f"A draft: {json.dumps(GOOD | {'reason': 'No.'})}. Better: {GOOD_TEXT}",
        f'{GOOD_TEXT} (not {{"natural": 1}}, and not {{broken)',
    ],
)
def test_the_object_is_found_in_a_text(wire: Callable[..., Wire], settings: Any, text: str) -> None:
    settings.OPENAI_OUTPUT = "text"
    wire(chat(text))
    assert ask().parsed == Judgement(**GOOD)


def test_prose_around_an_object_is_wrong_where_json_was_asked_for(
    wire: Callable[..., Wire],
) -> None:
    wire(chat(f"Here: {GOOD_TEXT}"))
    assert ask().tries == 2


@pytest.mark.parametrize("name", ["response_format", "temperature"])
def test_a_server_that_rejects_a_setting_stops_the_writer(
    wire: Callable[..., Wire], name: str
) -> None:
    body = {"error": {"message": "no", "code": "unsupported_parameter", "param": name}}
    server = wire(Answer(400, body))
    error = error_of()
    assert (error.stops_writer, error.spends_attempt) == (True, False)
    assert "OPENAI_OUTPUT" in error.message
    assert len(server.seen) == 1


def test_four_calls_are_in_flight_together(wire: Callable[..., Wire]) -> None:
    server = wire()
    server.together = threading.Barrier(4)
    replies = asks(4)
    assert all(isinstance(reply, Reply) for reply in replies), replies
    assert max(seen.in_flight for seen in server.seen) == 4


def test_no_more_calls_than_the_setting_allows(wire: Callable[..., Wire], settings: Any) -> None:
    settings.OPENAI_MAX_CALLS = 3
    server = wire(then=chat(delay=0.02))
    assert all(isinstance(reply, Reply) for reply in asks(12))
    assert max(seen.in_flight for seen in server.seen) <= 3


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


# --- One client a process ---


def test_connections_are_used_again(wire: Callable[..., Wire]) -> None:
    server = wire()
    for _ in range(3):
        ask()
    assert len({seen.port for seen in server.seen}) == 1


def test_other_settings_have_another_client(wire: Callable[..., Wire], settings: Any) -> None:
    server = wire()
    ask()
    settings.OPENAI_API_KEY = "sk-other-key"
    ask()
    assert [seen.authorization for seen in server.seen] == [f"Bearer {KEY}", "Bearer sk-other-key"]


def test_a_child_process_has_its_own_client(wire: Callable[..., Wire]) -> None:
    server = wire()
    ask()
    child = os.fork()
    if child == 0:  # nothing of the tests may run on in the child
        code = 1
        try:
            code = 0 if ask().tries == 1 else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    ask()
    mine, child_s, mine_again = (seen.port for seen in server.seen)
    assert mine == mine_again != child_s


def test_the_state_of_the_gates(wire: Callable[..., Wire]) -> None:
    server = wire(refused(429, "rate_limit_exceeded", retry_after="60"))
    error_of()
    state = openai.describe_state()
    (mine,) = (one for name, one in state.items() if server.url.split("/")[2] in name)
    json.dumps(state)
    assert mine["closed_until"]
    assert "rate_limit_exceeded" in mine["last_error"]
    assert (mine["in_flight"], mine["waiting"]) == (0, 0)


def test_a_call_that_is_given_up_is_recorded(wire: Callable[..., Wire]) -> None:
    """What nobody waits for any more may have been paid for nevertheless."""
    server = wire(then=chat(delay=LONG))

    async def give_up() -> None:
        task = asyncio.create_task(
            openai.ask(PROMPT, Judgement, purpose=Purpose.WRITE, model="tester")
        )
        while not server.seen:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])

    with metering() as calls:
        loop.run(give_up(), timeout=30)
    assert [call.failure for call in calls] == ["given up"]


def test_a_thread_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai, "TRIES", 0)
    monkeypatch.setattr(openai, "MARGIN", 0.05)
    with pytest.raises(WriterError, match="took longer") as caught:
        openai.call([asyncio.sleep(LONG), asyncio.sleep(LONG)])
    assert caught.value.retry_after is not None


def test_the_environment_s_proxy_is_used(
    wire: Callable[..., Wire], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = wire()
    monkeypatch.setenv("HTTP_PROXY", proxy.url.removesuffix("/v1"))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    settings.OPENAI_BASE_URL = "http://models.example.org/v1"
    assert ask().tries == 1
    assert len(proxy.seen) == 1


ENDING = """
import django
django.setup()
from generation.metering import Purpose
from generation.prompts import Prompt
from generation.prompts.answers import Judgement
from generation.writers import openai

prompt = Prompt("v7", "Rules.", "Data.")
ask = lambda: openai.ask(prompt, Judgement, purpose=Purpose.WRITE, model="tester")
print([type(one).__name__ for one in openai.call([ask(), ask()])])
"""


def test_a_process_that_has_asked_ends_without_a_word(wire: Callable[..., Wire]) -> None:
    """Connections are open then, which nobody uses."""
    server = wire()
    done = subprocess.run(
        [sys.executable, "-W", "default::ResourceWarning", "-c", ENDING],
        env=os.environ
        | {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.url, "LOG_LEVEL": "WARNING"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("['Reply', 'Reply']", "")
    assert done.returncode == 0
