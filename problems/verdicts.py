"""The engine's verdict on each statement of a problem, and what it would write there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from problems.grammar import Edited, Judgement, State, judge, mended, recognise
from problems.models import Problem
from verbs import cache
from verbs.french.overrides import in_force
from verbs.french.vocabulary import Language

__all__ = ["Edited", "Proposal", "State", "StatementVerdict", "edited", "verdicts"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the engine would write of a statement's error; None: nothing, or what is there already.

    ``text``: the whole sentence put right, for the correct statement only.
    """

    error_type: str | None = None
    error_code: str | None = None
    span: tuple[int, int] | None = None
    correction: str | None = None
    explanation: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class StatementVerdict:
    """``why`` is a sentence; ``span`` (start, end) is where in the text the error is, if it is known."""

    state: State
    why: str
    span: tuple[int, int] | None = None
    proposal: Proposal | None = None


def edited(problem: Problem) -> list[Edited]:
    """The statements of a problem as the engine reads them, in their order."""
    rows = sorted(problem.statements.all(), key=lambda row: row.position)
    return [Edited.of(row) for row in rows]


def verdicts(
    given: Problem | Sequence[Edited], *, language: str = Language.ENGLISH
) -> list[StatementVerdict]:
    """The verdict on each statement, under the corrections of the lexicon that are in force.

    ``language``: that of the explanations; a problem's own is taken. Some hundredths of a second each;
    the first call of a process reads the engine's tables, which takes seconds.
    """
    if isinstance(given, Problem):
        language = given.target_language_code
    statements = edited(given) if isinstance(given, Problem) else given
    beside = next((one.content for one in statements if one.is_correct), None)
    with in_force(cache.overrides()):
        return [_verdict(one, beside, language) for one in statements]


def _verdict(statement: Edited, beside: str | None, language: str) -> StatementVerdict:
    if not statement.content.strip():
        return StatementVerdict(State.UNSURE, "")
    judged = judge(statement, beside)
    if statement.is_correct:
        return _on_correct(statement, judged)
    version = recognise(statement, judged, language, beside)
    if version is None or version.text != statement.content:
        return StatementVerdict(judged.state, judged.why, statement.span or _place(judged))
    span = (version.start, version.end)
    right = version.text[: version.start] + version.correction + version.text[version.end :]
    proposal = Proposal(
        error_type=_news(version.error_type.value, statement.error_type),
        error_code=version.code,
        span=None if statement.corrected == right else span,
        correction=version.correction,
        explanation=_news(version.explanation, statement.explanation),
    )
    anything = proposal.error_type or proposal.span or proposal.explanation
    return StatementVerdict(judged.state, judged.why, span, proposal if anything else None)


def _on_correct(statement: Edited, judged: Judgement) -> StatementVerdict:
    text = mended(statement.content, judged.report)
    return StatementVerdict(
        judged.state, judged.why, _place(judged), Proposal(text=text) if text else None
    )


def _place(judged: Judgement) -> tuple[int, int] | None:
    found = judged.report.findings
    return (found[0].start, found[0].end) if found else None


def _news(value: str, there: str | None) -> str | None:
    """A value that is not there yet."""
    return value if value and value != there else None
