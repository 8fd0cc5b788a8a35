"""The rate limit: never over it, whoever counts."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.db import connection

from apikeys import cache, services, throttling
from apikeys.models import ApiKey, RateWindow
from tests.conftest import Api

pytestmark = pytest.mark.django_db

CURRENT = "/api/v1/api-keys/current"


def minute() -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('minute', clock_timestamp())")
        return cursor.fetchone()[0]


def _is_minute(start: object) -> bool:
    return minute() == start


def within_a_minute() -> Iterator[Callable[[], bool]]:
    """Up to three rounds; each gives a function that tells whether the minute is still the same."""
    for _ in range(3):
        yield partial(_is_minute, minute())
    pytest.fail("no round stayed within a minute of the clock")


def test_the_limit_is_met_exactly_and_said(new_key: Callable[..., str]) -> None:
    for same_minute in within_a_minute():
        api = Api(new_key(rate_limit_rpm=5))
        answers = [api.get(CURRENT) for _ in range(8)]
        if same_minute():
            break
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3
    assert [answer["RateLimit-Policy"] for answer in answers] == ['"key";q=5;w=60'] * 8
    remaining = [re.fullmatch(r'"key";r=(\d+);t=(\d+)', answer["RateLimit"]) for answer in answers]
    assert [int(found[1]) for found in remaining if found] == [4, 3, 2, 1, 0, 0, 0, 0]
    assert all(1 <= int(found[2]) <= 60 for found in remaining if found)
    refused = answers[-1]
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["Content-Type"] == "application/problem+json"
    assert "5 requests a minute" in refused.json()["detail"]


def test_every_answer_to_a_valid_key_carries_the_limit(duo: Api) -> None:
    for method, path, status in [
        ("GET", CURRENT, 200),
        ("GET", "/api/v1/nowhere", 404),
        ("PATCH", CURRENT, 405),
        ("GET", "/api/v1/api-keys", 403),
        ("GET", f"{CURRENT}?x=1", 422),
    ]:
        answer = duo(method, path)
        assert answer.status_code == status
        assert answer["RateLimit-Policy"] == '"key";q=100;w=60'
        assert answer["RateLimit"].startswith('"key";r=')


def test_an_answer_without_a_valid_key_carries_none(stranger: Api) -> None:
    assert "RateLimit" not in stranger.get(CURRENT)


def test_keys_do_not_share_a_limit(new_key: Callable[..., str]) -> None:
    first, second = Api(new_key(rate_limit_rpm=1)), Api(new_key(rate_limit_rpm=1))
    for same_minute in within_a_minute():
        statuses = [api.get(CURRENT).status_code for api in (first, first, second)]
        if same_minute():
            break
        first, second = Api(new_key(rate_limit_rpm=1)), Api(new_key(rate_limit_rpm=1))
    assert statuses == [200, 429, 200]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", [7, 100, 900])
def test_processes_together_never_exceed_the_limit(limit: int) -> None:
    for same_minute in within_a_minute():
        _, row = services.issue(name="duo", rate_limit_rpm=limit)
        key = cache.CachedKey.of(row)
        leases = [throttling._Lease(key) for _ in range(4)]  # one a process, each with a connection
        granted: list[int] = []

        def spend(lease: throttling._Lease, granted: list[int] = granted) -> None:
            try:
                granted.append(sum(lease.spend() for _ in range(limit)))
            finally:
                connection.close()

        threads = [threading.Thread(target=spend, args=[lease]) for lease in leases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        if same_minute():
            break
    assert len(granted) == 4
    assert sum(granted) == limit


def test_a_new_minute_begins_anew(new_key: Callable[..., str]) -> None:
    key = new_key(rate_limit_rpm=1)
    row = ApiKey.objects.get()
    for same_minute in within_a_minute():
        RateWindow.objects.all().delete()
        lease = throttling._Lease(cache.CachedKey.of(row))
        spent = [lease.spend(), lease.spend()]
        if same_minute():
            break
    assert spent == [True, False]
    # an hour ago the whole limit was leased: that is over
    with connection.cursor() as cursor:
        cursor.execute("UPDATE apikeys_ratewindow SET minute = minute - interval '1 hour'")
    assert Api(key).get(CURRENT).status_code == 200
    assert RateWindow.objects.count() == 1


def test_a_lowered_limit_holds_at_once(new_key: Callable[..., str]) -> None:
    key = new_key(rate_limit_rpm=50)
    api = Api(key)
    for same_minute in within_a_minute():
        RateWindow.objects.all().delete()
        before = [api.get(CURRENT).status_code for _ in range(5)]
        ApiKey.objects.update(rate_limit_rpm=3)
        cache.clear()
        after = api.get(CURRENT)
        if same_minute():
            break
        ApiKey.objects.update(rate_limit_rpm=50)
        cache.clear()
    assert before == [200] * 5
    assert after.status_code == 429
    assert after["RateLimit-Policy"] == '"key";q=3;w=60'
