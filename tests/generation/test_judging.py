"""What a draft must be before it goes live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from generation.judging import judge
from generation.planning import Constraints, plan_items
from generation.writers.base import Draft, DraftStatement
from generation.writers.rules import RulesWriter
from verbs.french.vocabulary import ErrorType, Focus

WRITER = RulesWriter()
PLAN = plan_items(
    Constraints(focuses=(Focus.CONJUGATION,), error_types=(ErrorType.WRONG_PERSON,)),
    count=1,
    writer=WRITER,
    seed=3,
)[0]
DRAFT = WRITER.write(PLAN)


def wrong(change: Callable[[DraftStatement], DraftStatement]) -> Draft:
    """The draft with one incorrect statement changed."""
    index = next(n for n, statement in enumerate(DRAFT.statements) if not statement.is_correct)
    statements = list(DRAFT.statements)
    statements[index] = change(statements[index])
    return replace(DRAFT, statements=statements)


def key() -> DraftStatement:
    return next(statement for statement in DRAFT.statements if statement.is_correct)


def test_a_good_draft_passes() -> None:
    verdict = judge(DRAFT, PLAN)
    assert verdict.accepted, verdict.reasons
    assert verdict.notes == {"form": "ok", "engine": "ok"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: replace(s, text=key().text), "stands twice"),
        (lambda s: replace(s, text=key().text.upper()), "stands twice"),
        (lambda s: replace(s, text=""), "not one sentence"),
        (lambda s: replace(s, text="x" * 200 + "."), "not one sentence"),
        (lambda s: replace(s, text="il mange."), "not written as a sentence"),
        (lambda s: replace(s, text="Il mange"), "not written as a sentence"),
        (lambda s: replace(s, text="Il <b>mange</b>."), "markup"),
        (lambda s: replace(s, explanation=None), "no error type or explanation"),
        (lambda s: replace(s, error_type=ErrorType.ELISION), "was not asked for"),
        (lambda s: replace(s, is_correct=True), "2 correct statements"),
    ],
)
def test_an_objection_names_what_is_wrong(
    change: Callable[[DraftStatement], DraftStatement], said: str
) -> None:
    verdict = judge(wrong(change), PLAN)
    assert not verdict.accepted
    assert any(said in reason for reason in verdict.reasons), verdict.reasons


def test_too_few_statements_are_refused() -> None:
    verdict = judge(replace(DRAFT, statements=DRAFT.statements[:3]), PLAN)
    assert any("instead of 4" in reason for reason in verdict.reasons)


def test_the_correct_statement_needs_a_translation() -> None:
    statements = [
        replace(statement, translation=None) if statement.is_correct else statement
        for statement in DRAFT.statements
    ]
    verdict = judge(replace(DRAFT, statements=statements), PLAN)
    assert any("no translation" in reason for reason in verdict.reasons)
