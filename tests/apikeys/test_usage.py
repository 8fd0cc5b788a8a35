"""Counting in memory, writing in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from apikeys import services
from apikeys.models import ApiKey
from apikeys.usage import UsageCounter
from tests.conftest import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Iterator[UsageCounter]:
    """A counter whose writing thread stays away, so that the test alone writes."""
    counter = UsageCounter()
    counter._stop.set()
    monkeypatch.setattr("apikeys.throttling.usage", counter)
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
        patched.setattr(services, "record_usage", away)
        counter.flush()
    counter.count(key_id)
    counter.flush()
    assert ApiKey.objects.get().usage_count == 2


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
