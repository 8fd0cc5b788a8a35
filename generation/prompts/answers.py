"""The shapes of the answers: what a model must give back, and nothing beside it."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Answer", "CorrectSentence", "IncorrectSentence", "Judgement", "schema_hint"]


class Answer(BaseModel):
    """An answer: every field required, no other allowed, no value of another kind turned into one."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CorrectSentence(Answer):
    """A right sentence. ``translation``: into the learner's language, "" if that is French."""

    sentence: str = Field(examples=["Nous sommes arrivées trop tard hier soir."])
    translation: str = Field(examples=["We arrived too late last night."])


class IncorrectSentence(Answer):
    """A sentence with one error, its right counterpart, and why it is wrong."""

    correct_sentence: str = Field(examples=["Elle est partie sans son parapluie."])
    incorrect_sentence: str = Field(examples=["Elle a partie sans son parapluie."])
    explanation: str = Field(examples=["one or two sentences for the learner"])


class Judgement(Answer):
    """A judge's verdict on a pair, or on a right sentence alone (then the None-able fields are None).

    ``error_type``: the one the incorrect sentence has, a word of the contract or "other".
    """

    correct_is_right: bool = Field(examples=[True])
    incorrect_is_wrong: bool | None = Field(examples=[True])
    single_error: bool | None = Field(examples=[True])
    error_type: str | None = Field(examples=["preposition"])
    natural: bool = Field(examples=[True])
    reason: str = Field(examples=["one sentence: what decided"])


def schema_hint(shape: type[BaseModel]) -> str:
    """Describe a shape in words, for servers that do not take a JSON schema.

    To be added to the system message. It holds the fields in their order with an example of each.
    """
    example = {name: (about.examples or [None])[0] for name, about in shape.model_fields.items()}
    written = json.dumps(example, ensure_ascii=False, indent=1)
    return (
        "Answer with one JSON object and nothing else: no text before or after it, no code fence."
        " It has exactly these fields, in this order; the values are examples of their kind:\n"
        f"{written}"
    )
