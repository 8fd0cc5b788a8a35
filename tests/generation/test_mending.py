"""What the grammar engine repairs in a rejected statement, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generation.french.checking.pairs import check_pair
from generation.french.checking.verdict import Verdict as Finding
from generation.judging import Judge, Opinion, Ruling, Verdict, judge
from generation.judging.verdicts import Judged
from generation.mending import mend
from generation.writers.base import Draft, DraftStatement, Plan
from tests.generation.statements import (
    KEY,
    PAIRS,
    PLAN,
    POURQUOI,
    WHY,
    draft,
    key,
    pair,
)
from verbs.french.vocabulary import ErrorType, Focus, Language, Tense

pytestmark = pytest.mark.usefixtures("no_model")

E = ErrorType
#: More than one error is possible in a sentence.
AUXILIARY = replace(PLAN, focus=Focus.AUXILIARY)


def mended(statement: DraftStatement, plan: Plan = PLAN, place: int = 1) -> Draft:
    """The draft with a rejected statement, after the engine has had it."""
    statements = [KEY, *PAIRS]
    statements[place] = statement
    before = draft(*statements)
    verdict = judge(before, plan)
    assert list(verdict.faults) == [place]
    after = mend(before, verdict, plan)
    for other, (old, new) in enumerate(zip(before.statements, after.statements, strict=True)):
        assert old is new or other == place
    return after


def assert_repaired(statement: DraftStatement, plan: Plan = PLAN) -> DraftStatement:
    """The repaired statement; everything about it is the engine's own and certain."""
    after = mended(statement, plan)
    new = after.statements[1]
    assert new is not statement
    assert (new.counterpart, new.brief, new.trace) == (
        statement.counterpart,
        statement.brief,
        statement.trace,
    )
    assert new.counterpart is not None
    assert new.error_type is not None
    assert check_pair(new.counterpart, new.text, new.error_type).verdict is Finding.OK
    assert new.error_code is not None
    assert new.error_code.startswith(f"{new.error_type.value}.")
    assert new.span is not None
    start, end = new.span
    assert f"{new.text[:start]}{new.correction}{new.text[end:]}" == new.counterpart
    assert new.explanation
    assert new.explanation != statement.explanation
    verdict = judge(after, plan)
    assert verdict.confirmed, verdict.reasons
    return new


def test_a_wrong_sentence_that_is_right_gets_an_error() -> None:
    new = assert_repaired(pair("Tu as vu ce film.", "Tu as vu ce film.", E.WRONG_PERSON, "voir"))
    assert new.error_type is E.WRONG_PERSON
    assert new.text.endswith(" vu ce film.")


@pytest.mark.parametrize(
    ("right", "wrong", "error_type", "verb"),
    [
        # another error than was asked for
        ("Tu as vu ce film.", "Tu as vu cette film.", E.WRONG_PERSON, "voir"),
        # not French, an echo, markup, a leak
        ("Il a pris le bus.", "He took the bus.", E.WRONG_FORM, "prendre"),
        ("Il a pris le bus.", "Write one sentence with prendre.", E.WRONG_FORM, "prendre"),
        ("Il a pris le bus.", "Il a **prendu** le bus.", E.WRONG_FORM, "prendre"),
        ("Il a pris le bus.", "Il a prendu le bus (incorrect).", E.WRONG_FORM, "prendre"),
        ("Elle est partie hier.", "", E.WRONG_AUXILIARY, "partir"),
    ],
)
def test_a_bad_error_is_replaced_by_one_of_its_type(
    right: str, wrong: str, error_type: ErrorType, verb: str
) -> None:
    new = assert_repaired(pair(right, wrong, error_type, verb))
    assert new.error_type is error_type


@pytest.mark.parametrize("explanation", ["", POURQUOI, "<b>See</b> the verb and its subject."])
def test_only_the_explanation_was_bad(explanation: str) -> None:
    statement = pair(
        "Tu as vu ce film.",
        "Tu a vu ce film.",
        E.WRONG_PERSON,
        "voir",
        explanation=explanation,
    )
    new = assert_repaired(statement)
    assert new.text == statement.text
    assert new.error_type is E.WRONG_PERSON


def test_an_explanation_for_readers_of_french() -> None:
    plan = replace(PLAN, language=Language.FRENCH)
    key_ = key("Nous sommes rentrés tard hier soir.", "rentrer", translation="")
    statements = [
        key_,
        PAIRS[0],
        *(replace(one, explanation=POURQUOI) for one in PAIRS[1:]),
    ]
    before = draft(*statements)
    after = mend(before, judge(before, plan), plan)
    assert after.statements[1].text == PAIRS[0].text
    assert judge(after, plan).confirmed
    assert after.statements[1].explanation != PAIRS[0].explanation


