"""Where two sentences differ, word by word, with elision and contraction undone.

"À la gare" and "au gare" differ in one article, "j'ai" and "je suis" in one verb, "l'ami" and "le ami"
in nothing but spelling.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from generation.french.checking.text import Word

__all__ = ["Atom", "Region", "align", "atoms"]

_CONTRACTIONS = {
    "au": ("à", "le"),
    "aux": ("à", "les"),
    "du": ("de", "le"),
    "des": ("de", "les"),
    "auquel": ("à", "lequel"),
    "auxquels": ("à", "lesquels"),
    "auxquelles": ("à", "lesquelles"),
    "duquel": ("de", "lequel"),
    "desquels": ("de", "lesquels"),
    "desquelles": ("de", "lesquelles"),
}
#: Forms of one pronoun before and behind a verb.
_SAME = {"moi": "me", "toi": "te"}


@dataclass(frozen=True)
class Atom:
    """A word in full, or one half of a contraction; ``word`` is its place among the words."""

    full: tuple[str, ...]
    word: int

    @property
    def text(self) -> str:
        """The first full form."""
        return self.full[0]

    def same(self, other: Atom) -> bool:
        """Whether the two can be the same word."""
        return not set(self.full).isdisjoint(other.full)

    def same_pronoun(self, other: Atom) -> bool:
        """Whether the two are the same word, or me and moi, te and toi."""
        mine = {_SAME.get(form, form) for form in self.full}
        return not mine.isdisjoint(_SAME.get(form, form) for form in other.full)


@dataclass(frozen=True)
class Region:
    """A place where two sentences differ: the atoms of each, and where they are.

    ``left`` and ``right`` are the places of the first atom in the correct and in the other one.
    """

    left: int
    right: int
    old: tuple[Atom, ...]
    new: tuple[Atom, ...]

    @property
    def old_words(self) -> tuple[str, ...]:
        """The words of the correct sentence."""
        return tuple(a.text for a in self.old)

    @property
    def new_words(self) -> tuple[str, ...]:
        """The words of the other sentence."""
        return tuple(a.text for a in self.new)


def atoms(words: tuple[Word, ...]) -> tuple[Atom, ...]:
    """Return the words without punctuation, contractions taken apart."""
    found: list[Atom] = []
    for place, word in enumerate(words):
        if word.is_punctuation:
            continue
        parts = _CONTRACTIONS.get(word.text.lower())
        found += [Atom((p,), place) for p in parts] if parts else [Atom(word.full, place)]
    return tuple(found)


def align(correct: tuple[Atom, ...], other: tuple[Atom, ...]) -> tuple[Region, ...]:
    """Return the regions in which two sequences differ, by a longest common subsequence."""
    rows, columns = len(correct), len(other)
    longest = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            longest[i][j] = max(
                longest[i + 1][j + 1] + _likeness(correct[i], other[j]),
                longest[i + 1][j],
                longest[i][j + 1],
            )
    return _regions(correct, other, _steps(correct, other, longest))


def _likeness(one: Atom, other: Atom) -> int:
    """Return how sure it is that two atoms are the same word: "s'" may be se or si."""
    if one.full == other.full:
        return 10
    return 9 if one.same(other) else 0


def _steps(
    correct: tuple[Atom, ...], other: tuple[Atom, ...], longest: list[list[int]]
) -> list[tuple[bool, int, int]]:
    """Return the path: whether the step is a match, and from where it starts."""
    i = j = 0
    steps: list[tuple[bool, int, int]] = []
    while i < len(correct) or j < len(other):
        both = i < len(correct) and j < len(other)
        likeness = _likeness(correct[i], other[j]) if both else 0
        if likeness and longest[i][j] == longest[i + 1][j + 1] + likeness:
            steps.append((True, i, j))
            i, j = i + 1, j + 1
        elif j >= len(other) or (i < len(correct) and longest[i + 1][j] >= longest[i][j + 1]):
            steps.append((False, i, j))
            i += 1
        else:
            steps.append((False, i, j))
            j += 1
    return [*steps, (True, i, j)]


def _regions(
    correct: tuple[Atom, ...], other: tuple[Atom, ...], steps: list[tuple[bool, int, int]]
) -> tuple[Region, ...]:
    found: list[Region] = []
    position = 0
    for is_match, group in groupby(steps, key=lambda step: step[0]):
        members = list(group)
        position += len(members)
        if not is_match:
            _, i, j = members[0]
            _, end_i, end_j = steps[position]
            found.append(Region(i, j, correct[i:end_i], other[j:end_j]))
    return tuple(found)
