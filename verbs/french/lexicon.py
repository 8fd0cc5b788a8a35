"""What goes with what in French: verb frames, nouns, places, time expressions, with their English.

The lexicon is plain data under ``data/`` (tab-separated, a header line first). Items are written
as French people write them ("du pain", "aux questions") and parsed here against the nouns, so that
gender, number and contraction are known. Everything is checked when it is read: a mistake raises
LexiconError, which names file and line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from verbs.french.conjugation import index
from verbs.french.frames import (
    ADVERB_ASPECTS,
    ASPECTS,
    FLAGS,
    MOMENTS,
    PRONOMINAL,
    SCALES,
    THEMES,
    Adverb,
    Frame,
    TimeExpression,
)
from verbs.french.lexicon_files import DATA, LexiconError, Reader, Row, read_rows, read_words
from verbs.french.phrases import DeterminerKind, Noun, Oblique, PhraseParser, Place
from verbs.french.verb_data import VerbEntry, known_infinitives, verbs
from verbs.french.vocabulary import Auxiliary, Tense

__all__ = [
    "FLAGS",
    "THEMES",
    "Adverb",
    "Frame",
    "Lexicon",
    "LexiconError",
    "TimeExpression",
    "lexicon",
    "load_lexicon",
]

NOUN_KINDS = frozenset({"person", "animal", "food", "drink", "thing", "body"})
GENDERS = frozenset({"m", "f"})
NUMBERS = frozenset({"singular", "plural"})
POSITIONS = frozenset({"both", "end"})
#: What the English of a frame may leave open.
_PLACEHOLDERS = ("{cod}", "{obl}", "{self}", "{poss}", "{s}")


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
        return self._by_citation.get(infinitive) or self._by_infinitive.get(infinitive, ())

    @cached_property
    def _by_citation(self) -> dict[str, tuple[Frame, ...]]:
        return _grouped((frame.verb.citation, frame) for frame in self.frames.values())

    @cached_property
    def _by_infinitive(self) -> dict[str, tuple[Frame, ...]]:
        return _grouped((frame.verb.infinitive, frame) for frame in self.frames.values())


def _grouped(pairs: Iterable[tuple[str, Frame]]) -> dict[str, tuple[Frame, ...]]:
    found: dict[str, list[Frame]] = {}
    for name, frame in pairs:
        found.setdefault(name, []).append(frame)
    return {name: tuple(frames) for name, frames in found.items()}


def _tenses(reader: Reader, row: Row) -> frozenset[Tense]:
    return frozenset(Tense(word) for word in reader.words(row, "tenses", frozenset(Tense)))


def _times(reader: Reader) -> dict[str, TimeExpression]:
    found: dict[str, TimeExpression] = {}
    for row in reader.unique("french"):
        if row["moment"]:
            reader.word(row, "moment", MOMENTS)
        found[row["french"]] = TimeExpression(
            row["french"],
            reader.filled(row, "english"),
            _tenses(reader, row),
            reader.word(row, "aspect", ASPECTS),
            reader.words(row, "scales", SCALES),
            row["moment"],
            reader.word(row, "position", POSITIONS) == "both",
        )
    return found


def _adverbs(reader: Reader) -> dict[str, Adverb]:
    return {
        row["french"]: Adverb(
            row["french"],
            reader.filled(row, "english"),
            _tenses(reader, row),
            reader.word(row, "aspect", ADVERB_ASPECTS),
        )
        for row in reader.unique("french")
    }


def _nouns(reader: Reader) -> dict[str, Noun]:
    """Read the nouns. A written form belongs to one of them, so that phrases can be parsed."""
    found: dict[str, Noun] = {}
    owners: dict[str, str] = {}
    for row in reader.unique("singular"):
        reader.word(row, "gender", GENDERS)
        reader.word(row, "kind", NOUN_KINDS)
        reader.filled(row, "english")
        reader.word(row, "theme", THEMES)
        noun = Noun.from_row(row)
        # "Les courses" is the shopping: a word that is only a plural may be one of another noun.
        for form in () if noun.plural == noun.singular else (noun.singular, noun.plural):
            if form is not None and form in owners:
                raise reader.error(row, f"{form} is a form of {owners[form]}, too")
            if form is not None:
                owners[form] = noun.singular
        found[noun.singular] = noun
    return found


def _places(reader: Reader) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for row in reader.unique("inside"):
        for column in ("from", "english_to", "english_at", "english_from"):
            reader.filled(row, column)
        reader.word(row, "theme", THEMES)
        found[row["inside"]] = Place.from_row(row)
    return found


def _determiners(reader: Reader) -> tuple[Row, ...]:
    for row in reader.unique("surface"):
        reader.word(row, "kind", frozenset(DeterminerKind))
        reader.word(row, "number", NUMBERS)
        if row["gender"]:
            reader.word(row, "gender", GENDERS)
    return reader.rows


def _names(reader: Reader) -> tuple[Row, ...]:
    for row in reader.unique("name"):
        reader.word(row, "gender", GENDERS)
        reader.word(row, "number", NUMBERS)
    return reader.rows


def _items(reader: Reader, row: Row, cell: str, classes: Mapping[str, str]) -> list[str]:
    """Split a cell at its semicolons; "@family" stands for the items of that class.

    A prefix goes to each item: "lui @family" is "lui sa mère", "lui son père" and so on.
    """
    found: list[str] = []
    for raw in cell.split(";"):
        item = raw.strip()
        prefix, at, name = item.rpartition("@")
        if at:
            if name not in classes:
                raise reader.error(row, f"unknown class @{name}")
            found += (prefix + each.strip() for each in classes[name].split(";"))
        elif item:
            found.append(item)
    return list(dict.fromkeys(found))


def _place_classes(places: Mapping[str, Place]) -> dict[str, str]:
    """Return for every class of places its items, joined as a cell would have them."""
    found: dict[str, list[str]] = {}
    for place in places.values():
        for name in sorted(place.classes):
            found.setdefault(name, []).append(place.inside)
    return {name: ";".join(members) for name, members in found.items()}


class _Frames:
    """Reads frames with all that their items are parsed against."""

    def __init__(
        self, parser: PhraseParser, classes: Mapping[str, str], places: Mapping[str, str]
    ) -> None:
        self._parser = parser
        self._classes = classes
        self._places = places
        self._known: Mapping[tuple[str, Auxiliary, bool], VerbEntry] = {
            entry.key: entry for entry in verbs()
        }

    def read(self, reader: Reader) -> dict[str, Frame]:
        """Return the frames by their names, in the order of the file."""
        return {row["id"]: self._frame(reader, row) for row in reader.unique("id")}

    def _frame(self, reader: Reader, row: Row) -> Frame:
        verb = self._verb(reader, row)
        try:
            frame = self._parsed(reader, row, verb)
        except LexiconError:
            raise
        except ValueError as error:
            raise reader.error(row, str(error)) from error
        self._check(reader, row, frame)
        return frame

    def _verb(self, reader: Reader, row: Row) -> VerbEntry:
        pronominal = reader.word(row, "reflexive", frozenset(PRONOMINAL))
        auxiliary = Auxiliary(reader.word(row, "auxiliary", frozenset(Auxiliary)))
        key = (row["verb"], auxiliary, pronominal != "-")
        if key not in self._known:
            raise reader.error(row, f"no such reading in verbs.tsv: {key[0]}, {key[1]}, {key[2]}")
        return self._known[key]

    def _parsed(self, reader: Reader, row: Row, verb: VerbEntry) -> Frame:
        cell = reader.filled(row, "subjects")
        subjects = _items(reader, row, self._classes.get(cell, cell), self._classes)
        cod = [] if row["cod"] == "-" else _items(reader, row, row["cod"], self._classes)
        oblique = _items(reader, row, row["oblique"], {**self._classes, **self._places})
        phrases = [self._parser.noun_phrase(item) for item in cod]
        complements: list[Oblique | None] = [
            None if item == "-" else self._parser.oblique(item) for item in oblique
        ]
        return Frame(
            row["id"],
            verb,
            PRONOMINAL[row["reflexive"]],
            reader.filled(row, "english"),
            {s.surface: s for s in map(self._parser.subject, subjects)},
            {each.surface: each for each in phrases},
            {None if each is None else each.surface: each for each in complements},
            reader.words(row, "scales", SCALES),
            reader.words(row, "moments", MOMENTS, may_be_empty=True),
            reader.words(row, "flags", FLAGS, may_be_empty=True),
            reader.word(row, "theme", THEMES),
        )

    @staticmethod
    def _check(reader: Reader, row: Row, frame: Frame) -> None:
        """Refuse a frame whose parts contradict each other."""
        rest = frame.english
        for placeholder in _PLACEHOLDERS:
            rest = rest.replace(placeholder, "")
        if "{" in rest or "}" in rest:
            raise reader.error(row, f"english: unknown placeholder in {frame.english!r}")
        if bool(frame.cod) != ("{cod}" in frame.english) and "fixed" not in frame.flags:
            raise reader.error(row, "english: {cod} and a direct object go together")
        said = any(each is not None and each.english for each in frame.oblique.values())
        if said != ("{obl}" in frame.english):
            raise reader.error(row, "english: {obl} and a complement go together")
        if frame.impersonal and len(frame.subjects) > 1:
            raise reader.error(row, "subjects: il=it stands alone")
        if not frame.tenses:
            raise reader.error(row, "flags: no tense is left")
        if "negimper" in frame.flags and "noimper" not in frame.flags:
            raise reader.error(row, "flags: negimper goes with noimper")


def _without_elision(words: frozenset[str]) -> frozenset[str]:
    """Return the words before which nothing elides, with all forms of the verbs among them."""
    return words | index(sorted(words & known_infinitives())).keys()


def load_lexicon(folder: Path = DATA) -> Lexicon:
    """Read the lexicon's files. Raises LexiconError naming file and line."""
    nouns = _nouns(read_rows("nouns.tsv", folder))
    places = _places(read_rows("places.tsv", folder))
    parser = PhraseParser(
        nouns,
        _determiners(read_rows("determiners.tsv", folder)),
        _names(read_rows("names.tsv", folder)),
        places,
    )
    classes_file = read_rows("classes.tsv", folder)
    classes = {r["name"]: classes_file.filled(r, "items") for r in classes_file.unique("name")}
    english = read_rows("english_verbs.tsv", folder)
    for row in english.unique("base"):
        for column in ("past", "participle", "progressive"):
            english.filled(row, column)
    return Lexicon(
        _Frames(parser, classes, _place_classes(places)).read(read_rows("frames.tsv", folder)),
        nouns,
        _times(read_rows("times.tsv", folder)),
        _adverbs(read_rows("adverbs.tsv", folder)),
        _without_elision(read_words("h_aspire.txt", folder)),
    )


@cache
def lexicon() -> Lexicon:
    """Read the project's lexicon (once in a process)."""
    return load_lexicon()
