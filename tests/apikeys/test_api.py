"""Keys over HTTP: it works, wrong key, wrong scope, wrong method or body."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apikeys import services
from apikeys.models import ApiKey
from quizservice.ids import uuid7
from tests.conftest import Api

pytestmark = pytest.mark.django_db

KEYS = "/api/v1/api-keys"
CURRENT = f"{KEYS}/current"
FIELDS = {
    "id",
    "key_prefix",
    "name",
    "description",
    "client_name",
    "is_active",
    "permissions_scope",
    "created_at",
    "expires_at",
    "last_used_at",
    "usage_count",
    "requests_last_24h",
    "rate_limit_rpm",
    "allowed_ips",
}


def test_a_new_key_is_shown_once_and_works(keeper: Api) -> None:
    expires = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    body = {
        "name": "phone app",
        "description": "the one for schools",
        "client_name": "Duo Ltd.",
        "permissions_scope": ["write", "read"],
        "rate_limit_rpm": 250,
        "allowed_ips": ["127.0.0.1", "10.1.2.3/8"],
        "expires_at": expires.isoformat(),
    }
    answer = keeper.post(KEYS, body)
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    text, info = answer.json()["api_key"], answer.json()["key_info"]
    assert set(info) == FIELDS
    assert info == {
        **body,
        "permissions_scope": ["read", "write"],
        "allowed_ips": ["127.0.0.1/32", "10.0.0.0/8"],
        "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        **{name: info[name] for name in ("id", "key_prefix", "created_at")},
        "is_active": True,
        "last_used_at": None,
        "usage_count": 0,
        "requests_last_24h": 0,
    }
    assert text.split("_")[1] == info["key_prefix"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", info["created_at"])
    assert answer["Location"] == f"{KEYS}/{info['id']}"
    assert Api(text).get(CURRENT).json()["id"] == info["id"]
    shown = keeper.get(f"{KEYS}/{info['id']}")
    assert shown.json() == info
    assert text not in shown.content.decode() + keeper.get(KEYS).content.decode()


def test_a_name_is_enough(keeper: Api) -> None:
    info = keeper.post(KEYS, {"name": "small"}).json()["key_info"]
    assert info["permissions_scope"] == ["read"]
    assert info["rate_limit_rpm"] == 100
    assert (info["allowed_ips"], info["expires_at"]) == ([], None)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name"}),
        ({"name": ""}, {"name"}),
        ({"name": "  "}, {"name"}),
        ({"name": None}, {"name"}),
        ({"name": ["x"]}, {"name"}),
        ({"name": {"x": 1}}, {"name"}),
        ({"name": "a\0b"}, {"name"}),
        ({"name": "x" * 101}, {"name"}),
        (
            {"name": "x", "description": "x" * 501, "client_name": "x" * 101},
            {"description", "client_name"},
        ),
        ({"name": "x", "permissions_scope": []}, {"permissions_scope"}),
        ({"name": "x", "permissions_scope": "admin"}, {"permissions_scope"}),
        ({"name": "x", "permissions_scope": ["root"]}, {"permissions_scope.0"}),
        ({"name": "x", "permissions_scope": [["read"]]}, {"permissions_scope.0"}),
        ({"name": "x", "permissions_scope": [None]}, {"permissions_scope.0"}),
        ({"name": "x", "rate_limit_rpm": 0}, {"rate_limit_rpm"}),
        ({"name": "x", "rate_limit_rpm": 10_001}, {"rate_limit_rpm"}),
        ({"name": "x", "rate_limit_rpm": 2**63}, {"rate_limit_rpm"}),
        ({"name": "x", "rate_limit_rpm": "9" * 2000}, {"rate_limit_rpm"}),
        ({"name": "x", "rate_limit_rpm": True}, {"rate_limit_rpm"}),
        ({"name": "x", "rate_limit_rpm": 1.5}, {"rate_limit_rpm"}),
        ({"name": "x", "rate_limit_rpm": None}, {"rate_limit_rpm"}),
        ({"name": "x", "allowed_ips": ["nowhere"]}, {"allowed_ips"}),
        ({"name": "x", "allowed_ips": ["10.0.0.0/33"]}, {"allowed_ips"}),
        ({"name": "x", "allowed_ips": [167772160]}, {"allowed_ips"}),
        ({"name": "x", "allowed_ips": ["1.2.3.4\0"]}, {"allowed_ips.0"}),
        ({"name": "x", "allowed_ips": "127.0.0.1"}, {"allowed_ips"}),
        ({"name": "x", "expires_at": "tomorrow"}, {"expires_at"}),
        ({"name": "x", "expires_at": "2090-01-01T00:00:00"}, {"expires_at"}),
        ({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}, {"expires_at"}),
        ({"name": "x", "expires_at": "0001-01-01T00:00:00+14:00"}, {"expires_at"}),
        ({"name": "x", "expires_at": "9999-12-31T23:59:59-14:00"}, {"expires_at"}),
        ({"name": "x", "expires_at": 5}, {"expires_at"}),
        ({"name": "x", "expires_at": [1]}, {"expires_at"}),
        ({"name": "x", "is_active": False}, {"is_active"}),
        ({"nom": "x", "rpm": 5}, {"name", "nom", "rpm"}),
        (
            {"allowed_ips": ["nowhere"], "expires_at": "2020-01-01T00:00:00Z", "rpm": 5},
            {"name", "allowed_ips", "expires_at", "rpm"},
        ),
    ],
)
def test_wrong_values_are_all_named(body: dict[str, Any], fields: set[str], keeper: Api) -> None:
    answer = keeper.post(KEYS, body)
    assert answer.status_code == 422, answer.content
    assert {error["field"] for error in answer.json()["errors"]} == fields
    assert ApiKey.objects.count() == 1


def test_the_list_shows_usable_keys_newest_first(keeper: Api, new_key: Callable[..., str]) -> None:
    new_key("duo", client_name="Duo Ltd.")
    new_key("old")
    services.revoke(ApiKey.objects.get(name="old"))
    envelope = keeper.get(KEYS).json()
    assert (envelope["count"], envelope["next"], envelope["previous"]) == (2, None, None)
    assert [key["name"] for key in envelope["results"]] == ["duo", "keeper"]
    everything = keeper.get(f"{KEYS}?include_inactive=true").json()["results"]
    assert [key["name"] for key in everything] == ["old", "duo", "keeper"]
    assert [key["is_active"] for key in everything] == [False, True, True]
    for text in ("du", "DUO%20LTD"):
        found = keeper.get(f"{KEYS}?search={text}").json()["results"]
        assert [key["name"] for key in found] == ["duo"]
    assert keeper.get(f"{KEYS}?search=%25").json()["count"] == 0


def test_the_list_is_read_by_cursor_both_ways(keeper: Api, new_key: Callable[..., str]) -> None:
    for number in range(4):
        new_key(f"key {number}")
    names = ["key 3", "key 2", "key 1", "key 0", "keeper"]
    first = keeper.get(f"{KEYS}/?limit=2").json()
    assert [key["name"] for key in first["results"]] == names[:2]
    assert (first["count"], first["previous"]) == (5, None)
    second = keeper.get(first["next"]).json()
    assert [key["name"] for key in second["results"]] == names[2:4]
    third = keeper.get(second["next"]).json()
    assert [key["name"] for key in third["results"]] == names[4:]
    assert third["next"] is None
    assert keeper.get(third["previous"]).json()["results"] == second["results"]
    back = keeper.get(second["previous"]).json()
    assert back["results"] == first["results"]
    assert back["previous"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=", "limit"),
        ("limit=ten", "limit"),
        ("limit=" + "9" * 3000, "limit"),
        ("limit=5&limit=6", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=" + "A" * 600, "cursor"),
        ("cursor=WyJuIiwgImFcdTAwMDBiIl0", "cursor"),
        ("cursor=WyJuIiwgIlx1ZDgwMCJd", "cursor"),
        ("cursor=WyJuIiwgNV0", "cursor"),
        ("cursor=%00", "cursor"),
        ("search=%00", "search"),
        ("search=" + "x" * 101, "search"),
        ("include_inactive=perhaps", "include_inactive"),
        ("active=true", "active"),
        ("%00=1", "\0"),
    ],
)
def test_wrong_parameters_are_named(query: str, field: str, keeper: Api) -> None:
    answer = keeper.get(f"{KEYS}?{query}")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_current_is_the_key_that_asks(duo: Api) -> None:
    answer = duo.get(CURRENT)
    assert answer.status_code == 200
    assert set(answer.json()) == FIELDS
    assert answer.json()["name"] == "duo"
    assert answer["Cache-Control"] == "private, no-cache"
    again = duo.get(CURRENT, **{"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_key_is_known_by_its_etag(keeper: Api, new_key: Callable[..., str]) -> None:
    new_key("duo")
    path = f"{KEYS}/{ApiKey.objects.get(name='duo').id}"
    first = keeper.get(path)
    again = keeper.get(path, **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "Content-Type" not in again  # a cache would take it over
    assert again["Cache-Control"] == first["Cache-Control"] == "private, no-cache"
    ApiKey.objects.filter(name="duo").update(name="trio")
    assert keeper.get(path, **{"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_revoked_key_opens_nothing(keeper: Api, duo: Api) -> None:
    key_id = duo.get(CURRENT).json()["id"]
    answer = keeper.delete(f"{KEYS}/{key_id}")
    assert answer.status_code == 200
    assert "revoked" in answer.json()["message"]
    assert duo.get(CURRENT).status_code == 401
    assert keeper.get(f"{KEYS}/{key_id}").json()["is_active"] is False


def test_a_key_cannot_revoke_itself(keeper: Api, new_key: Callable[..., str]) -> None:
    new_key("second", permissions_scope=["admin"])
    own = keeper.get(CURRENT).json()["id"]
    answer = keeper.delete(f"{KEYS}/{own}")
    assert answer.status_code == 403
    assert keeper.get(CURRENT).status_code == 200


def test_the_last_admin_key_stays(keeper: Api, new_key: Callable[..., str]) -> None:
    """The asking key itself counts as one only while it is usable."""
    new_key("b", permissions_scope=["admin"])
    second = f"{KEYS}/{ApiKey.objects.get(name='b').id}"
    assert keeper.get(CURRENT).status_code == 200  # the key is in the cache from here on
    ApiKey.objects.filter(name="keeper").update(is_active=False)
    demote = {"permissions_scope": ["write"]}
    soon = (datetime.now(UTC) + timedelta(seconds=5)).isoformat()
    for method, body, words in [
        ("DELETE", None, "revoked"),
        ("PATCH", demote, "demoted"),
        ("PUT", {"name": "b", **demote}, "demoted"),
        ("PUT", {"name": "b"}, "demoted"),  # absent fields take their defaults
        ("PATCH", {"expires_at": soon}, "given an earlier expiry"),
    ]:
        answer = keeper(method, second, body)
        assert answer.status_code == 409
        assert answer.json()["detail"] == f"The last active admin key cannot be {words}"
    assert keeper("PATCH", second, {"name": "bee"}).json()["name"] == "bee"


@pytest.mark.parametrize(
    ("method", "below", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("PUT", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/rotate", {}),
    ],
)
def test_ids_are_checked(method: str, below: str, body: Any, keeper: Api) -> None:
    missing = keeper(method, f"{KEYS}/{uuid7()}{below}", body)
    assert missing.status_code == 404
    assert "not found" in missing.json()["detail"]
    for text in (
        "5",
        "nobody",
        "x" * 3000,
        "%00",
        "%FF",
        "%0A",
        "0" * 32,
        "{" + str(uuid7()) + "}",
    ):
        answer = keeper(method, f"{KEYS}/{text}{below}", body)
        assert answer.status_code == 422, text
        assert answer.json()["errors"][0]["code"] == "invalid_uuid"


_ANY_ID = f"{KEYS}/{uuid7()}"
ENDPOINTS = [
    ("GET", KEYS, "admin"),
    ("POST", KEYS, "admin"),
    ("GET", _ANY_ID, "admin"),
    ("PATCH", _ANY_ID, "admin"),
    ("PUT", _ANY_ID, "admin"),
    ("DELETE", _ANY_ID, "admin"),
    ("POST", f"{_ANY_ID}/rotate", "admin"),
    ("GET", f"{KEYS}/stats", "admin"),
    ("GET", CURRENT, "read"),
]


@pytest.mark.parametrize(("method", "path", "scope"), ENDPOINTS)
def test_without_a_key_and_without_the_scope(
    method: str, path: str, scope: str, stranger: Api, duo: Api, author: Api
) -> None:
    assert stranger(method, path).status_code == 401
    assert Api("lqs_wrong")(method, path).status_code == 401
    if scope == "admin":
        for api in (duo, author):
            answer = api(method, path)
            assert answer.status_code == 403
            assert answer.json()["detail"] == "admin permission required"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", KEYS),
        ("DELETE", KEYS),
        ("PATCH", KEYS),
        ("POST", _ANY_ID),
        ("GET", f"{_ANY_ID}/rotate"),
        ("DELETE", f"{_ANY_ID}/rotate"),
        ("POST", f"{KEYS}/stats"),
        ("PATCH", CURRENT),
        ("POST", CURRENT),
        ("DELETE", CURRENT),
        ("OPTIONS", KEYS),
    ],
)
def test_other_methods_are_refused(method: str, path: str, keeper: Api) -> None:
    answer = keeper(method, path)
    assert answer.status_code == 405
    assert answer["Allow"]
    assert method not in answer["Allow"].split(", ")
