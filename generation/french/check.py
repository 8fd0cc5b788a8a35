"""The engine's verdict on a finished problem, from its stored clauses alone."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.clause import Clause, UnknownClause
from generation.french.deviations.catalogue import errors_of
from generation.french.levels import clause_level, highest
from generation.french.realise import licensed
from generation.french.spec import ComposedProblem, Format, Statement
from verbs.french.vocabulary import ErrorType


def check_problem(problem: ComposedProblem) -> list[str]:
    """Return the objections to a problem, in words; none means that the engine stands by it.

    Every clause is realised again: the correct statement must be a right form of its clause, every
    other one wrong for all clauses of the problem, and wrong just where its span says, with a
    correction that makes it right.
    """
    try:
        clauses = [Clause.from_dict(each.clause) for each in problem.statements]
    except UnknownClause as error:
        return [str(error)]
    return list(_objections(problem, clauses))


def _objections(problem: ComposedProblem, clauses: list[Clause]) -> Iterator[str]:
    statements = problem.statements
    if sum(each.is_correct for each in statements) != 1:
        yield "there is not exactly one correct statement"
    if len({each.text.casefold() for each in statements}) != len(statements):
        yield "two statements have the same text"
    if any(clause.tense is not problem.spec.tense for clause in clauses):
        yield f"not all statements are in {problem.spec.tense.value}"
    if problem.format is Format.SLOT and len(set(clauses)) != 1:
        yield "the statements are not one sentence with different forms"
    written = {tense for statement in statements if (tense := _written_tense(statement, clauses))}
    if len(written) > 1:
        yield "the wrong statements are in different tenses"
    level = highest(*map(clause_level, clauses))
    if level is not problem.level or problem.spec.level not in (None, level):
        yield f"the level is {level.value}"
    for statement, clause in zip(statements, clauses, strict=True):
        if statement.is_correct:
            if statement.text not in licensed(clause):
                yield f"not the correct form of its clause: {statement.text}"
        else:
            yield from _distractor(statement, clause)
            if any(statement.text in licensed(other) for other in clauses):
                yield f"a wrong statement is right: {statement.text}"


def _written_tense(statement: Statement, clauses: list[Clause]) -> str | None:
    """Return the tense that is written instead of the right one, None if none is."""
    if statement.error_type is not ErrorType.WRONG_TENSE:
        return None
    known = (d for c in clauses for d in errors_of(c, ErrorType.WRONG_TENSE))
    return next((d.facts["wrong_tense"] for d in known if d.text == statement.text), None)


def _distractor(statement: Statement, clause: Clause) -> Iterator[str]:
    text = statement.text
    if statement.error_type is None or statement.span is None or statement.correction is None:
        yield f"a wrong statement without error type, span or correction: {text}"
        return
    start, end = statement.span
    if not 0 <= start < end <= len(text):
        yield f"the span is outside the statement: {text}"
    elif text[:start] + statement.correction + text[end:] not in licensed(clause):
        yield f"the correction does not make it right: {text}"
    known = errors_of(clause, statement.error_type)
    if not any(d.text == text and d.code == statement.error_code for d in known):
        yield f"not the error it promises: {text}"
