"""Statements as JSON lines: what ``manage.py check_statements`` reads and writes.

In: ``{"id", "correct", "incorrect", "error_type"}``, the last two null or absent. Out: ``{"id",
"verdict", "error_type", "reasons"}``, one line each in the same order. A line that cannot be read gets
"unsure" with a reason that names its number; nothing is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from generation.french.checking.pairs import check_pair
from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from verbs.french.vocabulary import ErrorType

__all__ = ["Answer", "check_line", "check_lines"]


class _Malformed(ValueError):
    """A line is no statement; the message says what is wrong. ``id`` is its id if it has one."""

    def __init__(self, message: str, id_: str | int | None = None) -> None:
        super().__init__(message)
        self.id = id_


@dataclass(frozen=True)
class Answer:
    """The answer to one line. ``malformed``: the line could not be read as a statement."""

    id: str | int | None
    verdict: Verdict
    error_type: ErrorType | None
    reasons: tuple[str, ...]
    malformed: bool = False

    def to_json(self) -> str:
        """Return the answer as one line of JSON, without its end."""
        found = {
            "id": self.id,
            "verdict": self.verdict.value,
            "error_type": None if self.error_type is None else self.error_type.value,
            "reasons": list(self.reasons),
        }
        return json.dumps(found, ensure_ascii=False)


@dataclass(frozen=True)
class _Statement:
    id: str | int
    correct: str
    incorrect: str | None
    error_type: ErrorType | None


def check_lines(lines: Iterable[bytes]) -> Iterator[Answer]:
    """Yield the answer to every line that is not blank, in order."""
    for number, raw in enumerate(lines, start=1):
        if raw.strip():
            yield check_line(raw, number)


def check_line(raw: bytes, number: int) -> Answer:
    """Judge one line: a sentence by itself, or a pair. ``number`` counts from 1."""
    try:
        statement = _read(raw)
    except _Malformed as error:
        reason = f"line {number}: {error}"
        return Answer(error.id, Verdict.UNSURE, None, (reason,), malformed=True)
    try:
        if statement.incorrect is None:
            found = verify(statement.correct)
        else:
            found = check_pair(statement.correct, statement.incorrect, statement.error_type)
    except Exception as error:  # noqa: BLE001 - one odd text must not cost all other answers
        reason = f"line {number}: could not be judged ({type(error).__name__}: {error})"
        return Answer(statement.id, Verdict.UNSURE, None, (reason,), malformed=True)
    return Answer(statement.id, found.verdict, found.error_type, found.reasons)


def _read(raw: bytes) -> _Statement:
    """Read a line. Raises _Malformed."""
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _Malformed("this is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise _Malformed(f"this is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise _Malformed("this is not a JSON object")
    id_ = found.get("id")
    if isinstance(id_, bool) or not isinstance(id_, str | int):
        what = "is missing" if id_ is None else "must be a string or a whole number"
        raise _Malformed(f"id {what}")
    correct = _sentence(found, "correct", id_)
    if correct is None:
        raise _Malformed("correct is missing", id_)
    incorrect = _sentence(found, "incorrect", id_)
    error_type = _error_type(found, id_)
    if incorrect is None and error_type is not None:
        raise _Malformed("error_type needs an incorrect sentence", id_)
    return _Statement(id_, correct, incorrect, error_type)


def _sentence(found: dict[str, Any], name: str, id_: str | int) -> str | None:
    value = found.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise _Malformed(f"{name} must be a sentence", id_)
    return value


def _error_type(found: dict[str, Any], id_: str | int) -> ErrorType | None:
    value = found.get("error_type")
    if value is None:
        return None
    try:
        return ErrorType(value)
    except ValueError:
        known = ", ".join(ErrorType)
        raise _Malformed(f"error_type {value!r} is none of {known}", id_) from None
