"""How a problem is changed: locked, judged by the database at once, and told in its history."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext

from problems.models import (
    MAX_REASON_LENGTH,
    MAX_STATEMENTS,
    MIN_STATEMENTS,
    Problem,
    ProblemEvent,
    Statement,
)
from quizservice.errors import Conflict, NotFound, Unprocessable

#: What a snapshot has of a problem, and of each of its statements.
PROBLEM_FIELDS = (
    "title",
    "instructions",
    "grammatical_focus",
    "level",
    "target_language_code",
    "tenses_used",
    "topic_tags",
    "metadata",
    "status",
)
STATEMENT_FIELDS = (
    "content",
    "is_correct",
    "translation",
    "explanation",
    "error_type",
    "error_code",
    "span_start",
    "span_end",
    "correction",
)
#: Rows of one statement when many problems are changed together.
_BATCH = 500

Snapshot = dict[str, Any]


class DuplicateProblem(Conflict):
    """Another problem that is not retired has the same statements."""

    def __init__(self) -> None:
        super().__init__(gettext("Another problem has the same statements."))


class NotWhole(Conflict):
    """A live problem would have too few or too many statements, or not exactly one correct."""

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "A live problem needs %(least)d to %(most)d statements, exactly one of them correct."
            )
            % {"least": MIN_STATEMENTS, "most": MAX_STATEMENTS}
        )


@contextmanager
def refusals() -> Iterator[None]:
    """Lets the database judge now instead of at the commit; what it refuses becomes a Conflict."""
    try:
        with transaction.atomic():
            yield
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name == "problem_fingerprint_unique":
            raise DuplicateProblem from None
        if name == "problem_live_is_whole":
            raise NotWhole from None
        raise


def snapshot_of(problem: Problem) -> Snapshot:
    """A problem with its statements as JSON: what an edit can change, and the status."""
    statements = sorted(problem.statements.all(), key=lambda row: row.position)
    return {
        **{name: getattr(problem, name) for name in PROBLEM_FIELDS},
        "status": str(problem.status),
        "statements": [
            {"id": str(row.id), **{name: getattr(row, name) for name in STATEMENT_FIELDS}}
            for row in statements
        ],
    }


def locked(problem_ids: Iterable[uuid.UUID]) -> list[Problem]:
    """Problems with their statements, locked until the transaction ends; unknown ids are left out.

    Draws, answers and reports go on: they do not change the row.
    """
    return list(
        Problem.objects.select_for_update(no_key=True)
        .filter(id__in=list(problem_ids))
        .defer("generation_trace", "search_text")
        .order_by("id")
        .prefetch_related(Prefetch("statements", queryset=_in_order()))
    )


def _in_order() -> QuerySet[Statement]:
    return Statement.objects.order_by("position")


@dataclass(slots=True)
class Change:
    """A problem that is being changed; ``before`` is its snapshot, the rest is for the event."""

    problem: Problem
    before: Snapshot
    kind: str
    reason: str


@contextmanager
def changing(
    problem_id: uuid.UUID, *, kind: str, by: str = "", reason: str = ""
) -> Iterator[Change]:
    """Lock a problem, let it be changed, and record the change; nothing is recorded where nothing changed.

    Raises:
        NotFound: when there is no such problem.
        DuplicateProblem, NotWhole: what the database refuses.
        Unprocessable: for a reason that is too long.
    """
    _check_reason(reason)
    with refusals():
        rows = locked([problem_id])
        if not rows:
            raise NotFound(gettext("Problem not found"))
        change = Change(rows[0], snapshot_of(rows[0]), kind, reason)
        yield change
        if kind == ProblemEvent.Kind.NOTED or snapshot_of(change.problem) != change.before:
            record([change], by=by)


def record(changes: Sequence[Change], *, by: str) -> list[ProblemEvent]:
    """Store an event for each of some changed problems, which are locked."""
    last = {
        row["problem"]: row["last"]
        for row in ProblemEvent.objects.filter(problem__in=[one.problem.pk for one in changes])
        .order_by()
        .values("problem")
        .annotate(last=Max("number"))
    }
    return ProblemEvent.objects.bulk_create(
        [
            ProblemEvent(
                problem_id=one.problem.pk,
                number=last.get(one.problem.pk, 0) + 1,
                kind=one.kind,
                by=by,
                reason=one.reason.strip(),
                snapshot=snapshot_of(one.problem),
                before=None if one.problem.pk in last else one.before or None,
            )
            for one in changes
        ],
        batch_size=_BATCH,
    )


def _check_reason(reason: str) -> None:
    if len(reason) > MAX_REASON_LENGTH:
        raise Unprocessable(
            gettext("The text has %(length)d characters; at most %(most)d are kept.")
            % {"length": len(reason), "most": MAX_REASON_LENGTH}
        )


def store(
    problem: Problem,
    *,
    fields: Mapping[str, Any],
    statements: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """Write fields of a locked problem, and its statements anew in their order.

    ``statements``: as in a snapshot, the id of a new one None; None: they stay. Search text and
    fingerprint follow.
    """
    for name, value in fields.items():
        setattr(problem, name, value)
    if statements is not None:
        _replace_statements(problem, statements)
    rows = list(problem.statements.all())
    problem.describe_for_search(row.content for row in rows)
    problem.source_statement_ids = [row.id for row in rows]
    problem.save(
        update_fields=[
            *fields,
            "fingerprint",
            "search_text",
            "source_statement_ids",
            "updated_at",
        ]
    )


def with_ids(problem: Problem, statements: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Statements, as in a snapshot, where those without an id have that of the same text.

    What learners answered goes on counting for it.
    """
    named = {one["id"] for one in statements}
    by_text = {row.content: str(row.id) for row in problem.statements.all()}
    return [
        {
            **one,
            "id": one["id"] or (key if (key := by_text.get(one["content"])) not in named else None),
        }
        for one in statements
    ]


def _replace_statements(problem: Problem, statements: Sequence[Mapping[str, Any]]) -> None:
    """Delete and write anew, under the same ids: on the way no two rows clash in text or correctness."""
    known = {str(row.id) for row in problem.statements.all()}
    strange = {str(one["id"]) for one in statements if one["id"]} - known
    # a statement that was deleted comes back under its id; that of another problem must not
    if strange and Statement.objects.filter(id__in=strange).exists():
        raise Conflict(gettext("A statement belongs to another problem."))
    rows = []
    for position, one in enumerate(statements):
        row = Statement(problem=problem, position=position)
        if one["id"]:
            row.id = uuid.UUID(one["id"])
        for name in STATEMENT_FIELDS:
            setattr(row, name, one[name])
        rows.append(row)
    Statement.objects.filter(problem=problem).delete()
    Statement.objects.bulk_create(rows)
    problem._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    prefetch_related_objects([problem], Prefetch("statements", queryset=_in_order()))
