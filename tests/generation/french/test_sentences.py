"""Questions, orders, objects in front, double pronouns, the rarer negations, what stands before."""

from __future__ import annotations

from typing import Any

import pytest

from generation.french.clause import Clause, ObjectForm, Polarity, SentenceType
from generation.french.realise import licensed, realise
from generation.french.soundness import objections
from generation.french.tokens import NO_BREAK_SPACE
from verbs.french.vocabulary import Person, Tense

T, P, F = Tense, Polarity, ObjectForm
ASKED, INVERTED = SentenceType.EST_CE_QUE, SentenceType.INVERSION
ME, US = Person.S1, Person.P1
_NAMES = {
    "cod": "cod_key", "form": "cod_form", "oblique": "oblique_key", "pronoun": "oblique_pronoun",
    "time": "time_key", "adverb": "adverb_key", "trigger": "trigger_key", "lead": "lead_key",
    "cod2": "cod2_key",
}  # fmt: skip


def clause(frame: str, tense: Tense, subject: str, **rest: Any) -> Clause:
    return Clause(frame, tense, subject, **{_NAMES.get(k, k): v for k, v in rest.items()})


QUESTIONS = [
    (clause("venir", T.PRESENT, "tu", oblique="fixed à pied", sentence=INVERTED), "Viens-tu à pied ?"),
    (clause("manger", T.PRESENT, "il", cod="du pain", sentence=INVERTED), "Mange-t-il du pain ?"),
    (clause("finir", T.PRESENT, "elle", cod="son travail", sentence=INVERTED),
     "Finit-elle son travail ?"),
    (clause("vendre", T.PRESENT, "il", cod="sa voiture", sentence=INVERTED), "Vend-il sa voiture ?"),
    (clause("aller", T.PRESENT, "on", oblique="to au marché", sentence=INVERTED),
     "Va-t-on au marché ?"),
    (clause("venir", T.PASSE_COMPOSE, "Marie", oblique="fixed à pied", sentence=INVERTED),
     "Marie est-elle venue à pied ?"),
    (clause("aller", T.FUTUR_SIMPLE, "Paul et Marie", oblique="to au marché", sentence=INVERTED),
     "Paul et Marie iront-ils au marché ?"),
    (clause("manger", T.PASSE_COMPOSE, "elle", cod="des fruits", polarity=P.PAS, sentence=INVERTED),
     "N'a-t-elle pas mangé de fruits ?"),
    (clause("lire", T.PASSE_COMPOSE, "vous", cod="la lettre", form=F.PRONOUN, sentence=INVERTED),
     "L'avez-vous lue ?"),
    (clause("lire", T.PASSE_COMPOSE, "je", cod="la lettre", adverb="déjà", sentence=INVERTED),
     "Ai-je déjà lu la lettre ?"),
    (clause("manger", T.PRESENT, "elle", cod="du pain", sentence=ASKED),
     "Est-ce qu'elle mange du pain ?"),
    (clause("finir", T.PASSE_COMPOSE, "Anne", cod="son travail", sentence=ASKED),
     "Est-ce qu'Anne a fini son travail ?"),
    (clause("aller", T.FUTUR_SIMPLE, "tu", oblique="to au marché", time="demain", time_first=True,
            sentence=ASKED), "Demain, est-ce que tu iras au marché ?"),
    (clause("ouvrir", T.PASSE_COMPOSE, "il", cod="la lettre", form=F.DISLOCATED, sentence=INVERTED),
     "Cette lettre, l'a-t-il ouverte ?"),
]  # fmt: skip

