"""Problems as JSON, in the shape in which the API gives them: ``{"results": [...]}``, or a list alone.

Beside the API's fields each problem has its ``status``, and each statement ``error_code``, ``span`` (the
places of the wrong letters, counted from 0, the end not included) and ``correction``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from django.utils.translation import gettext

from problems.exchange.csv_file import too_many
from problems.exchange.entries import (
    FIELDS,
    TEXTS,
    Entry,
    take_field,
    take_id,
    take_statement,
)
from problems.models import MAX_STATEMENTS
from problems.new_statements import NewStatement
from quizservice.errors import Unprocessable

#: What the API gives and an import leaves alone: it follows from the rest, or is the service's own.
_LEFT_ALONE = {
    "problem_type",
    "status",
    "correct_answer_index",
    "created_at",
    "updated_at",
    "source_statement_ids",
    "generation_trace",
}
_STATEMENT_KEYS = {"id", "content", "is_correct", "error_type", "span", *TEXTS}


def written(rows: Iterable[tuple[Entry, str]]) -> Iterator[bytes]:
    """The parts of a file: entries, each with its status."""
    yield b'{"results": ['
    for number, (entry, status) in enumerate(rows):
        yield (b",\n" if number else b"\n") + orjson.dumps(_object(entry, status))
    yield b"\n]}\n"


def _object(entry: Entry, status: str) -> dict[str, Any]:
    statements = entry.statements or []
    return {
        "id": entry.id,
        "problem_type": "grammar",
        "status": status,
        **entry.fields,
        "statements": [_statement(one) for one in statements],
        "correct_answer_index": next(
            (place for place, one in enumerate(statements) if one.is_correct), None
        ),
    }


def _statement(one: NewStatement) -> dict[str, Any]:
    return {
        "id": one.id,
        "content": one.content,
        "is_correct": one.is_correct,
        "error_type": one.error_type,
        "span": one.span,
        **{name: getattr(one, name) for name in TEXTS},
    }


def read(text: str, *, most: int) -> list[Entry]:
    """The entries of a file; each says what is wrong with it. Their rows are their numbers in the list.

    ``most``: how many problems it may have.

    Raises:
        Unprocessable: for what is no such file at all, and for more problems than that.
    """
    try:
        given = orjson.loads(text.removeprefix("\ufeff"))
    except orjson.JSONDecodeError as error:
        said = gettext("The file cannot be read as JSON: %(error)s.")
        raise Unprocessable(said % {"error": error}) from None
    found = given.get("results") if isinstance(given, dict) else given
    if not isinstance(found, list):
        raise Unprocessable(
            gettext(
                "The file has no list of problems: it should be a list, or have one as “results”."
            )
        )
    if len(found) > most:
        raise Unprocessable(too_many(most))
    if not found:
        raise Unprocessable(gettext("The file has no problems: its list is empty."))
    return [_entry(number, one) for number, one in enumerate(found, 1)]


def _entry(number: int, given: Any) -> Entry:
    entry = Entry(number)
    if not isinstance(given, dict):
        entry.refuse("", gettext("A problem must be a JSON object."))
        return entry
    for name in given:
        if name not in {"id", "statements", *FIELDS} and name not in _LEFT_ALONE:
            entry.refuse(name[:100], gettext("This field is not known."))
    take_id(entry, given.get("id"))
    for name in FIELDS:
        take_field(entry, name, given.get(name))
    if (statements := given.get("statements")) is not None:
        _take_statements(entry, statements)
    return entry


def _take_statements(entry: Entry, given: Any) -> None:
    entry.statements = []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        entry.refuse("statements", gettext("The statements must be a list of JSON objects."))
        return
    if len(given) > MAX_STATEMENTS:
        said = gettext("A problem has at most %(most)d statements; here are %(count)d.")
        entry.refuse("statements", said % {"most": MAX_STATEMENTS, "count": len(given)})
        return
    for place, one in enumerate(given):
        columns = {name: f"statements.{place}.{name}" for name in (*_STATEMENT_KEYS, "is_correct")}
        for name in one:
            if name not in _STATEMENT_KEYS:
                entry.refuse(
                    f"statements.{place}.{name[:100]}", gettext("This field is not known.")
                )
        if not isinstance(one.get("is_correct"), bool):
            entry.refuse(columns["is_correct"], gettext("This must be true or false."))
        values = {
            **one,
            "span": _span(entry, columns["span"], one),
            "id": _statement_id(entry, columns["id"], one.get("id")),
        }
        take_statement(entry, values, columns=columns, is_correct=one.get("is_correct") is True)


def _span(entry: Entry, column: str, statement: Mapping[str, Any]) -> tuple[int, int] | None:
    span, content = statement.get("span"), statement.get("content")
    if span is None:
        return None
    if (
        isinstance(span, list)
        and len(span) == 2
        and all(isinstance(one, int) and not isinstance(one, bool) for one in span)
        and isinstance(content, str)
        and 0 <= span[0] <= span[1] <= len(content)
    ):
        return span[0], span[1]
    entry.refuse(column, gettext("This must be two numbers inside the sentence: [5, 8]."))
    return None


def _statement_id(entry: Entry, column: str, text: Any) -> uuid.UUID | None:
    if text is None:
        return None
    try:
        return uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        entry.refuse(column, gettext("This is no id of a statement."))
        return None
