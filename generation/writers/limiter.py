"""How many calls of a model a process makes at once, and when it makes none.

A gate for each model and server, used on the process's loop only. When the server asks to wait, or is not
there, the gate closes for all calls together; afterwards it opens step by step.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Hashable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from generation.writers import headers as rates
from generation.writers.base import WriterError
from generation.writers.failures import BUSY, TOO_MANY, Failure
from generation.writers.loop import belonging, belongings

logger = logging.getLogger(__name__)

#: Longest wait in seconds at a closed gate; who would wait longer is sent away, to do something else.
WAIT_AT_GATE = 2.0
#: Longest wait in seconds for a place while the gate opens step by step.
WAIT_AT_OPENING = 10.0
#: Own pauses in seconds, where the server names none: doubling from the first to the longest.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
#: A server's delay is believed up to this many seconds; then it is asked again.
LONGEST_BELIEVED = 3600.0
#: A pause grows by up to this share of itself, so that processes do not come back together.
JITTER = 0.1
#: When the server fails at so many different questions in a row, none answered between, it is the server:
#: all those of a usual problem, because one alone may be too much for it.
OUTAGE = 4


@dataclass(slots=True)
class Place:
    """A call's place among those in flight. ``era``: how often the gate had closed when it went in."""

    era: int


class Gate:
    """The way to one model of one server.

    ``most`` calls may be in flight. After a closing it is one; each success doubles it. A server that
    tells how many requests or tokens are left gets no more calls at once than those.
    """

    def __init__(self, name: str, most: int, tokens_a_call: int = 0) -> None:
        self.name = name
        self._most = most
        self._limit = most
        self._in_flight = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._opens_at = 0.0  # of the monotonic clock
        self._opening: asyncio.TimerHandle | None = None
        self._era = 0
        self._failures = 0
        #: The most that a call has taken so far, after a first guess.
        self._tokens_a_call = tokens_a_call
        self._last: Failure | None = None
        #: The questions at which the server failed since it answered one.
        self._unanswered: set[Hashable] = set()

    @asynccontextmanager
    async def place(self, patience: float) -> AsyncIterator[Place]:
        """A place in flight for the time of the block. ``patience``: seconds to wait for a free one.

        Raises:
            WriterError: the gate stays closed for more than two seconds, or no place got free in time.
        """
        await self._enter(patience)
        try:
            yield Place(self._era)
        finally:
            self._in_flight -= 1
            self._admit()

    def succeeded(self, place: Place, headers: Mapping[str, str], tokens: int) -> None:
        """A call was answered; ``tokens`` is what it took, ``headers`` may tell how much is left."""
        self._tokens_a_call = max(self._tokens_a_call, tokens)
        self._unanswered.clear()
        if place.era == self._era:  # an answer to an earlier call says nothing of the server now
            self._failures = 0
            self._limit = min(self._most, self._limit * 2)
        left = rates.calls_left(headers, self._tokens_a_call)
        if left is not None and left < self._limit:
            self._limit = max(1, left)
        if left == 0 and (pause := rates.until_room(headers, self._tokens_a_call)):
            self._close(pause)
        self._admit()

    def failed(self, place: Place, failure: Failure) -> None:
        """The server wants a pause, or is away: no calls for the time it named, else for a while."""
        delay = failure.delay
        self._last = failure
        if place.era == self._era:  # the others in flight fail of the same cause: it counts once
            self._era += 1
            self._failures += 1
            self._limit = 1
            own = FIRST_PAUSE * 2.0 ** min(self._failures - 1, 20)
            self._close(delay or min(own, LONGEST_PAUSE))
            logger.warning(
                "%s: no calls for %.1f s: %s", self.name, self.closed_for(), failure.cause
            )
        elif delay:
            self._close(delay)

    def is_out(self, question: Hashable) -> bool:
        """The server failed at a question; whether so many in a row say that it is away."""
        if len(self._unanswered) < OUTAGE:
            self._unanswered.add(question)
        return len(self._unanswered) >= OUTAGE

    def closed_for(self) -> float:
        """Seconds until the gate opens; 0: it is open."""
        return max(0.0, self._opens_at - time.monotonic())

    def refusal(self) -> WriterError:
        """What a call is told that does not wait for the gate to open."""
        after = self._last.cause if self._last else "its limit was reached"
        return WriterError(
            f"{self.name}: no calls for another {self.closed_for():.1f} s after: {after}",
            message=self._last.message if self._last else TOO_MANY,
            retry_after=self.come_again(),
            spends_attempt=False,
        )

    def come_again(self) -> float:
        """Seconds after which to come again: the gate is open then, and not all come together."""
        left = self.closed_for()
        return left + random.uniform(0, 1 + JITTER * left)

    def state(self) -> dict[str, Any]:
        """The state as JSON, from any thread; ``closed_until`` is a time in ISO format or None."""
        closed = self.closed_for()
        opens = datetime.now(UTC) + timedelta(seconds=closed)
        return {
            "closed_until": opens.isoformat(timespec="seconds") if closed else None,
            "in_flight": self._in_flight,
            "waiting": len(self._waiting),
            "limit": self._limit,
            "failures": self._failures,
            "last_error": self._last.cause if self._last else "",
        }

    async def _enter(self, patience: float) -> None:
        if self.closed_for() > WAIT_AT_GATE:
            raise self.refusal()
        if self._limit < self._most:
            patience = min(patience, WAIT_AT_GATE + WAIT_AT_OPENING)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._admit()
        try:
            async with asyncio.timeout(patience):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._in_flight -= 1  # it was let in at the very moment it gave up
                self._admit()
            elif turn in self._waiting:
                self._waiting.remove(turn)
            if isinstance(error, TimeoutError):
                raise self._no_place(patience) from None
            raise

    def _no_place(self, patience: float) -> WriterError:
        return WriterError(
            f"{self.name}: none of {self._limit} places got free within {patience:.0f} s",
            message=BUSY,
            retry_after=random.uniform(5, 10),
            spends_attempt=False,
        )

    def _admit(self) -> None:
        """Let in those who wait, first come first, as far as there is room."""
        if self.closed_for() > 0:
            return
        while self._waiting and self._in_flight < self._limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._in_flight += 1
                turn.set_result(None)

    def _close(self, seconds: float) -> None:
        seconds = min(seconds, LONGEST_BELIEVED) * (1 + random.uniform(0, JITTER))
        self._opens_at = max(self._opens_at, time.monotonic() + seconds)
        left = self.closed_for()
        if self._opening is not None:
            self._opening.cancel()
        # A little later, so that the gate is surely open when it is looked at.
        self._opening = asyncio.get_running_loop().call_later(left + 0.01, self._admit)
        if left > WAIT_AT_GATE:
            while self._waiting:
                turn = self._waiting.popleft()
                if not turn.done():
                    turn.set_exception(self.refusal())


def gate(base_url: str, model: str, most: int, tokens_a_call: int = 0) -> Gate:
    """The process's gate to a model of a server; to be called on the process's loop."""
    server = urlsplit(base_url).netloc.rpartition("@")[2]  # a login may stand before it
    name = f"{model} at {server}"
    return belonging(("gate", base_url, model, most), lambda: Gate(name, most, tokens_a_call))


def describe_state() -> dict[str, dict[str, Any]]:
    """The state of each gate of this process by its name, as JSON; from any thread."""
    return {each.name: each.state() for each in belongings() if isinstance(each, Gate)}
