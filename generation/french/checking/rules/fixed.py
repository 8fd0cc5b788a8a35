"""Prepositions that go with certain words, whatever the verb: avant de, envie de, au printemps."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import is_time, lemmas, only, readings_of
from generation.french.checking.rules.governed import (
    is_place,
    preposition_at,
    preposition_finding,
)
from generation.french.checking.rules.uses import is_person_phrase, phrase_at
from generation.french.checking.sentence import Sentence, Tag
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind

__all__ = ["fixed"]


def fixed(sentence: Sentence) -> list[Finding]:
    """Return the prepositions that certainly do not go with the word before or behind them."""
    return [*_avant(sentence), *_feelings(sentence)]


def _avant(sentence: Sentence) -> Iterator[Finding]:
    """Yield "avant partir": avant needs de before an infinitive."""
    for index, word in enumerate(sentence.words[:-1]):
        following = sentence.words[index + 1]
        if word.lower != "avant" or word.joined or not only(following, Kind.INFINITIVE):
            continue
        before = sentence.tags[index - 1] if index else None
        if before in (Tag.FINITE, Tag.INFINITIVE, Tag.PARTICIPLE, Tag.NEGATION) and _takes_bare(
            sentence, index - 1
        ):
            # "J'aimerais avant finir ceci."
            continue
        yield preposition_finding(
            sentence, "missing", index, index + 1, "“Avant” takes “de” before an infinitive."
        )


def _takes_bare(sentence: Sentence, index: int) -> bool:
    modal = {"vouloir", "pouvoir", "devoir", "aller", "falloir", "aimer", "souhaiter", "désirer"}
    return any(r.lemma in modal for r in readings_of(sentence.words[index])) or (
        sentence.tags[index] is Tag.NEGATION
    )


def _feelings(sentence: Sentence) -> Iterator[Finding]:
    """Yield "j'ai envie à une glace", "besoin à votre aide", "en printemps"."""
    words = sentence.words
    for index in range(1, len(words) - 1):
        text, before = words[index].lower, words[index - 1]
        phrase = phrase_at(sentence, index + 1)
        if text in ("envie", "besoin") and lemmas(before, Kind.VERB) >= {"avoir"}:
            a_noun = phrase is not None and phrase.preposition == index + 1
            if phrase is None or not a_noun or preposition_at(sentence, index + 1) != "à":
                continue
            noun = words[phrase.noun]
            if not is_time(noun) and not is_place(sentence, phrase) and phrase.determiner:
                reason = f"“Avoir {text}” takes “de”."
                yield preposition_finding(sentence, "wrong", index, phrase.noun, reason)
        elif text == "printemps" and before.lower == "en":
            yield preposition_finding(sentence, "wrong", index - 1, index, "It is “au printemps”.")
        elif text.startswith("amoureu") and words[index + 1].lower == "avec":
            fell = index and any(r.lemma == "tomber" for r in readings_of(before))
            if fell and phrase is not None and is_person_phrase(sentence, phrase):
                reason = "“Tomber amoureux” takes “de”."
                yield preposition_finding(sentence, "wrong", index, phrase.noun, reason)
