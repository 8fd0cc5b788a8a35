"""What tells one text from others without any French: likeness, length, what it alone has or lacks.

A program that knows nothing of French must not find the correct statement of a problem. Each *cue*
here names the statements that such a program would pick. Composing draws for every cue whether it
may point to the correct statement in this problem, so often as chance would have it, and prefers
statements that keep to it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from random import Random

_WORD = re.compile(r"\w+'?")
_ACCENTS = frozenset("àâäçéèêëîïôöùûüœæ")
CUES = ("words", "letters", "alone_lacks", "alone_has", "length", "accents")


@lru_cache(maxsize=5000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


@lru_cache(maxsize=5000)
def _features(text: str) -> frozenset[str]:
    """The words of a text and their endings."""
    words = _words(text)
    return frozenset(words).union(f"-{w[-n:]}" for w in words for n in (1, 2, 3) if len(w) > n)


@lru_cache(maxsize=20_000)
def _words_alike(one: str, other: str) -> float:
    return SequenceMatcher(None, _words(one), _words(other)).ratio()


@lru_cache(maxsize=20_000)
def _letters_alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _middles(texts: Sequence[str]) -> list[str]:
    """Return what differs in some texts, without the letters that all begin and end with."""
    shortest = min(map(len, texts))
    before = next((i for i in range(shortest) if len({t[i] for t in texts}) > 1), shortest)
    rest = range(1, shortest - before + 1)
    behind = next((i - 1 for i in rest if len({t[-i] for t in texts}) > 1), shortest - before)
    return [text[before : len(text) - behind] for text in texts]


def central(texts: Sequence[str], key: int) -> float:
    """Return how often a program is right that takes the text most like the others, by words."""
    return _chance(_central(texts, letters=False), key)


def _central(texts: Sequence[str], *, letters: bool) -> list[float]:
    """How much each text is like the others."""
    alike = _letters_alike if letters else _words_alike
    found = [0.0] * len(texts)
    for i, one in enumerate(texts):
        for j in range(i):
            value = alike(texts[j], one)
            found[i] += value
            found[j] += value
    return found


def _chance(scores: Sequence[float], key: int) -> float:
    """How often a program that picks the highest score is right: a tie is a guess."""
    top = max(scores)
    best = [index for index, score in enumerate(scores) if abs(score - top) < 1e-9]
    return 1 / len(best) if key in best else 0.0


def hits(texts: Sequence[str], key: int) -> dict[str, float]:
    """Return for every cue how often it leads to the text at ``key``; 1: always."""
    sets = [_features(text) for text in texts]
    shared = Counter(feature for features in sets for feature in features)
    others = {f for f, n in shared.items() if n == len(texts) - 1}
    single = {f for f, n in shared.items() if n == 1}
    lengths = [float(len(text)) for text in texts]
    accents = [float(not _ACCENTS.isdisjoint(text.lower())) for text in texts]
    lone = sum(accents) in (1, len(texts) - 1)
    odd = accents if sum(accents) == 1 else [1 - each for each in accents]
    return {
        "words": central(texts, key),
        "letters": _chance(_central(_middles(texts), letters=True), key),
        "alone_lacks": _chance([float(len(others - each)) for each in sets], key),
        "alone_has": _chance([len(single & each) / max(1, len(each)) for each in sets], key),
        "length": max(_chance(lengths, key), _chance([-each for each in lengths], key)),
        "accents": _chance(odd, key) if lone else 1 / len(texts),
    }


def draw_targets(rng: Random, count: int) -> dict[str, float]:
    """Draw for every cue whether it may lead to the correct one of ``count`` statements."""
    # Forms that are central letter by letter are found more easily, so that less of them are wanted.
    chance = dict.fromkeys(CUES, 1 / count) | {"length": 2 / count, "letters": 0.6 / count}
    return {cue: float(rng.random() < chance[cue]) for cue in CUES}


def misses(found: Mapping[str, float], targets: Mapping[str, float]) -> float:
    """Return how far the cues of some statements are from what was drawn; 0: not at all."""
    return sum(abs(value - targets[cue]) for cue, value in found.items())
