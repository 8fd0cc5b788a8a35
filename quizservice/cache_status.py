"""What is known of the caches of all processes, and whether a refresh has reached each of them.

Processes tell it themselves in the rows that they keep fresh (``quizservice.processes``).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from quizservice import processes
from quizservice.models import Process

#: A process that has not told its state for so long after a refresh is not waited for any more.
DEADLINE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Counters:
    """One cache of one process, or the sum of the same cache over processes. All counts since start."""

    name: str
    entries: int = 0
    hits: int = 0
    misses: int = 0
    invalidations: int = 0

    @property
    def lookups(self) -> int:
        """How often something was looked up in it."""
        return self.hits + self.misses

    @property
    def percent(self) -> float | None:
        """The share of look-ups that it answered, in percent; None before the first."""
        return 100 * self.hits / self.lookups if self.lookups else None

    def __add__(self, other: Counters) -> Counters:
        return replace(
            self,
            entries=self.entries + other.entries,
            hits=self.hits + other.hits,
            misses=self.misses + other.misses,
            invalidations=self.invalidations + other.invalidations,
        )


class Answer(StrEnum):
    """What a process has said of a refresh."""

    DROPPED = "dropped"  #: it has obeyed
    NEW = "new"  #: it began later, with empty caches
    EMPTY = "empty"  #: it does not listen, so that it keeps nothing
    WAITING = "waiting"  #: nothing yet
    SILENT = "silent"  #: nothing within the deadline


_SETTLED = frozenset({Answer.DROPPED, Answer.NEW, Answer.EMPTY})


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh that somebody asked for: ``cache`` is None when it is of all caches."""

    id: uuid.UUID
    cache: str | None = None

    @property
    def at(self) -> datetime:
        """When it was asked for: the first 48 bits of the id are milliseconds."""
        return datetime.fromtimestamp((self.id.int >> 80) / 1000, UTC)

    @classmethod
    def read(cls, text: str, cache: str = "") -> Refresh | None:
        """The refresh with an id as text; None when this can be none."""
        try:
            refresh = cls(uuid.UUID(text), cache or None)
        except ValueError:
            return None
        now = timezone.now()
        made_here = refresh.id.version == 7 and now - timedelta(days=1) < refresh.at
        return refresh if made_here and refresh.at < now + DEADLINE else None


@dataclass(frozen=True)
class ProcessCaches:
    """A process and what it last reported of its caches, with its answer to a refresh, if one is asked."""

    process: Process
    seen_ago: timedelta
    caches: Mapping[str, Counters]
    trusted: bool | None
    reason: str
    answer: Answer | None

    @property
    def is_silent(self) -> bool:
        """Whether it has not reported for longer than a live process would."""
        return self.seen_ago > processes.LIVE

    @property
    def age(self) -> timedelta:
        """How long it has been running."""
        return timezone.now() - self.process.started_at


@dataclass(frozen=True)
class Status:
    """The caches of all processes. ``refresh``: the one whose effect is shown."""

    processes: Sequence[ProcessCaches]
    refresh: Refresh | None = None

    @cached_property
    def totals(self) -> list[Counters]:
        """Each cache over all processes, by name."""
        found: dict[str, Counters] = {}
        for one in self.processes:
            for name, counters in one.caches.items():
                found[name] = found[name] + counters if name in found else counters
        return [found[name] for name in sorted(found)]

    def answered(self, *answers: Answer) -> list[ProcessCaches]:
        """The processes with one of these answers."""
        return [one for one in self.processes if one.answer in answers]

    @property
    def settled(self) -> list[ProcessCaches]:
        """The processes that keep nothing from before the refresh."""
        return self.answered(*_SETTLED)

    @property
    def is_waiting(self) -> bool:
        """Whether an answer to the refresh may still come."""
        return bool(self.answered(Answer.WAITING))


def status(refresh: Refresh | None = None) -> Status:
    """What the live processes last reported, and those that were alive when ``refresh`` was asked for.

    One query.
    """
    since = processes.LIVE
    if refresh is not None:
        since += max(timezone.now() - refresh.at, timedelta())
    rows = Process.objects.filter(last_seen_at__gt=Now() - since).annotate(now=Now())
    return Status([_reported(row, refresh) for row in rows.order_by("kind", "host", "id")], refresh)


def awaited(refresh: Refresh, *, every: float = 0.25) -> Status:
    """The caches of all processes when no answer to a refresh is waited for any more.

    Asks again every so many seconds, until :data:`DEADLINE` at most.
    """
    while (found := status(refresh)).is_waiting:
        time.sleep(every)
    return found


def document(found: Status) -> dict[str, Any]:
    """The caches of all processes as a JSON document."""
    return {
        "refresh_id": found.refresh and str(found.refresh.id),
        "caches": {total.name: _numbers(total) for total in found.totals},
        "processes": [
            {
                "kind": one.process.kind,
                "host": one.process.host,
                "pid": one.process.pid,
                "started_at": one.process.started_at,
                "last_seen_at": one.process.last_seen_at,
                "keeps_values": one.trusted,
                "reason": one.reason or None,
                "answer": one.answer,
                "caches": {name: _numbers(counters) for name, counters in one.caches.items()},
            }
            for one in found.processes
        ],
    }


def _numbers(counters: Counters) -> dict[str, Any]:
    share = None if counters.percent is None else round(counters.percent / 100, 4)
    return {
        "entries": counters.entries,
        "hits": counters.hits,
        "misses": counters.misses,
        "hit_rate": share,
        "invalidations": counters.invalidations,
    }


def _reported(row: Any, refresh: Refresh | None) -> ProcessCaches:
    keeping = row.report.get("keeping", {})
    return ProcessCaches(
        process=row,
        seen_ago=row.now - row.last_seen_at,
        caches={
            name: Counters(
                name,
                *(int(stats.get(key, 0)) for key in ("entries", "hits", "misses", "invalidations")),
            )
            for name, stats in row.report.get("caches", {}).items()
        },
        trusted=keeping.get("trusted"),
        reason=keeping.get("reason", ""),
        answer=None if refresh is None else _answer(row, keeping, refresh),
    )


def _answer(row: Process, keeping: Mapping[str, Any], refresh: Refresh) -> Answer:
    if str(refresh.id) in keeping.get("refreshes", ()):
        return Answer.DROPPED
    if row.started_at > refresh.at:
        return Answer.NEW
    if keeping.get("trusted") is False and row.last_seen_at > refresh.at:
        return Answer.EMPTY
    over = timezone.now() - refresh.at > DEADLINE
    return Answer.SILENT if over else Answer.WAITING
