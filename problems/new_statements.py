"""Statements as they come in, and what keeps them from being those of a problem."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField
from django.utils.translation import gettext

from problems.changes import STATEMENT_FIELDS
from problems.models import MAX_STATEMENTS, MIN_STATEMENTS, Statement
from quizservice.errors import Unprocessable
from verbs.french.vocabulary import ErrorType

#: What only an incorrect statement has.
OF_ERRORS = ("explanation", "error_type", "error_code", "span", "correction")
#: The longest texts, in characters.
_LONGEST: dict[str, int] = {
    field.name: field.max_length
    for field in Statement._meta.fields
    if isinstance(field, CharField) and field.max_length is not None
}


@dataclass(frozen=True, slots=True)
class NewStatement:
    """A statement to be stored; ``span`` is where the error stands in ``content`` (start, end).

    ``id``: of a statement that the problem has already; None for a new one.
    """

    content: str
    is_correct: bool
    translation: str | None = None
    explanation: str | None = None
    error_type: str | None = None
    error_code: str | None = None
    span: tuple[int, int] | None = None
    correction: str | None = None
    id: uuid.UUID | None = None

    def fields(self) -> dict[str, Any]:
        """The fields of its row, without the id."""
        start, end = self.span or (None, None)
        return {
            **{name: getattr(self, name, None) for name in STATEMENT_FIELDS},
            "span_start": start,
            "span_end": end,
        }

    def values(self) -> dict[str, Any]:
        """What a snapshot has of it; its id is None if it has none."""
        return {"id": self.id and str(self.id), **self.fields()}


def check_statements(statements: Sequence[NewStatement]) -> None:
    """Say in a sentence what keeps statements from being those of a problem.

    Raises:
        Unprocessable: with that sentence.
    """
    correct = sum(one.is_correct for one in statements)
    if correct != 1:
        raise Unprocessable(
            gettext("Exactly one statement must be marked as correct; now there are %(count)d.")
            % {"count": correct}
        )
    if not MIN_STATEMENTS <= len(statements) <= MAX_STATEMENTS:
        raise Unprocessable(
            gettext("A problem has %(least)d to %(most)d statements; now there are %(count)d.")
            % {"least": MIN_STATEMENTS, "most": MAX_STATEMENTS, "count": len(statements)}
        )
    if len({one.content for one in statements}) < len(statements):
        raise Unprocessable(gettext("Two statements have the same text."))
    for one in statements:
        if said := _objection(one):
            raise Unprocessable(said % {"text": one.content})


def _objection(statement: NewStatement) -> str | None:
    """What is wrong with the parts of one statement; a sentence with a place for its text."""
    start, end = statement.span or (0, 0)
    if not statement.content.strip():
        return gettext("A statement has no text.")
    if too_long := _too_long(statement):
        return too_long
    if statement.error_type and statement.error_type not in set(ErrorType):
        return gettext("“%(text)s” has an error type that does not exist.")
    if not statement.is_correct and not statement.error_type:
        return gettext("“%(text)s” is incorrect: it needs an error type.")
    if not statement.is_correct and not statement.explanation:
        return gettext("“%(text)s” is incorrect: it needs an explanation.")
    if not statement.is_correct and statement.translation:
        return gettext("“%(text)s” is incorrect: only the correct statement has a translation.")
    if statement.is_correct and any(getattr(statement, name) is not None for name in OF_ERRORS):
        return gettext("“%(text)s” is correct: it has no error to explain.")
    if not 0 <= start <= end <= len(statement.content):
        return gettext("The error of “%(text)s” does not lie inside the text.")
    return None


def _too_long(statement: NewStatement) -> str | None:
    for name, most in _LONGEST.items():
        if len(getattr(statement, name) or "") > most:
            return gettext("A text of “%(text)s” is too long.")
    return None
