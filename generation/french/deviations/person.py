"""The finite form of another person."""

from __future__ import annotations

from collections.abc import Mapping

from generation.french.clause import Clause
from generation.french.deviations.base import Deviation, deviate
from generation.french.realise import agreements, build, finite_forms, participle_forms
from verbs.french.conjugation import Analysis, index
from verbs.french.conjugation import forms as conjugate
from verbs.french.overrides import cached
from verbs.french.verb_data import known_infinitives
from verbs.french.vocabulary import AUXILIARY_TENSE, ErrorType, Person, Tense

S1, S2, S3, P1, P2, P3 = Person
#: The endings -ais, -ais, -ait, -aient sound alike.
_SILENT: dict[Person, tuple[Person, ...]] = {
    S1: (S3,),
    S2: (S3,),
    S3: (S1, P3),
    P1: (P3, P2),
    P2: (P1,),
    P3: (S3,),
}
#: Which person's form learners put for which, the commonest confusion first. The imperative has
#: no subject that would tell.
_CONFUSED: dict[Tense, dict[Person, tuple[Person, ...]]] = {
    Tense.PRESENT: {
        S1: (S3, S2),
        S2: (S3, S1),
        S3: (S1, S2, P3),
        P1: (P3, P2),
        P2: (S3, P1),
        P3: (S3,),
    },
    Tense.IMPARFAIT: _SILENT,
    Tense.CONDITIONNEL: _SILENT,
    Tense.SUBJONCTIF: {
        S1: (S3, S2),
        S2: (S3,),
        S3: (S1, S2, P3),
        P1: (P3,),
        P2: (P1,),
        P3: (S3,),
    },
    Tense.PASSE_SIMPLE: {S1: (S3,), S2: (S3,), S3: (P3, S1), P1: (P3,), P2: (P3,), P3: (S3,)},
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


#: Subjects that are found with a plural too: "l'équipe jouent".
COLLECTIVE = frozenset(
    {"équipe", "police", "public", "famille", "groupe", "classe", "gouvernement"}
)


@cached(maxsize=4)
def analyses() -> Mapping[str, frozenset[Analysis]]:
    """Return every form of every known verb with what it can be."""
    return index(known_infinitives())


def confused_persons(tense: Tense, person: Person, *, auxiliary: bool) -> tuple[Person, ...]:
    """Return whose form learners put for a person's in a simple tense, the commonest first.

    ``auxiliary``: of être and avoir in the present.
    """
    if auxiliary and tense is Tense.PRESENT:
        return _AUXILIARY[person]
    return _CONFUSED.get(tense, {}).get(person, ())


def can_be(form: str, person: Person) -> bool:
    """Return whether some verb has this form for the person in any tense that takes a subject."""
    return any(
        each.person is person and each.tense is not Tense.IMPERATIF
        for each in analyses().get(form, ())
    )


def _may_be_plural(clause: Clause, other: Person) -> bool:
    """Whether a collective subject may stand with a plural ("l'équipe jouent" is found)."""
    phrase = clause.subject.phrase
    return other is P3 and phrase is not None and phrase.lemma in COLLECTIVE


def person_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with the forms of other persons, those that learners confuse first.

    "On" goes with nothing else in writing; subjects that may be a plural in meaning (the family)
    are not in the lexicon. A form that any verb has for the subject's person is not used.
    """
    person = clause.subject.person
    if clause.tense in AUXILIARY_TENSE:
        verb, tense = clause.frame.verb.auxiliary.value, AUXILIARY_TENSE[clause.tense]
        compound_present = tense is Tense.PRESENT
        confused = _AUXILIARY[person] if compound_present else _CONFUSED[tense][person]
        participle = participle_forms(clause, agreements(clause)[0])[0]
    else:
        verb, tense = clause.frame.verb.infinitive, clause.tense
        compound_present = False
        confused = _CONFUSED.get(tense, {}).get(person, ())
        if tense not in _CONFUSED:
            return []
        participle = None
    right = finite_forms(clause)
    inverted = build(clause, right[0], participle)["inverted"]
    found: list[Deviation] = []
    # Further persons are for one sentence with several forms of its verb; nobody writes "j'est".
    further = () if compound_present else tuple(p for p in Person if p not in (*confused, person))
    for other in (*confused, *further):
        for form in conjugate(verb, tense, other)[:1]:
            if form in right or can_be(form, person) or _may_be_plural(clause, other):
                continue
            sentence = build(clause, form, participle)
            if sentence["inverted"] != inverted:
                # "Parles-il" lacks its -t-, too.
                continue
            text = sentence.text
            found += deviate(
                clause, text, ErrorType.WRONG_PERSON, f"{other.value}_for_{person.value}",
                wrong_form=form, right_form=right[0], wrong_person=other.value,
                person=person.value, verb=verb,
            )  # fmt: skip
    return found
