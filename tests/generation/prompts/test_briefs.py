"""Briefs: four scenes of one focus, with the forms that our conjugations have."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace

import pytest

from generation.french.clause import Polarity
from generation.french.deviations.codes import CODES
from generation.french.realise import realise
from generation.prompts.briefs import Brief, briefs_of, facts_of
from generation.writers.base import CannotWrite, Plan
from tests.generation.prompts.cases import composed, random_plans
from verbs.french.conjugation import forms, participles
from verbs.french.lexicon import THEMES
from verbs.french.vocabulary import (
    AUXILIARY_TENSE,
    ErrorType,
    Focus,
    Language,
    Level,
    Person,
    Tense,
)

COMPOSED = list(composed(random_plans(300)))
BRIEFS = [brief for _, briefs in COMPOSED for brief in briefs]
REFLEXIVE = {"1s": "me", "2s": "te", "3s": "se", "1p": "nous", "2p": "vous", "3p": "se"}


def words(text: str) -> list[str]:
    """Words without elision and hyphens: "s'est-il levé" has four."""
    return [word for word in re.split(r"['’ ,.?!\u00a0-]+", text.lower()) if word]


def expected(brief: Brief) -> set[tuple[str, ...]]:
    """Every verb group that the conjugation tables allow for the subject and tense of a brief."""
    clause = brief.scene
    endings: list[tuple[str, ...]]
    verb, person = clause.frame.verb, Person(brief.subject["person"] or "")
    if brief.tense in AUXILIARY_TENSE:
        finite = forms(brief.auxiliary.value, AUXILIARY_TENSE[brief.tense], person)
        endings = [
            (each.form(gender, plural),)
            for each in participles(verb.infinitive, verb.key)
            for gender in "mf"
            for plural in (False, True)
        ]
    else:
        finite, endings = forms(verb.infinitive, brief.tense, person, verb.key), [()]
    if clause.imperative:
        # "Vas-y", "donnes-en".
        finite = (*finite, *(form + "s" for form in finite if form.endswith(("e", "a"))))
    return {tuple(words(" ".join((each, *ending)))) for each in finite for ending in endings}


def test_most_random_plans_can_be_composed() -> None:
    assert len(COMPOSED) > 280
    assert {plan.focus for plan, _ in COMPOSED} == set(Focus)
    assert {plan.tense for plan, _ in COMPOSED} == set(Tense)
    assert {brief.error_type for brief in BRIEFS} == {None, *ErrorType}


def test_the_form_is_what_the_conjugation_tables_have() -> None:
    for brief in BRIEFS:
        found = words(brief.form)
        if brief.scene.reflexive:
            own = REFLEXIVE[brief.subject["person"] or ""]
            pronouns = {own, own[0], "toi"}
            assert pronouns & set(found), brief
            found = [word for word in found if word not in pronouns]
        if brief.verb == "s'en aller":
            found.remove("en")
        assert tuple(found) in expected(brief), brief


def test_the_form_stands_in_the_engines_own_sentence_in_this_order() -> None:
    for brief in BRIEFS:
        left = iter(words(realise(brief.scene)))
        assert all(any(word == each for each in left) for word in words(brief.form)), brief


def test_sentences_of_a_problem_are_of_one_kind_and_different_scenes() -> None:
    for plan, briefs in COMPOSED:
        assert [brief.number for brief in briefs] == list(range(plan.statement_count))
        assert [brief.task for brief in briefs] == ["correct"] + ["incorrect"] * (len(briefs) - 1)
        assert {(brief.focus, brief.tense, brief.language) for brief in briefs} == {
            (plan.focus, plan.tense, plan.language)
        }
        assert len({brief.level for brief in briefs}) == 1
        assert len({(brief.verb, brief.theme) for brief in briefs}) == len(briefs)
        for brief in briefs:
            assert set(brief.others) == {each.verb for each in briefs} - {brief.verb}
            assert brief.theme in THEMES


def test_verbs_differ_unless_the_plan_binds_them() -> None:
    alike = sum(len({each.verb for each in briefs}) < len(briefs) for _, briefs in COMPOSED)
    assert alike <= len(COMPOSED) * 0.03
    plan = Plan(Focus.CONJUGATION, Tense.PRESENT, verbs=("manger",), seed=3)
    briefs = briefs_of(plan)
    assert {brief.verb for brief in briefs} == {"manger"}
    assert len({brief.theme for brief in briefs}) == len(briefs)
    assert all(brief.others == () for brief in briefs)


def test_a_brief_tells_what_its_scene_is() -> None:
    for brief in BRIEFS:
        clause = brief.scene
        assert brief.construction.startswith(brief.verb)
        assert (brief.negation is not None) is clause.negative
        assert brief.sentence == (
            "order" if clause.imperative else "question" if clause.question else "statement"
        )
        assert (brief.error_type is None) == (brief.error_code is None) == (brief.error is None)
        if brief.error_code is not None:
            assert brief.error_code in CODES
            assert brief.error_type is ErrorType(brief.error_code.partition(".")[0])
        if clause.trigger is not None:
            assert brief.trigger == clause.trigger.french.removesuffix(",")
        if brief.focus is Focus.MOOD_AND_TENSE:
            assert brief.trigger is not None


def test_the_engines_sentence_is_no_part_of_the_brief() -> None:
    for brief in BRIEFS:
        assert realise(brief.scene) not in json.dumps(brief.as_json(), ensure_ascii=False)


def test_a_brief_is_plain_data() -> None:
    for brief in BRIEFS:
        data = brief.as_json()
        assert json.loads(json.dumps(data)) == data
        assert not {"clause", "problem_themes"} & set(data)


def test_the_same_plan_gives_the_same_briefs() -> None:
    for plan, briefs in COMPOSED[:30]:
        assert briefs_of(plan) == briefs


def test_what_rien_and_personne_are() -> None:
    found = Counter(brief.scene.polarity for brief in BRIEFS)
    assert found[Polarity.NOBODY]
    for brief in BRIEFS:
        if brief.scene.polarity is Polarity.NOBODY:
            assert brief.negation == "personne"
            assert "negative word is the subject" in (brief.subject["text"] or "")
        if brief.scene.polarity is Polarity.RIEN:
            assert "direct object: rien" in brief.objects


def test_a_form_that_agrees_has_its_gender_in_the_brief() -> None:
    for brief in BRIEFS:
        clause = brief.scene
        if brief.tense not in AUXILIARY_TENSE:
            continue
        if clause.cod_first and "en" not in brief.objects.split(";")[0].split():
            assert re.search(r"(masculine|feminine) (singular|plural)", brief.objects), brief
        elif brief.auxiliary == "être" and brief.form.endswith(("ée", "ées", "ie", "ies")):
            negated = clause.polarity in (Polarity.NOBODY, Polarity.NOTHING)
            assert negated or brief.subject["gender"] == "f", brief


def test_the_error_names_the_wrong_form_that_is_certain() -> None:
    shown = [each for each in BRIEFS if each.error_type in (ErrorType.WRONG_FORM,)]
    assert shown
    for brief in shown:
        match = re.search(r"“([^”]+)” for “([^”]+)”", brief.error or "")
        assert match, brief.error
        assert set(words(match[2])) <= {*words(brief.form), "ne", "n"}, brief
        assert match[1] != match[2]


def test_the_place_that_an_error_needs_is_asked_for() -> None:
    plan = Plan(Focus.PREPOSITIONS, Tense.PRESENT, verbs=("habiter",))
    briefs = [brief for seed in range(8) for brief in briefs_of(replace(plan, seed=seed))]
    places = {brief.error_code: brief.objects for brief in briefs if brief.error_code}
    assert places["preposition.city"] == "complement: a city"


def test_facts_are_those_of_the_right_sentence() -> None:
    for _, briefs in COMPOSED[:50]:
        facts = facts_of(briefs)
        verb = briefs[0].scene.frame.verb
        assert facts["verb_infinitives"][0] == briefs[0].verb
        assert set(facts["verb_infinitives"]) == {brief.verb for brief in briefs}
        assert facts["verb_auxiliary"] == verb.auxiliary.value == briefs[0].auxiliary
        assert facts["verb_classification"] == verb.group.value
        assert facts["level"] is briefs[0].level
        assert set(facts["themes"]) <= THEMES
        assert facts["themes"]


def test_wishes_are_met_and_given_up_like_the_engines() -> None:
    wished = Plan(Focus.NEGATION, Tense.PRESENT, key_verb="manger", format="slot", seed=2)
    assert briefs_of(wished)[0].verb == "manger"
    with pytest.raises(CannotWrite, match="auxiliary"):
        briefs_of(Plan(Focus.AUXILIARY, Tense.PRESENT))
    themed = Plan(Focus.CONJUGATION, Tense.PRESENT, themes=("food",), level=Level.A1, seed=4)
    assert briefs_of(themed)[0].theme == "food"
    assert {brief.level for brief in briefs_of(themed)} == {Level.A1}


def test_topics_are_passed_on_and_choose_nothing() -> None:
    plain = Plan(Focus.CONJUGATION, Tense.PRESENT, language=Language.FRENCH, seed=6)
    tagged = Plan.from_json({**plain.as_json(), "topics": ["lesson 3", "x" * 80, *"abcdef"]})
    for without, with_topics in zip(briefs_of(plain), briefs_of(tagged), strict=True):
        assert with_topics.topics == ("lesson 3", "x" * 50, "a", "b", "c")
        assert without.topics == ()
        assert {**with_topics.as_json(), "topics": []} == without.as_json()
