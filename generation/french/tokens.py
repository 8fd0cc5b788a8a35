"""Words and how French writes them next to each other: elision, contraction, capital, last mark."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from verbs.french.conjugation import H_ASPIRE, index
from verbs.french.lexicon import lexicon
from verbs.french.overrides import EMPTY, in_force


class Role(StrEnum):
    """What a word is in its sentence; elision and contraction depend on it."""

    SUBJECT = "subject"
    NE = "ne"
    CLITIC = "clitic"
    FINITE = "finite"
    NEGATION = "negation"
    ADVERB = "adverb"
    PARTICIPLE = "participle"
    PREPOSITION = "preposition"
    DETERMINER = "determiner"
    NOUN = "noun"
    CONJUNCTION = "conjunction"
    OTHER = "other"


@dataclass(frozen=True)
class Token:
    """A word in its full form ("le", not "l'"). ``bare``: it never elides or contracts.

    A word that begins with a hyphen is joined to the one before it: "donne", "-moi".
    """

    text: str
    role: Role
    bare: bool = False


#: Stands before the marks of two parts: ? ! : ; (French typography).
NO_BREAK_SPACE = "\u00a0"
_ELIDING = frozenset({"je", "me", "te", "se", "le", "la", "ne", "de", "que"})
#: Behind an imperative only before these: "donne-m'en", but "donne-le à Paul".
_ELIDING_HYPHENED = frozenset({"-me", "-te"})
_CONJUNCTIONS = frozenset({"lorsque", "puisque", "quoique"})
_CONTRACTED = {
    ("à", "le"): "au",
    ("à", "les"): "aux",
    ("de", "le"): "du",
    ("de", "les"): "des",
}
#: Every word that may be written otherwise before another one.
_CHANGING = _ELIDING | _ELIDING_HYPHENED | _CONJUNCTIONS | {"si", "à"}
_VOWELS = frozenset("aeiouy")


@cache
def _h_aspire() -> frozenset[str]:
    """Return the words with h aspiré: nouns and names, and every form of such verbs (je hais)."""
    with in_force(EMPTY):
        return lexicon().h_aspire | frozenset(index(H_ASPIRE))


@cache
def starts_with_vowel(word: str) -> bool:
    """Return whether words elide before this one: a vowel or a mute h."""
    first = word.split(" ")[0].lstrip("-").split("-")[0]
    if not first or first in _h_aspire() or first.lower() in _h_aspire():
        return False
    letters = unicodedata.normalize("NFD", first.lower())
    letter = letters[0]
    if letter == "y" and letters[1:2] in tuple("aeiou") and not letters.startswith("yeu"):
        # "Que Yasmine", "le yoga", but "qu'Yves", "l'yeuse", and "j'y".
        return False
    return letter in _VOWELS or letter in "œæh"


def _elided(token: Token, following: Token) -> str | None:
    """Return a word without its vowel if it loses it before the next one."""
    text = token.text
    if text == "si":
        return "s" if following.text in ("il", "ils") else None
    if text in _ELIDING_HYPHENED:
        return text[:-1] if following.text in ("en", "y") else None
    if text in _ELIDING or text in _CONJUNCTIONS:
        return text[:-1] if starts_with_vowel(following.text) else None
    return None


def _contracted(token: Token, following: Token, behind: Token | None) -> str | None:
    """Return au, aux, du, des for a preposition and an article that does not elide."""
    if token.role is not Role.PREPOSITION or following.role is not Role.DETERMINER:
        return None
    if following.bare:
        return None
    if following.text != "les" and starts_with_vowel((behind or following).text):
        return None
    return _CONTRACTED.get((token.text, following.text))


def write(tokens: Sequence[Token], mark: str = ".") -> str:
    """Write a sentence: contract, elide, join, capital and the last mark."""
    words: list[str] = []
    position, last = 0, len(tokens) - 1
    while position <= last:
        token = tokens[position]
        position += 1
        if token.text.startswith("-") and words:
            words[-1] = words[-1].removesuffix(" ")
        if token.text in _CHANGING and position <= last and not token.bare:
            following = tokens[position]
            behind = tokens[position + 1] if position < last else None
            contracted = _contracted(token, following, behind)
            if contracted is not None:
                words.append(contracted + " ")
                position += 1
                continue
            elided = _elided(token, following)
            if elided is not None:
                words.append(elided + "'")
                continue
        words.append(token.text + " ")
    text = "".join(words).strip().replace(" ,", ",")
    end = mark if mark == "." else NO_BREAK_SPACE + mark
    return text[0].upper() + text[1:] + end
