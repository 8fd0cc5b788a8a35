"""The rate limit of a key, counted over all web processes together.

Windows are minutes of the database's clock. A process leases a block of the limit from the key's one row
and spends it without asking again. The sum of all leases never exceeds the limit. A block is so small
that what all live web processes may hold unspent is at most ``_UNSPENT`` of it: that is how far under the
limit a caller can be refused. A request counts in the minute in which it passes here; its answer may leave
in the next one.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections import OrderedDict
from typing import Any, cast
from uuid import UUID

from django.db import connection
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apikeys.cache import CachedKey
from quizservice import instruments
from quizservice.errors import TooManyRequests
from quizservice.models import Process
from quizservice.processes import LIVE

#: Seconds of a window.
WINDOW = 60
#: Share of a limit that processes may hold unspent, all together.
_UNSPENT = 0.02
#: Web processes that are reckoned with at least: one that has just started is not seen yet.
_PROCESSES = 4
#: Keys whose leases a process remembers; what it forgets stays unspent.
_KEYS = 10_000
#: Leases asked for in a row when each is over before it arrives.
_TRIES = 3

# Takes up to a block of what is left in the running minute. One row a key, so leases queue on it, and the
# minute of one that has waited may be over: then the row's is the running one. A row further ahead comes
# from a clock that was set back since: it begins anew. The commit waits for no disk: a crash of the
# database forgets the leases of its last moments, less than a second.
_LEASE = """
WITH block AS (
    SELECT LEAST(%(limit)s, GREATEST(1, floor(%(limit)s * %(unspent)s
               / GREATEST(%(fewest)s, count(*)))))::integer AS size,
           set_config('synchronous_commit', 'off', true)
    FROM quizservice_process
    WHERE kind = %(web)s AND last_seen_at > clock_timestamp() - %(live)s * interval '1 second'
)
INSERT INTO apikeys_ratewindow AS w (key_id, minute, leased, granted)
SELECT %(key)s, date_trunc('minute', clock_timestamp()), size, size FROM block
ON CONFLICT (key_id) DO UPDATE SET (granted, leased, minute) = (
    SELECT CASE WHEN running THEN rest ELSE excluded.granted END,
           CASE WHEN running THEN w.leased + rest ELSE excluded.leased END,
           CASE WHEN running THEN w.minute ELSE excluded.minute END
    FROM (SELECT w.minute >= excluded.minute AND w.minute <= excluded.minute + interval '1 minute'
                     AS running,
                 GREATEST(0, LEAST(excluded.granted, %(limit)s - w.leased)) AS rest) lease)
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
            for _ in range(_TRIES):
                if self._ends <= time.monotonic():
                    self._left, self._exhausted = 0, False
                if self._left == 0 and not self._exhausted:
                    self._renew()
                if self._ends > time.monotonic():
                    break
            else:
                self._left = 0  # the minute of the last lease is over, too
            if self._left == 0:
                return False
            self._left -= 1
            return True

    @property
    def seconds(self) -> int:
        """Whole seconds until the next window; by this machine's clock while it has no lease."""
        left = self._ends - time.monotonic()
        return max(1, math.ceil(left if left > 0 else WINDOW - time.time() % WINDOW))

    def headers(self) -> dict[str, str]:
        """The fields of the IETF draft "RateLimit header fields for HTTP".

        What remains is what was seen at the last lease of the window: other processes may have leased
        since. Without a lease it is the whole limit.
        """
        remaining = self.limit
        if self._ends > time.monotonic():
            remaining = max(0, self.limit - self._leased_by_all + self._left)
        return {
            "RateLimit-Policy": f'"key";q={self.limit};w={WINDOW}',
            "RateLimit": f'"key";r={remaining};t={self.seconds}',
        }

    def _renew(self) -> None:
        asked = time.monotonic()  # before the database looks at its clock: never spent too late
        with connection.cursor() as cursor:
            cursor.execute(
                _LEASE,
                {
                    "key": self.key_id,
                    "limit": self.limit,
                    "unspent": _UNSPENT,
                    "fewest": _PROCESSES,
                    "web": Process.Kind.WEB,
                    "live": LIVE.total_seconds(),
                },
            )
            self._left, self._leased_by_all, seconds = cursor.fetchone()
        self._ends = asked + seconds
        self._exhausted = self._left == 0


class _Leases:
    """The leases of this process, those used longest ago forgotten first. Safe under threads and forks."""

    def __init__(self) -> None:
        self.forget()
        os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        """Begin anew: what a fork finds is the parent's to spend."""
        self._lock = threading.Lock()
        self._leases: OrderedDict[UUID, _Lease] = OrderedDict()

    def of(self, key: CachedKey) -> _Lease:
        """The key's lease; another one when its limit has changed."""
        with self._lock:
            lease = self._leases.get(key.id)
            if lease is None or lease.limit != key.rate_limit_rpm:
                lease = self._leases[key.id] = _Lease(key)
                if len(self._leases) > _KEYS:
                    self._leases.popitem(last=False)
            self._leases.move_to_end(key.id)
            return lease


_leases = _Leases()


class KeyRateThrottle(BaseThrottle):
    """Counts a request against its key's limit."""

    def allow_request(self, request: Request, view: Any) -> bool:
        key = cast(CachedKey, request.auth)
        lease = _leases.of(key)
        if not lease.spend():
            instruments.keys_refused.add(1, reason="rate")
            raise TooManyRequests(
                f"More than {key.rate_limit_rpm} requests a minute",
                headers={"Retry-After": str(lease.seconds)},
            )
        request._request.let_through = True  # type: ignore[attr-defined]  # for who counts it
        return True


def limit_headers(key: CachedKey) -> dict[str, str]:
    """The rate limit's headers for an answer to this key."""
    return _leases.of(key).headers()
