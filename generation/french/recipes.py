"""What a problem of each focus is made of: error types, what its sentences must have, which verbs.

All sentences of a problem share what its focus is about (all are negative, all have an object
pronoun), so that the correct one does not stand out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generation.french.clause import Polarity
from generation.french.deviations.form import has_made_up_forms
from generation.french.deviations.pronouns import DIRECT_ONLY, INDIRECT_ONLY
from generation.french.deviations.words import may_have_preposition_errors
from verbs.french.lexicon import Frame
from verbs.french.vocabulary import Auxiliary, ErrorType, Focus, Level, Tense

E = ErrorType
NEGATIVE = tuple(p for p in Polarity if p is not Polarity.AFFIRMATIVE)
SIMPLE_TENSES = (Tense.PRESENT, Tense.IMPARFAIT, Tense.FUTUR_SIMPLE)
TENSES = (Tense.PRESENT, Tense.IMPARFAIT, Tense.PASSE_COMPOSE, Tense.FUTUR_SIMPLE)


@dataclass(frozen=True)
class Recipe:
    """``primary``: the error types of the focus; ``neighbours``: what one distractor may carry
    instead, where errors of one kind only would give the correct sentence away.

    ``always_neighbour``: one distractor always carries a neighbouring type.
    """

    primary: tuple[ErrorType, ...]
    neighbours: tuple[ErrorType, ...]
    tenses: tuple[Tense, ...] = TENSES
    always_neighbour: bool = False


RECIPES: Mapping[Focus, Recipe] = {
    Focus.CONJUGATION: Recipe((E.WRONG_PERSON, E.WRONG_FORM), ()),
    Focus.AUXILIARY: Recipe(
        (E.WRONG_AUXILIARY,),
        (E.PARTICIPLE_AGREEMENT, E.WRONG_PERSON, E.WRONG_FORM),
        (Tense.PASSE_COMPOSE,),
        always_neighbour=True,
    ),
    Focus.AGREEMENT: Recipe(
        (E.PARTICIPLE_AGREEMENT,), (E.WRONG_AUXILIARY, E.WRONG_PERSON), (Tense.PASSE_COMPOSE,)
    ),
    Focus.REFLEXIVE: Recipe(
        (E.REFLEXIVE_PRONOUN,),
        (E.WRONG_AUXILIARY, E.WRONG_PERSON, E.PARTICIPLE_AGREEMENT),
        always_neighbour=True,
    ),
    Focus.NEGATION: Recipe((E.NEGATION_STRUCTURE,), (E.WRONG_PERSON,)),
    Focus.PRONOUNS: Recipe(
        (E.PRONOUN_PLACEMENT, E.PRONOUN_ORDER, E.PRONOUN_CATEGORY),
        (E.WRONG_PERSON, E.PARTICIPLE_AGREEMENT),
    ),
    Focus.PREPOSITIONS: Recipe((E.PREPOSITION,), (E.ELISION,)),
    Focus.DETERMINERS: Recipe((E.DETERMINER, E.ELISION), (E.WRONG_PERSON,)),
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
    infinitive = frame.verb.infinitive
    compound = tense is Tense.PASSE_COMPOSE
    etre = frame.verb.auxiliary is Auxiliary.ETRE
    if error_type is E.WRONG_FORM:
        return has_made_up_forms(infinitive, tense)
    if error_type is E.WRONG_AUXILIARY:
        if not compound or frame.flags & {"aux_both", "stative"}:
            return False
        return "obj_aux" not in frame.flags if etre else bool(frame.cod) or "swap" in frame.flags
    if error_type is E.PARTICIPLE_AGREEMENT:
        return compound
    if error_type is E.REFLEXIVE_PRONOUN:
        return frame.verb.reflexive
    if error_type is E.NEGATION_STRUCTURE:
        return "noneg" not in frame.flags
    if error_type is E.PRONOUN_PLACEMENT:
        return not frame.verb.reflexive
    if error_type is E.PRONOUN_ORDER:
        return bool(frame.cod) and frame.takes_dative and "keep_cod" not in frame.flags
    if error_type is E.PRONOUN_CATEGORY:
        return infinitive in DIRECT_ONLY | INDIRECT_ONLY
    if error_type is E.DETERMINER:
        return bool(frame.cod)
    if error_type is E.PREPOSITION:
        return may_have_preposition_errors(frame)
    return True


def lowest_level(focus: Focus, tense: Tense) -> Level:
    """Return the level below which no problem of a focus in a tense is made."""
    if focus is Focus.REFLEXIVE and tense is Tense.PASSE_COMPOSE:
        return Level.B1
    return Level.A1 if tense is Tense.PRESENT and focus is not Focus.PRONOUNS else Level.A2
