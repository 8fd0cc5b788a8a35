"""A correct and an incorrect sentence side by side, and what their difference turns out to be."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from generation.french.checking.alignment import Atom, Region, align, atoms
from generation.french.checking.lexis import CLITICS, SUBJECTS, kinds, readings_of
from generation.french.checking.sentence import Clause, ClauseKind, Sentence, Tag
from generation.french.checking.structure import analyse
from generation.french.checking.text import Word
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind, Reading
from verbs.french.conjugation import citation
from verbs.french.government import Government, government
from verbs.french.vocabulary import ErrorType, Person

__all__ = [
    "VERBAL",
    "Difference",
    "Move",
    "Pair",
    "Side",
    "governments",
    "may_repeat_subject",
    "pair_of",
    "verb_behind",
]

VERBAL = (Kind.VERB, Kind.INFINITIVE, Kind.PAST_PARTICIPLE, Kind.PRESENT_PARTICIPLE)
_NEGATIVE = frozenset(
    {"ne", "pas", "plus", "jamais", "rien", "personne", "aucun", "aucune", "guère", "point"}
)
#: Verbs that share forms with frequent ones, and are hardly ever meant: plu, ailles, sommes.
_RARE = frozenset({"pleuvoir", "ailler", "sommer", "en aller", "moudre"})
_VERB_TAGS = frozenset({Tag.FINITE, Tag.INFINITIVE, Tag.PARTICIPLE, Tag.GERUND})
_REFLEXIVE = {
    "me": Person.S1,
    "te": Person.S2,
    "nous": Person.P1,
    "vous": Person.P2,
    "moi": Person.S1,
    "toi": Person.S2,
}


@dataclass(frozen=True)
class Side:
    """One sentence of a pair. Places count atoms; an article hidden in "au" has its own."""

    sentence: Sentence

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """The words without punctuation, contractions taken apart."""
        return atoms(self.sentence.words)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The atoms as words, in small letters and full."""
        return tuple(a.text for a in self.atoms)

    def text(self, place: int) -> str:
        """Return the word at a place, "" outside."""
        return self.texts[place] if 0 <= place < len(self.atoms) else ""

    def word(self, place: int) -> Word | None:
        """Return the written word at a place."""
        if 0 <= place < len(self.atoms):
            return self.sentence.words[self.atoms[place].word]
        return None

    def is_half(self, place: int) -> bool:
        """Return whether the atom is one half of a contraction."""
        index = self.atoms[place].word
        return any(
            0 <= n < len(self.atoms) and self.atoms[n].word == index for n in (place - 1, place + 1)
        )

    def kinds(self, place: int) -> frozenset[Kind]:
        """Return the word classes of an atom."""
        word = self.word(place)
        if word is None:
            return frozenset()
        if self.is_half(place):
            first = place + 1 < len(self.atoms) and (
                self.atoms[place + 1].word == self.atoms[place].word
            )
            return frozenset({Kind.PREPOSITION if first else Kind.DETERMINER})
        return kinds(word)

    def can_be(self, place: int, *wanted: Kind) -> bool:
        """Return whether the atom can be one of some classes."""
        return not self.kinds(place).isdisjoint(wanted)

    def readings(self, place: int, *wanted: Kind) -> tuple[Reading, ...]:
        """Return the readings of the word at a place in some classes."""
        word = self.word(place)
        if word is None or self.is_half(place):
            return ()
        return tuple(r for r in readings_of(word) if r.kind in wanted)

    def tag(self, place: int) -> Tag | None:
        """Return what the analysis takes the word for."""
        if 0 <= place < len(self.atoms):
            return self.sentence.tags[self.atoms[place].word]
        return None

    def ends(self, place: int) -> bool:
        """Return whether nothing or a punctuation mark follows the atom."""
        if place + 1 >= len(self.atoms):
            return True
        return self.atoms[place + 1].word > self.atoms[place].word + 1

    def starts(self, place: int) -> bool:
        """Return whether nothing or a punctuation mark stands before the atom."""
        return place == 0 or self.ends(place - 1)

    def clause_of(self, place: int) -> Clause | None:
        """Return the clause whose verb group has the word at a place as a verb."""
        index = self.atoms[place].word
        for clause in self.sentence.clauses:
            if clause.group.finite == index or index in clause.group.participles:
                return clause
        return None

    def clause_around(self, place: int) -> Clause | None:
        """Return the last clause that begins before a place and goes on behind it."""
        index = self.atoms[place].word if place < len(self.atoms) else len(self.sentence.words)
        found = [c for c in self.sentence.clauses if c.start <= index < c.end]
        return found[-1] if found else None

    def verb_before(self, place: int, reach: int = 6) -> int | None:
        """Return the place of the nearest verb form before a place."""
        for candidate in range(place - 1, max(-1, place - 1 - reach), -1):
            if self.tag(candidate) in _VERB_TAGS:
                return candidate
        return None

    def citations(self, place: int) -> tuple[str, ...]:
        """Return the infinitives that a verb form can belong to, with se if it is reflexive here."""
        found = sorted({r.lemma for r in self.readings(place, *VERBAL)})
        found = [lemma for lemma in found if lemma not in _RARE] or found
        if self._is_reflexive(place):
            return tuple(citation(lemma) for lemma in found)
        return tuple(found)

    def _is_reflexive(self, place: int) -> bool:
        clause = self.clause_of(place) or self.clause_around(place)
        persons = clause.subject.persons if clause is not None else frozenset()
        if clause is not None and clause.kind is ClauseKind.IMPERATIVE:
            persons = frozenset(a.person for a in clause.group.analyses if a.person is not None)
        start = place
        if clause is not None and self.tag(place) is Tag.PARTICIPLE:
            finite = [p for p, a in enumerate(self.atoms) if a.word == clause.group.finite]
            start = finite[0] if finite else place
        before = start - 1
        while self.text(before) in ("y", "en", "ne", "pas", "plus", "jamais"):
            before -= 1
        pronoun = self.text(before)
        if pronoun == "se":
            return True
        if pronoun in _REFLEXIVE and self.tag(before) is Tag.CLITIC:
            return _REFLEXIVE[pronoun] in persons
        word = self.word(start + 1)
        joined = word is not None and word.joined and self.text(start + 1) in ("toi", "te")
        return joined or (word is not None and word.joined and self.text(start + 1) == "vous")


