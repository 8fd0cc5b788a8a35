"""A key gets a new secret, and keeps everything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apikeys import cache, secrets, services
from apikeys.models import ApiKey
from quizservice.errors import Conflict, Unprocessable
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = "/api/v1/api-keys"
CURRENT = f"{KEYS}/current"


def rotate(keeper: Api, name: str, body: Any = None) -> Any:
    key_id = ApiKey.objects.get(name=name).id
    return keeper.post(f"{KEYS}/{key_id}/rotate", {} if body is None else body)


def test_without_a_grace_the_old_key_is_dead_at_once(keeper: Api, duo: Api) -> None:
    before = duo.get(CURRENT).json()
    answer = rotate(keeper, "duo")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    found = answer.json()
    assert set(found) == {"api_key", "key_info", "previous_key_expires_at"}
    assert found["previous_key_expires_at"] is None
    assert found["key_info"]["id"] == before["id"]
    assert found["key_info"]["key_prefix"] == secrets.read_prefix(found["api_key"])
    old = duo.get(CURRENT)
    assert (old.status_code, old.json()["detail"]) == (401, "Invalid API key")
    assert Api(found["api_key"]).get(CURRENT).json()["id"] == before["id"]
    assert ApiKey.objects.filter(name="duo").count() == 1


def test_for_the_grace_both_keys_are_good(keeper: Api, duo: Api) -> None:
    found = rotate(keeper, "duo", {"grace_seconds": 3600}).json()
    assert found["previous_key_expires_at"].endswith("Z")
    new = Api(found["api_key"])
    assert new.get(CURRENT).json() == duo.get(CURRENT).json()
    ApiKey.objects.filter(name="duo").update(previous_until=timezone.now() - timedelta(seconds=1))
    cache.clear()
    ended = duo.get(CURRENT)
    assert (ended.status_code, ended.json()["detail"]) == (401, "API key expired")
    assert new.get(CURRENT).status_code == 200


def test_another_rotation_kills_the_oldest(keeper: Api, duo: Api) -> None:
    second = Api(rotate(keeper, "duo", {"grace_seconds": 3600}).json()["api_key"])
    third = Api(rotate(keeper, "duo", {"grace_seconds": 3600}).json()["api_key"])
    assert [api.get(CURRENT).status_code for api in (duo, second, third)] == [401, 200, 200]
    fourth = Api(rotate(keeper, "duo", {"grace_seconds": 0}).json()["api_key"])
    statuses = [api.get(CURRENT).status_code for api in (duo, second, third, fourth)]
    assert statuses == [401, 401, 401, 200]


def test_both_secrets_share_one_limit(keeper: Api, new_key: Callable[..., str]) -> None:
    old = Api(new_key("duo", rate_limit_rpm=3))
    new = Api(rotate(keeper, "duo", {"grace_seconds": 60}).json()["api_key"])
    for _ in range(3):  # unless a minute of the clock begins between
        statuses = [api.get(CURRENT).status_code for api in (old, new, old, new)]
        if statuses == [200, 200, 200, 429]:
            break
    assert statuses == [200, 200, 200, 429]


def test_expiry_and_revocation_end_both(keeper: Api, duo: Api) -> None:
    new = Api(rotate(keeper, "duo", {"grace_seconds": 3600}).json()["api_key"])
    ApiKey.objects.filter(name="duo").update(expires_at=timezone.now() - timedelta(seconds=1))
    cache.clear()
    assert [api.get(CURRENT).status_code for api in (duo, new)] == [401, 401]
    assert rotate(keeper, "duo").status_code == 409
    ApiKey.objects.filter(name="duo").update(expires_at=None)
    cache.clear()
    assert [api.get(CURRENT).status_code for api in (duo, new)] == [200, 200]
    keeper.delete(f"{KEYS}/{ApiKey.objects.get(name='duo').id}")
    assert [api.get(CURRENT).status_code for api in (duo, new)] == [401, 401]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"grace_seconds": -1}, "grace_seconds"),
        ({"grace_seconds": services.MAX_GRACE + 1}, "grace_seconds"),
        ({"grace_seconds": None}, "grace_seconds"),
        ({"grace_seconds": "soon"}, "grace_seconds"),
        ({"grace": 5}, "grace"),
    ],
)
def test_a_wrong_grace_is_named(body: dict[str, Any], field: str, keeper: Api, duo: Api) -> None:
    answer = rotate(keeper, "duo", body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert duo.get(CURRENT).status_code == 200


def test_a_body_may_be_left_out(keeper: Api, duo: Api) -> None:
    there = f"{KEYS}/{ApiKey.objects.get(name='duo').id}/rotate"
    assert keeper("POST", there).status_code == 200


def test_a_key_rotates_itself_only_with_a_grace(keeper: Api) -> None:
    """Also the last one with the scope admin: it loses nothing."""
    for body in ({}, {"grace_seconds": services.OWN_GRACE - 1}):
        refused = rotate(keeper, "keeper", body)
        assert refused.status_code == 403
        assert "grace of at least 60 seconds" in refused.json()["detail"]
    answer = rotate(keeper, "keeper", {"grace_seconds": services.OWN_GRACE})
    assert answer.status_code == 200
    assert (
        keeper.get(KEYS).status_code == Api(answer.json()["api_key"]).get(KEYS).status_code == 200
    )


def test_the_service_refuses_what_the_api_refuses() -> None:
    _, key = services.issue(name="duo")
    for grace in (-1, services.MAX_GRACE + 1):
        with pytest.raises(Unprocessable):
            services.rotate(key, grace_seconds=grace)
    services.revoke(key)
    with pytest.raises(Conflict):
        services.rotate(key)
