"""What the judges say of sentences that a model wrote: a table by hand, and when a model is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from generation.judging import Judge, Ruling, Verdict, judge
from generation.prompts.answers import CorrectSentence, IncorrectSentence
from generation.prompts.briefs import Brief, briefs_of
from generation.writers.base import Draft, DraftStatement, Plan, WriterError
from generation.writers.model import statement_of
from tests.stubs.openai_faults import Fault, Rule
from tests.stubs.openai_server import StubServer
from verbs.french.vocabulary import ErrorType, Focus, Language, Level, Tense

E, T = ErrorType, Tense
PLAN = Plan(Focus.CONJUGATION, Tense.PASSE_COMPOSE, seed=7)
BRIEFS = briefs_of(PLAN)
WHY = "The verb has to agree with its subject here."
POURQUOI = "Le verbe doit s'accorder avec son sujet dans cette phrase."


@pytest.fixture(autouse=True)
def no_model(settings: Any) -> None:
    settings.OPENAI_JUDGE = False


def brief_of(task: str, verb: str, tense: Tense, error_type: ErrorType | None = None) -> Brief:
    brief = BRIEFS[0 if task == "correct" else 1]
    return replace(brief, verb=verb, tense=tense, error_type=error_type, error_code=None)


def key(
    text: str, verb: str, tense: Tense = T.PASSE_COMPOSE, translation: str = "We came back late."
) -> DraftStatement:
    brief = brief_of("correct", verb, tense)
    return statement_of(brief, CorrectSentence(sentence=text, translation=translation), {})


def pair(
    right: str,
    wrong: str,
    error_type: ErrorType,
    verb: str,
    tense: Tense = T.PASSE_COMPOSE,
    explanation: str = WHY,
) -> DraftStatement:
    said = IncorrectSentence(
        correct_sentence=right, incorrect_sentence=wrong, explanation=explanation
    )
    return statement_of(brief_of("incorrect", verb, tense, error_type), said, {})


KEY = key("Nous sommes rentrés tard hier soir.", "rentrer")
PAIRS = (
    pair(
        "Les enfants ont fini leurs devoirs.",
        "Les enfants a fini leurs devoirs.",
        E.WRONG_PERSON,
        "finir",
    ),
    pair(
        "Elle est tombée dans l'escalier.",
        "Elle a tombé dans l'escalier.",
        E.WRONG_AUXILIARY,
        "tomber",
    ),
    pair(
        "Marie est arrivée à midi.", "Marie est arrivé à midi.", E.PARTICIPLE_AGREEMENT, "arriver"
    ),
)


def draft(*statements: DraftStatement) -> Draft:
    return Draft(statements=list(statements), level=Level.A2, metadata={})


def judged(statement: DraftStatement, plan: Plan = PLAN) -> tuple[Ruling, str]:
    """The verdict on a statement among good ones."""
    whole = draft(statement, *PAIRS) if statement.is_correct else draft(KEY, statement, *PAIRS[1:])
    place = 0 if statement.is_correct else 1
    verdict = judge(whole, plan)
    assert not verdict.objections
    for other, one in enumerate(verdict.statements):
        assert other == place or one.ruling is Ruling.OK, one.reasons
    one = verdict.statements[place]
    return one.ruling, "; ".join(one.reasons)


# --- Correct sentences ----------------------------------------------------------------------------

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


# --- Pairs ----------------------------------------------------------------------------------------

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

#: A verb that takes no direct object has one: nothing else shows that the preposition is missing.
WITHOUT_PREPOSITION = [
    ("Elle s'est éloignée la rivière.", "s'éloigner"),
    ("Je me suis souvenu le rendez-vous.", "se souvenir"),
    ("Il s'est occupé les enfants.", "s'occuper"),
    ("Nous nous sommes approchés la maison.", "s'approcher"),
    ("Elle s'est inscrite le club.", "s'inscrire"),
    ("Elle a téléphoné sa mère.", "téléphoner"),
]


@pytest.mark.parametrize(("text", "verb"), WITHOUT_PREPOSITION)
def test_a_correct_sentence_without_its_preposition_is_never_confirmed(
    text: str, verb: str
) -> None:
    assert judged(key(text, verb))[0] is not Ruling.OK


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


# --- Statements beside one another ----------------------------------------------------------------


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
        3: "Another sentence of the problem says the same."
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
        assert "says the same" in found[order.index(other)]


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


# --- The model as judge ---------------------------------------------------------------------------

#: The engine cannot tell whether these are right.
DOUBTFUL = pair(
    "Elle l'a vu hier.", "Elle l'a vue hier.", E.PARTICIPLE_AGREEMENT, "voir", T.PASSE_COMPOSE
)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[StubServer, StubServer]]:
    """One that judges by the truth, and one that says the opposite."""
    with StubServer() as honest, StubServer(judge_errors=1.0) as lying:
        yield honest, lying


@pytest.fixture
def honest(servers: tuple[StubServer, StubServer], settings: Any, no_model: None) -> StubServer:
    server, _ = servers
    server.reset()
    settings.OPENAI_JUDGE, settings.OPENAI_BASE_URL = True, server.url
    settings.OPENAI_API_KEY, settings.OPENAI_JUDGE_MODEL = "", ""
    return server


@pytest.fixture
def lying(servers: tuple[StubServer, StubServer], settings: Any, honest: StubServer) -> StubServer:
    _, server = servers
    server.reset()
    settings.OPENAI_BASE_URL = server.url
    return server


def doubted() -> Verdict:
    verdict = judge(draft(KEY, DOUBTFUL, *PAIRS[1:]), PLAN)
    assert [one.opinions[1].ruling for one in verdict.statements] == [
        Ruling.OK,
        Ruling.UNSURE,
        Ruling.OK,
        Ruling.OK,
    ]
    return verdict


def test_the_model_is_not_asked_about_what_the_engine_knows(honest: StubServer) -> None:
    assert judge(draft(KEY, *PAIRS), PLAN).judges == "engine"
    assert judge(draft(KEY, PAIRS[0], PAIRS[0], PAIRS[1]), PLAN).judges == "engine"
    assert honest.counts()["calls"] == 0


def test_the_model_is_asked_about_what_the_engine_is_unsure_of(lying: StubServer) -> None:
    """The stub's truth comes from the engine, so the one that lies is the one that agrees."""
    verdict = doubted()
    assert lying.counts()["calls"] == 1
    assert verdict.judges == "engine+model"
    assert verdict.accepted
    assert not verdict.confirmed
    one = verdict.statements[1]
    assert [opinion.judge for opinion in one.opinions] == [Judge.FORM, Judge.ENGINE, Judge.MODEL]
    assert (one.ruling, one.confirmed) == (Ruling.OK, False)
    (seen,) = lying.log()
    assert seen["case"] == {
        "correct": "Elle l'a vu hier.",
        "incorrect": "Elle l'a vue hier.",
        "error_type": "participle_agreement",
        "verb": "voir",
        "tense": "passe_compose",
        "explanation": WHY,
        "language": "eng",
    }
    assert "brief" not in seen


