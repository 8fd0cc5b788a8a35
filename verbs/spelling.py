"""Infinitives as people type them."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Text for look-ups: without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def split_citation(text: str) -> tuple[str, bool]:
    """The infinitive without se, and whether there was one: ``S’habiller`` is habiller, reflexive."""
    plain = unicodedata.normalize("NFC", text).replace("’", "'").casefold()
    plain = " ".join(plain.split())
    for prefix in ("se ", "s'"):
        if plain.startswith(prefix):
            return plain.removeprefix(prefix).strip(), True
    return plain, False
