"""What the grammar engine says of the statements that a person writes."""

from __future__ import annotations

from dataclasses import dataclass

from generation.french.checking.pairs import check_pair
from generation.french.checking.verdict import Report, Verdict
from generation.french.checking.verify import verify
from verbs.french.vocabulary import ErrorType


@dataclass(frozen=True, slots=True)
class Edited:
    """A statement as it was typed; ``span`` (start, end) and ``correction`` tell what is wrong in it."""

    content: str
    is_correct: bool
    error_type: str | None = None
    span: tuple[int, int] | None = None
    correction: str | None = None

    @property
    def corrected(self) -> str | None:
        """The sentence without its error; None when that is not told, or told of another text."""
        if self.span is None or self.correction is None:
            return None
        start, end = self.span
        if not 0 <= start < end <= len(self.content):
            return None
        return self.content[:start] + self.correction + self.content[end:]


def objection(statement: Edited) -> str | None:
    """Why the engine is certain that a statement does not belong where it is, in a sentence.

    None when it agrees, and also when it is not sure: then the person knows better.
    """
    if statement.is_correct:
        report = verify(statement.content)
        if report.verdict is Verdict.WRONG:
            return f"“{statement.content}” is marked as correct, but {_said(report)}"
        return None
    named = ErrorType(statement.error_type) if statement.error_type else None
    if statement.corrected is not None:
        report = check_pair(statement.corrected, statement.content, named)
        return (
            f"“{statement.content}”: {_said(report)}" if report.verdict is Verdict.WRONG else None
        )
    report = verify(statement.content)
    if report.verdict is Verdict.OK:
        return f"“{statement.content}” is marked as incorrect, but no error was found in it."
    if report.verdict is Verdict.WRONG and named is not None and report.error_type is not named:
        return f"“{statement.content}” is said to have {named.value}, but {_said(report)}"
    return None


def _said(report: Report) -> str:
    """The reasons of a report as the end of a sentence."""
    text = "; ".join(reason.rstrip(".") for reason in report.reasons) or "it is not right"
    return f"{text}."
