"""The rules of the API at every endpoint that the OpenAPI document shows."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from tests.conftest import Api
from tests.quizservice.test_api_rules import ORIGIN, assert_problem
from tests.quizservice.test_malformed_input import OPERATIONS, filled

pytestmark = pytest.mark.django_db

ENDPOINTS = [one for one in OPERATIONS if one[0].startswith("/api/v1/")]
every_endpoint = pytest.mark.parametrize(
    ("path", "method", "operation"),
    ENDPOINTS,
    ids=[f"{method} {path}" for path, method, _ in ENDPOINTS],
)
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def anything(new_key: Any) -> Api:
    """May do everything, many times."""
    return Api(new_key("anything", permissions_scope=["admin"], rate_limit_rpm=10_000))


@every_endpoint
def test_without_a_key_and_with_a_wrong_one(
    path: str, method: str, operation: dict[str, Any], stranger: Api
) -> None:
    asked = filled(path, operation)
    assert_problem(stranger(method, asked), 401)
    answer = stranger(method, asked, **{"x-api-key": "lqs_nobody"})
    assert_problem(answer, 401)
    assert answer["WWW-Authenticate"]


@every_endpoint
def test_an_unknown_parameter_is_named(
    path: str, method: str, operation: dict[str, Any], anything: Api
) -> None:
    asked = f"{filled(path, operation)}?tenze=present&tenze=x&=1"
    errors = assert_problem(anything(method, asked), 422)["errors"]
    named = [one["field"] for one in errors if one["code"] == "unknown"]
    assert named == ["tenze", ""] or named == ["tenze"]


@every_endpoint
def test_a_trailing_slash_changes_nothing(
    path: str, method: str, operation: dict[str, Any], anything: Api
) -> None:
    # unknown parameters are refused before anything happens, and only by the endpoint itself
    asked = filled(path, operation)
    with_slash, without = (anything(method, f"{asked}{end}?x=1") for end in ("/", ""))
    assert with_slash.status_code == without.status_code == 422
    assert with_slash.json()["errors"] == without.json()["errors"]
    assert anything(method, f"{asked}//?x=1").status_code in (404, 405, 422)  # never a redirect


@every_endpoint
def test_pages_of_allowed_origins_may_ask_and_read_errors(
    path: str, method: str, operation: dict[str, Any], stranger: Api, settings: Settings
) -> None:
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    asked = filled(path, operation)
    wanted = {
        "access-control-request-method": method,
        "access-control-request-headers": "authorization, idempotency-key",
    }
    preflight = stranger("OPTIONS", asked, origin=ORIGIN, **wanted)
    assert preflight.status_code == 200
    assert preflight["Access-Control-Allow-Origin"] == ORIGIN
    assert method in preflight["Access-Control-Allow-Methods"]
    assert "idempotency-key" in preflight["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in preflight  # keys, never cookies
    refused = stranger(method, asked, origin=ORIGIN)
    assert refused.status_code == 401
    assert refused["Access-Control-Allow-Origin"] == ORIGIN
    for answer in (stranger(method, asked), stranger(method, asked, origin="https://evil.example")):
        assert "Access-Control-Allow-Origin" not in answer
        assert "origin" in answer["Vary"].lower()  # no cache mixes up who may read it


@pytest.mark.parametrize("path", sorted({path for path, _, _ in ENDPOINTS}))
def test_another_method_is_refused_before_permission_and_body(path: str, duo: Api) -> None:
    (operation, *_) = (one for one_path, _, one in ENDPOINTS if one_path == path)
    allowed = {method for one_path, method, _ in ENDPOINTS if one_path == path}
    for method in sorted(METHODS - allowed):
        answer = duo(method, filled(path, operation), b"{")
        assert_problem(answer, 405)
        assert set(answer["Allow"].split(", ")) - {"HEAD"} == allowed
