"""Problems as an operator reads them: a line each for lists, and all that is known of one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch

from problems import browsing, names
from problems.changes import snapshot_of
from problems.models import PickCount, Problem, Statement
from problems.origin import origin
from problems.verdicts import verdicts

#: The fields of a problem, beside what :func:`dossier` adds.
_FIELDS = ("problem_type", "created_at", "updated_at")


def summaries(ids: Sequence[uuid.UUID]) -> list[dict[str, Any]]:
    """What a list shows of problems, newest first, ready for JSON; ids of none are left out.

    ``served``: how often; ``last_served_at``; ``answers``: first answers of learners, ``right`` of them
    right; ``open_reports``. One query, however many there are.
    """
    rows: Any = browsing.with_figures(Problem.objects.filter(pk__in=ids)).order_by("-pk")
    return [
        {
            "id": row.pk,
            "status": row.status,
            "grammatical_focus": row.grammatical_focus,
            "tenses_used": row.tenses_used,
            "level": row.level,
            "target_language_code": row.target_language_code,
            "sentence": row._correct,
            "verb": _verb(row.metadata),
            "topic_tags": row.topic_tags,
            "source": _source(row.metadata),
            "created_at": row.created_at,
            "updated_at": row.updated_at,
            "served": row._served,
            "last_served_at": row._last_served,
            "answers": row._answers,
            "right": row._right,
            "open_reports": row._reports,
        }
        for row in rows
    ]


def dossiers(ids: Sequence[uuid.UUID], *, verdict: bool = False) -> dict[uuid.UUID, dict[str, Any]]:
    """All that is known of problems, ready for JSON; ids of none are left out.

    A summary, texts, metadata, where it came from (``origin``: the versions of each statement that a model
    wrote, with who judged it how), and its statements in their order with ``picks``, how many learners
    chose each first. ``verdict``: also what the grammar engine says of each now, which takes some
    hundredths of a second each, and seconds once in a process.
    """
    in_order = Prefetch("statements", queryset=Statement.objects.order_by("position"))
    rows = Problem.objects.filter(pk__in=ids).defer("search_text").prefetch_related(in_order)
    figures = {one["id"]: one for one in summaries(ids)}
    picks: dict[uuid.UUID, int] = {}
    for statement_id, number in PickCount.objects.filter(problem__in=ids).values_list(
        "statement_id", "picks"
    ):
        picks[statement_id] = picks.get(statement_id, 0) + number
    return {
        row.pk: {
            **figures[row.pk],
            **{name: getattr(row, name) for name in _FIELDS},
            **snapshot_of(row),
            "statements": _statements(row, picks, verdict=verdict),
            "origin": _origin(row.generation_trace),
        }
        for row in rows
        if row.pk in figures
    }


def _statements(
    problem: Problem, picks: dict[uuid.UUID, int], *, verdict: bool
) -> list[dict[str, Any]]:
    rows = list(problem.statements.all())
    found: list[dict[str, Any]] = [
        {
            "id": row.pk,
            "content": row.content,
            "is_correct": row.is_correct,
            "translation": row.translation,
            "explanation": row.explanation,
            "error_type": row.error_type,
            "error_code": row.error_code,
            "span": row.span,
            "correction": row.correction,
            "picks": picks.get(row.pk, 0),
        }
        for row in rows
    ]
    if verdict:
        for one, said in zip(found, verdicts(problem), strict=True):
            one["verdict"] = {"state": said.state, "why": said.why}
    return found


def _origin(trace: Any) -> list[list[dict[str, Any]]]:
    """The versions of each statement that a model wrote, without its prompts and answers."""
    if not isinstance(trace, dict):
        return []
    told = ("text", "counterpart", "written", "judged", "then")
    return [
        [{name: getattr(one, name) for name in told} for one in versions]
        for versions in origin(trace)
    ]


def _verb(metadata: Any) -> str | None:
    """The correct sentence's verb, by the metadata, which people may have edited into anything."""
    verbs = metadata.get("verb_infinitives") if isinstance(metadata, dict) else None
    return verbs[0] if isinstance(verbs, list) and verbs and isinstance(verbs[0], str) else None


def _source(metadata: Any) -> str:
    return str(names.source_of(metadata))
