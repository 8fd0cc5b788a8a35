"""Taking complements of a verb apart as French writes them: "aux questions", "d'aller au lit"."""

from __future__ import annotations

import re

#: Contracted preposition and article: what they are made of.
_CONTRACTIONS = {
    "au": ("à", "le"),
    "aux": ("à", "les"),
    "du": ("de", "le"),
    "des": ("de", "les"),
}


def split_preposition(text: str) -> tuple[str, str]:
    """Split "aux questions" into "à" and "les questions", "de la ville" into "de" and "la ville"."""
    first, _, rest = text.partition(" ")
    if first in _CONTRACTIONS:
        preposition, article = _CONTRACTIONS[first]
        return preposition, f"{article} {rest}"
    if first in ("à", "de"):
        return first, rest
    match = re.match(r"d'(.*)", text)
    if match:
        return "de", match[1]
    raise ValueError(f"{text!r} begins neither with à nor with de")


def split_infinitive(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split "de se lever tôt" into its preposition, if any, and its words."""
    first, _, rest = text.partition(" ")
    words: tuple[str, ...] = ()
    if first in ("à", "de"):
        words, text = (first,), rest
    elif first.startswith("d'"):
        words, text = ("de",), text.removeprefix("d'")
    if text.startswith("s'"):
        text = "se " + text.removeprefix("s'")
    phrase = tuple(text.split(" "))
    verb = phrase[1] if phrase[0] == "se" and len(phrase) > 1 else phrase[0]
    if not verb.endswith(("er", "ir", "re")):
        raise ValueError(f"{text!r}: {verb!r} is no infinitive")
    return words, phrase
