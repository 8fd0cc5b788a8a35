"""Stored problems as a file, read bit by bit: a hundred thousand of them pass through little memory."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet

from problems.changes import snapshot_of
from problems.exchange import csv_file, json_file
from problems.exchange.entries import Entry, entry_of
from problems.models import Problem, Statement
from problems.selection import batches

#: The formats by name: the end of the file's name, its content type, the separator of its cells.
FORMATS: dict[str, tuple[str, str, str]] = {
    "csv": ("csv", "text/csv; charset=utf-8", ","),
    "csv_semicolon": ("csv", "text/csv; charset=utf-8", ";"),
    "json": ("json", "application/json", ""),
}


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
    number = 0
    for ids in batches(rows):
        problems = Problem.objects.filter(pk__in=ids).order_by("-pk")
        problems = problems.defer("search_text", "generation_trace").prefetch_related(in_order)
        for problem in problems:
            number += 1
            entry = entry_of(snapshot_of(problem), row=number, problem_id=problem.pk)
            yield entry, problem.status
