"""The first judge: whether a draft and its statements have the form of a problem."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from generation.french.free_text import form, language
from generation.judging.verdicts import Judge, Opinion, Ruling
from generation.writers.base import Draft, DraftStatement, Plan
from verbs.french.vocabulary import Language

MAX_LENGTH = 160
MAX_EXPLANATION = 600
#: From this share of common words on two sentences say nearly the same.
_ALIKE = 0.75
_MARKUP = re.compile(r"[<>*_`#\[\]{}|\\]")
_ENDS_LIKE_A_SENTENCE = re.compile(r"[^.!?…][.!?…]$")


def fold(text: str) -> str:
    """Text as a reader compares it: without case, typographic variants and surplus spaces."""
    text = unicodedata.normalize("NFKC", text).replace("’", "'")
    return " ".join(text.casefold().split())


def draft_objections(draft: Draft, plan: Plan) -> Iterator[str]:
    """What keeps any draft from being a problem of its plan."""
    if len(draft.statements) != plan.statement_count:
        yield f"{len(draft.statements)} statements instead of {plan.statement_count}"
    correct = [statement for statement in draft.statements if statement.is_correct]
    if len(correct) != 1:
        yield f"{len(correct)} correct statements instead of one"


def engine_objections(draft: Draft, plan: Plan) -> Iterator[str]:
    """What keeps a draft of the grammar engine from being shown."""
    for statement in draft.statements:
        text = statement.text
        if not text or text != text.strip() or len(text) > MAX_LENGTH:
            yield f"not one sentence of 1 to {MAX_LENGTH} characters: {text!r}"
        elif not text[0].isupper() or not _ENDS_LIKE_A_SENTENCE.search(text):
            yield f"not written as a sentence: {text!r}"
        elif _MARKUP.search(text):
            yield f"has markup: {text!r}"
        yield from (f"{reason}: {text!r}" for reason in _parts(statement, plan))
    seen: set[str] = set()
    for statement in draft.statements:
        folded = fold(statement.text)
        if folded in seen:
            yield f"stands twice: {statement.text!r}"
        seen.add(folded)


def _parts(statement: DraftStatement, plan: Plan) -> Iterator[str]:
    """What a statement lacks beside its text."""
    if statement.is_correct:
        if plan.language is not Language.FRENCH and not statement.translation:
            yield "the correct statement has no translation"
    elif not statement.explanation or statement.error_type is None:
        yield "an incorrect statement has no error type or explanation"
    elif plan.error_types and statement.error_type not in plan.error_types:
        yield f"carries {statement.error_type}, which was not asked for"


def opinion(statement: DraftStatement, plan: Plan) -> Opinion:
    """Judge the form of one statement that the grammar engine did not write."""
    reasons = [
        *_parts(statement, plan),
        *sentence_objections(statement.text, wrong=not statement.is_correct),
    ]
    if statement.is_correct:
        reasons.extend(_translation(statement, plan))
    else:
        if statement.counterpart is None:
            reasons.append("there is no correct sentence beside the incorrect one")
        else:
            reasons += [
                f"the correct sentence: {one}" for one in sentence_objections(statement.counterpart)
            ]
        reasons.extend(_explanation(statement, plan))
    return Opinion(Judge.FORM, Ruling.WRONG if reasons else Ruling.OK, tuple(reasons))


def sentence_objections(text: str, *, wrong: bool = False) -> list[str]:
    """What keeps a text from being one plain French sentence, in words.

    ``wrong``: what is wrong in it may look like another language ("vous connaîtez Paul", "Claire es
    partie"); the correct sentence beside it shows which one it is.
    """
    found = form.objections(text)
    french = not language.looks_english(text) if wrong else language.looks_french(text)
    if not found and not french:
        found = ["it is not written in French"]
    return found


def _translation(statement: DraftStatement, plan: Plan) -> Iterator[str]:
    text = statement.translation or ""
    if plan.language is Language.FRENCH or not text:
        return
    if len(text) > 2 * MAX_LENGTH or "\n" in text or _MARKUP.search(text):
        yield "the translation is not one plain sentence"
    elif fold(text) == fold(statement.text) or language.language_of(text) is Language.FRENCH:
        yield "the translation is not in English"


def _explanation(statement: DraftStatement, plan: Plan) -> Iterator[str]:
    text = statement.explanation or ""
    if not text:
        return
    if len(text) > MAX_EXPLANATION or "\n" in text or re.search(r"[<>`#{}|\\]", text):
        yield f"the explanation is not plain text of up to {MAX_EXPLANATION} characters"
    elif language.language_of(text) not in (plan.language, None):
        yield f"the explanation is not written in {plan.language.name.capitalize()}"


def alike(one: str, other: str) -> bool:
    """Whether two sentences say nearly the same: three quarters of their words are the same."""
    first, second = (Counter(re.findall(r"\w+", fold(text))) for text in (one, other))
    return (first & second).total() >= _ALIKE * max(first.total(), second.total())


def clashes(draft: Draft) -> dict[int, str]:
    """Statements that cannot stand beside the others, by their place: why.

    Two incorrect sentences from the same scene, or one from the correct sentence's, would give the
    answer away; an incorrect sentence that another one calls correct would be a second right answer.
    The correct statement is never blamed.
    """
    order = sorted(
        range(len(draft.statements)), key=lambda place: not draft.statements[place].is_correct
    )
    shown: dict[str, int] = {}
    right: dict[str, int] = {}
    found: dict[int, str] = {}
    for place in order:
        statement = draft.statements[place]
        text = fold(statement.text)
        whole = text if statement.is_correct else fold(statement.counterpart or "")
        if text in shown:
            found[place] = "Another sentence of the problem is the same."
        elif any(alike(whole, other) for other in right):
            found[place] = "Another sentence of the problem says nearly the same."
        elif text in right:
            found[place] = "It is right: it stands for the correct sentence of another one."
        else:
            shown[text] = place
            right[whole] = place
    return found
