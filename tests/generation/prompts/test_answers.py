"""The shapes of answers: strict for servers with a schema, told in words for the others."""

from __future__ import annotations

import json

import pytest
from openai.lib._pydantic import to_strict_json_schema
from pydantic import BaseModel, ValidationError

from generation.prompts.answers import (
    CorrectSentence,
    IncorrectSentence,
    Judgement,
    schema_hint,
)

SHAPES = (CorrectSentence, IncorrectSentence, Judgement)
JUDGED = {
    "correct_is_right": True,
    "incorrect_is_wrong": None,
    "single_error": None,
    "error_type": None,
    "natural": True,
    "reason": "Nothing is wrong.",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_schema_requires_every_field_and_allows_no_other(shape: type[BaseModel]) -> None:
    schema = to_strict_json_schema(shape)
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"]) == list(shape.model_fields)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_example_of_a_hint_fits_its_shape(shape: type[BaseModel]) -> None:
    hint = schema_hint(shape)
    example = json.loads(hint[hint.index("{") :])
    assert list(example) == list(shape.model_fields)
    shape.model_validate_json(json.dumps(example))


def test_a_judgement_of_a_sentence_alone_has_nulls() -> None:
    found = Judgement.model_validate_json(json.dumps(JUDGED))
    assert (found.incorrect_is_wrong, found.single_error, found.error_type) == (None, None, None)


@pytest.mark.parametrize(
    "change",
    [
        {"natural": "true"},
        {"natural": 1},
        {"natural": None},
        {"correct_is_right": None},
        {"error_type": 3},
        {"confidence": 0.9},
        {"reason": ["x"]},
    ],
)
def test_other_answers_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Judgement.model_validate_json(json.dumps({**JUDGED, **change}))


@pytest.mark.parametrize("name", list(JUDGED))
def test_no_field_may_be_left_out(name: str) -> None:
    data = {key: value for key, value in JUDGED.items() if key != name}
    with pytest.raises(ValidationError, match=name):
        Judgement.model_validate_json(json.dumps(data))
