"""Verb groups: a finite form with its clitics, negation, participles and infinitives."""

from __future__ import annotations

from collections.abc import Sequence

from generation.french.checking.sentence import Infinitive, Tag, VerbGroup
from generation.french.checking.tagger import Tagged
from generation.french.checking.text import Word
from generation.french.checking.words import Kind
from verbs.french.conjugation import Analysis

AUXILIARIES = frozenset({"être", "avoir"})
_STRAY = frozenset({"me", "te", "se", "le", "la", "les", "lui", "leur", "y", "en"})
_FLOATING = frozenset({"tous", "toutes", "tout", "rien", "personne", "chacun", "eux-mêmes"})
_FIELD = frozenset({Tag.CLITIC, Tag.NEGATION, Tag.ADVERB})
_VERBS = frozenset({Tag.FINITE, Tag.INFINITIVE, Tag.PARTICIPLE, Tag.GERUND})


def analyses_of(tagged: Tagged, index: int) -> tuple[Analysis, ...]:
    """Return what a finite form can be; () for a form that no known verb has."""
    return tuple(
        Analysis(r.lemma, r.tense, r.person)
        for r in tagged.readings[index]
        if r.kind is Kind.VERB and r.tense is not None
    )


def _left(words: Sequence[Word], tagged: Tagged, index: int) -> tuple[tuple[int, ...], int | None]:
    """Return the clitics before a verb form and ne, in the order in which they stand."""
    clitics: list[int] = []
    ne: int | None = None
    place = index - 1
    while place >= 0 and not words[place + 1].joined:
        if tagged.tags[place] is Tag.CLITIC and not words[place].joined:
            clitics.append(place)
        elif tagged.tags[place] is Tag.NE and ne is None:
            ne = place
        elif tagged.tags[place] is Tag.NEGATION and place and tagged.tags[place - 1] is Tag.NE:
            # "Tu ne pas saisirais": misplaced, but the subject stands before ne.
            pass
        else:
            break
        place -= 1
    return tuple(reversed(clitics)), ne


class _Right:
    """Reads what follows a finite form."""

    def __init__(self, words: Sequence[Word], tagged: Tagged, finite: int, ne: int | None) -> None:
        self.words, self.tagged, self.ne = words, tagged, ne
        self.position = finite + 1
        self.enclitics: list[int] = []
        self.stray: list[int] = []
        self.negations: list[int] = []
        self.adverbs: list[int] = []
        self.participles: list[int] = []
        lemmas = {each.infinitive for each in analyses_of(tagged, finite)}
        self.auxiliary = bool(lemmas & AUXILIARIES)
        self._attached()
        while self.position < len(words) and self._step():
            self.position += 1

    def _attached(self) -> None:
        while self.position < len(self.words) and self.words[self.position].joined:
            if self.tagged.tags[self.position] is Tag.CLITIC:
                self.enclitics.append(self.position)
            self.position += 1

    def _step(self) -> bool:
        """Take the word at the position into the group; False if it does not belong to it."""
        place = self.position
        tag = self.tagged.tags[place]
        word = self.words[place].lower
        if tag is Tag.NEGATION or (tag is Tag.DETERMINER and self._is_negative(word)):
            self.negations.append(place)
            return tag is Tag.NEGATION
        if tag is Tag.ADVERB or (tag is Tag.PRONOUN and word in _FLOATING and self._waits()):
            self.adverbs.append(place)
            return True
        if tag is Tag.NE and self.ne is None and not self._belongs_to_infinitive(place):
            self.stray.append(place)
            return True
        if tag is Tag.CLITIC and word in _STRAY and not self._belongs_to_infinitive(place):
            self.stray.append(place)
            return True
        if tag is Tag.PARTICIPLE and self._waits():
            self.participles.append(place)
            return True
        return False

    def _is_negative(self, word: str) -> bool:
        return self.ne is not None and word in ("aucun", "aucune", "nul", "nulle")

    def _waits(self) -> bool:
        """Whether a participle may still come: behind an auxiliary, and behind été or eu."""
        if not self.auxiliary:
            return False
        if not self.participles:
            return True
        return self.words[self.participles[-1]].lower in ("été", "eu")

    def _belongs_to_infinitive(self, place: int) -> bool:
        """Whether the pronoun clings to an infinitive that follows: "veux le voir"."""
        following = place + 1
        while following < len(self.words) and self.tagged.tags[following] in _FIELD:
            following += 1
        return following < len(self.words) and self.tagged.tags[following] in (
            Tag.INFINITIVE,
            Tag.FINITE,
        )


def infinitives(words: Sequence[Word], tagged: Tagged) -> tuple[Infinitive, ...]:
    """Return the infinitives of a sentence with what stands before each."""
    return tuple(
        _infinitive(words, tagged, index)
        for index, tag in enumerate(tagged.tags)
        if tag is Tag.INFINITIVE
    )


def _infinitive(words: Sequence[Word], tagged: Tagged, index: int) -> Infinitive:
    clitics, ne = _left(words, tagged, index)
    if ne is not None and any(t is Tag.NEGATION for t in tagged.tags[ne:index]):
        clitics, ne = tuple(i for i in clitics if i > ne), None
    place = index - 1 - len(clitics) - (ne is not None)
    negations: list[int] = []
    while place >= 0 and tagged.tags[place] in (Tag.NEGATION, Tag.ADVERB):
        if tagged.tags[place] is Tag.NEGATION:
            negations.append(place)
        place -= 1
    if ne is None and negations and place >= 0 and tagged.tags[place] is Tag.NE:
        ne = place
        place -= 1
    else:
        # "Il ne peut pas venir": the negation is that of the finite form.
        place = index - 1 - len(clitics) - (ne is not None)
        negations = []
    preposition = None
    if place >= 0 and tagged.tags[place] is Tag.PREPOSITION:
        preposition = place
        place -= 1
    while place >= 0 and (tagged.tags[place] in (Tag.NEGATION, Tag.ADVERB) or words[place].joined):
        place -= 1
    governor = place if place >= 0 and tagged.tags[place] in _VERBS else None
    return Infinitive(index, clitics, preposition, tuple(reversed(negations)), ne, governor)


def verb_group(
    words: Sequence[Word], tagged: Tagged, finite: int, known: Sequence[Infinitive]
) -> VerbGroup:
    """Return the verb group of a finite form."""
    clitics, ne = _left(words, tagged, finite)
    right = _Right(words, tagged, finite, ne)
    verbs = {finite, *right.participles}
    own: list[Infinitive] = []
    for each in known:
        if each.governor in verbs:
            own.append(each)
            verbs.add(each.index)
    return VerbGroup(
        finite,
        analyses_of(tagged, finite),
        ne,
        clitics,
        tuple(right.enclitics),
        tuple(right.stray),
        tuple(right.negations),
        tuple(right.adverbs),
        tuple(right.participles),
        tuple(own),
        right.position,
    )
