"""De and its articles behind words of quantity, behind ne ... que, and behind a verb.

Behind a quantity stands de without an article, unless the noun is told apart ("beaucoup des livres que
j'ai lus"); without a negation or a quantity de is no article at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from generation.french.checking.alignment import Region
from generation.french.checking.differences.base import Pair, Side
from generation.french.checking.lexis import is_name, is_person, traits
from generation.french.checking.sentence import Tag
from generation.french.checking.text import Word
from verbs.french.government import government

__all__ = ["QUANTITY", "behind_quantity", "de_quantity", "is_only", "is_plain", "is_specified"]

#: Words behind which de stands without an article: quantities, and the negations.
QUANTITY = frozenset(
    {
        *("beaucoup", "peu", "trop", "assez", "plus", "moins", "tant", "autant", "combien"),
        *("kilo", "kilos", "litre", "litres", "verre", "tasse", "bouteille", "tranche", "morceau"),
        *("paquet", "boîte", "douzaine", "gramme", "grammes", "peu", "pas", "jamais", "sans"),
        *("bouteilles", "verres", "tasses", "tranches", "morceaux", "paquets", "boîtes", "nombre"),
    }
)
_DEGREES = frozenset({"beaucoup", "peu", "trop", "assez", "plus", "moins", "tant", "autant"})
_FRACTIONS = frozenset({"moitié", "quart", "tiers", "double", "triple", "deux", "trois", "tout"})
#: Verbs behind which de says from where.
_COMING = frozenset({"venir", "revenir", "sortir", "descendre", "rentrer", "partir", "arriver"})
_GETTING = frozenset({"vouloir", "obtenir", "recevoir"})


def behind_quantity(side: Side, index: int) -> bool:
    """Return whether a word of quantity stands right before a word of the sentence.

    "Plus" is one only without ne: "il mange plus", "il ne mange plus".
    """
    words = side.sentence.words
    if index < 1:
        return False
    before = words[index - 1]
    free = {"pas", "jamais", "plus"} if any(w.lower == "ne" for w in words) else {"pas", "jamais"}
    return before.lower in QUANTITY - free or "quantity" in traits(before)


def de_quantity(pair: Pair, region: Region) -> bool:
    """Return whether de behind a word of quantity stands before the words of a region."""
    words = pair.incorrect.sentence.words
    index = region.right - 1
    return index > 0 and words[index].lower == "de" and behind_quantity(pair.incorrect, index)


def is_specified(side: Side, index: int) -> bool:
    """Return whether a relative clause, a complement or a past makes the noun a definite one."""
    sentence = side.sentence
    words = sentence.words[index : index + 5]
    adverbs = {w.lower for w in sentence.words[max(0, index - 3) : index]} & _DEGREES
    if adverbs and _is_spoken_of(side, index, adverbs):
        return True
    if any(w.lower in _FRACTIONS for w in words[:2]):
        return True
    end = next((n for n, w in enumerate(words) if w.text in (".", "!", "?", ";")), len(words))
    words = words[:end]
    if adverbs & {"plus", "moins", "autant"} and (than := _than(words)):
        # "Moins de patience que sa sœur": que compares; "plus du thé que du café" is right.
        words = words[:than]
    return any(w.lower in ("que", "qui", "dont", "de", "du", "des", "où") for w in words)


def _than(words: Sequence[Word]) -> int:
    """Return where a que stands that compares two persons, 0 if there is none."""
    place = next((n for n, w in enumerate(words) if w.lower == "que"), 0)
    behind = words[place + 1 :]
    strong = frozenset({"moi", "toi", "lui", "elle", "nous", "vous", "eux", "elles"})
    alone = len(behind) == 1 and behind[0].lower in strong
    named = bool(behind) and (is_person(behind[-1]) or is_name(behind[-1])) and len(behind) < 3
    return place if alone or named else 0


def _is_spoken_of(side: Side, index: int, adverbs: set[str]) -> bool:
    """Whether the article may belong to a complement: "il parle beaucoup des enfants"."""
    words = side.sentence.words[:index]
    if "assez" in adverbs and any(w.lower == "en" for w in words):
        # "J'en ai assez du bruit".
        return True
    verbs = [n for n, tag in enumerate(side.sentence.tags[:index])
             if tag in (Tag.FINITE, Tag.PARTICIPLE, Tag.INFINITIVE)]  # fmt: skip
    if not verbs:
        return True
    place = next(p for p, a in enumerate(side.atoms) if a.word == verbs[-1])
    known = [government(c) for c in side.citations(place)]
    return any(
        g is not None and ((g.takes_de and g.verb not in _GETTING) or g.verb in _COMING)
        for g in known
    )


def is_plain(side: Side, region: Region) -> bool:
    """Return whether neither a negation nor a quantity nor an adjective explains a bare de."""
    words, tags = side.sentence.words, side.sentence.tags
    texts = {w.lower for w in words}
    if texts & {"ne", "sans", "pas", "jamais", "ni"} or texts & QUANTITY:
        return False
    behind = region.left + len(region.old)
    before = region.left - 1
    governs = before >= 0 and tags[before] in (Tag.FINITE, Tag.PARTICIPLE, Tag.INFINITIVE)
    if behind < len(words) and tags[behind] is Tag.ADJECTIVE:
        return False
    return governs and not _takes_de(side, before)


def is_only(side: Side, region: Region) -> bool:
    """Return whether "ne ... que" stands before a partitive article, which it leaves as it is.

    "Il ne boit que de bon vin" has an adjective, "il ne parle que de vin" a verb with de.
    """
    words, tags = side.sentence.words, side.sentence.tags
    texts = [w.lower for w in words[: region.left]]
    behind = region.left + len(region.old)
    verbs = [n for n, tag in enumerate(tags[: region.left])
             if tag in (Tag.FINITE, Tag.PARTICIPLE, Tag.INFINITIVE)]  # fmt: skip
    if texts[-1:] != ["que"] or "ne" not in texts or set(texts) & {"pas", "plus", "jamais"}:
        return False
    if not verbs or verbs[-1] != region.left - 2 or behind >= len(words):
        return False
    return tags[behind] is Tag.NOUN and not _takes_de(side, verbs[-1])


def _takes_de(side: Side, index: int) -> bool:
    place = next((p for p, a in enumerate(side.atoms) if a.word == index), None)
    if place is None:
        return True
    known = [government(c) for c in side.citations(place)]
    return any(g is None or g.takes_de for g in known)
