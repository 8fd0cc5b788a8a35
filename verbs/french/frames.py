"""What the lexicon is made of: readings of verbs, time expressions, adverbs, and their words.

The words that the data files may use (flags, scales, aspects, themes) are listed here with what
they mean; ``verbs.french.lexicon`` reads the files and refuses any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from verbs.french.phrases import NounPhrase, Oblique, ObliqueKind, Subject
from verbs.french.verb_data import Pronominal, VerbEntry
from verbs.french.vocabulary import Person, Tense

#: What a reading is good for behind something that asks for more than a tense: duty (what one may
#: have to do or be asked to do), chore (what comes before pleasure), task (work that is done by a
#: certain time), good and bad (one is glad of it, or sorry), arrival and news (what one waits for,
#: what one is told), outing and indoors (done when the sun shines, when it rains), free (what one
#: would like to have time for), costly (what takes money), childhood (what children do day by day),
#: forbidden (what one is told or advised not to do).
KINDS = frozenset(
    {
        *("duty", "task", "good", "bad", "arrival", "news", "outing", "indoors", "free"),
        *("costly", "childhood", "forbidden", "chore"),
    }
)
FLAGS = frozenset(
    {
        *("stative", "generic", "body", "dual", "fixed"),
        *("accident", "unplanned", "punctual", "routine"),
        *("nohabit", "nonow", "notime", "noneg", "noclitic", "keep_cod", "keep_obl"),
        *("nopres", "nosubj", "noimp", "nopc", "nofut", "nofa", "nops", "noimper", "negimper"),
        *("aux_both", "obj_aux", "swap", "neg_alone", "dative_free", "rien", "personne"),
        *KINDS,
    }
)
SCALES = frozenset(
    {
        *("day", "date", "week", "weekly", "month", "year"),
        *("noon", "state", "now", "leisurely", "habitual", "today"),
    }
)
MOMENTS = frozenset({"morning", "noon", "afternoon", "evening"})
#: What a time expression tells of: what happens again and again, what is going on, how things
#: were, one event.
ASPECTS = frozenset({"habit", "now", "state", "event"})
#: What an adverb tells of: what happens again and again; that something is over ("déjà"), is so
#: since a short while ("récemment"), was long awaited ("enfin"), comes as a surprise ("soudain").
ADVERB_ASPECTS = frozenset({"habit", "done", "recent", "at_last", "sudden"})
THEMES = frozenset(
    {
        *("food", "travel", "school", "work", "home", "health"),
        *("leisure", "feelings", "nature", "city", "family"),
    }
)
#: What se is in a reading. It differs between readings of one verb: elle s'est lavée, but elle
#: s'est lavé les mains.
PRONOMINAL = {
    "-": Pronominal.NONE,
    "direct": Pronominal.COD,
    "indirect": Pronominal.COI,
    "essential": Pronominal.ESSENTIAL,
}
#: The flags that take a tense from a reading. A reading that is no passé composé is no other
#: compound tense of the past either, and one without a future has no conditional.
TENSE_FLAGS: Mapping[Tense, frozenset[str]] = {
    Tense.PRESENT: frozenset({"nopres"}),
    Tense.IMPARFAIT: frozenset({"noimp"}),
    Tense.PASSE_COMPOSE: frozenset({"nopc"}),
    Tense.PLUS_QUE_PARFAIT: frozenset({"nopc"}),
    # Nobody foretells an accident.
    Tense.FUTUR_SIMPLE: frozenset({"nofut", "accident"}),
    Tense.CONDITIONNEL: frozenset({"nofut", "accident"}),
    Tense.SUBJONCTIF: frozenset({"nopres", "nosubj"}),
    Tense.IMPERATIF: frozenset({"noimper"}),
    Tense.PASSE_SIMPLE: frozenset({"nopc", "nops"}),
    Tense.FUTUR_ANTERIEUR: frozenset({"nopc", "nofut", "nofa", "accident"}),
    Tense.CONDITIONNEL_PASSE: frozenset({"nopc", "nofut"}),
    Tense.SUBJONCTIF_PASSE: frozenset({"nopc"}),
}
#: What will be done by then: the futur antérieur tells of nothing else.
_DONE_BY_THEN = frozenset({"duty", "task", "arrival", "news", "good"})
#: The imperative has these persons only (school grammar).
IMPERATIVE_PERSONS = frozenset({Person.S2, Person.P1, Person.P2})


@dataclass(frozen=True)
class TimeExpression:
    """A time expression: the tenses it goes with, its aspect and how large a unit it counts in.

    ``moment``: the part of the day it names, "" if none. ``initial``: it may open the sentence.
    """

    french: str
    english: str
    tenses: frozenset[Tense]
    aspect: str
    scales: frozenset[str]
    moment: str
    initial: bool

    @property
    def shared(self) -> bool:
        """Whether several tenses go with it, so that it forces none of them."""
        return len(self.tenses) > 1


@dataclass(frozen=True)
class Adverb:
    """An adverb that follows the finite form, with the tenses and the aspect it expresses."""

    french: str
    english: str
    tenses: frozenset[Tense]
    aspect: str


@dataclass(frozen=True, eq=False)
class Frame:
    """One reading of a verb: who does it, to what or whom, where and when.

    ``pronominal`` is what se is in this very reading. ``cod`` and ``oblique`` list what naturally
    fills the slot, by its French surface; ``None`` as a key of ``oblique`` means that it may stay
    empty. ``english`` is a template whose first word is the verb, with {cod}, {obl} and {self}.
    ``scales`` are the units of time in which the event happens, ``moments`` the parts of the day
    (empty: any). "day" is near (yesterday), "date" any day of the week: nobody tells of a lamp that
    was turned on last Tuesday; "weekly" is what one counts: twice a week. Flags:

    stative (a state: simple tenses in English), generic (the object is a kind), body (a body part
    as the object of a reflexive), dual (a second auxiliary of the verb), fixed (a set phrase);
    nohabit, nonow, notime, noneg, nopres, noimp, nopc, nofut (no habit, no progressive, ...);
    nosubj (no subjunctive: "aller partir"), nofa (no futur antérieur: an activity that is never
    "done"), nops (no passé simple: nothing that is told in books), noimper (nobody is told to do
    it), negimper (but one is told not to: "n'oublie pas"); noclitic, keep_cod, keep_obl (no
    pronoun for both, the object, the complement); unplanned (no future date), accident (nothing
    one means to do: unplanned, and no news if it does not happen), punctual (over at once: not
    "right now"), routine (told of as a habit only: one gets up early often, not now), aux_both
    (both auxiliaries are in use), obj_aux (avoir is possible, with an object), swap (être is
    certainly wrong although no object follows), neg_alone (ne may stand alone), dative_free (takes
    both objects), rien and personne (these may be its object).
    """

    id: str
    verb: VerbEntry
    pronominal: Pronominal
    english: str
    subjects: Mapping[str, Subject]
    cod: Mapping[str, NounPhrase]
    oblique: Mapping[str | None, Oblique | None]
    scales: frozenset[str]
    moments: frozenset[str]
    flags: frozenset[str]
    theme: str

    @cached_property
    def tenses(self) -> frozenset[Tense]:
        """The tenses in which the reading is natural.

        The imperative needs a subject that can be spoken to, tu, nous or vous, the futur antérieur
        something that gets done.
        """
        found = {tense for tense, against in TENSE_FLAGS.items() if not against & self.flags}
        if not any(s.person in IMPERATIVE_PERSONS for s in self.subjects.values()):
            found.discard(Tense.IMPERATIF)
        if not self.flags & _DONE_BY_THEN:
            found.discard(Tense.FUTUR_ANTERIEUR)
        return frozenset(found)

    @property
    def takes_dative(self) -> bool:
        """Whether lui and leur stand for its complement."""
        return any(o is not None and o.kind is ObliqueKind.LUI for o in self.oblique.values())

    @property
    def takes_infinitive(self) -> bool:
        """Whether an infinitive is its complement: "décider de partir"."""
        kinds = (o.kind for o in self.oblique.values() if o is not None)
        return any(kind is ObliqueKind.INFINITIVE for kind in kinds)

    @property
    def impersonal(self) -> bool:
        """Whether its subject is the il that stands for nobody: "il pleut"."""
        return any(s.impersonal for s in self.subjects.values())
