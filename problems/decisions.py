"""What a reviewer decides: each decision is about what was seen, stands in the history and can be undone.

A decision closes the open reports that the reviewer saw; one that came later stays open. Whoever decides on
something that another person changed meanwhile is told so, and nothing happens.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from problems import feedback, history, services
from problems.models import MAX_CLOSING_WORD, Problem, ProblemEvent, Report
from quizservice.errors import Conflict, NotFound, Unprocessable

#: A second click, or the same post sent twice, is no second decision.
SAME_CLICK = timedelta(minutes=1)

#: What somebody did with a problem, by the kind of its event.
_DONE = {
    ProblemEvent.Kind.CREATED: _("%(name)s made this problem %(ago)s ago."),
    ProblemEvent.Kind.EDITED: _("%(name)s edited this problem %(ago)s ago."),
    ProblemEvent.Kind.PUBLISHED: _("%(name)s published this problem %(ago)s ago."),
    ProblemEvent.Kind.RETIRED: _("%(name)s retired this problem %(ago)s ago."),
    ProblemEvent.Kind.SENT_TO_REVIEW: _("%(name)s sent this problem to review %(ago)s ago."),
    ProblemEvent.Kind.REJECTED: _("%(name)s rejected this problem %(ago)s ago."),
    ProblemEvent.Kind.TAGGED: _("%(name)s changed the tags of this problem %(ago)s ago."),
    ProblemEvent.Kind.LEVELLED: _("%(name)s changed the level of this problem %(ago)s ago."),
    ProblemEvent.Kind.REVERTED: _("%(name)s brought an earlier state back %(ago)s ago."),
    ProblemEvent.Kind.NOTED: _("%(name)s left a note %(ago)s ago."),
    ProblemEvent.Kind.IMPORTED: _("%(name)s imported this problem %(ago)s ago."),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reviewer had before the eyes.

    ``updated_at``: of the problem; ``reported_at``: when the last of the open reports came that were
    shown, None where there was none.
    """

    updated_at: datetime
    reported_at: datetime | None = None


class Overtaken(Conflict):
    """Another person changed the problem since the reviewer saw it."""


def approve(problem_id: uuid.UUID, *, by: User, seen: Seen) -> ProblemEvent:
    """Publish a problem that waits for review.

    Raises:
        NotFound: when there is no such problem.
        Overtaken: when it is not as it was seen.
        DuplicateProblem, NotWhole, Conflict: what :func:`problems.services.publish` refuses.
    """
    return _decide(
        problem_id,
        by=by,
        seen=seen,
        kind=ProblemEvent.Kind.PUBLISHED,
        word=gettext("Looked at and published."),
        act=lambda name: services.publish(problem_id, by=name),
    )


def reject(problem_id: uuid.UUID, *, by: User, seen: Seen, reason: str) -> ProblemEvent:
    """Retire a problem that was waiting for review, or a draft.

    Raises:
        NotFound, Overtaken, Conflict: as for :func:`approve`.
        Unprocessable: without a reason, and for one that is too long.
    """
    return _decide(
        problem_id,
        by=by,
        seen=seen,
        kind=ProblemEvent.Kind.REJECTED,
        word=reason,
        act=lambda name: services.reject(problem_id, by=name, reason=reason),
    )


def retire(problem_id: uuid.UUID, *, by: User, seen: Seen, reason: str) -> ProblemEvent:
    """Take a reported problem out of the pool.

    Raises:
        As :func:`reject`.
    """
    if not reason.strip():
        raise Unprocessable(gettext("Say why the problem is retired."))
    return _decide(
        problem_id,
        by=by,
        seen=seen,
        kind=ProblemEvent.Kind.RETIRED,
        word=reason,
        act=lambda name: services.retire(problem_id, by=name, reason=reason),
    )


def keep(problem_id: uuid.UUID, *, by: User, seen: Seen, word: str) -> ProblemEvent:
    """Leave a reported problem as it is now and close its reports with a word.

    Raises:
        NotFound: when there is no such problem.
        Overtaken: when it is not as it was seen.
        Conflict: when no report that was seen is open any more.
        Unprocessable: without a word, and for one that is too long.
    """
    if not word.strip():
        raise Unprocessable(gettext("Say what came of the reports."))
    note = gettext("Reports closed: %(word)s") % {"word": word.strip()}
    return _decide(
        problem_id,
        by=by,
        seen=seen,
        kind=ProblemEvent.Kind.NOTED,
        word=word,
        act=lambda name: services.note(problem_id, text=note, by=name),
    )


