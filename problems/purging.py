"""Deleting problems for good, in batches that hold no lock for long."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, QuerySet

from problems.models import Answer, Problem, ProblemEvent, Report
from problems.selection import AT_ONCE, Selection, batches, selected

#: What is deleted unless somebody asks for more: what learners get stays.
NOT_LIVE = (Problem.Status.DRAFT.value, Problem.Status.REVIEW.value, Problem.Status.RETIRED.value)
#: How many of the problems are named before they are deleted.
SAMPLE = 5
#: Ids of which the numbers are asked together.
_COUNTED_AT_ONCE = 10_000


@dataclass(slots=True)
class Doomed:
    """What a purge would delete.

    ``at``: when it was looked at, by the database's clock. ``by_status``: numbers of problems;
    ``answers``, ``reports``, ``events``: what would go with them; ``sample``: ids of some; ``missing``: ids
    of no problem.
    """

    at: datetime
    by_status: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    reports: int = 0
    events: int = 0
    sample: list[uuid.UUID] = field(default_factory=list)
    missing: int = 0

    @property
    def problems(self) -> int:
        """How many problems."""
        return self.by_status.total()

    def count(self, rows: QuerySet[Problem]) -> None:
        """Count rows in."""
        rows = rows.order_by()
        numbers = rows.values_list("status").annotate(number=Count("pk"))
        self.by_status.update({str(status): number for status, number in numbers})
        ids = rows.values("pk")
        self.answers += Answer.objects.filter(problem__in=ids).count()
        self.reports += Report.objects.filter(problem__in=ids).count()
        self.events += ProblemEvent.objects.filter(problem__in=ids).count()
        if room := SAMPLE - len(self.sample):
            self.sample += rows.order_by("-pk").values_list("pk", flat=True)[:room]


@dataclass(slots=True)
class Purged:
    """What a purge did: problems deleted by their status, and those left.

    ``held``: somebody was changing or answering them; ``changed``: they were not any more what was asked
    for, or are gone, or never were.
    """

    deleted: Counter[str] = field(default_factory=Counter)
    held: int = 0
    changed: int = 0

    @property
    def problems(self) -> int:
        """How many problems were deleted."""
        return self.deleted.total()


def doomed(what: Selection | Sequence[uuid.UUID]) -> Doomed:
    """What deleting a selection, or the problems with these ids, would delete."""
    found = Doomed(at=_now())
    if isinstance(what, Selection):
        found.count(selected(what))
        return found
    for start in range(0, len(what), _COUNTED_AT_ONCE):
        ids = what[start : start + _COUNTED_AT_ONCE]
        found.count(Problem.objects.filter(pk__in=ids))
    found.missing = len(what) - found.problems
    return found


def purge(
    what: Selection | Sequence[uuid.UUID],
    *,
    at: datetime | None = None,
    after_batch: Callable[[Purged], None] | None = None,
) -> Purged:
    """Delete a selection, or the problems with these ids, with their answers, reports and history.

    Each batch is a transaction of its own, so that what is done stays done. A problem that somebody holds
    is left, and one that is not selected any more, because it was changed or published meanwhile.
    Items of orders stay and lose their problem. ``at``: when somebody looked at the selection; what was
    made or changed since nobody has seen, and it stays. ``after_batch`` is told how far it is.
    """
    done = Purged()
    if isinstance(what, Selection) and at is not None:
        what = replace(what, unchanged_since=min(at, what.unchanged_since or at))
    rows = selected(what) if isinstance(what, Selection) else Problem.objects.all()
    for ids in _batches(what):
        _delete(rows, ids, done)
        if after_batch is not None:
            after_batch(done)
    return done


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def _batches(what: Selection | Sequence[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    if isinstance(what, Selection):
        yield from batches(selected(what))
        return
    for start in range(0, len(what), AT_ONCE):
        yield list(what[start : start + AT_ONCE])


def _delete(rows: QuerySet[Problem], ids: list[uuid.UUID], done: Purged) -> None:
    """Delete one batch. The database deletes what belongs to a problem with it."""
    with transaction.atomic():
        wanted = rows.filter(pk__in=ids).order_by("pk")
        there = set(wanted.values_list("pk", flat=True))
        # by the row as it is once it is locked: what was published meanwhile is not among them
        locked = wanted.select_for_update(skip_locked=True, of=("self",))
        found = dict(locked.values_list("pk", "status"))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM problems_problem WHERE id = ANY(%s)", [list(found)])
    done.deleted.update(found.values())
    done.held += len(there - found.keys())
    done.changed += len(set(ids) - there)
