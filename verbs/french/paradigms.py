"""Principal parts of a verb, from which its forms follow, and those of the irregular verbs.

The file ``data/paradigms.tsv`` names every irregular verb: an ending alone never decides (prévoir
is not conjugated like voir, répartir not like partir). Conjugations as in the Bescherelle tables.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from verbs.french.tables import read_table
from verbs.french.vocabulary import Person

#: Forms that are equally right, the one to write first.
Forms = tuple[str, ...]

PARADIGMS_FILE = Path(__file__).parent / "data" / "paradigms.tsv"
COLUMNS = (
    "ending",
    "present",
    "imperfect",
    "future",
    "subjunctive",
    "past",
    "participle",
    "imperative",
    "present_participle",
    "persons",
    "verbs",
)
PERSONS = {
    "all": frozenset(Person),
    "3": frozenset({Person.S3, Person.P3}),
    "3s": frozenset({Person.S3}),
}
_SUBJUNCTIVE_ENDINGS = ("e", "es", "e", "ions", "iez", "ent")


class ParadigmError(ValueError):
    """A line of the paradigm file is malformed; the message names file and line."""


@dataclass(frozen=True)
class Participle:
    """The forms of a past participle; all but the first are None if it is invariable (pu, ri)."""

    masculine_singular: str
    feminine_singular: str | None
    masculine_plural: str | None
    feminine_plural: str | None

    @property
    def invariable(self) -> bool:
        """Whether the participle never agrees."""
        return self.feminine_singular is None

    def form(self, gender: str, plural: bool) -> str:
        """Return the form for a gender ("m" or "f") and a number; an invariable one its only form.

        Raises ValueError for another gender.
        """
        if gender not in ("m", "f"):
            raise ValueError(f'the gender of a participle is "m" or "f", not {gender!r}')
        if gender == "f":
            form = self.feminine_plural if plural else self.feminine_singular
        else:
            form = self.masculine_plural if plural else self.masculine_singular
        return form if form is not None else self.masculine_singular

    def forms(self) -> Forms:
        """Return its distinct forms."""
        found = (
            self.masculine_singular,
            self.feminine_singular,
            self.masculine_plural,
            self.feminine_plural,
        )
        return tuple(dict.fromkeys(form for form in found if form is not None))


def variable_participle(masculine: str, feminine: str | None = None) -> Participle:
    """Build a participle by the regular agreement: -e, -s (not after -s), -es; dû, due, dus, dues."""
    bare = masculine[:-1] + "u" if masculine.endswith("û") else masculine
    feminine = feminine or bare + "e"
    plural = bare if bare.endswith("s") else bare + "s"
    return Participle(masculine, feminine, plural, feminine + "s")


@dataclass(frozen=True)
class PrincipalParts:
    """What the forms of one conjugation follow from. An empty tuple: does not exist.

    ``present`` and ``subjunctive`` have six entries (je to ils), ``imperative`` three (tu, nous,
    vous); ``imperfect`` and ``future`` hold stems, ``past`` first persons of the passé simple.
    """

    present: tuple[Forms, ...]
    imperfect: Forms
    future: Forms
    subjunctive: tuple[Forms, ...]
    past: Forms
    participles: tuple[Participle, ...]
    imperative: tuple[Forms, ...]
    present_participles: Forms
    persons: frozenset[Person] = PERSONS["all"]


def imperative_of(present: tuple[Forms, ...]) -> tuple[Forms, ...]:
    """Derive tu, nous, vous of the imperative: the present, tu without -s after -es (parle, offre)."""
    tu = tuple(form[:-1] if form.endswith("es") else form for form in present[1])
    return (tu, present[3], present[4])


def expand_subjunctive(strong: Forms, weak: Forms) -> tuple[Forms, ...]:
    """Derive the six forms from the stem of je, tu, il, ils and the stem of nous and vous."""
    return tuple(
        tuple(stem + ending for stem in (weak if ending in ("ions", "iez") else strong))
        for ending in _SUBJUNCTIVE_ENDINGS
    )


# --- The file ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    """One line of the file, its parts still without the letters before the ending."""

    cells: dict[str, str]
    place: str

    def parts(self, infinitive: str) -> PrincipalParts:
        """Build the principal parts of one of the verbs of the line."""
        prefix = infinitive.removesuffix(self.cells["ending"])
        present = self._list("present", prefix, (6,))
        weak = tuple(form[:-3] for form in present[3] if form.endswith("ons"))
        imperfect = self._derived("imperfect", prefix, weak)
        present_participles = self._derived(
            "present_participle", prefix, tuple(stem + "ant" for stem in weak)
        )
        subjunctive = self._list("subjunctive", prefix, (2, 6))
        if len(subjunctive) == 2:
            subjunctive = expand_subjunctive(subjunctive[0], subjunctive[1])
        if self.cells["imperative"] == "=":
            imperative = imperative_of(present)
        else:
            imperative = self._list("imperative", prefix, (3,))
        return PrincipalParts(
            present=present,
            imperfect=imperfect,
            future=self._one("future", prefix),
            subjunctive=subjunctive,
            past=self._one("past", prefix),
            participles=self._participles(prefix),
            imperative=imperative,
            present_participles=present_participles,
            persons=PERSONS[self.cells["persons"]],
        )

    def _one(self, column: str, prefix: str) -> Forms:
        entry = self.cells[column]
        return () if entry == "-" else tuple(prefix + form for form in entry.split("/"))

    def _derived(self, column: str, prefix: str, derived: Forms) -> Forms:
        return derived if self.cells[column] == "=" else self._one(column, prefix)

    def _list(self, column: str, prefix: str, lengths: tuple[int, ...]) -> tuple[Forms, ...]:
        if self.cells[column] == "-":
            return ((),) * lengths[-1]
        entries = self.cells[column].split()
        if len(entries) not in lengths:
            wanted = " or ".join(map(str, lengths))
            raise ParadigmError(
                f"{self.place}: {column} has {len(entries)} entries instead of {wanted}"
            )
        return tuple(
            () if entry == "-" else tuple(prefix + form for form in entry.split("/"))
            for entry in entries
        )

    def _participles(self, prefix: str) -> tuple[Participle, ...]:
        entry = self.cells["participle"]
        if entry == "-":
            return ()
        found = []
        for written in entry.split("/"):
            masculine, _, feminine = written.partition(":")
            if masculine.endswith("!"):
                found.append(Participle(prefix + masculine[:-1], None, None, None))
            else:
                found.append(
                    variable_participle(prefix + masculine, prefix + feminine if feminine else None)
                )
        return tuple(found)


def load_paradigms(path: Path) -> dict[str, tuple[PrincipalParts, ...]]:
    """Read and check a paradigm file: infinitive -> its conjugations, the usual one first.

    Raises ParadigmError, which names file and line, for a malformed line.
    """
    found: dict[str, list[PrincipalParts]] = {}
    for number, cells in read_table(path, error=ParadigmError, columns=COLUMNS):
        place = f"{path.name}:{number}"
        if not all(cells.values()):
            raise ParadigmError(f"{place}: no column may be empty")
        _check_cells(cells, place)
        row = _Row(cells, place)
        if row.cells["persons"] not in PERSONS:
            raise ParadigmError(f"{place}: persons must be one of {', '.join(PERSONS)}")
        for infinitive in row.cells["verbs"].split():
            if not infinitive.endswith(row.cells["ending"]):
                raise ParadigmError(f"{place}: {infinitive} does not end in {row.cells['ending']}")
            parts = row.parts(infinitive)
            if any(not je.endswith(("ai", "is", "us", "ïs", "ûs", "ins")) for je in parts.past):
                raise ParadigmError(f"{place}: past must end in -ai, -is, -us or -ins")
            if parts in found.setdefault(infinitive, []):
                raise ParadigmError(f"{place}: {infinitive} is listed twice")
            found[infinitive].append(parts)
    return {infinitive: tuple(parts) for infinitive, parts in found.items()}


#: Columns whose forms follow from others where "=" stands.
_DERIVABLE = ("imperfect", "imperative", "present_participle")
_CELL = re.compile(r"-|[a-zàâçéèêëîïôûüœ]+[a-zàâçéèêëîïôûüœ/ :!-]*")


def _check_cells(cells: dict[str, str], place: str) -> None:
    for column, cell in cells.items():
        if column in ("persons", "verbs"):
            continue
        if cell == "=" and column not in _DERIVABLE:
            raise ParadigmError(f'{place}: {column} follows from nothing, "=" cannot stand there')
        if cell != "=" and not _CELL.fullmatch(cell.removeprefix("- ").lstrip("- ") or "-"):
            raise ParadigmError(f"{place}: {column} has a letter that no French form has: {cell!r}")


@cache
def listed() -> dict[str, tuple[PrincipalParts, ...]]:
    """Return the verbs of the paradigm file with their conjugations."""
    return load_paradigms(PARADIGMS_FILE)
