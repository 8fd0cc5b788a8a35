"""Object pronouns in an impossible order or place, and of a kind that their verb does not take.

Before the verb: me, te, se, nous, vous, then le, la, les, then lui, leur, then y, then en; they stand
before the auxiliary, not before the participle (Grevisse, Le bon usage, on conjunct pronouns).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from generation.french.checking.lexis import SUBJECTS, can_be, kinds, only
from generation.french.checking.sentence import Clause, ClauseKind, Sentence, SubjectKind, Tag
from generation.french.checking.text import Word
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType, Person

__all__ = ["BETWEEN", "RANK", "order_is_wrong", "pronouns"]

RANK = {
    **dict.fromkeys(("me", "te", "se", "nous", "vous"), 0),
    **dict.fromkeys(("le", "la", "les"), 1),
    **dict.fromkeys(("lui", "leur"), 2),
    "y": 3,
    "en": 4,
}
_ARTICLES = frozenset({"le", "la", "les", "leur"})
#: Words that may stand between a pronoun and its infinitive: "je veux te tout dire", "vous bien
#: servir" are literary and right (Bon usage § 681).
BETWEEN = frozenset({"tout", "rien", "bien", "mieux", "trop"})
_CLEAR = frozenset({"me", "te", "se", "lui", "y"})


def pronouns(sentence: Sentence) -> list[Finding]:
    """Return the certain errors in the order and the place of object pronouns."""
    found: list[Finding] = []
    for clause in sentence.clauses:
        found += _order(sentence, clause)
        found += _before_participle(sentence, clause)
        found += _behind_verb(sentence, clause)
    for infinitive in sentence.infinitives:
        found += _pairs(sentence.words, infinitive.clitics)
    return found


def order_is_wrong(first: str, second: str) -> bool:
    """Return whether two object pronouns before a verb stand in the wrong order."""
    return first in RANK and second in RANK and RANK[first] > RANK[second]


def _pairs(words: tuple[Word, ...], clitics: tuple[int, ...]) -> Iterator[Finding]:
    for first, second in pairwise(clitics):
        one, two = words[first], words[second]
        if second == first + 1 and order_is_wrong(one.lower, two.lower):
            reason = f"Before the verb “{two.text}” comes first, then “{one.text}”."
            yield Finding(
                ErrorType.PRONOUN_ORDER,
                "pronoun_order",
                one.start,
                two.end,
                reason,
                f"{two.text} {one.text}",
            )


def _order(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Yield "il lui le donne", "je les te montre"."""
    words, clitics = sentence.words, clause.group.clitics
    if not clitics or clause.kind is ClauseKind.IMPERATIVE:
        return
    # "Elle les nous ..." could hold an article only if no subject or ne stands before.
    before = words[clitics[0] - 1] if clitics[0] else None
    if before is not None and (before.lower in SUBJECTS | {"ne", "qui"}):
        yield from _pairs(words, clitics)


def _before_participle(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Yield "j'ai le vu", "il est y allé"."""
    words, group = sentence.words, clause.group
    auxiliary = set(group.lemmas) & {"avoir", "être"}
    pronoun = clause.subject.kind is SubjectKind.PRONOUN
    place = group.finite + 1
    while place < len(words) and sentence.tags[place] in (Tag.NEGATION, Tag.ADVERB):
        place += 1
    if not auxiliary or not pronoun or place + 1 >= len(words) or words[place].joined:
        return
    word, participle = words[place], words[place + 1]
    sure = word.lower in _CLEAR and not (word.lower == "lui" and "être" in auxiliary)
    if not (sure or word.lower in _ARTICLES) or not only(participle, Kind.PAST_PARTICIPLE):
        return
    if participle.is_punctuation or can_be(participle, Kind.NOUN, Kind.ADJECTIVE):
        return
    reason = f"“{word.text}” stands before the auxiliary, not before the participle."
    yield Finding(
        ErrorType.PRONOUN_PLACEMENT,
        "pronoun_placement.before_participle",
        word.start,
        participle.end,
        reason,
    )


def _behind_verb(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Yield "je vois le." and "elle parle me": weak pronouns that stand behind a verb."""
    words, group = sentence.words, clause.group
    if clause.subject.kind is not SubjectKind.PRONOUN or group.participles:
        return
    place = group.finite + 1
    if place >= len(words) or words[place].joined or words[place].elided:
        return
    word = words[place]
    following = words[place + 1] if place + 1 < len(words) else None
    ends = following is None or following.text in (".", "!", "?", "...", "…")
    weak = word.lower in ("me", "te", "se") and not word.elided
    imperative = clause.subject.persons <= {Person.S2} and clause.subject.inverted
    if imperative or clause.subject.inverted:
        return
    after = words[place + 2] if place + 2 < len(words) else None
    if following is not None and following.lower in BETWEEN and can_be(after, Kind.INFINITIVE):
        return
    article_alone = word.lower in ("le", "la", "les") and ends
    verb_behind = following is not None and (
        not kinds(following) or can_be(following, Kind.INFINITIVE, Kind.CLITIC, Kind.NE, Kind.VERB)
    )
    if article_alone or (weak and not verb_behind):
        reason = f"“{word.text}” stands before the verb."
        yield Finding(
            ErrorType.PRONOUN_PLACEMENT,
            "pronoun_placement.after_verb",
            words[group.finite].start,
            word.end,
            reason,
        )
