"""The process's loop: for all threads, in every process its own, and gone without a word."""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import pytest

from generation import metering
from generation.metering import Call, Purpose, record
from generation.writers import loop

word: ContextVar[str] = ContextVar("word", default="none")


async def thread() -> int:
    return threading.get_ident()


async def for_ever() -> None:
    await asyncio.Event().wait()


def test_all_threads_use_one_loop() -> None:
    start = threading.Barrier(8)

    def use(_: int) -> int:
        start.wait(10)
        return loop.run(thread(), timeout=10)

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(use, range(8)))
    assert len(found) == 1
    assert threading.get_ident() not in found


def test_the_caller_s_context_follows() -> None:
    async def read() -> str:
        record(Call(Purpose.WRITE, "m", "1"))
        return word.get()

    word.set("mine")
    with metering.metering() as calls:
        assert loop.run(read(), timeout=10) == "mine"
    assert [call.model for call in calls] == ["m"]


def test_calls_of_two_threads_are_counted_apart() -> None:
    both = threading.Barrier(2)

    async def note(model: str) -> None:
        record(Call(Purpose.WRITE, model, "1"))

    def work(model: str) -> list[str]:
        with metering.metering() as calls:
            both.wait(10)
            for _ in range(20):
                loop.run(note(model), timeout=10)
            return [call.model for call in calls]

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(work, ("a", "b")))
    assert found == [["a"] * 20, ["b"] * 20]


def test_an_exception_comes_back() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        loop.run(fail(), timeout=10)


def test_a_wait_ends_and_what_was_waited_for_is_cancelled() -> None:
    ended = threading.Event()

    async def hang() -> None:
        try:
            await for_ever()
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        loop.run(hang(), timeout=0.05)
    assert ended.wait(10)


def test_the_loop_does_not_wait_for_itself() -> None:
    async def inside() -> None:
        loop.run(for_ever(), timeout=10)

    with pytest.raises(RuntimeError, match="await it"):
        loop.run(inside(), timeout=10)


def test_what_belongs_to_the_loop_is_made_once() -> None:
    numbers = itertools.count(1)

    async def get() -> int:
        return loop.belonging("test: a number", lambda: next(numbers))

    assert [loop.run(get(), timeout=10) for _ in range(3)] == [1, 1, 1]


def test_a_child_process_has_its_own_loop_and_belongings() -> None:
    async def get() -> tuple[int, int]:
        return loop.belonging("test: process", os.getpid), threading.get_ident()

    before = loop.run(get(), timeout=10)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # nothing of the tests may run on in the child
        try:
            pid, _ = loop.run(get(), timeout=10)
            os.write(writing, b"own" if pid == os.getpid() else b"inherited")
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        assert said.read() == "own"
    os.waitpid(child, 0)
    assert loop.run(get(), timeout=10) == before


ENDING = """
import asyncio, threading
from generation.writers import loop

class Client:
    async def close(self):
        print("closed")

async def begin():
    loop.belonging("client", Client)
    async def hang():
        try:
            await asyncio.Event().wait()
        finally:
            print("cancelled")
    loop.belonging("task", lambda: asyncio.ensure_future(hang()))
    await asyncio.sleep(0)

loop.run(begin(), timeout=10)
"""


def test_the_end_of_the_process_closes_everything_and_warns_of_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", ENDING],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["cancelled", "closed"]
