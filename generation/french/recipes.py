"""What a problem of each focus is made of: error types, what its sentences must have, which verbs.

All sentences of a problem share what its focus is about (all are negative, all have an object
pronoun), so that the correct one does not stand out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generation.french.clause import ObjectForm, Polarity
from generation.french.deviations.form import has_made_up_forms
from generation.french.deviations.prepositions import may_have_preposition_errors
from generation.french.fitting import can_be_fronted, cod_can_be_pronoun
from generation.french.leading import led_tenses
from verbs.french.lexicon import Frame
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, ErrorType, Focus, Level, Tense

E = ErrorType
NEGATIVE = tuple(p for p in Polarity if p is not Polarity.AFFIRMATIVE)
COMPOUND_TENSES = tuple(AUXILIARY_TENSE)
TENSES = tuple(Tense)
#: Errors in the choice, place and order of object pronouns.
PRONOUN_ERRORS = (
    E.PRONOUN_PLACEMENT,
    E.PRONOUN_ORDER,
    E.PRONOUN_CATEGORY,
    E.PRONOUN_GENDER,
    E.PRONOUN_NUMBER,
)
#: The levels below which no sentence can have an error: two pronouns, and an object in front, come
#: later than single pronouns.
ERROR_LEVELS: Mapping[ErrorType, Level] = {
    E.PRONOUN_ORDER: Level.B1,
    E.PRONOUN_GENDER: Level.B1,
    E.PRONOUN_NUMBER: Level.B1,
}


@dataclass(frozen=True)
class Recipe:
    """``primary``: the error types of the focus; ``neighbours``: what one distractor may carry
    instead, where errors of one kind only would give the correct sentence away.

    ``always_neighbour``: one distractor always carries a neighbouring type. ``slot``: there are
    problems with one sentence and different forms in one place; not where the errors of a sentence
    stand in different places, since the right form is then the one that is most like the others.
    """

    primary: tuple[ErrorType, ...]
    neighbours: tuple[ErrorType, ...]
    tenses: tuple[Tense, ...] = TENSES
    always_neighbour: bool = False
    slot: bool = True


RECIPES: Mapping[Focus, Recipe] = {
    Focus.CONJUGATION: Recipe((E.WRONG_PERSON, E.WRONG_FORM), ()),
    Focus.AUXILIARY: Recipe(
        (E.WRONG_AUXILIARY,),
        (E.PARTICIPLE_AGREEMENT, E.WRONG_PERSON, E.WRONG_FORM),
        COMPOUND_TENSES,
        always_neighbour=True,
        slot=False,
    ),
    Focus.AGREEMENT: Recipe(
        (E.PARTICIPLE_AGREEMENT,),
        (E.WRONG_AUXILIARY, E.WRONG_PERSON),
        COMPOUND_TENSES,
        slot=False,
    ),
    Focus.REFLEXIVE: Recipe(
        (E.REFLEXIVE_PRONOUN,),
        (E.WRONG_AUXILIARY, E.WRONG_PERSON, E.PARTICIPLE_AGREEMENT),
        always_neighbour=True,
        slot=False,
    ),
    Focus.NEGATION: Recipe((E.NEGATION_STRUCTURE,), (E.WRONG_PERSON,)),
    Focus.PRONOUNS: Recipe(PRONOUN_ERRORS, (E.WRONG_PERSON, E.PARTICIPLE_AGREEMENT)),
    Focus.PREPOSITIONS: Recipe((E.PREPOSITION,), (E.ELISION,)),
    Focus.DETERMINERS: Recipe((E.DETERMINER, E.ELISION), (E.WRONG_PERSON,), slot=False),
    Focus.MOOD_AND_TENSE: Recipe(
        (E.WRONG_TENSE,),
        (E.WRONG_PERSON, E.WRONG_FORM),
        tuple(t for t in Tense if t in led_tenses() and t is not Tense.IMPERATIF),
    ),
}


def belongs(frame: Frame, focus: Focus) -> bool:
    """Return whether a reading can be in a problem of a focus at all."""
    if focus is Focus.REFLEXIVE:
        return frame.verb.reflexive
    if focus is Focus.PRONOUNS:
        return not frame.verb.reflexive
    return True


def can_carry(frame: Frame, error_type: ErrorType, tense: Tense) -> bool:
    """Return whether a reading may have an error of a type in a tense; a quick sieve."""
    compound = tense in AUXILIARY_TENSE
    flags = frame.flags
    if error_type is E.WRONG_FORM:
        return has_made_up_forms(frame.verb.infinitive, tense)
    if error_type is E.WRONG_AUXILIARY:
        if not compound or flags & {"aux_both", "stative"}:
            return False
        if frame.verb.auxiliary is Auxiliary.ETRE:
            return "obj_aux" not in flags
        return bool(frame.cod) or "swap" in flags
    if error_type is E.PARTICIPLE_AGREEMENT:
        return compound
    if error_type is E.REFLEXIVE_PRONOUN:
        return frame.verb.reflexive
    if error_type is E.NEGATION_STRUCTURE:
        return "noneg" not in flags
    if error_type is E.WRONG_PERSON:
        return tense is not Tense.IMPERATIF
    if error_type is E.PRONOUN_ORDER:
        return bool(frame.cod) and frame.takes_dative and "keep_cod" not in flags
    if error_type in (E.PRONOUN_GENDER, E.PRONOUN_NUMBER):
        # Before an auxiliary le and la are both l', and the participle would not agree either.
        return not compound and any(
            can_be_fronted(p) and cod_can_be_pronoun(frame, p) for p in frame.cod.values()
        )
    if error_type in PRONOUN_ERRORS:
        return not frame.verb.reflexive
    if error_type is E.DETERMINER:
        return bool(frame.cod)
    if error_type is E.PREPOSITION:
        return may_have_preposition_errors(frame)
    return True


def fronted_forms(error_type: ErrorType | None, focus: Focus) -> tuple[ObjectForm, ...]:
    """Return how a direct object that is a pronoun or stands in front may appear.

    In an agreement its gender must be in the sentence, and so it must where the pronoun has the
    wrong gender or number. A bare pronoun says nothing of what it stands for, so it is the rarer.
    """
    pronoun, dislocated, relative = (
        ObjectForm.PRONOUN,
        ObjectForm.DISLOCATED,
        ObjectForm.RELATIVE,
    )
    if error_type in (E.PRONOUN_GENDER, E.PRONOUN_NUMBER):
        return (dislocated,)
    if focus is Focus.AGREEMENT:
        return (pronoun, dislocated, relative, relative)
    if focus is Focus.PRONOUNS:
        return (pronoun, dislocated)
    return (pronoun,)


_LOWEST: Mapping[Tense, Level] = {
    Tense.PRESENT: Level.A1,
    Tense.IMPERATIF: Level.A1,
    Tense.PASSE_COMPOSE: Level.A2,
    Tense.IMPARFAIT: Level.A2,
    Tense.FUTUR_SIMPLE: Level.A2,
    Tense.CONDITIONNEL: Level.A2,
    Tense.PLUS_QUE_PARFAIT: Level.B1,
    Tense.SUBJONCTIF: Level.B1,
    Tense.PASSE_SIMPLE: Level.B2,
    Tense.FUTUR_ANTERIEUR: Level.B2,
    Tense.CONDITIONNEL_PASSE: Level.B2,
    Tense.SUBJONCTIF_PASSE: Level.B2,
}


def lowest_level(focus: Focus, tense: Tense) -> Level:
    """Return the level below which no problem of a focus in a tense is made, after the syllabi."""
    lowest = _LOWEST[tense]
    if focus is Focus.REFLEXIVE and tense is Tense.PASSE_COMPOSE:
        return Level.B1
    if lowest is Level.A1 and focus is Focus.PRONOUNS:
        return Level.A2
    if focus is Focus.MOOD_AND_TENSE and lowest in (Level.A1, Level.A2):
        return Level.A2
    return lowest
