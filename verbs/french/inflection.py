"""Plural of nouns and adjectives and feminine of adjectives, by the rules of school grammar.

The exceptions are the closed lists that every school grammar gives (bijou, caillou, chou...). Both
plurals count where both are in use (idéals, idéaux).
"""

from __future__ import annotations

_OU_X = frozenset({"bijou", "caillou", "chou", "genou", "hibou", "joujou", "pou"})
_AIL_AUX = frozenset({"bail", "corail", "émail", "soupirail", "travail", "vantail", "vitrail"})
_AU_S = frozenset({"landau", "sarrau", "bleu", "pneu", "émeu", "lieue"})
_AL_S = frozenset(
    {
        *("aval", "bal", "cal", "carnaval", "cérémonial", "chacal", "choral", "festival", "pal"),
        *("récital", "régal", "rorqual", "serval", "mistral", "narval", "gavial", "val"),
        *(
            "banal",
            "bancal",
            "fatal",
            "fractal",
            "natal",
            "naval",
            "tonal",
            "prénatal",
            "postnatal",
        ),
    }
)
#: Both plurals are in use.
_AL_BOTH = frozenset({"idéal", "final", "glacial", "austral", "boréal", "pascal", "jovial", "val"})
_ET_ETE = frozenset({"complet", "incomplet", "concret", "désuet", "discret", "indiscret"}) | {
    *("inquiet", "quiet", "replet", "secret"),
}
_EUR_E = ("érieur", "majeur", "mineur", "meilleur")


def plurals(word: str) -> tuple[str, ...]:
    """Return the plurals in use of a noun or a masculine adjective: jeu, jeux; mal, maux."""
    if word.endswith(("s", "x", "z")):
        return (word,)
    if word in _OU_X or (word.endswith(("au", "eu")) and word not in _AU_S):
        return (word + "x",)
    if word in _AIL_AUX:
        return (word[:-2] + "ux",)
    if word in _AL_BOTH:
        return (word + "s", word[:-1] + "ux")
    if word.endswith("al") and word not in _AL_S:
        return (word[:-1] + "ux",)
    return (word + "s",)


def feminine(adjective: str) -> str:
    """Return the feminine of an adjective that follows the rules; exceptions are in the data."""
    for ending, other in (
        ("e", "e"),
        ("er", "ère"),
        ("eux", "euse"),
        ("oux", "ouse"),
        ("eau", "elle"),
        ("if", "ive"),
        ("ïf", "ïve"),
        ("euf", "euve"),
        ("auf", "auve"),
        ("el", "elle"),
        ("eil", "eille"),
        ("ien", "ienne"),
        ("ïen", "ïenne"),
        ("yen", "yenne"),
        ("éen", "éenne"),
        ("on", "onne"),
    ):
        if adjective.endswith(ending):
            return adjective.removesuffix(ending) + other
    if adjective.endswith("et"):
        return adjective[:-2] + "ète" if adjective in _ET_ETE else adjective + "te"
    if adjective.endswith("eur") and not adjective.endswith(_EUR_E):
        return adjective[:-1] + "se"
    return adjective + "e"
