"""Who gets in, and who does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from apikeys import cache, secrets, services
from apikeys.models import ApiKey
from quizservice.proxies import client_address
from tests.conftest import Api

pytestmark = pytest.mark.django_db

CURRENT = "/api/v1/api-keys/current"
#: Well-formed, with a right checksum, but nobody's.
STRANGER = secrets.new_secret().text


def ask(path: str = CURRENT, **headers: str) -> Any:
    return Client(raise_request_exception=False).get(path, headers=headers)


def test_both_headers_are_ways_in(new_key: Callable[..., str]) -> None:
    key = new_key()
    assert ask(authorization=f"Bearer {key}").status_code == 200
    assert ask(authorization=f"bearer  {key} ").status_code == 200
    assert ask(**{"x-api-key": key}).status_code == 200
    assert ask(authorization=f"Bearer {key}", **{"x-api-key": key}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": "Basic dXNlcjpwYXNzd29yZA=="},
        {"x-api-key": ""},
        {"x-api-key": "  "},
        {"x-forwarded-for": "127.0.0.1"},
        {"x-real-ip": "127.0.0.1"},
        {"x-auth-bypass": "1"},
        {"x-forwarded-user": "admin"},
        {"cookie": "sessionid=abc"},
    ],
)
def test_no_key_is_no_way_in(headers: dict[str, str]) -> None:
    answer = ask(**headers)
    assert answer.status_code == 401
    assert answer.json()["detail"] == "API key required"
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "text",
    [STRANGER, STRANGER[:-1], STRANGER + "0", "x", "lqs_", "é", "a b", "x" * 5000, "%00", "null"],
)
@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
def test_a_wrong_key_is_refused(text: str, header: str) -> None:
    answer = ask(**{header: f"Bearer {text}" if header == "authorization" else text})
    assert answer.status_code == 401
    assert answer.json()["detail"] == "Invalid API key"
    assert "WWW-Authenticate" in answer


def test_a_right_prefix_with_a_wrong_secret_is_refused(new_key: Callable[..., str]) -> None:
    key = new_key()
    prefix = key.split("_")[1]
    other = secrets.new_secret().text.split("_")[2][:43]
    body = f"lqs_{prefix}_{other}"
    forged = body + secrets._checksum(body)
    assert secrets.read_prefix(forged) == prefix
    assert ask(authorization=f"Bearer {forged}").status_code == 401


def test_two_different_keys_are_refused_even_if_both_are_good(new_key: Callable[..., str]) -> None:
    answer = ask(authorization=f"Bearer {new_key()}", **{"x-api-key": new_key()})
    assert answer.status_code == 401


def test_a_session_of_staff_is_no_key(bo_client: Client) -> None:
    assert bo_client.get(CURRENT).status_code == 401


def test_an_expired_key_says_so(new_key: Callable[..., str]) -> None:
    key = new_key(expires_at=timezone.now() + timedelta(hours=1))
    assert ask(authorization=f"Bearer {key}").status_code == 200
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    cache.clear()
    answer = ask(authorization=f"Bearer {key}")
    assert (answer.status_code, answer.json()["detail"]) == (401, "API key expired")


def test_a_cached_key_expires_in_time(new_key: Callable[..., str], monkeypatch: Any) -> None:
    key = new_key(expires_at=timezone.now() + timedelta(hours=1))
    assert ask(authorization=f"Bearer {key}").status_code == 200
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("apikeys.authentication.timezone.now", lambda: later)
    assert ask(authorization=f"Bearer {key}").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_a_revoked_key_is_refused_at_once_in_this_process(new_key: Callable[..., str]) -> None:
    key = new_key()
    assert ask(authorization=f"Bearer {key}").status_code == 200
    services.revoke(ApiKey.objects.get())
    answer = ask(authorization=f"Bearer {key}")
    assert (answer.status_code, answer.json()["detail"]) == (401, "Invalid API key")


def test_a_change_elsewhere_is_seen_when_the_time_to_live_is_over(
    new_key: Callable[..., str], settings: Settings
) -> None:
    settings.CACHE_TTL = 0.0
    key = new_key()
    assert ask(authorization=f"Bearer {key}").status_code == 200
    ApiKey.objects.update(is_active=False)  # as another process would, unseen by this one's cache
    assert ask(authorization=f"Bearer {key}").status_code == 401


def test_malformed_keys_cost_no_look_up_and_unknown_ones_one() -> None:
    with CaptureQueriesContext(connection) as queries:
        ask(authorization="Bearer lqs_guess")
        ask(authorization=f"Bearer {STRANGER[:-1]}x")
    assert len(queries) == 0
    unknown = secrets.new_secret().text
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            ask(authorization=f"Bearer {unknown}")
    assert len(queries) == 1


def test_a_known_key_costs_no_look_up(new_key: Callable[..., str]) -> None:
    key = new_key(rate_limit_rpm=10_000)
    ask("/api/v1/nowhere", authorization=f"Bearer {key}")
    with CaptureQueriesContext(connection) as queries:
        assert ask("/api/v1/nowhere", authorization=f"Bearer {key}").status_code == 404
    assert len(queries) == 0


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        ("203.0.113.7", None, [], "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", [], "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", ["10.0.0.0/8"], "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        # what a client writes in front of the list does not count
        ("10.0.0.1", "127.0.0.1, 198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, nonsense", ["10.0.0.0/8"], None),
        ("10.0.0.1", "", ["10.0.0.0/8"], "10.0.0.1"),
        ("10.0.0.1", None, ["10.0.0.0/8"], "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", ["10.0.0.0/8"], "10.0.0.2"),
        ("::ffff:10.0.0.1", "2001:db8::1", ["10.0.0.0/8"], "2001:db8::1"),
        ("::1", None, [], "::1"),
        ("", "198.51.100.1", ["10.0.0.0/8"], None),
    ],
)
def test_the_clients_address(
    peer: str,
    forwarded: str | None,
    proxies: list[str],
    expected: str | None,
    settings: Settings,
) -> None:
    settings.TRUSTED_PROXIES = [ip_network(text) for text in proxies]
    request = RequestFactory().get("/", REMOTE_ADDR=peer)
    if forwarded is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    found = client_address(request)
    assert (None if found is None else str(found)) == expected


@pytest.mark.parametrize(
    ("allowed", "peer", "status"),
    [
        ([], "203.0.113.7", 200),
        (["203.0.113.0/24"], "203.0.113.7", 200),
        (["203.0.113.7"], "::ffff:203.0.113.7", 200),
        (["2001:db8::/32"], "2001:db8::5", 200),
        (["203.0.113.0/24"], "198.51.100.1", 403),
        (["203.0.113.0/24"], "2001:db8::5", 403),
        (["203.0.113.0/24"], "", 403),
    ],
)
def test_a_key_may_be_bound_to_addresses(
    allowed: list[str], peer: str, status: int, new_key: Callable[..., str]
) -> None:
    key = new_key(allowed_ips=allowed)
    answer = Client().get(
        CURRENT,
        headers={"authorization": f"Bearer {key}", "x-forwarded-for": "203.0.113.7"},
        REMOTE_ADDR=peer,
    )
    assert answer.status_code == status
    if status == 403:
        assert "address" in answer.json()["detail"]


# --- scopes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "read", "write", "admin"),
    [("read", 200, 403, 403), ("write", 200, 422, 403), ("admin", 200, 422, 200)],
)
def test_scopes_imply_the_lesser_ones(
    scope: str, read: int, write: int, admin: int, new_key: Callable[..., str]
) -> None:
    api = Api(new_key(permissions_scope=[scope]))
    assert api.get(CURRENT).status_code == read
    assert api.post("/api/v1/problems/generate", {"count": 0}).status_code == write
    listed = api.get("/api/v1/api-keys")
    assert listed.status_code == admin
    if admin == 403:
        assert listed.json()["detail"] == "admin permission required"


def test_head_needs_what_get_needs(duo: Api) -> None:
    answer = duo("HEAD", CURRENT)
    assert (answer.status_code, answer.content) == (200, b"")
    assert duo("HEAD", "/api/v1/api-keys").status_code == 403
