"""A problem as a reviewer sees it: the statements with their errors, why it waits, what was reported."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from problems import decisions, names
from problems.doubts import doubts
from problems.models import Problem, ProblemEvent, Report, Statement
from problems.names import Name
from problems.origin import Version, origin
from problems.verdicts import StatementVerdict, verdicts
from quizservice.errors import NotFound


@dataclass(frozen=True, slots=True)
class Line:
    """A statement: ``before``, ``error`` and ``after`` are its text, cut where the error is."""

    letter: str
    statement: Statement
    before: str
    error: str
    after: str
    error_name: Name


@dataclass(frozen=True, slots=True)
class Complaint:
    """What was reported for one reason: how often, when last, and the comments."""

    reason: str
    times: int
    last: datetime
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """``why``: sentences on why it waits. ``event``: the last one of its history, notes included.

    ``reported_at``: when the last open report came, None without one.
    """

    problem: Problem
    lines: tuple[Line, ...]
    why: tuple[str, ...]
    complaints: tuple[Complaint, ...]
    reported_at: datetime | None
    event: ProblemEvent | None
    source: Name
    focus: Name
    tenses: tuple[Name, ...]
    language: Name
    status: Name
    times_served: int
    versions: list[list[Version]]

    @property
    def lang(self) -> str:
        """The language of explanations and translations, as pages name it."""
        return {"eng": "en", "fra": "fr"}.get(self.problem.target_language_code, "")

    @property
    def waits(self) -> bool:
        """Whether somebody still has to decide."""
        if self.problem.status == Problem.Status.REVIEW:
            return True
        return bool(self.complaints) and self.problem.status != Problem.Status.RETIRED

    @property
    def in_review(self) -> bool:
        """Whether the decision is to publish or to reject; else it is about the reports."""
        return self.problem.status == Problem.Status.REVIEW

    @property
    def reports(self) -> int:
        """How often it was reported, in all."""
        return sum(one.times for one in self.complaints)

    @property
    def corrected(self) -> bool:
        """Whether somebody edited it after the last report."""
        last = self.event
        return bool(
            last
            and last.kind == ProblemEvent.Kind.EDITED
            and self.reported_at
            and last.at > self.reported_at
        )

    @property
    def outcome(self) -> str:
        """What came of it last, in a sentence; empty when nobody did anything."""
        return decisions.told(self.event) if self.event else ""


def sheet(problem_id: uuid.UUID) -> Sheet:
    """Everything about a problem that its reviewer needs: three statements.

    Raises:
        NotFound: when there is no such problem.
    """
    event = ProblemEvent.objects.filter(problem=OuterRef("pk")).order_by("-number")
    told = JSONObject(id="id", kind="kind", by="by", reason="reason", at="at")
    rows = Problem.objects.filter(id=problem_id).defer("search_text").select_related("serving")
    rows = rows.annotate(_event=Subquery(event.values(said=told)[:1]))
    ordered = Prefetch("statements", queryset=Statement.objects.order_by("position"))
    found: Any = rows.prefetch_related(ordered).first()
    if found is None:
        raise NotFound(gettext("There is no such problem any more."))
    reports = list(Report.objects.open().filter(problem=found).order_by("last_reported_at"))
    last = _event(found._event)
    return Sheet(
        problem=found,
        lines=tuple(_line(place, row) for place, row in enumerate(found.statements.all())),
        why=tuple(_why(found, last)),
        complaints=_complaints(reports),
        reported_at=reports[-1].last_reported_at if reports else None,
        event=last,
        source=names.source_of(found.metadata),
        focus=names.FOCUSES[found.grammatical_focus],
        tenses=tuple(names.TENSES[tense] for tense in found.tenses_used),
        language=names.LANGUAGES[found.target_language_code],
        status=names.STATUSES[found.status],
        times_served=found.serving.served_count if hasattr(found, "serving") else 0,
        versions=origin(found.generation_trace),
    )


def engine_verdicts(problem_id: uuid.UUID) -> list[StatementVerdict]:
    """What the grammar engine says of each statement of a problem, in their order.

    Raises:
        NotFound: when there is no such problem.
    """
    found = Problem.objects.filter(id=problem_id).first()
    if found is None:
        raise NotFound(gettext("There is no such problem any more."))
    return verdicts(found)


def _event(said: dict[str, Any] | None) -> ProblemEvent | None:
    return ProblemEvent(**{**said, "at": parse_datetime(said["at"])}) if said else None


def _line(place: int, row: Statement) -> Line:
    start, end = row.span_start, row.span_end
    if start is None or end is None or row.is_correct:
        start = end = len(row.content)
    return Line(
        letter=chr(ord("A") + place),
        statement=row,
        before=row.content[:start],
        error=row.content[start:end],
        after=row.content[end:],
        error_name=names.ERRORS.get(row.error_type or "", ""),
    )


def _why(problem: Problem, last: ProblemEvent | None) -> list[str]:
    """Why a problem is in review, as sentences."""
    if problem.status != Problem.Status.REVIEW:
        return []
    said = []
    if last and last.kind == ProblemEvent.Kind.SENT_TO_REVIEW:
        said.append(f"{decisions.told(last)} {last.reason}".strip())
    said += doubts(problem.generation_trace)
    if said:
        return said
    if isinstance(problem.metadata, dict) and problem.metadata.get("model"):
        return [gettext("A model wrote it; a person looks at it before learners do.")]
    return [gettext("It waits for a person before learners see it.")]


def _complaints(reports: list[Report]) -> tuple[Complaint, ...]:
    """The open reports by reason, the most frequent first; a comment that came twice is told once."""
    times: Counter[str] = Counter()
    for one in reports:
        times[one.reason] += one.times
    ranked = sorted(
        times, key=lambda reason: (reason != Report.Reason.WRONG_ANSWER, -times[reason])
    )
    return tuple(
        Complaint(
            reason=str(Report.Reason(reason).label),
            times=times[reason],
            last=max(one.last_reported_at for one in reports if one.reason == reason),
            comments=tuple(
                dict.fromkeys(
                    text for one in reports if one.reason == reason for text in one.comments
                )
            ),
        )
        for reason in ranked
    )
