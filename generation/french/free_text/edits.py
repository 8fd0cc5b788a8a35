"""Changing words of a sentence, with elision, contraction, hyphens and capitals as they must be."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from generation.french.checking.lexis import begins_with_vowel, is_name
from generation.french.checking.sentence import Sentence, Tag
from generation.french.checking.text import Word, tokenise
from generation.french.deviations.base import spans

__all__ = ["Change", "composed", "difference", "rewrite"]

_ELIDING = frozenset(
    {*("je", "me", "te", "se", "le", "la", "ne", "de", "que"),
     *("lorsque", "puisque", "quoique", "jusque")}
)  # fmt: skip
#: Joined by a hyphen these keep their vowel: "ai-je eu", "donne-le à Paul".
_KEPT_BEHIND = frozenset({"je", "le", "la", "ce"})
_CONTRACTED = {
    ("à", "le"): "au",
    ("à", "les"): "aux",
    ("de", "le"): "du",
    ("de", "les"): "des",
}
_ENDS = frozenset({".", "!", "?", "...", "…"})
_LINKED = frozenset({"il", "elle", "on"})


@dataclass(frozen=True)
class Change:
    """The words ``start`` to ``end`` (not included) of a sentence give way to others.

    ``words`` are full forms ("le", not "l'"); one that begins with a hyphen is joined to the word
    before it. ``bare``: they are written as they are, without elision or contraction.
    """

    start: int
    end: int
    words: tuple[str, ...] = ()
    bare: bool = False


@dataclass(frozen=True)
class _Unit:
    """A word to be written.

    ``full``: its full form, "" for an "l'" that may be le or la. ``fresh``: it is new here; ``seam``:
    it is old, but what stood before it is not there any more. ``gap``: what stood before it.
    """

    text: str
    full: str
    gap: str
    fresh: bool = False
    seam: bool = False
    bare: bool = False
    article: bool = False
    joined: bool = False
    word: Word | None = None

    @property
    def vowel(self) -> bool | None:
        """Whether words elide before it; None if that is not certain."""
        word = self.word or (tokenise(self.text) or (None,))[0]
        if word is None:
            return None
        return False if word.is_punctuation else begins_with_vowel(word)


def composed(text: str) -> str:
    """Return a text in composed Unicode, in which positions are those of its analysis."""
    return unicodedata.normalize("NFC", text)


def _full(sentence: Sentence, index: int) -> str:
    """Return the full form of a word; "" for an elided one that can be several."""
    word = sentence.words[index]
    if not word.elided:
        return word.text.lower()
    if word.text.lower() == "s'":
        return "se" if sentence.tags[index] is Tag.CLITIC else "si"
    return word.full[0] if len(word.full) == 1 else ""


def _old(sentence: Sentence, text: str, index: int, *, seam: bool) -> _Unit:
    word = sentence.words[index]
    before = sentence.words[index - 1].end if index else 0
    written = word.text
    if seam and word.initial and not is_name(word):
        # Something stands before the word that began the sentence.
        written = written[0].lower() + written[1:]
    return _Unit(
        written,
        _full(sentence, index),
        text[before : word.start],
        seam=seam,
        article=sentence.tags[index] is Tag.DETERMINER,
        joined=word.joined,
        word=word,
    )


def _units(sentence: Sentence, text: str, changes: Sequence[Change]) -> list[_Unit]:
    """Return the words of the changed sentence."""
    units: list[_Unit] = []
    index = 0
    for change in (*sorted(changes, key=lambda c: c.start), None):
        stop = len(sentence.words) if change is None else change.start
        units += [
            _old(sentence, text, n, seam=n == index and bool(units)) for n in range(index, stop)
        ]
        if change is not None:
            for each in change.words:
                bare = each.removeprefix("-")
                units.append(
                    _Unit(bare, bare, " ", fresh=True, bare=change.bare, article=True,
                          joined=each.startswith("-"))
                )  # fmt: skip
            index = change.end
    return units


def rewrite(sentence: Sentence, text: str, *changes: Change) -> str | None:
    """Return a text with some of its words changed; None if how it is written is not certain.

    ``sentence`` is the analysis of ``text``, which is composed (``composed``).
    """
    units = _units(sentence, text, changes)
    written = ""
    place = 0
    begins = True
    while place < len(units):
        unit, width = units[place], 1
        following = units[place + 1] if place + 1 < len(units) else None
        form: str | None = unit.text
        if following is not None and (unit.fresh or following.fresh or following.seam):
            behind = units[place + 2] if place + 2 < len(units) else None
            form, width = _spelt(unit, following, behind)
        if form is None:
            return None
        if begins and unit.fresh and text[:1].isupper():
            form = form[0].upper() + form[1:]
        written += (_gap(written, unit) if written else unit.gap.strip(" ")) + form
        if any(letter.isalnum() for letter in form):
            begins = False
        elif form in _ENDS:
            begins = True
        place += width
    return written.replace("'", "\u2019") if "\u2019" in text else written


def _spelt(unit: _Unit, following: _Unit, behind: _Unit | None) -> tuple[str | None, int]:
    """Return how a word is written before the next one, and how many units that stands for."""
    if unit.bare:
        return unit.text, 1
    if not unit.full:
        # "L'" of le or la: it stays before a vowel.
        return (unit.text if following.vowel else None), 1
    contracted = _CONTRACTED.get((unit.full, following.full))
    if contracted and following.article and not following.bare:
        elides = following.full == "le" and behind is not None and behind.vowel
        if not elides:
            return (None if elides is None else _like(unit, contracted)), 2
    if unit.full == "si":
        return _like(unit, "s'" if following.full in ("il", "ils") else "si"), 1
    if unit.full == "ce" and not unit.article and not unit.joined:
        return _like(unit, "c'" if following.full[:1] in ("e", "é") else "ce"), 1
    if unit.joined and unit.full in ("me", "te"):
        elided = unit.full[0] + "'" if following.full in ("en", "y") else unit.full
        return elided, 1
    if unit.full in _ELIDING and not (unit.joined and unit.full in _KEPT_BEHIND):
        vowel = following.vowel
        form = unit.full[:-1] + "'" if vowel else unit.full
        return (None if vowel is None else _like(unit, form)), 1
    return unit.text, 1


def _like(unit: _Unit, form: str) -> str:
    """Return a form with a capital if the word has one."""
    return form[0].upper() + form[1:] if unit.text[:1].isupper() else form


def _gap(written: str, unit: _Unit) -> str:
    """Return what stands between a word and the text before it."""
    if written.endswith("'"):
        return ""
    if unit.joined:
        linked = unit.full in _LINKED and written[-1].lower() in "aeé"
        return "-t-" if linked else "-"
    if unit.word is None:
        return "" if written[-1] in '("' else " "
    if unit.word.is_punctuation or "-" not in unit.gap:
        # A word behind an elided one stood without a space.
        needs = not unit.gap and not unit.word.is_punctuation and written[-1].isalnum()
        return " " if needs else unit.gap
    return " "


def difference(wrong: str, right: str, *, backwards: bool = False) -> tuple[int, int, str]:
    """Return where two sentences differ: start and end in the wrong one, and the right words.

    Whole words, without marks behind them. A word that is too many takes the one behind it with it
    ("pour le bus"), or, ``backwards``, the one before it ("comprend pas").
    """
    start, end, correction = spans(wrong, right)
    while (
        end - start > 1
        and len(correction) > 1
        and wrong[end - 1] == correction[-1]
        and not wrong[end - 1].isalnum()
        and wrong[end - 1] not in "'\u2019"
    ):
        end, correction = end - 1, correction[:-1]
    added = wrong[start:end].removesuffix(" " + correction)
    if backwards and added != wrong[start:end] and start > 1:
        before = wrong.rfind(" ", 0, start - 1) + 1
        return before, start + len(added), wrong[before : start - 1]
    return start, end, correction