def undo(event_id: uuid.UUID, *, by: User) -> uuid.UUID:
    """Take a decision back and open again the reports that it closed; the problem it was about.

    Raises:
        NotFound: when there is no such decision.
        Conflict: when the problem was changed since.
    """
    with transaction.atomic():
        event = ProblemEvent.objects.filter(id=event_id).first()
        if event is None:
            raise NotFound(gettext("There is no such decision."))
        if event.kind != ProblemEvent.Kind.NOTED:
            history.undo(event_id, by=by.get_username())
            feedback.reopen_reports(event_id)
        elif feedback.reopen_reports(event_id):
            text = gettext("Undone: the reports are open again.")
            services.note(event.problem_id, text=text, by=by.get_username())
        else:
            raise Conflict(gettext("There is nothing to undo."))
        return event.problem_id


def meanwhile(problem_id: uuid.UUID, *, seen: Seen) -> str:
    """What somebody did since a reviewer saw a problem, in a sentence; empty when it is as it was seen."""
    problem = Problem.objects.filter(id=problem_id).only("id", "updated_at").first()
    if problem is None:
        return gettext("There is no such problem any more.")
    if problem.updated_at != seen.updated_at:
        return _changed(problem_id)
    return _closed(problem) if seen.reported_at and not _shown(problem, seen).exists() else ""


def told(event: ProblemEvent) -> str:
    """Who did what, and how long ago, as a sentence."""
    name = event.by or gettext("A program")
    return str(_DONE[ProblemEvent.Kind(event.kind)]) % {"name": name, "ago": _since(event.at)}


def _since(moment: datetime) -> str:
    """How long it is since a moment, in one unit."""
    if moment > timezone.now() - timedelta(minutes=1):
        return gettext("less than a minute")
    return timesince(moment, depth=1)


def _decide(
    problem_id: uuid.UUID,
    *,
    by: User,
    seen: Seen,
    kind: ProblemEvent.Kind,
    word: str,
    act: Callable[[str], None],
) -> ProblemEvent:
    """Act once on what was seen, and close the reports that were seen."""
    name = by.get_username()
    with transaction.atomic():
        problem = Problem.objects.select_for_update(no_key=True).filter(id=problem_id).first()
        if problem is None:
            raise NotFound(gettext("Problem not found"))
        last = history.events_of(problem_id).first()
        shown = _shown(problem, seen)
        answers = kind == ProblemEvent.Kind.NOTED and not shown.exists()
        if problem.updated_at != seen.updated_at or answers:
            if last and (last.kind, last.by) == (kind, name) and _just_now(last):
                return last
            raise Overtaken(
                gettext("%(said)s Nothing was done; look at it again.")
                % {"said": _closed(problem) if answers else _changed(problem_id)}
            )
        act(name)
        event = history.events_of(problem_id)[0]
        feedback.close_reports(
            shown, by=by, word=word.strip()[:MAX_CLOSING_WORD], event_id=event.id
        )
        return event


def _shown(problem: Problem, seen: Seen) -> QuerySet[Report]:
    """The open reports that were seen."""
    rows = Report.objects.open().filter(problem=problem)
    return rows.filter(last_reported_at__lte=seen.reported_at) if seen.reported_at else rows.none()


def _just_now(event: ProblemEvent) -> bool:
    return event.at > timezone.now() - SAME_CLICK


def _changed(problem_id: uuid.UUID) -> str:
    """Who changed a problem last, in a sentence."""
    kind = ProblemEvent.Kind.NOTED  # which changes nothing
    event = history.events_of(problem_id).exclude(kind=kind).first()
    return told(event) if event else gettext("This problem changed meanwhile.")


def _closed(problem: Problem) -> str:
    """Who closed the reports of a problem, in a sentence."""
    rows = Report.objects.filter(problem=problem).exclude(closed_at=None)
    report = rows.select_related("closed_by").order_by("-closed_at").first()
    if report is None or report.closed_at is None:
        return gettext("There are no open reports of this problem.")
    name = report.closed_by.get_username() if report.closed_by else gettext("A program")
    return gettext("%(name)s closed the reports of this problem %(ago)s ago.") % {
        "name": name,
        "ago": _since(report.closed_at),
    }
