"""Stored problems as a file, read bit by bit: a hundred thousand of them pass through little memory."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet

from problems.changes import snapshot_of
from problems.exchange import csv_file, json_file
from problems.exchange.entries import Entry, entry_of
from problems.models import Problem, Statement

#: The formats by name: the end of the file's name, its content type, the separator of its cells.
FORMATS: dict[str, tuple[str, str, str]] = {
    "csv": ("csv", "text/csv; charset=utf-8", ","),
    "csv_semicolon": ("csv", "text/csv; charset=utf-8", ";"),
    "json": ("json", "application/json", ""),
}
_AT_ONCE = 500


def exported(rows: QuerySet[Problem], *, form: str) -> Iterator[bytes]:
    """The parts of a file with these problems; ``form``: one of :data:`FORMATS`.

    Raises:
        KeyError: for another format.
    """
    _, _, separator = FORMATS[form]
    entries = _entries(rows)
    if separator:
        return (line.encode() for line in csv_file.written(entries, separator=separator))
    return json_file.written(entries)


def _entries(rows: QuerySet[Problem]) -> Iterator[tuple[Entry, str]]:
    in_order = Prefetch("statements", queryset=Statement.objects.order_by("position"))
    rows = rows.order_by("-pk").defer("search_text", "generation_trace")
    problems = rows.prefetch_related(in_order).iterator(chunk_size=_AT_ONCE)
    for number, problem in enumerate(problems, 1):
        entry = entry_of(snapshot_of(problem), row=number, problem_id=problem.pk)
        yield entry, problem.status
