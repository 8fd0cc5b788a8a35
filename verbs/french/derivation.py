"""The simple tenses of a verb from its principal parts, as the rules of school grammar have it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from verbs.french.groups import EN, principal_parts, soften
from verbs.french.paradigms import Forms, PrincipalParts
from verbs.french.vocabulary import AUXILIARY_TENSE, Person, Tense

#: The tenses of one word, in the order of the vocabulary.
SIMPLE_TENSES = tuple(tense for tense in Tense if tense not in AUXILIARY_TENSE)
IMPERATIVE_PERSONS = (Person.S2, Person.P1, Person.P2)
_IMPERFECT = ("ais", "ais", "ait", "ions", "iez", "aient")
_FUTURE = ("ai", "as", "a", "ons", "ez", "ont")


class OtherForm(StrEnum):
    """Forms besides the tenses of the vocabulary."""

    INFINITIVE = "infinitive"
    PRESENT_PARTICIPLE = "present_participle"
    PAST_PARTICIPLE = "past_participle"
    IMPARFAIT_DU_SUBJONCTIF = "imparfait_du_subjonctif"


def _past(je: str) -> tuple[str, ...]:
    """Derive the six forms of the passé simple from the first (parlai, finis, parus, tins, haïs)."""
    if je.endswith("ai"):
        # The soft c and g of the stem need no help before è: plaçai, placèrent; mangeai, mangèrent.
        stem = je[:-2]
        bare = stem[:-1] + "c" if stem.endswith("ç") else re.sub("ge$", "g", stem)
        return (je, stem + "as", stem + "a", stem + "âmes", stem + "âtes", bare + "èrent")
    nasal = "n" if je.endswith("ins") else ""
    core = je.removesuffix("s").removesuffix(nasal)
    short, long = core + nasal, _lengthen(core) + nasal
    return (je, je, short + "t", long + "mes", long + "tes", short + "rent")


def _lengthen(core: str) -> str:
    """Put a circumflex on a final i or u; ï (haïmes) and û (crûmes) stay."""
    return core[:-1] + {"i": "î", "u": "û"}.get(core[-1], core[-1])


def _imperfect_subjunctive(je: str) -> tuple[str, ...]:
    """Derive the six forms of the imparfait du subjonctif from the first of the passé simple."""
    if je.endswith("ai"):
        stem, third = je[:-1], je[:-2] + "ât"
    else:
        nasal = "n" if je.endswith("ins") else ""
        stem = je.removesuffix("s")
        third = _lengthen(stem.removesuffix(nasal)) + nasal + "t"
    stem += "ss"
    return (stem + "e", stem + "es", third, stem + "ions", stem + "iez", stem + "ent")


def _with_endings(stems: Forms, endings: tuple[str, ...]) -> list[Forms]:
    return [tuple(soften(stem, ending) + ending for stem in stems) for ending in endings]


def _tenses(parts: PrincipalParts) -> dict[Tense | OtherForm, dict[Person, Forms]]:
    """Derive every simple tense of one conjugation."""

    def persons(alternatives: Iterable[Forms]) -> dict[Person, Forms]:
        return {
            person: found
            for person, found in zip(Person, alternatives, strict=True)
            if person in parts.persons
        }

    def whole(rows: list[Forms]) -> dict[Person, Forms]:
        return persons(tuple(row[i] for row in rows) for i in range(len(Person)))

    return {
        Tense.PRESENT: persons(parts.present),
        Tense.IMPARFAIT: persons(_with_endings(parts.imperfect, _IMPERFECT)),
        Tense.FUTUR_SIMPLE: persons(_with_endings(parts.future, _FUTURE)),
        Tense.CONDITIONNEL: persons(_with_endings(parts.future, _IMPERFECT)),
        Tense.SUBJONCTIF: persons(parts.subjunctive),
        Tense.IMPERATIF: {
            person: found
            for person, found in zip(IMPERATIVE_PERSONS, parts.imperative, strict=True)
            if person in parts.persons
        },
        Tense.PASSE_SIMPLE: whole([_past(je) for je in parts.past]),
        OtherForm.IMPARFAIT_DU_SUBJONCTIF: whole([_imperfect_subjunctive(je) for je in parts.past]),
    }


@cache
def simple_forms(infinitive: str) -> dict[tuple[Tense | OtherForm, Person], Forms]:
    """Derive every simple form of a verb, the conjugations merged in their order."""
    found: dict[tuple[Tense | OtherForm, Person], Forms] = {}
    for parts in principal_parts(infinitive.removeprefix(EN)):
        for tense, by_person in _tenses(parts).items():
            for person, alternatives in by_person.items():
                known = found.get((tense, person), ())
                found[tense, person] = tuple(dict.fromkeys(known + alternatives))
    return found
