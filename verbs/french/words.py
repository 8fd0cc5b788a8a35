"""What a written word can be: word classes, nouns, adjectives, names and grammar words, as data.

The lexicon of the engine knows what goes with what; this is the larger, plainer list by which free
text is understood. The files under ``data/words/`` are tab-separated; a cell of words holds any
number, separated by blanks, with "_" for a blank inside one and "=" before a plural that the rules do
not give (œil=yeux). Everything is checked when it is read: a mistake raises LexiconError, which
names file and line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from verbs.french.conjugation import OtherForm
from verbs.french.inflection import feminine, plurals
from verbs.french.lexicon_files import DATA, Reader, Row, read_rows
from verbs.french.vocabulary import Person, Tense

FOLDER = DATA / "words"


class Kind(StrEnum):
    """Word class. PRONOUN: indefinite, demonstrative or possessive; STRONG: moi, toi, lui, eux.

    CLITIC: an object pronoun before the verb (me, le, lui, y); CONTRACTION: preposition and article
    in one (au, du); NEGATION: what follows ne (pas, jamais); NAME: of a person, a place or a brand.
    """

    VERB = "verb"
    INFINITIVE = "infinitive"
    PRESENT_PARTICIPLE = "present_participle"
    PAST_PARTICIPLE = "past_participle"
    NOUN = "noun"
    ADJECTIVE = "adjective"
    ADVERB = "adverb"
    NAME = "name"
    NUMBER = "number"
    DETERMINER = "determiner"
    CONTRACTION = "contraction"
    PREPOSITION = "preposition"
    CONJUNCTION = "conjunction"
    SUBORDINATOR = "subordinator"
    SUBJECT = "subject"
    CLITIC = "clitic"
    STRONG = "strong"
    RELATIVE = "relative"
    INTERROGATIVE = "interrogative"
    PRONOUN = "pronoun"
    NE = "ne"
    NEGATION = "negation"
    INTERJECTION = "interjection"


#: What a reading may be marked with. Nouns: what they name; mass (du, de la), collective (a singular
#: that means many), quantity (une dizaine de). Names: given, family, title, city, country, region,
#: whether they take an article, and the preposition that says in or to (en, au, aux, à).
#: Adjectives: before (the noun), invariable, elided (bel: only before a vowel), ordinal, color,
#: nationality. Adverbs: the time that they tell, degree. Subordinators: the mood that they demand,
#: no_future (si). Grammar words: the kind of determiner or pronoun.
TRAITS = frozenset(
    {
        *("person", "animal", "body", "place", "time", "mass", "collective", "quantity"),
        *("plural_only", "event", "abstract", "language", "thing", "food", "transport", "sport"),
        *("unit", "given", "family", "title", "city", "country", "region", "article"),
        *("en", "au", "aux", "à"),
        *("before", "invariable", "elided", "ordinal", "color", "nationality"),
        *("past", "future", "present", "habit", "degree"),
        *("subjunctive", "indicative", "infinitive", "no_future", "time_clause", "presentative"),
        *("definite", "indefinite", "partitive", "demonstrative", "possessive", "interrogative"),
        *("direct", "indirect", "reflexive", "negative", "predeterminer", "neuter"),
    }
)


@dataclass(frozen=True)
class Reading:
    """One thing that a written word can be.

    ``gender`` "m" or "f", None: either or none; ``plural`` None: either or none. ``tense`` and
    ``person`` are those of a verb form, ``person`` also that of a pronoun or possessive. ``article``
    is the second part of a contraction ("le" of "au"), ``lemma`` the first. ``guessed``: derived from
    the ending of a word that is not known; no rule may be certain by it.
    """

    kind: Kind
    lemma: str
    gender: str | None = None
    plural: bool | None = None
    tense: Tense | OtherForm | None = None
    person: Person | None = None
    article: str | None = None
    traits: frozenset[str] = frozenset()
    guessed: bool = False


Entries = Iterator[tuple[str, Reading]]


# --- Cells ------------------------------------------------------------------------------------


def _traits(reader: Reader, row: Row) -> frozenset[str]:
    found = frozenset(row["traits"].replace("-", "").split())
    if unknown := found - TRAITS:
        raise reader.error(row, f"traits: unknown {', '.join(sorted(unknown))}")
    return found


def _kind(reader: Reader, row: Row) -> Kind:
    try:
        return Kind(row["kind"])
    except ValueError:
        raise reader.error(row, f"kind: unknown {row['kind']!r}") from None


def _gender(reader: Reader, row: Row, allowed: tuple[str, ...]) -> str:
    if row["gender"] not in allowed:
        raise reader.error(row, f"gender must be one of {', '.join(allowed)}")
    return row["gender"]


def _words(reader: Reader, row: Row) -> list[tuple[str, tuple[str, ...]]]:
    """Return the words of a cell, each with its plurals."""
    found = []
    for item in row["words"].split():
        word, _, plural = item.replace("_", " ").partition("=")
        if not word or "/" in item or "," in item:
            raise reader.error(row, f"{item!r} is no word")
        if " " in word and not plural and "plural_only" not in row["traits"]:
            raise reader.error(row, f"{word!r}: a noun of several words needs its plural")
        found.append((word, tuple(plural.split("|")) if plural else plurals(word)))
    if not found:
        raise reader.error(row, "no words")
    return found


def _change(reader: Reader, row: Row, word: str) -> str:
    """Return the feminine of a word: by rule, or with the ending that the row gives."""
    change = row["feminine"]
    if change == "rule":
        return feminine(word)
    if change == "same":
        return word
    old, arrow, new = change.partition(">")
    if not arrow or not word.endswith(old):
        raise reader.error(row, f"{word!r}: the feminine {change!r} does not fit")
    return word.removesuffix(old) + new


def _adverb(masculine: str, feminine_: str) -> str:
    """Return the adverb in -ment that an adjective has, or would have (school grammar)."""
    if masculine.endswith(("ant", "ent")) and masculine not in ("lent", "présent", "véhément"):
        return masculine[:-2] + "mment"
    if masculine.endswith(("é", "i", "u", "ai")) and masculine not in ("fou", "mou", "gai"):
        return masculine + "ment"
    return feminine_ + "ment"


# --- Files ------------------------------------------------------------------------------------


def _nouns(reader: Reader) -> Entries:
    """Nouns of one gender, or of both ("mf": the same word with two genders or two meanings)."""
    for row in reader.rows:
        traits = _traits(reader, row)
        genders = _gender(reader, row, ("m", "f", "mf"))
        for word, many in _words(reader, row):
            for gender in genders:
                if "plural_only" in traits:
                    yield word, Reading(Kind.NOUN, word, gender, True, traits=traits)
                    continue
                yield word, Reading(Kind.NOUN, word, gender, False, traits=traits)
                for plural in many:
                    yield plural, Reading(Kind.NOUN, word, gender, True, traits=traits)


def _pairs(reader: Reader, kind: Kind) -> Entries:
    """Words with a masculine and a feminine: adjectives, and nouns of persons."""
    for row in reader.rows:
        traits = _traits(reader, row)
        for word, many in _words(reader, row):
            if "invariable" in traits:
                yield word, Reading(kind, word, traits=traits)
                continue
            yield word, Reading(kind, word, "m", False, traits=traits)
            if "elided" in traits:
                continue
            for plural in many:
                yield plural, Reading(kind, word, "m", True, traits=traits)
            other = _change(reader, row, word)
            if kind is Kind.ADJECTIVE:
                adverb = _adverb(word, other)
                yield adverb, Reading(Kind.ADVERB, adverb)
            lemma = other if kind is Kind.NOUN else word
            yield other, Reading(kind, lemma, "f", False, traits=traits)
            yield other + "s", Reading(kind, lemma, "f", True, traits=traits)


def _names(reader: Reader) -> Entries:
    for row in reader.rows:
        traits = _traits(reader, row)
        gender = _gender(reader, row, ("m", "f", "mf", "-"))
        for item in row["words"].split():
            word = item.replace("_", " ")
            if not word[0].isupper():
                raise reader.error(row, f"{word!r} is no name")
            reading = Reading(
                Kind.NAME,
                word,
                gender if gender in ("m", "f") else None,
                "aux" in traits,
                traits=traits,
            )
            yield word, reading
            # Capitals are often written without their accent: Emilie, Egypte.
            plain = unicodedata.normalize("NFD", word[0])[0] + word[1:]
            if plain != word:
                yield plain, reading


def _plain(reader: Reader) -> Entries:
    """Adverbs, interjections and other words without forms."""
    for row in reader.rows:
        kind, traits = _kind(reader, row), _traits(reader, row)
        for item in row["words"].split():
            word = item.replace("_", " ")
            yield word, Reading(kind, word, traits=traits)


def _grammar(reader: Reader) -> Entries:
    """Pronouns, determiners, prepositions, conjunctions: one word a line."""
    numbers = {"s": False, "p": True, "-": None}
    for row in reader.rows:
        gender = _gender(reader, row, ("m", "f", "-"))
        if row["number"] not in numbers:
            raise reader.error(row, "number must be s, p or -")
        lemma, _, article = row["lemma"].partition("+")
        person = row["person"]
        if person != "-" and person not in list(Person):
            raise reader.error(row, f"person: unknown {person!r}")
        yield (
            row["word"],
            Reading(
                _kind(reader, row),
                row["word"] if lemma == "=" else lemma,
                None if gender == "-" else gender,
                numbers[row["number"]],
                person=None if person == "-" else Person(person),
                article=article or None,
                traits=_traits(reader, row),
            ),
        )


def load_words(folder: Path = FOLDER) -> Mapping[str, tuple[Reading, ...]]:
    """Read all word files: a written form with its readings. Raises LexiconError."""
    found: dict[str, dict[Reading, None]] = {}
    for source in (
        _grammar(read_rows("grammar.tsv", folder)),
        _nouns(read_rows("nouns.tsv", folder)),
        _pairs(read_rows("persons.tsv", folder), Kind.NOUN),
        _pairs(read_rows("adjectives.tsv", folder), Kind.ADJECTIVE),
        _plain(read_rows("adverbs.tsv", folder)),
        _names(read_rows("names.tsv", folder)),
        _plain(read_rows("expressions.tsv", folder)),
    ):
        for word, reading in source:
            found.setdefault(word, {})[reading] = None
    return MappingProxyType({word: tuple(readings) for word, readings in found.items()})


@cache
def words() -> Mapping[str, tuple[Reading, ...]]:
    """Return every listed form, of one or several words, with its readings (read once)."""
    return load_words()
