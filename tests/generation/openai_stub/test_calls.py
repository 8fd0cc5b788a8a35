"""The OpenAI-compatible stub: its script, its counts and limits, many calls, and as a process."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI

from generation.prompts import Rejected, prompt_for
from generation.prompts.answers import CorrectSentence, IncorrectSentence
from generation.prompts.briefs import Brief
from tests.generation.openai_stub.client import Asked, client_of
from tests.stubs.openai_faults import CONTENT_FAULTS, Fault, Rule
from tests.stubs.openai_limits import Limits, duration
from tests.stubs.openai_server import StubServer, start_process


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
