"""The structure of a sentence as checking sees it: words with tags, phrases, verb groups, clauses.

Every position is the index of a word in ``Sentence.words``; ranges end before their end. What the
text does not tell is None (gender, number) or an empty set (persons): a rule must then be silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from generation.french.checking.text import Word
from generation.french.checking.words import Reading
from verbs.french.conjugation import Analysis
from verbs.french.vocabulary import Person


class Tag(StrEnum):
    """What a word does in its sentence."""

    DETERMINER = "determiner"
    NOUN = "noun"
    NAME = "name"
    ADJECTIVE = "adjective"
    NUMBER = "number"
    SUBJECT = "subject"  # je, tu, il, elle, on, nous, vous, ils, elles, ce, also inverted
    CLITIC = "clitic"  # me, te, se, le, la, les, lui, leur, y, en, also behind an imperative
    PRONOUN = "pronoun"  # stressed and other: moi, eux, celui, ça, rien, personne, quelqu'un, tout
    NE = "ne"
    NEGATION = "negation"  # pas, plus, jamais, rien, personne, aucun, guère, point, que
    FINITE = "finite"
    INFINITIVE = "infinitive"
    PARTICIPLE = "participle"
    GERUND = "gerund"  # present participle
    PREPOSITION = "preposition"
    COORDINATION = "coordination"  # et, ou, mais, donc, car, ni, or
    SUBORDINATION = "subordination"  # que, quand, si, parce que, ...
    RELATIVE = "relative"  # qui, que, dont, où, lequel
    QUESTION = "question"  # interrogative words
    ADVERB = "adverb"
    INTERJECTION = "interjection"
    PUNCTUATION = "punctuation"
    UNKNOWN = "unknown"


class SubjectKind(StrEnum):
    """What the subject of a clause is."""

    PRONOUN = "pronoun"
    PHRASE = "phrase"
    RELATIVE = "relative"  # qui
    OTHER = "other"  # an infinitive, a clause, ça, tout, quelqu'un, ...
    NONE = "none"  # imperative
    UNKNOWN = "unknown"


class ClauseKind(StrEnum):
    """What a clause is for."""

    MAIN = "main"
    SUBORDINATE = "subordinate"
    RELATIVE = "relative"
    IMPERATIVE = "imperative"


@dataclass(frozen=True)
class NounPhrase:
    """A noun or name with its determiner and adjectives; ``start`` is at the determiner.

    ``preposition``: the preposition before it, the contraction itself with au and du. ``plural``
    and ``gender`` are what the whole phrase is as a subject; ``certain``: all its words are known
    and fit each other. ``conjuncts``: the members of a coordination ("Paul et Marie"), else ().
    """

    start: int
    end: int
    noun: int
    determiner: int | None = None
    adjectives: tuple[int, ...] = ()
    preposition: int | None = None
    gender: str | None = None
    plural: bool | None = None
    certain: bool = True
    conjuncts: tuple[NounPhrase, ...] = ()


@dataclass(frozen=True)
class Subject:
    """The subject of a clause: the persons its verb may have (empty: not known).

    ``start`` and ``end`` are the range of its words (both 0 if there are none). ``impersonal``: il
    that may stand for nothing. ``phrase``: the noun phrase, of qui its antecedent.
    """

    kind: SubjectKind
    persons: frozenset[Person] = frozenset()
    gender: str | None = None
    plural: bool | None = None
    start: int = 0
    end: int = 0
    inverted: bool = False
    impersonal: bool = False
    phrase: NounPhrase | None = None


@dataclass(frozen=True)
class Infinitive:
    """An infinitive with what stands before it: "à ne pas le faire".

    ``governor`` is the word it depends on if that is a verb just before it (veux, vient de).
    """

    index: int
    clitics: tuple[int, ...] = ()
    preposition: int | None = None
    negations: tuple[int, ...] = ()
    ne: int | None = None
    governor: int | None = None


@dataclass(frozen=True)
class VerbGroup:
    """A finite form and what clings to it.

    ``clitics`` stand before it, ``enclitics`` behind it with hyphens (imperatives), ``stray`` are
    object pronouns in other places: behind the finite form or between auxiliary and participle.
    ``participles``: those of a compound tense or passive, in order ("a été vendu").
    ``analyses``: what the finite form can be.
    """

    finite: int
    analyses: tuple[Analysis, ...]
    ne: int | None = None
    clitics: tuple[int, ...] = ()
    enclitics: tuple[int, ...] = ()
    stray: tuple[int, ...] = ()
    negations: tuple[int, ...] = ()
    adverbs: tuple[int, ...] = ()
    participles: tuple[int, ...] = ()
    infinitives: tuple[Infinitive, ...] = ()
    end: int = 0

    @cached_property
    def lemmas(self) -> tuple[str, ...]:
        """The verbs that the finite form can belong to, without repetition, sorted."""
        return tuple(sorted({each.infinitive for each in self.analyses}))


@dataclass(frozen=True)
class Clause:
    """A clause: what introduces it (que, quand, si, qui), its subject, verb group and phrases.

    ``objects`` are noun phrases without a preposition behind the verb, ``phrases`` all of its
    noun phrases with or without a preposition. ``matrix`` is the index of the clause it depends on.
    """

    kind: ClauseKind
    start: int
    end: int
    subject: Subject
    group: VerbGroup
    introducer: int | None = None
    phrases: tuple[NounPhrase, ...] = ()
    objects: tuple[NounPhrase, ...] = ()
    matrix: int | None = None


@dataclass(frozen=True)
class Sentence:
    """A sentence taken apart. ``doubts`` say in words what was not understood."""

    text: str
    words: tuple[Word, ...]
    tags: tuple[Tag, ...]
    readings: tuple[tuple[Reading, ...], ...]
    clauses: tuple[Clause, ...]
    phrases: tuple[NounPhrase, ...]
    infinitives: tuple[Infinitive, ...] = ()
    doubts: tuple[str, ...] = ()
    question: bool = False

    def written(self, start: int, end: int) -> str:
        """Return the text of a range of words as it is written."""
        return self.text[self.words[start].start : self.words[end - 1].end]

    def lower(self, index: int) -> str:
        """Return a word in small letters, as it is written ("l'", "au")."""
        return self.words[index].text.lower()
