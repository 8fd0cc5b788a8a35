"""The examples of the OpenAPI document: requests, answers, errors.

They stand in ``openapi_examples.json`` by the name of the schema that they are an example of; where there
is more than one, the name goes on: ``Draw: several``. In a value, the text ``"@Name"`` stands for the
example of that name, and an object's key ``"@"`` names the one that it extends. A test validates each
against its schema.
"""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

from quizservice import errors

#: For a status the exception that makes it, its detail, and the wrong fields.
_ERRORS: dict[str, tuple[type[errors.ServiceError], str, tuple[errors.FieldError, ...]]] = {
    "400": (errors.BadRequest, "The body is not readable JSON: unexpected end of data", ()),
    "401": (errors.Unauthorized, "Invalid API key", ()),
    "403": (errors.Forbidden, "admin permission required", ()),
    "404": (errors.NotFound, "Resource not found", ()),
    "409": (errors.Conflict, "Not possible in this state", ()),
    "410": (errors.Gone, "The problem is retired", ()),
    "413": (errors.TooLarge, "The body is larger than 1,048,576 bytes", ()),
    "415": (errors.UnsupportedMediaType, 'Unsupported media type "text/plain" in request.', ()),
    "422": (
        errors.Unprocessable,
        "The request has wrong values",
        (errors.FieldError("levle", "unknown", "This field is not known."),),
    ),
    "429": (errors.TooManyRequests, "More than 100 requests a minute", ()),
    "503": (errors.Unavailable, "The database does not answer", ()),
}


def add(document: dict[str, Any]) -> None:
    """Give each body of a document's operations its examples, unless the view gave some."""
    for path in document["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                for media_type, body in answer.get("content", {}).items():
                    wrong = media_type == errors.CONTENT_TYPE
                    _attach(body, [f"error: {status}"] if wrong else _names_for(body))
            for body in operation.get("requestBody", {}).get("content", {}).values():
                _attach(body, _names_for(body))
    document["components"]["examples"] = {
        **{_key(name): {"value": example(name)} for name in _values()},
        **{_key(f"error: {status}"): {"value": error(status)} for status in _ERRORS},
    }


def example(name: str) -> Any:
    """The example of a name, with those that it refers to filled in.

    Raises:
        KeyError: when there is none.
    """
    return _filled(_values()[name])


def error(status: str) -> dict[str, Any]:
    """The body of an error.

    Raises:
        KeyError: for a status that no operation answers with.
    """
    kind, detail, wrong = _ERRORS[status]
    return errors.problem_body(
        kind(detail, errors=wrong),
        path="/api/v1/problems/random",
        trace_id="4bf92f3577b34da6a3ce929d0e0e4736",
    )


def _attach(body: dict[str, Any], names: list[str]) -> None:
    if names:
        found = {
            _key(name.partition(":")[2].strip() or "example"): {
                "$ref": f"#/components/examples/{_key(name)}"
            }
            for name in names
        }
        body.setdefault("examples", found)


def _names_for(body: dict[str, Any]) -> list[str]:
    schema = str(body["schema"].get("$ref", "")).rpartition("/")[2]
    return [name for name in _values() if name.partition(":")[0] == schema]


def _key(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name)


@functools.cache
def _values() -> dict[str, Any]:
    text = Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _filled(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        return example(value[1:])
    if isinstance(value, list):
        return [_filled(one) for one in value]
    if isinstance(value, dict):
        base = example(value["@"]) if "@" in value else {}
        return {**base, **{name: _filled(one) for name, one in value.items() if name != "@"}}
    return value