ORDERS = [
    (clause("finir", T.IMPERATIF, "tu", cod="ses devoirs"), "Finis tes devoirs."),
    (clause("manger", T.IMPERATIF, "tu", cod="des fruits", form=F.PRONOUN), "Manges-en."),
    (clause("aller", T.IMPERATIF, "tu", oblique="to au marché"), "Va au marché."),
    (clause("aller", T.IMPERATIF, "tu", oblique="to au marché", pronoun=True), "Vas-y."),
    (clause("aller", T.IMPERATIF, "nous", oblique="to au marché", pronoun=True), "Allons-y."),
    (clause("aller", T.IMPERATIF, "tu", oblique="to au marché", pronoun=True, polarity=P.PAS),
     "N'y va pas."),
    (clause("donner", T.IMPERATIF, "tu", cod="la réponse", form=F.PRONOUN, dative=ME),
     "Donne-la-moi."),
    (clause("donner", T.IMPERATIF, "vous", cod="les clés", form=F.PRONOUN, dative=US),
     "Donnez-les-nous."),
    (clause("donner", T.IMPERATIF, "tu", cod="des fleurs", form=F.PRONOUN, dative=ME),
     "Donne-m'en."),
    (clause("donner", T.IMPERATIF, "tu", cod="les clés", form=F.PRONOUN, oblique="lui sa mère",
            pronoun=True), "Donne-les-lui."),
    (clause("donner", T.IMPERATIF, "tu", cod="des fleurs", form=F.PRONOUN, oblique="lui ses amis",
            pronoun=True), "Donne-leur-en."),
    (clause("donner", T.IMPERATIF, "vous", cod="la réponse", form=F.PRONOUN, dative=ME,
            polarity=P.PAS), "Ne me la donnez pas."),
    (clause("lire", T.IMPERATIF, "tu", cod="la lettre", form=F.PRONOUN, time="demain"),
     "Lis-la demain."),
    (clause("inviter", T.IMPERATIF, "tu", cod="Marie", form=F.PRONOUN, oblique="fixed à dîner"),
     "Invite-la à dîner."),
    (clause("se lever", T.IMPERATIF, "tu", oblique="fixed tôt"), "Lève-toi tôt."),
    (clause("se lever", T.IMPERATIF, "vous", oblique="fixed tôt", polarity=P.PAS),
     "Ne vous levez pas tôt."),
    (clause("s'occuper", T.IMPERATIF, "tu", oblique="en du chat", pronoun=True), "Occupe-t'en."),
    (clause("s'occuper", T.IMPERATIF, "nous", oblique="en du chat", pronoun=True),
     "Occupons-nous-en."),
    (clause("s'occuper", T.IMPERATIF, "tu", oblique="en du chat", pronoun=True, polarity=P.PAS),
     "Ne t'en occupe pas."),
]  # fmt: skip

OBJECTS = [
    (clause("lire", T.PASSE_COMPOSE, "je", cod="la lettre", form=F.RELATIVE, lead="voici",
            time="hier"), "Voici la lettre que j'ai lue hier."),
    (clause("lire", T.PASSE_COMPOSE, "Anne", cod="un livre", form=F.RELATIVE,
            lead="je pense souvent à"), "Je pense souvent au livre qu'Anne a lu."),
    (clause("montrer", T.PASSE_COMPOSE, "il", cod="les photos", form=F.RELATIVE, lead="où est",
            dative=ME), "Où sont les photos qu'il m'a montrées ?"),
    (clause("perdre", T.PASSE_COMPOSE, "tu", cod="ses clés", form=F.RELATIVE, lead="c'est"),
     "Ce sont les clés que tu as perdues."),
    (clause("manger", T.PASSE_COMPOSE, "elle", cod="une pomme", form=F.RELATIVE, lead="c'est",
            polarity=P.PAS), "C'est la pomme qu'elle n'a pas mangée."),
    (clause("donner", T.PRESENT, "il", cod="la réponse", form=F.PRONOUN, dative=ME),
     "Il me la donne."),
    (clause("prêter", T.FUTUR_SIMPLE, "je", cod="son vélo", form=F.PRONOUN, dative=Person.S2),
     "Je te le prêterai."),
    (clause("montrer", T.PASSE_COMPOSE, "elle", cod="les photos", form=F.PRONOUN, dative=US),
     "Elle nous les a montrées."),
    (clause("envoyer", T.PLUS_QUE_PARFAIT, "ils", cod="des fleurs", form=F.PRONOUN,
            dative=Person.P2), "Ils vous en avaient envoyé."),
    (clause("téléphoner", T.PASSE_COMPOSE, "Julie", dative=US), "Julie nous a téléphoné."),
]  # fmt: skip

TONIC = [
    (clause("penser", T.PRESENT, "je", oblique="tonic à Julie", pronoun=True), "Je pense à elle."),
    (clause("se moquer", T.PASSE_COMPOSE, "elle", oblique="tonic de son voisin", pronoun=True,
            polarity=P.PAS), "Elle ne s'est pas moquée de lui."),
    (clause("se moquer", T.PRESENT, "ils", oblique="tonic du professeur"),
     "Ils se moquent du professeur."),
    (clause("se moquer", T.IMPERATIF, "tu", oblique="tonic de sa cousine", pronoun=True,
            polarity=P.PAS), "Ne te moque pas d'elle."),
    (clause("compter.on", T.PRESENT, "nous", oblique="tonic sur ses voisins", pronoun=True),
     "Nous comptons sur eux."),
]  # fmt: skip

