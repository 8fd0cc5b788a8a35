"""The lexicon's files: their rows, and how to complain about one."""

from __future__ import annotations

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
    """The rows of a file and the way to complain about one."""

    name: str
    rows: tuple[Row, ...]

    def error(self, row: Row, message: str) -> LexiconError:
        """Return the error that says what is wrong in a row."""
        return LexiconError(f"{self.name}:{row.line}: {message}")


def read_rows(name: str, folder: Path = DATA) -> Reader:
    """Read a table. Raises LexiconError if a line has not as many cells as the header."""
    rows: list[Row] = []
    for number, cells in read_table(folder / name, error=LexiconError):
        row = Row(cells)
        row.line = number
        rows.append(row)
    return Reader(name, tuple(rows))


def read_words(name: str, folder: Path = DATA) -> frozenset[str]:
    """Read a list of words, one a line."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
