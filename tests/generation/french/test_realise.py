"""Sentences from clauses: agreement, pronouns, negation, elision, contraction."""

from __future__ import annotations

from typing import Any

import pytest

from generation.french.clause import Clause, ObjectForm, Polarity, UnknownClause
from generation.french.english import translate
from generation.french.realise import licensed, realise
from verbs.french.vocabulary import Tense

PRESENT, IMPARFAIT, FUTUR = Tense.PRESENT, Tense.IMPARFAIT, Tense.FUTUR_SIMPLE
PC = Tense.PASSE_COMPOSE
PRONOUN, DISLOCATED = ObjectForm.PRONOUN, ObjectForm.DISLOCATED


def clause(frame: str, tense: Tense, subject: str, **rest: Any) -> Clause:
    names = {"cod": "cod_key", "oblique": "oblique_key", "time": "time_key", "adverb": "adverb_key"}
    return Clause(frame, tense, subject, **{names.get(k, k): v for k, v in rest.items()})


SENTENCES: list[tuple[Clause, str]] = [
    # Elision and contraction.
    (clause("acheter", PRESENT, "je", cod="un livre"), "J'achète un livre."),
    (clause("habiter", PRESENT, "je", oblique="at au Canada"), "J'habite au Canada."),
    (clause("aimer", PRESENT, "elle", cod="les haricots"), "Elle aime les haricots."),
    (clause("aimer", PRESENT, "je", cod="le hockey"), "J'aime le hockey."),
    (clause("parler", PRESENT, "tu", oblique="lui le professeur"), "Tu parles au professeur."),
    (clause("écrire.person", PRESENT, "Marie", oblique="lui ses parents"),
     "Marie écrit à ses parents."),
    (clause("expliquer", PRESENT, "je", cod="la règle", oblique="lui les élèves"),
     "J'explique la règle aux élèves."),
    (clause("s'occuper", PRESENT, "il", oblique="en du jardin"), "Il s'occupe du jardin."),
    (clause("s'occuper", PRESENT, "il", oblique="en de la maison"), "Il s'occupe de la maison."),
    (clause("se souvenir", PRESENT, "je", oblique="en de l'adresse"),
     "Je me souviens de l'adresse."),
    (clause("boire", PRESENT, "elle", cod="de l'eau"), "Elle boit de l'eau."),
    (clause("boire", PRESENT, "elle", cod="du lait"), "Elle boit du lait."),
    # Possessives.
    (clause("perdre", PC, "nous", cod="ses clés"), "Nous avons perdu nos clés."),
    (clause("perdre", PC, "ils", cod="son passeport"), "Ils ont perdu leur passeport."),
    (clause("aider", PRESENT, "je", cod="ses amies"), "J'aide mes amies."),
    (clause("se fâcher", PC, "il", oblique="fixed avec son voisin"),
     "Il s'est fâché avec son voisin."),
    # Agreement with être.
    (clause("arriver", PC, "Marie", oblique="at à la gare"), "Marie est arrivée à la gare."),
    (clause("aller", PC, "elles", oblique="to au marché"), "Elles sont allées au marché."),
    (clause("aller", PC, "Paul et Marie", oblique="to au marché"),
     "Paul et Marie sont allés au marché."),
    (clause("aller", PC, "je", oblique="to au marché", feminine=True), "Je suis allée au marché."),
    (clause("se lever", PC, "ma sœur", oblique="fixed tôt"), "Ma sœur s'est levée tôt."),
    (clause("se laver.body", PC, "elle", cod="les mains"), "Elle s'est lavé les mains."),
    (clause("se parler", PC, "elles", oblique="fixed au téléphone"),
     "Elles se sont parlé au téléphone."),
    # Agreement with avoir.
    (clause("manger", PC, "elle", cod="une pomme"), "Elle a mangé une pomme."),
    (clause("ouvrir", PC, "il", cod="la lettre", cod_form=DISLOCATED),
     "Cette lettre, il l'a ouverte."),
    (clause("envoyer.thing", PC, "il", cod="les photos", cod_form=DISLOCATED),
     "Ces photos, il les a envoyées."),
    (clause("téléphoner", PC, "il", oblique="lui ses amies", oblique_pronoun=True),
     "Il leur a téléphoné."),
    (clause("manger", PC, "elle", cod="des fruits", cod_form=PRONOUN), "Elle en a mangé."),
    # Verbs with two auxiliaries.
    (clause("monter.floor", PC, "Julie", oblique="to au grenier"), "Julie est montée au grenier."),
    (clause("monter.object", PC, "Julie", cod="les valises"), "Julie a monté les valises."),
    (clause("sortir.object", PC, "ils", cod="la poubelle"), "Ils ont sorti la poubelle."),
    # Pronouns and their order.
    (clause("lire", PRESENT, "je", cod="le journal", cod_form=PRONOUN), "Je le lis."),
    (clause("inviter", PRESENT, "je", cod="Marie", cod_form=PRONOUN,
            oblique="fixed à dîner"), "Je l'invite à dîner."),
    (clause("rendre", FUTUR, "tu", cod="les clés", cod_form=PRONOUN, oblique="lui sa mère",
            oblique_pronoun=True), "Tu les lui rendras."),
    (clause("rendre", PC, "tu", cod="le livre", cod_form=PRONOUN, oblique="lui ses voisins",
            oblique_pronoun=True), "Tu le leur as rendu."),
    (clause("habiter", IMPARFAIT, "je", oblique="at à Paris", oblique_pronoun=True),
     "J'y habitais."),
    (clause("s'occuper", PRESENT, "je", oblique="en du chat", oblique_pronoun=True),
     "Je m'en occupe."),
    # Negation.
    (clause("manger", PRESENT, "il", cod="de la viande", polarity=Polarity.PAS),
     "Il ne mange pas de viande."),
    (clause("avoir", PRESENT, "je", cod="un chien", polarity=Polarity.PAS),
     "Je n'ai pas de chien."),
    (clause("manger", PRESENT, "il", cod="des œufs", polarity=Polarity.PLUS),
     "Il ne mange plus d'œufs."),
    (clause("aimer", PRESENT, "il", cod="le café", polarity=Polarity.PAS),
     "Il n'aime pas le café."),
    (clause("manger", PC, "il", polarity=Polarity.RIEN), "Il n'a rien mangé."),
    (clause("voir", PC, "il", polarity=Polarity.PERSONNE), "Il n'a vu personne."),
    (clause("parler", PC, "il", polarity=Polarity.PERSONNE), "Il n'a parlé à personne."),
    (clause("manger", PC, "elles", cod="du poisson", polarity=Polarity.JAMAIS),
     "Elles n'ont jamais mangé de poisson."),
    (clause("se lever", PRESENT, "je", oblique="fixed tôt", polarity=Polarity.PAS),
     "Je ne me lève pas tôt."),
    (clause("se lever", PC, "elle", oblique="fixed tôt", polarity=Polarity.PAS),
     "Elle ne s'est pas levée tôt."),
    (clause("habiter", PRESENT, "je", oblique="at à Paris", oblique_pronoun=True,
            polarity=Polarity.PLUS), "Je n'y habite plus."),
    (clause("se laver.body", PRESENT, "il", cod="les mains", polarity=Polarity.PAS),
     "Il ne se lave pas les mains."),
    # Imparfait, futur, adverbs and time expressions.
    (clause("finir", IMPARFAIT, "nous", cod="ses devoirs"), "Nous finissions nos devoirs."),
    (clause("manger.place", IMPARFAIT, "je", oblique="at à la cantine", time="tous les jours",
            time_first=True), "Tous les jours, je mangeais à la cantine."),
    (clause("aller", FUTUR, "vous", oblique="to à la gare", time="demain"),
     "Vous irez à la gare demain."),
    (clause("voir", FUTUR, "tu", cod="Julie"), "Tu verras Julie."),
    (clause("finir", PC, "il", cod="son travail", adverb="déjà"), "Il a déjà fini son travail."),
    (clause("oublier", PRESENT, "on", cod="la réponse"), "On oublie la réponse."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "sentence"), SENTENCES, ids=[s for _, s in SENTENCES])