NEGATIONS = [
    (clause("lire", T.PASSE_COMPOSE, "il", cod="un livre", polarity=P.AUCUN), "Il n'a lu aucun livre."),
    (clause("écrire", T.PRESENT, "il", cod="des lettres", polarity=P.AUCUN),
     "Il n'écrit aucune lettre."),
    (clause("boire", T.PRESENT, "il", cod="du café", cod2="du thé", polarity=P.NI),
     "Il ne boit ni café ni thé."),
    (clause("aimer", T.PRESENT, "il", cod="le café", cod2="le chocolat", polarity=P.NI),
     "Il n'aime ni le café ni le chocolat."),
    (clause("boire", T.PASSE_COMPOSE, "elle", cod="de l'eau", polarity=P.QUE),
     "Elle n'a bu que de l'eau."),
    (clause("téléphoner", T.PASSE_COMPOSE, "elle", oblique="lui sa mère", polarity=P.QUE),
     "Elle n'a téléphoné qu'à sa mère."),
    (clause("manger", T.PASSE_COMPOSE, "personne", cod="du pain", polarity=P.NOBODY),
     "Personne n'a mangé de pain."),
    (clause("venir.home", T.PRESENT, "rien", polarity=P.NOTHING), "Rien ne vient."),
]  # fmt: skip

LED = [
    (clause("finir", T.SUBJONCTIF, "il", cod="son travail", trigger="il faut que"),
     "Il faut qu'il finisse son travail."),
    (clause("aller", T.SUBJONCTIF, "tu", oblique="to au marché", trigger="je veux que"),
     "Je veux que tu ailles au marché."),
    (clause("finir", T.SUBJONCTIF_PASSE, "elle", cod="son travail", trigger="je suis content que"),
     "Je suis content qu'elle ait fini son travail."),
    (clause("finir", T.PRESENT, "il", cod="son travail", trigger="je serai content si"),
     "Je serai content s'il finit son travail."),
    (clause("finir", T.PRESENT, "elles", cod="son travail", trigger="je serai content si"),
     "Je serai content si elles finissent leur travail."),
    (clause("arriver", T.PLUS_QUE_PARFAIT, "Anne", oblique="at à la gare",
            trigger="tout se serait bien passé si"),
     "Tout se serait bien passé si Anne était arrivée à la gare."),
    (clause("aller", T.FUTUR_SIMPLE, "nous", oblique="to à la plage",
            trigger="s'il fait beau demain,"), "S'il fait beau demain, nous irons à la plage."),
    (clause("aller", T.IMPERATIF, "vous", oblique="to à la plage", pronoun=True,
            trigger="s'il fait beau demain,"), "S'il fait beau demain, allez-y."),
    (clause("lire", T.CONDITIONNEL, "je", cod="un roman", trigger="si j'avais le temps,"),
     "Si j'avais le temps, je lirais un roman."),
    (clause("partir", T.CONDITIONNEL_PASSE, "je", trigger="si j'avais su,"),
     "Si j'avais su, je serais parti."),
    (clause("finir", T.FUTUR_ANTERIEUR, "Anne", cod="son travail",
            trigger="je serai heureux lorsque"),
     "Je serai heureux lorsqu'Anne aura fini son travail."),
    (clause("partir", T.PASSE_SIMPLE, "ils", trigger="il y a bien longtemps,"),
     "Il y a bien longtemps, ils partirent."),
]  # fmt: skip
ALL = [*QUESTIONS, *ORDERS, *OBJECTS, *TONIC, *NEGATIONS, *LED]


@pytest.mark.parametrize(("given", "sentence"), ALL, ids=[s for _, s in ALL])
def test_realise(given: Clause, sentence: str) -> None:
    written = sentence.replace(" ?", f"{NO_BREAK_SPACE}?")
    assert realise(given) == written
    assert written in licensed(given)
    assert Clause.from_dict(given.to_dict()) == given


