"""Celui, le nôtre, lequel of another gender or number than the noun they repeat, or than their verb.

Celui and le nôtre repeat a noun of the text, not always in its number ("ma clé et celles de Léo"), but
always in its gender. "Ceux qui", "celle que" without such a noun mean people, so a clause behind them
tells nothing; a complement with de does.
"""

from __future__ import annotations

from generation.french.checking.differences.base import Difference, Pair, Side
from generation.french.checking.differences.features import FEATURES, attribute_tells
from generation.french.checking.lexis import CLITICS, LEQUEL, is_place_name, noun_readings
from generation.french.checking.sentence import Tag
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType, Person

__all__ = ["substitute_difference"]

_CELUI = frozenset({"celui", "celle", "ceux", "celles"})
#: Possessives with one form for both genders: only the article tells.
_OURS = frozenset({"nôtre", "vôtre", "leur"})
_ARTICLE_GENDER = {"le": "m", "la": "f"}


def substitute_difference(pair: Pair) -> Difference | None:
    """Name celui, lequel or a possessive pronoun of the wrong gender or number."""
    if pair.replaced is None:
        return None
    left, right = pair.replaced
    old, new = pair.correct.text(left), pair.incorrect.text(right)
    side = pair.correct
    if {old, new} == {"le", "la"} and side.text(left + 1) in _OURS:
        if not _is_pronoun(side, left + 1):
            return None
        return _by_noun(side, left, _ARTICLE_GENDER[old], plural=False)
    if old == new or not ({old, new} <= _CELUI or {old, new} <= LEQUEL):
        return None
    (mine, number), (other, new_number) = FEATURES[old], FEATURES[new]
    if number != new_number and mine == other:
        return _by_verb(pair.incorrect, right, new)
    if mine is None or other is None or number != new_number or not {old, new} <= _CELUI:
        return None
    index = side.atoms[left].word
    own = [c for c in side.sentence.clauses if c.subject.start == index and c.subject.end > index]
    if any(attribute_tells(side, clause, new) for clause in own):
        reason = f"What is said of “{new}” has another gender."
        return Difference(ErrorType.PRONOUN_GENDER, "pronoun_gender", True, reason)
    if side.text(left + 1) != "de" or _means_a_place(side, left + 2):
        return None
    return _by_noun(side, left, mine, plural=number)


def _is_pronoun(side: Side, place: int) -> bool:
    """Whether no noun or adjective follows: "la leur est", not "la leur donne"."""
    after = place + 1
    verb = side.tag(after) is Tag.FINITE or side.text(after) in CLITICS | {"ne"}
    return side.ends(place) or (verb and side.text(place) != "leur")


def _means_a_place(side: Side, place: int) -> bool:
    """Whether a place follows: "ceux de Paris" are people."""
    words = [w for w in (side.word(place), side.word(place + 1)) if w is not None]
    return any(is_place_name(word) for word in words)


def _by_noun(side: Side, place: int, gender: str, *, plural: bool) -> Difference | None:
    """Judge by the nouns before the pronoun: all those of its number have one gender."""
    index = side.atoms[place].word
    found: set[str | None] = set()
    for n, word in enumerate(side.sentence.words[:index]):
        if side.sentence.tags[n] is not Tag.NOUN:
            continue
        readings = [r for r in noun_readings(word) if r.plural in (None, plural)]
        found |= {r.gender for r in readings} if noun_readings(word) else {None}
    if found != {gender}:
        return None
    reason = "No noun of the text that the pronoun can repeat has its gender."
    return Difference(ErrorType.PRONOUN_GENDER, "pronoun_gender", True, reason)


def _by_verb(side: Side, place: int, new: str) -> Difference | None:
    """Judge by the verb that follows at once: "celui qui viendront", "lesquels est"."""
    after = place + 1
    if new in _CELUI:
        if side.text(after) != "qui":
            return None
        after += 1
    elif side.can_be(place - 1, Kind.PREPOSITION):
        return None
    while side.text(after) in CLITICS | {"ne"}:
        after += 1
    if side.tag(after) is not Tag.FINITE:
        return None
    persons = {r.person for r in side.readings(after, Kind.VERB)}
    wanted = Person.P3 if FEATURES[new][1] else Person.S3
    if not persons or wanted in persons or not persons & {Person.S3, Person.P3}:
        return None
    reason = f"The verb shows that the pronoun cannot be “{new}”."
    return Difference(ErrorType.PRONOUN_NUMBER, "pronoun_number", True, reason)
