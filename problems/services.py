"""Changes to what is served. Callers choose the transaction; a refusal leaves theirs usable.

Every change of a person is stored with its event in the problem's history: ``by`` is the user's name
(empty: no user), ``reason`` free text.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from problems.changes import (
    Change,
    DuplicateProblem,
    NotWhole,
    changing,
    locked,
    record,
    refusals,
    snapshot_of,
    store,
    with_ids,
)
from problems.models import (
    MAX_STATEMENTS,
    MAX_TAG_LENGTH,
    MIN_STATEMENTS,
    Problem,
    ProblemEvent,
    Statement,
)
from problems.new_statements import NewStatement, check_statements
from problems.wording import title_and_instructions
from quizservice.errors import Conflict, Unprocessable
from verbs.french.vocabulary import Level

__all__ = ["DuplicateProblem", "NewStatement", "NotWhole", "Stale"]  # and the functions below

#: Rows of one statement when many problems are changed together.
_BATCH = 500
#: What a revision may change beside the statements.
REVISABLE = frozenset(
    {
        "title",
        "instructions",
        "grammatical_focus",
        "level",
        "target_language_code",
        "tenses_used",
        "topic_tags",
        "metadata",
    }
)


class Stale(Conflict):
    """Somebody changed the problem since it was read."""

    def __init__(self) -> None:
        super().__init__(gettext("Somebody else changed the problem in the meantime."))


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
    kind: str | None = None,
    by: str = "",
    reason: str = "",
) -> Problem:
    """Store a problem with its statements in their order.

    Without title and instructions it gets the usual ones of its focus. ``kind``: what its history says
    of its beginning (created, imported), with ``by`` and ``reason``; None: nothing, a worker made it.

    Raises:
        DuplicateProblem: when a problem that is not retired has the same statements.
        NotWhole: when it shall be live and is not whole.
        ValueError: for a language or a focus that the vocabulary does not have.
    """
    if status == Problem.Status.LIVE and not (
        MIN_STATEMENTS <= len(statements) <= MAX_STATEMENTS
        and sum(statement.is_correct for statement in statements) == 1
    ):
        raise NotWhole
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
        Statement(problem=problem, position=position, **statement.fields())
        for position, statement in enumerate(statements)
    ]
    problem.source_statement_ids = [row.id for row in rows]
    problem.describe_for_search(row.content for row in rows)
    with refusals():
        problem.save(force_insert=True)
        Statement.objects.bulk_create(rows)
        if kind is not None:
            record([Change(problem, {}, kind, reason)], by=by)
    return problem


def publish(problem_id: uuid.UUID, *, by: str = "", reason: str = "") -> None:
    """Make a problem live: from now on it may be drawn.

    Raises:
        NotFound: when there is no such problem.
        DuplicateProblem: when another problem has the same statements.
        Conflict: when it is live already, or not whole.
    """
    _move(problem_id, Problem.Status.LIVE, ProblemEvent.Kind.PUBLISHED, by, reason)


def retire(problem_id: uuid.UUID, *, by: str = "", reason: str = "") -> None:
    """Take a problem out of the pool; how often it was served is kept.

    Raises:
        NotFound: when there is no such problem.
        Conflict: when it is retired already.
    """
    _move(problem_id, Problem.Status.RETIRED, ProblemEvent.Kind.RETIRED, by, reason)


def send_to_review(problem_id: uuid.UUID, *, by: str = "", reason: str = "") -> None:
    """Have a problem looked at by a person before it is drawn (again).

    Raises:
        NotFound: when there is no such problem.
        DuplicateProblem: when it was retired and another problem has the same statements.
        Conflict: when it waits for review already.
    """
    _move(problem_id, Problem.Status.REVIEW, ProblemEvent.Kind.SENT_TO_REVIEW, by, reason)


def reject(problem_id: uuid.UUID, *, by: str, reason: str) -> None:
    """Retire a problem that was never released, or waits for it: it is not good enough.

    Raises:
        NotFound: when there is no such problem.
        Conflict: when it is neither a draft nor in review.
        Unprocessable: without a reason.
    """
    if not reason.strip():
        raise Unprocessable(gettext("Say why the problem is rejected."))
    with changing(problem_id, kind=ProblemEvent.Kind.REJECTED, by=by, reason=reason) as change:
        if change.problem.status not in (Problem.Status.DRAFT, Problem.Status.REVIEW):
            raise Conflict(
                gettext(
                    "Only drafts and problems in review can be rejected; this one is %(status)s."
                )
                % {"status": change.problem.get_status_display().lower()}
            )
        _set_status(change.problem, Problem.Status.RETIRED)


def _move(
    problem_id: uuid.UUID, status: Problem.Status, kind: ProblemEvent.Kind, by: str, reason: str
) -> None:
    with changing(problem_id, kind=kind, by=by, reason=reason) as change:
        if change.problem.status == status:
            raise Conflict(
                gettext("The problem is %(status)s already.") % {"status": status.label.lower()}
            )
        _set_status(change.problem, status)


def _set_status(problem: Problem, status: Problem.Status) -> None:
    problem.status = status
    problem.save(update_fields=["status", "updated_at"])


def revise(
    problem_id: uuid.UUID,
    *,
    fields: Mapping[str, Any] | None = None,
    statements: Sequence[NewStatement] | None = None,
    seen: datetime | None = None,
    kind: str = ProblemEvent.Kind.EDITED,
    by: str = "",
    reason: str = "",
) -> bool:
    """Change fields of a problem, and its statements: all of them, in their order; whether it changed.

    ``fields``: some of ``REVISABLE``. Statements without an id keep that of the one with the same text.
    ``seen``: ``updated_at`` of what the editor began with; None: whatever it is now. ``kind``: edited,
    or imported.

    Raises:
        NotFound: when there is no such problem.
        Stale: when somebody changed it since it was ``seen``.
        DuplicateProblem: when another problem has the same statements now.
        Unprocessable: for statements that are no problem, and for unknown fields.
    """
    fields = dict(fields or {})
    if unknown := set(fields) - REVISABLE:
        raise Unprocessable(f"A revision does not change {', '.join(sorted(unknown))}.")
    if statements is not None:
        check_statements(statements)
    with changing(problem_id, kind=kind, by=by, reason=reason) as change:
        problem = change.problem
        if seen is not None and problem.updated_at != seen:
            raise Stale
        given = None
        if statements is not None:
            given = with_ids(problem, [one.values() for one in statements])
        changed = {name: value for name, value in fields.items() if change.before[name] != value}
        if changed or given not in (None, change.before["statements"]):
            store(problem, fields=changed, statements=given)
        return snapshot_of(problem) != change.before


def tag(
    problem_ids: Iterable[uuid.UUID],
    *,
    add: Collection[str] = (),
    remove: Collection[str] = (),
    by: str,
    reason: str = "",
) -> int:
    """Give problems topic tags and take others away; how many changed. Unknown problems are left out.

    Raises:
        Unprocessable: for a tag that is empty or longer than ``MAX_TAG_LENGTH``.
    """
    add = [text.strip() for text in add]
    if any(not 1 <= len(text) <= MAX_TAG_LENGTH for text in add):
        raise Unprocessable(
            gettext("A tag has 1 to %(most)d characters.") % {"most": MAX_TAG_LENGTH}
        )
    gone = {text.strip() for text in remove} - set(add)

    def tags(problem: Problem) -> dict[str, Any]:
        kept = [text for text in problem.topic_tags if text not in gone]
        return {"topic_tags": list(dict.fromkeys([*kept, *add]))}

    return _change_all(problem_ids, tags, ProblemEvent.Kind.TAGGED, by, reason)


def set_level(problem_ids: Iterable[uuid.UUID], *, level: str, by: str, reason: str = "") -> int:
    """Give problems a level; how many had another one. Unknown problems are left out.

    Raises:
        Unprocessable: for a level that does not exist.
    """
    if level not in set(Level):
        raise Unprocessable(gettext("There is no level “%(level)s”.") % {"level": level})
    return _change_all(
        problem_ids, lambda problem: {"level": level}, ProblemEvent.Kind.LEVELLED, by, reason
    )


def _change_all(
    problem_ids: Iterable[uuid.UUID],
    values: Callable[[Problem], dict[str, Any]],
    kind: ProblemEvent.Kind,
    by: str,
    reason: str,
) -> int:
    """Set fields of many problems, some hundred rows a statement."""
    number = 0
    ids = list(problem_ids)
    with refusals():
        for start in range(0, len(ids), _BATCH):
            changes = []
            for problem in locked(ids[start : start + _BATCH]):
                before = snapshot_of(problem)
                given = values(problem)
                if all(before[name] == value for name, value in given.items()):
                    continue
                for name, value in given.items():
                    setattr(problem, name, value)
                problem.describe_for_search(row.content for row in problem.statements.all())
                problem.updated_at = timezone.now()
                changes.append(Change(problem, before, kind, reason))
            Problem.objects.bulk_update(
                [one.problem for one in changes],
                ["topic_tags", "level", "search_text", "updated_at"],
                batch_size=_BATCH,
            )
            record(changes, by=by)
            number += len(changes)
    return number


def note(problem_id: uuid.UUID, *, text: str, by: str) -> None:
    """Leave a note for colleagues in the history of a problem, which itself does not change.

    Raises:
        NotFound: when there is no such problem.
        Unprocessable: without a text, or with one of more than ``MAX_REASON_LENGTH`` characters.
    """
    if not text.strip():
        raise Unprocessable(gettext("A note needs a text."))
    with changing(problem_id, kind=ProblemEvent.Kind.NOTED, by=by, reason=text):
        pass


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
