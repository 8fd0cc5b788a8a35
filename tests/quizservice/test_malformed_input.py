"""Malformed input at every endpoint that the OpenAPI document shows: never a 500, never HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from drf_spectacular.generators import SchemaGenerator

from quizservice.ids import uuid7
from tests.conftest import Api

pytestmark = pytest.mark.django_db

#: What a client may put into a path or a query, percent-encoded.
TEXTS = [
    "",
    "%00",
    "a%00b",
    "%FF%FE",
    "%ED%A0%80",
    "%0A",
    "%20",
    "%F0%9F%92%A9",
    "..%2F..%2Fetc",
    "%25",
    "%27%3B--",
    "-1",
    "1e999",
    "NaN",
    "9" * 400,
    "x" * 3000,
    ",,,",
    "null",
    "%5B%5D",
    "%7B%7D",
]
#: What a client may put into a field of a body.
VALUES: list[Any] = [
    None,
    True,
    -1,
    0,
    2**63,
    1e300,
    "",
    "\0",
    "é" * 5000,
    [],
    [None],
    [[]],
    [{}],
    ["\0"],
    ["x"] * 2000,
    {},
    {"\0": "\0"},
    {"a": {"b": [1, {"c": None}]}},
]


def document() -> dict[str, Any]:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            if path != "/ready":  # its 503 is an answer, too
                yield path, method.upper(), operation


OPERATIONS = list(operations())
NAMES = [f"{method} {path}" for path, method, _ in OPERATIONS]


def filled(path: str, operation: dict[str, Any], value: str = "") -> str:
    """The path with its parameters filled: with ``value``, else with something that fits."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            fitting = str(uuid7()) if parameter["schema"].get("format") == "uuid" else "aimer"
            path = path.replace(f"{{{parameter['name']}}}", value or quote(fitting))
    return path


def assert_well_refused(answer: Any, asked: str) -> None:
    assert answer.status_code < 500, f"{asked}: {answer.content!r}"
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json", asked
    else:
        assert answer["Content-Type"] == "application/json", asked


@pytest.fixture
def anything(new_key: Any) -> Api:
    """May do everything, many times."""
    return Api(new_key("anything", permissions_scope=["admin"], rate_limit_rpm=10_000))


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=NAMES)
def test_paths_and_queries(
    path: str, method: str, operation: dict[str, Any], anything: Api
) -> None:
    parameters = operation.get("parameters", [])
    named = [one["name"] for one in parameters if one["in"] == "query"] + ["unknown"]
    for text in TEXTS:
        if "{" in path and text:
            asked = filled(path, operation, text)
            assert_well_refused(anything(method, asked), f"{method} {asked}")
        for name in named:
            asked = f"{filled(path, operation)}?{name}={text}"
            answer = anything(method, asked)
            assert_well_refused(answer, f"{method} {asked}")
            if name == "unknown" and path.startswith("/api/v1/"):
                assert answer.status_code in (404, 422), asked


WITH_BODY = [one for one in OPERATIONS if "requestBody" in one[2]]


@pytest.mark.parametrize(
    ("path", "method", "operation"),
    WITH_BODY,
    ids=[f"{method} {path}" for path, method, _ in WITH_BODY],
)
def test_bodies(path: str, method: str, operation: dict[str, Any], anything: Api) -> None:
    schemas = document()["components"]["schemas"]

    def fields(reference: str, way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        for name, field in schemas[reference.rpartition("/")[2]].get("properties", {}).items():
            yield (*way, name)
            inner = field.get("$ref") or (field.get("allOf") or [{}])[0].get("$ref")
            if inner:
                yield from fields(inner, (*way, name))

    asked = filled(path, operation)
    body_schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    ways = list(fields(body_schema))
    assert ways
    for way in ways:
        for value in VALUES:
            body = value
            for name in reversed(way):
                body = {name: body}
            answer = anything(method, asked, orjson.dumps(body))
            assert_well_refused(answer, f"{method} {asked} {str(body)[:100]}")
            if answer.status_code == 422:
                assert answer.json()["errors"], body
