"""What the page of a problem shows besides its form, and how the form is saved."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext

from problems import feedback, history, services, steps
from problems.changes import snapshot_of
from problems.doubts import doubts
from problems.forms import ProblemForm, as_typed
from problems.history import Difference, difference, events_of
from problems.models import Problem, ProblemEvent, Report
from problems.names import STATUSES, Name
from problems.origin import Version, origin, pretty
from problems.statement_forms import StatementFormSet
from problems.typed import Typed, stored

#: Events that the page shows; the history has them all.
_LATEST = 4
#: The way of a problem.
_PATH = (
    Problem.Status.DRAFT,
    Problem.Status.REVIEW,
    Problem.Status.LIVE,
    Problem.Status.RETIRED,
)
#: Events that may move a problem from one status to another.
_MOVES = frozenset(
    {
        ProblemEvent.Kind.CREATED,
        ProblemEvent.Kind.IMPORTED,
        ProblemEvent.Kind.PUBLISHED,
        ProblemEvent.Kind.RETIRED,
        ProblemEvent.Kind.SENT_TO_REVIEW,
        ProblemEvent.Kind.REJECTED,
        ProblemEvent.Kind.REVERTED,
    }
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of a problem beside what can be edited.

    ``path``: name and label of each status; ``moved``: the event that brought it where it is;
    ``shown``: the problem as a learner gets it.
    """

    problem: Problem
    shown: Typed
    path: list[tuple[str, Name]]
    steps: list[steps.Step]
    moved: ProblemEvent | None
    events: list[ProblemEvent]
    reports: list[Report]
    doubts: list[str]
    written_by: str
    versions: list[list[Version]]
    trace: str
    served: int
    last_served: datetime | None


def sheet(problem: Problem) -> Sheet:
    """Collect it: at most three queries besides the problem's own."""
    events = list(events_of(problem.pk)[:50])
    trace = problem.generation_trace
    serving = getattr(problem, "serving", None)
    return Sheet(
        problem=problem,
        shown=stored(problem),
        path=[(status.value, STATUSES[status.value]) for status in _PATH],
        steps=steps.steps_from(problem.status),
        moved=next((one for one in events if one.kind in _MOVES), None),
        events=events[:_LATEST],
        reports=list(Report.objects.open().filter(problem=problem).order_by("id")),
        doubts=doubts(trace),
        written_by=_written_by(problem),
        versions=origin(trace),
        trace=pretty(trace) if trace else "",
        served=serving.served_count if serving else 0,
        last_served=serving.last_served_at if serving else None,
    )


def _written_by(problem: Problem) -> str:
    """Who wrote and who judged, in sentences; people edit the metadata."""
    metadata = problem.metadata if isinstance(problem.metadata, dict) else {}
    writer, judge = metadata.get("generator"), metadata.get("judge")
    judges = {
        "engine": gettext("Judged by the grammar engine."),
        "engine+model": gettext(
            "Judged by the grammar engine, and by a model where the engine was not sure."
        ),
    }
    said = [gettext("Writer: %(name)s.") % {"name": writer}] if writer else []
    if judge:
        said.append(judges.get(str(judge), gettext("Judged by %(name)s.") % {"name": judge}))
    return " ".join(said)


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else did while a person edited, and what differs between the two now.

    ``entries``: their changes, the newest first; ``yours``: what saving the person's form over it would
    change; ``updated_at``: of the state that is compared.
    """

    entries: list[history.Entry]
    yours: list[Difference]
    updated_at: datetime


def meanwhile(form: ProblemForm, statements: StatementFormSet) -> Meanwhile:
    """Both sides, for a form that is stale."""
    problem: Problem = form.instance
    # the form has written what was typed into its row already
    now = Problem.objects.prefetch_related("statements").get(pk=problem.pk)
    since = form.read_at
    entries = [one for one in history.entries(problem.pk) if since is None or one.event.at > since]
    mine = as_typed(now, form, statements)
    return Meanwhile(entries, difference(snapshot_of(now), mine), now.updated_at)


def save(
    form: ProblemForm,
    statements: StatementFormSet,
    *,
    by: User,
    publish: bool = False,
    close_reports: bool = False,
) -> uuid.UUID:
    """Store a valid form, a new problem as a draft; the problem's id. Callers choose the transaction.

    ``publish``: make it live then. ``close_reports``: close its open reports as answered by this.

    Raises:
        Stale, DuplicateProblem, Conflict, Unprocessable: as the services say.
    """
    name, reason = by.get_username(), form.cleaned_data["reason"]
    problem_id: uuid.UUID
    if form.instance._state.adding:
        problem_id = _add(form, statements, by=name, reason=reason)
    else:
        problem_id = form.instance.pk
        services.revise(
            problem_id,
            fields=form.revision(),
            statements=statements.statements(),
            seen=form.read_at,
            by=name,
            reason=reason,
        )
    if publish:
        services.publish(problem_id, by=name, reason=reason)
    if close_reports:
        event = events_of(problem_id).first()
        feedback.close_reports(
            Report.objects.open().filter(problem=problem_id),
            by=by,
            word=reason[:500] or gettext("Corrected."),
            event_id=event.pk if event else None,
        )
    return problem_id


def _add(form: ProblemForm, statements: StatementFormSet, *, by: str, reason: str) -> uuid.UUID:
    fields: dict[str, Any] = form.revision()
    metadata = {"generator": "person", **fields.pop("metadata")}
    rows: Sequence[services.NewStatement] = statements.statements()
    made = services.add(
        statements=rows,
        status=Problem.Status.DRAFT,
        metadata=metadata,
        kind=ProblemEvent.Kind.CREATED,
        by=by,
        reason=reason,
        **fields,
    )
    return made.id
