"""Load over HTTP from a process of its own: each connection asks again as soon as it is answered.

``load`` starts the process, which imports nothing but the standard library: it has to be cheap where
servers share its cores. It speaks as much HTTP/1.1 as the servers here answer with: kept-alive connections
and bodies whose length is told.
"""

from __future__ import annotations

import array
import asyncio
import gc
import itertools
import json
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
#: Seconds without an answer after which a run fails.
HANGS = 30.0

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)\r\n")
_ID = re.compile(rb'"id": *"([0-9a-f-]{36})"')
_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Job:
    """What to ask. ``targets`` (paths with queries) and ``keys`` take turns.

    It ends after ``seconds``, or after ``count`` requests where that is given; what is under way then is
    still waited for. ``ids``: also tell which problem each answer holds.
    """

    port: int
    targets: Sequence[str]
    keys: Sequence[str]
    connections: int
    seconds: float = 0.0
    count: int = 0
    ids: bool = False


@dataclass(frozen=True)
class Result:
    """Answers a second, and the times of answers in milliseconds.

    ``statuses``: how many answers had each; ``ids``: of the first problem in each answer.
    """

    rate: float
    p50: float
    p99: float
    statuses: dict[str, int]
    ids: list[str]


def load(job: Job) -> Result:
    """Run a job in a process of its own.

    Raises:
        AssertionError: with what it said, when an answer is not 200 or a connection breaks.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.http_load"],
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = Result(**json.loads(done.stdout))
    assert set(result.statuses) == {"200"}, result.statuses
    return result


class _Run:
    """The connections of one job, and what they found."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.times = array.array("d")
        self.statuses: Counter[str] = Counter()
        self.ids: list[str] = []
        self.open = job.connections
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = self._make()
        self._until = time.perf_counter() + job.seconds

    def next(self) -> bytes | None:
        """The next request; None when there are none to be asked any more."""
        if not self.job.count and time.perf_counter() >= self._until:
            return None
        return next(self._requests, None)

    def connection_done(self) -> None:
        self.open -= 1
        if not self.open and not self.ended.done():
            self.ended.set_result(None)

    def failed(self, why: str) -> None:
        if not self.ended.done():
            self.ended.set_exception(AssertionError(why))

    def _make(self) -> Iterator[bytes]:
        pairs = zip(itertools.cycle(self.job.targets), self._keys(), strict=False)
        requests = (
            f"GET {target} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {key}\r\n\r\n".encode()
            for target, key in pairs
        )
        return itertools.islice(requests, self.job.count) if self.job.count else requests

    def _keys(self) -> Iterator[str]:
        """Each key for a whole round of targets, so that both vary independently."""
        for key in itertools.cycle(self.job.keys):
            yield from itertools.repeat(key, len(self.job.targets))


class _Connection(asyncio.Protocol):
    def __init__(self, run: _Run) -> None:
        self.run = run
        self.got = b""
        self.begun = 0.0
        self.idle = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.idle:
            self.run.failed(f"a connection ended before its answer: {error}")

    def data_received(self, data: bytes) -> None:
        self.got += data
        end = self.got.find(_HEAD_END)
        if end < 0:
            return
        length = _LENGTH.search(self.got, 0, end + 2)
        if length is None:
            self.run.failed(f"an answer without a length: {self.got[:end]!r}")
            return
        if len(self.got) < end + len(_HEAD_END) + int(length[1]):
            return
        self.run.times.append(time.perf_counter() - self.begun)
        self.run.statuses[self.got[9:12].decode()] += 1
        if self.run.job.ids and (found := _ID.search(self.got, end)):
            self.run.ids.append(found[1].decode())
        self._ask()

    def _ask(self) -> None:
        assert self.transport is not None
        self.got = b""
        request = self.run.next()
        if request is None:
            self.idle = True
            self.transport.close()
            self.run.connection_done()
            return
        self.begun = time.perf_counter()
        self.transport.write(request)


async def _run(job: Job) -> Result:
    run = _Run(job)
    gc.disable()  # nothing here is in cycles, and a collection would count as somebody's slow answer
    start = time.perf_counter()
    loop = asyncio.get_running_loop()
    for _ in range(job.connections):
        await loop.create_connection(lambda: _Connection(run), "127.0.0.1", job.port)
    await asyncio.wait_for(run.ended, job.seconds + HANGS)
    took = time.perf_counter() - start
    milliseconds = sorted(1000 * one for one in run.times)
    return Result(
        rate=len(milliseconds) / took,
        p50=statistics.median(milliseconds),
        p99=milliseconds[int(0.99 * (len(milliseconds) - 1))],
        statuses=dict(run.statuses),
        ids=run.ids,
    )


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_run(Job(**json.load(sys.stdin)))))))
