"""What the judges say of a model's incorrect sentences: a table by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generation.judging import Ruling, judge
from tests.generation.statements import (
    KEY,
    PAIRS,
    PLAN,
    POURQUOI,
    WHY,
    E,
    T,
    draft,
    judged,
    key,
    pair,
)
from verbs.french.vocabulary import ErrorType, Language, Tense

pytestmark = pytest.mark.usefixtures("no_model")

GOOD_PAIRS = [
    ("Tu as vu ce film.", "Tu a vu ce film.", E.WRONG_PERSON, "voir", T.PASSE_COMPOSE),
    ("Il a pris le bus.", "Il a prendu le bus.", E.WRONG_FORM, "prendre", T.PASSE_COMPOSE),
    (
        "Elle est partie sans son parapluie.",
        "Elle a parti sans son parapluie.",
        E.WRONG_AUXILIARY,
        "partir",
        T.PASSE_COMPOSE,
    ),
    (
        "Ils ont mangé trop de gâteau.",
        "Ils ont mangés trop de gâteau.",
        E.PARTICIPLE_AGREEMENT,
        "manger",
        T.PASSE_COMPOSE,
    ),
    (
        "Nous nous sommes levés tôt.",
        "Nous se sommes levés tôt.",
        E.REFLEXIVE_PRONOUN,
        "se lever",
        T.PASSE_COMPOSE,
    ),
    (
        "Je n'ai pas mangé de viande.",
        "Je n'ai mangé pas de viande.",
        E.NEGATION_STRUCTURE,
        "manger",
        T.PASSE_COMPOSE,
    ),
    (
        "Je le lui ai donné hier.",
        "Je lui l'ai donné hier.",
        E.PRONOUN_ORDER,
        "donner",
        T.PASSE_COMPOSE,
    ),
    (
        "Je lui ai téléphoné hier.",
        "Je l'ai téléphoné hier.",
        E.PRONOUN_CATEGORY,
        "téléphoner",
        T.PASSE_COMPOSE,
    ),
    (
        "Il faut que tu viennes demain.",
        "Il faut que tu viens demain.",
        E.WRONG_TENSE,
        "venir",
        T.SUBJONCTIF,
    ),
    ("Vous connaissez Paul.", "Vous connaîtez Paul.", E.WRONG_FORM, "connaître", T.PRESENT),
    ("J'habite à Lyon.", "Je habite à Lyon.", E.ELISION, "habiter", T.PRESENT),
    (
        "Elle s'intéresse à la musique.",
        "Elle s'intéresse de la musique.",
        E.PREPOSITION,
        "s'intéresser",
        T.PRESENT,
    ),
]

FAULTY_PAIRS = [
    # the counterpart has an error
    ("Tu a vu ce film.", "Tu ont vu ce film.", E.WRONG_PERSON, "voir", ""),
    ("Elle a partie hier.", "Elle a parti hier.", E.WRONG_AUXILIARY, "partir", ""),
    # the two stand the wrong way round
    ("Tu a vu ce film.", "Tu as vu ce film.", E.WRONG_PERSON, "voir", ""),
    # no error at all
    ("Tu as vu ce film.", "Tu as vu ce film.", E.WRONG_PERSON, "voir", "differ"),
    ("Tu as vu ce film.", "tu as vu ce film.", E.WRONG_PERSON, "voir", "capital"),
    # another error than was asked for
    ("Tu as vu ce film.", "Tu a vu ce film.", E.WRONG_AUXILIARY, "voir", "wrong_person"),
    ("J'ai vu ce film.", "Je ai vu ce film.", E.WRONG_FORM, "voir", "elision"),
    # another verb, another tense
    ("Tu as vu ce film.", "Tu a vu ce film.", E.WRONG_PERSON, "regarder", "“regarder”"),
    ("Tu vois ce film.", "Tu voit ce film.", E.WRONG_PERSON, "voir", "passe compose"),
    # not French, not one plain sentence
    ("You have seen this film.", "You has seen this film.", E.WRONG_PERSON, "voir", "in French"),
    ("Tu as vu ce film.", "Tu a vu ce film (incorrect).", E.WRONG_PERSON, "voir", "brackets"),
    ("Tu as vu ce film.", "Incorrect : Tu a vu ce film.", E.WRONG_PERSON, "voir", "right"),
    ("Tu as vu ce film.", "Tu **a** vu ce film.", E.WRONG_PERSON, "voir", "markup"),
    ("**Tu as vu ce film.**", "Tu a vu ce film.", E.WRONG_PERSON, "voir", "markup"),
    ("Tu as vu ce film.", "Tu a vu ce film → as vu", E.WRONG_PERSON, "voir", "arrow"),
    ("Tu as vu ce film.", "Tu a vu ce film. Il est beau.", E.WRONG_PERSON, "voir", "several"),
    ("", "Tu a vu ce film.", E.WRONG_PERSON, "voir", "no words"),
    ("Tu as vu ce film.", "", E.WRONG_PERSON, "voir", "no words"),
]

#: Both are right, or may be: by another auxiliary, another referent, another mood, another spelling.
RIGHT_BY_ANOTHER_READING = [
    ("L'orage est passé.", "L'orage a passé.", E.WRONG_AUXILIARY, "passer", T.PASSE_COMPOSE),
    (
        "Les prix ont monté.",
        "Les prix sont montés.",
        E.WRONG_AUXILIARY,
        "monter",
        T.PASSE_COMPOSE,
    ),
    (
        "Nous sommes partis hier.",
        "Nous sommes parties hier.",
        E.PARTICIPLE_AGREEMENT,
        "partir",
        T.PASSE_COMPOSE,
    ),
    (
        "Vous êtes arrivé en retard.",
        "Vous êtes arrivée en retard.",
        E.PARTICIPLE_AGREEMENT,
        "arriver",
        T.PASSE_COMPOSE,
    ),
    (
        "On est rentrés tard.",
        "On est rentré tard.",
        E.PARTICIPLE_AGREEMENT,
        "rentrer",
        T.PASSE_COMPOSE,
    ),
    (
        "Je suis allé au cinéma.",
        "Je suis allée au cinéma.",
        E.PARTICIPLE_AGREEMENT,
        "aller",
        T.PASSE_COMPOSE,
    ),
    (
        "Nous avons mangé après qu'il est parti.",
        "Nous avons mangé après qu'il soit parti.",
        E.WRONG_TENSE,
        "partir",
        T.PASSE_COMPOSE,
    ),
    ("Je paie le loyer.", "Je paye le loyer.", E.WRONG_FORM, "payer", T.PRESENT),
    ("Assieds-toi ici.", "Assois-toi ici.", E.WRONG_FORM, "s'asseoir", T.IMPERATIF),
    ("Il a commencé à pleuvoir.", "Il a commencé de pleuvoir.", E.PREPOSITION, "commencer", None),
    (
        "Elle continue à chanter.",
        "Elle continue de chanter.",
        E.PREPOSITION,
        "continuer",
        T.PRESENT,
    ),
    ("Il mange du pain.", "Il mange le pain.", E.DETERMINER, "manger", T.PRESENT),
    ("Je la connais bien.", "Je le connais bien.", E.PRONOUN_GENDER, "connaître", T.PRESENT),
    (
        "Une foule de gens attend dehors.",
        "Une foule de gens attendent dehors.",
        E.WRONG_PERSON,
        "attendre",
        T.PRESENT,
    ),
    (
        "Je crains qu'il ne vienne.",
        "Je crains qu'il vienne.",
        E.NEGATION_STRUCTURE,
        "venir",
        T.SUBJONCTIF,
    ),
    (
        "Il dormait quand elle est arrivée.",
        "Il dormait quand elle arrivait.",
        E.WRONG_TENSE,
        "arriver",
        T.PASSE_COMPOSE,
    ),
    ("Elle s'est lavée.", "Elle a lavé.", E.REFLEXIVE_PRONOUN, "se laver", T.PASSE_COMPOSE),
    ("Elle l'a vu hier.", "Elle l'a vue hier.", E.PARTICIPLE_AGREEMENT, "voir", T.PASSE_COMPOSE),
    ("Je viens demain.", "Je viendrai demain.", E.WRONG_TENSE, "venir", T.PRESENT),
]


#: Two errors at once, far from each other and near.
TWO_ERRORS = [
    (
        "Elle est partie sans sa mère.",
        "Elle a parti sans son mère.",
        E.WRONG_AUXILIARY,
        "partir",
    ),
    (
        "Les filles sont tombées dans l'eau.",
        "Les filles est tombé dans l'eau.",
        E.WRONG_PERSON,
        "tomber",
    ),
    ("Je n'ai pas vu ta sœur.", "Je ne a pas vu ta sœur.", E.ELISION, "voir"),
    ("Nous avons vu la mer.", "Nous a vu le mer.", E.WRONG_PERSON, "voir"),
    ("Elles ont pris le bus.", "Elles a prendu le bus.", E.WRONG_FORM, "prendre"),
]


@pytest.mark.parametrize(("right", "wrong", "error_type", "verb"), TWO_ERRORS)
def test_two_errors_are_never_confirmed(
    right: str, wrong: str, error_type: ErrorType, verb: str
) -> None:
    assert judged(pair(right, wrong, error_type, verb))[0] is not Ruling.OK


@pytest.mark.parametrize(("right", "wrong", "error_type", "verb", "tense"), GOOD_PAIRS)
def test_a_good_pair(
    right: str, wrong: str, error_type: ErrorType, verb: str, tense: Tense
) -> None:
    assert judged(pair(right, wrong, error_type, verb, tense)) == (Ruling.OK, "")


@pytest.mark.parametrize(("right", "wrong", "error_type", "verb", "said"), FAULTY_PAIRS)
def test_a_pair_that_cannot_be_shown(
    right: str, wrong: str, error_type: ErrorType, verb: str, said: str
) -> None:
    ruling, reasons = judged(pair(right, wrong, error_type, verb))
    assert ruling is Ruling.WRONG
    assert said in reasons


@pytest.mark.parametrize(
    ("right", "wrong", "error_type", "verb", "tense"), RIGHT_BY_ANOTHER_READING
)
def test_an_incorrect_sentence_that_is_right_by_another_reading_is_never_confirmed(
    right: str, wrong: str, error_type: ErrorType, verb: str, tense: Tense | None
) -> None:
    for first, second in ((right, wrong), (wrong, right)):
        ruling, _ = judged(pair(first, second, error_type, verb, tense or T.PASSE_COMPOSE))
        assert ruling is not Ruling.OK


@pytest.mark.parametrize(
    ("explanation", "said"),
    [
        ("", "no error type or explanation"),
        ("  ", "no error type or explanation"),
        (POURQUOI, "not written in English"),
        ("<b>The verb</b> has to agree with its subject.", "not plain text"),
        ("The verb `a` has to agree with its subject.", "not plain text"),
        ("The verb has to agree.\nWith its subject.", "not plain text"),
        (f"{WHY} " * 20, "not plain text"),
    ],
)
def test_an_explanation_that_cannot_be_shown(explanation: str, said: str) -> None:
    one = pair(
        "Tu as vu ce film.", "Tu a vu ce film.", E.WRONG_PERSON, "voir", explanation=explanation
    )
    ruling, reasons = judged(one)
    assert ruling is Ruling.WRONG
    assert said in reasons


def test_an_explanation_for_readers_of_french_is_in_french() -> None:
    plan = replace(PLAN, language=Language.FRENCH)
    statement = key("Nous sommes rentrés tard hier soir.", "rentrer", translation="")
    pairs = [replace(one, explanation=POURQUOI) for one in PAIRS[:2]]
    verdict = judge(draft(statement, *pairs, PAIRS[2]), plan)
    assert list(verdict.faults) == [3]
    assert "not written in French" in verdict.faults[3]


def test_an_error_of_a_type_that_was_not_ordered() -> None:
    plan = replace(PLAN, error_types=(E.WRONG_AUXILIARY, E.PARTICIPLE_AGREEMENT))
    verdict = judge(draft(KEY, *PAIRS), plan)
    assert list(verdict.faults) == [1]
    assert "not asked for" in verdict.faults[1]
