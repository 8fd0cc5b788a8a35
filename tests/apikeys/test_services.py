"""Issuing and revoking keys, and what the database itself keeps."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apikeys import cache, services
from apikeys.history import Actor
from apikeys.models import ApiKey
from quizservice.errors import Conflict, Forbidden, NotFound, Unprocessable
from quizservice.ids import uuid7

pytestmark = pytest.mark.django_db


def admin_key(name: str = "keeper", **values: Any) -> ApiKey:
    return services.issue(name=name, permissions_scope=["admin"], **values)[1]


def test_a_new_key_reads_and_nothing_of_its_secret_is_stored() -> None:
    text, key = services.issue(name="duo")
    key.refresh_from_db()
    assert (key.permissions_scope, key.rate_limit_rpm, key.is_active) == (["read"], 100, True)
    assert all(
        text[15:] not in str(value) for value in ApiKey.objects.values().get(id=key.id).values()
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"permissions_scope": []}, "permissions_scope"),
        ({"permissions_scope": ["read", "root"]}, "permissions_scope"),
        ({"allowed_ips": ["10.0.0.1", "nowhere"]}, "allowed_ips"),
        ({"allowed_ips": ["10.0.0.0/33"]}, "allowed_ips"),
        ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "expires_at"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"description": "x" * 501}, "description"),
        ({"client_name": "x" * 101}, "client_name"),
        ({"rate_limit_rpm": 0}, "rate_limit_rpm"),
        ({"rate_limit_rpm": 10_001}, "rate_limit_rpm"),
    ],
)
def test_wrong_values_are_named(values: dict[str, Any], field: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        services.issue(**{"name": "wrong", **values})
    assert [one.field for one in refused.value.errors] == [field]
    assert not ApiKey.objects.exists()
    _, key = services.issue(name="right")
    with pytest.raises(Unprocessable) as refused:
        services.change(key, **values)
    assert [one.field for one in refused.value.errors] == [field]


@pytest.mark.parametrize(
    "changed",
    [
        {"permissions_scope": []},
        {"permissions_scope": ["root"]},
        {"rate_limit_rpm": 0},
        {"rate_limit_rpm": 10_001},
        {"usage_count": -1},
        {"previous_prefix": "half of it"},
    ],
)
def test_the_database_refuses_impossible_keys(changed: dict[str, Any]) -> None:
    _, key = services.issue(name="duo")
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.filter(id=key.id).update(**changed)


def test_the_prefix_is_unique() -> None:
    first, second = (services.issue(name="duo")[1] for _ in range(2))
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.filter(id=first.id).update(key_prefix=second.key_prefix)


def test_a_revoked_key_stays_in_the_history() -> None:
    _, key = services.issue(name="duo")
    services.revoke(key)
    assert not key.is_active
    assert key.revoked_at is not None
    assert ApiKey.objects.filter(id=key.id).exists()
    assert not ApiKey.objects.usable().filter(id=key.id).exists()


def test_a_key_cannot_revoke_itself() -> None:
    admin_key("second")
    key = admin_key()
    with pytest.raises(Forbidden):
        services.revoke(key, by=Actor("key", key.id))
    key.refresh_from_db()
    assert key.is_active


def test_the_last_usable_admin_key_cannot_be_revoked() -> None:
    key, other = admin_key(), admin_key("other")
    services.revoke(other)
    with pytest.raises(Conflict):
        services.revoke(key)
    expired = admin_key("expired")
    ApiKey.objects.filter(id=expired.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Conflict):
        services.revoke(key)
    services.revoke(expired)  # it opened nothing any more


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_revoke_each_the_others_last() -> None:
    keys = [admin_key("a"), admin_key("b")]
    start = threading.Barrier(2)
    refused: list[str] = []

    def revoke(key: ApiKey) -> None:
        try:
            start.wait(10)
            services.revoke(key)
        except Conflict as error:
            refused.append(error.detail)
        finally:
            connection.close()

    threads = [threading.Thread(target=revoke, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert refused == ["The last active admin key cannot be revoked"]
    assert ApiKey.objects.usable().count() == 1


def test_replacing_by_name_leaves_one_active() -> None:
    old = [services.issue(name="demo")[1] for _ in range(2)]
    _, other = services.issue(name="other")
    _, new = services.replace_named("demo", permissions_scope=["admin"])
    assert list(ApiKey.objects.usable().filter(name="demo")) == [new]
    assert not ApiKey.objects.usable().filter(id__in=[key.id for key in old]).exists()
    other.refresh_from_db()
    assert other.is_active


def test_an_unknown_id_is_not_found() -> None:
    with pytest.raises(NotFound, match="not found"):
        services.get(uuid7())


@pytest.mark.django_db(transaction=True)
def test_a_revoked_key_is_looked_up_anew_in_this_process() -> None:
    _, key = services.issue(name="duo")
    before = cache.lookup(key.key_prefix)
    services.revoke(key)
    after = cache.lookup(key.key_prefix)
    assert before is not None
    assert after is not None
    assert (before.is_active, after.is_active) == (True, False)
