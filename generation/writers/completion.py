"""Reads what a model's server answers, whatever it left out or put around it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

ShapeT = TypeVar("ShapeT", bound=BaseModel)

#: What reasoning models think aloud, where their server does not take it out.
_THOUGHTS = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer as the server gave it; tokens are 0 where it did not count them.

    ``text`` is None when there is no answer at all. ``finish``: why it ended ("stop", "length", ...).
    ``fault``: what the server says instead, where it calls its error a success.
    """

    text: str | None = None
    refusal: str = ""
    finish: str = ""
    fault: str = ""
    response_id: str | None = None
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0


def read(content: bytes) -> Completion:
    """The completion in the body of an HTTP answer; an empty one where there is none."""
    try:
        body = json.loads(content)
    except ValueError:
        return Completion(fault="the answer is not JSON")
    body = _mapping(body)
    choices = body.get("choices")
    choice = _mapping(choices[0] if isinstance(choices, list) and choices else None)
    message = _mapping(choice.get("message"))
    usage = _mapping(body.get("usage"))
    text = message.get("content")
    return Completion(
        text=_text(text) if isinstance(text, str) else None,
        refusal=_text(message.get("refusal")),
        finish=_text(choice.get("finish_reason")),
        fault=json.dumps(body["error"], ensure_ascii=False) if body.get("error") else "",
        response_id=_text(body.get("id")) or None,
        model=_text(body.get("model")),
        input_tokens=_count(usage.get("prompt_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
    )


def shaped(text: str, shape: type[ShapeT], *, bare: bool) -> ShapeT:
    """The object of that shape which an answer holds.

    ``bare``: the answer is the object. Else it may stand in prose or in a code fence; the last one that
    fits is taken, for a model that thinks aloud begins with drafts.

    Raises:
        ValueError: there is none; says what is wrong with the last object, or that there is none.
    """
    if bare:
        return _checked(shape, text)
    wrong = ValueError("no JSON object in the answer")
    for written in reversed(list(_objects(_THOUGHTS.sub("", text)))):
        try:
            return _checked(shape, written)
        except ValueError as error:
            wrong = error
    raise wrong


def _checked(shape: type[ShapeT], written: str) -> ShapeT:
    if "\\u0000" in written:
        raise ValueError("answer: a NUL character")  # which the database does not take
    try:
        return shape.model_validate_json(written)
    except ValidationError as error:
        # Without the values: they are in the answer, which the trace has whole.
        places = [
            f"{'.'.join(map(str, each['loc'])) or 'answer'}: {each['msg']}"
            for each in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise ValueError("; ".join(places)) from None


def _objects(text: str) -> Iterator[str]:
    """The JSON objects that stand in a text, one after another."""
    decoder = json.JSONDecoder()
    start = text.find("{")
    while start != -1:
        try:
            _, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            yield text[start:end]
        start = text.find("{", end)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    """A text that every encoding and the database can hold."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0
