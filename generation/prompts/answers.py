"""The shapes of the answers: what a model must give back, and nothing beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

__all__ = ["Answer", "CorrectSentence", "IncorrectSentence", "Judgement", "schema_hint"]


class Answer(BaseModel):
    """An answer: every field required, no other allowed, no value of another kind turned into one."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CorrectSentence(Answer):
    """A right sentence. ``translation``: into the learner's language, "" if that is French."""

    sentence: str
    translation: str


class IncorrectSentence(Answer):
    """A sentence with one error, its right counterpart, and why it is wrong."""

    correct_sentence: str
    incorrect_sentence: str
    explanation: str


class Judgement(Answer):
    """A judge's verdict on a pair, or on a right sentence alone (then the None-able fields are None).

    ``error_type``: the one the incorrect sentence has, a word of the contract or "other".
    """

    correct_is_right: bool
    incorrect_is_wrong: bool | None
    single_error: bool | None
    error_type: str | None
    natural: bool
    reason: str


#: A value of each field, for servers that are told the shape in words. Not in the JSON schema, where
#: strict servers take few keywords.
_EXAMPLES: Mapping[str, object] = {
    "sentence": "Nous sommes arrivées trop tard hier soir.",
    "translation": "We arrived too late last night.",
    "correct_sentence": "Elle est partie sans son parapluie.",
    "incorrect_sentence": "Elle a partie sans son parapluie.",
    "explanation": "one or two sentences for the learner",
    "correct_is_right": True,
    "incorrect_is_wrong": True,
    "single_error": True,
    "error_type": "preposition",
    "natural": True,
    "reason": "one sentence: what decided",
}


def schema_hint(shape: type[BaseModel]) -> str:
    """Describe a shape in words, for servers that do not take a JSON schema.

    To be added to the system message. It holds the fields in their order with an example of each.
    """
    example = {name: _EXAMPLES[name] for name in shape.model_fields}
    written = json.dumps(example, ensure_ascii=False, indent=1)
    return (
        "Answer with one JSON object and nothing else: no text before or after it, no code fence."
        " It has exactly these fields, in this order; the values are examples of their kind:\n"
        f"{written}"
    )
