"""Counting in memory, writing in batches."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apikeys import cache, secrets, services, statistics
from apikeys.models import ApiKey, KeyUsage
from apikeys.tally import Outcome
from apikeys.usage import UsageCounter
from tests.conftest import Api

pytestmark = pytest.mark.django_db

CURRENT = "/api/v1/api-keys/current"


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Iterator[UsageCounter]:
    """A counter whose writing thread stays away, so that the test alone writes."""
    counter = UsageCounter()
    counter._stop.set()
    monkeypatch.setattr("apikeys.authentication.usage", counter)
    yield counter
    counter.stop()


def test_requests_are_counted_and_written_when_told(
    new_key: Callable[..., str], counter: UsageCounter
) -> None:
    api = Api(new_key(rate_limit_rpm=1000))
    for _ in range(3):
        assert api.get("/api/v1/api-keys/current").status_code == 200
    assert api.get("/api/v1/nowhere").status_code == 404
    assert ApiKey.objects.get().usage_count == 0
    counter.flush()
    key = ApiKey.objects.get()
    assert key.usage_count == 3
    assert key.last_used_at is not None
    shown = api.get("/api/v1/api-keys/current").json()
    assert (shown["usage_count"], shown["requests_last_24h"]) == (3, 3)
    assert shown["last_used_at"].endswith("Z")


def test_counting_asks_the_database_nothing(
    new_key: Callable[..., str], counter: UsageCounter
) -> None:
    new_key()
    key_id = ApiKey.objects.get().id
    with CaptureQueriesContext(connection) as queries:
        for _ in range(100):
            counter.count(key_id)
    assert len(queries) == 0


def test_what_could_not_be_written_is_kept(
    new_key: Callable[..., str], counter: UsageCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_key()
    key_id = ApiKey.objects.get().id
    counter.count(key_id)

    def away(_: object) -> None:
        raise OperationalError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(statistics, "record_usage", away)
        counter.flush()
    counter.count(key_id)
    counter.count(key_id, Outcome.THROTTLED)
    counter.flush()
    assert ApiKey.objects.get().usage_count == 2
    assert tallies(counter) == {"duo": (2, 0, 0, 1)}


@pytest.mark.django_db(transaction=True)
def test_the_thread_writes_by_itself(
    new_key: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apikeys.usage.INTERVAL", 0.05)
    new_key()
    key_id = ApiKey.objects.get().id
    counter = UsageCounter()
    counter.count(key_id)
    try:
        for _ in range(200):
            if ApiKey.objects.get().usage_count:
                break
            counter._stop.wait(0.05)
        assert ApiKey.objects.get().usage_count == 1
    finally:
        counter.stop()


def tallies(counter: UsageCounter) -> dict[str, tuple[int, int, int, int]]:
    """What is written down: requests, errors, refused and throttled by the key's name."""
    counter.flush()
    return {
        row.key.name: (row.requests, row.errors, row.refused, row.throttled)
        for row in KeyUsage.objects.select_related("key")
    }


def test_requests_are_counted_by_how_they_ended(
    new_key: Callable[..., str], counter: UsageCounter
) -> None:
    api = Api(new_key(rate_limit_rpm=1000))
    for method, path, status in [
        ("GET", CURRENT, 200),
        ("GET", f"{CURRENT}?x=1", 422),  # let through, and answered by an error
        ("GET", "/api/v1/api-keys", 403),
        ("GET", "/api/v1/nowhere", 404),
        ("DELETE", CURRENT, 405),
    ]:
        assert api(method, path).status_code == status
    assert tallies(counter) == {"duo": (2, 1, 3, 0)}
    assert ApiKey.objects.get().usage_count == 2


def test_throttled_requests_are_counted(new_key: Callable[..., str], counter: UsageCounter) -> None:
    api = Api(new_key(rate_limit_rpm=1))
    statuses = [api.get(CURRENT).status_code for _ in range(5)]
    let_through = statuses.count(200)  # two when a minute ends meanwhile
    assert let_through + statuses.count(429) == 5
    assert tallies(counter) == {"duo": (let_through, 0, 0, 5 - let_through)}


def test_keys_that_are_over_are_counted_and_guesses_are_not(
    new_key: Callable[..., str], counter: UsageCounter
) -> None:
    texts = {name: new_key(name) for name in ("expired", "revoked", "rotated", "elsewhere")}
    keys = {key.name: key for key in ApiKey.objects.all()}
    services.rotate(keys["rotated"], grace_seconds=60)
    services.revoke(keys["revoked"])
    services.change(keys["elsewhere"], allowed_ips=["192.0.2.0/24"])
    over = timezone.now() - timedelta(seconds=1)
    ApiKey.objects.filter(name="expired").update(expires_at=over)
    ApiKey.objects.filter(name="rotated").update(previous_until=over)
    cache.clear()
    statuses = {name: Api(text).get(CURRENT).status_code for name, text in texts.items()}
    assert statuses == {"expired": 401, "revoked": 401, "rotated": 401, "elsewhere": 403}
    known = secrets.read_prefix(texts["elsewhere"])
    other = secrets.new_secret()
    body = f"lqs_{known}_{other.text[15:-6]}"
    assert Api(body + secrets._checksum(body)).get(CURRENT).status_code == 401  # its prefix alone
    assert tallies(counter) == dict.fromkeys(texts, (0, 0, 1, 0))


def test_a_request_takes_no_query_more_for_being_counted(
    new_key: Callable[..., str], counter: UsageCounter
) -> None:
    api = Api(new_key(rate_limit_rpm=10_000))
    api.get(f"{CURRENT}?x=1")  # the key is looked up, a block of its limit leased
    with CaptureQueriesContext(connection) as queries:
        assert api.get(f"{CURRENT}?x=1").status_code == 422
        assert api.get("/api/v1/api-keys").status_code == 403
    assert len(queries) == 0
    assert tallies(counter) == {"duo": (2, 2, 1, 0)}


def test_requests_are_counted_in_their_own_hour(
    new_key: Callable[..., str], counter: UsageCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_key()
    key_id = ApiKey.objects.get().id
    turn = (time.time() // 3600) * 3600
    for moment in (turn - 2, turn - 1, turn + 1):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        counter.count(key_id)
    counter.flush()
    by_hour = KeyUsage.objects.order_by("hour").values_list("requests", flat=True)
    assert list(by_hour) == [2, 1]


def test_a_fork_does_not_count_twice(new_key: Callable[..., str], counter: UsageCounter) -> None:
    new_key()
    key_id = ApiKey.objects.get().id
    counter.count(key_id)
    child = os.fork()
    if child == 0:
        os._exit(len(counter._counts))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    counter.flush()
    assert ApiKey.objects.get().usage_count == 1


@pytest.mark.django_db(transaction=True)
def test_the_end_waits_for_a_write_that_is_under_way(
    new_key: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A daemon thread would be cut off in the middle of it."""
    new_key()
    key_id = ApiKey.objects.get().id
    counter = UsageCounter()
    counter._stop.set()
    counter.count(key_id)
    begun, go_on = threading.Event(), threading.Event()
    write = statistics.record_usage

    def slowly(counts: Any) -> None:
        begun.set()
        go_on.wait(30)
        write(counts)
        connection.close()

    monkeypatch.setattr(statistics, "record_usage", slowly)
    writing = threading.Thread(target=counter.flush)
    writing.start()
    assert begun.wait(30)
    ending = threading.Thread(target=counter.flush)
    ending.start()
    ending.join(0.2)
    assert ending.is_alive()
    go_on.set()
    ending.join(30)
    writing.join(30)
    assert ApiKey.objects.get().usage_count == 1
