"""What a deviation is: one certain error in an otherwise right sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from generation.french.clause import Clause
from generation.french.deviations.codes import CODES
from generation.french.realise import licensed, realise
from generation.french.tokens import NO_BREAK_SPACE, Token, write
from verbs.french.vocabulary import ErrorType


@dataclass(frozen=True)
class Deviation:
    """A clause written with exactly one error.

    ``text[start:end]`` is the wrong part, and the sentence with ``correction`` in its place is
    ``corrected``, which is right. ``code`` refines ``error_type``
    ("participle_agreement.preceding_object"). ``facts`` are what an explanation needs to know.
    """

    clause: Clause
    error_type: ErrorType
    code: str
    text: str
    start: int
    end: int
    correction: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def wrong(self) -> str:
        """The wrong part of the sentence."""
        return self.text[self.start : self.end]

    @property
    def weight(self) -> int:
        """How common the error is in what learners write: 1 (rare) to 4."""
        return CODES[self.code].weight

    @property
    def corrected(self) -> str:
        """The sentence without the error."""
        return self.text[: self.start] + self.correction + self.text[self.end :]


#: What ends a word: a space, the last mark or what stands before it, a comma.
_END = re.compile(rf"[ .,{NO_BREAK_SPACE}]")


def _shared(one: str, other: str) -> int:
    """Return how many letters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def spans(wrong: str, right: str) -> tuple[int, int, str]:
    """Return where two sentences differ: start and end in the wrong one, and the right words.

    Whole words, with an elided word and the one behind it as one ("l'ai"), and so those that a
    hyphen joins ("vas-tu"), without the last mark.
    """
    prefix = _shared(wrong, right)
    suffix = _shared(wrong[prefix:][::-1], right[prefix:][::-1])
    # The parts must not be empty: a missing or an added word takes a neighbour with it.
    start = wrong.rfind(" ", 0, prefix) + 1
    ends = []
    for text in (wrong, right):
        end = len(text) - suffix
        match = _END.search(text, max(end, start))
        ends.append(match.start() if match else len(text))
    tail = min(len(wrong) - ends[0], len(right) - ends[1])
    return start, len(wrong) - tail, right[start : len(right) - tail]


def deviate(
    clause: Clause,
    text: str,
    error_type: ErrorType,
    code: str,
    *,
    right: str | None = None,
    **facts: str,
) -> list[Deviation]:
    """Return the deviation as a list of one, or [] if the text is right after all.

    ``right``: the sentence it is compared with, by default the one that is written.
    """
    if text in licensed(clause):
        return []
    start, end, correction = spans(text, right or realise(clause))
    verb = clause.frame.verb
    known = {
        "infinitive": verb.citation,
        "subject": clause.subject.surface,
        "tense": clause.tense.value,
        **facts,
    }
    full = f"{error_type.value}.{code}"
    if full not in CODES:
        raise ValueError(f"{full} is no code of an error")
    return [Deviation(clause, error_type, full, text, start, end, correction, known)]


def swapped(tokens: list[Token], old: Token, *new: Token) -> list[Token]:
    """Return tokens with one of them (by identity) replaced."""
    found: list[Token] = []
    for token in tokens:
        found += new if token is old else (token,)
    return found


def words_of(tokens: Sequence[Token]) -> str:
    """Write a part of a sentence as it is written there: "l'adresse", "du pain"."""
    if not tokens:
        return ""
    text = write(tokens).removesuffix(".")
    return text if tokens[0].text[0].isupper() else text[0].lower() + text[1:]
