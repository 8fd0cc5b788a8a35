"""What the judges say of the statements of a problem beside one another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generation.judging import judge
from generation.writers.base import DraftStatement
from tests.generation.statements import KEY, PAIRS, PLAN, E, draft, key, pair

pytestmark = pytest.mark.usefixtures("no_model")


def faults(*statements: DraftStatement) -> dict[int, str]:
    return judge(draft(*statements), PLAN).faults


def test_two_wrong_sentences_that_are_the_same() -> None:
    assert faults(KEY, PAIRS[0], PAIRS[0], PAIRS[1]) == {
        2: "Another sentence of the problem is the same."
    }


def test_two_errors_in_one_scene() -> None:
    other = pair(
        "Marie est arrivée à midi.", "Marie a arrivé à midi.", E.WRONG_AUXILIARY, "arriver"
    )
    assert faults(KEY, PAIRS[2], PAIRS[1], other) == {
        3: "Another sentence of the problem says nearly the same."
    }


def test_an_error_in_the_scene_of_the_correct_sentence() -> None:
    other = pair(
        "Nous sommes rentrés tard hier soir.",
        "Nous avons rentré tard hier soir.",
        E.WRONG_AUXILIARY,
        "rentrer",
    )
    for order in ((KEY, other), (other, KEY)):
        found = faults(*order, *PAIRS[1:])
        assert list(found) == [order.index(other)]
        assert "says nearly the same" in found[order.index(other)]


def test_a_wrong_sentence_that_is_the_correct_one() -> None:
    other = replace(PAIRS[0], text=KEY.text)
    assert 0 in faults(other, KEY, *PAIRS[1:])
    assert 1 not in faults(other, KEY, *PAIRS[1:])


def test_a_wrong_sentence_that_another_one_calls_right() -> None:
    other = replace(PAIRS[0], text="Marie est arrivée à midi.")
    found = faults(KEY, PAIRS[2], PAIRS[1], other)
    assert "It is right" in found[3]


def test_case_and_spaces_make_no_other_sentence() -> None:
    same = replace(PAIRS[0], text=PAIRS[0].text.upper(), counterpart="Les enfants partent.")
    assert faults(KEY, PAIRS[0], PAIRS[1], same)[3] == (
        "Another sentence of the problem is the same."
    )


def test_the_number_of_statements() -> None:
    verdict = judge(draft(KEY, *PAIRS[:2]), PLAN)
    assert not verdict.accepted
    assert "3 statements instead of 4" in verdict.reasons
    verdict = judge(draft(KEY, key("Elle est sortie.", "sortir"), *PAIRS[:2]), PLAN)
    assert "2 correct statements instead of one" in verdict.reasons


def test_what_has_been_judged_is_not_judged_again() -> None:
    first = judge(draft(KEY, *PAIRS), PLAN)
    second = judge(draft(KEY, *PAIRS), PLAN, first)
    for before, after in zip(first.statements, second.statements, strict=True):
        assert before.opinions is after.opinions
