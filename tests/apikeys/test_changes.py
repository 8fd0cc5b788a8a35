"""Changing a key, by the service and over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apikeys import services
from apikeys.history import Actor
from apikeys.models import ApiKey, KeyEvent
from quizservice.errors import Conflict, Forbidden
from tests.conftest import Api

pytestmark = pytest.mark.django_db

KEYS = "/api/v1/api-keys"
CURRENT = f"{KEYS}/current"


def path(name: str) -> str:
    return f"{KEYS}/{ApiKey.objects.get(name=name).id}"


def test_patch_changes_what_it_names_and_nothing_else(keeper: Api, duo: Api) -> None:
    before = keeper.get(path("duo")).json()
    expires = "2090-01-01T00:00:00Z"
    changed = {
        "description": "the phones",
        "rate_limit_rpm": 7,
        "allowed_ips": ["127.0.0.1/32"],
        "expires_at": expires,
    }
    answer = keeper("PATCH", path("duo"), {**changed, "allowed_ips": ["127.0.0.1"]})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.json() == {**before, **changed}
    assert keeper.get(path("duo")).json() == {**before, **changed}
    assert keeper("PATCH", path("duo"), {"expires_at": None}).json()["expires_at"] is None


def test_put_sets_every_field(keeper: Api, new_key: Callable[..., str]) -> None:
    new_key(
        "duo",
        description="x",
        client_name="Duo Ltd.",
        permissions_scope=["write"],
        rate_limit_rpm=5,
        allowed_ips=["127.0.0.1"],
        expires_at=timezone.now() + timedelta(days=1),
    )
    before = keeper.get(path("duo")).json()
    answer = keeper("PUT", path("duo"), {"name": "duo", "client_name": "Duo plc"})
    assert answer.status_code == 200
    assert answer.json() == {
        **before,
        "client_name": "Duo plc",
        "description": "",
        "permissions_scope": ["read"],
        "rate_limit_rpm": 100,
        "allowed_ips": [],
        "expires_at": None,
    }


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": "", "rate_limit_rpm": 0}, {"name", "rate_limit_rpm"}),
        ({"name": "x", "is_active": False}, {"is_active"}),
        ({"name": "x", "id": "5", "key_prefix": "y"}, {"id", "key_prefix"}),
        ({"name": "x", "usage_count": 0}, {"usage_count"}),
        ({"name": "x", "permissions_scope": []}, {"permissions_scope"}),
        ({"name": "x", "allowed_ips": ["here"]}, {"allowed_ips"}),
        ({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}, {"expires_at"}),
        ({"name": None}, {"name"}),
    ],
)
def test_wrong_values_are_all_named(
    method: str, body: dict[str, Any], fields: set[str], keeper: Api, duo: Api
) -> None:
    answer = keeper(method, path("duo"), body)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == fields
    assert KeyEvent.objects.filter(kind="changed").count() == 0


def test_put_needs_a_name_and_patch_nothing(keeper: Api, duo: Api) -> None:
    refused = keeper("PUT", path("duo"), {})
    assert [error["field"] for error in refused.json()["errors"]] == ["name"]
    assert keeper("PATCH", path("duo"), {}).status_code == 200
    assert keeper("PATCH", path("duo"), {"name": "duo"}).status_code == 200
    assert not KeyEvent.objects.filter(kind="changed").exists()  # nothing has changed
    assert keeper("PATCH", path("duo"), b"{").status_code == 400
    assert keeper("PATCH", path("duo"), []).status_code == 422


def test_a_key_cannot_change_itself(keeper: Api, new_key: Callable[..., str]) -> None:
    new_key("second", permissions_scope=["admin"])
    for method in ("PATCH", "PUT"):
        answer = keeper(method, path("keeper"), {"name": "other"})
        assert answer.status_code == 403
        assert answer.json()["detail"] == "A key cannot change itself"
        # what it may do comes before what its body has wrong
        assert keeper(method, path("keeper"), {"colour": "red"}).status_code == 403
    assert ApiKey.objects.filter(name="keeper").exists()


def test_a_revoked_key_stays_as_it_was(keeper: Api, duo: Api) -> None:
    there = path("duo")
    keeper.delete(there)
    assert keeper("PATCH", there, {"name": "other"}).status_code == 409
    assert keeper.post(f"{there}/rotate", {}).status_code == 409
    assert keeper.delete(there).status_code == 200  # it is revoked, as was asked


@pytest.mark.django_db(transaction=True)
def test_a_change_holds_at_once(keeper: Api, duo: Api) -> None:
    there = path("duo")
    assert duo.get(KEYS).status_code == 403
    keeper("PATCH", there, {"permissions_scope": ["admin"]})
    assert duo.get(KEYS).status_code == 200
    keeper("PATCH", there, {"allowed_ips": ["192.0.2.0/24"]})
    refused = duo.get(CURRENT)
    assert (refused.status_code, "address" in refused.json()["detail"]) == (403, True)
    keeper("PATCH", there, {"allowed_ips": [], "rate_limit_rpm": 1000})
    assert duo.get(CURRENT)["RateLimit-Policy"] == '"key";q=1000;w=60'


@pytest.mark.django_db(transaction=True)
def test_a_later_expiry_revives_a_key(keeper: Api, duo: Api) -> None:
    there = path("duo")
    ApiKey.objects.filter(name="duo").update(expires_at=timezone.now() - timedelta(seconds=1))
    assert duo.get(CURRENT).json()["detail"] == "API key expired"
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert keeper("PATCH", there, {"expires_at": later}).status_code == 200
    assert duo.get(CURRENT).status_code == 200


def test_the_last_admin_key_keeps_its_scope_and_its_end() -> None:
    _, key = services.issue(name="keeper", permissions_scope=["admin"])
    hour, day = (timezone.now() + timedelta(hours=hours) for hours in (1, 24))
    for values in ({"permissions_scope": ["read", "write"]}, {"expires_at": day}):
        with pytest.raises(Conflict):
            services.change(key, **values)
    _, other = services.issue(name="other", permissions_scope=["admin"])
    services.change(key, expires_at=day)
    services.revoke(other)
    with pytest.raises(Conflict):
        services.change(key, expires_at=hour)
    services.change(key, expires_at=day + timedelta(hours=1))
    services.change(key, expires_at=None, name="new name", rate_limit_rpm=5)
    services.change(key, permissions_scope=["read", "admin"])
    with pytest.raises(Forbidden):
        services.change(key, by=Actor("key", key.id), name="other")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_demote_and_revoke_each_the_others_last() -> None:
    first, second = (
        services.issue(name=name, permissions_scope=["admin"])[1] for name in ("a", "b")
    )
    start = threading.Barrier(2)
    refused: list[str] = []

    def attempt(act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            act()
        except Conflict as error:
            refused.append(error.detail)
        finally:
            connection.close()

    acts: list[Callable[[], object]] = [
        lambda: services.change(first, permissions_scope=["read"]),
        lambda: services.revoke(second),
    ]
    threads = [threading.Thread(target=attempt, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(refused) == 1
    assert ApiKey.objects.usable().filter(permissions_scope__contains=["admin"]).count() == 1
