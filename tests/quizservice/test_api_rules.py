"""Rules that hold for every endpoint: order of checks, errors, strict input, paths, CORS."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError
from django.test import Client, RequestFactory
from pytest_django import Settings

from quizservice.bodies import Bodies
from tests.conftest import Api

pytestmark = pytest.mark.django_db

CURRENT = "/api/v1/api-keys/current"
KEYS = "/api/v1/api-keys"
ORDER = "/api/v1/problems/generate"
ORIGIN = "https://quiz.example"


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    """The answer is a problem body with the fields of the earlier service beside it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == body["status_code"] == status
    assert body["detail"] == body["message"] != ""
    assert body["instance"] == body["path"]
    assert body["error"] is True
    assert body["type"]
    assert body["title"]
    assert body["trace_id"] == answer["X-Request-Id"]
    assert ("errors" in body) == (status == 422)
    for one in body.get("errors", []):
        assert set(one) == {"field", "code", "detail"}
    return body


# --- order of checks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"]
)
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1",
        "/api/v1/",
        "/api/v1/nowhere",
        "/api/v1/no/where/at/all.json",
        "/api/v1/%0A",
        "/api/v1/%00",
        "/api/v1/%FF%FE",
        "/api/v1/api-keys/current/more",
        CURRENT,
        ORDER,
        "/api/v1/problems/random?nonsense=1",
    ],
)
def test_without_a_key_everything_is_401(method: str, path: str, stranger: Api) -> None:
    assert_problem(stranger(method, path, b"{" if method == "POST" else None), 401)


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/nowhere", "/api/v1/%0A", f"{CURRENT}/more"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "FOO"])
def test_with_a_key_unknown_paths_are_404(method: str, path: str, duo: Api) -> None:
    assert "not found" in assert_problem(duo(method, path), 404)["detail"]


def test_method_comes_before_permission_before_limit_before_body(
    new_key: Callable[..., str],
) -> None:
    api = Api(new_key(rate_limit_rpm=1))
    assert_problem(api("PATCH", KEYS, b"{"), 405)
    assert_problem(api.post(KEYS, b"{"), 403)
    assert_problem(api.get(f"{CURRENT}?wrong=1"), 422)  # the one request that the limit allows
    assert_problem(api.get(f"{CURRENT}?wrong=1"), 429)
    assert_problem(api.post(KEYS, b"{"), 403)
    assert_problem(api("PATCH", KEYS), 405)
    assert_problem(api.get("/api/v1/nowhere"), 404)


# --- paths ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [CURRENT, "/api/v1/cache/stats", "/api/schema", "/api/docs", "/health"],
)
def test_a_trailing_slash_changes_nothing_and_never_redirects(path: str, duo: Api) -> None:
    assert duo.get(path).status_code == duo.get(f"{path}/").status_code == 200


def test_the_instance_is_the_path_as_it_was_asked(duo: Api) -> None:
    assert duo.get("/api/v1/nowhere/").json()["instance"] == "/api/v1/nowhere/"
    assert duo.get("/api/v1/nowhere?x=1").json()["instance"] == "/api/v1/nowhere"
    encoded = "/api/v1/verbs/n%C3%A9ant%20%00"
    assert duo.get(encoded).json()["instance"] == encoded


def test_a_path_that_does_not_exist_allows_nothing(duo: Api) -> None:
    assert "Allow" not in duo.get("/api/v1/nowhere")


def test_no_cache_keeps_an_error(duo: Api, stranger: Api) -> None:
    assert duo.get("/api/v1/problems/random")["Cache-Control"] == "no-store"
    assert stranger.get(CURRENT)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v2/problems", "/api/v1x", "/api/docs/x"])
def test_other_api_paths_are_404_without_html(path: str, stranger: Api) -> None:
    assert_problem(stranger.get(path, accept="text/html"), 404)


def test_elsewhere_browsers_get_html_and_others_json(stranger: Api) -> None:
    assert stranger.get("/nowhere", accept="text/html")["Content-Type"].startswith("text/html")
    assert_problem(stranger.get("/nowhere", accept="application/json"), 404)
    assert_problem(stranger.post("/nowhere"), 404)


