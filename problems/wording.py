"""Titles and instructions of problems, by the language of the explanations and by focus.

A problem has different sentences, or one sentence with different forms in one place.
"""

from __future__ import annotations

from verbs.french.vocabulary import Focus, Language

_ENGLISH: dict[Focus, tuple[str, str]] = {
    Focus.CONJUGATION: ("Conjugation", "Which sentence has its verb in the right form?"),
    Focus.AUXILIARY: ("Avoir or être", "Which sentence uses the right auxiliary?"),
    Focus.AGREEMENT: (
        "Agreement of the participle",
        "In which sentence does the participle agree as it should?",
    ),
    Focus.REFLEXIVE: ("Reflexive verbs", "Which sentence has the right reflexive pronoun?"),
    Focus.NEGATION: ("Negation", "In which sentence is the negation right?"),
    Focus.PRONOUNS: ("Object pronouns", "Which sentence has the right pronoun in the right place?"),
    Focus.PREPOSITIONS: ("Prepositions", "Which sentence uses the right preposition?"),
    Focus.DETERMINERS: ("Determiners", "Which sentence has the right determiner?"),
    Focus.MOOD_AND_TENSE: ("Mood and tense", "Which sentence has its verb in the right tense?"),
}

_FRENCH: dict[Focus, tuple[str, str]] = {
    Focus.CONJUGATION: ("Conjugaison", "Dans quelle phrase le verbe est-il bien conjugué ?"),
    Focus.AUXILIARY: ("Avoir ou être", "Quelle phrase emploie le bon auxiliaire ?"),
    Focus.AGREEMENT: (
        "Accord du participe",
        "Dans quelle phrase le participe est-il bien accordé ?",
    ),
    Focus.REFLEXIVE: (
        "Verbes pronominaux",
        "Quelle phrase emploie le bon pronom réfléchi ?",
    ),
    Focus.NEGATION: ("Négation", "Dans quelle phrase la négation est-elle correcte ?"),
    Focus.PRONOUNS: (
        "Pronoms compléments",
        "Quelle phrase emploie le bon pronom à la bonne place ?",
    ),
    Focus.PREPOSITIONS: ("Prépositions", "Quelle phrase emploie la bonne préposition ?"),
    Focus.DETERMINERS: ("Déterminants", "Quelle phrase emploie le bon déterminant ?"),
    Focus.MOOD_AND_TENSE: (
        "Mode et temps",
        "Dans quelle phrase le verbe est-il au bon temps ?",
    ),
}

#: Instructions of problems whose statements are one sentence with different forms in one place.
_ENGLISH_SLOT: dict[Focus, str] = {
    Focus.CONJUGATION: "Which form of the verb completes the sentence correctly?",
    Focus.AUXILIARY: "Which form of the verb completes the sentence correctly?",
    Focus.AGREEMENT: "Which participle completes the sentence correctly?",
    Focus.REFLEXIVE: "Which form of the reflexive verb completes the sentence correctly?",
    Focus.NEGATION: "Which negation completes the sentence correctly?",
    Focus.PRONOUNS: "Which pronouns complete the sentence correctly?",
    Focus.PREPOSITIONS: "Which preposition completes the sentence correctly?",
    Focus.DETERMINERS: "Which determiner completes the sentence correctly?",
    Focus.MOOD_AND_TENSE: "Which tense of the verb completes the sentence correctly?",
}

_FRENCH_SLOT: dict[Focus, str] = {
    Focus.CONJUGATION: "Quelle forme du verbe complète correctement la phrase ?",
    Focus.AUXILIARY: "Quelle forme du verbe complète correctement la phrase ?",
    Focus.AGREEMENT: "Quel participe complète correctement la phrase ?",
    Focus.REFLEXIVE: "Quelle forme du verbe pronominal complète correctement la phrase ?",
    Focus.NEGATION: "Quelle négation complète correctement la phrase ?",
    Focus.PRONOUNS: "Quels pronoms complètent correctement la phrase ?",
    Focus.PREPOSITIONS: "Quelle préposition complète correctement la phrase ?",
    Focus.DETERMINERS: "Quel déterminant complète correctement la phrase ?",
    Focus.MOOD_AND_TENSE: "Quel temps du verbe complète correctement la phrase ?",
}

_BY_LANGUAGE = {
    Language.ENGLISH: (_ENGLISH, _ENGLISH_SLOT),
    Language.FRENCH: (_FRENCH, _FRENCH_SLOT),
}


def title_and_instructions(language: str, focus: str, *, one_slot: bool = False) -> tuple[str, str]:
    """The usual title and instructions of a problem.

    ``one_slot``: its statements are one sentence with different forms in one place.

    Raises:
        ValueError: for a language or a focus that the vocabulary does not have.
    """
    usual, slot = _BY_LANGUAGE[Language(language)]
    title, instructions = usual[Focus(focus)]
    return title, slot[Focus(focus)] if one_slot else instructions
