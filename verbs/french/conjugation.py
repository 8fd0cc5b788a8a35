"""Every form of a French verb, from its principal parts by the rules of school grammar.

Infinitives are written without "se"; "en aller" is the one of "s'en aller". A tuple of forms holds
every licensed form, the one to write first: the classical spelling, or the more usual of two
conjugations (assieds, assois). An empty tuple: the form does not exist (imperative of je, defective
and impersonal verbs). Everything is cached; results must not be changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from verbs.french.groups import EN, UnknownVerb, group, is_regular, principal_parts, soften
from verbs.french.paradigms import Forms, Participle, PrincipalParts, listed
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, Person, Tense

__all__ = [
    "IMPERATIVE_PERSONS",
    "SIMPLE_TENSES",
    "Analysis",
    "Forms",
    "MissingForm",
    "OtherForm",
    "Participle",
    "UnknownVerb",
    "citation",
    "compound",
    "elides_before",
    "forms",
    "group",
    "imperfect_subjunctive",
    "index",
    "is_regular",
    "listed_verbs",
    "participle",
    "participles",
    "present_participle",
    "produce",
    "reflexive_pronoun",
    "table",
]

#: The tenses of one word, in the order of the vocabulary.
SIMPLE_TENSES = tuple(tense for tense in Tense if tense not in AUXILIARY_TENSE)
IMPERATIVE_PERSONS = (Person.S2, Person.P1, Person.P2)

_IMPERFECT = ("ais", "ais", "ait", "ions", "iez", "aient")
_FUTURE = ("ai", "as", "a", "ons", "ez", "ont")
_PLURAL = frozenset({Person.P1, Person.P2, Person.P3})
_PRONOUNS = dict(zip(Person, ("me", "te", "se", "nous", "vous", "se"), strict=True))
_VOWELS = frozenset("aàâeéèêëiîïoôuùûüœ")

#: Verbs with h aspiré: no elision before their forms (je hais, se hâter).
H_ASPIRE = frozenset(
    {
        "hâbler",
        "hacher",
        "haïr",
        "haler",
        "haleter",
        "handicaper",
        "hanter",
        "happer",
        "haranguer",
        "harasser",
        "harceler",
        "harnacher",
        "hasarder",
        "hâter",
        "hausser",
        "héler",
        "hennir",
        "hérisser",
        "heurter",
        "hiérarchiser",
        "hisser",
        "hocher",
        "honnir",
        "hoqueter",
        "houspiller",
        "huer",
        "hululer",
        "humer",
        "hurler",
    }
)


class MissingForm(LookupError):
    """The verb exists, but has no such form (imperative of je, impersonal verbs)."""


class OtherForm(StrEnum):
    """Forms besides the tenses of the vocabulary."""

    INFINITIVE = "infinitive"
    PRESENT_PARTICIPLE = "present_participle"
    PAST_PARTICIPLE = "past_participle"
    IMPARFAIT_DU_SUBJONCTIF = "imparfait_du_subjonctif"


class Analysis(NamedTuple):
    """What a form can be: of which verb, which tense or other form, which person (if it has one)."""

    infinitive: str
    tense: Tense | OtherForm
    person: Person | None


# --- Simple tenses ----------------------------------------------------------------------------


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
def _all(infinitive: str) -> dict[tuple[Tense | OtherForm, Person], Forms]:
    """Derive every simple form of a verb, the conjugations merged in their order."""
    found: dict[tuple[Tense | OtherForm, Person], Forms] = {}
    for parts in principal_parts(infinitive.removeprefix(EN)):
        for tense, by_person in _tenses(parts).items():
            for person, alternatives in by_person.items():
                known = found.get((tense, person), ())
                found[tense, person] = tuple(dict.fromkeys(known + alternatives))
    return found


def forms(infinitive: str, tense: Tense, person: Person) -> Forms:
    """Return every licensed form of a simple tense, the one to write first; () if there is none.

    Raises UnknownVerb, and ValueError for a compound tense.
    """
    if tense in AUXILIARY_TENSE:
        raise ValueError(f"{tense} is a compound tense: use compound()")
    return _all(infinitive).get((tense, person), ())


def produce(infinitive: str, tense: Tense, person: Person) -> str:
    """Return the form of a simple tense to write. Raises MissingForm, UnknownVerb, ValueError."""
    found = forms(infinitive, tense, person)
    if not found:
        raise MissingForm(f"{infinitive} has no form in {tense}, person {person}")
    return found[0]


def imperfect_subjunctive(infinitive: str, person: Person) -> Forms:
    """Return the forms of the imparfait du subjonctif, a tense that is read but not practised."""
    return _all(infinitive).get((OtherForm.IMPARFAIT_DU_SUBJONCTIF, person), ())


# --- Participles ------------------------------------------------------------------------------


@cache
def participles(infinitive: str) -> tuple[Participle, ...]:
    """Return the past participle in every spelling, the one to write first; () if there is none."""
    found = (parts.participles for parts in principal_parts(infinitive.removeprefix(EN)))
    return tuple(dict.fromkeys(participle_ for each in found for participle_ in each))


def participle(infinitive: str) -> Participle:
    """Return the past participle. Raises MissingForm if the verb has none, and UnknownVerb."""
    found = participles(infinitive)
    if not found:
        raise MissingForm(f"{infinitive} has no past participle")
    return found[0]


@cache
def present_participle(infinitive: str) -> str | None:
    """Return the present participle (finissant), None if the verb has none. Raises UnknownVerb."""
    for parts in principal_parts(infinitive.removeprefix(EN)):
        if parts.present_participles:
            return parts.present_participles[0]
    return None


# --- Compound tenses and tables ---------------------------------------------------------------


def elides_before(form: str, infinitive: str) -> bool:
    """Return whether je, me, te, se, ne, que lose their vowel before a form of a verb."""
    return form[0] in _VOWELS or (form[0] == "h" and infinitive not in H_ASPIRE)


def reflexive_pronoun(person: Person, form: str, infinitive: str) -> str:
    """Return the pronoun with the space or apostrophe behind it: "me ", "m'", "nous "."""
    pronoun = _PRONOUNS[person]
    if infinitive.startswith(EN):
        return (pronoun[0] + "'" if pronoun.endswith("e") else pronoun + " ") + "en "
    if pronoun.endswith("e") and elides_before(form, infinitive):
        return pronoun[0] + "'"
    return pronoun + " "


def citation(infinitive: str) -> str:
    """Return a reflexive infinitive with its pronoun: se lever, s'habiller, s'en aller."""
    bare = infinitive.removeprefix(EN)
    return reflexive_pronoun(Person.S3, bare, infinitive) + bare


def _reflexive_imperative(form: str, person: Person, infinitive: str) -> str:
    """Put the pronoun behind an affirmative imperative: lave-toi, va-t'en, allons-nous-en."""
    pronoun = {Person.S2: "toi", Person.P1: "nous", Person.P2: "vous"}[person]
    if not infinitive.startswith(EN):
        return f"{form}-{pronoun}"
    return f"{form}-t'en" if person is Person.S2 else f"{form}-{pronoun}-en"


