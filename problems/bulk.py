"""Changes to many problems at once: each keeps its history; what is refused is told and stays as it is."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext

from problems import services
from problems.changes import Change, locked, record, refusals, snapshot_of
from problems.models import Problem, ProblemEvent
from quizservice.errors import Conflict, ServiceError, Unprocessable

#: How many problems may be changed at once, and how many of them in one go.
MOST = 5_000
_BATCH = 250

Status = Problem.Status

_KINDS = {
    Status.LIVE: ProblemEvent.Kind.PUBLISHED,
    Status.RETIRED: ProblemEvent.Kind.RETIRED,
    Status.REVIEW: ProblemEvent.Kind.SENT_TO_REVIEW,
}
_MOVES: dict[str, Callable[..., None]] = {
    Status.LIVE: services.publish,
    Status.RETIRED: services.retire,
    Status.REVIEW: services.send_to_review,
}


@dataclass(slots=True)
class Outcome:
    """How many problems were changed, and how many were not, by the reason in a sentence."""

    changed: int = 0
    kept: Counter[str] = field(default_factory=Counter)


def selected(rows: QuerySet[Problem]) -> list[uuid.UUID]:
    """The ids of what shall be changed.

    Raises:
        Unprocessable: for more than :data:`MOST`.
    """
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if len(ids) > MOST:
        raise Unprocessable(
            gettext(
                "More than %(most)d problems are chosen; that many can be changed at once. "
                "Narrow the list with filters, and go on in parts."
            )
            % {"most": MOST}
        )
    return ids


def by_status(problem_ids: Collection[uuid.UUID]) -> dict[str, int]:
    """How many of the problems have each status."""
    counted = Problem.objects.filter(pk__in=problem_ids).order_by().values("status")
    return {row["status"]: row["n"] for row in counted.annotate(n=Count("pk"))}


def move(problem_ids: Sequence[uuid.UUID], *, status: str, by: str, reason: str = "") -> Outcome:
    """Publish problems (status live), retire them, or send them to review.

    ``by``: the user's name. Ids of no problem are left out. Where the database refuses one, the others go
    on.

    Raises:
        Unprocessable: for a reason that is too long.
        KeyError: for another status.
    """
    kind, outcome = _KINDS[Status(status)], Outcome()
    for batch in _batches(problem_ids):
        try:
            outcome.changed += _together(batch, status, kind, by, reason, outcome.kept)
        except Conflict:  # one of them at least: then one by one
            _singly(batch, status, by, reason, outcome)
    return outcome


def _together(
    ids: Sequence[uuid.UUID], status: str, kind: str, by: str, reason: str, kept: Counter[str]
) -> int:
    """Move those that are elsewhere; how many. What the database refuses undoes all of them."""
    with refusals():
        rows = locked(ids)
        changes = [
            Change(row, snapshot_of(row), kind, reason) for row in rows if row.status != status
        ]
        for change in changes:
            change.problem.status = status
        Problem.objects.filter(pk__in=[one.problem.pk for one in changes]).update(
            status=status, updated_at=Now()
        )
        record(changes, by=by)
    if there := len(rows) - len(changes):
        kept[_there_already(status)] += there
    return len(changes)


def _singly(ids: Sequence[uuid.UUID], status: str, by: str, reason: str, outcome: Outcome) -> None:
    for problem_id in ids:
        try:
            _MOVES[status](problem_id, by=by, reason=reason)
            outcome.changed += 1
        except ServiceError as refused:
            outcome.kept[refused.detail] += 1


def _there_already(status: str) -> str:
    return gettext("The problem is %(status)s already.") % {
        "status": str(Status(status).label).lower()
    }


def tag(
    problem_ids: Sequence[uuid.UUID],
    *,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    by: str,
) -> Outcome:
    """Give problems tags and take others away.

    Raises:
        Unprocessable: for a tag that cannot be one.
    """
    return _rest(
        problem_ids,
        services.tag(problem_ids, add=add, remove=remove, by=by),
        gettext("The tags are as they should be already."),
    )


def set_level(problem_ids: Sequence[uuid.UUID], *, level: str, by: str) -> Outcome:
    """Give problems a level.

    Raises:
        Unprocessable: for a level that does not exist.
    """
    return _rest(
        problem_ids,
        services.set_level(problem_ids, level=level, by=by),
        gettext("The level is %(level)s already.") % {"level": level},
    )


def _rest(problem_ids: Sequence[uuid.UUID], changed: int, why: str) -> Outcome:
    """An outcome in which what was not changed had one reason."""
    rest = len(set(problem_ids)) - changed
    return Outcome(changed, Counter({why: rest} if rest else {}))


def _batches(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
