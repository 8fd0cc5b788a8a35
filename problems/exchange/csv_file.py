"""Problems as CSV: one row a problem, for spreadsheets.

Written in UTF-8 with a byte order mark, which spreadsheets need to see the accents. What a spreadsheet
would take for a formula gets an apostrophe before it, which reading takes away again.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from problems.exchange.entries import FIELDS, TEXTS, Entry, take_field, take_id, take_statement
from problems.models import MAX_STATEMENTS
from problems.new_statements import NewStatement
from quizservice.errors import Unprocessable

_LISTS = {"tenses_used", "topic_tags"}
#: What each statement has, by the name of its columns: ``statement_1``, ``error_type_1``, ...
OF_STATEMENT = ("statement", "error_type", "error", "correction", "explanation", "error_code")
NUMBERS = range(1, MAX_STATEMENTS + 1)
#: All columns, in the order in which they are written. ``status`` is written and not read.
COLUMNS = (
    "id",
    "status",
    *(name for name in FIELDS if name != "metadata"),
    "correct",
    "translation",
    *(f"{name}_{number}" for number in NUMBERS for name in OF_STATEMENT),
    "metadata",
)
BOM = "\ufeff"
SEPARATORS = ",;\t"
#: An empty text, where an empty cell means that there is none.
_EMPTY = '""'
#: Where spreadsheets see a formula.
_GUARDED = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_SPAN = re.compile(r"(\d{1,5})-(\d{1,5})")


def _guard(text: str) -> str:
    return f"'{text}" if _GUARDED.match(text) else text


def _unguard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell


# --- writing --------------------------------------------------------------------------------------


def written(
    rows: Iterable[tuple[Entry, str]], *, separator: str = ",", head: bool = True
) -> Iterator[str]:
    """The lines of a file: entries, each with its status."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=separator)
    if head:
        writer.writerow(COLUMNS)
        yield BOM + line.getvalue()
    for entry, status in rows:
        line.seek(0)
        line.truncate()
        cells = _cells(entry, status)
        writer.writerow([_guard(cells.get(name, "")) for name in COLUMNS])
        yield line.getvalue()


def table(rows: Iterable[Sequence[str]]) -> str:
    """Rows of texts as a small file, with a byte order mark and guarded against formulas."""
    lines = io.StringIO()
    csv.writer(lines).writerows([_guard(cell) for cell in row] for row in rows)
    return BOM + lines.getvalue()


def _cells(entry: Entry, status: str) -> dict[str, str]:
    """The cells of an entry, by their columns; what is empty is left out."""
    cells = {"id": str(entry.id or ""), "status": status}
    for name, value in entry.fields.items():
        if name in _LISTS:
            cells[name] = _list_written(value)
        else:
            cells[name] = json.dumps(value, ensure_ascii=False) if name == "metadata" else value
    for number, one in enumerate(entry.statements or (), 1):
        if one.is_correct:
            cells["correct"] = str(number)
            cells["translation"] = one.translation or ""
        correction = _EMPTY if one.correction == "" else _literal(one.correction or "")
        texts = (
            one.content,
            one.error_type or "",
            _error_written(one),
            correction,
            one.explanation or "",
            one.error_code or "",
        )
        cells |= {f"{name}_{number}": text for name, text in zip(OF_STATEMENT, texts, strict=True)}
    return cells


def _literal(text: str) -> str:
    """A correction that is the sign for an empty text, told from it by an apostrophe."""
    return f"'{text}" if re.fullmatch(rf"'*{_EMPTY}", text) else text


