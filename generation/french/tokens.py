"""Words and how French writes them next to each other: elision, contraction, capital, full stop."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from verbs.french.lexicon import lexicon


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
    OTHER = "other"


@dataclass(frozen=True)
class Token:
    """A word in its full form ("le", not "l'"). ``bare``: it never elides or contracts."""

    text: str
    role: Role
    bare: bool = False


_ELIDING = frozenset({"je", "me", "te", "se", "le", "la", "ne", "de", "que"})
_CONTRACTED = {
    ("à", "le"): "au",
    ("à", "les"): "aux",
    ("de", "le"): "du",
    ("de", "les"): "des",
}
_VOWELS = frozenset("aeiouy")


@cache
def starts_with_vowel(word: str) -> bool:
    """Return whether words elide before this one: a vowel or a mute h."""
    first = word.split(" ")[0].split("-")[0]
    if first in lexicon().h_aspire or first.lower() in lexicon().h_aspire:
        return False
    letter = unicodedata.normalize("NFD", first[0].lower())[0]
    return letter in _VOWELS or letter in "œæh"


def write(tokens: Sequence[Token]) -> str:
    """Write a sentence: contract, elide, join, capital and full stop."""
    words: list[str] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        text = token.text
        if following is not None and not token.bare:
            vowel = starts_with_vowel(
                tokens[position + 2].text
                if following.role is Role.DETERMINER and position + 2 < len(tokens)
                else following.text
            )
            pair = (text, following.text)
            if (
                token.role is Role.PREPOSITION
                and following.role is Role.DETERMINER
                and not following.bare
                and pair in _CONTRACTED
                and (following.text == "les" or not vowel)
            ):
                words.append(_CONTRACTED[pair] + " ")
                position += 2
                continue
            if text in _ELIDING and starts_with_vowel(following.text):
                words.append(text[:-1] + "'")
                position += 1
                continue
        words.append(text + " ")
        position += 1
    text = "".join(words).strip().replace(" ,", ",")
    return text[0].upper() + text[1:] + "."


def words(text: str, role: Role = Role.OTHER) -> tuple[Token, ...]:
    """Return a fixed piece of text as one token."""
    return (Token(text, role),)


def flatten(groups: Iterable[Sequence[Token]]) -> list[Token]:
    """Concatenate groups of tokens."""
    return [token for group in groups for token in group]