def _exists_in(infinitive: str, person: Person) -> bool:
    return any(person in parts.persons for parts in principal_parts(infinitive.removeprefix(EN)))


@cache
def compound(
    infinitive: str,
    auxiliary: Auxiliary,
    tense: Tense,
    person: Person,
    *,
    reflexive: bool = False,
    gender: str = "m",
    plural: bool | None = None,
    agreement: bool | None = None,
) -> Forms:
    """Return the forms of a compound tense without subject; () if there are none.

    ``gender`` ("m" or "f") and ``plural`` (by default as the person has it; False for a polite
    vous) are those of what the participle agrees with, ``agreement`` whether it agrees at all: by
    default with être and not with avoir. Reflexive forms begin with their pronoun (me suis lavé).
    Raises UnknownVerb, ValueError for a simple tense or a reflexive verb with avoir.
    """
    if tense not in AUXILIARY_TENSE:
        raise ValueError(f"{tense} is not a compound tense: use forms()")
    if reflexive and auxiliary is not Auxiliary.ETRE:
        raise ValueError(f"{infinitive}: reflexive verbs take être")
    if not _exists_in(infinitive, person):
        return ()
    if agreement is None:
        agreement = auxiliary is Auxiliary.ETRE
    if plural is None:
        plural = person in _PLURAL
    helper = produce(auxiliary.value, AUXILIARY_TENSE[tense], person)
    pronoun = reflexive_pronoun(person, helper, infinitive) if reflexive else ""
    return tuple(
        dict.fromkeys(
            f"{pronoun}{helper} "
            + (each.form(gender, plural) if agreement else each.masculine_singular)
            for each in participles(infinitive)
        )
    )


