"""One run of the real service under telemetry, which all tests here look at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from quizservice import listening
from tests.flows.stack import ROOT, Stack, database_url, wait_for
from tests.stubs.openai_server import start_process
from tests.stubs.otlp_sink import Point, Sink, Span
from tests.telemetry.exercise import Exercise

DATABASE = "test_quiz_telemetry"
#: Seconds.
RUN_TIMEOUT = 900
OPENAI_KEY = "sk-nobody-may-see-this-key"
#: As Grafana Cloud wants it: a user and a token, with %20 for the space.
HEADER = "Basic MTIzNDU2OmdsY19zZWNyZXQ="


@dataclass
class Observed:
    """What came out of the run.

    ``metrics``: the latest point of each series, by the metric's name. ``done``: what the exercise left
    (see ``exercise.py``). ``bodies``: all that the sink got, as it came. ``logs``: of each process.
    """

    spans: list[Span]
    metrics: Mapping[str, list[Point]]
    bodies: list[bytes]
    refused: int
    done: dict[str, Any]
    secrets: list[str]
    logs: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)

    def trace(self, trace_id: str) -> list[Span]:
        """The spans of one trace, by their start."""
        found = [one for one in self.spans if one.trace_id == trace_id]
        return sorted(found, key=lambda one: one.start)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whichever test comes first waits for the whole run, on a machine that may have other work."""
    for item in items:
        if "observed" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(RUN_TIMEOUT))


@pytest.fixture(scope="session")
def observed(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Observed:
    """Web, workers and dispatcher with a stub for the model, exercised and then stopped in good order.

    Tests that use it are marked ``django_db``, else pytest makes no database to copy.
    """
    with (
        django_db_blocker.unblock(),
        _own_database(),
        start_process(f"--key={OPENAI_KEY}") as model,
        Sink(required={"Authorization": HEADER}) as sink,
    ):
        stack = Stack(
            tmp_path_factory.mktemp("observed"),
            None,
            **environment(sink.url),
            OPENAI_BASE_URL=model.url,
            OPENAI_API_KEY=OPENAI_KEY,
            ITEM_MAX_ATTEMPTS="1",
            OPENAI_DAILY_TOKENS=str(Exercise.DAILY_TOKENS),
            OPENAI_DAILY_COST=str(Exercise.DAILY_COST),
            TRUSTED_PROXIES="127.0.0.1",
        )
        exercise = Exercise(stack, model, sink)
        try:
            for kind in ("worker", "bulk_worker", "dispatcher"):
                stack.start(kind)
            stack.start_web()
            exercise.run()
            statuses = _end(stack)
        finally:
            stack.stop()
        secrets = [exercise.key, OPENAI_KEY, "SECRETQUERY", HEADER.partition(" ")[2]]
        return Observed(
            spans=sink.spans,
            metrics=sink.metrics,
            bodies=sink.bodies,
            refused=sink.refused,
            done=exercise.done,
            secrets=secrets,
            logs={name: stack.log(name) for name in statuses},
            statuses=statuses,
        )


def environment(url: str) -> dict[str, str]:
    """What switches telemetry on, towards a sink."""
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": url,
        "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization={HEADER.replace(' ', '%20')}",
        "OTEL_METRIC_EXPORT_INTERVAL": "1000",
        "WEB_WORKERS": "1",
    }


def _end(stack: Stack) -> dict[str, int]:
    """Stop all processes at once, the way a platform does; their exit statuses."""
    for process in stack.processes.values():
        process.send_signal(signal.SIGTERM)
    names = dict(stack.processes)
    return {name: process.wait(timeout=30) for name, process in names.items()}


@contextmanager
def _own_database() -> Iterator[None]:
    """Django's connection on a copy of the tests' database, with the verbs loaded; dropped at the end.

    The run commits what it makes, and the tests' own database stays as it is.
    """
    listening.stop()
    before = connection.settings_dict["NAME"]
    connection.close()
    _copy(before)
    connection.settings_dict["NAME"] = DATABASE
    try:
        subprocess.run(
            [sys.executable, str(Path(ROOT) / "manage.py"), "load_verbs"],
            env={**os.environ, "DATABASE_URL": database_url()},
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        yield
    finally:
        listening.stop()
        connection.close()
        connection.settings_dict["NAME"] = before
        with _server() as server:
            server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _copy(source: str) -> None:
    """A copy of a database, which nobody may be connected to meanwhile."""
    with _server() as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")

        def copied() -> bool:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [source],
            )
            try:
                server.execute(f'CREATE DATABASE {DATABASE} TEMPLATE "{source}"')
            except psycopg.errors.ObjectInUse:  # a thread of an earlier test has come back
                return False
            return True

        wait_for("a copy of the database", copied, timeout=30)


@contextmanager
def _server() -> Iterator[psycopg.Connection[Any]]:
    """A connection to the server beside the databases of the tests."""
    values = {**connection.get_connection_params(), "dbname": "postgres"}
    names = ("dbname", "host", "port", "user", "password")
    parameters = {name: values[name] for name in names if values.get(name)}
    with psycopg.connect(**parameters, autocommit=True) as server:
        yield server