@dataclass(frozen=True)
class Move:
    """Words that stand in another place: where they are in each sentence, and what they passed."""

    words: tuple[str, ...]
    left: int
    right: int
    jumped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What was found: the error, whether it is certain, and why.

    ``also`` are other types under which the same error may be filed by a reasonable author.
    """

    error_type: ErrorType
    code: str
    certain: bool
    reason: str
    also: frozenset[ErrorType] = frozenset()


@dataclass(frozen=True)
class Pair:
    """Two sentences, where they differ, and the errors found in the incorrect one alone."""

    correct: Side
    incorrect: Side
    regions: tuple[Region, ...]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def single(self) -> Region | None:
        """The only region, if there is one only."""
        return self.regions[0] if len(self.regions) == 1 else None

    @property
    def replaced(self) -> tuple[int, int] | None:
        """The places of one word that stands for one other, if that is the only difference."""
        region = self.single
        if region is not None and len(region.old) == len(region.new) == 1:
            return region.left, region.right
        return None

    @cached_property
    def move(self) -> Move | None:
        """The words that were moved, if that is the only difference."""
        if len(self.regions) != 2:
            return None
        first, second = self.regions
        for gone, come in ((first, second), (second, first)):
            if gone.new or come.old or len(gone.old) != len(come.new):
                continue
            if all(a.same_pronoun(b) for a, b in zip(gone.old, come.new, strict=True)):
                return self._lighter(Move(gone.old_words, gone.left, come.right))
        return None

    def _lighter(self, move: Move) -> Move:
        """Return the move of the pronouns or negations, rather than of the verb they changed with."""
        first, second = self.regions
        width = len(move.words)
        forward = not first.new
        jumped = self.correct.texts[first.left + width * forward : second.left]
        light = CLITICS | _NEGATIVE
        if set(jumped) & _NEGATIVE:
            # "Pas encore", "presque jamais" move together.
            light = light | {"encore", "presque"}
        if set(jumped) & {"personne", "rien"}:
            light = light | {"à", "de", "avec", "pour"}
        texts, right = self.incorrect.texts, move.right
        if width == 1 and right > 0 and texts[right - 1] == texts[right]:
            right -= 1
        if set(move.words) <= light or not jumped or not set(jumped) <= light:
            return Move(move.words, move.left, right, jumped)
        if forward:
            return Move(jumped, move.left + width, first.right, move.words)
        return Move(jumped, first.left, right + width, move.words)

    def found(self, *types: ErrorType) -> bool:
        """Return whether the incorrect sentence has a certain error of one of these types."""
        return any(f.error_type in types for f in self.findings)


def pair_of(correct: str, incorrect: str, findings: tuple[Finding, ...] = ()) -> Pair:
    """Align two sentences."""
    left, right = Side(analyse(correct)), Side(analyse(incorrect))
    return Pair(left, right, align(left.atoms, right.atoms), findings)


def governments(side: Side, place: int) -> tuple[Government, ...] | None:
    """Return what the verb at a place governs, for all it can be; None if one is not listed."""
    found = [government(citation_) for citation_ in side.citations(place)]
    known = tuple(g for g in found if g is not None)
    return known if known and len(known) == len(found) else None


def may_repeat_subject(side: Side, place: int) -> bool:
    """Return whether lui at a place would stress the subject: "mon voisin lui attend".

    Many write it without commas. It cannot where ne, a pronoun or a feminine subject stands before.
    """
    clause = side.clause_around(place)
    subject = clause.subject if clause is not None else None
    if subject is None or subject.gender == "f" or subject.plural is True:
        return False
    before, word = side.word(place - 1), side.word(place)
    if before is None or word is None or word.joined or side.starts(place):
        return False
    return before.lower not in SUBJECTS | CLITICS | {"ne", "qui", "monde"}


def verb_behind(side: Side, place: int) -> int | None:
    """Return the verb that carries the meaning behind a pronoun: the participle of a compound."""
    for candidate in range(place + 1, min(place + 8, len(side.atoms))):
        if side.tag(candidate) is Tag.INFINITIVE:
            return candidate
        if side.tag(candidate) is Tag.FINITE:
            clause = side.clause_of(candidate)
            if clause is None or not clause.group.participles:
                return candidate
            last = clause.group.participles[-1]
            return next((p for p, a in enumerate(side.atoms) if a.word == last), candidate)
    return None
