"""The use of keys over time, as far as it is written down: hour by hour and day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import TruncDay
from django.utils import timezone

from apikeys.models import KeyUsage

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_NUMBERS = ("requests", "errors", "refused", "throttled")


@dataclass(frozen=True, slots=True)
class Period:
    """What became of a key's requests from ``start`` (UTC) on, for an hour or a day.

    ``requests`` were let through by the limit; ``errors`` are among them.
    """

    start: datetime
    requests: int = 0
    errors: int = 0
    refused: int = 0
    throttled: int = 0

    @property
    def well(self) -> int:
        """Requests answered without an error."""
        return self.requests - self.errors

    @property
    def total(self) -> int:
        """All requests, let through or not."""
        return self.requests + self.refused + self.throttled


def total(periods: Sequence[Period]) -> Period:
    """The sums of periods; it starts where the first does."""
    sums = {name: sum(getattr(one, name) for one in periods) for name in _NUMBERS}
    return Period(periods[0].start, **sums)


def last_hours(key_id: UUID, hours: int = 48) -> list[Period]:
    """The last hours of a key, the running one last."""
    return last_hours_of([key_id], hours)[key_id]


def last_hours_of(key_ids: Sequence[UUID], hours: int = 24) -> dict[UUID, list[Period]]:
    """The last hours of each key, the running one last; in one query."""
    now = timezone.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    starts = [now - back * HOUR for back in range(hours - 1, -1, -1)]
    rows = KeyUsage.objects.filter(key_id__in=key_ids, hour__gte=starts[0])
    found = {
        (key_id, hour): Period(hour, *numbers)
        for key_id, hour, *numbers in rows.values_list("key_id", "hour", *_NUMBERS)
    }
    return {key_id: _whole({s: found.get((key_id, s)) for s in starts}) for key_id in key_ids}


def last_days(key_id: UUID, days: int = 30) -> list[Period]:
    """The last days (UTC) of a key, today last."""
    today = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [today - back * DAY for back in range(days - 1, -1, -1)]
    rows = (
        KeyUsage.objects.filter(key_id=key_id, hour__gte=starts[0])
        .annotate(day=TruncDay("hour", tzinfo=UTC))
        .values("day")
        .annotate(**{f"n_{name}": Sum(name) for name in _NUMBERS})
    )
    found = {
        day: Period(day, *numbers)
        for day, *numbers in rows.values_list("day", *(f"n_{name}" for name in _NUMBERS))
    }
    return _whole({start: found.get(start) for start in starts})


def _whole(found: Mapping[datetime, Period | None]) -> list[Period]:
    """Every period, also those in which nothing was asked."""
    return [period or Period(start) for start, period in found.items()]
