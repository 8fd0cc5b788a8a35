"""The rate limit of a key, counted over all web processes together.

Windows are minutes of the database's clock. A process leases a block of the limit from the key's one row
and spends it without asking again; the sum of all leases never exceeds the limit. A block is a two
hundredth of the limit, so that with four processes at most 2 % of it lie unspent when it is refused.
"""

from __future__ import annotations

import math
import threading
import time
import uuid
from typing import Any, cast

from django.db import connection
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apikeys.cache import CachedKey
from apikeys.usage import usage
from quizservice.errors import TooManyRequests

#: Seconds of a window.
WINDOW = 60
_BLOCKS = 200

# Takes up to a block of what is left in the running minute. One row a key, so leases queue on it.
_LEASE = """
INSERT INTO apikeys_ratewindow AS w (key_id, minute, leased, granted)
VALUES (%(key)s, date_trunc('minute', clock_timestamp()),
        LEAST(%(block)s, %(limit)s), LEAST(%(block)s, %(limit)s))
ON CONFLICT (key_id) DO UPDATE SET
    granted = CASE WHEN w.minute >= excluded.minute
                   THEN GREATEST(0, LEAST(%(block)s, %(limit)s - w.leased)) ELSE excluded.granted END,
    leased = CASE WHEN w.minute >= excluded.minute
                  THEN w.leased + GREATEST(0, LEAST(%(block)s, %(limit)s - w.leased))
                  ELSE excluded.leased END,
    minute = GREATEST(w.minute, excluded.minute)
RETURNING granted, leased, extract(epoch FROM minute + interval '1 minute' - clock_timestamp())::float
"""


class _Lease:
    """What this process may still spend of a key's limit in the running window. Safe under threads."""

    def __init__(self, key: CachedKey) -> None:
        self.key_id = key.id
        self.limit = key.rate_limit_rpm
        self._lock = threading.Lock()
        self._left = 0
        self._ends = 0.0  # monotonic seconds
        self._leased_by_all = 0
        self._exhausted = False

    def spend(self) -> bool:
        """Count one request; False when the limit is reached."""
        with self._lock:
            if self._ends <= time.monotonic():
                self._left, self._exhausted = 0, False
            if self._left == 0 and not self._exhausted:
                self._renew()
            if self._left == 0:
                return False
            self._left -= 1
            return True

    @property
    def seconds(self) -> int:
        """Whole seconds until the next window."""
        return max(1, math.ceil(self._ends - time.monotonic()))

    def headers(self) -> dict[str, str]:
        """The fields of the IETF draft "RateLimit header fields for HTTP"."""
        remaining, seconds = self.limit, WINDOW
        if self._ends > time.monotonic():
            remaining = max(0, self.limit - self._leased_by_all + self._left)
            seconds = self.seconds
        return {
            "RateLimit-Policy": f'"key";q={self.limit};w={WINDOW}',
            "RateLimit": f'"key";r={remaining};t={seconds}',
        }

    def _renew(self) -> None:
        block = max(1, self.limit // _BLOCKS)
        asked = time.monotonic()  # before the database looks at its clock: never spent too late
        with connection.cursor() as cursor:
            cursor.execute(_LEASE, {"key": self.key_id, "block": block, "limit": self.limit})
            self._left, self._leased_by_all, seconds = cursor.fetchone()
        self._ends = asked + seconds
        self._exhausted = self._left == 0


_leases: dict[uuid.UUID, _Lease] = {}
_leases_lock = threading.Lock()


def _lease(key: CachedKey) -> _Lease:
    with _leases_lock:
        lease = _leases.get(key.id)
        if lease is None or lease.limit != key.rate_limit_rpm:
            lease = _leases[key.id] = _Lease(key)
        return lease


class KeyRateThrottle(BaseThrottle):
    """Counts a request against its key's limit."""

    def allow_request(self, request: Request, view: Any) -> bool:
        key = cast(CachedKey, request.auth)
        if not _lease(key).spend():
            raise TooManyRequests(
                f"More than {key.rate_limit_rpm} requests a minute",
                headers={"Retry-After": str(_lease(key).seconds)},
            )
        usage.count(key.id)
        return True


def limit_headers(key: CachedKey) -> dict[str, str]:
    """The rate limit's headers for an answer to this key."""
    return _lease(key).headers()
