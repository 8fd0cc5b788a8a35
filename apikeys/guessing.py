"""Slows down who tries keys: after too many wrong ones a network waits, before any look-up.

A network is what one caller is given: an IPv4 address, or the /64 of an IPv6 one
(``quizservice.proxies.client_network``). Counted in this process alone, in windows of a minute: a service
of n processes lets through n times as many at most. It guards the database and the processors; the keys
guard themselves, with 256 random bits.
"""

from __future__ import annotations

import math
import os
import threading
import time

#: Wrong keys from one network within a window before it has to wait for the next one.
MOST = 60
WINDOW = 60.0  # seconds
#: Networks that are remembered, of those that wait and of those that do not yet.
_NETWORKS = 10_000


class GuessLimiter:
    """Safe under threads and forks.

    Those that wait are remembered apart: to be forgotten early, one would have to make ``_NETWORKS``
    others wait too, each by ``MOST`` wrong keys.
    """

    def __init__(self) -> None:
        self.forget()
        os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        """Begin anew."""
        self._lock = threading.Lock()
        self._wrong: dict[str | None, tuple[float, int]] = {}  # end of the window, wrong keys
        self._waiting: dict[str | None, float] = {}  # until when

    def wait(self, network: str | None) -> int:
        """Whole seconds until callers from a network may try again; 0: now."""
        until = self._waiting.get(network)  # one look at a dictionary needs no lock
        if until is None:
            return 0
        left = until - time.monotonic()
        if left > 0:
            return math.ceil(left)
        with self._lock:
            if self._waiting.get(network) == until:
                del self._waiting[network]
        return 0

    def wrong(self, network: str | None) -> None:
        """One more wrong key."""
        now = time.monotonic()
        with self._lock:
            ends, wrong = self._wrong.pop(network, (0.0, 0))
            if ends <= now:
                ends, wrong = now + WINDOW, 0
            if wrong + 1 >= MOST:
                _make_room(self._waiting)
                self._waiting[network] = ends
            else:
                _make_room(self._wrong)
                self._wrong[network] = (ends, wrong + 1)


def _make_room(remembered: dict[str | None, float] | dict[str | None, tuple[float, int]]) -> None:
    """Forget those that were heard of longest ago."""
    while len(remembered) >= _NETWORKS:
        del remembered[next(iter(remembered))]


guesses = GuessLimiter()
