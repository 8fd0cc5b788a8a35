"""The English of tenses, questions, orders, objects in front, and of what stands before."""

from __future__ import annotations

import pytest

from generation.french.clause import Clause, ObjectForm, Polarity, SentenceType
from generation.french.english import translate
from tests.generation.french.test_sentences import ASKED, INVERTED, ME, F, P, T, clause
from verbs.french.vocabulary import Person

TRANSLATIONS: list[tuple[Clause, str]] = [
    # Tenses.
    (clause("finir", T.PLUS_QUE_PARFAIT, "il", cod="son travail"), "He had finished his work."),
    (clause("finir", T.FUTUR_ANTERIEUR, "elle", cod="son travail"),
     "She will have finished her work."),
    (clause("finir", T.PASSE_SIMPLE, "ils", cod="le livre"), "They finished the book."),
    (clause("vouloir", T.CONDITIONNEL, "je", cod="un café"), "I would like a coffee."),
    (clause("manger", T.PASSE_COMPOSE, "il", cod="du pain", polarity=P.PLUS),
     "He did not eat any bread anymore."),
    (clause("manger", T.FUTUR_SIMPLE, "il", cod="du pain", polarity=P.PLUS),
     "He will not eat any bread anymore."),
    (clause("pouvoir", T.PRESENT, "je", oblique="inf venir à la fête", polarity=P.PAS),
     "I cannot come to the party."),
    (clause("pouvoir", T.CONDITIONNEL, "vous", oblique="inf venir à la fête", sentence=INVERTED),
     "Could you come to the party?"),
    (clause("pouvoir", T.PASSE_COMPOSE, "elle", oblique="inf venir à la fête"),
     "She was able to come to the party."),
    (clause("devoir", T.CONDITIONNEL, "tu", oblique="inf finir ses devoirs"),
     "You should finish your homework."),
    (clause("devoir", T.PRESENT, "il", oblique="inf finir ses devoirs"),
     "He has to finish his homework."),
    # Questions.
    (clause("manger", T.PRESENT, "il", cod="du pain", sentence=INVERTED), "Is he eating some bread?"),
    (clause("manger", T.PASSE_COMPOSE, "elle", cod="des fruits", polarity=P.PAS, sentence=ASKED),
     "Didn't she eat any fruit?"),
    (clause("manger", T.PASSE_COMPOSE, "tu", cod="du poisson", polarity=P.JAMAIS, sentence=ASKED),
     "Have you never eaten any fish?"),
    (clause("aller", T.FUTUR_SIMPLE, "Marie", oblique="to au marché", time="demain",
            sentence=INVERTED), "Will Marie go to the market tomorrow?"),
    (clause("lire", T.PASSE_COMPOSE, "vous", cod="la lettre", adverb="déjà", sentence=INVERTED),
     "Have you already read the letter?"),
    # Orders.
    (clause("finir", T.IMPERATIF, "tu", cod="ses devoirs"), "Finish your homework."),
    (clause("aller", T.IMPERATIF, "nous", oblique="to au marché"), "Let's go to the market."),
    (clause("aller", T.IMPERATIF, "nous", oblique="to au marché", polarity=P.PAS),
     "Let's not go to the market."),
    (clause("manger", T.IMPERATIF, "vous", polarity=P.RIEN), "Do not eat anything."),
    (clause("donner", T.IMPERATIF, "tu", cod="la réponse", form=F.PRONOUN, dative=ME),
     "Give it to me."),
    (clause("donner", T.IMPERATIF, "tu", cod="des fleurs", form=F.PRONOUN, dative=ME),
     "Give me some."),
    # Objects in front, and double pronouns.
    (clause("lire", T.PASSE_COMPOSE, "je", cod="la lettre", form=F.RELATIVE, lead="voici",
            time="hier"), "Here is the letter I read yesterday."),
    (clause("montrer", T.PASSE_COMPOSE, "il", cod="les photos", form=F.RELATIVE, lead="où est",
            dative=ME), "Where are the photos he showed me?"),
    (clause("allumer", T.PASSE_COMPOSE, "tu", cod="la radio", form=F.RELATIVE, lead="voici"),
     "Here is the radio you turned on."),
    (clause("envoyer", T.PLUS_QUE_PARFAIT, "ils", cod="des fleurs", form=F.PRONOUN,
            dative=Person.P2), "They had sent you some."),
    (clause("penser", T.PRESENT, "je", oblique="tonic à Julie", pronoun=True),
     "I think about her."),
    # Negations.
    (clause("lire", T.PASSE_COMPOSE, "il", cod="un livre", polarity=P.AUCUN),
     "He did not read a single book."),
    (clause("écrire", T.PASSE_COMPOSE, "il", cod="des lettres", polarity=P.AUCUN),
     "He did not write a single letter."),
    (clause("boire", T.PRESENT, "il", cod="du café", cod2="du thé", polarity=P.NI),
     "He drinks neither coffee nor tea."),
    (clause("boire", T.PASSE_COMPOSE, "elle", cod="de l'eau", polarity=P.QUE),
     "She only drank water."),
    (clause("perdre", T.PASSE_COMPOSE, "personne", cod="ses clés", polarity=P.NOBODY),
     "Nobody lost their keys."),
    (clause("avoir.need", T.PRESENT, "elle", cod="faim", polarity=P.PAS), "She is not hungry."),
    # What stands before.
    (clause("finir", T.SUBJONCTIF, "Marie", cod="son travail", trigger="il faut que"),
     "Marie must finish her work."),
    (clause("finir", T.SUBJONCTIF, "elle", cod="son travail", trigger="je veux que"),
     "I want her to finish her work."),
    (clause("finir", T.SUBJONCTIF, "tu", cod="le livre", polarity=P.PAS, trigger="je veux que"),
     "I want you not to finish the book."),
    (clause("finir", T.SUBJONCTIF_PASSE, "il", cod="son travail", trigger="il est possible que"),
     "He may have finished his work."),
    (clause("finir", T.SUBJONCTIF_PASSE, "tu", cod="ses devoirs", trigger="je suis content que"),
     "I am glad that you finished your homework."),
    (clause("finir", T.IMPARFAIT, "il", cod="son travail", trigger="je serais content si"),
     "I would be happy if he finished his work."),
    (clause("finir", T.PLUS_QUE_PARFAIT, "il", cod="son travail", trigger="j'aurais été content si"),
     "I would have been happy if he had finished his work."),
    (clause("finir", T.FUTUR_SIMPLE, "il", cod="son travail", trigger="je t'appellerai quand"),
     "I will call you when he finishes his work."),
    (clause("finir", T.FUTUR_ANTERIEUR, "il", cod="son travail", trigger="je t'appellerai quand"),
     "I will call you when he has finished his work."),
    (clause("lire", T.CONDITIONNEL, "je", cod="un roman", trigger="si j'avais le temps,"),
     "If I had time, I would read a novel."),
    (clause("partir", T.CONDITIONNEL_PASSE, "je", trigger="si j'avais su,"),
     "If I had known, I would have left."),
    (clause("aller", T.IMPERATIF, "vous", oblique="to à la plage", trigger="s'il fait beau demain,"),
     "If the weather is nice tomorrow, go to the beach."),
    (clause("lire", T.IMPARFAIT, "ils", cod="le journal", trigger="quand nous sommes arrivés,"),
     "When we arrived, they were reading the newspaper."),
    (clause("perdre", T.SUBJONCTIF, "il", cod="son passeport", trigger="j'ai peur que"),
     "I am afraid that he will lose his passport."),
]  # fmt: skip


@pytest.mark.parametrize(("given", "english"), TRANSLATIONS, ids=[e for _, e in TRANSLATIONS])
def test_translate(given: Clause, english: str) -> None:
    assert translate(given) == english


def test_both_questions_are_the_same_in_english() -> None:
    found = {
        translate(Clause("manger", T.PRESENT, "tu", cod_key="du pain", sentence=sentence))
        for sentence in (SentenceType.EST_CE_QUE, SentenceType.INVERSION)
    }
    assert found == {"Are you eating some bread?"}


def test_a_phrase_in_front_is_one_thing_in_english() -> None:
    given = Clause("ouvrir", T.PASSE_COMPOSE, "il", cod_key="la lettre",
                   cod_form=ObjectForm.DISLOCATED, polarity=Polarity.PAS)  # fmt: skip
    assert translate(given) == "He did not open this letter."
