"""Asking a model: the three kinds of output, the calls in flight, and the one client a process."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from generation.metering import Purpose, metering
from generation.prompts.answers import Judgement
from generation.writers import loop, openai
from generation.writers.base import WriterError
from generation.writers.openai import Reply
from tests.generation.writers.asking import GOOD_TEXT, KEY, LONG, PROMPT, ask, asks, error_of
from tests.generation.writers.wire import GOOD, Answer, Wire, chat, refused

pytestmark = pytest.mark.usefixtures("access")

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
