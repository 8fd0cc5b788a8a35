"""Elision and contraction: "je aime", "le ami", "à le cinéma", "si il", "du eau".

Le, la, je, me, te, se, ne, de, que lose their vowel before a vowel or a mute h; si only before il,
ils; à and de contract with le, les (Grevisse, Le bon usage, on elision and on the article).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from generation.french.checking.lexis import begins_with_vowel, can_be, is_name, kinds, traits
from generation.french.checking.sentence import Sentence
from generation.french.checking.text import Word
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType

__all__ = ["elision", "elision_findings"]

_ELIDING = frozenset({"je", "me", "te", "se", "le", "la", "ne", "de", "que"})
#: They elide always before these words only; before others usage varies.
_SUBORDINATORS = frozenset({"lorsque", "puisque", "quoique"})
_SHORT = frozenset({"il", "ils", "elle", "elles", "on", "un", "une", "en"})
_AFTER_JUSQUE = frozenset({"à", "au", "aux", "en", "où", "ici", "alors"})
_ETRE = frozenset({"est", "était", "étaient", "eût"})
_CONTRACTED = {("à", "le"): "au", ("à", "les"): "aux", ("de", "le"): "du", ("de", "les"): "des"}


def elision(sentence: Sentence) -> list[Finding]:
    """Return the words of a sentence that are not elided or contracted, or wrongly so."""
    return elision_findings(sentence.words)


def elision_findings(words: tuple[Word, ...]) -> list[Finding]:
    """Return the same for the words alone."""
    found: list[Finding] = []
    before: Word | None = None
    for position, (word, following) in enumerate(pairwise(words)):
        if following.is_punctuation or word.is_punctuation:
            before = word
            continue
        after = words[position + 2] if position + 2 < len(words) else None
        found += _missing(word, following, before)
        found += _superfluous(word, following)
        found += _contraction(word, following, after)
        before = word
    return found


def _finding(code: str, first: Word, last: Word, reason: str, correction: str) -> Finding:
    return Finding(ErrorType.ELISION, f"elision.{code}", first.start, last.end, reason, correction)


def _missing(word: Word, following: Word, before: Word | None) -> Iterator[Finding]:
    """Yield "je aime", "si il", "ce est", "jusque à"."""
    if word.elided or word.joined or following.joined:
        return
    text, next_text = word.text.lower(), following.text.lower()
    short = None
    if text in _ELIDING and begins_with_vowel(following) and not _quoted(word, following):
        # "Le la" as a noun, "de de Gaulle" and their like are not worth a rule.
        short = text[:-1] + "'"
    elif text == "si" and next_text in ("il", "ils"):
        short = "s'"
    elif text in _SUBORDINATORS and next_text in _SHORT:
        short = text[:-1] + "'"
    elif text == "jusque" and next_text in _AFTER_JUSQUE:
        short = "jusqu'"
    elif text == "ce" and next_text in _ETRE and not _is_antecedent(before):
        short = "c'"
    if short is not None:
        reason = f"“{text}” loses its vowel before “{following.text}”: “{short}{following.text}”."
        yield _finding("no_elision", word, following, reason, short + following.text)


def _quoted(word: Word, following: Word) -> bool:
    """Whether the second word may be a title or a name of another language."""
    if not following.is_capitalised or following.initial:
        return False
    known = traits(following, Kind.NAME)
    return not known or (word.text.lower() == "le" and not known & {"country", "region"})


def _is_antecedent(before: Word | None) -> bool:
    """Whether ce may belong to the words before it ("sur ce, est arrivé...")."""
    return before is not None and can_be(before, Kind.PREPOSITION)


def _superfluous(word: Word, following: Word) -> Iterator[Finding]:
    """Yield "l'haricot", "s'elle", "j'mange": an elision that is not made."""
    if not word.elided:
        return
    text, next_text = word.text.lower(), following.text.lower()
    if text == "s'" and next_text in ("elle", "elles", "on"):
        reason = f"“si” keeps its vowel before “{next_text}”: it elides only before il, ils."
        yield _finding("si", word, following, reason, f"si {following.text}")
    elif text in ("l'", "d'", "j'", "qu'", "n'", "m'", "c'") and (
        begins_with_vowel(following) is False and kinds(following) and not is_name(following)
    ):
        full = "/".join(word.full)
        reason = f"“{full}” keeps its vowel before “{following.text}”: no elision there."
        yield _finding("no_vowel", word, following, reason, f"{word.full[0]} {following.text}")


def _contraction(word: Word, following: Word, after: Word | None) -> Iterator[Finding]:
    """Yield "à le cinéma", "de les enfants", "au hôtel", "du eau"."""
    text, next_text = word.text.lower(), following.text.lower()
    if (text, next_text) in _CONTRACTED and not following.is_capitalised and after is not None:
        nominal = can_be(after, Kind.NOUN, Kind.ADJECTIVE, Kind.NUMBER)
        pronoun = can_be(after, Kind.INFINITIVE, Kind.CLITIC, Kind.NE, Kind.PREPOSITION)
        if nominal and not pronoun and not following.elided:
            short = _CONTRACTED[text, next_text]
            reason = f"“{text} {next_text}” contracts to “{short}”."
            yield _finding("no_contraction", word, following, reason, short)
    if text in ("au", "du") and not following.is_capitalised and begins_with_vowel(following):
        preposition = "à" if text == "au" else "de"
        if can_be(following, Kind.NOUN) and not can_be(following, Kind.VERB):
            reason = f"Before “{following.text}” it is “{preposition} l'”, not “{text}”."
            right = f"{preposition} l'{following.text}"
            yield _finding("contraction_before_vowel", word, following, reason, right)