def _list_written(values: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    text = line.getvalue().removesuffix("\r\n")
    return text if any("," in one for one in values) else text.replace(",", ", ")


def _error_written(one: NewStatement) -> str:
    """The wrong words, where they say where they stand; else the places of their letters."""
    if one.span is None:
        return ""
    start, end = one.span
    words = one.content[start:end]
    plain = words and words.strip() == words and not _SPAN.fullmatch(words)
    return words if plain and _place(one.content, words) == start else f"{start}-{end}"


def _place(content: str, words: str) -> int | None:
    """Where words stand in a sentence: as whole words, else as letters; None unless there is one place."""
    letters = re.escape(words)
    for pattern in (rf"(?<!\w)(?={letters}(?!\w))", f"(?={letters})"):
        places = [found.start() for found in re.finditer(pattern, content)]
        if places:
            return places[0] if len(places) == 1 else None
    return None


# --- reading --------------------------------------------------------------------------------------


def read(text: str, *, most: int) -> list[Entry]:
    """The entries of a file; each says what is wrong with it.

    ``most``: how many problems it may have.

    Raises:
        Unprocessable: for what is no such file at all, and for more problems than that.
    """
    text = text.removeprefix(BOM)
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        head = _head(next(rows, []))
        entries: list[Entry] = []
        for row, cells in enumerate(rows, 2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(entries) == most:
                raise Unprocessable(too_many(most))
            entries.append(_entry(row, head, cells))
    except csv.Error as error:
        said = gettext("The file cannot be read as CSV: %(error)s.")
        raise Unprocessable(said % {"error": error}) from None
    if not entries:
        raise Unprocessable(gettext("The file has no problems: there is no row below the heads."))
    return entries


def too_many(most: int) -> str:
    """The sentence for a file with more problems than are taken at once."""
    said = gettext("The file has more than %(most)d problems. Split it, and import the parts.")
    return said % {"most": most}


def _head(cells: Sequence[str]) -> list[str]:
    """The columns of a file.

    Raises:
        Unprocessable: for unknown columns, for one that is there twice, and without any.
    """
    head = [cell.strip().lower() for cell in cells]
    while head and not head[-1]:
        head.pop()
    if not set(head) & set(COLUMNS):
        raise Unprocessable(
            gettext("The first row has no heads of columns: it should begin with %(columns)s.")
            % {"columns": ", ".join(COLUMNS[:4])}
        )
    for place, name in enumerate(head):
        if name not in COLUMNS:
            said = gettext("The column “%(name)s” is not known. There are: %(columns)s.")
            raise Unprocessable(said % {"name": name[:100], "columns": ", ".join(COLUMNS)})
        if name in head[:place]:
            raise Unprocessable(gettext("The column “%(name)s” is there twice.") % {"name": name})
    return head


def _entry(row: int, head: Sequence[str], cells: Sequence[str]) -> Entry:
    entry = Entry(row)
    if any(cell.strip() for cell in cells[len(head) :]):
        said = gettext("The row has %(cells)d cells, %(heads)d columns have a head.")
        entry.refuse("", said % {"cells": len(cells), "heads": len(head)})
        return entry
    given = {name: _unguard(cell) for name, cell in zip(head, cells, strict=False)}
    take_id(entry, given.get("id", "").strip())
    for name in FIELDS:
        if name in given:
            _take_cell(entry, name, given[name])
    if any(f"statement_{number}" in given for number in NUMBERS):
        _take_statements(entry, given)
    return entry


def _take_cell(entry: Entry, name: str, cell: str) -> None:
    value: Any = cell
    if name in _LISTS:
        value = _list_read(cell)
        if not value and name == "tenses_used":
            return
    elif name == "metadata" and cell.strip():
        try:
            value = json.loads(cell)
        except (ValueError, RecursionError):
            value = cell
    take_field(entry, name, value)


def _list_read(cell: str) -> list[str]:
    rows = csv.reader(io.StringIO(cell, newline=""), skipinitialspace=True)
    return [one.strip() for row in rows for one in row if one.strip()]


def _take_statements(entry: Entry, given: Mapping[str, str]) -> None:
    entry.statements = []
    correct = given.get("correct", "").strip()
    numbers = [number for number in NUMBERS if given.get(f"statement_{number}", "").strip()]
    if correct not in map(str, numbers):
        said = gettext("“%(text)s” does not say which statement is correct: write its number.")
        entry.refuse("correct", said % {"text": correct[:100]})
    for number in numbers:
        columns = {name: f"{name}_{number}" for name in (*OF_STATEMENT, *TEXTS)}
        columns |= {"content": f"statement_{number}", "translation": "translation"}
        values: dict[str, Any] = {
            name: given.get(column) or None for name, column in columns.items()
        }
        right = str(number) == correct
        values["translation"] = values["translation"] if right else None
        values["correction"] = _correction_read(values["correction"])
        values["span"] = _span_read(entry, columns["error"], values)
        take_statement(entry, values, columns=columns, is_correct=right)


def _correction_read(cell: str | None) -> str | None:
    if cell is None:
        return None
    if cell == _EMPTY:
        return ""
    return cell[1:] if re.fullmatch(rf"'+{_EMPTY}", cell) else cell


def _span_read(entry: Entry, column: str, values: Mapping[str, Any]) -> tuple[int, int] | None:
    """Where the error stands: by its words, or by the places of its letters as 5-8."""
    error, content = (values["error"] or "").strip(), (values["content"] or "").strip()
    if not error:
        return None
    if places := _SPAN.fullmatch(error):
        start, end = int(places[1]), int(places[2])
        if start <= end <= len(content):
            return start, end
        said = gettext("The places %(error)s do not lie inside “%(content)s”.")
    elif (place := _place(content, error)) is not None:
        return place, place + len(error)
    elif error in content:
        said = gettext(
            "“%(error)s” stands more than once in “%(content)s”: give the places, as 5-8."
        )
    else:
        said = gettext("“%(error)s” does not stand in “%(content)s”.")
    entry.refuse(column, said % {"error": error[:100], "content": content[:200]})
    return None
