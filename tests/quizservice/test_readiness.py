"""Readiness while a dependency hangs or is away: told in time, with a thread a check at most."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from django.db import connection, connections

from quizservice import health, readiness
from quizservice.readiness import Check, Finding, Prober
from tests.conftest import Api
from tests.quizservice.test_health import (
    ask,
    own_findings,  # noqa: F401  the fixture that every test of a probe has
)
from tests.threads import together


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


@pytest.mark.django_db
def test_a_hanging_statement_ends_by_its_deadline() -> None:
    with locked("generation_generationitem"):
        status, checks = ask(Api(None))
    assert status == 503
    assert checks["oldest_waiting_item"]["detail"] == "cannot be told: no answer within 1 s"
    assert checks["database"]["ok"]
    assert checks["migrations"]["ok"]
    assert checks["processes"]["detail"]


@contextmanager
def elsewhere(host: str, port: int) -> Iterator[None]:
    """Connections that are made meanwhile go to this address."""
    values = connections.settings["default"]
    before = {name: values[name] for name in ("HOST", "PORT")}
    values.update(HOST=host, PORT=str(port))
    try:
        yield
    finally:
        values.update(before)


@contextmanager
def silent() -> Iterator[int]:
    """The port of a server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield int(server.getsockname()[1])


def own_threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name.startswith("readiness")]


@pytest.mark.django_db
def test_a_database_that_never_answers() -> None:
    """Neither threads nor connections pile up, and no probe is kept longer than another."""
    answers: list[tuple[int, dict[str, Any]]] = []
    with silent() as port, elsewhere("127.0.0.1", port):
        asking = [
            threading.Thread(target=lambda: answers.append(ask(Api(None), "/ready?for=web")))
            for _ in range(12)
        ]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join(30)
        assert len(own_threads()) <= len(health.CHECKS)
        assert Api(None).get("/health").status_code == 200
    assert [status for status, _ in answers] == [503] * 12
    said = {line["detail"] for _, checks in answers for line in checks.values()}
    assert readiness.NOT_YET in said
    within = r"cannot be told: no connection in time|no answer within \d(\.\d)? s"
    assert all(re.fullmatch(within, one) for one in said - {readiness.NOT_YET})
    for thread in own_threads():
        thread.join(30)
    assert ask(Api(None))[1]["database"]["ok"]


@pytest.mark.django_db
def test_a_database_that_is_away() -> None:
    with silent() as port:
        pass
    with elsewhere("127.0.0.1", port):
        status, checks = ask(Api(None), "/ready?for=web")
    assert status == 503
    said = {line["detail"] for line in checks.values()}
    assert said == {"cannot be told: the database cannot be reached"}


@pytest.mark.django_db
def test_a_database_whose_connections_are_all_in_use() -> None:
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                stack.enter_context(psycopg.connect(**parameters))
        status, checks = ask(Api(None))
    assert status == 503
    said = {line["detail"] for line in checks.values()}
    assert said == {"cannot be told: all its connections are in use"}


@contextmanager
def stopped_server() -> Iterator[None]:
    """PostgreSQL with all its processes stopped in the middle of what they do."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
    try:
        server = psutil.Process(int((folder / "postmaster.pid").read_text().splitlines()[0]))
    except (OSError, psutil.Error):
        pytest.skip("PostgreSQL runs on another machine")
    family = [server, *server.children(recursive=True)]
    for process in family:
        process.suspend()
    try:
        yield
    finally:
        for process in family:
            process.resume()


@pytest.mark.django_db
def test_a_database_that_stops_in_the_middle_of_a_look() -> None:
    """What has its connection already ends by the deadline, too, and the next probe finds all well."""
    connected, stopped = threading.Event(), threading.Event()

    def look() -> Finding:
        connected.set()
        stopped.wait(30)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True, "answers"

    health.prober = Prober([Check("database", look, seconds=3.0)], waiting=2)
    asking = threading.Thread(target=lambda: answers.append(ask(Api(None), "/ready?for=web")))
    answers: list[tuple[int, dict[str, Any]]] = []
    asking.start()
    assert connected.wait(30)
    with stopped_server():
        stopped.set()
        asking.join(30)
        (look_thread,) = own_threads() or [threading.current_thread()]
        if look_thread is not threading.current_thread():
            look_thread.join(30)
        assert not own_threads()  # it does not wait for the server to go on
    assert answers == [(503, {"database": {"ok": False, "detail": "no answer within 3 s"}})]
    assert ask(Api(None), "/ready?for=web")[0] == 200


@pytest.mark.django_db
def test_probes_that_come_together_share_what_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []

    def look() -> Finding:
        looked.append(1)
        return True, "answers"

    monkeypatch.setattr(readiness, "SHARED", 60.0)
    prober = Prober([Check("database", look)], waiting=2)
    together([lambda: prober.probe()] * 8)
    assert prober.probe() == {"database": (True, "answers")}
    assert len(looked) == 1


@pytest.mark.django_db
def test_a_probe_that_cannot_wait_is_told_what_was_found_last() -> None:
    going_on = threading.Event()
    going_on.set()

    def look() -> Finding:
        assert going_on.wait(30)
        return True, "answers"

    prober = Prober([Check("database", look, seconds=30.0)], waiting=1)
    prober.probe()
    going_on.clear()
    waiting = threading.Thread(target=prober.probe)
    waiting.start()
    try:
        while not own_threads():
            time.sleep(0.01)
        assert prober.probe() == {"database": (True, "answers")}
        assert waiting.is_alive()
    finally:
        going_on.set()
        waiting.join(30)


@pytest.mark.django_db
def test_a_check_with_a_mistake_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    def look() -> Finding:
        raise KeyError("inner.host")

    ((ok, said),) = Prober([Check("broker", look)], waiting=1).probe().values()
    assert not ok
    assert said == "cannot be told: an unexpected error, which the log has"
    assert "inner.host" in caplog.text
