"""What the grammar engine says of statements that people write: the only door to it for the console."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, fields
from enum import StrEnum

from django.utils.translation import gettext

from generation.french.checking.pairs import check_pair
from generation.french.checking.verdict import Report, Verdict
from generation.french.checking.verify import verify
from generation.french.free_text.deviations import WrongVersion, recognised
from generation.french.free_text.loading import load
from problems import names
from problems.models import Statement
from problems.new_statements import NewStatement
from problems.reasons import translated
from verbs.french.vocabulary import ErrorType, Language


class State(StrEnum):
    """What the engine makes of a statement where it stands."""

    FITS = "fits"
    WRONG = "wrong"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Edited:
    """A statement as it was typed; ``span`` (start, end) and ``correction`` tell what is wrong in it."""

    content: str
    is_correct: bool
    error_type: str | None = None
    span: tuple[int, int] | None = None
    correction: str | None = None
    explanation: str | None = None

    @classmethod
    def of(cls, statement: Statement | NewStatement) -> Edited:
        """A statement that is stored, or is to be."""
        return cls(**{each.name: getattr(statement, each.name) for each in fields(cls)})

    @property
    def corrected(self) -> str | None:
        """The sentence without its error; None when that is not told, or told of another text."""
        if self.span is None or self.correction is None:
            return None
        start, end = self.span
        if not 0 <= start < end <= len(self.content):
            return None
        return self.content[:start] + self.correction + self.content[end:]

    @property
    def named(self) -> ErrorType | None:
        """The error it is said to have; None when none is said, or none that exists."""
        return ErrorType(self.error_type) if self.error_type in set(ErrorType) else None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The engine's word on one statement.

    ``why``: in a sentence. ``report``: what it rests on. ``right``: the sentence without the error, where
    that is known: told with the statement, or the problem's correct one.
    """

    state: State
    why: str
    report: Report
    right: str | None = None


_loading = threading.Lock()
_loaded = threading.Event()


def ready() -> None:
    """Read the engine's tables: some seconds, once in a process. Others wait instead of doing the same."""
    if not _loaded.is_set():
        with _loading:
            if not _loaded.is_set():
                load()
                _loaded.set()


def judge(statement: Edited, beside: str | None = None) -> Judgement:
    """What the engine makes of a statement; ``beside``: the correct one of its problem.

    WRONG only where it is certain. Corrections of the lexicon must be in force.
    """
    ready()
    if statement.is_correct:
        return _correct(statement)
    if statement.corrected is not None:
        return _pair(statement, statement.corrected)
    if beside and beside != statement.content:
        pair = _pair(statement, beside)
        if pair.state is State.FITS:  # else it may be made from another sentence
            return pair
    return _alone(statement)


def _correct(statement: Edited) -> Judgement:
    report = verify(statement.content)
    if report.verdict is Verdict.WRONG:
        why = gettext("It is marked as correct, but %(reasons)s") % {"reasons": said(report)}
        return Judgement(State.WRONG, why, report)
    if report.verdict is Verdict.OK:
        return Judgement(State.FITS, gettext("Understood, and no error found."), report)
    return Judgement(State.UNSURE, _doubt(report), report)


def _pair(statement: Edited, right: str) -> Judgement:
    report = check_pair(right, statement.content, statement.named)
    if report.verdict is Verdict.WRONG:
        why = said(report)
        return Judgement(State.WRONG, why[:1].upper() + why[1:], report, right)
    if report.verdict is Verdict.OK:
        why = gettext("It has one error, and that is sure: %(reasons)s") % {"reasons": said(report)}
        return Judgement(State.FITS, why, report, right)
    return Judgement(State.UNSURE, _doubt(report), report, right)


def _alone(statement: Edited) -> Judgement:
    """Of a statement that does not tell what would be right."""
    report, named = verify(statement.content), statement.named
    if report.verdict is Verdict.OK:
        why = gettext("It is marked as incorrect, but no error was found in it.")
        return Judgement(State.WRONG, why, report)
    if report.verdict is Verdict.UNSURE:
        return Judgement(State.UNSURE, _doubt(report), report)
    if named is not None and report.error_type is not named:
        why = gettext("It is said to have the error “%(type)s”, but %(reasons)s")
        return Judgement(State.WRONG, why % {"type": words(named), "reasons": said(report)}, report)
    if len(report.findings) > 1:
        why = gettext("It may have more than one error: %(reasons)s")
        return Judgement(State.UNSURE, why % {"reasons": said(report)}, report)
    why = gettext("It has an error: %(reasons)s") % {"reasons": said(report)}
    return Judgement(State.FITS, why, report)


def objection(statement: Edited, beside: str | None = None) -> str | None:
    """Why the engine is certain that a statement does not belong where it is, in a sentence.

    None when it agrees, and also when it is not sure: then the person knows better.
    """
    judged = judge(statement, beside)
    if judged.state is not State.WRONG:
        return None
    return f"“{statement.content}”: {judged.why}"


def recognise(
    statement: Edited, judged: Judgement, language: str, beside: str | None = None
) -> WrongVersion | None:
    """The error of an incorrect statement, with place, correction and explanation, where it is certain.

    By the sentence that is told to be right; else by the correct one ``beside``, else by the engine's own.
    """
    if statement.is_correct:
        return None
    for right in (judged.right, beside, mended(statement.content, judged.report)):
        if right is not None and right != statement.content:
            found = recognised(right, statement.content, Language(language))
            if found is not None:
                return found
    return None


def mended(text: str, report: Report) -> str | None:
    """The sentence with its one error put right; None when that is not known."""
    if len(report.findings) != 1 or report.findings[0].correction is None:
        return None
    [found] = report.findings
    return f"{text[: found.start]}{found.correction}{text[found.end :]}"


def said(report: Report) -> str:
    """The reasons of a report as the end of a sentence, with the names of errors as people say them."""
    text = gettext("; ").join(_as_a_part(translated(reason)) for reason in report.reasons)
    text = re.sub(r"\b[a-z]+(?:_[a-z]+)+\b", lambda found: words(found[0]), text)
    return f"{text or gettext('it is not right')}."


def _as_a_part(sentence: str) -> str:
    """A sentence that stands within another; one that begins with a quotation stays as it is."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def words(name: str) -> str:
    """A name of the vocabulary as people say it."""
    return str(names.ERRORS.get(name) or names.TENSES.get(name) or name.replace("_", " "))


def _doubt(report: Report) -> str:
    if not report.reasons:
        return gettext("The engine does not understand enough of it to judge.")
    return gettext("The engine is not sure: %(reasons)s") % {"reasons": said(report)}
