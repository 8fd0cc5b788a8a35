"""Every form of a French verb, from its principal parts by the rules of school grammar.

Infinitives are written without "se"; "en aller" is the one of "s'en aller". A tuple of forms holds
every licensed form, the one to write first: the classical spelling, or the more usual of two
conjugations (assieds, assois). An empty tuple: the form does not exist (imperative of je, defective
and impersonal verbs). Everything is cached; results must not be changed.

Corrections in force (``verbs.french.overrides``) go before the rules: a corrected form is the only
one of its cell. ``reading`` tells which reading's corrections hold; without it a form of any
reading of the verb is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from verbs.french.derivation import IMPERATIVE_PERSONS, SIMPLE_TENSES, OtherForm, simple_forms
from verbs.french.form_index import Analysis, FormIndex, Mark, PlainVerbs
from verbs.french.groups import (
    EN,
    UnknownVerb,
    group,
    infinitive_spellings,
    is_regular,
    plain_group,
    principal_parts,
)
from verbs.french.overrides import EMPTY, Correction, Reading, cached, current, in_force
from verbs.french.paradigms import (
    Forms,
    Participle,
    listed,
    variable_participle,
)
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, Group, Person, Tense

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
    "infinitive_spellings",
    "is_regular",
    "listed_verbs",
    "participle",
    "participles",
    "present_participle",
    "produce",
    "reflexive_pronoun",
    "table",
]


_PLURAL = frozenset({Person.P1, Person.P2, Person.P3})
_PRONOUNS = dict(zip(Person, ("me", "te", "se", "nous", "vous", "se"), strict=True))
_VOWELS = frozenset("aàâeéèêëiîïoôuùûüœ")

_H_ASPIRE = (
    "hâbler hacher hachurer haïr haler hâler haleter handicaper hanter happer haranguer harasser"
    " harceler harnacher harponner hasarder hâter haubaner hausser héler hennir hérisser herser"
    " heurter hiérarchiser hisser hocher honnir hoqueter houspiller housser hucher huer hululer"
    " humer hurler"
)
#: Verbs with h aspiré: no elision before their forms (je hais, se hâter).
H_ASPIRE = frozenset(_H_ASPIRE.split())


class MissingForm(LookupError):
    """The verb exists, but has no such form (imperative of je, impersonal verbs)."""


# --- Simple tenses ----------------------------------------------------------------------------


def forms(infinitive: str, tense: Tense, person: Person, reading: Reading | None = None) -> Forms:
    """Return every licensed form of a simple tense, the one to write first; () if there is none.

    Raises UnknownVerb, and ValueError for a compound tense.
    """
    if tense in AUXILIARY_TENSE:
        raise ValueError(f"{tense} is a compound tense: use compound()")
    by_rule = simple_forms(infinitive).get((tense, person), ())
    corrections = current().of(infinitive, reading)
    if not corrections:
        return by_rule
    corrected = (correction.form(tense, person) for correction in corrections)
    return _united(by_rule if form is None else (form,) for form in corrected)


def _united(alternatives: Iterable[Forms]) -> Forms:
    return tuple(dict.fromkeys(form for each in alternatives for form in each))


def produce(infinitive: str, tense: Tense, person: Person, reading: Reading | None = None) -> str:
    """Return the form of a simple tense to write. Raises MissingForm, UnknownVerb, ValueError."""
    found = forms(infinitive, tense, person, reading)
    if not found:
        raise MissingForm(f"{infinitive} has no form in {tense}, person {person}")
    return found[0]


def imperfect_subjunctive(infinitive: str, person: Person) -> Forms:
    """Return the forms of the imparfait du subjonctif, a tense that is read but not practised."""
    return simple_forms(infinitive).get((OtherForm.IMPARFAIT_DU_SUBJONCTIF, person), ())


# --- Participles ------------------------------------------------------------------------------


def participles(infinitive: str, reading: Reading | None = None) -> tuple[Participle, ...]:
    """Return the past participle in every spelling, the one to write first; () if there is none.

    A corrected participle agrees by the regular rule, unless that of the verb is invariable.
    """
    by_rule = _participles(infinitive)
    corrections = current().of(infinitive, reading)
    if not corrections:
        return by_rule
    found = (_corrected_participles(each, by_rule) for each in corrections)
    return tuple(dict.fromkeys(participle_ for each in found for participle_ in each))


def _corrected_participles(
    correction: Correction, by_rule: tuple[Participle, ...]
) -> tuple[Participle, ...]:
    masculine = correction.past_participle
    if masculine is None:
        return by_rule
    if by_rule and by_rule[0].invariable:
        return (Participle(masculine, None, None, None),)
    return (variable_participle(masculine),)


@cache
def _participles(infinitive: str) -> tuple[Participle, ...]:
    found = (parts.participles for parts in principal_parts(infinitive.removeprefix(EN)))
    return tuple(dict.fromkeys(participle_ for each in found for participle_ in each))


def participle(infinitive: str, reading: Reading | None = None) -> Participle:
    """Return the past participle. Raises MissingForm if the verb has none, and UnknownVerb."""
    found = participles(infinitive, reading)
    if not found:
        raise MissingForm(f"{infinitive} has no past participle")
    return found[0]


def present_participle(infinitive: str, reading: Reading | None = None) -> str | None:
    """Return the present participle (finissant), None if the verb has none. Raises UnknownVerb."""
    return next(iter(_present_participles(infinitive, reading)), None)


def _present_participles(infinitive: str, reading: Reading | None = None) -> Forms:
    parts = principal_parts(infinitive.removeprefix(EN))
    by_rule = _united(each.present_participles for each in parts)
    corrections = current().of(infinitive, reading)
    if not corrections:
        return by_rule
    corrected = (correction.present_participle for correction in corrections)
    return _united(by_rule if form is None else (form,) for form in corrected)


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


@cached(maxsize=50_000)
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
    reading = (infinitive, auxiliary, reflexive)
    if gender == "m" and plural in (None, person in _PLURAL):
        corrected = current().reading(reading).form(tense, person)
        if corrected is not None:
            return (corrected,)
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
            for each in participles(infinitive, reading)
        )
    )


@cached(maxsize=5_000)
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
                cell = forms(infinitive, tense, person, (infinitive, auxiliary, reflexive))
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


@cached(maxsize=8)
def _index(infinitives: frozenset[str]) -> FormIndex:
    corrected = infinitives.intersection(current().infinitives)
    by_rule = _index_by_rule(infinitives - corrected)
    if not corrected:
        return by_rule
    return by_rule.extended(pair for each in sorted(corrected) for pair in _analyses(each))


@lru_cache(maxsize=16)
def _index_by_rule(infinitives: frozenset[str]) -> FormIndex:
    """Index verbs of which nothing is corrected."""
    stems: dict[Group, list[str]] = {which: [] for which in _MODELS}
    others: list[str] = []
    for infinitive in sorted(infinitives):
        which = plain_group(infinitive)
        if which is None:
            others.append(infinitive)
        else:
            stems[which].append(infinitive[:-2])
    return FormIndex(
        (pair for infinitive in others for pair in _analyses(infinitive)),
        [
            PlainVerbs(
                _MODELS[which][0][-2:],
                frozenset(each),
                _endings(which),
                max(map(len, _endings(which))),
            )
            for which, each in stems.items()
        ],
    )


#: Verbs whose endings all plain verbs of their group share, and what they have before them.
_MODELS = {Group.FIRST: ("parler", "parl"), Group.SECOND: ("finir", "fin")}


@cache
def _endings(which: Group) -> Mapping[str, tuple[Mark, ...]]:
    """Return the endings of the plain verbs of a group, with what they mark."""
    infinitive, stem = _MODELS[which]
    found: dict[str, tuple[Mark, ...]] = {}
    with in_force(EMPTY):
        for form, analysis in _analyses(infinitive):
            ending = form.removeprefix(stem)
            found[ending] = (*found.get(ending, ()), (analysis.tense, analysis.person))
    return MappingProxyType(found)


def _analyses(infinitive: str) -> Iterator[tuple[str, Analysis]]:
    """Yield every form of a verb with what it is, each pair once."""
    corrections = current().of(infinitive)
    cells = dict(simple_forms(infinitive)) if corrections else simple_forms(infinitive)
    for correction in corrections:
        for tense, person in correction.simple_cells:
            cells[tense, person] = forms(infinitive, tense, person)
    for (kind, whose), found in cells.items():
        analysis = Analysis(infinitive, kind, whose)
        for form in found:
            yield form, analysis
    analysis = Analysis(infinitive, OtherForm.INFINITIVE, None)
    yield from ((form, analysis) for form in infinitive_spellings(infinitive))
    analysis = Analysis(infinitive, OtherForm.PAST_PARTICIPLE, None)
    agreeing = (each.forms() for each in participles(infinitive))
    yield from ((form, analysis) for form in _united(agreeing))
    analysis = Analysis(infinitive, OtherForm.PRESENT_PARTICIPLE, None)
    yield from ((form, analysis) for form in _present_participles(infinitive))
