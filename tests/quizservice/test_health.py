"""The first questions of probes and newcomers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from generation import pausing
from quizservice import health
from quizservice.models import Process
from tests.conftest import Api


@pytest.fixture
def anybody() -> Api:
    return Api(None)


def test_the_root_says_what_this_is(anybody: Api) -> None:
    for accept in ("application/json", "*/*", ""):
        body = anybody.get("/", accept=accept).json()
        assert set(body) == {"message", "service", "version"}
    page = anybody.get("/", accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert page["Content-Type"].startswith("text/html")
    for link in ("/api/docs", "/admin/"):
        assert f'href="{link}"' in page.content.decode()


def test_health_touches_nothing(anybody: Api) -> None:
    """No database is allowed in this test."""
    body = anybody.get("/health").json()
    assert body["status"] == "healthy"
    assert set(body) == {"status", "service", "version"}
    assert anybody("HEAD", "/health").status_code == 200


@pytest.mark.parametrize("path", ["/", "/health", "/ready"])
def test_other_methods_are_refused_in_json(path: str, anybody: Api) -> None:
    answer = anybody.post(path)
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"


# --- readiness ------------------------------------------------------------------------------------


def seen(kind: str, ago: float = 0.0, **report: Any) -> Process:
    return Process.objects.create(
        kind=kind,
        host="here",
        pid=1,
        last_seen_at=Now() - timedelta(seconds=ago),
        report=report,
    )


def broker(ok: bool, at: str = "2026-01-01T00:00:00Z") -> dict[str, Any]:
    return {"ok": ok, "detail": "answers" if ok else "no answer from kafka:9092", "at": at}


def ask(api: Api) -> tuple[int, dict[str, Any]]:
    answer = api.get("/ready")
    assert "no-store" in answer["Cache-Control"]
    return answer.status_code, answer.json()["checks"]


@pytest.mark.django_db(transaction=True)
def test_ready_when_everything_is_there(anybody: Api) -> None:
    for kind in ("web", "web", "worker"):
        seen(kind)
    seen("dispatcher", broker=broker(True))
    status, checks = ask(anybody)
    assert status == 200, checks
    assert {name: line["ok"] for name, line in checks.items()} == dict.fromkeys(
        ("database", "migrations", "broker", "oldest_waiting_item", "processes"), True
    )
    assert checks["processes"]["detail"] == "2 web, 1 worker, 1 dispatcher"
    assert checks["oldest_waiting_item"]["detail"] == "nothing waits"


@pytest.mark.django_db(transaction=True)
def test_the_broker_is_as_the_dispatcher_last_saw_it(anybody: Api) -> None:
    seen("dispatcher", broker=broker(True, "2026-01-01T00:00:00Z"))
    seen("dispatcher", broker=broker(False, "2026-01-01T00:00:05Z"))
    seen("dispatcher", broker={"ok": None, "detail": "not seen yet", "at": None})
    seen("dispatcher", ago=60, broker=broker(True, "2027-01-01T00:00:00Z"))
    status, checks = ask(anybody)
    assert status == 503
    assert checks["broker"] == {"ok": False, "detail": "no answer from kafka:9092"}


@pytest.mark.django_db(transaction=True)
def test_processes_that_were_not_seen_lately_do_not_count(anybody: Api) -> None:
    seen("web")
    seen("worker", ago=31)
    status, checks = ask(anybody)
    assert status == 503
    assert checks["processes"] == {"ok": False, "detail": "1 web, 0 worker, 0 dispatcher"}
    assert not checks["broker"]["ok"]
    assert checks["database"]["ok"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("age", "ok"), [(None, True), (12.3, True), (301.0, False)])
def test_an_item_that_waits_too_long_is_told(
    age: float | None, ok: bool, anybody: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generation.upkeep.oldest_waiting_age", lambda: age)
    _, checks = ask(anybody)
    assert checks["oldest_waiting_item"]["ok"] is ok


@pytest.mark.django_db(transaction=True)
def test_a_stopped_writer_is_named_and_leaves_the_service_ready(anybody: Api) -> None:
    pausing.stop_writer("openai", "The key was refused.")
    _, checks = ask(anybody)
    assert checks["oldest_waiting_item"] == {
        "ok": True,
        "detail": "nothing waits; stopped: writer openai",
    }
    pausing.pause_all(by="bo")
    _, checks = ask(anybody)
    assert checks["oldest_waiting_item"] == {"ok": True, "detail": "paused by bo"}


@pytest.mark.django_db(transaction=True)
def test_missing_migrations_are_told(anybody: Api) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    try:
        status, checks = ask(anybody)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied)"
                " VALUES ('sessions', '0001_initial', now())"
            )
    assert status == 503
    assert checks["migrations"] == {"ok": False, "detail": "1 to be run: manage.py migrate"}


@contextmanager
def locked(table: str) -> Iterator[None]:
    """Somebody else holds a lock that makes every statement on the table wait."""
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
                locked.set()
                done.wait(60)
                cursor.execute("ROLLBACK")
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert locked.wait(30)
    try:
        yield
    finally:
        done.set()
        thread.join(30)


@pytest.mark.django_db(transaction=True)
def test_a_hanging_statement_ends_by_its_deadline(
    anybody: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.2)
    monkeypatch.setattr(health, "PROBE_SECONDS", 30.0)
    with locked("generation_generationitem"):
        status, checks = ask(anybody)
    assert status == 503
    assert "timeout" in checks["oldest_waiting_item"]["detail"]
    assert checks["database"]["ok"]
    assert checks["processes"]["detail"]


@pytest.mark.django_db(transaction=True)
def test_what_hangs_in_another_way_does_not_hang_the_probe(
    anybody: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()
    started: list[threading.Thread] = []

    def hang() -> health.Finding:
        started.append(threading.current_thread())
        release.wait(60)
        return True, "late"

    monkeypatch.setattr(health, "PROBE_SECONDS", 0.2)
    monkeypatch.setattr(health.ReadyView, "checks", {"database": hang})
    try:
        for _ in range(4):
            status, checks = ask(anybody)
            assert status == 503
            assert "no answer" in checks["database"]["detail"]
        # no more than four wait at a time: a hanging database does not pile up threads
        status, checks = ask(anybody)
        assert status == 503
        assert "earlier probes" in checks["database"]["detail"]
        assert len(started) == 4
    finally:
        release.set()
        for thread in started:
            thread.join(30)
    monkeypatch.setattr(health.ReadyView, "checks", {"database": health._database})
    monkeypatch.setattr(health, "PROBE_SECONDS", 30.0)
    assert ask(anybody)[0] == 200


@pytest.mark.django_db
def test_probes_ask_for_no_key_and_count_against_none(
    new_key: Callable[..., str],
) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert Api("lqs_wrong").get("/health?from=balancer").status_code == 200
    assert len(queries) == 0
    assert "RateLimit" not in Api(new_key()).get("/health")
