"""From constraints to plans."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from generation.planning import FORMAT_TURN, Clash, Constraints, plan_items
from generation.writers.base import Plan
from generation.writers.rules import RulesWriter
from verbs.french.vocabulary import FOCUS_ERRORS, ErrorType, Focus, Level, Tense

WRITER = RulesWriter()


def plans(count: int = 40, seed: int = 1, **constraints: Any) -> list[Plan]:
    return plan_items(Constraints(**constraints), count=count, writer=WRITER, seed=seed)


def test_items_spread_over_focuses_tenses_and_verbs() -> None:
    made = plans(200)
    assert {plan.tense for plan in made} == set(WRITER.tenses)
    assert {plan.focus for plan in made} == set(WRITER.focuses)
    verbs = Counter(WRITER.write(plan).metadata["verb_infinitives"][0] for plan in made)
    assert len(verbs) > 120
    assert verbs.most_common(1)[0][1] <= 5


def test_verbs_used_least_come_first() -> None:
    first = plans(1)[0]
    cell = Constraints(focuses=(first.focus,), tenses=(first.tense,))
    verbs = WRITER.key_verbs(first)
    assert len(verbs) > 20
    usage = dict.fromkeys(verbs, 5) | {verbs[3]: 0, verbs[7]: 1}
    made = plan_items(cell, count=4, writer=WRITER, usage=usage, seed=1)
    chosen = [plan.key_verb for plan in made]
    assert chosen[:2] == [verbs[3], verbs[7]]
    assert len(set(chosen)) == 4  # the same verb in the same tense says the same again


def test_verbs_are_spread_evenly_within_an_order() -> None:
    made = plans(400, focuses=(Focus.CONJUGATION,), tenses=(Tense.PRESENT,))
    verbs = WRITER.key_verbs(made[0])
    counted = Counter(plan.key_verb for plan in made)
    most = -(-400 // len(verbs))
    assert set(counted.values()) <= {most - 1, most}


def test_formats_focuses_and_tenses_take_turns() -> None:
    made = plans(360)
    focuses = Counter(plan.focus for plan in made)
    assert set(focuses.values()) == {360 // len(WRITER.focuses)}
    for focus in WRITER.focuses:
        of_focus = [plan for plan in made if plan.focus is focus]
        tenses = Counter(plan.tense for plan in of_focus)
        assert max(tenses.values()) - min(tenses.values()) <= 1
        slots = sum(plan.format == "slot" for plan in of_focus)
        turns = (len(of_focus) // FORMAT_TURN, -(-len(of_focus) // FORMAT_TURN))
        assert slots in (turns if "slot" in WRITER.formats(of_focus[0]) else (0,))
    written = [WRITER.write(plan) for plan in made[:120]]
    assert 8 <= sum(draft.one_slot for draft in written) <= 40


def test_a_few_items_are_about_different_focuses() -> None:
    assert len({plan.focus for plan in plans(len(WRITER.focuses))}) == len(WRITER.focuses)


def test_a_wish_that_cannot_be_met_is_given_up() -> None:
    plan = replace(
        plans(1, focuses=(Focus.REFLEXIVE,), tenses=(Tense.PRESENT,))[0],
        key_verb="zyzzer",
        format="slot",
    )
    assert WRITER.write(plan).metadata["verb_infinitives"][0] != "zyzzer"


def test_the_same_seed_gives_the_same_plans() -> None:
    assert plans(seed=5) == plans(seed=5)
    assert plans(seed=5) != plans(seed=6)


@pytest.mark.parametrize(
    "constraints",
    [
        {"focuses": (Focus.NEGATION,)},
        {"tenses": (Tense.FUTUR_SIMPLE,)},
        {"verbs": ("manger",)},
        {"level": Level.A2},
        {"focuses": (Focus.AUXILIARY,), "negation": True},
        {"focuses": (Focus.CONJUGATION,), "error_types": (ErrorType.WRONG_PERSON,)},
        {"cod": True, "tenses": (Tense.PASSE_COMPOSE,)},
        {"coi": False},
        {"error_types": (ErrorType.NEGATION_STRUCTURE, ErrorType.PRONOUN_CATEGORY),
         "negation": False, "level": Level.B1, "cod": True},
        {"error_types": (ErrorType.WRONG_TENSE, ErrorType.PREPOSITION), "cod": False},
        {"error_types": (ErrorType.WRONG_AUXILIARY, ErrorType.WRONG_PERSON),
         "focuses": (Focus.CONJUGATION,), "tenses": (Tense.PRESENT,)},
        {"tenses": (Tense.SUBJONCTIF,), "negation": False},
    ],
)  # fmt: skip
def test_what_is_accepted_is_honoured_in_every_draft(constraints: dict[str, Any]) -> None:
    for plan in plans(12, **constraints):
        draft = WRITER.write(plan)
        assert plan.focus in (constraints.get("focuses") or list(Focus))
        assert plan.tense in (constraints.get("tenses") or list(Tense))
        if "level" in constraints:
            assert draft.level == constraints["level"]
        if "verbs" in constraints:
            assert set(draft.metadata["verb_infinitives"]) <= set(constraints["verbs"])
        for flag in ("negation", "cod", "coi"):
            if flag in constraints:
                assert draft.metadata[f"includes_{flag}"] is constraints[flag]
        if "error_types" in constraints:
            wrong = {
                statement.error_type for statement in draft.statements if not statement.is_correct
            }
            assert wrong <= set(constraints["error_types"])
            assert wrong & set(FOCUS_ERRORS[plan.focus])
        if constraints.get("negation") is False:
            [correct] = [each.text for each in draft.statements if each.is_correct]
            assert not re.search(r"\bn(e |')", correct.lower())


@pytest.mark.parametrize(
    ("constraints", "fields"),
    [
        (
            {"level": Level.A1, "tenses": (Tense.PASSE_SIMPLE,), "cod": True},
            {"level", "tenses_used"},
        ),
        (
            {"focuses": (Focus.AGREEMENT,), "tenses": (Tense.PRESENT,)},
            {"grammatical_focus", "tenses_used"},
        ),
        (
            {"focuses": (Focus.AUXILIARY,), "error_types": (ErrorType.NEGATION_STRUCTURE,)},
            {"grammatical_focus", "error_types"},
        ),
    ],
)
def test_a_clash_names_the_constraints_in_each_others_way(
    constraints: dict[str, Any], fields: set[str]
) -> None:
    with pytest.raises(Clash) as clash:
        plans(**constraints)
    assert set(clash.value.fields) == fields
    for name in fields:
        assert name in clash.value.detail


def test_of_several_clashes_one_is_named() -> None:
    with pytest.raises(Clash) as clash:
        plans(
            focuses=(Focus.AUXILIARY,),
            tenses=(Tense.PRESENT,),
            verbs=("jardiner",),
            level=Level.B2,
            cod=True,
        )
    fields = set(clash.value.fields)
    assert fields in (
        {"grammatical_focus", "tenses_used"},
        {"verb_infinitives", "includes_cod"},
        {"verb_infinitives", "tenses_used", "level"},
    )
    assert all(name in clash.value.detail for name in fields)


def test_a_theme_among_the_tags_is_kept_where_possible() -> None:
    made = plan_items(
        Constraints(), count=10, writer=WRITER, topic_tags=["food", "lesson-3"], seed=2
    )
    assert all(plan.themes == ("food",) for plan in made)
    assert all("food" in WRITER.write(plan).themes for plan in made)


def test_a_plan_survives_storage() -> None:
    for plan in plans(30, error_types=(ErrorType.WRONG_PERSON, ErrorType.NEGATION_STRUCTURE)):
        assert Plan.from_json(plan.as_json()) == plan
