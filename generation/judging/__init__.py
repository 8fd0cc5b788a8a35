"""Verdicts on a draft before it becomes a problem."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from generation.french import check
from generation.writers.base import Draft, Plan
from verbs.french.vocabulary import Language

MAX_LENGTH = 160
_MARKUP = re.compile(r"[<>*_`#\[\]{}|\\]")
_ENDS_LIKE_A_SENTENCE = re.compile(r"[^.!?…][.!?…]$")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reasons`` are the objections, in words; none means that the draft may go live."""

    reasons: tuple[str, ...] = ()
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        return not self.reasons


def judge(draft: Draft, plan: Plan) -> Verdict:
    """Form first, then distinctness, then the grammar engine on what it made."""
    reasons = [*_form(draft, plan), *_distinctness(draft)]
    engine = "not asked"
    if not reasons and draft.engine is not None:
        objections = check.check_problem(draft.engine)
        reasons.extend(objections)
        engine = "wrong" if objections else "ok"
    return Verdict(tuple(reasons), {"form": "wrong" if reasons else "ok", "engine": engine})


def fold(text: str) -> str:
    """Text as a reader compares it: without case, typographic variants and surplus spaces."""
    text = unicodedata.normalize("NFKC", text).replace("’", "'")
    return " ".join(text.casefold().split())


def _form(draft: Draft, plan: Plan) -> Iterator[str]:
    if len(draft.statements) != plan.statement_count:
        yield f"{len(draft.statements)} statements instead of {plan.statement_count}"
    correct = [statement for statement in draft.statements if statement.is_correct]
    if len(correct) != 1:
        yield f"{len(correct)} correct statements instead of one"
    for statement in draft.statements:
        text = statement.text
        if not text or text != text.strip() or len(text) > MAX_LENGTH:
            yield f"not one sentence of 1 to {MAX_LENGTH} characters: {text!r}"
        elif not text[0].isupper() or not _ENDS_LIKE_A_SENTENCE.search(text):
            yield f"not written as a sentence: {text!r}"
        elif _MARKUP.search(text):
            yield f"has markup: {text!r}"
        if statement.is_correct:
            if plan.language is not Language.FRENCH and not statement.translation:
                yield f"the correct statement has no translation: {text!r}"
        elif not statement.explanation or statement.error_type is None:
            yield f"an incorrect statement has no error type or explanation: {text!r}"
        elif plan.error_types and statement.error_type not in plan.error_types:
            yield f"carries {statement.error_type}, which was not asked for: {text!r}"


def _distinctness(draft: Draft) -> Iterator[str]:
    seen: set[str] = set()
    for statement in draft.statements:
        folded = fold(statement.text)
        if folded in seen:
            yield f"stands twice: {statement.text!r}"
        seen.add(folded)
