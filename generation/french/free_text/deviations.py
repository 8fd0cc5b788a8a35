"""A right sentence of whatever origin, with exactly one certain error.

The modules beside this one draft sentences with the errors of learners; what is kept is only what
the checking of pairs is certain about (``generation.french.checking.pairs``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from generation.french.checking.pairs import classify
from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from generation.french.deviations.codes import CODES
from generation.french.explain import explain_error
from generation.french.free_text.auxiliaries import auxiliary_drafts
from generation.french.free_text.choices import category_drafts, gender_drafts, number_drafts
from generation.french.free_text.complements import preposition_drafts
from generation.french.free_text.edits import composed, difference
from generation.french.free_text.moods import tense_drafts
from generation.french.free_text.negations import negation_drafts
from generation.french.free_text.participles import agreement_drafts
from generation.french.free_text.placement import order_drafts, placement_drafts
from generation.french.free_text.reflexives import reflexive_drafts
from generation.french.free_text.source import Draft, Source, source_of
from generation.french.free_text.verb_forms import form_drafts, person_drafts
from generation.french.free_text.written_words import determiner_drafts, elision_drafts
from verbs.french.vocabulary import ErrorType, Language

__all__ = ["WrongVersion", "recognised", "wrong_versions"]

#: So many drafts are checked for one sentence, and so many versions are enough.
_MOST, _ENOUGH = 40, 6
_DRAFTS: Mapping[ErrorType, Callable[..., Iterator[Draft]]] = MappingProxyType(
    {
        ErrorType.WRONG_PERSON: person_drafts,
        ErrorType.WRONG_FORM: form_drafts,
        ErrorType.WRONG_AUXILIARY: auxiliary_drafts,
        ErrorType.PARTICIPLE_AGREEMENT: agreement_drafts,
        ErrorType.REFLEXIVE_PRONOUN: reflexive_drafts,
        ErrorType.NEGATION_STRUCTURE: negation_drafts,
        ErrorType.PRONOUN_PLACEMENT: placement_drafts,
        ErrorType.PRONOUN_ORDER: order_drafts,
        ErrorType.PRONOUN_CATEGORY: category_drafts,
        ErrorType.PRONOUN_GENDER: gender_drafts,
        ErrorType.PRONOUN_NUMBER: number_drafts,
        ErrorType.PREPOSITION: preposition_drafts,
        ErrorType.DETERMINER: determiner_drafts,
        ErrorType.ELISION: elision_drafts,
        ErrorType.WRONG_TENSE: tense_drafts,
    }
)
#: Codes of a pas that is too many, shown with the verb before it.
_ADDED_BEHIND = frozenset({"subject_with_pas"})
#: Types whose finer codes the checking of pairs tells apart as the deviations do.
_FINE = frozenset({ErrorType.WRONG_AUXILIARY, ErrorType.DETERMINER, ErrorType.ELISION})


@dataclass(frozen=True)
class WrongVersion:
    """A sentence with exactly one certain error.

    ``text[start:end]`` is wrong, ``correction`` what should stand there. ``code`` refines
    ``error_type`` (``generation.french.deviations.codes``); ``explanation`` tells a learner why.
    """

    text: str
    error_type: ErrorType
    code: str
    start: int
    end: int
    correction: str
    explanation: str


def wrong_versions(
    correct: str, error_type: ErrorType, language: Language
) -> tuple[WrongVersion, ...]:
    """Return versions of a right sentence with one certain error of a type, the best first.

    Those that learners make most often come first. () if none is certain, or if the sentence itself
    is not certainly right. Positions count in the composed form (NFC) of the text.
    """
    if verify(correct).verdict is not Verdict.OK:
        return ()
    source = source_of(correct)
    drafts = _ranked(_DRAFTS[error_type](source), error_type)
    certain = (draft for draft in drafts[:_MOST] if _is_certain(source.text, draft, error_type))
    return tuple(
        _version(source.text, draft, error_type, language) for draft in islice(certain, _ENOUGH)
    )


def recognised(correct: str, incorrect: str, language: Language) -> WrongVersion | None:
    """Return the one error that tells an incorrect sentence of whatever origin from its correct one.

    None if there is not exactly one certain error, or the correct sentence is not certainly right.
    ``explanation`` is "" for an error that no template fits. Positions count in the composed form
    (NFC) of the text.
    """
    if verify(correct).verdict is not Verdict.OK:
        return None
    found = classify(correct, incorrect)
    if found.error_type is None or not found.certain:
        return None
    source, text = source_of(correct), composed(incorrect)
    start, end, correction = difference(text, source.text)
    code, facts = _told(source, text, found.error_type, found.code)
    try:
        explanation = explain_error(code, facts, text[start:end], correction, language)
    except KeyError:
        explanation = ""
    return WrongVersion(text, found.error_type, code, start, end, correction, explanation)


def _told(
    source: Source, text: str, error_type: ErrorType, code: str
) -> tuple[str, Mapping[str, str]]:
    """Return code and facts of an error: those of the same draft, or of one of its kind in its place.

    Of the latter only the facts that are not about the wrong words.
    """
    drafts = list(_DRAFTS[error_type](source))
    for draft in drafts:
        if draft.text == text:
            return f"{error_type.value}.{draft.code}", draft.facts
    start, end, _ = difference(text, source.text)
    for draft in drafts:
        first, last, _ = difference(draft.text, source.text)
        if f"{error_type.value}.{draft.code}" == code and first <= end and start <= last:
            return code, {k: v for k, v in draft.facts.items() if not k.startswith("wrong")}
    return code if code in CODES else error_type.value, {}


def _ranked(drafts: Iterator[Draft], error_type: ErrorType) -> list[Draft]:
    """Return drafts without repetition, the commonest errors first."""
    unique: dict[str, Draft] = {}
    for draft in drafts:
        unique.setdefault(draft.text, draft)
    return sorted(unique.values(), key=lambda d: -CODES[f"{error_type.value}.{d.code}"].weight)


def _is_certain(correct: str, draft: Draft, error_type: ErrorType) -> bool:
    """Whether a draft has the error that it should have and no other."""
    found = classify(correct, draft.text)
    if not found.certain or found.error_type is not error_type:
        return False
    code = f"{error_type.value}.{draft.code}"
    return error_type not in _FINE or found.code == code or found.code not in CODES


def _version(correct: str, draft: Draft, error_type: ErrorType, language: Language) -> WrongVersion:
    backwards = draft.code in _ADDED_BEHIND
    start, end, correction = difference(draft.text, correct, backwards=backwards)
    code = f"{error_type.value}.{draft.code}"
    explanation = explain_error(code, draft.facts, draft.text[start:end], correction, language)
    return WrongVersion(draft.text, error_type, code, start, end, correction, explanation)
