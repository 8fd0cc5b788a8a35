"""The rate limit: never over it, whoever counts."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import generation.running
import generation.services
from apikeys import cache, services, statistics, throttling
from apikeys.models import ApiKey, RateWindow
from quizservice.ids import uuid7
from quizservice.models import Process
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


def test_a_raised_limit_holds_at_once_and_what_was_spent_counts(
    new_key: Callable[..., str],
) -> None:
    api = Api(new_key(rate_limit_rpm=3))
    for same_minute in within_a_minute():
        ApiKey.objects.update(rate_limit_rpm=3)
        RateWindow.objects.all().delete()
        throttling._leases.forget()
        cache.clear()
        statuses = [api.get(CURRENT).status_code for _ in range(4)]
        ApiKey.objects.update(rate_limit_rpm=5)
        cache.clear()
        statuses += [api.get(CURRENT).status_code for _ in range(3)]
        if same_minute():
            break
    assert statuses == [200, 200, 200, 429, 200, 200, 429]


def test_an_unlucky_answer_carries_the_limit_too(
    keeper: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = "/api/v1/api-keys"
    there = f"{keys}/{ApiKey.objects.get().id}"
    etag = keeper.get(there)["ETag"]
    asked = [
        (keeper.get(there, **{"if-none-match": etag}), 304),
        (keeper.post(keys, b"{"), 400),
        (keeper.post(keys, b"x" * 1_100_000), 413),
        (Client().post(keys, "x", "text/plain", headers={"x-api-key": str(keeper.key)}), 415),
        (keeper.delete(there), 403),
        (keeper("PUT", keys), 405),
    ]
    for error, status in ((RuntimeError("a mistake"), 500), (OperationalError("away"), 503)):

        def fail(error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(statistics, "overview", fail)
        asked.append((keeper.get(f"{keys}/stats"), status))
    for answer, status in asked:
        assert answer.status_code == status
        assert answer["RateLimit-Policy"] == '"key";q=100;w=60'
        assert re.fullmatch(r'"key";r=\d+;t=\d+', answer["RateLimit"])


@pytest.mark.parametrize(
    ("limit", "processes", "block"),
    [(10_000, 0, 50), (10_000, 4, 50), (10_000, 40, 5), (10_000, 300, 1), (399, 4, 1), (1, 0, 1)],
)
def test_what_all_processes_may_hold_unspent_is_bounded(
    limit: int, processes: int, block: int, new_key: Callable[..., str]
) -> None:
    now = timezone.now()
    kinds = {Process.Kind.WEB: now, Process.Kind.WORKER: now}
    for kind, seen in kinds.items():
        Process.objects.bulk_create(
            Process(id=uuid7(), kind=kind, host="h", pid=1, last_seen_at=seen)
            for _ in range(processes)
        )
    Process.objects.bulk_create(  # dead ones
        Process(id=uuid7(), kind="web", host="h", pid=1, last_seen_at=now - timedelta(hours=1))
        for _ in range(500)
    )
    assert Api(new_key(rate_limit_rpm=limit)).get(CURRENT).status_code == 200
    window = RateWindow.objects.get()
    assert (window.granted, window.leased) == (block, block)
    assert max(processes, 1) * (block - 1) <= 0.02 * limit


@pytest.mark.parametrize(("ahead", "status"), [("1 minute", 429), ("3 minutes", 200)])
def test_a_row_of_a_later_minute(ahead: str, status: int, new_key: Callable[..., str]) -> None:
    """It is the running one for who waited over the turn; far ahead, a clock was set back since."""
    key = new_key(rate_limit_rpm=1)
    for same_minute in within_a_minute():
        RateWindow.objects.all().delete()
        throttling._leases.forget()
        assert Api(key).get(CURRENT).status_code == 200
        with connection.cursor() as cursor:
            cursor.execute("UPDATE apikeys_ratewindow SET minute = minute + %s::interval", [ahead])
        throttling._leases.forget()
        found = Api(key).get(CURRENT).status_code
        if same_minute():
            break
    assert found == status


def test_leases_are_remembered_of_so_many_keys_at_most(
    new_key: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "_KEYS", 3)
    throttling._leases.forget()
    keys = [Api(new_key(f"key {number}", rate_limit_rpm=1)) for number in range(6)]
    for same_minute in within_a_minute():
        RateWindow.objects.all().delete()
        throttling._leases.forget()
        statuses = [api.get(CURRENT).status_code for api in keys * 2]
        if same_minute():
            break
    assert statuses == [200] * 6 + [429] * 6  # what is forgotten is not given again
    assert len(throttling._leases._leases) == 3


def test_a_fork_spends_nothing_of_its_parents(new_key: Callable[..., str]) -> None:
    assert Api(new_key(rate_limit_rpm=10_000)).get(CURRENT).status_code == 200
    assert throttling._leases._leases
    child = os.fork()
    if child == 0:
        os._exit(len(throttling._leases._leases))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_request_that_renews_no_lease_makes_no_query_but_the_draw(
    new_key: Callable[..., str],
) -> None:
    request = generation.services.submit(generation.services.Order(count=1))
    generation.running.run_item(request.items.get().id)
    api = Api(new_key(rate_limit_rpm=10_000))
    for same_minute in within_a_minute():
        api.get(CURRENT)  # the key and a lease of fifty
        with CaptureQueriesContext(connection) as queries:
            statuses = {api.get("/api/v1/problems/random").status_code for _ in range(20)}
        if same_minute():
            break
    assert statuses == {200}
    assert len(queries) == 20
    assert all("problems_serve" in query["sql"] for query in queries)
