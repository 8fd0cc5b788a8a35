"""The first questions of probes and newcomers."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from generation import pausing
from quizservice import health, readiness
from quizservice.models import Process
from quizservice.readiness import Prober
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


@pytest.fixture(autouse=True)
def own_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the probes of one test have found is not shared with the next, nor by its own probes."""
    monkeypatch.setattr(health, "prober", Prober(health.CHECKS, waiting=2))
    monkeypatch.setattr(readiness, "SHARED", 0.0)
    monkeypatch.setattr(readiness, "HELD", 0.0)
    monkeypatch.setattr(health._Said, "failing", frozenset())


def seen(kind: str, ago: float = 0.0, **report: Any) -> Process:
    return Process.objects.create(
        kind=kind,
        host="here",
        pid=1,
        last_seen_at=Now() - timedelta(seconds=ago),
        report=report,
    )


def broker(ok: bool, ago: float = 0.0) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(seconds=ago)
    said = "answers" if ok else "no answer from kafka.internal:9092"
    return {"ok": ok, "detail": said, "at": at.isoformat()}


def ask(api: Api, path: str = "/ready") -> tuple[int, dict[str, Any]]:
    answer = api.get(path)
    assert "no-store" in answer["Cache-Control"]
    return answer.status_code, answer.json()["checks"]


def all_well() -> None:
    for kind in ("web", "web", "worker"):
        seen(kind)
    seen("dispatcher", broker=broker(True))


@pytest.mark.django_db(transaction=True)
def test_ready_when_everything_is_there(anybody: Api) -> None:
    all_well()
    status, checks = ask(anybody)
    assert status == 200, checks
    assert {name: line["ok"] for name, line in checks.items()} == dict.fromkeys(
        ("database", "migrations", "broker", "oldest_waiting_item", "processes"), True
    )
    assert checks["processes"]["detail"] == "2 web, 1 worker, 1 dispatcher"
    assert checks["oldest_waiting_item"]["detail"] == "nothing waits"


@pytest.mark.django_db(transaction=True)
def test_the_broker_is_as_the_dispatcher_last_saw_it(anybody: Api) -> None:
    seen("dispatcher", broker=broker(True, ago=20))
    seen("dispatcher", broker=broker(False, ago=12))
    seen("dispatcher", broker={"ok": None, "detail": "not seen yet", "at": None})
    seen("dispatcher", ago=60, broker=broker(True))
    status, checks = ask(anybody)
    assert status == 503
    said = checks["broker"]["detail"]
    assert re.fullmatch(r"does not answer, as the dispatcher saw 1\d s ago", said)
    assert not checks["broker"]["ok"]


@pytest.mark.django_db(transaction=True)
def test_what_a_dispatcher_saw_long_ago_is_not_believed(anybody: Api) -> None:
    """It lives and says so, but its loop hangs."""
    seen("dispatcher", broker=broker(True, ago=90))
    _, checks = ask(anybody)
    assert not checks["broker"]["ok"]
    assert checks["broker"]["detail"].startswith("answers, as the dispatcher saw 9")


@pytest.mark.django_db(transaction=True)
def test_processes_that_were_not_seen_lately_do_not_count(anybody: Api) -> None:
    seen("web")
    seen("worker", ago=31)
    status, checks = ask(anybody)
    assert status == 503
    assert checks["processes"] == {"ok": False, "detail": "1 web, 0 worker, 0 dispatcher"}
    assert not checks["broker"]["ok"]
    assert checks["database"]["ok"]


@pytest.mark.django_db
def test_a_balancer_asks_for_what_the_web_needs(anybody: Api) -> None:
    """Without workers and broker problems are drawn and orders taken: the web stays in the balance."""
    assert ask(anybody, "/ready")[0] == 503
    answer = anybody.get("/ready?for=web&from=balancer")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert not answer.json()["checks"]["processes"]["ok"]
    refused = anybody.get("/ready?for=webb")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "for"
    with CaptureQueriesContext(connection) as queries:
        assert anybody.get("/ready?for=webb").status_code == 422
    assert len(queries) == 0


@pytest.mark.django_db
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
    assert checks["oldest_waiting_item"] == {"ok": True, "detail": "all is paused"}


@pytest.mark.django_db(transaction=True)
def test_missing_migrations_are_told(anybody: Api) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    try:
        status, checks = ask(anybody, "/ready?for=web")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied)"
                " VALUES ('sessions', '0001_initial', now())"
            )
    assert status == 503
    assert checks["migrations"] == {"ok": False, "detail": "1 to be run: manage.py migrate"}


@pytest.mark.django_db(transaction=True)
def test_only_changes_are_logged(anybody: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "quizservice")
    ask(anybody)
    ask(anybody)
    all_well()
    ask(anybody)
    ask(anybody)
    failed, well = (record.getMessage() for record in caplog.records)
    assert failed.startswith("not ready: broker: no dispatcher has seen it")
    assert "0 worker" in failed
    assert well == "ready again"


@pytest.mark.django_db
def test_probes_ask_for_no_key_and_count_against_none(
    new_key: Callable[..., str],
) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert Api("lqs_wrong").get("/health?from=balancer").status_code == 200
    assert len(queries) == 0
    assert "RateLimit" not in Api(new_key()).get("/health")
