"""Prepositions that are certainly wrong: before names of countries and cities, and behind some verbs.

En before feminine countries and those that begin with a vowel, au before masculine ones, aux before
plurals, à before cities (Grevisse, Le bon usage, on prepositions before place names). What verbs
govern is in ``verbs.french.government``.
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import begins_with_vowel, can_be, traits
from generation.french.checking.sentence import Infinitive, Sentence, Tag
from generation.french.checking.text import Word
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind
from verbs.french.government import government
from verbs.french.vocabulary import ErrorType

__all__ = ["place_findings", "prepositions", "wrong_before_place"]

#: Infinitives behind à that are a second object: "proposer à boire".
_NOURISHING = frozenset({"manger", "boire", "lire", "dîner", "déjeuner", "goûter", "faire", "voir"})
#: The verbs that take such an infinitive.
_GIVING = frozenset(
    {
        *("proposer", "offrir", "donner", "demander", "commander", "servir", "préparer", "acheter"),
        *("trouver", "chercher", "prendre", "recommander", "conseiller", "suggérer", "promettre"),
        *("refuser", "interdire", "permettre", "choisir", "obtenir", "mériter", "apporter"),
    }
)


def prepositions(sentence: Sentence) -> list[Finding]:
    """Return the prepositions of a sentence that are certainly wrong."""
    found = place_findings(sentence.words)
    for infinitive in sentence.infinitives:
        found += _before_infinitive(sentence, infinitive)
    return found


def place_findings(words: tuple[Word, ...]) -> list[Finding]:
    """Return wrong prepositions before the names of countries and cities."""
    found: list[Finding] = []
    for index in range(len(words) - 1):
        right = wrong_before_place(words, index)
        if right is None:
            continue
        name = words[index + 1]
        code = {"en": "feminine_country", "au": "masculine_country", "à": "city"}.get(
            right, "place"
        )
        found.append(
            Finding(
                ErrorType.PREPOSITION,
                f"preposition.{code}",
                words[index].start,
                name.end,
                f"Before “{name.text}” it is “{right}”, not “{words[index].text}”.",
                f"{right} {name.text}",
            )
        )
    return found


def wrong_before_place(words: tuple[Word, ...], index: int) -> str | None:
    """Return the right preposition if a certainly wrong one stands before the name of a place."""
    word, name = words[index].text.lower(), words[index + 1]
    if not name.is_capitalised or not can_be(name, Kind.NAME):
        return None
    known = traits(name, Kind.NAME)
    if known & {"given", "family"} or ("country" in known) is ("city" in known):
        return None
    right = next((p for p in ("en", "aux", "au", "à") if p in known), None)
    if right is None or word == right or len(known & {"en", "au", "aux", "à"}) != 1:
        return None
    if "country" in known:
        # Behind "dans" and "à" a country has its article; "de ... à" may list countries.
        wrong = {"en": ("à", "au", "dans"), "au": ("en", "à", "dans"), "aux": ("en", "à", "au"),
                 "à": ("au",)}[right]  # fmt: skip
        listed = word == "à" and _from_somewhere(words, index)
        return right if word in wrong and not listed else None
    # "Dans Paris" and "en Avignon" are right.
    return right if word == "en" and begins_with_vowel(name) is False else None


def _from_somewhere(words: tuple[Word, ...], index: int) -> bool:
    """Whether de and a name stand before: "de France à Monaco"."""
    return any(
        word.text.lower() in ("de", "du", "des", "d'")
        and any(w.is_capitalised for w in words[place + 1 : min(place + 3, index)])
        for place, word in enumerate(words[:index])
    )


def _before_infinitive(sentence: Sentence, infinitive: Infinitive) -> Iterator[Finding]:
    """Yield "essayer à faire", "il veut de partir": prepositions between a verb and an infinitive."""
    words, tags = sentence.words, sentence.tags
    if infinitive.preposition is None or infinitive.preposition == 0:
        return
    index = infinitive.preposition
    preposition = words[index].lower
    if preposition not in ("à", "de"):
        return
    before = index - 1
    while before >= 0 and tags[before] is Tag.NEGATION:
        before -= 1
    if before < 0 or tags[before] is not Tag.FINITE:
        return
    lemmas = {r.lemma for r in sentence.readings[before] if r.kind is Kind.VERB}
    group = next((c.group for c in sentence.clauses if c.group.finite == before), None)
    if len(lemmas) != 1 or group is None or group.enclitics:
        return
    if any(words[c].lower not in ("y", "en") for c in group.clitics):
        return
    known = government(lemmas.pop())
    if known is None or preposition not in known.wrong_infinitive:
        return
    if words[infinitive.index].lower in _NOURISHING and known.verb in _GIVING:
        return
    if words[infinitive.index].lower == "ravir":
        # "Cette robe va à ravir."
        return
    right = sorted(known.infinitive - {"bare"})
    wanted = f"“{right[0]}”" if right else "no preposition"
    yield Finding(
        ErrorType.PREPOSITION,
        "preposition.wrong",
        words[before].start,
        words[infinitive.index].end,
        f"“{known.verb}” takes {wanted} before an infinitive, not “{preposition}”.",
    )
