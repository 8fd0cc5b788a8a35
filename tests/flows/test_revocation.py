"""A key that is revoked in one process is refused in all others within a second, whatever happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

import httpx2
import psycopg
import pytest

import apikeys.services
from quizservice import databases, listening
from tests.flows.stack import Stack, wait_for

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

PROCESSES = 4
#: Seconds between two requests of a caller: all together stay below the key's limit.
PAUSE = 0.06
#: Within this the key must be refused everywhere.
BOUND = 1.0


@pytest.fixture
def web(stack: Callable[..., Stack]) -> Stack:
    """A web server of four processes, all of which listen."""
    serving = stack(WEB_WORKERS=str(PROCESSES), WEB_THREADS="2")
    serving.start_web()
    with session() as psql:
        wait_for("all processes to listen", lambda: len(listeners(psql)) == PROCESSES)
    return serving


def session() -> psycopg.Connection[Any]:
    """Somebody with psql."""
    return psycopg.connect(**{**databases.direct_parameters(), "autocommit": True})


def listeners(psql: psycopg.Connection[Any]) -> list[int]:
    """The sessions of PostgreSQL on which processes listen, once they do."""
    rows = psql.execute(
        "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND state = 'idle'"
        " AND datname = current_database() AND query ~ 'LISTEN|SELECT 1$'",
        [listening.APPLICATION_NAME],
    )
    return [row[0] for row in rows.fetchall()]


class Callers:
    """Callers with a key, each on connections of its own, so that every process is asked all the time."""

    def __init__(self, url: str, key: str) -> None:
        self._address = url.removeprefix("http://")
        self._key = key
        self._stop = threading.Event()
        self._lock = threading.Lock()
        #: When a request was begun, and how it was answered.
        self.answers: list[tuple[float, int]] = []

    def __enter__(self) -> Callers:
        self._pool = ThreadPoolExecutor(2 * PROCESSES)
        self._running = [self._pool.submit(self._ask) for _ in range(2 * PROCESSES)]
        wait_for("answers", lambda: len(self.answers) > 50)
        return self

    def __exit__(self, *_: Any) -> None:
        self._stop.set()
        for one in self._running:
            one.result()
        self._pool.shutdown()

    def _ask(self) -> None:
        while not self._stop.is_set():
            # a connection a request: the system spreads them over the processes
            connection = HTTPConnection(self._address, timeout=30)
            connection.connect()
            begun = time.monotonic()
            connection.request("GET", "/api/v1/api-keys/current", headers={"X-API-Key": self._key})
            status = connection.getresponse().status
            connection.close()
            with self._lock:
                self.answers.append((begun, status))
            self._stop.wait(PAUSE)

    def since(self, moment: float) -> list[int]:
        """The answers to what was asked since a moment."""
        with self._lock:
            return [status for begun, status in self.answers if begun >= moment]

    def last_let_in(self) -> float:
        """When the last request was begun that was let in."""
        with self._lock:
            return max(begun for begun, status in self.answers if status == 200)


@pytest.fixture
def keeper(web: Stack) -> Iterator[httpx2.Client]:
    text, _ = apikeys.services.issue(name="keeper", permissions_scope=["admin"])
    with httpx2.Client(base_url=f"{web.url}/api/v1", headers={"X-API-Key": text}) as client:
        yield client


def loaded_everywhere(keeper: httpx2.Client) -> bool:
    """Whether every process says that it keeps keys."""
    reports = keeper.get("/cache/stats").json()["processes"]
    keeping = [one for one in reports if one["kind"] == "web" and one["api_key_cache"]["loaded"]]
    return len(keeping) == PROCESSES


def refused_after(callers: Callers, change: Callable[[], Any], what: str) -> None:
    """Make the change: a second after it nobody is let in."""
    assert set(callers.since(0.0)) == {200}
    change()
    changed = time.monotonic()
    wait_for("many refusals", lambda: len(callers.since(changed + BOUND)) > 100)
    # 429: so many wrong keys from one address
    assert set(callers.since(changed + BOUND)) <= {401, 429}
    late = 1000 * (callers.last_let_in() - changed)
    print(f"{what}: the last request let in was begun {late:+.1f} ms after the change")


@pytest.mark.parametrize("how", ["http", "psql", "psql, listeners closed"])
def test_a_revoked_key_is_refused_by_every_process(
    web: Stack, keeper: httpx2.Client, how: str
) -> None:
    text, key = apikeys.services.issue(name="duo", rate_limit_rpm=10_000)

    def revoke() -> None:
        if how == "http":
            assert keeper.delete(f"/api-keys/{key.id}").status_code == 200
            return
        with session() as psql, psql.transaction():
            psql.execute("UPDATE apikeys_apikey SET is_active = false WHERE id = %s", [key.id])
            if how != "psql":
                for pid in listeners(psql):
                    psql.execute("SELECT pg_terminate_backend(%s)", [pid])

    with Callers(web.url, text) as callers:
        wait_for("every process to keep the key", lambda: loaded_everywhere(keeper))
        refused_after(callers, revoke, how)
    with session() as psql:
        wait_for("all processes to listen", lambda: len(listeners(psql)) == PROCESSES)


def test_a_reload_reaches_every_process(web: Stack, keeper: httpx2.Client) -> None:
    """Each drops, and reads the verbs again."""
    answer = keeper.post("/cache/reload")
    assert answer.status_code == 200, answer.text
    entries = answer.json()["entries"]["verb_cache"]
    assert entries > 800

    def reports() -> list[int]:
        found = keeper.get("/cache/stats").json()["processes"]
        return [one["verb_cache"]["entries"] for one in found if one["kind"] == "web"]

    wait_for("every process to report", lambda: reports() == [entries] * PROCESSES)
