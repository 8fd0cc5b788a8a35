"""Sentences with the same words that are written differently: elision and contraction."""

from __future__ import annotations

from generation.french.checking.alignment import align
from generation.french.checking.differences.base import Difference, Pair
from generation.french.checking.lexis import FREE_ELISION, SUBJECTS, begins_with_vowel
from generation.french.checking.text import Word
from verbs.french.vocabulary import ErrorType

__all__ = ["elision_difference"]


def elision_difference(pair: Pair) -> Difference | None:
    """Name an elision or a contraction that one sentence has and the other has not."""
    if pair.regions:
        return _linking_s(pair)
    correct = [w for w in pair.correct.sentence.words if not w.is_punctuation]
    other = [w for w in pair.incorrect.sentence.words if not w.is_punctuation]
    if len(correct) != len(other):
        return _contraction(pair)
    changed = [
        (place, a, b)
        for place, (a, b) in enumerate(zip(correct, other, strict=True))
        if a.text.lower() != b.text.lower() or a.euphonic != b.euphonic
    ]
    if len(changed) != 1:
        return None
    place, old, new = changed[0]
    following = correct[place + 1] if place + 1 < len(correct) else None
    if old.euphonic and not new.euphonic:
        reason = "Between a vowel and il, elle, on the inverted verb takes “-t-”."
        return Difference(
            ErrorType.ELISION,
            "elision.euphonic_t",
            True,
            reason,
            frozenset({ErrorType.WRONG_FORM}),
        )
    if old.elided == new.elided or following is None:
        return None
    code = "no_elision" if old.elided else "no_vowel"
    return Difference(
        ErrorType.ELISION,
        f"elision.{code}",
        pair.found(ErrorType.ELISION, ErrorType.DETERMINER) or _certain(old, following),
        f"“{old.text}”, not “{new.text}”, stands before “{following.text}”.",
    )


def _linking_s(pair: Pair) -> Difference | None:
    """Name "va-y", "parle-en": before y and en the imperative of tu takes an s."""
    if pair.replaced is None:
        return None
    left, right = pair.replaced
    old, following = pair.correct.word(left), pair.incorrect.word(right + 1)
    if old is None or following is None or not following.joined:
        return None
    if following.lower not in ("y", "en") or old.lower != pair.incorrect.text(right) + "s":
        return None
    if not pair.incorrect.text(right).endswith(("e", "a")):
        return None
    reason = f"Before “{following.text}” the imperative takes an s: “{old.text}-{following.text}”."
    also = frozenset({ErrorType.WRONG_FORM, ErrorType.WRONG_PERSON})
    return Difference(ErrorType.ELISION, "elision.no_linking_s", True, reason, also)


def _certain(old: Word, following: Word) -> bool:
    vowel = begins_with_vowel(following)
    if following.text.lower() in FREE_ELISION:
        return False
    if old.elided:
        # The correct sentence elides; only where usage varies may one leave it.
        letter = following.text[0]
        plain = letter.islower() and letter in "aeiouéèêàâîôœ" and len(following.text) > 2
        short = following.text.lower() in SUBJECTS | {"en", "y", "un", "une", "à"}
        if old.full[0] in ("lorsque", "puisque", "quoique", "jusque", "presque"):
            return short
        if old.text.lower() == "s'" and "si" in old.full:
            return following.text.lower() in ("il", "ils") or vowel is True
        return vowel is True or short or (vowel is None and plain)
    return vowel is False


def _contraction(pair: Pair) -> Difference | None:
    """Name "à le" for "au" and "au voir" for "à le voir": the atoms are alike, the words not."""
    if align(pair.correct.atoms, pair.incorrect.atoms):
        return None
    contracted = len(pair.incorrect.sentence.words) < len(pair.correct.sentence.words)
    return Difference(
        ErrorType.ELISION,
        "elision.no_contraction",
        True,
        "The prepositions “à” and “de” contract with the articles “le” and “les”, and with nothing"
        " else.",
        frozenset({ErrorType.DETERMINER}) if contracted else frozenset(),
    )
