"""All certain errors of a clause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from types import MappingProxyType

from generation.french.clause import Clause
from generation.french.deviations.agreement import agreement_errors
from generation.french.deviations.auxiliary import auxiliary_errors
from generation.french.deviations.base import Deviation
from generation.french.deviations.form import form_errors
from generation.french.deviations.negation import negation_errors
from generation.french.deviations.person import person_errors
from generation.french.deviations.prepositions import preposition_errors
from generation.french.deviations.pronoun_choice import (
    category_errors,
    gender_errors,
    number_errors,
)
from generation.french.deviations.pronouns import order_errors, placement_errors
from generation.french.deviations.reflexive import reflexive_errors
from generation.french.deviations.tense import tense_errors
from generation.french.deviations.words import determiner_errors, elision_errors
from verbs.french.overrides import cached
from verbs.french.vocabulary import ErrorType

TRANSFORMS = MappingProxyType[ErrorType, Callable[[Clause], list[Deviation]]](
    {
        ErrorType.WRONG_PERSON: person_errors,
        ErrorType.WRONG_FORM: form_errors,
        ErrorType.WRONG_AUXILIARY: auxiliary_errors,
        ErrorType.PARTICIPLE_AGREEMENT: agreement_errors,
        ErrorType.REFLEXIVE_PRONOUN: reflexive_errors,
        ErrorType.NEGATION_STRUCTURE: negation_errors,
        ErrorType.PRONOUN_PLACEMENT: placement_errors,
        ErrorType.PRONOUN_ORDER: order_errors,
        ErrorType.PRONOUN_CATEGORY: category_errors,
        ErrorType.PRONOUN_GENDER: gender_errors,
        ErrorType.PRONOUN_NUMBER: number_errors,
        ErrorType.PREPOSITION: preposition_errors,
        ErrorType.DETERMINER: determiner_errors,
        ErrorType.ELISION: elision_errors,
        ErrorType.WRONG_TENSE: tense_errors,
    }
)


@cached(maxsize=20_000)
def errors_of(clause: Clause, error_type: ErrorType) -> tuple[Deviation, ...]:
    """Return the certain errors of one type, the most common first; () if there is none.

    No two have the same text.
    """
    found: dict[str, Deviation] = {}
    for each in TRANSFORMS[error_type](clause):
        found.setdefault(each.text, each)
    return tuple(sorted(found.values(), key=lambda each: -each.weight))


def errors(clause: Clause) -> list[Deviation]:
    """Return every certain error of a clause, by type in the order of the vocabulary."""
    return [each for error_type in ErrorType for each in errors_of(clause, error_type)]


def choose(found: Sequence[Deviation], rng: Random) -> Deviation:
    """Draw one of some errors, the more often the more common it is in what learners write."""
    return rng.choices(found, weights=[each.weight for each in found])[0]
