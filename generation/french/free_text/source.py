"""A right sentence to be changed: its analysis, and the questions that every kind of error asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from generation.french.checking.differences.base import Side
from generation.french.checking.sentence import Clause, NounPhrase, Sentence, Tag
from generation.french.checking.structure import analyse
from generation.french.checking.words import Kind
from generation.french.free_text.edits import Change, composed, rewrite
from verbs.french.verb_data import readings
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, Person, Tense

__all__ = ["COMPOUND", "Draft", "Source", "source_of"]

#: The compound tense by that of its auxiliary.
COMPOUND: Mapping[Tense, Tense] = {simple: tense for tense, simple in AUXILIARY_TENSE.items()}
#: Of tenses that share a form the one that is meant as a rule.
_USUAL = tuple(Tense)


@dataclass(frozen=True)
class Draft:
    """A sentence with an error that is not checked yet.

    ``code`` is without its type ("missing"), ``facts`` are what its explanation names.
    """

    text: str
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A right sentence, taken apart."""

    text: str
    sentence: Sentence

    @cached_property
    def side(self) -> Side:
        """The sentence as the comparing of pairs sees it."""
        return Side(self.sentence)

    def draft(self, code: str, *changes: Change, **facts: str) -> list[Draft]:
        """Return the changed sentence as a list of one; [] if it cannot be written for certain."""
        text = rewrite(self.sentence, self.text, *changes)
        return [] if text is None or text == self.text else [Draft(text, code, facts)]

    def place(self, index: int) -> int:
        """Return the place of a word among the atoms of ``side``."""
        return next(p for p, atom in enumerate(self.side.atoms) if atom.word == index)

    def lower(self, index: int) -> str:
        """Return a word in full and in small letters, "" outside the sentence."""
        words = self.sentence.words
        return words[index].lower if 0 <= index < len(words) else ""

    def tag(self, index: int) -> Tag | None:
        """Return the tag of a word, None outside the sentence."""
        return self.sentence.tags[index] if 0 <= index < len(self.sentence.tags) else None

    def ends(self, index: int) -> bool:
        """Return whether the sentence is over at a word, or a mark stands there."""
        words = self.sentence.words
        return index >= len(words) or words[index].is_punctuation

    def verb(self, clause: Clause) -> int:
        """Return the word that carries the meaning of a verb group."""
        group = clause.group
        return group.participles[-1] if group.participles else group.finite

    def citation(self, index: int) -> str:
        """Return the infinitive of a verb form, with se if it is reflexive here."""
        found = [c for c in self.side.citations(self.place(index)) if "en aller" not in c]
        if not found:
            return self.lower(index)
        clause = self.side.clause_of(self.place(index))
        if clause is not None and clause.subject.inverted and not clause.group.clitics:
            # "Êtes-vous allés": vous is the subject.
            return found[0].removeprefix("se ").removeprefix("s'")
        return found[0]

    def lemmas(self, index: int, *kinds: Kind) -> frozenset[str]:
        """Return the lemmas of the readings that a word has here."""
        found = frozenset(r.lemma for r in self.sentence.readings[index] if r.kind in kinds)
        return found - {"en aller"} or found

    def finite_verb(self, clause: Clause) -> str | None:
        """Return the infinitive of the finite form alone; None if it can be of several verbs.

        "Suis" is taken for a form of être, "a plu" may be of plaire and of pleuvoir.
        """
        persons = set(self.persons(clause))
        found = {a.infinitive for a in clause.group.analyses if a.person in persons}
        if found & {"être", "avoir"}:
            return next(iter(found & {"être", "avoir"}))
        if len(found) > 1:
            usual = {c.removeprefix("se ").removeprefix("s'") for c in self._citations(clause)}
            found &= usual
        return found.pop() if len(found) == 1 else None

    def _citations(self, clause: Clause) -> tuple[str, ...]:
        return self.side.citations(self.place(clause.group.finite))

    def persons(self, clause: Clause) -> tuple[Person, ...]:
        """Return the persons that the subject and the finite form have in common."""
        found = {a.person for a in clause.group.analyses if a.person in clause.subject.persons}
        return tuple(p for p in Person if p in found)

    def finite_tense(self, clause: Clause) -> Tense | None:
        """Return the tense of the finite form alone, the usual one if it can be several.

        "Étaient" is taken for a form of être, though étayer has it too.
        """
        persons = set(self.persons(clause)) or set(Person)
        fitting = [a for a in clause.group.analyses if a.person in persons]
        helpers = [a for a in fitting if a.infinitive in ("être", "avoir")]
        found = {a.tense for a in helpers or fitting}
        return next((t for t in _USUAL if t in found and t is not Tense.IMPERATIF), None)

    def tense(self, clause: Clause) -> Tense | None:
        """Return the tense of a clause, the compound one if it has one."""
        simple = self.finite_tense(clause)
        if simple is None or not self.is_compound(clause):
            return simple
        return COMPOUND.get(simple, simple)

    def is_compound(self, clause: Clause) -> bool:
        """Return whether auxiliary and participle are a compound tense, no passive and no state."""
        group = clause.group
        if not group.participles:
            return False
        if "avoir" in group.lemmas or len(group.participles) > 1:
            return "avoir" in group.lemmas
        verb = group.participles[0]
        if self.citation(verb).startswith(("se ", "s'")):
            return True
        known = [e for lemma in self.lemmas(verb, Kind.PAST_PARTICIPLE) for e in readings(lemma)]
        return any(e.auxiliary is Auxiliary.ETRE and not e.reflexive for e in known)

    def phrase_at(self, index: int) -> NounPhrase | None:
        """Return the noun phrase that begins at a word."""
        return next((p for p in self.sentence.phrases if p.start == index), None)

    def words(self, start: int, end: int) -> str:
        """Return a range of words as it is written, without the capital of a sentence."""
        text = self.text[self.sentence.words[start].start : self.sentence.words[end - 1].end]
        first = self.sentence.words[start]
        named = self.sentence.tags[start] is Tag.NAME
        return text[0].lower() + text[1:] if first.initial and not named else text

    def subject_words(self, clause: Clause) -> str:
        """Return the subject of a clause as it is written, of qui what it stands for."""
        subject = clause.subject
        if self.lower(subject.start) == "qui" and subject.phrase is not None:
            return self.words(subject.phrase.start, subject.phrase.end)
        return self.words(subject.start, subject.end) if subject.end else ""

    def named(self, clause: Clause) -> dict[str, str]:
        """Return the facts about a clause that many explanations name: infinitive, tense."""
        facts = {"infinitive": self.citation(self.verb(clause))}
        tense = self.tense(clause)
        return facts if tense is None else {**facts, "tense": tense.value}


def source_of(text: str) -> Source:
    """Take a text apart."""
    whole = composed(text)
    return Source(whole, analyse(whole))