def test_realise(given: Clause, sentence: str) -> None:
    assert realise(given) == sentence
    assert sentence in licensed(given)


@pytest.mark.parametrize("given", [c for c, _ in SENTENCES], ids=[s for _, s in SENTENCES])
def test_a_clause_survives_json(given: Clause) -> None:
    assert Clause.from_dict(given.to_dict()) == given


def test_licensed_agreements_where_the_gender_is_unknown() -> None:
    je = licensed(clause("aller", PC, "je", oblique="to au marché"))
    assert {"Je suis allé au marché.", "Je suis allée au marché."} <= je
    assert "Je suis allés au marché." not in je
    vous = licensed(clause("venir", PC, "vous", oblique="fixed à pied"))
    assert {f"Vous êtes venu{e} à pied." for e in ("", "e", "s", "es")} <= vous
    on = licensed(clause("venir", PC, "on", oblique="fixed à pied"))
    assert {f"On est venu{e} à pied." for e in ("", "e", "s", "es")} <= on
    shown = clause("montrer", PC, "il", cod="les photos", cod_form=PRONOUN, oblique="lui sa mère")
    les = licensed(shown)
    assert {"Il les a montrés à sa mère.", "Il les a montrées à sa mère."} <= les
    assert "Il les a montré à sa mère." not in les


