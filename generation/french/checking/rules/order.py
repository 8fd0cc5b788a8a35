"""The order of object pronouns: before the verb, and behind an affirmative imperative.

Before the verb: me, te, se, nous, vous, then le, la, les, then lui, leur, then y, then en; the first and
the third group exclude each other. Behind an imperative: le, la, les, then moi, toi, lui, nous, vous,
leur, then y, then en (Grevisse, Le bon usage, on conjunct pronouns).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from generation.french.checking.lexis import SUBJECTS
from generation.french.checking.sentence import Clause, ClauseKind, Sentence, SubjectKind, Tag
from generation.french.checking.verdict import Finding
from verbs.french.vocabulary import ErrorType

__all__ = ["order", "order_doubts", "order_is_wrong"]

_RANK = {
    **dict.fromkeys(("me", "te", "se", "nous", "vous"), 0),
    **dict.fromkeys(("le", "la", "les"), 1),
    **dict.fromkeys(("lui", "leur"), 2),
    "y": 3,
    "en": 4,
}
_BEHIND = {
    **dict.fromkeys(("le", "la", "les"), 0),
    **dict.fromkeys(("lui", "leur"), 1),
    "en": 3,
}
_PERSONAL = frozenset({"me", "te", "se", "nous", "vous"})
_DATIVE = frozenset({"lui", "leur"})


def order_is_wrong(first: str, second: str) -> bool:
    """Return whether two object pronouns before a verb stand in the wrong order."""
    return first in _RANK and second in _RANK and _RANK[first] > _RANK[second]


def order(sentence: Sentence) -> list[Finding]:
    """Return the object pronouns that certainly stand in the wrong order."""
    found: list[Finding] = []
    for clause in sentence.clauses:
        clitics = clause.group.clitics
        if clitics and clause.kind is not ClauseKind.IMPERATIVE and _is_field(sentence, clause):
            found += _before(sentence, clitics, sure=_has_pronoun_before(sentence, clitics[0]))
        if clause.kind is ClauseKind.IMPERATIVE and clause.group.ne is not None:
            found += _before(sentence, clitics, sure=True)
        elif clause.kind is ClauseKind.IMPERATIVE:
            found += _behind(sentence, clause.group.enclitics)
    for infinitive in sentence.infinitives:
        found += _before(sentence, infinitive.clitics, sure=False)
    return found


def _has_pronoun_before(sentence: Sentence, index: int) -> bool:
    before = sentence.words[index - 1] if index else None
    return before is not None and before.lower in SUBJECTS | {"ne", "qui"}


def _is_field(sentence: Sentence, clause: Clause) -> bool:
    """Whether the words before the verb are its pronouns: its subject or ne stands before them.

    "Le nous désigne" has a noun, "lui la regarde" a subject.
    """
    first, subject = clause.group.clitics[0], clause.subject
    if _has_pronoun_before(sentence, first):
        return True
    if subject.kind not in (SubjectKind.PHRASE, SubjectKind.PRONOUN, SubjectKind.OTHER):
        return False
    if sentence.tags[first - 1] is Tag.PREPOSITION:
        return False
    return not subject.inverted and subject.end <= first and subject.end > subject.start


def _before(sentence: Sentence, clitics: tuple[int, ...], *, sure: bool) -> Iterator[Finding]:
    words = sentence.words
    for first, second in pairwise(clitics):
        one, two = words[first], words[second]
        if second != first + 1 or not order_is_wrong(one.lower, two.lower):
            if second == first + 1 and one.lower == "se" and two.lower in _DATIVE:
                reason = f"“{one.text}” and “{two.text}” do not stand together before a verb."
                yield Finding(ErrorType.PRONOUN_ORDER, "pronoun_order", one.start, two.end, reason)
            continue
        if one.lower == "en" and two.lower in _PERSONAL | _DATIVE and not sure:
            # "La confiance de Paul en lui grandit", "qui est en nous".
            continue
        reason = f"Before the verb “{two.text}” comes first, then “{one.text}”."
        right = f"{two.text}{'' if two.elided else ' '}{one.text}"
        correction = None if one.elided or two.elided else right
        yield Finding(
            ErrorType.PRONOUN_ORDER, "pronoun_order", one.start, two.end, reason, correction
        )


def _behind(sentence: Sentence, enclitics: tuple[int, ...]) -> Iterator[Finding]:
    """Yield "explique-leur-le", "donne-en-lui"; "donne-moi-le" is attested."""
    words = sentence.words
    for first, second in pairwise(enclitics):
        one, two = words[first].lower, words[second].lower
        if one in _BEHIND and two in _BEHIND and _BEHIND[one] > _BEHIND[two]:
            yield Finding(
                ErrorType.PRONOUN_ORDER,
                "pronoun_order.imperative",
                words[first].start,
                words[second].end,
                f"Behind an imperative “{two}” comes first, then “{one}”.",
                f"{two}-{one}",
            )


# --- What may be meant ------------------------------------------------------------------------


def order_doubts(sentence: Sentence) -> list[str]:
    """Return what is wrong by the norm but heard: "donne-moi-le", "il te lui a mis une gifle"."""
    found: list[str] = []
    words = sentence.words
    for clause in sentence.clauses:
        for first, second in pairwise(clause.group.enclitics):
            one, two = words[first].lower, words[second].lower
            if one in ("moi", "toi", "y") and two in ("le", "la", "les", "moi", "toi"):
                found.append(f"“{one}-{two}” is in the wrong order by the norm.")
        if not clause.group.clitics or not _is_field(sentence, clause):
            continue
        for first, second in pairwise(clause.group.clitics):
            one, two = words[first].lower, words[second].lower
            clash = one in _PERSONAL - {"se"} and two in _DATIVE
            if (clash or (one == "en" and two in _PERSONAL | _DATIVE)) and second == first + 1:
                found.append(f"“{one}” and “{two}” hardly stand together before a verb.")
    return found
