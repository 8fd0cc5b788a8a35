"""How much keys are used: written down in batches, and summed up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from apikeys.models import SCOPES, ApiKey, KeyUsage, expired_now, usable_now
from apikeys.tally import Tally

#: How long the hours of a key's use are kept.
KEPT = timedelta(days=90)
#: Keys that the overview names as the busiest.
BUSIEST = 10

_HOUR = timedelta(hours=1)
_DAY = timedelta(hours=24)

# Always locked in the order of their ids, so that processes that write at the same time cannot wait for
# each other in a ring.
_LOCK = "SELECT id FROM apikeys_apikey WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_TOTALS = """
UPDATE apikeys_apikey k
SET usage_count = k.usage_count + n.requests, last_used_at = GREATEST(k.last_used_at, n.last)
FROM (SELECT key_id, sum(requests) AS requests, max(last) AS last
      FROM unnest(%s::uuid[], %s::bigint[], %s::timestamptz[]) u (key_id, requests, last)
      GROUP BY key_id) n
WHERE k.id = n.key_id AND n.requests > 0
"""
_HOURS = """
INSERT INTO apikeys_keyusage AS w (key_id, hour, requests, errors, refused, throttled)
SELECT u.key_id, u.hour, u.requests, u.errors, u.refused, u.throttled
FROM unnest(%s::uuid[], %s::timestamptz[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
     u (key_id, hour, requests, errors, refused, throttled)
WHERE u.key_id = ANY(%s)
ON CONFLICT (key_id, hour) DO UPDATE SET
    requests = w.requests + excluded.requests,
    errors = w.errors + excluded.errors,
    refused = w.refused + excluded.refused,
    throttled = w.throttled + excluded.throttled
"""


def record_usage(counts: Mapping[tuple[UUID, datetime], Tally]) -> None:
    """Write down requests that were counted in memory, in one transaction.

    ``counts`` goes by key and hour (UTC, its beginning). Keys that are no more are passed over. What was
    not let through leaves a key's ``usage_count`` and ``last_used_at`` as they are.
    """
    if not counts:
        return
    keys = [key_id for key_id, _ in counts]
    hours = [hour for _, hour in counts]
    tallies = list(counts.values())
    numbers = [
        [getattr(tally, field) for tally in tallies]
        for field in ("requests", "errors", "refused", "throttled")
    ]
    lasts = [None if t.last is None else datetime.fromtimestamp(t.last, UTC) for t in tallies]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK, [keys])
        known = [row[0] for row in cursor.fetchall()]
        cursor.execute(_TOTALS, [keys, numbers[0], lasts])
        cursor.execute(_HOURS, [keys, hours, *numbers, known])
        KeyUsage.objects.filter(key_id__in=known, hour__lt=timezone.now() - KEPT).delete()


def requests_last_24h(key_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Requests of each key since this hour yesterday, as far as they are written down."""
    counted = KeyUsage.objects.filter(key_id__in=key_ids, hour__gt=timezone.now() - _DAY)
    sums = counted.values("key_id").annotate(n=Sum("requests"))
    return {row["key_id"]: row["n"] for row in sums}


def requests_today() -> int:
    """Requests of all keys since midnight (of the service's time zone), as far as they are written down."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    counted = KeyUsage.objects.filter(hour__gte=midnight).aggregate(n=Sum("requests", default=0))
    return int(counted["n"])


def overview() -> dict[str, Any]:
    """All keys summed up, in the shape of the HTTP contract."""
    usable = usable_now()
    sums = ApiKey.objects.aggregate(
        total=Count("id"),
        active=Count("id", filter=usable),
        expired=Count("id", filter=expired_now()),
        revoked=Count("id", filter=Q(is_active=False)),
        requests_total=Sum("usage_count", default=0),
        **{scope: Count("id", filter=usable & _broadest(scope)) for scope in SCOPES},
    )
    by_scope = {scope: sums.pop(scope) for scope in SCOPES}
    hours = _last_hours()
    return {
        **sums,
        "active_by_scope": by_scope,
        "requests_last_24h": sum(hours.values()),
        "requests_per_hour": [{"hour": hour, "requests": number} for hour, number in hours.items()],
        "busiest": _busiest(),
    }


def _broadest(scope: str) -> Q:
    """Keys whose broadest scope this is."""
    above = SCOPES[SCOPES.index(scope) + 1 :]
    return Q(permissions_scope__contains=[scope]) & ~Q(permissions_scope__overlap=list(above))


def _last_hours() -> dict[datetime, int]:
    """Requests of all keys by hour: the last 24, the running one last."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    hours = [now - back * _HOUR for back in range(23, -1, -1)]
    counted = KeyUsage.objects.filter(hour__gte=hours[0]).values("hour")
    found = {row["hour"]: row["n"] for row in counted.annotate(n=Sum("requests"))}
    return {hour: found.get(hour, 0) for hour in hours}


def _busiest() -> list[dict[str, Any]]:
    """The keys with the most requests in the last 24 hours."""
    counted = KeyUsage.objects.filter(hour__gt=timezone.now() - _DAY).values(
        "key_id", "key__key_prefix", "key__name"
    )
    return [
        {
            "id": row["key_id"],
            "key_prefix": row["key__key_prefix"],
            "name": row["key__name"],
            "requests_last_24h": row["n"],
        }
        for row in counted.annotate(n=Sum("requests")).order_by("-n", "key_id")[:BUSIEST]
    ]
