"""The OpenAPI document, and the pages that show it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.urls import URLPattern, get_resolver

from quizservice.api import ApiView, UnknownPath
from quizservice.urls import api as api_patterns
from tests.conftest import Api


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The document; making it fails on every error and warning."""
    file: Path = tmp_path_factory.mktemp("openapi") / "schema.json"
    call_command(
        "spectacular", file=str(file), format="openapi-json", validate=True, fail_on_warn=True
    )
    document: dict[str, Any] = orjson.loads(file.read_bytes())
    return document


def views() -> list[tuple[str, type[ApiView]]]:
    """Every endpoint below ``/api/v1``: its path as the document writes it, and its view."""
    found = []
    for pattern in api_patterns:
        assert isinstance(pattern, URLPattern)
        view: type[ApiView] = getattr(pattern.callback, "view_class")  # noqa: B009
        if view is not UnknownPath:
            path = "/api/v1/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
            found.append((path, view))
    return found


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_version_is_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1.")


def test_it_shows_every_endpoint_that_exists_and_no_other(schema: dict[str, Any]) -> None:
    routed = {(path, method.lower()) for path, view in views() for method in view.scopes}
    assert len(routed) > 10
    shown = {(path, method) for path, method, _ in operations(schema) if path.startswith("/api/v1")}
    assert shown == routed


def test_every_endpoint_says_which_scope_each_of_its_methods_needs() -> None:
    for _, view in views():
        handled = {name.upper() for name in view.http_method_names if hasattr(view, name)}
        assert handled - {"OPTIONS", "HEAD"} == set(view.scopes), view


def test_operation_ids_are_names_and_distinct(schema: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(schema)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name) for name in ids)


def test_every_operation_has_its_scope_its_errors_and_its_limit(schema: dict[str, Any]) -> None:
    for path, method, operation in operations(schema):
        if not path.startswith("/api/v1"):
            assert not operation.get("security")
            continue
        scopes = {scope for way in operation["security"] for (scope,) in way.values()}
        assert {name for way in operation["security"] for name in way} == {"bearerKey", "headerKey"}
        assert len(scopes) == 1
        assert f"scope `{scopes.pop()}`" in operation["description"]
        assert {"401", "403", "422", "429"} <= set(operation["responses"]), path
        if method in ("post", "put", "patch"):
            assert {"400", "413", "415"} <= set(operation["responses"]), path
        for status, answer in operation["responses"].items():
            if status >= "400":
                content = answer["content"]["application/problem+json"]
                assert content["schema"] == {"$ref": "#/components/schemas/ProblemDetails"}
            else:
                assert {"RateLimit", "RateLimit-Policy"} <= set(answer["headers"])


def test_the_keys_headers_are_the_ways_in(schema: dict[str, Any]) -> None:
    schemes = schema["components"]["securitySchemes"]
    assert schemes["bearerKey"]["scheme"] == "bearer"
    assert (schemes["headerKey"]["in"], schemes["headerKey"]["name"]) == ("header", "X-API-Key")


def test_bodies_take_no_unknown_fields(schema: dict[str, Any]) -> None:
    for _, _, operation in operations(schema):
        if "requestBody" in operation:
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            body = schema["components"]["schemas"][reference.rpartition("/")[2]]
            assert body["additionalProperties"] is False


def test_an_answer_is_as_it_is_described(schema: dict[str, Any], db: None, duo: Api) -> None:
    described = schema["components"]["schemas"]["ProblemDetails"]
    wrong = duo.get("/api/v1/api-keys/current?x=1").json()
    assert set(wrong) == set(described["properties"])
    assert set(described["required"]) == set(wrong) - {"errors"}
    key = duo.get("/api/v1/api-keys/current").json()
    assert set(key) == set(schema["components"]["schemas"]["Key"]["properties"])


@pytest.mark.parametrize("path", ["/api/docs", "/api/redoc"])
def test_the_pages_need_no_key_and_no_other_host(path: str) -> None:
    anybody = Api(None)
    page = anybody.get(path, accept="text/html")
    assert page.status_code == 200
    text = page.content.decode()
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//[^"']+""", text)
    for asset in re.findall(r"""(?:src|href)=["'](/static/[^"']+)""", text):
        assert anybody.get(asset).status_code == 200, asset
    assert "/static/drf_spectacular_sidecar/" in text


def test_the_document_is_served_without_a_key() -> None:
    answer = Api(None).get("/api/schema", accept="application/json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1.")
    assert Api(None).get("/api/schema").status_code == 200
    refused = Api(None).post("/api/schema")
    assert refused.status_code == 405
    assert refused["Content-Type"] == "application/problem+json"


def test_the_error_handlers_are_ours() -> None:
    resolver = get_resolver()
    for status in (400, 403, 404, 500):
        assert resolver.resolve_error_handler(status).__module__ == "quizservice.errors"
