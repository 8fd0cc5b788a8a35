"""The lexicon's files: their rows, and how to complain about one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from verbs.french.tables import read_table

DATA = Path(__file__).parent / "data"


class LexiconError(ValueError):
    """A line of a lexicon file is wrong; the message names file and line."""


class Row(dict[str, str]):
    """The cells of a line by column name; ``line`` is its number in the file."""

    line: int


@dataclass(frozen=True)
class Reader:
    """The rows of a file, checked access to their cells, and the way to complain about one."""

    name: str
    rows: tuple[Row, ...]

    def error(self, row: Row, message: str) -> LexiconError:
        """Return the error that says what is wrong in a row."""
        return LexiconError(f"{self.name}:{row.line}: {message}")

    def unique(self, column: str) -> Iterator[Row]:
        """Yield the rows, whose cells in a column must be filled and differ."""
        seen: dict[str, int] = {}
        for row in self.rows:
            value = self.filled(row, column)
            if value in seen:
                raise self.error(row, f"{value} is there twice, first in line {seen[value]}")
            seen[value] = row.line
            yield row

    def filled(self, row: Row, column: str) -> str:
        """Return a cell that must not be empty."""
        if not row[column]:
            raise self.error(row, f"{column} must not be empty")
        return row[column]

    def word(self, row: Row, column: str, allowed: frozenset[str]) -> str:
        """Return a cell that must be one of some words."""
        if row[column] not in allowed:
            known = ", ".join(sorted(allowed))
            raise self.error(row, f"{column}: {row[column]!r} is unknown; known are {known}")
        return row[column]

    def words(
        self, row: Row, column: str, allowed: frozenset[str], *, may_be_empty: bool = False
    ) -> frozenset[str]:
        """Return the words of a cell, all of which must be known."""
        found = frozenset(row[column].split())
        if unknown := found - allowed:
            raise self.error(row, f"{column}: unknown {', '.join(sorted(unknown))}")
        if not found and not may_be_empty:
            raise self.error(row, f"{column} must not be empty")
        return found


def read_rows(name: str, folder: Path = DATA) -> Reader:
    """Read a table. Raises LexiconError if a line has not as many cells as the header."""
    rows: list[Row] = []
    for number, cells in read_table(folder / name, error=LexiconError):
        row = Row(cells)
        row.line = number
        rows.append(row)
    return Reader(name, tuple(rows))


def read_words(name: str, folder: Path = DATA) -> frozenset[str]:
    """Read a list of words, one a line; none may be there twice."""
    found: dict[str, int] = {}
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        word = line.strip()
        if not word or word.startswith("#"):
            continue
        if word in found:
            raise LexiconError(
                f"{name}:{number}: {word} is there twice, first in line {found[word]}"
            )
        found[word] = number
    return frozenset(found)