@cache
def table(
    infinitive: str,
    auxiliary: Auxiliary,
    reflexive: bool = False,
    agreement: bool | None = None,
) -> Mapping[Tense, Mapping[Person, Forms]]:
    """Return every tense of the vocabulary for a conjugation table, without subject pronouns.

    The persons are masculine. Reflexive verbs have their pronoun: "me lave", "m'endors",
    "lave-toi". Persons without a form are left out, a tense without any is empty. ``agreement`` as
    in ``compound``: False for verbs whose "se" is an indirect object (ils se sont parlé).
    """
    found: dict[Tense, Mapping[Person, Forms]] = {}
    for tense in Tense:
        cells: dict[Person, Forms] = {}
        for person in Person:
            if tense in AUXILIARY_TENSE:
                cell = compound(
                    infinitive, auxiliary, tense, person, reflexive=reflexive, agreement=agreement
                )
            else:
                cell = forms(infinitive, tense, person)
                if reflexive:
                    cell = tuple(
                        _reflexive_imperative(form, person, infinitive)
                        if tense is Tense.IMPERATIF
                        else reflexive_pronoun(person, form, infinitive) + form
                        for form in cell
                    )
            if cell:
                cells[person] = cell
        found[tense] = MappingProxyType(cells)
    return MappingProxyType(found)


# --- From a form to its verb ------------------------------------------------------------------


def listed_verbs() -> frozenset[str]:
    """Return the verbs whose forms are listed rather than regular."""
    return frozenset(listed())


def index(infinitives: Iterable[str]) -> Mapping[str, frozenset[Analysis]]:
    """Return every form of some verbs, of one word, with what it can be.

    All spellings, infinitives, participles and the imparfait du subjonctif are there, so that a
    form that is not in the index of a large enough collection is no form of these verbs.
    """
    return _index(frozenset(infinitives))


@cache
def _index(infinitives: frozenset[str]) -> Mapping[str, frozenset[Analysis]]:
    found: dict[str, set[Analysis]] = {}
    for infinitive in infinitives:
        analyses = [
            (form, Analysis(infinitive, tense, person))
            for (tense, person), alternatives in _all(infinitive).items()
            for form in alternatives
        ]
        bare = infinitive.removeprefix(EN)
        analyses.append((bare, Analysis(infinitive, OtherForm.INFINITIVE, None)))
        for each in participles(infinitive):
            analyses += (
                (form, Analysis(infinitive, OtherForm.PAST_PARTICIPLE, None))
                for form in each.forms()
            )
        for parts in principal_parts(bare):
            analyses += (
                (form, Analysis(infinitive, OtherForm.PRESENT_PARTICIPLE, None))
                for form in parts.present_participles
            )
        for form, analysis in analyses:
            found.setdefault(form, set()).add(analysis)
    return MappingProxyType({form: frozenset(analyses) for form, analyses in found.items()})
