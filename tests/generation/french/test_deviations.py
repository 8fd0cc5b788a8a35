"""Every error is certain: what is produced, and what is refused because it might be right."""

from __future__ import annotations

from typing import Any

import pytest

from generation.french.clause import Clause, ObjectForm, Polarity
from generation.french.deviations.catalogue import errors_of
from generation.french.explain import explain
from generation.french.realise import licensed
from verbs.french.vocabulary import ErrorType as E
from verbs.french.vocabulary import Language, Tense

PRESENT, IMPARFAIT, FUTUR = Tense.PRESENT, Tense.IMPARFAIT, Tense.FUTUR_SIMPLE
PC = Tense.PASSE_COMPOSE
PRONOUN, DISLOCATED = ObjectForm.PRONOUN, ObjectForm.DISLOCATED


def clause(frame: str, tense: Tense, subject: str, **rest: Any) -> Clause:
    names = {"cod": "cod_key", "oblique": "oblique_key", "time": "time_key", "adverb": "adverb_key"}
    return Clause(frame, tense, subject, **{names.get(k, k): v for k, v in rest.items()})


PRODUCED: list[tuple[E, Clause, str, str, str]] = [
    (E.WRONG_AUXILIARY, clause("partir", PC, "il", oblique="from à la maison"),
     "Il a parti de la maison.", "a", "est"),
    (E.WRONG_AUXILIARY, clause("se lever", PC, "je", oblique="fixed tôt", feminine=True),
     "Je m'ai levé tôt.", "m'ai", "me suis"),
    (E.WRONG_AUXILIARY, clause("manger", PC, "Paul", cod="une pomme"),
     "Paul est mangé une pomme.", "est", "a"),
    (E.WRONG_AUXILIARY, clause("sortir.object", PC, "Paul", cod="la poubelle"),
     "Paul est sorti la poubelle.", "est", "a"),
    (E.WRONG_AUXILIARY, clause("dormir", PC, "je", oblique="fixed mal"),
     "Je suis dormi mal.", "Je suis", "J'ai"),
    (E.PARTICIPLE_AGREEMENT, clause("aller", PC, "Marie", oblique="to au marché"),
     "Marie est allé au marché.", "allé", "allée"),
    (E.PARTICIPLE_AGREEMENT, clause("se lever", PC, "ils", oblique="fixed tôt"),
     "Ils se sont levé tôt.", "levé", "levés"),
    (E.PARTICIPLE_AGREEMENT, clause("manger", PC, "je", cod="une pomme"),
     "J'ai mangée une pomme.", "mangée", "mangé"),
    (E.PARTICIPLE_AGREEMENT, clause("envoyer.thing", PC, "il", cod="les photos", cod_form=DISLOCATED),
     "Ces photos, il les a envoyé.", "envoyé", "envoyées"),
    (E.PARTICIPLE_AGREEMENT, clause("se laver.body", PC, "elle", cod="les mains"),
     "Elle s'est lavée les mains.", "lavée", "lavé"),
    (E.PARTICIPLE_AGREEMENT, clause("se parler", PC, "elles", oblique="fixed au téléphone"),
     "Elles se sont parlées au téléphone.", "parlées", "parlé"),
    (E.PARTICIPLE_AGREEMENT, clause("téléphoner", PC, "je", oblique="lui ses amies",
                                    oblique_pronoun=True),
     "Je leur ai téléphonés.", "téléphonés", "téléphoné"),
    (E.WRONG_PERSON, clause("manger", PRESENT, "les enfants", cod="du pain"),
     "Les enfants mange du pain.", "mange", "mangent"),
    (E.WRONG_PERSON, clause("finir", FUTUR, "ils", cod="le livre"),
     "Ils finirons le livre.", "finirons", "finiront"),
    (E.WRONG_PERSON, clause("finir", PC, "tu", cod="le livre"),
     "Tu a fini le livre.", "a", "as"),
    (E.WRONG_FORM, clause("faire", PRESENT, "vous", cod="le ménage"),
     "Vous faisez le ménage.", "faisez", "faites"),
    (E.WRONG_FORM, clause("aller", FUTUR, "je", oblique="to au marché"),
     "J'allerai au marché.", "J'allerai", "J'irai"),
    (E.WRONG_FORM, clause("prendre.transport", PC, "il", cod="le bus"),
     "Il a prendu le bus.", "prendu", "pris"),
    (E.WRONG_FORM, clause("manger", PRESENT, "nous", cod="du pain"),
     "Nous mangons du pain.", "mangons", "mangeons"),
    (E.WRONG_FORM, clause("préférer", PRESENT, "je", cod="le thé"),
     "Je préfére le thé.", "préfére", "préfère"),
    (E.WRONG_FORM, clause("appeler", FUTUR, "je", cod="Julie"),
     "J'appelerai Julie.", "J'appelerai", "J'appellerai"),
    (E.NEGATION_STRUCTURE, clause("manger", PC, "il", cod="de la viande", polarity=Polarity.PAS),
     "Il n'a mangé pas de viande.", "mangé pas", "pas mangé"),
    (E.NEGATION_STRUCTURE, clause("voir", PC, "il", polarity=Polarity.PERSONNE),
     "Il n'a personne vu.", "personne vu", "vu personne"),
    (E.NEGATION_STRUCTURE, clause("manger", PRESENT, "il", cod="de la viande",
                                  polarity=Polarity.JAMAIS),
     "Il ne mange pas jamais de viande.", "pas jamais", "jamais"),
    (E.NEGATION_STRUCTURE, clause("manger", PRESENT, "il", cod="de la viande", polarity=Polarity.PAS),
     "Il ne pas mange de viande.", "pas mange", "mange pas"),
    (E.NEGATION_STRUCTURE, clause("lire", PRESENT, "il", cod="le journal", polarity=Polarity.PAS),
     "Il ne lit le journal pas.", "le journal pas", "pas le journal"),
    (E.NEGATION_STRUCTURE, clause("lire", PRESENT, "je", cod="le journal", cod_form=PRONOUN,
                                  polarity=Polarity.PAS),
     "Je le ne lis pas.", "le ne", "ne le"),
    (E.PRONOUN_PLACEMENT, clause("lire", PRESENT, "je", cod="le journal", cod_form=PRONOUN),
     "Je lis le.", "lis le", "le lis"),
    (E.PRONOUN_PLACEMENT, clause("regarder", PC, "nous", cod="les photos", cod_form=PRONOUN),
     "Nous avons les regardées.", "avons les", "les avons"),
    (E.PRONOUN_PLACEMENT, clause("parler", PRESENT, "je", oblique="lui sa mère",
                                 oblique_pronoun=True),
     "Je parle lui.", "parle lui", "lui parle"),
    (E.PRONOUN_ORDER, clause("rendre", FUTUR, "il", cod="les clés", cod_form=PRONOUN,
                             oblique="lui sa mère", oblique_pronoun=True),
     "Il lui les rendra.", "lui les", "les lui"),
    (E.PRONOUN_CATEGORY, clause("remercier", PRESENT, "je", cod="ses parents", cod_form=PRONOUN),
     "Je leur remercie.", "leur", "les"),
    (E.REFLEXIVE_PRONOUN, clause("se lever", PRESENT, "nous", oblique="fixed tôt"),
     "Nous se levons tôt.", "se", "nous"),
    (E.PREPOSITION, clause("téléphoner", PRESENT, "je", oblique="lui le médecin"),
     "Je téléphone le médecin.", "le", "au"),
    (E.PREPOSITION, clause("habiter", PRESENT, "elle", oblique="at au Canada"),
     "Elle habite en Canada.", "en", "au"),
    (E.DETERMINER, clause("laver", PRESENT, "il", cod="la voiture"),
     "Il lave le voiture.", "le", "la"),
    (E.ELISION, clause("parler", PRESENT, "tu", oblique="lui le professeur"),
     "Tu parles à le professeur.", "à le", "au"),
    (E.ELISION, clause("acheter", PRESENT, "je", cod="du pain"),
     "Je achète du pain.", "Je achète", "J'achète"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("error_type", "given", "text", "wrong", "correction"), PRODUCED, ids=[p[2] for p in PRODUCED]
)
def test_produced(error_type: E, given: Clause, text: str, wrong: str, correction: str) -> None:
    found = {d.text: d for d in errors_of(given, error_type)}
    assert text in found, list(found)
    deviation = found[text]
    assert (deviation.wrong, deviation.correction) == (wrong, correction)
    assert deviation.corrected in licensed(given)
    assert text not in licensed(given)
    for language in Language:
        explanation = explain(deviation, language)
        assert wrong in explanation
        assert correction in explanation


REFUSED: list[tuple[E, Clause]] = [
    # Both auxiliaries are in use, or avoir is possible without an object.
    (E.WRONG_AUXILIARY, clause("déménager", PC, "il", oblique="to à Lyon")),
    (E.WRONG_AUXILIARY, clause("monter.floor", PC, "il", oblique="to au grenier")),
    # "Il est vendu des fleurs" is a passive; "elle est mangé" would be two errors.
    (E.WRONG_AUXILIARY, clause("manger", PC, "il", cod="une pomme")),
    (E.WRONG_AUXILIARY, clause("manger", PC, "elle", cod="une pomme")),
    (E.WRONG_AUXILIARY, clause("partir", PC, "elle", oblique="from à la maison")),
    # Nobody knows who je, tu, on, vous are.
    (E.PARTICIPLE_AGREEMENT, clause("aller", PC, "je", oblique="to au marché")),
    (E.PARTICIPLE_AGREEMENT, clause("aller", PC, "on", oblique="to au marché")),
    (E.PARTICIPLE_AGREEMENT, clause("aller", PC, "vous", oblique="to au marché")),
    # The gender behind l' is not written; behind en the usage varies.
    (E.PARTICIPLE_AGREEMENT, clause("regarder", PC, "il", cod="le match", cod_form=PRONOUN)),
    (E.PARTICIPLE_AGREEMENT, clause("manger", PC, "elles", cod="des fruits", cod_form=PRONOUN)),
    # "Écrient" is a form of s'écrier: no such form is made up.
    (E.WRONG_FORM, clause("lire", PRESENT, "ils", cod="le journal")),
    # Affirmative: no negation to get wrong.
    (E.NEGATION_STRUCTURE, clause("manger", PRESENT, "il", cod="du pain")),
    # "Il a la vue" and "il lit le matin" are right; "il lui répond" with an emphatic lui.
    (E.PRONOUN_PLACEMENT, clause("voir", PC, "il", cod="la voiture", cod_form=PRONOUN)),
    (E.PRONOUN_PLACEMENT, clause("lire", PRESENT, "il", cod="le journal", cod_form=PRONOUN,
                                 time="en ce moment")),
    (E.PRONOUN_PLACEMENT, clause("parler", PRESENT, "Paul", oblique="lui sa mère",
                                 oblique_pronoun=True)),
    # "Elle le parle": the language; "il le donne": both objects are possible.
    (E.PRONOUN_CATEGORY, clause("parler", PRESENT, "elle", oblique="lui sa mère",
                                oblique_pronoun=True)),
    # "Lui aider" is old, but French.
    (E.PRONOUN_CATEGORY, clause("aider", PRESENT, "je", cod="ses parents", cod_form=PRONOUN)),
    # "Tu en es aimé" is a passive with its agent.
    (E.WRONG_AUXILIARY, clause("recevoir", PC, "tu", cod="des messages", cod_form=PRONOUN)),
    # "De le argent" is neither elided nor contracted: two errors.
    (E.ELISION, clause("trouver", PC, "il", cod="de l'argent")),
    # "Il me lave" is right, and so is "il lave".
    (E.REFLEXIVE_PRONOUN, clause("se laver", PRESENT, "il", oblique="fixed à l'eau froide")),
    # "La livre" is a pound, "le vase" and "la vase" are both words; l' has no gender.
    (E.DETERMINER, clause("lire", PRESENT, "il", cod="un livre")),
    (E.DETERMINER, clause("casser", PC, "il", cod="le vase")),
    (E.DETERMINER, clause("copier", PRESENT, "il", cod="l'exercice")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("error_type", "given"), REFUSED, ids=[str(i) for i in range(len(REFUSED))]
)
def test_refused(error_type: E, given: Clause) -> None:
    assert errors_of(given, error_type) == ()


def test_the_gender_behind_les_is_explained() -> None:
    given = clause("cueillir", PC, "elle", cod="les fraises", cod_form=PRONOUN)
    (deviation,) = errors_of(given, E.PARTICIPLE_AGREEMENT)
    assert deviation.text == "Elle les a cueilli."
    assert "“les fraises” (feminine plural)" in explain(deviation, Language.ENGLISH)
    assert "« les fraises » (féminin pluriel)" in explain(deviation, Language.FRENCH)


def test_rien_after_the_participle_only_at_the_end() -> None:
    end = clause("manger", PC, "il", polarity=Polarity.RIEN)
    assert "Il n'a mangé rien." in {d.text for d in errors_of(end, E.NEGATION_STRUCTURE)}
    before = clause("manger", PC, "il", polarity=Polarity.RIEN, time="hier")
    assert not any("mangé rien" in d.text for d in errors_of(before, E.NEGATION_STRUCTURE))