def test_debug_mode_shows_no_html_either(settings: Settings, duo: Api, stranger: Api) -> None:
    settings.DEBUG = True
    assert_problem(stranger.get("/api/v2/problems", accept="text/html"), 404)
    assert_problem(duo.get("/api/v1/nowhere", accept="text/html"), 404)


def test_an_unknown_host_is_a_400() -> None:
    client = Client(raise_request_exception=False)
    assert_problem(client.get("/api/v1/nowhere", headers={"host": "evil.example"}), 400)


# --- representations ------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*;q=0", "nonsense", ""])
def test_the_answer_is_json_whatever_is_accepted(accept: str, duo: Api) -> None:
    answer = duo.get(CURRENT, accept=accept)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize("path", ["/api/docs", "/api/redoc", "/api/schema"])
def test_the_documentation_is_shown_whatever_is_accepted(path: str, stranger: Api) -> None:
    usual = stranger.get(path)["Content-Type"]
    for accept in ("image/png", "nonsense", "*/*;q=0"):
        answer = stranger.get(path, accept=accept)
        assert (answer.status_code, answer["Content-Type"]) == (200, usual), accept


@pytest.mark.parametrize("method", ["OPTIONS", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["/api/docs", "/api/redoc", "/api/schema"])
def test_the_documentation_is_only_read(method: str, path: str, stranger: Api) -> None:
    answer = stranger(method, path)
    assert_problem(answer, 405)
    assert answer["Allow"] == "GET, HEAD"


# --- query ----------------------------------------------------------------------------------------


def test_every_unknown_parameter_is_named(duo: Api) -> None:
    body = assert_problem(duo.get(f"{CURRENT}?tense=present&x=1&x=2&format=api"), 422)
    assert [error["field"] for error in body["errors"]] == ["tense", "x", "format"]
    assert {error["code"] for error in body["errors"]} == {"unknown"}


def test_wrong_and_unknown_parameters_are_named_together(keeper: Api) -> None:
    body = assert_problem(keeper.get(f"{KEYS}?limit=0&cursor=x&serach=y"), 422)
    assert {error["field"] for error in body["errors"]} == {"limit", "serach"}


@pytest.mark.parametrize(
    "query", ["%00=%00", "%FF=%FE", "a=%ED%A0%80", "=", "&&&", "a" * 4000, "%F0%9F%92%A9=1"]
)
def test_malformed_queries_are_never_a_500(query: str, duo: Api) -> None:
    assert duo.get(f"{CURRENT}?{query}").status_code in (200, 422)


def test_too_many_parameters_are_a_400(duo: Api) -> None:
    query = "&".join(f"p{number}=1" for number in range(1500))
    assert_problem(duo.get(f"{CURRENT}?{query}"), 400)


# --- bodies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"}",
        b"nonsense",
        b"{'name': 'x'}",
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": 1e999}',
        b'{"name": "\\ud800"}',
        b'{"name": "\xff\xfe"}',
        b'{"name": "a\x00b"}',
        b"\xff\xfe{\x00}\x00",
        b"\x00",
        b'{"name": ' + b"9" * 5000 + b"}",
        b'{"name": ' * 5000,
        b"[" * 100_000,
        b'{"name": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"name": ' + b'{"a": ' * 40 + b"1" + b"}" * 40 + b"}",
    ],
)
def test_an_unreadable_body_is_a_400(body: bytes, keeper: Api) -> None:
    assert_problem(keeper.post(KEYS, body), 400)


@pytest.mark.parametrize(
    "body", [b"[]", b"[1]", b'"x"', b"5", b"null", b"true", b'[{"name": "x"}]']
)
def test_a_body_that_is_no_object_is_a_422(body: bytes, keeper: Api) -> None:
    assert "object" in assert_problem(keeper.post(KEYS, body), 422)["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"name": 18446744073709551616}',
        b'{"": 1}',
        b'{"\\u0000": "\\u0000"}',
        b'{"name": "\\u0000"}',
        b'{"name": {"name": "x"}}',
        b'{"name": "\xed\x95\x9c", "name": ""}',
    ],
)
def test_wrong_values_are_a_422(body: bytes, keeper: Api) -> None:
    answer = keeper.post(KEYS, body)
    assert answer.status_code in (201, 422)
    if b"18446744073709551616" not in body:
        assert_problem(answer, 422)


