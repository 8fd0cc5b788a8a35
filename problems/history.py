"""The history of a problem: what people changed, word for word, and the way back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext

from problems.changes import Change, Snapshot, changing, snapshot_of, store
from problems.differences import Difference, Part, difference
from problems.models import Problem, ProblemEvent
from quizservice.errors import Conflict, NotFound

__all__ = ["Difference", "Entry", "Part", "difference", "entries", "events_of", "revert", "undo"]

#: Fields that a revert leaves alone: nothing is published by the way.
_STAYS = frozenset({"status"})


def events_of(problem_id: uuid.UUID) -> QuerySet[ProblemEvent]:
    """The events of a problem, newest first."""
    return ProblemEvent.objects.filter(problem=problem_id).order_by("-number")


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with what it changed. ``newest``: no other event but notes came after it."""

    event: ProblemEvent
    changes: list[Difference]
    newest: bool


def entries(problem_id: uuid.UUID) -> list[Entry]:
    """The whole history of a problem with its differences, newest first."""
    found: list[Entry] = []
    newest = True
    events = list(events_of(problem_id))
    for place, event in enumerate(events):
        before = events[place + 1].snapshot if place + 1 < len(events) else event.before
        changes = difference(before, event.snapshot) if before else []
        is_note = event.kind == ProblemEvent.Kind.NOTED
        found.append(Entry(event, changes, newest and not is_note))
        newest = newest and is_note
    return found


def revert(problem_id: uuid.UUID, *, to: uuid.UUID | None, by: str, reason: str = "") -> bool:
    """Give a problem the texts and fields it had after an event; whether that changed anything.

    ``to``: the event's id; None: as it was before its first one. The status stays as it is.

    Raises:
        NotFound: when there is no such problem, or it has no such event.
        DuplicateProblem: when another problem has those statements now.
        NotWhole: when it is live and was not whole then.
    """
    events = events_of(problem_id)
    event = events.filter(id=to).first() if to else events.last()
    target: Snapshot | None = None
    if event is not None:
        target = event.snapshot if to else event.before
    if event is None or target is None:
        raise NotFound(gettext("The problem has no such event"))
    number = event.number if to else 0
    said = reason or gettext("Back to version %(number)d.") % {"number": number}
    with changing(problem_id, kind=ProblemEvent.Kind.REVERTED, by=by, reason=said) as change:
        _restore(change, target, leaving=_STAYS)
        return snapshot_of(change.problem) != change.before


def undo(event_id: uuid.UUID, *, by: str) -> None:
    """Take back the newest change of a problem, its status included.

    Raises:
        NotFound: when there is no such event.
        Conflict: when something came after it, or it is a note or the problem's beginning.
    """
    event = ProblemEvent.objects.filter(id=event_id).first()
    if event is None:
        raise NotFound(gettext("There is no such event"))
    with changing(event.problem_id, kind=ProblemEvent.Kind.REVERTED, by=by) as change:
        later = ProblemEvent.objects.filter(problem=event.problem_id, number__gt=event.number)
        if later.exclude(kind=ProblemEvent.Kind.NOTED).exists() or change.before != event.snapshot:
            raise Conflict(gettext("The problem was changed again since; look at its history."))
        target = _before(event)
        if target is None or event.kind == ProblemEvent.Kind.NOTED:
            raise Conflict(gettext("There is nothing to undo."))
        change.reason = gettext("Undone: %(event)s.") % {"event": event.get_kind_display()}
        _restore(change, target)


def _before(event: ProblemEvent) -> Snapshot | None:
    """What the problem was before an event; None when the event is its beginning."""
    if event.before is not None:
        return dict(event.before)
    earlier = events_of(event.problem_id).filter(number__lt=event.number).first()
    return dict(earlier.snapshot) if earlier else None


def _restore(change: Change, target: Snapshot, leaving: frozenset[str] = frozenset()) -> None:
    """Write a snapshot back into its problem, but for some fields."""
    given = dict(target)
    statements = given.pop("statements")
    fields = {
        name: Problem.Status(value) if name == "status" else value
        for name, value in given.items()
        if name not in leaving and change.before.get(name) != value
    }
    if statements == change.before["statements"]:
        statements = None
    if fields or statements is not None:
        store(change.problem, fields=fields, statements=statements)
