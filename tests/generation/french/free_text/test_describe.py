"""What free sentences say: by hand, and for the engine's own sentences by what it knows of them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from generation.french.clause import Clause
from generation.french.compose import SUPPORTED_FOCUSES, SUPPORTED_TENSES, CannotCompose, compose
from generation.french.free_text.describe import VerbUse, describe, uses
from generation.french.realise import realise
from generation.french.spec import ComposedProblem, ProblemSpec
from verbs.french.vocabulary import Person, Tense

STATEMENTS = Path(__file__).parents[1] / "statements"

THERE = [
    ("Elle a mangé une pomme.", "manger", Tense.PASSE_COMPOSE),
    ("Elle se lave.", "se laver", Tense.PRESENT),
    ("Nous nous lavons.", "se laver", Tense.PRESENT),
    ("Il nous lave.", "laver", Tense.PRESENT),
    ("La maison a été vendue hier.", "vendre", Tense.PASSE_COMPOSE),
    ("La maison est vendue par mon oncle.", "vendre", Tense.PRESENT),
    ("La maison sera vendue.", "vendre", Tense.FUTUR_SIMPLE),
    ("Avez-vous fini vos devoirs ?", "finir", Tense.PASSE_COMPOSE),
    ("Quand partiras-tu ?", "partir", Tense.FUTUR_SIMPLE),
    ("N'a-t-elle pas compris ?", "comprendre", Tense.PASSE_COMPOSE),
    ("Vous souvenez-vous de lui ?", "se souvenir", Tense.PRESENT),
    ("Te souviens-tu de lui ?", "se souvenir", Tense.PRESENT),
    ("Donne-le-moi !", "donner", Tense.IMPERATIF),
    ("Souviens-toi de nous.", "se souvenir", Tense.IMPERATIF),
    ("Ne t'inquiète pas.", "s'inquiéter", Tense.IMPERATIF),
    ("Va-t'en.", "s'en aller", Tense.IMPERATIF),
    ("Elle s'en est allée sans bruit.", "s'en aller", Tense.PASSE_COMPOSE),
    ("Vas-y.", "aller", Tense.IMPERATIF),
    ("Parles-en à ta mère.", "parler", Tense.IMPERATIF),
    ("Il faut que tu parles.", "parler", Tense.SUBJONCTIF),
    ("Je pense que tu parles trop.", "parler", Tense.PRESENT),
    ("Voici la lettre que j'ai lue.", "lire", Tense.PASSE_COMPOSE),
    ("C'est le film dont nous avons parlé.", "parler", Tense.PASSE_COMPOSE),
    ("La fille qui chante est ma sœur.", "chanter", Tense.PRESENT),
    ("Il faut que tu viennes.", "venir", Tense.SUBJONCTIF),
    ("Il faut que tu viennes.", "falloir", Tense.PRESENT),
    ("Bien qu'il soit parti, je reste.", "partir", Tense.SUBJONCTIF_PASSE),
    ("Bien qu'il soit parti, je reste.", "rester", Tense.PRESENT),
    ("Quand nous arriverons, je t'appellerai.", "arriver", Tense.FUTUR_SIMPLE),
    ("Quand nous arriverons, je t'appellerai.", "appeler", Tense.FUTUR_SIMPLE),
    ("Si j'avais su, je serais venu.", "venir", Tense.CONDITIONNEL_PASSE),
    ("Si j'avais su, je serais venu.", "savoir", Tense.PLUS_QUE_PARFAIT),
    ("Je finis mon travail.", "finir", Tense.PRESENT),
    ("Je finis mon travail.", "finir", Tense.PASSE_SIMPLE),
    ("Je vais partir.", "aller", Tense.PRESENT),
    ("Elle est montée à l'étage.", "monter", Tense.PASSE_COMPOSE),
    ("La porte est ouverte.", "être", Tense.PRESENT),
    ("Il a été malade.", "être", Tense.PASSE_COMPOSE),
    ("Il a eu peur.", "avoir", Tense.PASSE_COMPOSE),
    ("Elle s'est lavé les mains.", "se laver", Tense.PASSE_COMPOSE),
    ("Je t'ai vue hier.", "voir", Tense.PASSE_COMPOSE),
    ("Tu t'es vu dans la glace.", "se voir", Tense.PASSE_COMPOSE),
    ("Mes parents nous ont écrit.", "écrire", Tense.PASSE_COMPOSE),
    ("Nous serons partis avant midi.", "partir", Tense.FUTUR_ANTERIEUR),
    ("Que fais-tu ?", "faire", Tense.PRESENT),
    ("Viens !", "venir", Tense.IMPERATIF),
    ("Personne n'est venu.", "venir", Tense.PASSE_COMPOSE),
    ("Le chien, que nous avions perdu, est revenu.", "perdre", Tense.PLUS_QUE_PARFAIT),
    ("Le chien, que nous avions perdu, est revenu.", "revenir", Tense.PASSE_COMPOSE),
    ("Mon frère et moi jouons au foot.", "jouer", Tense.PRESENT),
    ("Il l'a toujours beaucoup aimée.", "aimer", Tense.PASSE_COMPOSE),
    ("Ils se sont parlé pendant des heures.", "se parler", Tense.PASSE_COMPOSE),
    ("Pourquoi les enfants ne dorment-ils pas encore ?", "dormir", Tense.PRESENT),
    ("À peine était-il sorti qu'il se mit à pleuvoir.", "se mettre", Tense.PASSE_SIMPLE),
    ("Je doute qu'elle ait compris.", "comprendre", Tense.SUBJONCTIF_PASSE),
    ("Ferme la porte !", "fermer", Tense.IMPERATIF),
    ("J'aurais aimé que tu sois là.", "aimer", Tense.CONDITIONNEL_PASSE),
    ("J'aurais aimé que tu sois là.", "être", Tense.SUBJONCTIF),
    ("Je ne m'en suis pas souvenu.", "se souvenir", Tense.PASSE_COMPOSE),
    ("Ne le lui dis pas.", "dire", Tense.IMPERATIF),
    ("C'est moi qui ai fermé la fenêtre.", "fermer", Tense.PASSE_COMPOSE),
    ("Je me suis tu.", "se taire", Tense.PASSE_COMPOSE),
    ("Ayez confiance !", "avoir", Tense.IMPERATIF),
    ("Sois sage.", "être", Tense.IMPERATIF),
    ("Levons-nous.", "se lever", Tense.IMPERATIF),
    ("Que tu le veuilles ou non, nous partirons.", "vouloir", Tense.SUBJONCTIF),
    ("Elle nettoie sa chambre et range ses jouets.", "ranger", Tense.PRESENT),
    ("Il a sorti la poubelle.", "sortir", Tense.PASSE_COMPOSE),
    ("Est-ce que tu t'es bien amusée ?", "s'amuser", Tense.PASSE_COMPOSE),
    ("Marie dort-elle ?", "dormir", Tense.PRESENT),
    ("Dormirait-il mieux ici ?", "dormir", Tense.CONDITIONNEL),
    ("J'ai, hélas, perdu mes clés.", "perdre", Tense.PASSE_COMPOSE),
]

NOT_THERE = [
    ("Qu'est-ce que tu manges ?", "manger", Tense.SUBJONCTIF),
    ("Pourquoi téléphones-tu si tard ?", "téléphoner", Tense.SUBJONCTIF),
    ("Quand nous étions jeunes, nous marchions.", "marcher", Tense.SUBJONCTIF),
    ("Elle a mangé une pomme.", "avoir", Tense.PRESENT),
    ("Elle a mangé une pomme.", "manger", Tense.PRESENT),
    ("Elle se lave.", "laver", Tense.PRESENT),
    ("Elle lave la voiture.", "se laver", Tense.PRESENT),
    ("Nous lavons la voiture.", "se laver", Tense.PRESENT),
    ("Il nous lave.", "se laver", Tense.PRESENT),
    ("La maison sera vendue.", "vendre", Tense.FUTUR_ANTERIEUR),
    ("Donne-le-moi !", "donner", Tense.PRESENT),
    ("Tu parles trop.", "parler", Tense.IMPERATIF),
    ("Tu parles trop.", "parler", Tense.SUBJONCTIF),
    ("Il faut que tu parles.", "parler", Tense.PRESENT),
    ("Je pense que tu parles trop.", "parler", Tense.SUBJONCTIF),
    ("Quand nous arriverons, je t'appellerai.", "appeler", Tense.FUTUR_ANTERIEUR),
    ("Si j'avais su, je serais venu.", "savoir", Tense.IMPARFAIT),
    ("Je veux manger.", "manger", Tense.PRESENT),
    ("Elle est montée à l'étage.", "être", Tense.PRESENT),
    ("Elle est arrivée.", "être", Tense.PRESENT),
    ("Elle s'est lavé les mains.", "laver", Tense.PASSE_COMPOSE),
    ("La ferme est loin.", "fermer", Tense.PRESENT),
    ("Il est sorti de la maison.", "sortir", Tense.PRESENT),
    ("Il kiffe ce film.", "aimer", Tense.PRESENT),
    ("Présente-moi ton frère.", "se présenter", Tense.IMPERATIF),
    ("Je me suis tu.", "être", Tense.PRESENT),
]


@pytest.mark.parametrize(("text", "verb", "tense"), THERE)
def test_the_verb_is_there(text: str, verb: str, tense: Tense) -> None:
    assert uses(text, verb, tense) is True


@pytest.mark.parametrize(("text", "verb", "tense"), NOT_THERE)
def test_the_verb_or_its_tense_is_certainly_not_there(text: str, verb: str, tense: Tense) -> None:
    assert uses(text, verb, tense) is False


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Vous zoumez souvent.", "voir"),  # an unknown verb
        ("Elle mange une pomme.", "zoumer"),
        ("Bonjour tout le monde !", "zoumer"),
    ],
)
def test_what_is_not_understood_is_left_open(text: str, verb: str) -> None:
    assert uses(text, verb, Tense.PRESENT) is None


# --- The engine's sentences -------------------------------------------------------------------


@cache
def composed() -> tuple[ComposedProblem, ...]:
    found: list[ComposedProblem] = []
    for focus in SUPPORTED_FOCUSES:
        for tense in SUPPORTED_TENSES:
            try:
                found.append(compose(ProblemSpec(focus=focus, tense=tense), 3))
            except CannotCompose:
                continue
    return tuple(found)


def test_every_verb_of_the_engine_is_found_in_its_tense() -> None:
    assert len(composed()) > 80
    for problem in composed():
        for statement in problem.statements:
            text = realise(Clause.from_dict(statement.clause))
            assert uses(text, statement.infinitive, problem.spec.tense), text


def test_no_other_tense_is_found_but_where_forms_are_alike() -> None:
    """Alike are the present and the passé simple of finir, the present and its subjunctive."""
    alike = {
        frozenset({Tense.PRESENT, Tense.PASSE_SIMPLE}),
        frozenset({Tense.PRESENT, Tense.SUBJONCTIF}),
        frozenset({Tense.IMPARFAIT, Tense.SUBJONCTIF}),
    }
    asked = wrong = 0
    for problem in composed():
        tense = problem.spec.tense
        others = [t for t in Tense if t is not tense and frozenset({t, tense}) not in alike]
        for statement in problem.statements:
            text = realise(Clause.from_dict(statement.clause))
            for other in others[::3]:
                asked += 1
                wrong += uses(text, statement.infinitive, other) is not False
    assert wrong <= asked * 0.002, f"{wrong} of {asked}"


def test_no_verb_is_found_that_is_not_there() -> None:
    problems = composed()
    for problem, other in zip(problems, problems[7:], strict=False):
        verb = other.statements[0].infinitive
        for statement in problem.statements:
            text = realise(Clause.from_dict(statement.clause))
            known = {use.infinitives for use in describe(text).verbs}
            if not any(verb.removeprefix("se ").removeprefix("s'") in each for each in known):
                assert uses(text, verb, problem.spec.tense) is False, (text, verb)


def test_negation_pronouns_and_objects_are_those_the_engine_knows() -> None:
    unknown = 0
    for problem in composed():
        key = problem.statements[problem.correct_index]
        facts = problem.metadata
        found = describe(key.text, key.infinitive)
        assert found.negation == facts["includes_negation"], key.text
        assert found.cod in (None, facts["includes_cod"]), key.text
        assert found.coi in (None, facts["includes_coi"]), key.text
        # "L'" does not always tell whether it is le or la.
        assert [same(each) for each in found.pronouns] == [
            same(each) for each in facts["pronouns_used"]
        ], key.text
        unknown += (found.cod is None) + (found.coi is None)
    assert unknown <= 0.1 * len(composed())


def same(pronoun: str) -> str:
    return {"moi": "me", "toi": "te", "la": "le"}.get(pronoun, pronoun)


# --- Sentences by hand ------------------------------------------------------------------------


def test_every_verb_of_natural_sentences_has_a_tense() -> None:
    lines = (STATEMENTS / "correct.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["correct"] for line in lines]
    found = {text: describe(text).verbs for text in texts}
    missed = [t for t, verbs in found.items() if not verbs or not all(v.tenses for v in verbs)]
    assert len(texts) > 400
    assert not missed


def test_verbs_stand_in_order_with_persons_and_negation() -> None:
    found = describe("Il ne faut pas que nous nous trompions.")
    assert found.verbs == (
        VerbUse(("falloir",), False, frozenset({Tense.PRESENT}), frozenset({Person.S3}), True),
        VerbUse(("tromper",), True, frozenset({Tense.SUBJONCTIF}), frozenset({Person.P1}), False),
    )


@pytest.mark.parametrize(
    ("text", "negation"),
    [
        ("Je ne bois que de l'eau.", True),
        ("Personne ne viendra.", True),
        ("Il préfère ne pas venir.", True),
        ("Je ne peux le croire.", True),
        ("Pars avant qu'il ne revienne.", False),
        ("Il mange plus que son frère.", False),
        ("Elle n'a ni frère ni sœur.", True),
    ],
)
def test_negation(text: str, negation: bool) -> None:
    assert describe(text).negation is negation


@pytest.mark.parametrize(
    ("text", "cod", "coi"),
    [
        ("J'ai écrit une lettre à ma tante.", True, True),
        ("Je la lui ai donnée.", True, True),
        ("Voici le livre que j'ai lu.", True, False),
        ("Elle dort bien.", False, False),
        ("Il ne mange pas de viande.", True, False),
        ("Nous pensons à nos vacances.", False, False),
        ("Elle est devenue médecin.", False, False),
        ("Je n'ai vu personne.", True, False),
        ("Il ne parle à personne.", False, True),
        ("Elle me téléphone souvent.", False, True),
        ("Il se lave les mains.", True, False),
        ("Il mange le soir.", None, False),
    ],
)
def test_objects(text: str, cod: bool | None, coi: bool | None) -> None:
    found = describe(text)
    assert (found.cod, found.coi) == (cod, coi)


def test_pronouns_in_full_and_in_order() -> None:
    assert describe("Donne-le-moi !").pronouns == ("le", "me")
    assert describe("Cette lettre, je l'ai lue hier.").pronouns == ("la",)
    assert describe("Vous souvenez-vous de lui ?").pronouns == ("vous",)
    assert describe("Je t'écris pour le lui dire.", "écrire").pronouns == ("te",)


@pytest.mark.parametrize("text", ["", "...", "Bonjour !", "12", "«", "A" * 3000])
def test_anything_can_be_described(text: str) -> None:
    assert describe(text).verbs == ()
