"""All that the page of a key tells beside its fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apikeys.attention import Notice, notices
from apikeys.charts import Chart, stacked
from apikeys.models import ApiKey, KeyEvent
from apikeys.periods import Period, last_days, last_hours, total

#: Steps of the history that stand on a key's own page.
EVENTS = 10
_HOURS, _DAYS = 48, 30


@dataclass(frozen=True, slots=True)
class Use:
    """The use of a key over some time; ``busy`` are the periods in which there was any, newest first."""

    chart: Chart
    total: Period
    busy: Sequence[Period]

    @classmethod
    def of(cls, periods: Sequence[Period], label_every: int) -> Use:
        busy = [period for period in reversed(periods) if period.total]
        return cls(stacked(periods, label_every=label_every), total(periods), busy)


@dataclass(frozen=True, slots=True)
class Dossier:
    """``state`` is active, expired or revoked; ``ending``: the last step, of a key that is revoked."""

    state: str
    notices: Sequence[Notice]
    by_hour: Use
    by_day: Use
    events: Sequence[KeyEvent]
    more_events: bool
    ending: KeyEvent | None


def of_key(key: ApiKey, now: datetime) -> Dossier:
    """Everything, in three queries."""
    hours = last_hours(key.id, _HOURS)
    events = list(key.events.all()[: EVENTS + 1])
    ending = events[0] if events and events[0].kind == KeyEvent.Kind.REVOKED else None
    return Dossier(
        state=key.state(now),
        notices=notices(key, now, hours[-24:]),
        by_hour=Use.of(hours, label_every=12),
        by_day=Use.of(last_days(key.id, _DAYS), label_every=7),
        events=events[:EVENTS],
        more_events=len(events) > EVENTS,
        ending=ending,
    )
