"""What pages and answers may do in a browser: policies, cookies, HTTPS, sizes."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.middleware import SessionMiddleware
from django.test import Client
from pytest_django import Settings

from tests.conftest import Api

pytestmark = pytest.mark.django_db

CURRENT = "/api/v1/api-keys/current"


def policy(answer: Any) -> dict[str, list[str]]:
    """The directives of an answer's Content-Security-Policy."""
    directives = (one.split() for one in answer["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in directives}


class Inline(HTMLParser):
    """What stands inline in a page: scripts and styles with their nonces, and handlers in attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.nonces: dict[str, list[str | None]] = {"script": [], "style": []}
        self.handlers: list[str] = []
        self.outside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag in self.nonces and "src" not in given and given.get("type") != "application/json":
            self.nonces[tag].append(given.get("nonce"))
        self.handlers += [name for name in given if name.startswith("on")]
        loaded = given.get("src") if tag != "link" else given.get("href")
        if loaded and loaded.startswith(("http:", "https:", "//")):
            self.outside.append(loaded)


PUBLIC = ["/", "/api/docs", "/api/redoc"]
ADMIN = [
    "/admin/",
    "/admin/problems/problem/",
    "/admin/verbs/verb/",
    "/admin/apikeys/apikey/add/",
    "/admin/generation/generationrequest/",
    "/admin/quizservice/lockedlogin/",
    "/admin/auth/user/add/",
    "/admin/nowhere/",
]


@pytest.mark.parametrize("path", [*PUBLIC, *ADMIN, "/admin/login/", "/nowhere"])
def test_a_page_has_inline_only_what_its_policy_lets_run(path: str, bo_client: Client) -> None:
    client = Client() if path == "/admin/login/" else bo_client
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer["Content-Type"].startswith("text/html")
    allowed, inline = policy(answer), Inline(answer.content.decode())
    assert inline.handlers == inline.outside == []
    for nonce in inline.nonces["script"]:
        assert f"'nonce-{nonce}'" in allowed["script-src"]
    if "'unsafe-inline'" not in allowed["style-src"]:
        for nonce in inline.nonces["style"]:
            assert f"'nonce-{nonce}'" in allowed["style-src"]


@pytest.mark.parametrize("path", [*PUBLIC, *ADMIN, "/nowhere"])
def test_no_page_runs_inline_scripts_or_is_framed(path: str, bo_client: Client) -> None:
    answer = bo_client.get(path, headers={"accept": "text/html"})
    allowed = policy(answer)
    assert allowed["default-src"] == ["'self'"]
    assert allowed["object-src"] == allowed["base-uri"] == ["'none'"]
    assert allowed["frame-ancestors"] == ["'none'"]
    assert allowed["form-action"] == ["'self'"]
    assert "'unsafe-inline'" not in allowed["script-src"]
    assert ("'unsafe-eval'" in allowed["script-src"]) == (path in ADMIN)
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] in ("same-origin", "unsafe-none")
    assert "camera=()" in answer["Permissions-Policy"]


def test_a_nonce_serves_one_answer(stranger: Api) -> None:
    first, second = (stranger.get("/api/docs")["Content-Security-Policy"] for _ in range(2))
    assert "'nonce-" in first
    assert first != second


@pytest.mark.parametrize("path", [CURRENT, "/api/v1/nowhere", "/health", "/api/schema", "/api/v2"])
def test_data_is_no_page(path: str, duo: Api) -> None:
    answer = duo.get(path)
    assert policy(answer) == {"default-src": ["'none'"], "frame-ancestors": ["'none'"]}
    assert answer["X-Content-Type-Options"] == "nosniff"


# --- the API runs without what pages need ---------------------------------------------------------


def test_below_the_api_no_session_is_looked_at(
    duo: Api, stranger: Api, bo_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise AssertionError("a session was looked at")

    monkeypatch.setattr(SessionMiddleware, "process_request", fail)
    for path in (CURRENT, f"{CURRENT}/", "/api/v1", "/api/v1/", "/api/v1/nowhere"):
        assert duo.get(path).status_code in (200, 404)
        assert bo_client.get(path).status_code == 401  # nor is the admin's cookie a way in
    assert Client(raise_request_exception=False).get("/health").status_code == 500


def test_the_api_still_refuses_other_hosts(duo: Api) -> None:
    assert duo.get(CURRENT, host="evil.example").status_code == 400


# --- HTTPS ----------------------------------------------------------------------------------------


@pytest.fixture
def https_only(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True


@pytest.mark.usefixtures("https_only")
def test_where_https_is_a_must_the_api_refuses_and_pages_redirect(new_key: Any) -> None:
    headers = {"x-api-key": new_key(), "accept": "text/html"}
    client = Client()
    refused = client.get(CURRENT, headers=headers)
    assert (refused.status_code, refused.json()["detail"]) == (403, "HTTPS is required")
    assert "Strict-Transport-Security" not in refused
    redirected = client.get("/admin/", headers=headers)
    assert (redirected.status_code, redirected["Location"]) == (301, "https://testserver/admin/")
    assert client.get("/health").status_code == 200
    for path in (CURRENT, "/", "/api/docs"):
        answer = client.get(path, headers=headers, secure=True)
        assert answer.status_code == 200
        assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


# --- cookies and sizes ----------------------------------------------------------------------------


def test_cookies_are_kept_from_scripts_and_other_sites(bo: User) -> None:
    client = Client()
    client.get("/admin/login/")
    client.post("/admin/login/", {"username": "bo", "password": "correct horse battery"})
    assert set(client.cookies) >= {"csrftoken", "sessionid"}
    for name in ("csrftoken", "sessionid"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_the_documentation_sets_no_cookie(stranger: Api) -> None:
    for path in PUBLIC:
        assert not stranger.get(path, accept="text/html").cookies


def test_a_page_takes_no_large_body_of_any_type(settings: Settings) -> None:
    client = Client(enforce_csrf_checks=True)
    token = client.get("/admin/login/").context["csrf_token"]
    large = b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    for content_type in ("multipart/form-data; boundary=b", "application/x-www-form-urlencoded"):
        body = (
            b"--b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n"
            + large
            + b"\r\n--b--"
        )
        answer = client.post(
            "/admin/login/",
            body,
            content_type=content_type,
            headers={"x-csrftoken": str(token)},
        )
        assert answer.status_code == 413
