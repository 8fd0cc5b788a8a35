"""Repairs of rejected statements: the engine's own error on a sentence that it has verified."""

from __future__ import annotations

from dataclasses import replace

from generation.french.checking.verdict import Verdict as Finding
from generation.french.checking.verify import verify
from generation.french.free_text.describe import uses
from generation.french.free_text.deviations import WrongVersion, wrong_versions
from generation.french.recipes import RECIPES
from generation.judging import Judged, Ruling, Verdict, fold
from generation.judging.form import sentence_objections
from generation.writers.base import Draft, DraftStatement, Plan
from verbs.french.vocabulary import FOCUS_ERRORS, ErrorType


def mend(draft: Draft, verdict: Verdict, plan: Plan) -> Draft:
    """The draft with those rejected statements replaced that the engine can repair; maybe none.

    A repaired statement keeps its correct sentence and gets an error, a span and an explanation of the
    engine's own.
    """
    statements = list(draft.statements)
    taken = {fold(one.text) for one in statements}
    for place, judged in enumerate(verdict.statements):
        if judged.ruling is not Ruling.WRONG or not _has_sound_sentence(judged):
            continue
        version = _version(judged.statement, plan, taken)
        if version is not None:
            statements[place] = _repaired(judged.statement, version)
            taken.add(fold(version.text))
    return replace(draft, statements=statements)


def _has_sound_sentence(judged: Judged) -> bool:
    """Whether the correct sentence of a rejected statement can stay: only its error was bad."""
    statement = judged.statement
    right, brief = statement.counterpart, statement.brief
    if judged.clash or statement.is_correct or right is None or brief is None:
        return False
    if sentence_objections(right) or verify(right).verdict is not Finding.OK:
        return False
    return uses(right, brief.verb, brief.tense) is True


def _version(statement: DraftStatement, plan: Plan, taken: set[str]) -> WrongVersion | None:
    """The error to make: the one that is there, where only what is said of it was bad, else another."""
    assert statement.counterpart is not None
    own = fold(statement.text)
    found = [
        version
        for error_type in _types(statement, plan)
        for version in wrong_versions(statement.counterpart, error_type, plan.language)
        if fold(version.text) == own or fold(version.text) not in taken
    ]
    return next((one for one in found if fold(one.text) == own), found[0] if found else None)


def _types(statement: DraftStatement, plan: Plan) -> list[ErrorType]:
    """The types that the error may have, in the order in which they are tried.

    The one that was asked for, then those of the order, or of the focus and what neighbours it.
    """
    wanted = [statement.error_type] if statement.error_type else []
    others = plan.error_types or (*FOCUS_ERRORS[plan.focus], *RECIPES[plan.focus].neighbours)
    return list(dict.fromkeys([*wanted, *others]))


def _repaired(statement: DraftStatement, version: WrongVersion) -> DraftStatement:
    return replace(
        statement,
        text=version.text,
        explanation=version.explanation,
        error_type=version.error_type,
        error_code=version.code,
        span=(version.start, version.end),
        correction=version.correction,
    )