@pytest.mark.parametrize(
    ("given", "others"),
    [
        (clause("partir", T.SUBJONCTIF, "il", trigger="je partirai avant que"),
         {"Je partirai avant qu'il parte.", "Je partirai avant qu'il ne parte."}),
        (clause("finir", T.FUTUR_ANTERIEUR, "Anne", cod="le livre", trigger="je serai heureux lorsque"),
         {"Je serai heureux lorsque Anne aura fini le livre.",
          "Je serai heureux lorsqu'Anne aura fini le livre."}),
        (clause("donner", T.IMPERATIF, "tu", cod="la réponse", form=F.PRONOUN, dative=ME),
         {"Donne-la-moi.", "Donne-moi-la."}),
        (clause("manger", T.PASSE_COMPOSE, "personne", cod="du pain", polarity=P.NOBODY),
         {"Personne n'a mangé de pain.", "Personne n'a mangé du pain."}),
        (clause("finir", T.SUBJONCTIF, "Hugo", cod="le livre", trigger="il faut que"),
         {"Il faut qu'Hugo finisse le livre.", "Il faut que Hugo finisse le livre."}),
        (clause("perdre", T.PASSE_COMPOSE, "tu", cod="ses clés", form=F.RELATIVE, lead="c'est"),
         {"Ce sont les clés que tu as perdues.", "C'est les clés que tu as perdues."}),
        (clause("donner", T.IMPERATIF, "tu", cod="les clés", form=F.PRONOUN, oblique="lui sa mère",
                pronoun=True), {"Donne-les-lui."}),
        (clause("finir", T.SUBJONCTIF, "elle", cod="le livre", trigger="il faut que"),
         {"Il faut qu'elle finisse le livre."}),
    ],
)  # fmt: skip
def test_licensed(given: Clause, others: set[str]) -> None:
    assert licensed(given) == others


def test_ni_with_and_without_articles_and_comma() -> None:
    found = licensed(clause("boire", T.PRESENT, "il", cod="du café", cod2="du thé", polarity=P.NI))
    assert {
        "Il ne boit ni café ni thé.",
        "Il ne boit ni café, ni thé.",
        "Il ne boit ni du café ni du thé.",
    } <= found
    assert "Il ne boit pas ni café ni thé." not in found


def test_the_object_in_front_decides_about_the_participle() -> None:
    read = clause("lire", T.PASSE_COMPOSE, "je", cod="la lettre", form=F.RELATIVE, lead="voici")
    assert licensed(read) == {"Voici la lettre que j'ai lue."}


@pytest.mark.parametrize(
    "given",
    [
        clause("finir", T.SUBJONCTIF, "il", cod="son travail"),
        clause("finir", T.PRESENT, "il", cod="son travail", trigger="il faut que"),
        clause("finir", T.SUBJONCTIF, "je", cod="son travail", trigger="je veux que"),
        clause("finir", T.SUBJONCTIF, "on", cod="son travail", trigger="nous voulons que"),
        clause("finir", T.IMPERATIF, "il", cod="son travail"),
        clause("manger", T.PRESENT, "je", cod="du pain", sentence=INVERTED),
        clause("manger", T.PASSE_COMPOSE, "personne", cod="du pain", polarity=P.NOBODY,
               sentence=INVERTED),
        clause("donner", T.PRESENT, "je", cod="la réponse", dative=ME),
        clause("donner", T.PRESENT, "tu", cod="la réponse", oblique="lui sa mère", dative=ME),
        clause("lire", T.PASSE_COMPOSE, "je", cod="la lettre", form=F.RELATIVE),
        clause("boire", T.PRESENT, "il", cod="du café", polarity=P.NI),
        clause("boire", T.PRESENT, "il", cod="du café", polarity=P.AUCUN),
        clause("boire", T.PRESENT, "il", cod="du café", cod2="un café", polarity=P.NI),
        clause("lire", T.IMPERATIF, "tu", cod="la lettre", form=F.RELATIVE, lead="voici"),
        clause("donner", T.IMPERATIF, "nous", cod="la réponse", dative=Person.P2),
        clause("prendre.photo", T.PASSE_COMPOSE, "il", cod="des photos", form=F.DISLOCATED),
        clause("partir", T.PRESENT, "il", polarity=P.QUE),
        clause("partir", T.SUBJONCTIF, "il", polarity=P.PAS, trigger="je partirai avant que"),
        clause("aller", T.FUTUR_SIMPLE, "nous", oblique="to à la plage", time="demain",
               trigger="s'il fait beau demain,"),
    ],
)  # fmt: skip
def test_contradictions_are_seen(given: Clause) -> None:
    assert objections(given)


@pytest.mark.parametrize("given", [c for c, _ in ALL], ids=[s for _, s in ALL])
def test_sentences_are_sound(given: Clause) -> None:
    assert objections(given) == []