def test_what_the_model_has_said_is_not_asked_again(lying: StubServer) -> None:
    verdict = doubted()
    again = judge(draft(*(one.statement for one in verdict.statements)), PLAN, verdict)
    assert again == verdict
    assert lying.counts()["calls"] == 1


def test_the_model_finds_a_fault(honest: StubServer) -> None:
    verdict = doubted()
    assert not verdict.accepted
    assert list(verdict.faults) == [1]
    assert "may be right" in verdict.faults[1]


def test_nobody_is_asked_while_something_has_to_be_mended(honest: StubServer) -> None:
    verdict = judge(draft(KEY, DOUBTFUL, PAIRS[1], PAIRS[1]), PLAN)
    assert list(verdict.faults) == [3]
    assert honest.counts()["calls"] == 0


def test_nobody_is_asked_where_no_model_judges(honest: StubServer, settings: Any) -> None:
    settings.OPENAI_JUDGE = False
    verdict = doubted()
    assert (verdict.accepted, verdict.confirmed) == (True, False)
    assert honest.counts()["calls"] == 0


@pytest.mark.parametrize("fault", [Fault.REFUSAL, Fault.CONTENT_FILTER])
def test_a_judge_that_does_not_answer_leaves_it_to_people(honest: StubServer, fault: Fault) -> None:
    honest.script(Rule(fault, times=None))
    verdict = doubted()
    assert (verdict.accepted, verdict.confirmed) == (True, False)
    assert verdict.statements[1].ruling is Ruling.UNSURE
    assert "gave no answer" in verdict.statements[1].reasons[0]


def test_another_model_judges(lying: StubServer, settings: Any) -> None:
    settings.OPENAI_JUDGE_MODEL = "gpt-4o"
    assert doubted().accepted
    settings.OPENAI_JUDGE_MODEL = "nobody"
    with pytest.raises(WriterError) as caught:
        doubted()
    assert "nobody" in caught.value.message
    assert caught.value.stops_writer


def test_a_judge_that_wants_a_pause(settings: Any, honest: StubServer) -> None:
    rule = Rule(Fault.RATE_LIMIT_RETRY_AFTER, times=None, retry_after=60.0)
    with StubServer(script=[rule]) as busy:
        settings.OPENAI_BASE_URL = busy.url
        with pytest.raises(WriterError) as caught:
            doubted()
    assert caught.value.retry_after is not None
    assert caught.value.retry_after >= 60
    assert not caught.value.spends_attempt
