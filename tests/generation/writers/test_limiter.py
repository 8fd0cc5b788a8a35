"""The gate: how many calls are in flight, and when there are none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from generation.writers import limiter
from generation.writers.base import WriterError
from generation.writers.failures import Failure, Kind
from generation.writers.limiter import Gate

PAUSE = Failure(Kind.LATER, "HTTP 429", "Too many.", 0.05)
LONG = Failure(Kind.LATER, "HTTP 429", "Too many.", 60.0)
NO_DELAY = Failure(Kind.LATER, "HTTP 503", "Overloaded.")


def on_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    def run() -> None:
        asyncio.run(asyncio.wait_for(test(), 30))

    run.__name__ = test.__name__
    return run


async def fail(gate: Gate, failure: Failure) -> None:
    async with gate.place(5) as place:
        gate.failed(place, failure)


async def succeed(gate: Gate, **headers: str) -> None:
    async with gate.place(5) as place:
        named = {f"x-ratelimit-{name.replace('_', '-')}": value for name, value in headers.items()}
        gate.succeeded(place, named, 100)


class Crowd:
    """Calls that stay in flight until they are let go."""

    def __init__(self, gate: Gate, count: int, patience: float = 20) -> None:
        self.gate = gate
        self.inside = 0
        self.most = 0
        self.go = asyncio.Event()
        self.tasks = [asyncio.create_task(self._one(patience)) for _ in range(count)]

    async def _one(self, patience: float) -> None:
        async with self.gate.place(patience) as place:
            self.inside += 1
            self.most = max(self.most, self.inside)
            await self.go.wait()
            self.inside -= 1
            self.gate.succeeded(place, {}, 100)

    async def all(self) -> list[Any]:
        self.go.set()
        return await asyncio.gather(*self.tasks, return_exceptions=True)


async def settle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


@on_a_loop
async def test_no_more_calls_than_allowed() -> None:
    crowd = Crowd(Gate("m", 3), 10)
    await settle()
    assert crowd.inside == 3
    assert await crowd.all() == [None] * 10
    assert crowd.most == 3


@on_a_loop
async def test_who_waits_too_long_is_sent_away_and_takes_no_place() -> None:
    gate = Gate("m", 1)
    crowd = Crowd(gate, 1)
    await settle()
    with pytest.raises(WriterError) as caught:
        async with gate.place(0.02):
            pass
    assert caught.value.spends_attempt is False
    assert caught.value.retry_after is not None
    assert gate.state()["waiting"] == 0
    await crowd.all()
    await succeed(gate)
    assert gate.state()["in_flight"] == 0


@on_a_loop
async def test_a_waiting_call_that_is_cancelled_leaves_no_trace() -> None:
    gate = Gate("m", 1)
    crowd = Crowd(gate, 3)
    await settle()
    crowd.tasks[1].cancel()
    await crowd.all()
    assert gate.state() | {"in_flight": 0, "waiting": 0} == gate.state()


@on_a_loop
async def test_a_call_that_is_cancelled_as_it_is_let_in_gives_its_place_back() -> None:
    gate = Gate("m", 1)
    crowd = Crowd(gate, 2)
    await settle()
    crowd.go.set()
    await asyncio.sleep(0)  # the first goes out and lets the second in, which has not noticed yet
    assert gate.state()["in_flight"] == 1
    crowd.tasks[1].cancel()
    await crowd.all()
    assert gate.state()["in_flight"] == 0


@on_a_loop
async def test_a_long_pause_sends_everybody_away_at_once() -> None:
    gate = Gate("m", 2)
    crowd = Crowd(gate, 5)
    await settle()
    async with asyncio.timeout(1):
        gate.failed(limiter.Place(0), LONG)
        await settle()
        assert [task.done() for task in crowd.tasks] == [False, False, True, True, True]
        with pytest.raises(WriterError) as caught:
            await succeed(gate)
    error = caught.value
    assert error.spends_attempt is False
    assert error.stops_writer is False
    assert error.retry_after is not None
    assert 59 < error.retry_after < 80
    assert error.message == "Too many."
    assert "HTTP 429" in str(error)
    await crowd.all()


@on_a_loop
async def test_a_short_pause_is_waited_for() -> None:
    gate = Gate("m", 4)
    await fail(gate, PAUSE)
    assert gate.closed_for() > 0
    await succeed(gate)
    assert gate.closed_for() == 0


@on_a_loop
async def test_after_a_pause_the_gate_opens_step_by_step() -> None:
    gate = Gate("m", 8)
    await fail(gate, PAUSE)
    seen = []
    for _ in range(5):
        crowd = Crowd(gate, 20)
        while not crowd.inside:
            await asyncio.sleep(0.01)
        await settle()
        seen.append(crowd.inside)
        for task in crowd.tasks[1:]:
            task.cancel()
        await crowd.all()  # one success
    assert seen == [1, 2, 4, 8, 8]


@on_a_loop
async def test_calls_that_fail_together_count_once() -> None:
    gate = Gate("m", 8)
    async with gate.place(5) as one, gate.place(5) as two, gate.place(5) as three:
        gate.failed(one, NO_DELAY)
        gate.failed(two, NO_DELAY)
        first = gate.closed_for()
        gate.failed(three, LONG)  # but what a server asks for is heeded
    assert first < limiter.FIRST_PAUSE * (1 + limiter.JITTER)
    assert gate.closed_for() > 59
    assert gate.state()["failures"] == 1


@on_a_loop
async def test_own_pauses_double_until_a_success() -> None:
    gate = Gate("m", 8)
    pauses = []
    for era in range(8):
        gate.failed(limiter.Place(era), NO_DELAY)
        pauses.append(gate.closed_for())
    assert pauses == pytest.approx([1, 2, 4, 8, 16, 32, 60, 60], rel=2 * limiter.JITTER)
    assert gate.state()["failures"] == 8
    gate.succeeded(limiter.Place(8), {}, 100)
    gate.failed(limiter.Place(8), NO_DELAY)
    assert gate.state()["failures"] == 1


@on_a_loop
async def test_an_answer_from_before_the_pause_does_not_open_the_gate() -> None:
    gate = Gate("m", 8)
    async with gate.place(5) as early, gate.place(5) as failing:
        gate.failed(failing, NO_DELAY)
        gate.succeeded(early, {}, 100)
    assert gate.state()["failures"] == 1
    assert gate.state()["limit"] == 1
    assert gate.closed_for() > 0


@on_a_loop
async def test_no_more_calls_at_once_than_the_server_has_left() -> None:
    gate = Gate("m", 8, tokens_a_call=1000)
    await succeed(gate, remaining_requests="3", reset_requests="1s")
    assert gate.state()["limit"] == 3
    await succeed(gate, remaining_tokens="2500", reset_tokens="1s")
    assert gate.state()["limit"] == 2
    assert gate.closed_for() == 0
    await succeed(gate, remaining_requests="0", reset_requests="0.05s")
    assert gate.closed_for() > 0
    await succeed(gate)  # waits, and nothing counts as a failure
    assert gate.state()["failures"] == 0


@on_a_loop
async def test_an_absurd_delay_is_not_believed() -> None:
    gate = Gate("m", 8)
    await fail(gate, Failure(Kind.LATER, "HTTP 429", "Too many.", 1e9))
    assert gate.closed_for() <= limiter.LONGEST_BELIEVED * (1 + limiter.JITTER)


@on_a_loop
async def test_a_server_that_fails_at_different_questions_in_a_row_is_out() -> None:
    gate = Gate("m", 8)
    assert [gate.is_out(one) for one in ("a", "b", "a", "c")] == [False] * 4
    await succeed(gate)
    assert [gate.is_out(one) for one in "abcde"] == [False, False, False, True, True]
    assert gate.is_out("a")
    await succeed(gate)
    assert not gate.is_out("a")
