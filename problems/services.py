"""Changes to what is served. Callers choose the transaction; a refusal leaves theirs usable."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from problems.models import MAX_STATEMENTS, MIN_STATEMENTS, Problem, Statement
from problems.wording import title_and_instructions
from quizservice.errors import Conflict, NotFound

_NOT_WHOLE = (
    f"A live problem needs {MIN_STATEMENTS} to {MAX_STATEMENTS} statements, "
    "exactly one of them correct."
)


class DuplicateProblem(Conflict):
    """Another problem that is not retired has the same statements."""

    def __init__(self) -> None:
        super().__init__("Another problem has the same statements.")


@dataclass(frozen=True, slots=True)
class NewStatement:
    """A statement to be stored; ``span`` is where the error stands in ``content`` (start, end)."""

    content: str
    is_correct: bool
    translation: str | None = None
    explanation: str | None = None
    error_type: str | None = None
    error_code: str | None = None
    span: tuple[int, int] | None = None
    correction: str | None = None


def add(
    *,
    statements: Sequence[NewStatement],
    target_language_code: str,
    grammatical_focus: str,
    tenses_used: Sequence[str],
    level: str,
    topic_tags: Sequence[str] = (),
    title: str | None = None,
    instructions: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    generation_trace: Mapping[str, Any] | None = None,
    status: str = Problem.Status.LIVE,
) -> Problem:
    """Store a problem with its statements in their order.

    Without title and instructions it gets the usual ones of its focus.

    Raises:
        DuplicateProblem: when a problem that is not retired has the same statements.
        Conflict: when it shall be live and is not whole.
        ValueError: for a language or a focus that the vocabulary does not have.
    """
    if status == Problem.Status.LIVE and not (
        MIN_STATEMENTS <= len(statements) <= MAX_STATEMENTS
        and sum(statement.is_correct for statement in statements) == 1
    ):
        raise Conflict(_NOT_WHOLE)
    usual_title, usual_instructions = title_and_instructions(
        target_language_code, grammatical_focus
    )
    problem = Problem(
        title=title or usual_title,
        instructions=instructions or usual_instructions,
        target_language_code=target_language_code,
        grammatical_focus=grammatical_focus,
        tenses_used=list(tenses_used),
        topic_tags=list(topic_tags),
        level=level,
        status=status,
        metadata=dict(metadata or {}),
        generation_trace=dict(generation_trace or {}),
        created_at=timezone.now(),  # by the clock of updated_at, which is never before it
    )
    rows = [
        Statement(
            problem=problem,
            position=position,
            content=statement.content,
            is_correct=statement.is_correct,
            translation=statement.translation,
            explanation=statement.explanation,
            error_type=statement.error_type,
            error_code=statement.error_code,
            span_start=statement.span[0] if statement.span else None,
            span_end=statement.span[1] if statement.span else None,
            correction=statement.correction,
        )
        for position, statement in enumerate(statements)
    ]
    problem.source_statement_ids = [row.id for row in rows]
    problem.describe_for_search(row.content for row in rows)
    with _refusals():
        problem.save(force_insert=True)
        Statement.objects.bulk_create(rows)
    return problem


def publish(problem_id: uuid.UUID) -> None:
    """Make a problem live: from now on it may be drawn.

    Raises:
        NotFound: when there is no such problem.
        DuplicateProblem: when another problem has the same statements.
        Conflict: when it is live already, or not whole.
    """
    _move(problem_id, Problem.Status.LIVE, allowed=set(Problem.Status) - {Problem.Status.LIVE})


def retire(problem_id: uuid.UUID) -> None:
    """Take a problem out of the pool; how often it was served is kept.

    Raises:
        NotFound: when there is no such problem.
        Conflict: when it is retired already.
    """
    _move(
        problem_id, Problem.Status.RETIRED, allowed=set(Problem.Status) - {Problem.Status.RETIRED}
    )


def _move(problem_id: uuid.UUID, status: Problem.Status, allowed: set[Problem.Status]) -> None:
    with _refusals():
        if Problem.objects.filter(id=problem_id, status__in=allowed).update(
            status=status, updated_at=Now()
        ):
            return
    if not Problem.objects.filter(id=problem_id).exists():
        raise NotFound("Problem not found")
    raise Conflict(f"The problem is {status.value} already.")


def revise_statements(
    problem: Problem, *, changed: Collection[Statement], deleted: Collection[Statement] = ()
) -> None:
    """Store edited and new statements of a problem and delete others.

    New ones come last; the positions stay 0, 1, 2, ... Search text and fingerprint follow.

    Raises:
        DuplicateProblem: when another problem has the same statements now.
        Conflict: when a live problem would not be whole.
    """
    with _refusals():
        for statement in deleted:
            statement.delete()
        last = problem.statements.aggregate(last=Max("position"))["last"]
        end = 0 if last is None else last + 1
        # wrong ones first: at no moment may two be correct
        for statement in sorted(changed, key=lambda one: one.is_correct):
            if statement._state.adding:
                statement.position, end = end, end + 1
            statement.save()
        rows = list(problem.statements.order_by("position"))
        for position, row in enumerate(rows):
            if row.position != position:
                problem.statements.filter(id=row.id).update(position=position)
        problem.describe_for_search(row.content for row in rows)
        problem.source_statement_ids = [row.id for row in rows]
        problem.save(
            update_fields=["fingerprint", "search_text", "source_statement_ids", "updated_at"]
        )


@contextmanager
def _refusals() -> Iterator[None]:
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
            raise Conflict(_NOT_WHOLE) from None
        raise


def common_traits(problems: QuerySet[Problem]) -> dict[str, list[str]]:
    """What an order for more problems like these would ask for, by the names of the order's fields.

    All their focuses and tenses; their level, language and tags where these are the same for all.
    """
    rows = list(
        problems.values_list(
            "grammatical_focus", "tenses_used", "level", "target_language_code", "topic_tags"
        )[:1000]
    )
    traits = {
        "grammatical_focus": sorted({row[0] for row in rows}),
        "tenses_used": sorted({tense for row in rows for tense in row[1]}),
    }
    for name, values in (
        ("level", {row[2] for row in rows}),
        ("target_language_code", {row[3] for row in rows}),
    ):
        if len(values) == 1:
            traits[name] = sorted(values)
    if rows:
        traits["topic_tags"] = sorted(set.intersection(*(set(row[4]) for row in rows)))
    return traits
