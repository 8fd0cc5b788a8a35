"""The finite form of another person."""

from __future__ import annotations

from functools import cache

from generation.french.clause import Clause
from generation.french.deviations.base import Deviation, deviate
from generation.french.realise import agreements, build, finite_forms, participle_forms
from verbs.french.conjugation import Analysis, index
from verbs.french.conjugation import forms as conjugate
from verbs.french.verb_data import infinitives
from verbs.french.vocabulary import AUXILIARY_TENSE, ErrorType, Person, Tense

S1, S2, S3, P1, P2, P3 = Person
#: Which person's form learners put for which, the commonest confusion first.
_CONFUSED: dict[Tense, dict[Person, tuple[Person, ...]]] = {
    Tense.PRESENT: {
        S1: (S3, S2),
        S2: (S3, S1),
        S3: (S1, S2, P3),
        P1: (P3, P2),
        P2: (S3, P1),
        P3: (S3,),
    },
    Tense.IMPARFAIT: {S1: (S3,), S2: (S3,), S3: (S1, P3), P1: (P3, P2), P2: (P1,), P3: (S3,)},
    Tense.FUTUR_SIMPLE: {
        S1: (S3,),
        S2: (S3,),
        S3: (S2, S1),
        P1: (P3,),
        P2: (P1,),
        P3: (P1, S3),
    },
}
#: Persons whose auxiliary is not put for another one: "j'est" and "j'a" are no learners' errors.
_AUXILIARY: dict[Person, tuple[Person, ...]] = {
    S1: (),
    S2: (S3,),
    S3: (S2,),
    P1: (P3,),
    P2: (),
    P3: (S3,),
}


@cache
def analyses() -> dict[str, frozenset[Analysis]]:
    """Return every form of every listed verb with what it can be."""
    return dict(index(infinitives()))


def _can_be(form: str, person: Person) -> bool:
    """Whether some verb has this form for the person in any tense that takes a subject."""
    return any(
        each.person is person and each.tense is not Tense.IMPERATIF
        for each in analyses().get(form, ())
    )


def person_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with the forms of other persons.

    "On" goes with nothing else in writing; subjects that may be a plural in meaning (the family)
    are not in the lexicon. A form that any verb has for the subject's person is not used.
    """
    person = clause.subject.person
    if clause.tense in AUXILIARY_TENSE:
        verb, tense = clause.frame.verb.auxiliary.value, AUXILIARY_TENSE[clause.tense]
        confused = _AUXILIARY[person]
        participle = participle_forms(clause, agreements(clause)[0])[0]
    else:
        verb, tense = clause.frame.verb.infinitive, clause.tense
        confused = _CONFUSED[tense][person]
        participle = None
    right = finite_forms(clause)
    found: list[Deviation] = []
    for other in confused:
        for form in conjugate(verb, tense, other)[:1]:
            if form in right or _can_be(form, person):
                continue
            text = build(clause, form, participle).text
            found += deviate(
                clause, text, ErrorType.WRONG_PERSON, f"{other.value}_for_{person.value}",
                wrong_form=form, right_form=right[0], wrong_person=other.value,
                person=person.value, verb=verb,
            )  # fmt: skip
    return found[:2]
