"""The frequent verbs with what conjugation rules cannot tell: auxiliary, objects, level, frequency.

Read from ``data/verbs.tsv``, one entry a reading of a verb: monter has one with être (to go up) and
one with avoir (to take up), and se lever stands beside lever.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar, cast

from verbs.french import conjugation
from verbs.french.overrides import current
from verbs.french.tables import read_lines, read_table
from verbs.french.vocabulary import Auxiliary, Group, Level

VERBS_FILE = Path(__file__).parent / "data" / "verbs.tsv"
FURTHER_VERBS_FILE = VERBS_FILE.with_name("further_verbs.txt")
COLUMNS = (
    "infinitive",
    "reflexive",
    "auxiliary",
    "translation",
    "level",
    "frequency_rank",
    "cod",
    "coi",
    "prepositions",
    "pronominal",
)
PREPOSITIONS = frozenset({"à", "de", "en", "avec", "chez", "contre", "dans", "par", "pour", "sur"})


class VerbDataError(ValueError):
    """A line of the verb file is malformed; the message names file and line."""


class Pronominal(StrEnum):
    """What "se" is in a reading: nothing, its direct or indirect object, or a part of the verb."""

    NONE = "none"
    COD = "cod"
    COI = "coi"
    ESSENTIAL = "essential"


T = TypeVar("T")


class _Correctable(Generic[T]):
    """A field of an entry that reads as people have corrected it, where corrections are in force."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, entry: VerbEntry | None, owner: type) -> T:
        if entry is None:
            raise AttributeError(self._name)  # so that the field has no default
        corrected = getattr(current().reading(entry.key), self._name)
        return cast("T", entry.__dict__[self._name] if corrected is None else corrected)

    def __set__(self, entry: VerbEntry, value: T) -> None:
        entry.__dict__[self._name] = value


@dataclass(frozen=True, kw_only=True)
class VerbEntry:
    """One reading of a verb.

    ``takes_coi``: an indirect object that lui and leur stand for. ``prepositions``: those that it
    governs, before nouns or infinitives. ``frequency_rank``: 1 is the most frequent reading.
    Translation, level and participles are what holds under the corrections in force.
    """

    infinitive: str
    reflexive: bool
    auxiliary: Auxiliary
    translation: _Correctable[str] = _Correctable()
    level: _Correctable[Level] = _Correctable()
    frequency_rank: int
    takes_cod: bool
    takes_coi: bool
    prepositions: tuple[str, ...]
    pronominal: Pronominal

    @property
    def key(self) -> tuple[str, Auxiliary, bool]:
        """What tells the readings apart: infinitive, auxiliary, reflexive."""
        return (self.infinitive, self.auxiliary, self.reflexive)

    @property
    def citation(self) -> str:
        """The infinitive as dictionaries give it: lever, se lever, s'habiller, s'en aller."""
        return conjugation.citation(self.infinitive) if self.reflexive else self.infinitive

    @property
    def group(self) -> Group:
        """The traditional conjugation group."""
        return conjugation.group(self.infinitive)

    @property
    def is_irregular(self) -> bool:
        """Whether it is not conjugated plainly like parler (or manger, placer) or finir.

        So are the verbs of the third group and those of the first that change their stem: acheter,
        appeler, céder, payer, envoyer.
        """
        return not conjugation.is_regular(self.infinitive)

    @property
    def past_participle(self) -> str | None:
        """Its masculine singular, None if the verb has none."""
        found = conjugation.participles(self.infinitive, self.key)
        return found[0].masculine_singular if found else None

    @property
    def present_participle(self) -> str | None:
        """The present participle, None if the verb has none (falloir)."""
        return conjugation.present_participle(self.infinitive, self.key)

    @property
    def participle_agrees(self) -> bool:
        """Whether the participle of a compound tense agrees with the subject."""
        return self.auxiliary is Auxiliary.ETRE and self.pronominal is not Pronominal.COI


# --- The file ---------------------------------------------------------------------------------


def load_verbs(path: Path) -> tuple[VerbEntry, ...]:
    """Read and check a verb file: its entries by frequency.

    Raises VerbDataError, which names file and line, for a malformed or contradictory line.
    """
    entries: dict[tuple[str, Auxiliary, bool], VerbEntry] = {}
    ranks: dict[int, str] = {}
    for number, cells in read_table(path, error=VerbDataError, columns=COLUMNS):
        place = f"{path.name}:{number}"
        entry = _parse(cells, place)
        if entry.key in entries:
            raise VerbDataError(f"{place}: {entry.citation} with {entry.auxiliary} is there twice")
        if entry.frequency_rank in ranks:
            other = ranks[entry.frequency_rank]
            raise VerbDataError(f"{place}: {other} has the rank {entry.frequency_rank} already")
        entries[entry.key] = entry
        ranks[entry.frequency_rank] = entry.citation
    return tuple(sorted(entries.values(), key=lambda entry: entry.frequency_rank))


