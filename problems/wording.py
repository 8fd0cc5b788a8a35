"""Titles and instructions of problems, by the language of the explanations and by focus."""

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

_BY_LANGUAGE = {Language.ENGLISH: _ENGLISH, Language.FRENCH: _FRENCH}


def title_and_instructions(language: str, focus: str) -> tuple[str, str]:
    """The usual title and instructions of a problem.

    Raises:
        ValueError: for a language or a focus that the vocabulary does not have.
    """
    return _BY_LANGUAGE[Language(language)][Focus(focus)]
