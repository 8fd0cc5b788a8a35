"""What became of a key's requests in one hour, counted in memory."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Outcome(enum.Enum):
    """How a request with a known key ended."""

    #: Let through by the rate limit, and answered.
    ANSWERED = enum.auto()
    #: Let through by the rate limit, and answered by an error (4xx, 5xx).
    FAILED = enum.auto()
    #: Refused before the rate limit: the key is expired or revoked, its address or its scope does not
    #: do, the path or the method does not exist (401 to 405).
    REFUSED = enum.auto()
    #: Over the rate limit (429).
    THROTTLED = enum.auto()


@dataclass(slots=True)
class Tally:
    """Numbers of requests. ``requests`` were let through by the limit, ``errors`` are among them.

    ``last``: when the last one was let through, in seconds since 1970; None: none was.
    """

    requests: int = 0
    errors: int = 0
    refused: int = 0
    throttled: int = 0
    last: float | None = None

    def add(self, outcome: Outcome, now: float) -> None:
        """One more request, at a time in seconds since 1970."""
        if outcome is Outcome.REFUSED:
            self.refused += 1
        elif outcome is Outcome.THROTTLED:
            self.throttled += 1
        else:
            self.requests += 1
            self.errors += outcome is Outcome.FAILED
            self.last = now

    def merge(self, other: Tally) -> None:
        """Add what another one counted in the same hour."""
        self.requests += other.requests
        self.errors += other.errors
        self.refused += other.refused
        self.throttled += other.throttled
        if other.last is not None:
            self.last = other.last if self.last is None else max(self.last, other.last)
