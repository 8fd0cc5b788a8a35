"""Every error is certain: what is produced, and what is refused because it might be right."""

from __future__ import annotations

from typing import Any

import pytest

from generation.french.clause import Clause, ObjectForm, Polarity, SentenceType
from generation.french.deviations.catalogue import errors_of
from generation.french.explain import explain
from generation.french.realise import licensed
from tests.generation.french.naming import named
from verbs.french.vocabulary import ErrorType as E
from verbs.french.vocabulary import Language, Person, Tense

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
    (E.WRONG_AUXILIARY, clause("dormir", PC, "je", oblique="at dans le train"),
     "Je suis dormi dans le train.", "Je suis", "J'ai"),
    (E.WRONG_AUXILIARY, clause("partir", Tense.PLUS_QUE_PARFAIT, "il", oblique="from à la maison"),
     "Il avait parti de la maison.", "avait", "était"),
    (E.WRONG_AUXILIARY, clause("se lever", Tense.SUBJONCTIF_PASSE, "il", oblique="fixed tôt",
                               trigger_key="je suis content que"),
     "Je suis content qu'il s'ait levé tôt.", "s'ait", "se soit"),
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
    (E.PARTICIPLE_AGREEMENT, clause("lire", PC, "je", cod="la lettre",
                                    cod_form=ObjectForm.RELATIVE, lead_key="voici"),
     "Voici la lettre que j'ai lu.", "lu", "lue"),
    (E.PARTICIPLE_AGREEMENT, clause("laver", Tense.FUTUR_ANTERIEUR, "mes parents",
                                    cod="la voiture", cod_form=ObjectForm.RELATIVE, lead_key="voici"),
     "Voici la voiture que mes parents auront lavés.", "lavés", "lavée"),
    (E.WRONG_PERSON, clause("finir", Tense.SUBJONCTIF, "tu", cod="le livre",
                            trigger_key="il faut que"),
     "Il faut que tu finisse le livre.", "finisse", "finisses"),
    (E.WRONG_PERSON, clause("venir.home", PRESENT, "ils", oblique="to à la plage",
                            sentence=SentenceType.INVERSION),
     "Vient-ils à la plage\xa0?", "Vient-ils", "Viennent-ils"),
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
    (E.WRONG_FORM, clause("faire", Tense.SUBJONCTIF, "je", cod="le ménage",
                          trigger_key="il faut que"),
     "Il faut que je faise le ménage.", "faise", "fasse"),
    (E.WRONG_FORM, clause("prendre.transport", Tense.PASSE_SIMPLE, "il", cod="le bus"),
     "Il prena le bus.", "prena", "prit"),
    (E.WRONG_FORM, clause("aller", Tense.IMPERATIF, "tu", oblique="to au marché"),
     "Vas au marché.", "Vas", "Va"),
    (E.WRONG_FORM, clause("manger", Tense.IMPERATIF, "tu", cod="de la viande",
                          polarity=Polarity.PAS),
     "Ne manges pas de viande.", "manges", "mange"),
    (E.NEGATION_STRUCTURE, clause("manger", PRESENT, "il", cod="une pomme",
                                  polarity=Polarity.AUCUN),
     "Il ne mange pas aucune pomme.", "pas aucune", "aucune"),
    (E.NEGATION_STRUCTURE, clause("manger", PRESENT, "il", cod="de la viande", cod2_key="du poisson",
                                  polarity=Polarity.NI),
     "Il ne mange ni viande ou poisson.", "ou", "ni"),
    (E.NEGATION_STRUCTURE, clause("manger", PRESENT, "il", cod="de la viande", cod2_key="du poisson",
                                  polarity=Polarity.NI),
     "Il ne mange pas ni viande ni poisson.", "pas ni", "ni"),
    (E.NEGATION_STRUCTURE, clause("manger", PRESENT, "il", cod="de la viande", polarity=Polarity.QUE),
     "Il ne mange que de viande.", "viande", "la viande"),
    (E.NEGATION_STRUCTURE, clause("partir", PC, "il", oblique="from à la gare",
                                  polarity=Polarity.NOBODY),
     "Personne n'est pas parti de la gare.", "pas parti", "parti"),
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
    (E.PRONOUN_PLACEMENT, clause("lire", Tense.IMPERATIF, "vous", cod="le journal",
                                 cod_form=PRONOUN),
     "Le lisez.", "Le lisez", "Lisez-le"),
    (E.PRONOUN_PLACEMENT, clause("donner", Tense.IMPERATIF, "tu", cod="un livre", dative=Person.S1),
     "Me donne un livre.", "Me donne", "Donne-moi"),
    (E.PRONOUN_PLACEMENT, clause("donner", Tense.IMPERATIF, "tu", cod="un livre", dative=Person.S1,
                                 polarity=Polarity.PAS),
     "Ne donne-moi pas de livre.", "donne-moi", "me donne"),
    (E.PRONOUN_PLACEMENT, clause("se lever", PC, "je", oblique="fixed tôt"),
     "Je suis me levé tôt.", "suis me", "me suis"),
    (E.PRONOUN_ORDER, clause("donner", PRESENT, "il", cod="les clés", cod_form=PRONOUN,
                             dative=Person.S1),
     "Il les me donne.", "les me", "me les"),
    (E.PRONOUN_ORDER, clause("rendre", Tense.IMPERATIF, "tu", cod="les clés", cod_form=PRONOUN,
                             oblique="lui sa mère", oblique_pronoun=True),
     "Rends-lui-les.", "Rends-lui-les", "Rends-les-lui"),
    (E.PRONOUN_ORDER, clause("s'occuper", PRESENT, "il", oblique="en du chat", oblique_pronoun=True),
     "Il en s'occupe.", "en s'occupe", "s'en occupe"),
    (E.PRONOUN_CATEGORY, clause("donner", Tense.IMPERATIF, "tu", cod="un livre", dative=Person.S1),
     "Donne-me un livre.", "Donne-me", "Donne-moi"),
    (E.PRONOUN_CATEGORY, clause("se souvenir", PRESENT, "je", oblique="en de la règle",
                                oblique_pronoun=True),
     "Je me la souviens.", "me la", "m'en"),
    (E.PRONOUN_CATEGORY, clause("penser", PRESENT, "je", oblique="y à l'examen",
                                oblique_pronoun=True),
     "Je lui pense.", "Je lui", "J'y"),
    (E.PRONOUN_CATEGORY, clause("penser", PRESENT, "je", oblique="tonic à Julie",
                                oblique_pronoun=True),
     "Je lui pense.", "lui pense", "pense à elle"),
    (E.PRONOUN_CATEGORY, clause("ressembler", PRESENT, "il", oblique="lui sa mère",
                                oblique_pronoun=True),
     "Il la ressemble.", "la", "lui"),
    (E.REFLEXIVE_PRONOUN, clause("devoir", PRESENT, "tu", oblique="inf se lever tôt"),
     "Tu dois se lever tôt.", "se", "te"),
    (E.PREPOSITION, clause("devoir", PRESENT, "tu", oblique="inf se lever tôt"),
     "Tu dois de te lever tôt.", "de te", "te"),
    (E.PREPOSITION, clause("décider", PRESENT, "il", oblique="inf de rester"),
     "Il décide à rester.", "à", "de"),
    (E.PRONOUN_GENDER, clause("lire", PRESENT, "je", cod="la lettre", cod_form=DISLOCATED),
     "Cette lettre, je le lis.", "le", "la"),
    (E.PRONOUN_NUMBER, clause("envoyer.thing", PRESENT, "je", cod="les photos", cod_form=DISLOCATED),
     "Ces photos, je l'envoie.", "l'envoie", "les envoie"),
    (E.PRONOUN_ORDER, clause("rendre", FUTUR, "il", cod="les clés", cod_form=PRONOUN,
                             oblique="lui sa mère", oblique_pronoun=True),
     "Il lui les rendra.", "lui les", "les lui"),
    (E.PRONOUN_CATEGORY, clause("remercier", PRESENT, "je", cod="ses parents", cod_form=PRONOUN),
     "Je leur remercie.", "leur", "les"),
    (E.REFLEXIVE_PRONOUN, clause("se lever", PRESENT, "nous", oblique="fixed tôt"),
     "Nous se levons tôt.", "se", "nous"),
    (E.REFLEXIVE_PRONOUN, clause("se lever", Tense.IMPERATIF, "tu", oblique="fixed tôt"),
     "Lève-te tôt.", "Lève-te", "Lève-toi"),
    (E.REFLEXIVE_PRONOUN, clause("se méfier", PRESENT, "on", oblique="en de la publicité"),
     "On nous méfie de la publicité.", "nous", "se"),
    (E.PREPOSITION, clause("se décider", PC, "il", oblique="inf à partir"),
     "Il s'est décidé de partir.", "de", "à"),
    (E.PREPOSITION, clause("écouter", PRESENT, "je", cod="le professeur"),
     "J'écoute au professeur.", "au", "le"),
    (E.PREPOSITION, clause("entrer", PRESENT, "elle", oblique="to dans la cuisine"),
     "Elle entre la cuisine.", "la", "dans la"),
    (E.PREPOSITION, clause("téléphoner", PRESENT, "je", oblique="lui le médecin"),
     "Je téléphone le médecin.", "le", "au"),
    (E.PREPOSITION, clause("habiter", PRESENT, "elle", oblique="at au Canada"),
     "Elle habite en Canada.", "en", "au"),
    (E.PREPOSITION, clause("aller.trip", FUTUR, "il", oblique="to aux États-Unis"),
     "Il ira en États-Unis.", "en", "aux"),
    (E.DETERMINER, clause("laver", PRESENT, "il", cod="la voiture"),
     "Il lave le voiture.", "le", "la"),
    (E.DETERMINER, clause("manger", PRESENT, "il", cod="une pomme", polarity=Polarity.AUCUN),
     "Il ne mange aucun pomme.", "aucun", "aucune"),
    (E.DETERMINER, clause("réparer", PRESENT, "il", cod="l'ordinateur", cod_form=DISLOCATED),
     "Ce ordinateur, il le répare.", "Ce", "Cet"),
    (E.ELISION, clause("venir.home", PRESENT, "ils", oblique="to à la plage",
                       sentence=SentenceType.EST_CE_QUE),
     "Est-ce que ils viennent à la plage\xa0?", "que ils", "qu'ils"),
    (E.ELISION, clause("aller", PRESENT, "il", oblique="to au marché",
                       sentence=SentenceType.INVERSION),
     "Va-il au marché\xa0?", "Va-il", "Va-t-il"),
    (E.ELISION, clause("aller", Tense.IMPERATIF, "tu", oblique="to au marché", oblique_pronoun=True),
     "Va-y.", "Va-y", "Vas-y"),
    (E.ELISION, clause("aimer", PRESENT, "je", cod="le hockey"),
     "J'aime l'hockey.", "l'hockey", "le hockey"),
    (E.WRONG_TENSE, clause("venir.home", Tense.SUBJONCTIF, "ils", oblique="to à la plage",
                           trigger_key="il faut que"),
     "Il faut qu'ils viendront à la plage.", "viendront", "viennent"),
    (E.WRONG_TENSE, clause("faire", PRESENT, "il", cod="le ménage", trigger_key="je serai content si"),
     "Je serai content s'il fera le ménage.", "fera", "fait"),
    (E.WRONG_TENSE, clause("lire", PC, "il", cod="le journal", time="hier"),
     "Il lira le journal hier.", "lira", "a lu"),
    (E.WRONG_TENSE, clause("lire", FUTUR, "je", cod="le journal", trigger_key="quand j'aurai fini,"),
     "Quand j'aurai fini, je lisais le journal.", "lisais", "lirai"),
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
        for words in named(wrong, correction):
            assert words in explanation


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
    # "Attendre pour le bus" is said in a queue, "demain soir, il avait lu le livre" of a plan.
    (E.PREPOSITION, clause("attendre.transport", PRESENT, "je", cod="le bus")),
    (E.WRONG_TENSE, clause("lire", Tense.FUTUR_ANTERIEUR, "il", cod="le livre", time="demain")),
    # "Paul, lui, attend" is often written without commas; "nous profiterons le week-end" says when.
    (E.PRONOUN_CATEGORY, clause("attendre.person", PRESENT, "Paul", cod="son frère", cod_form=PRONOUN,
                                oblique="at devant l'école")),
    (E.PREPOSITION, clause("profiter", FUTUR, "nous", oblique="en du week-end")),
    # "Il est fini, le livre": a comma would make it right.
    (E.WRONG_AUXILIARY, clause("finir", PC, "il", cod="le livre")),
    # "Nous sommes-nous levés": a hyphen would make it right.
    (E.PRONOUN_PLACEMENT, clause("se lever", PC, "nous", oblique="fixed tôt")),
    # "Lui parle" is a statement, "traverser au pont" is to cross there.
    (E.PRONOUN_PLACEMENT, clause("parler", Tense.IMPERATIF, "tu", oblique="lui sa mère",
                                 oblique_pronoun=True)),
    (E.PREPOSITION, clause("traverser", PRESENT, "je", cod="le pont")),
    # "Ce matin, il lira" may be said at dawn; "tous les jours" goes with every tense.
    (E.WRONG_TENSE, clause("lire", PC, "il", cod="le journal", time="ce matin")),
    (E.WRONG_TENSE, clause("lire", PRESENT, "il", cod="le journal", time="tous les jours")),
    # "Ce soir, il a fini le livre" may be said late at night.
    (E.WRONG_TENSE, clause("finir", FUTUR, "il", cod="le livre", time="ce soir")),
    # "Je pense qu'il peigne le mur" is odd, but may be said of peigner.
    (E.WRONG_TENSE, clause("peindre", PRESENT, "il", cod="le mur", trigger_key="je pense que")),
    # "Personne n'est venue" is said among women.
    (E.PARTICIPLE_AGREEMENT, clause("partir", PC, "il", oblique="from à la gare",
                                    polarity=Polarity.NOBODY)),
    # "Cette facture, je l'envoie": l' has no gender.
    (E.PRONOUN_GENDER, clause("envoyer.thing", PRESENT, "je", cod="la facture",
                              cod_form=DISLOCATED)),
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


def test_tomorrow_alone_rules_no_tense_of_a_learner_out() -> None:
    """A present and an imparfait are right beside it, and nobody writes a passé simple there."""
    for verb in ("remplir", "vider"):
        given = clause(verb, FUTUR, "il", cod="la boîte", time="demain")
        assert errors_of(given, E.WRONG_TENSE) == ()


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
