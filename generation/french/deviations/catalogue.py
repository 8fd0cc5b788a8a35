"""All certain errors of a clause."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import MappingProxyType

from generation.french.clause import Clause
from generation.french.deviations.agreement import agreement_errors
from generation.french.deviations.auxiliary import auxiliary_errors
from generation.french.deviations.base import Deviation
from generation.french.deviations.form import form_errors
from generation.french.deviations.negation import negation_errors
from generation.french.deviations.person import person_errors
from generation.french.deviations.pronouns import category_errors, order_errors, placement_errors
from generation.french.deviations.reflexive import reflexive_errors
from generation.french.deviations.words import (
    determiner_errors,
    elision_errors,
    preposition_errors,
)
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
        ErrorType.PREPOSITION: preposition_errors,
        ErrorType.DETERMINER: determiner_errors,
        ErrorType.ELISION: elision_errors,
    }
)


@lru_cache(maxsize=20_000)
def errors_of(clause: Clause, error_type: ErrorType) -> tuple[Deviation, ...]:
    """Return the certain errors of one type; () if the engine has none for this clause."""
    transform = TRANSFORMS.get(error_type)
    return () if transform is None else tuple(transform(clause))


def errors(clause: Clause) -> list[Deviation]:
    """Return every certain error of a clause, by type in the order of the vocabulary."""
    return [each for error_type in ErrorType for each in errors_of(clause, error_type)]
