"""Noun phrases: determiner, number, adjectives, noun, with the gender and number of the whole."""

from __future__ import annotations

from collections.abc import Sequence

from generation.french.checking.sentence import NounPhrase, Tag
from generation.french.checking.tagger import Tagged
from generation.french.checking.text import Word
from generation.french.checking.words import Kind, Reading

#: Contractions and bare prepositions that hold an article, with its gender and number.
_ARTICLES: dict[str, tuple[str | None, bool | None]] = {
    "au": ("m", False),
    "du": ("m", False),
    "aux": (None, True),
    "des": (None, True),
}
_BEFORE = frozenset({Tag.DETERMINER, Tag.NUMBER, Tag.ADJECTIVE})
_HEADS = frozenset({Tag.NOUN, Tag.UNKNOWN})
_SINGULAR_NUMBERS = frozenset({"un", "une", "1", "0", "zéro"})


class _Scan:
    """Reads one phrase from a position on."""

    def __init__(self, words: Sequence[Word], tagged: Tagged, position: int) -> None:
        self.words, self.tagged = words, tagged
        self.start = self.position = position
        self.determiners: list[int] = []
        self.numbers: list[int] = []
        self.adjectives: list[int] = []
        self.noun: int | None = None

    def tag(self, offset: int = 0) -> Tag | None:
        """Return the tag of the word at the position, or so many words from it."""
        place = self.position + offset
        return self.tagged.tags[place] if place < len(self.words) else None

    def read(self) -> bool:
        """Read the phrase; False if there is no noun or name."""
        if self._contraction():
            self.determiners.append(self.position - 1)
        while (tag := self.tag()) in _BEFORE or self._modified():
            if tag is Tag.DETERMINER and self.adjectives:
                # "Les malades la veille": the adjective is the noun.
                break
            if tag is Tag.DETERMINER:
                self.determiners.append(self.position)
            elif tag is Tag.NUMBER:
                self.numbers.append(self.position)
            elif tag is Tag.ADJECTIVE:
                self.adjectives.append(self.position)
            self.position += 1
        if self.tag() in (Tag.NOUN, Tag.NAME) or (
            self.tag() in (Tag.UNKNOWN, Tag.PARTICIPLE) and self.determiners
        ):
            self.noun = self.position
            self.position += 1
            while self.position < len(self.words) and not self.tagged.begins[self.position]:
                # "Mot de passe": one noun of several words.
                self.position += 1
        elif self.adjectives and (self.determiners or self._is_other()):
            # "Le premier", "la petite": the adjective is the noun.
            self.noun = self.adjectives.pop()
        else:
            return False
        self._after()
        return True

    def _is_other(self) -> bool:
        """Whether "d'autres" stands here: an adjective that is the noun."""
        return self.words[self.adjectives[-1]].lower == "autres"

    def _contraction(self) -> bool:
        before = self.position - 1
        if before < 0 or self.tagged.tags[before] is not Tag.PREPOSITION:
            return False
        return self.words[before].text.lower() in _ARTICLES

    def _modified(self) -> bool:
        """Whether an adverb stands here before an adjective or number: "un très bon film"."""
        inside = self.position > self.start or bool(self.determiners)
        return inside and self.tag() is Tag.ADVERB and self.tag(1) in (Tag.ADJECTIVE, Tag.ADVERB)

    def _after(self) -> None:
        """Take what follows the noun: names of names, adjectives, participles used as such."""
        assert self.noun is not None
        while True:
            tag = self.tag()
            named = self.tagged.tags[self.noun] is Tag.NAME or self.tag(-1) is Tag.NAME
            if tag is Tag.NAME and (named or self.tagged.tags[self.noun] in _HEADS):
                self.position += 1
            elif tag is Tag.NOUN and self.tagged.tags[self.noun] in _HEADS:
                # "Une interface utilisateur": a noun used like an adjective.
                self.position += 1
            elif tag in (Tag.ADJECTIVE, Tag.PARTICIPLE):
                self.adjectives.append(self.position)
                self.position += 1
            elif tag is Tag.ADVERB and self.tag(1) in (Tag.ADJECTIVE, Tag.PARTICIPLE):
                self.position += 1
            else:
                return