def _parse(cells: dict[str, str], place: str) -> VerbEntry:
    """Build the entry of one line; raise VerbDataError if it cannot be right."""
    if not cells["translation"].strip():
        raise VerbDataError(f"{place}: translation must not be empty")
    if not cells["frequency_rank"].isdecimal() or int(cells["frequency_rank"]) < 1:
        rank = cells["frequency_rank"]
        raise VerbDataError(f"{place}: frequency_rank must be a number from 1, not {rank!r}")
    listed = () if cells["prepositions"] == "-" else tuple(cells["prepositions"].split(","))
    for preposition in listed:
        if preposition not in PREPOSITIONS:
            raise VerbDataError(f"{place}: {preposition!r} is not a preposition known here")
    entry = VerbEntry(
        infinitive=cells["infinitive"],
        reflexive=_flag(cells, "reflexive", place),
        auxiliary=_word(cells, "auxiliary", Auxiliary, place),
        translation=cells["translation"],
        level=_word(cells, "level", Level, place),
        frequency_rank=int(cells["frequency_rank"]),
        takes_cod=_flag(cells, "cod", place),
        takes_coi=_flag(cells, "coi", place),
        prepositions=listed,
        pronominal=_word(cells, "pronominal", Pronominal, place),
    )
    try:
        conjugation.group(entry.infinitive)
    except conjugation.UnknownVerb as error:
        raise VerbDataError(f"{place}: {error}") from None
    if entry.reflexive and entry.auxiliary is not Auxiliary.ETRE:
        raise VerbDataError(f"{place}: {entry.citation} is reflexive and must take être")
    if entry.reflexive is (entry.pronominal is Pronominal.NONE):
        raise VerbDataError(
            f"{place}: pronominal must be {Pronominal.NONE} for a verb that is not reflexive,"
            " and only for such a verb"
        )
    return entry


def _flag(cells: dict[str, str], column: str, place: str) -> bool:
    if cells[column] not in ("0", "1"):
        raise VerbDataError(f"{place}: {column} must be 0 or 1, not {cells[column]!r}")
    return cells[column] == "1"


Word = TypeVar("Word", bound=StrEnum)


def _word(cells: dict[str, str], column: str, kind: type[Word], place: str) -> Word:
    try:
        return kind(cells[column])
    except ValueError:
        allowed = ", ".join(kind)
        raise VerbDataError(
            f"{place}: {column} must be one of {allowed}, not {cells[column]!r}"
        ) from None


@cache
def verbs() -> tuple[VerbEntry, ...]:
    """Return the frequent verbs, the most frequent reading first."""
    return load_verbs(VERBS_FILE)


@cache
def infinitives() -> frozenset[str]:
    """Return the infinitives of the frequent verbs, without "se"."""
    return frozenset(entry.infinitive for entry in verbs())


@cache
def readings(infinitive: str) -> tuple[VerbEntry, ...]:
    """Return the entries of an infinitive, the most frequent first; () if it is not listed."""
    return tuple(entry for entry in verbs() if entry.infinitive == infinitive)


def load_further(path: Path) -> frozenset[str]:
    """Read and check a list of infinitives, separated by spaces; "#" begins a comment line.

    Raises VerbDataError, which names file and line, for a word that is no verb known to conjugation
    and for one that is there twice.
    """
    found: dict[str, int] = {}
    for number, line in enumerate(read_lines(path, error=VerbDataError), start=1):
        for word in () if line.startswith("#") else line.split():
            place = f"{path.name}:{number}"
            if word in found:
                raise VerbDataError(f"{place}: {word} is in line {found[word]} already")
            try:
                conjugation.group(word)
            except conjugation.UnknownVerb as error:
                raise VerbDataError(f"{place}: {error}") from None
            found[word] = number
    return frozenset(found)


@cache
def known_infinitives() -> frozenset[str]:
    """Return all infinitives known here: the frequent, the irregular and many further verbs.

    A word that ``conjugation.index`` of them does not have can be taken for no verb form at all.
    """
    return infinitives() | conjugation.listed_verbs() | load_further(FURTHER_VERBS_FILE)
