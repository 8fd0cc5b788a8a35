"""What the judges say of a model's correct sentences: a table by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generation.judging import Ruling, judge
from generation.writers.base import Plan
from tests.generation.statements import PAIRS, PLAN, POURQUOI, T, draft, judged, key
from verbs.french.vocabulary import Language, Tense

pytestmark = pytest.mark.usefixtures("no_model")

GOOD_KEYS = [
    ("Nous sommes rentrés tard hier soir.", "rentrer", T.PASSE_COMPOSE),
    ("Elle s'est souvenue de ton anniversaire.", "se souvenir", T.PASSE_COMPOSE),
    ("Je n'ai jamais mangé d'huîtres.", "manger", T.PASSE_COMPOSE),
    ("Est-ce que vous avez vu ce film ?", "voir", T.PASSE_COMPOSE),
    ("Il faut que tu viennes demain.", "venir", T.SUBJONCTIF),
    ("Si j'avais de l'argent, j'achèterais une voiture.", "acheter", T.CONDITIONNEL),
    ("Quand nous étions petits, nous jouions au foot.", "jouer", T.IMPARFAIT),
    ("Ils ne se sont pas parlé depuis hier.", "se parler", T.PASSE_COMPOSE),
    ("Souviens-toi de moi !", "se souvenir", T.IMPERATIF),
    ("Elle descend l'escalier.", "descendre", T.PRESENT),
]

FAULTY_KEYS = [
    # an error of grammar
    ("Nous avons rentrés tard hier soir.", "rentrer", ""),
    ("Elle a tombé dans la rue.", "tomber", ""),
    ("Ils ont mangés trop de gâteau.", "manger", ""),
    ("Marie est parti hier.", "partir", ""),
    ("Tu a vu ce film.", "voir", ""),
    ("Il a prendu le bus.", "prendre", ""),
    ("Je ai vu ce film.", "voir", ""),
    ("Nous pas avons mangé.", "manger", ""),
    ("Je pas l'ai vu hier.", "voir", ""),
    # another verb or tense than was asked for
    ("Nous sommes rentrés tard hier soir.", "revenir", "“revenir”"),
    ("Nous avons parlé de toi hier.", "se parler", "“se parler”"),
    ("Nous rentrons tard ce soir.", "rentrer", "passe compose"),
    ("Nous étions rentrés tard hier soir.", "rentrer", "passe compose"),
    # not French
    ("We came back late last night.", "rentrer", "not written in French"),
    ("Nosotros hemos llegado muy tarde a casa.", "rentrer", "not written in French"),
    ("Wir sind gestern Abend spät nach Hause gekommen.", "rentrer", "not written in French"),
    # not one plain sentence
    ("Nous sommes rentrés. Il pleuvait.", "rentrer", "several sentences"),
    ("Nous sommes rentrés tard hier soir", "rentrer", "end like a sentence"),
    ("nous sommes rentrés tard hier soir.", "rentrer", "capital"),
    ("**Nous sommes rentrés tard hier soir.**", "rentrer", "markup"),
    ("Nous <b>sommes rentrés</b> tard hier soir.", "rentrer", "markup"),
    ('{"sentence": "Nous sommes rentrés tard."}', "rentrer", "markup"),
    ("Nous sommes rentrés tard hier soir (correct).", "rentrer", "brackets"),
    ("Correct : Nous sommes rentrés tard hier soir.", "rentrer", "whether it is right"),
    ("✅ Nous sommes rentrés tard hier soir.", "rentrer", "tick"),
    ("1. Nous sommes rentrés tard hier soir.", "rentrer", "numbered"),
    ("« Nous sommes rentrés tard hier soir. »", "rentrer", "quotation"),
    ("Nous sommes rentrés / revenus tard hier soir.", "rentrer", "slash"),
    ("French quiz writer, prompts writer-1.", "rentrer", ""),
    ("Write one sentence in passe_compose with the verb rentrer.", "rentrer", ""),
    ("Nous sommes rentrés tard hier soir, " * 6 + "et toi aussi.", "rentrer", "longer than"),
    ("...", "rentrer", "no words"),
    ("Nous sommes rentrés\u200b tard hier soir.", "rentrer", "invisible"),
]
#: A verb that takes no direct object has one: nothing else shows that the preposition is missing.
WITHOUT_PREPOSITION = [
    ("Elle s'est éloignée la rivière.", "s'éloigner"),
    ("Je me suis souvenu le rendez-vous.", "se souvenir"),
    ("Il s'est occupé les enfants.", "s'occuper"),
    ("Nous nous sommes approchés la maison.", "s'approcher"),
    ("Elle s'est inscrite le club.", "s'inscrire"),
    ("Elle a téléphoné sa mère.", "téléphoner"),
]


@pytest.mark.parametrize(("text", "verb", "tense"), GOOD_KEYS)
def test_a_good_correct_sentence(text: str, verb: str, tense: Tense) -> None:
    assert judged(key(text, verb, tense)) == (Ruling.OK, "")


@pytest.mark.parametrize(("text", "verb", "said"), FAULTY_KEYS)
def test_a_correct_sentence_that_cannot_be_shown(text: str, verb: str, said: str) -> None:
    ruling, reasons = judged(key(text, verb))
    assert ruling is Ruling.WRONG
    assert said in reasons


@pytest.mark.parametrize(
    ("translation", "said"),
    [
        ("", "no translation"),
        ("   ", "no translation"),
        ("Nous sommes rentrés tard hier soir.", "not in English"),
        ("Nous sommes revenus à la maison très tard.", "not in English"),
        ("<b>We came back late.</b>", "not one plain sentence"),
        ("We came back late.\nOr: we got home late.", "not one plain sentence"),
        ("We came back late. " * 20, "not one plain sentence"),
    ],
)
def test_a_translation_that_cannot_be_shown(translation: str, said: str) -> None:
    statement = key("Nous sommes rentrés tard hier soir.", "rentrer", translation=translation)
    ruling, reasons = judged(statement)
    assert ruling is Ruling.WRONG
    assert said in reasons


def test_learners_who_read_french_get_no_translation() -> None:
    plan = replace(PLAN, language=Language.FRENCH)
    statement = key("Nous sommes rentrés tard hier soir.", "rentrer", translation="")
    pairs = [replace(one, explanation=POURQUOI) for one in PAIRS]
    verdict = judge(draft(statement, *pairs), plan)
    assert verdict.confirmed, verdict.reasons


@pytest.mark.parametrize(("text", "verb"), WITHOUT_PREPOSITION)
def test_a_correct_sentence_without_its_preposition_is_never_confirmed(
    text: str, verb: str
) -> None:
    assert judged(key(text, verb))[0] is not Ruling.OK


# --- What an order binds --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "verb", "flag", "value"),
    [
        ("Je n'ai pas vu ce film.", "voir", "negation", False),
        ("J'ai vu ce film.", "voir", "negation", True),
        ("J'ai vu ce film.", "voir", "cod", False),
        ("Nous sommes rentrés tard.", "rentrer", "cod", True),
        ("Je lui ai parlé hier.", "parler", "coi", False),
        ("J'ai vu ce film.", "voir", "coi", True),
        ("Je l'ai vu hier.", "voir", "cod", False),
        ("J'ai donné un livre à Paul.", "donner", "coi", False),
    ],
)
def test_the_correct_sentence_has_what_the_order_binds_it_to(
    text: str, verb: str, flag: str, value: bool
) -> None:
    statement = key(text, verb)
    for bound, expected in ((value, Ruling.WRONG), (not value, Ruling.OK)):
        plan = Plan.from_json({**PLAN.as_json(), flag: bound})
        ruling, reasons = judged(statement, plan)
        assert ruling is expected, reasons
        assert ("was asked for" in reasons) is (expected is Ruling.WRONG)


def test_an_order_binds_the_correct_sentence_only() -> None:
    verdict = judge(
        draft(key("Je n'ai pas vu ce film.", "voir"), *PAIRS), replace(PLAN, negation=True)
    )
    assert verdict.confirmed, verdict.reasons
