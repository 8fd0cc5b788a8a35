"""The grammar words that the whole service shares: tenses, persons, levels, focuses, errors.

These are the only values that the HTTP contract accepts. Pure Python, without Django.
"""

from __future__ import annotations

from enum import StrEnum


class Tense(StrEnum):
    """Tense and mood of a finite verb, in the order in which conjugation tables list them."""

    PRESENT = "present"
    IMPARFAIT = "imparfait"
    PASSE_COMPOSE = "passe_compose"
    PLUS_QUE_PARFAIT = "plus_que_parfait"
    FUTUR_SIMPLE = "futur_simple"
    CONDITIONNEL = "conditionnel"
    SUBJONCTIF = "subjonctif"
    IMPERATIF = "imperatif"
    PASSE_SIMPLE = "passe_simple"
    FUTUR_ANTERIEUR = "futur_anterieur"
    CONDITIONNEL_PASSE = "conditionnel_passe"
    SUBJONCTIF_PASSE = "subjonctif_passe"


#: The tense of the auxiliary in each compound tense.
AUXILIARY_TENSE: dict[Tense, Tense] = {
    Tense.PASSE_COMPOSE: Tense.PRESENT,
    Tense.PLUS_QUE_PARFAIT: Tense.IMPARFAIT,
    Tense.FUTUR_ANTERIEUR: Tense.FUTUR_SIMPLE,
    Tense.CONDITIONNEL_PASSE: Tense.CONDITIONNEL,
    Tense.SUBJONCTIF_PASSE: Tense.SUBJONCTIF,
}

#: Spellings of a tense that callers may use besides the canonical one.
TENSE_ALIASES: dict[str, Tense] = {"future_simple": Tense.FUTUR_SIMPLE}


class Person(StrEnum):
    """Grammatical person and number of a finite verb."""

    S1 = "1s"
    S2 = "2s"
    S3 = "3s"
    P1 = "1p"
    P2 = "2p"
    P3 = "3p"


#: The name of each person in the HTTP contract.
PERSON_NAMES: dict[Person, str] = {
    Person.S1: "first_person_singular",
    Person.S2: "second_person_singular",
    Person.S3: "third_person_singular",
    Person.P1: "first_person_plural",
    Person.P2: "second_person_plural",
    Person.P3: "third_person_plural",
}


class Auxiliary(StrEnum):
    """The auxiliary of the compound tenses."""

    AVOIR = "avoir"
    ETRE = "être"


class Group(StrEnum):
    """The traditional conjugation group of a verb."""

    FIRST = "first_group"
    SECOND = "second_group"
    THIRD = "third_group"


class Level(StrEnum):
    """CEFR level."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"


class Focus(StrEnum):
    """What a problem is about; every problem has exactly one."""

    CONJUGATION = "conjugation"
    AUXILIARY = "auxiliary"
    AGREEMENT = "agreement"
    REFLEXIVE = "reflexive"
    NEGATION = "negation"
    PRONOUNS = "pronouns"
    PREPOSITIONS = "prepositions"
    DETERMINERS = "determiners"
    MOOD_AND_TENSE = "mood_and_tense"


class ErrorType(StrEnum):
    """The one error that an incorrect statement carries."""

    WRONG_PERSON = "wrong_person"
    WRONG_FORM = "wrong_form"
    WRONG_AUXILIARY = "wrong_auxiliary"
    PARTICIPLE_AGREEMENT = "participle_agreement"
    REFLEXIVE_PRONOUN = "reflexive_pronoun"
    NEGATION_STRUCTURE = "negation_structure"
    PRONOUN_PLACEMENT = "pronoun_placement"
    PRONOUN_ORDER = "pronoun_order"
    PRONOUN_CATEGORY = "pronoun_category"
    PRONOUN_GENDER = "pronoun_gender"
    PRONOUN_NUMBER = "pronoun_number"
    PREPOSITION = "preposition"
    DETERMINER = "determiner"
    ELISION = "elision"
    WRONG_TENSE = "wrong_tense"


#: The error types that belong to each focus.
FOCUS_ERRORS: dict[Focus, tuple[ErrorType, ...]] = {
    Focus.CONJUGATION: (ErrorType.WRONG_PERSON, ErrorType.WRONG_FORM),
    Focus.AUXILIARY: (ErrorType.WRONG_AUXILIARY,),
    Focus.AGREEMENT: (ErrorType.PARTICIPLE_AGREEMENT,),
    Focus.REFLEXIVE: (ErrorType.REFLEXIVE_PRONOUN,),
    Focus.NEGATION: (ErrorType.NEGATION_STRUCTURE,),
    Focus.PRONOUNS: (
        ErrorType.PRONOUN_PLACEMENT,
        ErrorType.PRONOUN_ORDER,
        ErrorType.PRONOUN_CATEGORY,
        ErrorType.PRONOUN_GENDER,
        ErrorType.PRONOUN_NUMBER,
    ),
    Focus.PREPOSITIONS: (ErrorType.PREPOSITION,),
    Focus.DETERMINERS: (ErrorType.DETERMINER, ErrorType.ELISION),
    Focus.MOOD_AND_TENSE: (ErrorType.WRONG_TENSE,),
}


class Language(StrEnum):
    """ISO 639-3 code of the language in which translations and explanations are written."""

    ENGLISH = "eng"
    FRENCH = "fra"
