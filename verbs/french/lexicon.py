"""What goes with what in French: verb frames, nouns, places, time expressions, with their English.

The lexicon is plain data under ``data/`` (tab-separated, a header line first). Items are written
as French people write them ("du pain", "aux questions") and parsed here against the nouns, so that
gender, number and contraction are known. Everything is checked when it is read: a mistake raises
LexiconError, which names file and line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from verbs.french.lexicon_files import LexiconError, Reader, Row, read_rows, read_words
from verbs.french.phrases import (
    Noun,
    NounPhrase,
    Oblique,
    ObliqueKind,
    PhraseParser,
    Place,
    Subject,
)
from verbs.french.verb_data import Pronominal, VerbEntry, verbs
from verbs.french.vocabulary import Auxiliary, Tense

__all__ = ["Adverb", "Frame", "Lexicon", "LexiconError", "TimeExpression", "lexicon"]

FLAGS = frozenset(
    {
        *("stative", "generic", "body", "dual", "fixed"),
        *("accident", "unplanned", "punctual", "routine"),
        *("nohabit", "nonow", "notime", "noneg", "noclitic", "keep_cod", "keep_obl"),
        *("nopres", "noimp", "nopc", "nofut"),
        *("aux_both", "obj_aux", "swap", "neg_alone", "dative_free", "rien", "personne"),
    }
)
SCALES = frozenset(
    {
        *("day", "date", "week", "weekly", "month", "year"),
        *("noon", "state", "now", "leisurely", "habitual", "today"),
    }
)
MOMENTS = frozenset({"morning", "noon", "afternoon", "evening"})
ASPECTS = frozenset({"habit", "now", "state", "event"})
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
_TENSE_FLAGS = {
    Tense.PRESENT: "nopres",
    Tense.IMPARFAIT: "noimp",
    Tense.PASSE_COMPOSE: "nopc",
    Tense.FUTUR_SIMPLE: "nofut",
}


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
    noclitic, keep_cod, keep_obl (no pronoun for both, the object, the complement);
    unplanned (no future date), accident (nothing one means to do: unplanned, and no news if it
    does not happen), punctual (over at once: not "right now"), routine (told of as a habit only:
    one gets up early often, not now), aux_both (both auxiliaries are in use), obj_aux (avoir is
    possible, with an object), swap (être is certainly wrong although no object follows),
    neg_alone (ne may stand alone), dative_free (takes both objects), rien and personne (these may
    be its object).
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

    @property
    def tenses(self) -> frozenset[Tense]:
        """The tenses in which the reading is natural."""
        return frozenset(t for t, flag in _TENSE_FLAGS.items() if flag not in self.flags)

    @property
    def takes_dative(self) -> bool:
        """Whether lui and leur stand for its complement."""
        return any(o is not None and o.kind is ObliqueKind.LUI for o in self.oblique.values())


@dataclass(frozen=True)
class Lexicon:
    """Everything the engine knows about words. ``frames`` keeps the order of the file."""

    frames: Mapping[str, Frame]
    nouns: Mapping[str, Noun]
    times: Mapping[str, TimeExpression]
    adverbs: Mapping[str, Adverb]
    h_aspire: frozenset[str]

    def frames_of(self, infinitive: str) -> tuple[Frame, ...]:
        """Return the readings of an infinitive: "laver", "se laver"; () if it has no frame.

        A verb that is only known with se is found without it too (souvenir).
        """
        exact = tuple(f for f in self.frames.values() if f.verb.citation == infinitive)
        return exact or tuple(f for f in self.frames.values() if f.verb.infinitive == infinitive)


def _choice(reader: Reader, row: Row, column: str, allowed: frozenset[str]) -> frozenset[str]:
    """Return the words of a cell, all of which must be known."""
    found = frozenset(row[column].split())
    if unknown := found - allowed:
        raise reader.error(row, f"{column}: unknown {', '.join(sorted(unknown))}")
    return found


def _tenses(reader: Reader, row: Row) -> frozenset[Tense]:
    return frozenset(Tense(word) for word in _choice(reader, row, "tenses", frozenset(Tense)))


def _times(reader: Reader) -> dict[str, TimeExpression]:
    found: dict[str, TimeExpression] = {}
    for row in reader.rows:
        if row["aspect"] not in ASPECTS:
            raise reader.error(row, f"aspect: unknown {row['aspect']}")
        _choice(reader, row, "moment", MOMENTS)
        found[row["french"]] = TimeExpression(
            row["french"],
            row["english"],
            _tenses(reader, row),
            row["aspect"],
            _choice(reader, row, "scales", SCALES),
            row["moment"],
            row["position"] == "both",
        )
    return found


def _adverbs(reader: Reader) -> dict[str, Adverb]:
    return {
        row["french"]: Adverb(row["french"], row["english"], _tenses(reader, row), row["aspect"])
        for row in reader.rows
    }


def _items(reader: Reader, row: Row, cell: str, classes: Mapping[str, str]) -> list[str]:
    """Split a cell at its semicolons; "@family" stands for the items of that class."""
    found: list[str] = []
    for raw in cell.split(";"):
        item = raw.strip()
        prefix, _, name = item.rpartition("@")
        if "@" in item:
            if name not in classes:
                raise reader.error(row, f"unknown class @{name}")
            found += (prefix + each.strip() for each in classes[name].split(";"))
        elif item:
            found.append(item)
    if len(set(found)) != len(found):
        found = list(dict.fromkeys(found))
    return found


def _frame(
    reader: Reader,
    row: Row,
    known: Mapping[tuple[str, Auxiliary, bool], VerbEntry],
    parser: PhraseParser,
    classes: Mapping[str, str],
    place_classes: Mapping[str, str],
) -> Frame:
    if row["reflexive"] not in PRONOMINAL:
        raise reader.error(row, f"reflexive: unknown {row['reflexive']}")
    key = (row["verb"], Auxiliary(row["auxiliary"]), row["reflexive"] != "-")
    if key not in known:
        raise reader.error(row, f"no such reading in verbs.tsv: {key[0]}, {key[1]}, {key[2]}")
    if row["theme"] not in THEMES:
        raise reader.error(row, f"unknown theme {row['theme']}")
    try:
        subject_cell = row["subjects"]
        subjects = classes.get(subject_cell, subject_cell)
        cod = [] if row["cod"] == "-" else _items(reader, row, row["cod"], classes)
        oblique = _items(reader, row, row["oblique"], {**classes, **place_classes})
        phrases = [parser.noun_phrase(item) for item in cod]
        complements = [None if item == "-" else parser.oblique(item) for item in oblique]
        return Frame(
            row["id"],
            known[key],
            PRONOMINAL[row["reflexive"]],
            row["english"],
            {s.surface: s for s in map(parser.subject, subjects.split(";"))},
            {each.surface: each for each in phrases},
            {None if each is None else each.surface: each for each in complements},
            _choice(reader, row, "scales", SCALES),
            _choice(reader, row, "moments", MOMENTS),
            _choice(reader, row, "flags", FLAGS),
            row["theme"],
        )
    except ValueError as error:
        if isinstance(error, LexiconError):
            raise
        raise reader.error(row, str(error)) from error


def _place_classes(places: Mapping[str, Place]) -> dict[str, str]:
    """Return for every class of places its items, joined as a cell would have them."""
    found: dict[str, list[str]] = {}
    for place in places.values():
        for name in place.classes:
            found.setdefault(name, []).append(place.inside)
    return {name: ";".join(members) for name, members in found.items()}


@cache
def lexicon() -> Lexicon:
    """Read the lexicon (once in a process). Raises LexiconError naming file and line."""
    nouns_file = read_rows("nouns.tsv")
    nouns: dict[str, Noun] = {}
    for row in nouns_file.rows:
        if row["gender"] not in ("m", "f"):
            raise nouns_file.error(row, f"gender must be m or f, not {row['gender']!r}")
        noun = Noun.from_row(row)
        nouns[noun.singular] = noun
    places_file = read_rows("places.tsv")
    places = {row["inside"]: Place.from_row(row) for row in places_file.rows}
    parser = PhraseParser(
        nouns, read_rows("determiners.tsv").rows, read_rows("names.tsv").rows, places
    )
    classes = {row["name"]: row["items"] for row in read_rows("classes.tsv").rows}
    frames_file = read_rows("frames.tsv")
    known = {entry.key: entry for entry in verbs()}
    place_classes = _place_classes(places)
    frames: dict[str, Frame] = {}
    for row in frames_file.rows:
        if row["id"] in frames:
            raise frames_file.error(row, f"{row['id']} is there twice")
        frames[row["id"]] = _frame(frames_file, row, known, parser, classes, place_classes)
    return Lexicon(
        frames,
        nouns,
        _times(read_rows("times.tsv")),
        _adverbs(read_rows("adverbs.tsv")),
        read_words("h_aspire.txt"),
    )
