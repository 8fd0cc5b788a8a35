"""Weak pronouns where stressed ones stand, and stressed ones before a verb.

Behind a preposition and in comparisons stand moi, toi, lui, eux; before a verb me, te; behind an
affirmative imperative moi, toi (Grevisse, Le bon usage, on disjunct pronouns).
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import can_be, kinds
from generation.french.checking.rules.placement import BETWEEN
from generation.french.checking.sentence import Sentence, Tag
from generation.french.checking.text import Word
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType

__all__ = ["strong"]

_STRESSED = {"me": "moi", "te": "toi", "il": "lui", "ils": "eux", "moi": "me", "toi": "te"}
_BEFORE_STRESSED = frozenset({"avec", "chez", "sans", "pour", "contre", "entre", "de", "que"})
_VERBAL = (
    *(Kind.VERB, Kind.INFINITIVE, Kind.CLITIC, Kind.NE, Kind.PRESENT_PARTICIPLE),
    Kind.PAST_PARTICIPLE,
)


def strong(sentence: Sentence) -> list[Finding]:
    """Return the pronouns that certainly should be stressed, or should not."""
    found: list[Finding] = []
    for index, word in enumerate(sentence.words):
        if word.joined:
            found += _behind_imperative(sentence, index)
        elif word.lower in ("me", "te", "il", "ils"):
            found += _weak(sentence, index)
        elif word.lower in ("moi", "toi"):
            found += _before_verb(sentence, index)
    return found


def _finding(code: str, word: Word, reason: str) -> Finding:
    return Finding(
        ErrorType.PRONOUN_CATEGORY,
        f"pronoun_category.{code}",
        word.start,
        word.end,
        reason,
        _STRESSED[word.lower],
    )


def _behind_imperative(sentence: Sentence, index: int) -> Iterator[Finding]:
    """Yield "écoute-me", "propose-me une date"."""
    word = sentence.words[index]
    after = sentence.words[index + 1] if index + 1 < len(sentence.words) else None
    if word.text.lower() not in ("me", "te") or (after is not None and after.joined):
        return
    if sentence.tags[index - 1] is Tag.FINITE:
        reason = f"Behind an affirmative imperative it is “{_STRESSED[word.lower]}”."
        yield _finding("strong", word, reason)


def _weak(sentence: Sentence, index: int) -> Iterator[Finding]:
    """Yield "avec te", "plus fort que me", "pour ils", "ce n'est pas me qui"."""
    word = sentence.words[index]
    if word.elided or index == 0:
        return
    before = sentence.words[index - 1]
    after = sentence.words[index + 1] if index + 1 < len(sentence.words) else None
    closed = after is None or after.text in (".", "!", "?", ",", "...", "…")
    if after is not None and not closed:
        if after.joined or after.is_punctuation or after.is_capitalised or not kinds(after):
            return
        if can_be(after, *_VERBAL) or after.lower in BETWEEN | {"y", "en"}:
            return
    if before.lower not in _BEFORE_STRESSED or before.joined:
        if word.lower in ("il", "ils") or after is None or after.lower != "qui":
            return
    elif word.lower in ("il", "ils") and before.lower in ("que", "de"):
        return
    reason = f"Without a verb it is “{_STRESSED[word.lower]}”, not “{word.text}”."
    yield _finding("strong", word, reason)


def _before_verb(sentence: Sentence, index: int) -> Iterator[Finding]:
    """Yield "il moi donne", "ça toi plaît", "sans moi consulter"."""
    words, tags = sentence.words, sentence.tags
    if index == 0 or index + 1 >= len(words) or words[index + 1].joined:
        return
    before, verb = tags[index - 1], tags[index + 1]
    if verb is Tag.INFINITIVE and not can_be(words[index + 1], Kind.NOUN):
        wrong = words[index - 1].lower == "sans"
    else:
        wrong = verb is Tag.FINITE and (
            before in (Tag.NE, Tag.SUBJECT)
            or words[index - 1].lower in ("ça", "cela")
            or (before is Tag.NOUN and _is_subject(sentence, index))
        )
    if wrong and not words[index - 1].joined:
        word = words[index]
        yield _finding("weak", word, f"Before a verb it is “{_STRESSED[word.lower]}”.")


def _is_subject(sentence: Sentence, index: int) -> bool:
    """Whether a phrase that begins the sentence ends before the pronoun: "ma sœur moi donne"."""
    return any(
        phrase.end == index and phrase.determiner is not None and phrase.preposition is None
        and (phrase.start == 0 or sentence.tags[phrase.start - 1] is Tag.SUBORDINATION)
        for phrase in sentence.phrases
    )  # fmt: skip
