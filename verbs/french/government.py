"""What verbs govern: objects, prepositions, infinitives, and what is certainly wrong behind them.

Read from ``data/government.tsv``. It serves the checking of texts by other authors, so it knows more
verbs than the frames and less about each. The prepositions called wrong are a closed list: what is
not in it may still be wrong, but nobody can be sure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from verbs.french.lexicon_files import DATA, Reader, Row, read_rows

__all__ = ["NONE", "PERSON", "PLACE", "Government", "government", "load"]

#: "No preposition" among the wrong ones: "téléphoner sa mère".
NONE = "none"
#: The classes of nouns that may limit a wrong preposition.
PERSON, PLACE = "PERSON", "PLACE"

_OBJECTS = frozenset({"-", "person", "thing", "any", "clause"})
_INDIRECT = frozenset({"lui", "tonic", "y"})
_BEFORE_NOUNS = frozenset({NONE, "à", "de", "pour", "avec", "dans", "en", "sur", "comme"})
_BEFORE_INFINITIVES = frozenset({"bare", "à", "de", "par", "pour", "sur"})


@dataclass(frozen=True)
class Government:
    """What one verb takes.

    ``direct``: what its direct object can be: "person", "thing", "any", "clause" (que..., le), or
    "-" for none. ``indirect``: "lui" (à + person that lui replaces), "tonic" (à + person that à lui
    replaces), "y" (à + thing, place). ``takes_de``: de + thing belongs to it. ``infinitive``: how an
    infinitive follows ("bare", "à", "de"). ``wrong_noun``: the prepositions that are certainly
    wrong, each with the nouns before which it is (empty: before all). ``wrong_infinitive``: the
    same before an infinitive.
    """

    verb: str
    direct: str
    indirect: frozenset[str]
    takes_de: bool
    infinitive: frozenset[str]
    wrong_noun: Mapping[str, frozenset[str]]
    wrong_infinitive: frozenset[str]


def _words(reader: Reader, row: Row, column: str, allowed: frozenset[str]) -> frozenset[str]:
    """Return the words of a cell, all of which must be allowed."""
    if row[column] == "-":
        return frozenset()
    found = frozenset(row[column].split(","))
    if unknown := sorted(found - allowed):
        raise reader.error(row, f"{column}: unknown {', '.join(unknown)}")
    return found


def _limited(reader: Reader, row: Row) -> dict[str, frozenset[str]]:
    """Return the wrong prepositions before nouns with the nouns that limit them."""
    found: dict[str, frozenset[str]] = {}
    for item in [] if row["wrong_noun"] == "-" else row["wrong_noun"].split(","):
        preposition, limited, nouns = item.partition("=")
        if preposition not in _BEFORE_NOUNS:
            raise reader.error(row, f"wrong_noun: unknown {preposition}")
        if limited and not nouns:
            raise reader.error(row, f"wrong_noun: no noun behind {preposition}=")
        if preposition in found:
            raise reader.error(row, f"wrong_noun: {preposition} is there twice")
        found[preposition] = frozenset(nouns.split("|")) if nouns else frozenset()
    return found


def _entry(reader: Reader, row: Row) -> Government:
    if row["object"] not in _OBJECTS:
        raise reader.error(row, f"object: unknown {row['object']}")
    if row["de"] not in ("-", "en"):
        raise reader.error(row, f"de: unknown {row['de']}")
    infinitive = _words(reader, row, "infinitive", _BEFORE_INFINITIVES)
    wrong = _words(reader, row, "wrong_infinitive", _BEFORE_INFINITIVES)
    if both := sorted(infinitive & wrong):
        raise reader.error(row, f"{', '.join(both)} cannot be right and wrong")
    return Government(
        row["verb"],
        row["object"],
        _words(reader, row, "indirect", _INDIRECT),
        row["de"] == "en",
        infinitive,
        _limited(reader, row),
        wrong,
    )


def load(folder: Path = DATA) -> dict[str, Government]:
    """Read government.tsv of a folder. Raises LexiconError, which names file and line."""
    reader = read_rows("government.tsv", folder)
    found: dict[str, Government] = {}
    for row in reader.rows:
        if row["verb"] in found:
            raise reader.error(row, f"{row['verb']} is there twice")
        found[row["verb"]] = _entry(reader, row)
    return found


@cache
def _all() -> dict[str, Government]:
    return load()


def government(citation: str) -> Government | None:
    """Return what a verb takes by its citation ("penser", "se souvenir"); None if not listed."""
    return _all().get(citation)