def test_licensed_spellings_and_places() -> None:
    pay = licensed(clause("payer", PRESENT, "il", cod="la facture"))
    assert {"Il paie la facture.", "Il paye la facture."} <= pay
    late = licensed(clause("voir", FUTUR, "tu", cod="Julie", time="demain"))
    assert {
        "Tu verras Julie demain.",
        "Demain, tu verras Julie.",
        "Demain tu verras Julie.",
    } <= late
    contrast = licensed(clause("acheter", PC, "il", cod="un livre", polarity=Polarity.PAS))
    assert {"Il n'a pas acheté de livre.", "Il n'a pas acheté un livre."} <= contrast


@pytest.mark.parametrize(
    ("given", "english"),
    [
        (clause("manger", PRESENT, "il", cod="du pain", time="chaque matin"),
         "He eats bread every morning."),
        (clause("manger", PRESENT, "il", cod="du pain"), "He is eating some bread."),
        (clause("manger", PRESENT, "il", cod="du pain", polarity=Polarity.PLUS),
         "He no longer eats any bread."),
        (clause("habiter", IMPARFAIT, "on", oblique="at à Paris", time="à cette époque"),
         "We lived in Paris at that time."),
        (clause("lire", IMPARFAIT, "Anne", cod="le journal", time="tous les matins"),
         "Anne used to read the newspaper every morning."),
        (clause("lire", IMPARFAIT, "Anne", cod="un roman"), "Anne was reading a novel."),
        (clause("donner", PC, "elle", cod="les clés", oblique="lui sa mère", time="hier"),
         "She gave her mother the keys yesterday."),
        (clause("donner", PC, "elle", cod="les clés", cod_form=PRONOUN, oblique="lui sa mère",
                oblique_pronoun=True), "She gave them to her."),
        (clause("manger", PC, "il", polarity=Polarity.RIEN), "He did not eat anything."),
        (clause("voir", FUTUR, "je", polarity=Polarity.PERSONNE), "I will not see anyone."),
        (clause("allumer", PC, "je", cod="la radio", cod_form=PRONOUN), "I turned it on."),
        (clause("se laver.body", PC, "elle", cod="les mains"), "She washed her hands."),
        (clause("manger", PC, "il", cod="du poisson", polarity=Polarity.JAMAIS),
         "He has never eaten any fish."),
    ],
)  # fmt: skip
def test_translate(given: Clause, english: str) -> None:
    assert translate(given) == english


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"frame_id": "nope", "tense": "present", "subject_key": "je"},
        {"frame_id": "manger", "tense": "nope", "subject_key": "je"},
        {"frame_id": "manger", "tense": "present", "subject_key": "je", "cod_key": "une maison"},
        {"frame_id": "manger", "tense": "present", "subject_key": "je", "colour": "red"},
    ],
)
def test_unknown_clauses_are_refused(data: dict[str, str]) -> None:
    with pytest.raises(UnknownClause):
        Clause.from_dict(data)
