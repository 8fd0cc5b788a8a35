"""What a written word can be: every reading, from the conjugations and the word lists.

A word that no list has may be guessed from its ending or its capital; such a reading is marked, and
no rule may be certain by it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from verbs.french import conjugation
from verbs.french.conjugation import Analysis, OtherForm
from verbs.french.inflection import plurals
from verbs.french.lexicon import lexicon
from verbs.french.overrides import cached
from verbs.french.verb_data import known_infinitives
from verbs.french.vocabulary import Person, Tense
from verbs.french.words import Kind, Reading, words

__all__ = ["Kind", "Reading", "expression_at", "is_known", "readings", "restored"]

_PERSONS = {person: place for place, person in enumerate(Person)}
_FORMS: dict[Tense | OtherForm, Kind] = {
    OtherForm.INFINITIVE: Kind.INFINITIVE,
    OtherForm.PRESENT_PARTICIPLE: Kind.PRESENT_PARTICIPLE,
}
_CONTRACTED = {"au": "à", "aux": "à", "du": "de", "des": "de"}
_ACCENTED = {"a": "àâ", "c": "ç", "e": "éêè", "i": "î", "o": "ô", "u": "û"}
_ORDINAL = re.compile(r"(?!Le$)L?X{0,4}(?:IX|IV|V?I{0,3})(?<=[IVXL])(?:e|er|re)")
_ROMAN = re.compile(r"(?=[IVXL]{2})L?X{0,4}(?:IX|IV|V?I{0,3})")
#: A verb form of fewer letters behind a prefix would be found in too many other words.
_SHORTEST_BASE = 5
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*(?:h\d*|er|re|e|ème|%|€)?")


# --- Verb forms -------------------------------------------------------------------------------


@cached(maxsize=4)
def _participles() -> dict[str, tuple[Reading, ...]]:
    """Return the past participles in every gender and number."""
    found: dict[str, dict[Reading, None]] = {}
    for infinitive in sorted(known_infinitives()):
        for each in conjugation.participles(infinitive):
            cells = (
                (each.masculine_singular, "m", False),
                (each.feminine_singular, "f", False),
                (each.masculine_plural, "m", True),
                (each.feminine_plural, "f", True),
            )
            for form, gender, plural in cells:
                if form is None:
                    continue
                reading = Reading(
                    Kind.PAST_PARTICIPLE,
                    infinitive,
                    None if each.invariable else gender,
                    None if each.invariable else plural,
                    tense=OtherForm.PAST_PARTICIPLE,
                )
                found.setdefault(form, {})[reading] = None
    return {form: tuple(each) for form, each in found.items()}


def _order(analysis: Analysis) -> tuple[str, str, int]:
    person = -1 if analysis.person is None else _PERSONS[analysis.person]
    return (analysis.infinitive, analysis.tense, person)


def _verb_readings(word: str) -> tuple[Reading, ...]:
    found: list[Reading] = []
    for analysis in sorted(
        conjugation.index(known_infinitives()).get(word, frozenset()), key=_order
    ):
        if analysis.tense is OtherForm.PAST_PARTICIPLE:
            continue
        kind = _FORMS.get(analysis.tense, Kind.VERB)
        found.append(
            Reading(kind, analysis.infinitive, tense=analysis.tense, person=analysis.person)
        )
    return (*found, *_participles().get(word, ()))


# --- Nouns of the engine ----------------------------------------------------------------------

_NOUN_TRAITS = {
    "person": frozenset({"person"}),
    "animal": frozenset({"animal"}),
    "body": frozenset({"body"}),
    "food": frozenset({"food"}),
    "drink": frozenset({"food", "mass"}),
}


@cache
def _engine_nouns() -> dict[str, tuple[Reading, ...]]:
    """Return the nouns of the engine's lexicon that the word lists have not in their gender."""
    found: dict[str, list[Reading]] = {}
    for noun in lexicon().nouns.values():
        listed = words().get(noun.singular, ())
        if any(r.kind is Kind.NOUN and r.gender == noun.gender for r in listed):
            continue
        traits = _NOUN_TRAITS.get(noun.kind, frozenset({"thing"}))
        singular = Reading(Kind.NOUN, noun.singular, noun.gender, False, traits=traits)
        found.setdefault(noun.singular, []).append(singular)
        for plural in (noun.plural,) if noun.plural else plurals(noun.singular):
            found.setdefault(plural, []).append(replace(singular, plural=True))
    return {form: tuple(each) for form, each in found.items()}


# --- Words that no list has -------------------------------------------------------------------

_ENDINGS: tuple[tuple[str, Kind, str | None], ...] = (
    ("ment", Kind.ADVERB, None),
    ("tion", Kind.NOUN, "f"),
    ("sion", Kind.NOUN, "f"),
    ("ette", Kind.NOUN, "f"),
    ("ence", Kind.NOUN, "f"),
    ("ance", Kind.NOUN, "f"),
    ("ité", Kind.NOUN, "f"),
    ("isme", Kind.NOUN, "m"),
    ("age", Kind.NOUN, "m"),
    ("eau", Kind.NOUN, "m"),
    ("iste", Kind.NOUN, None),
    ("eur", Kind.NOUN, None),
    ("euse", Kind.NOUN, "f"),
    ("trice", Kind.NOUN, "f"),
    ("eux", Kind.ADJECTIVE, "m"),
    ("ique", Kind.ADJECTIVE, None),
    ("able", Kind.ADJECTIVE, None),
    ("ible", Kind.ADJECTIVE, None),
)


