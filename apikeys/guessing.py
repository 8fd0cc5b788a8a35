"""Slows down who tries keys: after too many wrong ones an address waits, before any look-up.

Counted in this process alone, in windows of a minute; IPv6 by its /64, which is what one caller is given.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time

#: Wrong keys from one address within a window before it has to wait for the next one.
MOST = 60
WINDOW = 60.0  # seconds
#: Addresses that are remembered; the longest known makes room.
_ADDRESSES = 10_000

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class GuessLimiter:
    """Safe under threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wrong: dict[str, tuple[float, int]] = {}  # network -> end of its window, wrong keys

    def wait(self, address: Address | None) -> int:
        """Whole seconds until the address may try again; 0: now."""
        with self._lock:
            ends, wrong = self._wrong.get(_network(address), (0.0, 0))
        left = ends - time.monotonic()
        return math.ceil(left) if wrong >= MOST and left > 0 else 0

    def wrong(self, address: Address | None) -> None:
        """One more wrong key."""
        network, now = _network(address), time.monotonic()
        with self._lock:
            ends, wrong = self._wrong.pop(network, (0.0, 0))
            if ends <= now:
                ends, wrong = now + WINDOW, 0
            while len(self._wrong) >= _ADDRESSES:
                del self._wrong[next(iter(self._wrong))]
            self._wrong[network] = (ends, wrong + 1)

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._wrong.clear()


def _network(address: Address | None) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


guesses = GuessLimiter()