@pytest.mark.parametrize(
    ("right", "wrong", "verb", "tense"),
    [
        # the correct sentence has an error
        ("Tu a vu ce film.", "Tu ont vu ce film.", "voir", Tense.PASSE_COMPOSE),
        # the two stand the wrong way round
        ("Tu a vu ce film.", "Tu as vu ce film.", "voir", Tense.PASSE_COMPOSE),
        # another verb, another tense
        ("Tu as vu ce film.", "Tu a vu ce film.", "regarder", Tense.PASSE_COMPOSE),
        ("Tu as vu ce film.", "Tu a vu ce film.", "voir", Tense.PRESENT),
        # not a sentence to show
        ("**Tu as vu ce film.**", "Tu a vu ce film.", "voir", Tense.PASSE_COMPOSE),
        ("You have seen this film.", "You has seen this film.", "voir", Tense.PASSE_COMPOSE),
        ("", "Tu a vu ce film.", "voir", Tense.PASSE_COMPOSE),
    ],
)
def test_a_faulty_correct_sentence_is_not_repaired(
    right: str, wrong: str, verb: str, tense: Tense
) -> None:
    statement = pair(right, wrong, E.WRONG_PERSON, verb, tense)
    assert mended(statement).statements[1] is statement


def test_a_correct_statement_is_not_repaired() -> None:
    statement = key("Nous avons rentrés tard hier soir.", "rentrer")
    assert mended(statement, place=0).statements[0] is statement


def test_a_statement_that_clashes_is_not_repaired() -> None:
    before = draft(KEY, PAIRS[0], PAIRS[1], PAIRS[1])
    verdict = judge(before, PLAN)
    assert list(verdict.faults) == [3]
    assert mend(before, verdict, PLAN).statements[3] is PAIRS[1]


def test_what_is_in_doubt_is_not_repaired() -> None:
    doubtful = pair("Elle l'a vu hier.", "Elle l'a vue hier.", E.PARTICIPLE_AGREEMENT, "voir")
    before = draft(KEY, doubtful, *PAIRS[1:])
    assert mend(before, judge(before, PLAN), PLAN).statements == before.statements


def test_the_types_of_an_order_are_kept() -> None:
    """In "Tu as vu ce film" no preposition can be wrong: another error of the order has to do."""
    plan = replace(PLAN, error_types=(E.PREPOSITION, E.WRONG_AUXILIARY))
    statement = pair("Tu as vu ce film.", "Tu as vu ce film.", E.PREPOSITION, "voir")
    statements = [KEY, statement, PAIRS[1]]
    plan = replace(plan, statement_count=3)
    before = draft(*statements)
    verdict = judge(before, plan)
    assert list(verdict.faults) == [1]
    new = mend(before, verdict, plan).statements[1]
    assert new.error_type is E.WRONG_AUXILIARY
    assert new.text == "Tu es vu ce film."
    # And where none of them is possible, none is made.
    only = replace(plan, error_types=(E.PREPOSITION,))
    before = draft(KEY, statement)
    only = replace(only, statement_count=2)
    assert mend(before, judge(before, only), only).statements[1] is statement


def test_nothing_is_repaired_into_the_text_of_another_statement() -> None:
    """The two would be the same: the engine's best error is taken already."""
    statement = pair("Nous avons vu la mer.", "Nous avons vu la mer.", E.WRONG_PERSON, "voir")
    best = assert_repaired(statement, AUXILIARY)
    taken = replace(PAIRS[1], text=best.text)
    verdict = Verdict(
        statements=(
            Judged(KEY, (Opinion(Judge.ENGINE, Ruling.OK),)),
            Judged(statement, (Opinion(Judge.ENGINE, Ruling.WRONG, ("It is right.",)),)),
            Judged(taken, (Opinion(Judge.ENGINE, Ruling.OK),)),
        )
    )
    new = mend(draft(KEY, statement, taken), verdict, AUXILIARY).statements[1]
    assert new.text not in (best.text, statement.text)


def test_two_repairs_do_not_meet() -> None:
    """Two statements of one scene, both to be mended, get two different errors."""
    statement = pair("Nous avons vu la mer.", "Nous avons vu la mer.", E.WRONG_PERSON, "voir")
    wrong = (Opinion(Judge.ENGINE, Ruling.WRONG, ("It is right.",)),)
    other = replace(statement, explanation=f"{WHY} Look.")
    verdict = Verdict(statements=(Judged(statement, wrong), Judged(other, wrong)))
    first, second = mend(draft(statement, other), verdict, AUXILIARY).statements
    assert first.text != second.text