def _determined(scan: _Scan) -> tuple[str | None, bool | None]:
    """Return the gender and number that determiners and numbers give."""
    gender: str | None = None
    plural: bool | None = None
    for index in scan.determiners:
        text = scan.words[index].text.lower()
        if scan.tagged.tags[index] is Tag.PREPOSITION or text in ("du", "des"):
            one, many = _ARTICLES.get(text, (None, None))
            gender, plural = one or gender, many if many is not None else plural
            continue
        found = [r for r in scan.tagged.readings[index] if r.kind is Kind.DETERMINER]
        genders = {r.gender for r in found}
        numbers = {r.plural for r in found}
        if len(genders) == 1 and not scan.words[index].elided:
            gender = genders.pop() or gender
        if len(numbers) == 1:
            number = numbers.pop()
            plural = number if number is not None else plural
    for index in scan.numbers:
        if scan.words[index].lower not in _SINGULAR_NUMBERS:
            plural = True
    return gender, plural


def _features(
    found: Sequence[Reading], gender: str | None, plural: bool | None
) -> tuple[str | None, bool | None, bool]:
    """Return gender and number of a noun with what its determiner says, and whether they fit."""
    known = [r for r in found if not r.guessed]
    fitting = [
        r
        for r in known
        if (gender is None or r.gender in (None, gender))
        and (plural is None or r.plural in (None, plural))
    ]
    if not fitting:
        same_number = [r for r in known if plural is None or r.plural in (None, plural)]
        genders = {r.gender for r in same_number}
        return (genders.pop() if len(genders) == 1 else None), plural, False
    genders = {r.gender for r in fitting}
    numbers = {r.plural for r in fitting}
    if len(genders) == 1:
        gender = genders.pop() or gender
    if plural is None and len(numbers) == 1:
        plural = numbers.pop()
    return gender, plural, True


def _build(scan: _Scan, preposition: int | None) -> NounPhrase:
    assert scan.noun is not None
    gender, plural = _determined(scan)
    tag = scan.tagged.tags[scan.noun]
    found = scan.tagged.readings[scan.noun]
    if tag is Tag.NAME:
        genders = {r.gender for r in found if r.kind is Kind.NAME and not r.guessed}
        many = any(r.plural for r in found)
        certain = True
        gender = genders.pop() if len(genders) == 1 else gender
        plural = many if plural is None else plural
    else:
        gender, plural, certain = _features(found, gender, plural)
    if tag is Tag.NOUN and not scan.determiners and not scan.numbers and plural is None:
        certain = False
    return NounPhrase(
        scan.start,
        scan.position,
        scan.noun,
        scan.determiners[0] if scan.determiners else None,
        tuple(scan.adjectives),
        preposition,
        gender,
        plural,
        certain,
    )


_OPENING = frozenset(
    {Tag.PUNCTUATION, Tag.SUBORDINATION, Tag.RELATIVE, Tag.COORDINATION, Tag.FINITE}
)


def _is_article(words: Sequence[Word], tagged: Tagged, before: int, scan: _Scan) -> bool:
    """Whether de is the article before an adjective: "d'autres pensent", "de bons amis"."""
    if words[before].lower != "de" or not scan.adjectives or scan.determiners:
        return False
    if scan.adjectives[0] != before + 1:
        return False
    return before == 0 or tagged.tags[before - 1] in _OPENING


def noun_phrases(words: Sequence[Word], tagged: Tagged) -> tuple[NounPhrase, ...]:
    """Return the noun phrases of a sentence, in order, coordinations not joined."""
    found: list[NounPhrase] = []
    position = 0
    while position < len(words):
        tag = tagged.tags[position]
        if tag not in _BEFORE and tag not in (Tag.NOUN, Tag.NAME, Tag.UNKNOWN, Tag.ADVERB):
            position += 1
            continue
        if tag is Tag.ADVERB:
            position += 1
            continue
        scan = _Scan(words, tagged, position)
        if scan.read():
            before = position - 1
            has = before >= 0 and tagged.tags[before] is Tag.PREPOSITION
            if has and _is_article(words, tagged, before, scan):
                scan.determiners.insert(0, before)
                has = False
            found.append(_build(scan, before if has else None))
            position = scan.position
        else:
            position += 1
    return tuple(found)
