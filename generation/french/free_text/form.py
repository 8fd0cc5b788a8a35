"""Whether a text is one plain French sentence that is fit to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from generation.french.tokens import NO_BREAK_SPACE

__all__ = ["MAX_LENGTH", "objections", "tidy"]

#: In characters.
MAX_LENGTH = 160

_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_MARKS = re.compile(r" *([!?;:»])")
_OPENING = re.compile(r"« *")
_APOSTROPHE = re.compile(r"(?<=\w)[’ʼ‘´`](?=\w)")
_HYPHEN = re.compile(r"(?<=\w)[‐‑](?=\w)")


def tidy(text: str) -> str:
    """Return a text as the engine would space and write it; its words stay as they are.

    Composed Unicode, single spaces, a no-break space before ! ? ; : and inside « », straight
    apostrophes, plain hyphens. What keeps it from being a sentence stays, for ``objections``.
    """
    text = unicodedata.normalize("NFC", text)
    text = _SPACES.sub(" ", text).strip()
    text = _HYPHEN.sub("-", _APOSTROPHE.sub("'", text))
    text = re.sub(r" +([.,…])", r"\1", text)
    text = _MARKS.sub(_spaced, text)
    return _OPENING.sub("«" + NO_BREAK_SPACE, text)


def _spaced(match: re.Match[str]) -> str:
    """Put a no-break space before a mark of two parts, but none between marks ("?!", "...?")."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    inside_number = before[-1:].isdigit() and match[0] == ":" and after[:1].isdigit()
    address = match[0] == ":" and after.startswith("//")
    if not before or before[-1] in "!?" or inside_number or address:
        return match[1]
    return NO_BREAK_SPACE + match[1]


# --- Objections -------------------------------------------------------------------------------

_END = re.compile(r"[^.!?…,;:\s]\s?(?:\.\.\.|[.!?…])$")
#: Marks behind which another sentence begins; not behind an abbreviation or an initial.
_BREAK = re.compile(r"(?<!\bM)(?<!\bMM)(?<!\bDr)(?<!\bSt)(?<!\b[A-Z])[.!?…]+[»\"”]?\s+[^\s»”]")
_ABBREVIATED = re.compile(r"\b(?:p\.\s?ex|etc|av|apr|J\.-C|env|tél|n°)\.", re.IGNORECASE)
_MARKUP = re.compile(r"[*_`#<>\[\]{}|\\~^=@$§¶†•]")
_ADDRESS = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|org|net|fr|io)\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-z]+|#\d+|#x[0-9a-f]+);?", re.IGNORECASE)
_ARROW = re.compile(r"->|=>|<-|[→⇒➜➔➡←↔✗✘✓✔✅❌×☑☒]")
_SLASH = re.compile(r"(?<!\bkm)(?<=[^\W\d_])\s*/\s*[^\W\d_]")
_BRACKET = re.compile(r"[()]")
_NUMBERING = re.compile(r"^(?:\d+\s*[.):]|[A-Da-d]\s*[).:]|[-–—•]\s)")
_LABEL = re.compile(
    r"^(?:correct|incorrect|sentence|phrase|r[ée]ponse|answer|exemple|example|traduction|translation"
    r"|correcte?|incorrecte?|faux|fausse|vrai|juste|output|note|bonne r[ée]ponse|corrig[ée])\s*:",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\s[-–—:]\s*(?:(?:in)?correcte?|faute|erreur|faux|fausse|wrong|error|mistake)\b"
    r"|\bau lieu de [\"“«'‘]",
    re.IGNORECASE,
)
_ECHO = re.compile(
    r"\b(?:brief|json|schema|as an ai|language model|modèle de langage|error type|lorem ipsum)\b",
    re.IGNORECASE,
)
_QUOTES = (("«", "»"), ("“", "”"), ('"', '"'), ("‘", "’"), ("'", "'"), ("„", "“"))
_LETTER = re.compile(r"[^\W\d_]")
#: Letters that French has none of, other than accents: other scripts, and what looks like them.
_FOREIGN = re.compile(r"[^\W\d_a-zA-ZàâäáãåçéèêëíìîïñóòôöõúùûüýÿœæÀÂÄÁÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŸŒÆß]")


def objections(text: str) -> list[str]:
    """Return what keeps a text from being one plain sentence to show, in words; none: it is fit.

    Only its form is judged, not whether it is right: ``text`` should be ``tidy`` already.
    """
    if not _LETTER.search(text):
        return ["there are no words"]
    return list(dict.fromkeys((*_size(text), *_characters(text), *_notes(text), *_shape(text))))


def _size(text: str) -> Iterator[str]:
    if len(text) > MAX_LENGTH:
        yield f"it is longer than {MAX_LENGTH} characters"
    if text != text.strip():
        yield "there is space around it"


def _characters(text: str) -> Iterator[str]:
    """Say which characters do not belong into a sentence."""
    if unicodedata.normalize("NFC", text) != text:
        yield "it is not in composed Unicode"
    # The degree is a sign of its own: "20 °C".
    kinds = {unicodedata.category(letter) for letter in text if letter != "°"}
    if kinds & {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp", "Mn", "Me"}:
        yield "it has control or invisible characters"
    if kinds & {"So", "Sk"}:
        yield "it has a pictogram"
    if _FOREIGN.search(text):
        yield "it has letters that are not French"
    if _MARKUP.search(text):
        yield "it has markup"
    if _ADDRESS.search(text):
        yield "it has an address"
    if _ENTITY.search(text):
        yield "it has an HTML entity"


def _notes(text: str) -> Iterator[str]:
    """Say what is no part of the sentence: notes, two versions, labels, words of the prompt."""
    if _ARROW.search(text):
        yield "it has an arrow or a tick"
    if _BRACKET.search(text):
        yield "it has brackets"
    if _SLASH.search(text):
        yield "it has two versions with a slash"
    if _NUMBERING.search(text):
        yield "it is numbered"
    if _LABEL.search(text) or _NOTE.search(text):
        yield "it says whether it is right"
    if _ECHO.search(text):
        yield "it repeats words of the prompt"


def _shape(text: str) -> Iterator[str]:
    """Say where it is not written as one sentence."""
    first = next(letter for letter in text if letter.isalnum())
    if any(text.startswith(a) and text.rstrip(".!? ").endswith(b) for a, b in _QUOTES):
        yield "quotation marks stand around it"
    elif not (text[0] in "«“" or text[0].isalnum()):
        yield "it does not begin with a word"
    if first.isalpha() and not first.isupper():
        yield "it does not begin with a capital"
    if not _END.search(text):
        yield "it does not end like a sentence"
    if _BREAK.search(_ABBREVIATED.sub("", text)):
        yield "there are several sentences"
