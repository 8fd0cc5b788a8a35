"""Stressed and relative pronouns of the wrong kind: "je lui pense", "je vois lui", "qui j'ai vu"."""

from __future__ import annotations

from generation.french.checking.differences.base import (
    VERBAL,
    Difference,
    Pair,
    Side,
    governments,
    may_repeat_subject,
    verb_behind,
)
from generation.french.checking.lexis import CLITICS, FEELINGS, SUBJECTS, is_time
from generation.french.checking.sentence import Tag
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType

__all__ = ["relative_difference", "strong_difference"]

_CATEGORY = ErrorType.PRONOUN_CATEGORY
_INDIRECT = frozenset({"lui", "leur"})
_STRONG = frozenset({"moi", "toi", "lui", "elle", "eux", "elles", "soi"})


def relative_difference(pair: Pair) -> Difference | None:
    """Name qui for que, que for dont: the relative of another function."""
    if pair.replaced is None:
        return None
    left, right = pair.replaced
    old, new = pair.correct.text(left), pair.incorrect.text(right)
    if {old, new} - {"qui", "que", "dont", "où"} or pair.correct.tag(left) is not Tag.RELATIVE:
        return None
    side = pair.incorrect
    certain = False
    following = right + 1
    if new == "qui" and old in ("que", "dont", "où"):
        certain = side.text(following) in SUBJECTS and not side.can_be(left - 1, Kind.PREPOSITION)
        # "Je sais où il est" and "je sais qui il est" ask; only a noun before makes it a relative.
        certain = certain and (old != "où" or pair.correct.tag(left - 1) is Tag.NOUN)
    elif old == "qui" and side.can_be(left - 1, Kind.PREPOSITION):
        certain = new == "que" and not pair.correct.can_be(left - 1, Kind.SUBORDINATOR)
    elif old == "qui" and new in ("que", "dont"):
        certain = _finite_without_subject(pair.correct, left)
    elif old == "où" and new == "que":
        verb = verb_behind(pair.correct, left)
        known = governments(pair.correct, verb) if verb is not None else None
        before = pair.correct.word(left - 1)
        certain = known is not None and all(g.direct == "-" for g in known)
        certain = certain and before is not None and not is_time(before)
    elif old == "dont" and new == "que":
        certain = _needs_de(pair.correct, left)
    elif old == "que" and new == "dont":
        verb = verb_behind(pair.correct, left)
        known = governments(pair.correct, verb) if verb is not None else None
        certain = known is not None and all(g.direct != "-" and not g.takes_de for g in known)
        certain = certain and pair.correct.ends(verb or 0)
    reason = f"The relative pronoun of this clause is “{old}”, not “{new}”."
    return Difference(_CATEGORY, "pronoun_category.relative", certain, reason)


def _finite_without_subject(side: Side, place: int) -> bool:
    """Whether the verb follows qui at once and nothing behind it can be its subject."""
    verb = verb_behind(side, place)
    if verb is None or side.text(place + 1) in SUBJECTS:
        return False
    index = side.atoms[verb].word
    nouns = [p for p in side.sentence.phrases if p.start > index and p.preposition is None]
    clause = side.clause_of(verb)
    return not [p for p in nouns if clause is not None and p.start < clause.end]


def _needs_de(side: Side, place: int) -> bool:
    verb = verb_behind(side, place)
    if verb is None:
        return False
    if side.text(verb + 1) in FEELINGS:
        return True
    known = governments(side, verb)
    return known is not None and all(g.takes_de and g.direct in ("-", "thing") for g in known)


def strong_difference(pair: Pair) -> Difference | None:
    """Name "je lui pense" for "je pense à lui", "je vois lui" for "je le vois" and the reverse."""
    if not pair.regions:
        return None
    first, last = pair.regions[0], pair.regions[-1]
    old = pair.correct.texts[first.left : last.left + len(last.old)]
    new = pair.incorrect.texts[first.right : last.right + len(last.new)]
    weak = _INDIRECT | {"me", "te"}
    if len(old) > 2 and old[-2] == "à" and new[:1] and new[0] in weak and new[1:] == old[:-2]:
        return _strong_to_weak(pair, last.left + len(last.old) - 1, old[-1], new[0])
    if len(new) > 2 and new[-2] == "à" and old[:1] and old[0] in weak and old[1:] == new[:-2]:
        contrast = {"mais", "pas", "seul", "même", "aussi"} & set(pair.incorrect.texts)
        reason = f"“{old[0]}” before the verb, not “{new[-1]}” with “à” behind it."
        also = frozenset({ErrorType.PRONOUN_PLACEMENT})
        verb = pair.correct.verb_before(last.left + len(last.old) + 1)
        known = governments(pair.correct, verb) if verb is not None else None
        takes = known is not None and all("lui" in g.indirect for g in known)
        if new[-1] in _STRONG:
            certain = takes and not contrast
            return Difference(_CATEGORY, "pronoun_category.tonic", certain, reason, also)
    if len(new) > 1 and old[:1] and old[0] in CLITICS and new[-1] in _STRONG:
        place = last.right + len(last.new) - 1
        word = pair.incorrect.word(place)
        command = word is not None and word.joined
        if (
            old[1:] == new[:-1]
            and old[0] != new[-1]
            and not command
            and pair.incorrect.can_be(place - 1, *VERBAL)
        ):
            reason = f"The object of the verb is “{old[0]}” before it, not “{new[-1]}”."
            also = frozenset({ErrorType.PRONOUN_PLACEMENT})
            certain = "que" not in pair.incorrect.texts[:place]
            return Difference(_CATEGORY, "pronoun_category.strong", certain, reason, also)
    return None


def _strong_to_weak(pair: Pair, place: int, old: str, new: str) -> Difference | None:
    """Judge "je lui pense" for "je pense à lui"."""
    strong = {
        "lui": frozenset({"lui", "elle"}),
        "leur": frozenset({"eux", "elles"}),
        "me": frozenset({"moi"}),
        "te": frozenset({"toi"}),
    }
    if old not in strong[new]:
        return None
    verb = pair.correct.verb_before(place)
    known = governments(pair.correct, verb) if verb is not None else None
    certain = known is not None and all("lui" not in g.indirect for g in known)
    if new == "lui" and verb is not None:
        certain = certain and not may_repeat_subject(pair.correct, verb)
    reason = f"The verb takes “à {old}”, not “{new}”."
    return Difference(_CATEGORY, "pronoun_category.tonic", certain, reason)
