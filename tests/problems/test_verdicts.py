"""The engine's verdict on statements as one edits them."""

from __future__ import annotations

import pytest

from problems.services import NewStatement
from problems.verdicts import Edited, State, StatementVerdict, edited, verdicts
from tests.problems import make

pytestmark = pytest.mark.django_db

RIGHT = Edited("Elle est partie hier soir.", is_correct=True)


def one(
    statement: Edited, beside: Edited | None = RIGHT, language: str = "eng"
) -> StatementVerdict:
    """The verdict on one statement, which stands beside the correct one."""
    return verdicts([beside, statement] if beside else [statement], language=language)[-1]


def test_a_right_sentence_fits_where_it_is_marked_as_correct() -> None:
    found = one(RIGHT, None)
    assert (found.state, found.span, found.proposal) == (State.FITS, None, None)
    assert "no error" in found.why


def test_a_wrong_sentence_marked_as_correct_is_put_right() -> None:
    found = one(Edited("Elle a partie hier soir.", is_correct=True), None)
    assert found.state is State.WRONG
    assert found.why.startswith("It is marked as correct, but ")
    assert found.span == (5, 13)
    assert found.proposal is not None
    assert found.proposal.text == "Elle est partie hier soir."


def test_a_reason_goes_on_with_the_sentence_it_stands_in() -> None:
    found = one(Edited("Marie est allé au marché.", is_correct=True), None)
    assert found.why.startswith("It is marked as correct, but with être ")
    pair = one(Edited("Elle a partie hier soir.", False, "wrong_person", (5, 6), "est"), None)
    assert pair.why.startswith("The error is wrong auxiliary")


@pytest.mark.parametrize(
    ("language", "rule"), [("eng", "belongs to the few verbs"), ("fra", "fait partie des")]
)
def test_an_error_is_found_by_the_correct_sentence_beside_it(language: str, rule: str) -> None:
    found = one(Edited("Elle a partie hier soir.", is_correct=False), language=language)
    assert (found.state, found.span) == (State.FITS, (5, 6))
    assert found.proposal is not None
    assert found.proposal.error_type == "wrong_auxiliary"
    assert (found.proposal.span, found.proposal.correction) == ((5, 6), "est")
    assert rule in (found.proposal.explanation or "")


def test_what_is_told_already_is_not_proposed() -> None:
    told = one(Edited("Elle a partie hier soir.", is_correct=False))
    assert told.proposal is not None
    statement = Edited(
        "Elle a partie hier soir.",
        is_correct=False,
        error_type="wrong_auxiliary",
        span=(5, 6),
        correction="est",
        explanation=told.proposal.explanation,
    )
    found = one(statement)
    assert (found.state, found.proposal) == (State.FITS, None)


def test_another_error_than_the_named_one_is_wrong_and_its_name_is_proposed() -> None:
    statement = Edited("Elle a partie hier soir.", False, "wrong_person", (5, 6), "est")
    found = one(statement)
    assert found.state is State.WRONG
    assert "The error is wrong auxiliary, not wrong person" in found.why
    assert found.proposal is not None
    assert found.proposal.error_type == "wrong_auxiliary"
    assert found.proposal.span is None  # the place is right


def test_where_what_is_told_is_nonsense_the_correct_sentence_helps() -> None:
    statement = Edited("Elle a partie hier soir.", False, "wrong_auxiliary", (0, 24), "est")
    found = one(statement)
    assert found.state is not State.FITS
    assert found.proposal is not None
    assert (found.proposal.span, found.proposal.correction) == ((5, 6), "est")


def test_a_right_sentence_marked_as_incorrect_is_wrong() -> None:
    found = one(Edited("Marie est allée au marché.", is_correct=False, error_type="wrong_form"))
    assert found.state is State.WRONG
    assert "no error was found" in found.why


@pytest.mark.parametrize("is_correct", [True, False])
def test_what_is_not_understood_is_unsure(is_correct: bool) -> None:
    found = one(Edited("Zblorg frounille le plimpin.", is_correct=is_correct), None)
    assert (found.state, found.proposal) == (State.UNSURE, None)
    assert found.why


@pytest.mark.parametrize(
    "statement",
    [
        Edited("", is_correct=False),
        Edited(" ", is_correct=True),
        Edited("a" * 500, is_correct=False),
        Edited("?!…", is_correct=True),
        Edited("Elle a partie.", False, "no_such_error", (9, 3), "x"),
        Edited("Elle a partie.", False, "wrong_form", (0, 900), "x"),
    ],
)
def test_whatever_is_typed_gets_a_verdict(statement: Edited) -> None:
    assert one(statement).state in State


def test_a_problem_is_judged_as_it_is_stored() -> None:
    wrong = NewStatement(
        "Elle a partie hier soir.",
        is_correct=False,
        explanation="The auxiliary is être.",
        error_type="wrong_auxiliary",
        span=(5, 6),
        correction="est",
    )
    right = NewStatement("Marie est allée au marché.", is_correct=True)
    problem = make.problem(statements=[right, wrong])
    assert [given.content for given in edited(problem)] == [right.content, wrong.content]
    assert [found.state for found in verdicts(problem)] == [State.FITS, State.FITS]
