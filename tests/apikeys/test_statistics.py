"""How much keys are used, written down and summed up."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from apikeys import services, statistics
from apikeys.models import ApiKey, KeyUsage
from apikeys.tally import Tally
from quizservice.ids import uuid7
from tests.conftest import Api

pytestmark = pytest.mark.django_db

STATS = "/api/v1/api-keys/stats"


def used(key_id: UUID, number: int, at: datetime) -> None:
    hour = at.replace(minute=0, second=0, microsecond=0)
    statistics.record_usage({(key_id, hour): Tally(number, last=at.timestamp())})


def test_use_is_written_down_by_hour() -> None:
    _, key = services.issue(name="duo")
    now = datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0)
    before = hour - timedelta(minutes=1)
    statistics.record_usage(
        {
            (key.id, hour): Tally(3, last=now.timestamp()),
            (key.id, hour - timedelta(hours=1)): Tally(1, last=before.timestamp()),
            (uuid7(), hour): Tally(1, last=now.timestamp()),  # a key that is no more
        }
    )
    used(key.id, 2, now - timedelta(hours=2))
    used(key.id, 4, now - timedelta(hours=30))
    used(key.id, 5, now)
    key.refresh_from_db()
    assert key.usage_count == 15
    assert key.last_used_at == now
    counted = KeyUsage.objects.filter(key=key).order_by("hour").values_list("requests", flat=True)
    assert list(counted) == [4, 2, 1, 8]
    assert statistics.requests_last_24h([key.id]) == {key.id: 11}


def test_what_was_not_let_through_is_no_use() -> None:
    _, key = services.issue(name="duo")
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    statistics.record_usage({(key.id, hour): Tally(refused=2, throttled=3)})
    key.refresh_from_db()
    assert (key.usage_count, key.last_used_at) == (0, None)
    counted = KeyUsage.objects.get()
    assert (counted.requests, counted.refused, counted.throttled) == (0, 2, 3)


def test_old_hours_are_forgotten_and_the_sum_stays() -> None:
    _, key = services.issue(name="duo")
    used(key.id, 7, timezone.now() - statistics.KEPT - timedelta(hours=1))
    used(key.id, 1, timezone.now())
    assert KeyUsage.objects.get().requests == 1
    assert ApiKey.objects.get().usage_count == 8


@pytest.mark.django_db(transaction=True)
def test_processes_that_write_at_the_same_time_lose_nothing() -> None:
    keys = [services.issue(name=f"key {number}")[1].id for number in range(8)]
    now = datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0)
    failed: list[Exception] = []

    def write(order: list[UUID]) -> None:
        try:
            for _ in range(25):
                statistics.record_usage(
                    {(key, hour): Tally(1, 1, 1, 1, now.timestamp()) for key in order}
                )
        except Exception as error:  # noqa: BLE001  told below
            failed.append(error)
        finally:
            connection.close()

    orders = [keys, keys[::-1], keys[4:] + keys[:4], keys[::2] + keys[1::2]]
    threads = [threading.Thread(target=write, args=[order]) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert set(ApiKey.objects.values_list("usage_count", flat=True)) == {100}
    counted = KeyUsage.objects.values_list("requests", "errors", "refused", "throttled")
    assert set(counted) == {(100, 100, 100, 100)}


def test_the_overview_sums_up_all_keys(keeper: Api) -> None:
    asking = ApiKey.objects.get()
    _, busy = services.issue(name="busy", permissions_scope=["read", "write"])
    _, gone = services.issue(name="gone")
    services.revoke(gone)
    _, over = services.issue(name="over")
    ApiKey.objects.filter(id=over.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    now = datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0)
    used(busy.id, 5, now)
    used(gone.id, 2, now - timedelta(hours=23))
    used(gone.id, 9, now - timedelta(hours=24))
    answer = keeper.get(STATS)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    found = answer.json()
    hours = found.pop("requests_per_hour")
    assert found == {
        "total": 4,
        "active": 2,
        "expired": 1,
        "revoked": 1,
        "active_by_scope": {"read": 0, "write": 1, "admin": 1},
        "requests_total": 16,
        "requests_last_24h": 7,
        "busiest": [
            {
                "id": str(key.id),
                "key_prefix": key.key_prefix,
                "name": key.name,
                "requests_last_24h": number,
            }
            for key, number in ((busy, 5), (gone, 2))
        ],
    }
    assert asking.name == "keeper"
    assert [one["requests"] for one in hours] == [2, *[0] * 22, 5]
    assert hours[-1]["hour"] == hour.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_without_use_the_sums_are_nought(keeper: Api) -> None:
    found = keeper.get(STATS).json()
    assert (found["total"], found["requests_total"], found["busiest"]) == (1, 0, [])
    assert {one["requests"] for one in found["requests_per_hour"]} == {0}


def test_statistics_take_no_parameters(keeper: Api) -> None:
    assert keeper.get(f"{STATS}?hours=5").status_code == 422
