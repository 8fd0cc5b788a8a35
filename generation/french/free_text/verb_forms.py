"""Finite forms of another person, and forms that do not exist, in a free text."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import COLLECTIVES
from generation.french.checking.sentence import Clause, ClauseKind
from generation.french.checking.words import Kind
from generation.french.deviations.form import made_up, made_up_participles
from generation.french.deviations.person import COLLECTIVE, analyses, can_be, confused_persons
from generation.french.free_text.edits import Change
from generation.french.free_text.participles import forms_of
from generation.french.free_text.source import Draft, Source
from verbs.french.conjugation import forms
from verbs.french.vocabulary import Person, Tense

#: Moods whose forms are not put for those of another person.
_EXCLUDED = frozenset({Tense.IMPERATIF})
_EITHER = frozenset({"ou", "ni"})
_VOWELS = ("a", "e")
#: Singulars that mean many, like those of the deviations of clauses.
_MANY = frozenset({"couple", "monde", "jeunesse", "personnel", "assistance", "peuple", "foule"})


def person_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with the form of another person, those that learners confuse first."""
    for clause in source.sentence.clauses:
        persons, tense = source.persons(clause), source.finite_tense(clause)
        if tense is None or tense in _EXCLUDED or clause.kind is ClauseKind.IMPERATIVE:
            continue
        if not persons or not clause.subject.persons or not _is_plain(source, clause):
            continue
        # "Nos amis" is third person, but a form may be that of several.
        expected = clause.subject.persons
        if len(expected) != 1:
            continue
        yield from _of_others(source, clause, tense, persons[0])


def _is_plain(source: Source, clause: Clause) -> bool:
    """Whether the subject has one person and number for whoever reads it."""
    subject = clause.subject
    words = [source.lower(i) for i in range(subject.start, subject.end)]
    if set(words) & (COLLECTIVES | _EITHER) or ("ce" in words[:1] and len(words) == 1):
        return False
    phrase = subject.phrase
    return phrase is None or source.lower(phrase.noun) not in COLLECTIVES


def _of_others(source: Source, clause: Clause, tense: Tense, person: Person) -> Iterator[Draft]:
    finite = clause.group.finite
    right = source.lower(finite)
    verb = source.finite_verb(clause)
    if verb is None or right not in forms(verb, tense, person):
        return
    auxiliary = verb in ("avoir", "être")
    phrase = clause.subject.phrase
    many = phrase is not None and source.lower(phrase.noun) in COLLECTIVE | _MANY
    for other in confused_persons(tense, person, auxiliary=auxiliary):
        if many and other is Person.P3:
            continue
        for form in forms(verb, tense, other)[:1]:
            if form == right or can_be(form, person) or _relinks(clause, right, form):
                continue
            facts = {**source.named(clause), "person": person.value, "wrong_person": other.value}
            code = f"{other.value}_for_{person.value}"
            yield from source.draft(code, Change(finite, finite + 1, (form,)), **facts)


def _relinks(clause: Clause, right: str, form: str) -> bool:
    """Whether an inverted pronoun would gain or lose its -t-: a second change."""
    linked = Person.S3 in clause.subject.persons
    return (
        linked and clause.subject.inverted and (right.endswith(_VOWELS) != form.endswith(_VOWELS))
    )


# --- Forms that do not exist ------------------------------------------------------------------


def form_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with forms that learners make up: "vous faisez", "il a prendu"."""
    for clause in source.sentence.clauses:
        if clause.group.participles:
            yield from _participle(source, clause)
        else:
            yield from _finite(source, clause)


def _finite(source: Source, clause: Clause) -> Iterator[Draft]:
    finite = clause.group.finite
    right = source.lower(finite)
    imperative = clause.kind is ClauseKind.IMPERATIVE
    seen: set[str] = set()
    for each in clause.group.analyses:
        if not isinstance(each.tense, Tense) or each.person is None:
            continue
        if (each.tense is Tense.IMPERATIF) is not imperative:
            continue
        if not imperative and each.person not in (clause.subject.persons or {each.person}):
            continue
        for form, code in made_up(each.infinitive, each.tense, each.person):
            if form in seen or _relinks(clause, right, form) or each.infinitive == "être":
                continue
            if code == "imperative_s" and source.lower(finite + 1) in ("y", "en"):
                continue
            seen.add(form)
            facts = {
                **source.named(clause), "infinitive": each.infinitive, "tense": each.tense.value,
                "wrong_form": form, "right_form": right,
            }  # fmt: skip
            yield from source.draft(code, Change(finite, finite + 1, (form,)), **facts)


def _participle(source: Source, clause: Clause) -> Iterator[Draft]:
    index = clause.group.participles[-1]
    right, known = source.lower(index), forms_of(source, index)
    if right not in known:
        return
    ending = ("", "e", "s", "es")[known.index(right)]
    for infinitive in sorted(source.lemmas(index, Kind.PAST_PARTICIPLE)):
        for stem, code in made_up_participles(infinitive):
            form = stem + ending
            if form in analyses():
                continue
            facts = {
                **source.named(clause), "infinitive": infinitive,
                "wrong_form": form, "right_form": right,
            }  # fmt: skip
            yield from source.draft(code, Change(index, index + 1, (form,)), **facts)