def _guesses(word: str) -> tuple[Reading, ...]:
    """Guess from the ending, or from a capital, what a word is that no list has."""
    if word[0].isupper():
        return (Reading(Kind.NAME, word, guessed=True),)
    plural = word.endswith(("s", "x"))
    bare = word[:-1] if word.endswith("s") else word
    return tuple(
        Reading(kind, bare, gender, plural if kind is Kind.NOUN else None, guessed=True)
        for ending, kind, gender in _ENDINGS
        if bare.endswith(ending) and len(bare) > len(ending) + 1
    )


#: Prefixes that make new verbs freely: "préchauffer", "recoller", "déprogrammer".
_PREFIXES = ("pré", "sur", "dés", "dé", "re", "ré")


def _prefixed(word: str) -> tuple[Reading, ...]:
    """Guess the form of a verb that is made of a known one with a prefix."""
    lower = word.lower()
    for prefix in _PREFIXES:
        base = lower.removeprefix(prefix)
        if base == lower or len(base) < _SHORTEST_BASE:
            continue
        found = tuple(
            replace(each, lemma=prefix + each.lemma, guessed=True) for each in _verb_readings(base)
        )
        if found:
            return found
    return ()


# --- Everything -------------------------------------------------------------------------------


@cached(maxsize=50_000)
def _known(word: str) -> tuple[Reading, ...]:
    if not word:
        return ()
    if _DIGITS.fullmatch(word):
        return (Reading(Kind.NUMBER, word, plural=None if word in ("0", "1") else True),)
    if _ORDINAL.fullmatch(word):
        return (Reading(Kind.ADJECTIVE, word, traits=frozenset({"before", "ordinal"})),)
    if _ROMAN.fullmatch(word):
        return (Reading(Kind.NUMBER, word),)
    found: list[Reading] = list(words().get(word, ()))
    lower = word.lower()
    if lower != word:
        found += _listed(lower)
        found += _listed(restored(word)) if restored(word) != lower else ()
    else:
        found += _verb_readings(lower) + _engine_nouns().get(lower, ())
    return tuple(dict.fromkeys(found))


def _listed(lower: str) -> tuple[Reading, ...]:
    return (*words().get(lower, ()), *_verb_readings(lower), *_engine_nouns().get(lower, ()))


@cached(maxsize=50_000)
def restored(word: str) -> str:
    """Return a word in small letters, with the accent that its capital may lack.

    Capitals are often written without: "Etes-vous", "Ecoute", "A midi". "A" alone is à.
    """
    lower = word.lower()
    if not word[:1].isupper() or word in words():
        return lower
    if word == "A":
        return "à"
    if _listed(lower):
        return lower
    variants = (letter + lower[1:] for letter in _ACCENTED.get(lower[0], ""))
    return next((each for each in variants if _listed(each)), lower)


def is_known(word: str) -> bool:
    """Return whether a list has the word, in any reading."""
    return bool(_known(word))


def readings(word: str) -> tuple[Reading, ...]:
    """Return every reading of a word as it is written (full form: "le", not "l'").

    A capital may be that of a sentence or of a name: both are there. A word that no list has gets
    guesses (``guessed``), or () if not even its ending tells.
    """
    return _known(word) or ((*_prefixed(word), *_guesses(word)) if word else ())


@cache
def _expressions() -> dict[str, tuple[tuple[tuple[str, ...], tuple[Reading, ...]], ...]]:
    """Return the expressions of several words by their first word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], tuple[Reading, ...]]]] = {}
    for text, each in words().items():
        parts = tuple(re.findall(r"[^ ']+'?", text))
        full = tuple(_FULL.get(part, part) for part in parts)
        if len(full) > 1 and text not in _WHOLE:
            found.setdefault(full[0], []).append((full, each))
    return {
        first: tuple(sorted(each, key=lambda entry: -len(entry[0])))
        for first, each in found.items()
    }


#: Elided words inside expressions, in full. "l'" is left open: le or la.
_FULL = {"l'": "l'", "d'": "de", "n'": "ne", "s'": "si", "qu'": "que", "m'": "me"}
#: Written with an apostrophe, but one word.
_WHOLE = frozenset({"quelqu'un", "quelqu'une", "aujourd'hui", "presqu'île", "entr'ouvert"})


def expression_at(
    full: tuple[tuple[str, ...], ...], position: int
) -> tuple[int, tuple[Reading, ...]] | None:
    """Return the longest expression that begins at a word: its length in words and its readings.

    ``full`` holds the full forms that each word of a sentence may stand for. The last word of an
    expression that ends in à or de may be contracted with an article (à côté du): the contraction is
    counted.
    """
    for first in full[position]:
        for parts, each in _expressions().get(first.lower(), ()):
            if position + len(parts) > len(full):
                continue
            contracts = any(reading.kind is Kind.PREPOSITION for reading in each)
            if all(
                _fits(
                    part,
                    full[position + place],
                    contracts=contracts and place == len(parts) - 1,
                )
                for place, part in enumerate(parts)
            ):
                return len(parts), each
    return None


def _fits(part: str, forms: tuple[str, ...], *, contracts: bool) -> bool:
    lower = tuple(form.lower() for form in forms)
    if part == "l'":
        return "le" in lower or "la" in lower
    if part.lower() in lower:
        return True
    return contracts and any(_CONTRACTED.get(form) == part for form in lower)


def verbs_of(word: str) -> tuple[Reading, ...]:
    """Return the readings of a word as a finite verb."""
    return tuple(r for r in readings(word) if r.kind is Kind.VERB and not r.guessed)


def nouns_of(word: str) -> tuple[Reading, ...]:
    """Return the certain readings of a word as a noun."""
    return tuple(r for r in readings(word) if r.kind is Kind.NOUN and not r.guessed)


def tenses_of(word: str) -> frozenset[Tense | OtherForm]:
    """Return the tenses that a word can be as a finite verb."""
    return frozenset(r.tense for r in verbs_of(word) if r.tense is not None)
