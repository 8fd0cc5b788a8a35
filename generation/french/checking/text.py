"""From a text to words: apostrophes, spaces, elision, hyphens of inversion and of imperatives.

Positions count in the normalised text (``normalise``); a text in composed Unicode with plain spaces
keeps its own.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from generation.french.checking.words import is_known, restored

#: What an elided word may be in full. "t'" is te; tu is written so only in familiar speech.
ELIDED = {
    "l'": ("le", "la"),
    "j'": ("je",),
    "m'": ("me",),
    "t'": ("te",),
    "s'": ("se", "si"),
    "n'": ("ne",),
    "d'": ("de",),
    "c'": ("ce",),
    "ç'": ("ce",),
    "qu'": ("que",),
    "jusqu'": ("jusque",),
    "lorsqu'": ("lorsque",),
    "puisqu'": ("puisque",),
    "quoiqu'": ("quoique",),
    "quelqu'": ("quelque",),
    "presqu'": ("presque",),
    "entr'": ("entre",),
}
_SUBJECTS = frozenset({"je", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles", "ce"})
_OBJECTS = frozenset({"moi", "toi", "le", "la", "les", "lui", "leur", "y", "en", "me", "te", "se"})
_ATTACHED = _SUBJECTS | _OBJECTS | {"ci", "là", "m'", "t'", "l'", "s'"}
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007\t\n\r"), " ")
_APOSTROPHES = dict.fromkeys(map(ord, "\u2019\u02bc\u2018\u00b4`"), "'")
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011"), "-")
_TRANSLATION = {**_SPACES, **_APOSTROPHES, **_HYPHENS}
_ABBREVIATION = r"(?:M\.|MM\.|Dr\.|etc\.|p\.\s?ex\.)"
_NUMBER = r"\d+(?:[.,]\d+)*(?:h\d*|er|re|e|ème|%|€)?"
_LETTERS = r"[^\W\d_]+"
_CHUNK = re.compile(
    rf"{_ABBREVIATION}|{_NUMBER}(?!\w)|{_LETTERS}(?:['-]{_LETTERS})*'?|\.\.\.|[^\w\s]|\w+"
)
_WHOLE = re.compile(r"(?:aujourd'hui|quelqu'une?|presqu'îles?|prud'hommes?)$", re.IGNORECASE)


@dataclass(frozen=True)
class Word:
    """A word or punctuation mark of a text.

    ``text`` is what is written ("l'"), ``full`` the lower-case full forms it may stand for ("le",
    "la"); ``start`` and ``end`` delimit it in the normalised text. ``elided``: written with an
    apostrophe; ``joined``: by a hyphen to the word before; ``euphonic``: with -t- before it
    (a-t-il). ``initial``: the first word of a sentence, so that its capital means nothing.
    """

    text: str
    full: tuple[str, ...]
    start: int
    end: int
    elided: bool = False
    joined: bool = False
    euphonic: bool = False
    initial: bool = False

    @property
    def is_punctuation(self) -> bool:
        """Whether it is a mark and no word."""
        return not any(letter.isalnum() for letter in self.text)

    @property
    def is_capitalised(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()

    @property
    def lower(self) -> str:
        """The first full form, in lower case."""
        return self.full[0]


def normalise(text: str) -> str:
    """Return a text in composed Unicode, with straight apostrophes, plain hyphens and spaces."""
    return unicodedata.normalize("NFC", text).translate(_TRANSLATION)


def tokenise(text: str) -> tuple[Word, ...]:
    """Split a text into words and marks, elision undone and attached pronouns split off."""
    words: list[Word] = []
    initial = True
    for match in _CHUNK.finditer(normalise(text)):
        for word in _split(match[0], match.start()):
            words.append(_initial(word) if initial and not word.is_punctuation else word)
            if not word.is_punctuation:
                initial = False
            elif word.text in (".", "?", "!", "...", "…"):
                initial = True
    return tuple(words)


def _initial(word: Word) -> Word:
    return replace(word, initial=True)


def _split(chunk: str, start: int) -> list[Word]:
    """Split what stands between spaces: l'a-t-il, donne-le-moi, va-t'en, grand-mère."""
    if _is_whole(chunk):
        return [_word(chunk, start)]
    match = re.match(r"([^\W\d_]+')(.+)", chunk)
    if match and match[1].lower() in ELIDED:
        return [_word(match[1], start), *_split(match[2], start + match.end(1))]
    return _attached(chunk, start)


def _is_whole(chunk: str) -> bool:
    if _WHOLE.match(chunk):
        return True
    before, apostrophe, _ = chunk.partition("'")
    return "-" in (before if apostrophe else chunk) and is_known(chunk)


def _attached(chunk: str, start: int) -> list[Word]:
    """Split pronouns off the end of a word with hyphens; other compounds stay whole."""
    pieces = [(m[0], m.start()) for m in re.finditer(r"[^'-]+'?", chunk)]
    cut = len(pieces)
    while cut > 1 and (
        pieces[cut - 1][0].lower() in _ATTACHED
        or (pieces[cut - 1][0].lower() == "t" and cut < len(pieces))
    ):
        cut -= 1
    if cut < len(pieces) and cut >= 1:
        head_end = pieces[cut - 1][1] + len(pieces[cut - 1][0])
        found = [_word(chunk[:head_end], start)]
        if found[0].text == "A":
            # "A-t-il", not "A midi".
            found = [replace(found[0], full=("a",))]
        euphonic = False
        for text, offset in pieces[cut:]:
            if text.lower() == "t":
                euphonic = True
                continue
            found.append(_word(text, start + offset, joined=True, euphonic=euphonic))
            euphonic = False
        return found
    if "'" in chunk[:-1] and (match := re.match(r"(.+?')(.+)", chunk)):
        # An apostrophe where none belongs (s'elle aside): the two parts are words of their own.
        return [_word(match[1], start), *_split(match[2], start + match.end(1))]
    return [_word(chunk, start)]


def _word(text: str, start: int, *, joined: bool = False, euphonic: bool = False) -> Word:
    lower = text.lower()
    elided = lower.endswith("'") and len(lower) > 1
    full = ELIDED.get(lower, (lower,)) if elided else (restored(text),)
    return Word(text, full, start, start + len(text), elided, joined, euphonic)
