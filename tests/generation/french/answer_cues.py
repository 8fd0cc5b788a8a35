"""Programs without any French that guess the correct statement from the wording alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher


def words(text: str) -> list[str]:
    return re.findall(r"\w+'?", text.lower())


def features(text: str) -> set[str]:
    """The words of a sentence and their endings of one to three letters."""
    found: set[str] = set()
    for word in words(text):
        found.add(word)
        found.update(f"-{word[-n:]}" for n in (1, 2, 3) if len(word) > n)
    return found


def nearest(texts: Sequence[str]) -> list[int]:
    """The statements that are most like all the others."""
    likeness = [
        sum(
            SequenceMatcher(None, words(text), words(other)).ratio()
            for index, other in enumerate(texts)
            if index != own
        )
        for own, text in enumerate(texts)
    ]
    return _best(likeness)


def nearest_letters(texts: Sequence[str]) -> list[int]:
    """The statements that are most like all the others, letter by letter."""
    likeness = [
        sum(
            SequenceMatcher(None, text, other, autojunk=False).ratio()
            for index, other in enumerate(texts)
            if index != own
        )
        for own, text in enumerate(texts)
    ]
    return _best(likeness)


def farthest(texts: Sequence[str]) -> list[int]:
    """The statements that are least like all the others."""
    likeness = [
        sum(
            SequenceMatcher(None, words(text), words(other)).ratio()
            for index, other in enumerate(texts)
            if index != own
        )
        for own, text in enumerate(texts)
    ]
    return _best([-value for value in likeness])


def alone_lacks(texts: Sequence[str]) -> list[int]:
    """The statements that lack most of what all the others share."""
    return _best(_scores(texts, len(texts) - 1, has=False))


def alone_has(texts: Sequence[str]) -> list[int]:
    """The statements that have most of what all the others lack, for their length."""
    scores = _scores(texts, 1, has=True)
    return _best([s / len(features(t)) for s, t in zip(scores, texts, strict=True)])


def longest(texts: Sequence[str]) -> list[int]:
    return _best([len(text) for text in texts])


def shortest(texts: Sequence[str]) -> list[int]:
    return _best([-len(text) for text in texts])


def most_words(texts: Sequence[str]) -> list[int]:
    return _best([len(words(text)) for text in texts])


def fewest_words(texts: Sequence[str]) -> list[int]:
    return _best([-len(words(text)) for text in texts])


def lone(has: Callable[[str], bool]) -> Callable[[Sequence[str]], list[int]]:
    """A program that picks the only statement which has something, or else the only one without."""

    def guess(texts: Sequence[str]) -> list[int]:
        found = [has(text) for text in texts]
        for value in (True, False):
            if found.count(value) == 1:
                return [found.index(value)]
        return list(range(len(texts)))

    return guess


def _has_trigger(text: str) -> bool:
    """Whether it begins like a main clause with another one behind it."""
    return bool(re.match(r"(?i)(?:\S+ ){0,4}(?:que|qu'|si|s'|quand|dès)\b", text))


def _scores(texts: Sequence[str], count: int, *, has: bool) -> list[float]:
    sets = [features(text) for text in texts]
    shared = {f for f, n in Counter(f for s in sets for f in s).items() if n == count}
    return [float(len(shared & s) if has else len(shared - s)) for s in sets]


def _best(scores: Sequence[float]) -> list[int]:
    top = max(scores)
    return [index for index, score in enumerate(scores) if abs(score - top) < 1e-9]


GUESSERS: dict[str, Callable[[Sequence[str]], list[int]]] = {
    "nearest": nearest,
    "alone_lacks": alone_lacks,
    "alone_has": alone_has,
    "longest": longest,
    "shortest": shortest,
    "nearest_letters": nearest_letters,
    "farthest": farthest,
    "most_words": most_words,
    "fewest_words": fewest_words,
    "lone_accent": lone(lambda text: any(letter in "àâçéèêëîïôùûœ" for letter in text.lower())),
    "lone_comma": lone(lambda text: "," in text),
    "lone_question": lone(lambda text: text.endswith("?")),
    "lone_negation": lone(lambda text: bool(re.search(r"(?i)\bn(e\b|')", text))),
    "lone_hyphen": lone(lambda text: "-" in text),
    "lone_apostrophe": lone(lambda text: "'" in text),
    "lone_name": lone(lambda text: any(letter.isupper() for letter in text[1:])),
    "lone_trigger": lone(_has_trigger),
}


def score(
    guesser: Callable[[Sequence[str]], list[int]], problems: Sequence[tuple[Sequence[str], int]]
) -> float:
    """How often a program is right; a tie counts as a guess among the tied."""
    right = 0.0
    for texts, correct in problems:
        guessed = guesser(texts)
        right += (correct in guessed) / len(guessed)
    return right / len(problems)