def test_of_duplicate_names_the_last_counts(keeper: Api) -> None:
    answer = keeper.post(KEYS, b'{"name": "first", "name": "last"}')
    assert answer.json()["key_info"]["name"] == "last"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "nonsense",
    ],
)
def test_another_type_of_body_is_a_415(content_type: str, new_key: Callable[..., str]) -> None:
    headers = {"authorization": f"Bearer {new_key(permissions_scope=['admin'])}"}
    answer = Client(raise_request_exception=False).generic(
        "POST", KEYS, b'{"name": "x"}', content_type=content_type, headers=headers
    )
    assert_problem(answer, 415)


def test_a_charset_does_not_matter(new_key: Callable[..., str]) -> None:
    headers = {"authorization": f"Bearer {new_key(permissions_scope=['admin'])}"}
    answer = Client().generic(
        "POST",
        KEYS,
        b'{"name": "x"}',
        content_type="application/json; charset=utf-8",
        headers=headers,
    )
    assert answer.status_code == 201


def test_a_large_body_is_a_413(keeper: Api, settings: Settings) -> None:
    body = b'{"name": "' + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'
    assert_problem(keeper.post(KEYS, body), 413)


def chunked(body: bytes, key: str) -> tuple[int, dict[str, Any]]:
    """Status and answer for a body that comes in chunks, as a WSGI server hands it over."""
    environ = RequestFactory().post(KEYS, content_type="application/json").environ
    environ |= {
        "HTTP_TRANSFER_ENCODING": "chunked",
        "HTTP_X_API_KEY": key,
        "wsgi.input_terminated": True,
        "wsgi.input": io.BytesIO(body),
    }
    del environ["CONTENT_LENGTH"]
    statuses: list[str] = []
    parts = Bodies(WSGIHandler())(environ, lambda status, _: statuses.append(status))
    return int(statuses[0].split()[0]), orjson.loads(b"".join(parts))


@pytest.mark.django_db(transaction=True)
def test_a_body_in_chunks_is_read(new_key: Callable[..., str], settings: Settings) -> None:
    key = new_key(permissions_scope=["admin"])
    status, made = chunked(b'{"name": "in chunks"}', key)
    assert (status, made["key_info"]["name"]) == (201, "in chunks")
    assert chunked(b"{", key)[0] == 400
    assert chunked(b" " * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), key)[0] == 413


# --- what nobody expects --------------------------------------------------------------------------


def test_an_unexpected_error_is_logged_and_says_nothing_of_itself(
    duo: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr("apikeys.api.services.get", fail)
    answer = duo.get(CURRENT, accept="text/html")
    assert "swordfish" not in assert_problem(answer, 500)["detail"] + answer.content.decode()
    assert "swordfish" in caplog.text
    assert "RateLimit" in answer


def test_a_database_that_does_not_answer_is_a_503(
    duo: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("apikeys.api.services.get", fail)
    answer = duo.get(CURRENT)
    assert "connection refused" not in assert_problem(answer, 503)["detail"]
    assert int(answer["Retry-After"]) > 0


# --- CORS -----------------------------------------------------------------------------------------


@pytest.fixture
def allowed_origin(settings: Settings) -> str:
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    return ORIGIN


def test_a_preflight_needs_no_key(stranger: Api, allowed_origin: str) -> None:
    answer = stranger(
        "OPTIONS",
        ORDER,
        origin=allowed_origin,
        **{"access-control-request-method": "POST", "access-control-request-headers": "x-api-key"},
    )
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == allowed_origin
    assert "POST" in answer["Access-Control-Allow-Methods"]
    assert "x-api-key" in answer["Access-Control-Allow-Headers"]


def test_cors_is_present_on_errors_too(stranger: Api, duo: Api, allowed_origin: str) -> None:
    for answer in (
        stranger.get(CURRENT, origin=allowed_origin),
        duo.get("/api/v1/nowhere", origin=allowed_origin),
        duo.get(f"{CURRENT}?x=1", origin=allowed_origin),
    ):
        assert answer.status_code >= 400
        assert answer["Access-Control-Allow-Origin"] == allowed_origin
        assert "RateLimit" in answer["Access-Control-Expose-Headers"]


def test_other_origins_get_no_leave(stranger: Api, allowed_origin: str) -> None:
    answer = stranger.get(CURRENT, origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in answer
