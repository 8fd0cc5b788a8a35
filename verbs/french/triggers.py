"""What stands before a clause and fixes its tense and mood: "il faut que", "s'il fait beau demain,".

Read from ``data/triggers.tsv``; ``data/leads.tsv`` has what stands before an object with a relative
clause ("voici la lettre que ..."). The rules behind the lines are those of school grammar and of
Grevisse, Le Bon usage: the subjunctive after necessity, wish, feeling, doubt and some conjunctions,
no future and no conditional after si, the future after quand. Tenses on which usage is divided,
or that are right by another reading, are in no ``wrong``: "à condition que" with a future, "quand
j'ai fini" for what is to come, "si Paul était là, il saura" (he was there, then), the futur
antérieur that guesses at the past, the futures of historians and the imparfait of "si j'avais su, je
venais".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path

from verbs.french.frames import ASPECTS, KINDS, MOMENTS, SCALES
from verbs.french.lexicon_files import DATA, Reader, Row, read_rows
from verbs.french.phrases import NounPhrase, Subject
from verbs.french.vocabulary import Level, Person, Tense

__all__ = ["EnglishKind", "Join", "Lead", "Trigger", "leads", "triggers"]

#: timed: it says when, so that no time expression follows; noneg: what follows is affirmative; ne:
#: the expletive ne is right as well ("avant qu'il ne parte").
TRIGGER_FLAGS = frozenset({"timed", "noneg", "ne"})
#: What may follow: the kinds of readings, and with "-" those that may follow in the negative only.
_FITTING = KINDS | {"negimper"}
_FITS = _FITTING | {f"-{kind}" for kind in _FITTING}
_TENSES = frozenset(map(str, Tense))
_LEVELS = frozenset(map(str, Level))
_PERSONS = frozenset(map(str, Person)) | {f"!{person}" for person in Person}
_ELIDING_CONJUNCTIONS = ("que", "lorsque", "puisque", "quoique")


class Join(StrEnum):
    """How a trigger meets its clause.

    QUE elides before every vowel (qu'elle), SI only before il and ils, COMMA is followed by a main
    clause, PLAIN (quand) changes nothing.
    """

    QUE = "que"
    SI = "si"
    COMMA = "comma"
    PLAIN = "plain"


class EnglishKind(StrEnum):
    """What the English of the trigger makes of the clause.

    SAME: the tense of the French clause; WHEN: present or perfect for a future; IF: present, simple
    past or past perfect; SUBJUNCTIVE: simple present or past; FUTURE: a future for what may come,
    or the past; INFINITIVE: no clause, the template has {vp} or {to} and {subject} or {object}.
    """

    SAME = "same"
    WHEN = "when"
    IF = "if"
    SUBJUNCTIVE = "subjunctive"
    FUTURE = "future"
    INFINITIVE = "infinitive"


@dataclass(frozen=True)
class Trigger:
    """What stands before a clause and decides its tense.

    ``french`` identifies it and begins small; it ends in a comma where a main clause follows.
    ``english`` is a template. ``tenses`` are those that clauses are made in, ``possible`` further
    ones that are right as well, ``wrong`` those that are certainly wrong and that learners write,
    the most frequent first. ``only`` and ``never``: the persons that the subject must or must not
    have ("je veux que je" is no French). ``aspect``, ``scales`` and ``moment`` are those of a time
    expression, empty where it says nothing of time. ``fits``: the kinds of readings that go
    with it ("il faut que": duty), those with "-" in the negative only ("heureusement que": good
    -bad); a trigger without any goes with all ("je sais que").
    """

    french: str
    english: str
    kind: EnglishKind
    tenses: tuple[Tense, ...]
    possible: frozenset[Tense]
    wrong: tuple[Tense, ...]
    only: frozenset[Person]
    never: frozenset[Person]
    aspect: str
    scales: frozenset[str]
    moment: str
    fits: frozenset[str]
    flags: frozenset[str]
    level: Level

    @property
    def licensed(self) -> frozenset[Tense]:
        """Every tense that is right behind it. A form of one of these is never an error of tense."""
        return self.possible | frozenset(self.tenses)

    @cached_property
    def join(self) -> Join:
        """How it meets the clause."""
        last = self.french.rpartition(" ")[2]
        if last.endswith(","):
            return Join.COMMA
        if last == "si":
            return Join.SI
        return Join.QUE if last in _ELIDING_CONJUNCTIONS else Join.PLAIN

    @property
    def timed(self) -> bool:
        """Whether it says when, so that the clause has no time expression."""
        return "timed" in self.flags

    @property
    def expletive(self) -> bool:
        """Whether an affirmative clause may have the expletive ne."""
        return "ne" in self.flags

    @property
    def affirmative(self) -> bool:
        """Whether the clause must be affirmative."""
        return "noneg" in self.flags

    def suits(self, kinds: frozenset[str], *, affirmed: bool) -> bool:
        """Return whether a reading of some kinds may follow, affirmed or denied."""
        if not self.fits:
            return True
        return not self.fits.isdisjoint(kinds if affirmed else {f"-{kind}" for kind in kinds})

    def allows(self, subject: Subject) -> bool:
        """Return whether the clause may have this subject.

        "On" counts as "nous", too; nobody who is named in the trigger comes back as the subject.
        """
        persons = {subject.person}
        if subject.surface == "on":
            persons.add(Person.P1)
        if persons & self.never or (self.only and not persons & self.only):
            return False
        named = subject.phrase.words[0] if subject.phrase is not None else ""
        return named not in self.french.rstrip(",").split(" ")


@dataclass(frozen=True)
class Lead:
    """What stands before an object with a relative clause: "voici", "c'est", "où est".

    ``french`` goes before a singular and identifies it, ``plural`` before a plural. ``mark`` ends
    the sentence. ``person``: the object may be a person; ``thing``: it may be a thing. ``only``:
    the persons that the subject may have; ``nouns``: those that the object may be (one looks for a
    letter, not for a street). Empty: all.
    """

    french: str
    plural: str
    english: str
    english_plural: str
    mark: str
    person: bool
    thing: bool
    only: frozenset[Person]
    nouns: frozenset[str]
    level: Level

    def allows(self, phrase: NounPhrase) -> bool:
        """Return whether the object goes with it."""
        kind = self.person if phrase.is_person else self.thing
        return kind and (not self.nouns or phrase.lemma in self.nouns)


def _persons(reader: Reader, row: Row) -> tuple[frozenset[Person], frozenset[Person]]:
    """Return the persons that alone are possible, and those that are not ("!1s")."""
    found = reader.words(row, "subjects", _PERSONS, may_be_empty=True)
    only = frozenset(Person(word) for word in found if not word.startswith("!"))
    never = frozenset(Person(word[1:]) for word in found if word.startswith("!"))
    if only and never:
        raise reader.error(row, "subjects: either persons that may be, or ones that may not")
    return only, never


def _tenses(reader: Reader, row: Row, column: str) -> tuple[Tense, ...]:
    """Return the tenses of a cell in its order."""
    reader.words(row, column, _TENSES, may_be_empty=column != "tenses")
    return tuple(Tense(word) for word in row[column].split())


def _template(reader: Reader, row: Row, kind: EnglishKind) -> str:
    english = reader.filled(row, "english")
    has_verb = "{vp}" in english or "{to}" in english
    has_subject = "{subject}" in english or "{object}" in english
    if kind is EnglishKind.INFINITIVE:
        if not (has_verb and has_subject):
            raise reader.error(row, "english needs {subject} or {object}, and {vp} or {to}")
    elif "{clause}" not in english:
        raise reader.error(row, "english needs {clause}")
    return english


def _trigger(reader: Reader, row: Row) -> Trigger:
    kind = EnglishKind(reader.word(row, "kind", frozenset(EnglishKind)))
    tenses = _tenses(reader, row, "tenses")
    possible = frozenset(_tenses(reader, row, "possible"))
    wrong = _tenses(reader, row, "wrong")
    if clash := frozenset(wrong) & (possible | frozenset(tenses)):
        raise reader.error(row, f"both right and wrong: {', '.join(sorted(clash))}")
    only, never = _persons(reader, row)
    if row["aspect"]:
        reader.word(row, "aspect", ASPECTS)
    if row["moment"]:
        reader.word(row, "moment", MOMENTS)
    return Trigger(
        row["french"],
        _template(reader, row, kind),
        kind,
        tenses,
        possible,
        wrong,
        only,
        never,
        row["aspect"],
        reader.words(row, "scales", SCALES, may_be_empty=True),
        row["moment"],
        reader.words(row, "fits", _FITS, may_be_empty=True),
        reader.words(row, "flags", TRIGGER_FLAGS, may_be_empty=True),
        Level(reader.word(row, "level", _LEVELS)),
    )


def read_triggers(folder: Path = DATA) -> Mapping[str, Trigger]:
    """Read ``triggers.tsv``. Raises LexiconError naming file and line."""
    reader = read_rows("triggers.tsv", folder)
    return {row["french"]: _trigger(reader, row) for row in reader.unique("french")}


def read_leads(folder: Path = DATA) -> Mapping[str, Lead]:
    """Read ``leads.tsv``. Raises LexiconError naming file and line."""
    return {lead.french: lead for lead in _leads(read_rows("leads.tsv", folder))}


def _leads(reader: Reader) -> Iterator[Lead]:
    for row in reader.unique("french"):
        kinds = reader.words(row, "objects", frozenset({"person", "thing"}))
        only, _ = _persons(reader, row)
        yield Lead(
            row["french"],
            row["plural"] or row["french"],
            reader.filled(row, "english"),
            row["english_plural"] or row["english"],
            reader.word(row, "mark", frozenset({".", "?"})),
            "person" in kinds,
            "thing" in kinds,
            only,
            frozenset(row["nouns"].split()),
            Level(reader.word(row, "level", _LEVELS)),
        )


@cache
def triggers() -> Mapping[str, Trigger]:
    """Return every trigger by its French, in the order of the file (read once in a process)."""
    return read_triggers()


@cache
def leads() -> Mapping[str, Lead]:
    """Return every lead by its French, in the order of the file (read once in a process)."""
    return read_leads()
