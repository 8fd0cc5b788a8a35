"""The whole service behind PgBouncer in transaction mode, against the same without it.

Two web workers of 16 threads, two workers, a dispatcher; 64 callers draw while an order is made. Counts the
connections that PostgreSQL sees, and looks whether caches are kept and the dispatcher leads, which need
``DATABASE_LISTEN_URL``; then revokes a key, and looks how long web processes take it; and asks for the time
limits that hold through the pooler. Leaves itself out where there is no ``pgbouncer``.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import psycopg
from django.db import connection

import apikeys.services
from generation import services
from generation.models import GenerationItem
from quizservice.embedded import postgres_binaries
from quizservice.models import Process
from tests.benchmarks import http_pool
from tests.benchmarks.http_load import Job, Result, load
from tests.benchmarks.measure import Options, throwaway_database
from tests.benchmarks.scale_measure import Spent, markdown, milliseconds, spending
from tests.benchmarks.service import running
from tests.flows.soundness import all_ended
from tests.flows.stack import Stack, database_url, free_port, wait_for

CALLERS = 64
REQUESTS = 4_000
#: Seconds that all requests may take on a machine that does other work.
LONGEST = 300.0
ITEMS = 100
POOL = 8
#: Two of web, two workers, the dispatcher; and what one says that neither keeps caches nor leads.
PROCESSES, NOT = 5, "not listening"
SERVICE = {"WEB_WORKERS": "2", "WEB_THREADS": "16", "BULK_WORKER_SLOTS": "8"}
#: The time limits that the service asks for in ``options``, which PgBouncer ignores: milliseconds.
IDLE = "SET idle_in_transaction_session_timeout = 60000"
LOCKS = "SET lock_timeout = 5000"

_CONFIG = """
[databases]
{name} = host={host} port={port} user={user} dbname={name} {web}
{name}_work = host={host} port={port} user={user} dbname={name} {work}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {pool}
max_client_conn = 500
ignore_startup_parameters = options
logfile = {folder}/pgbouncer.log
pidfile = {folder}/pgbouncer.pid
"""


@dataclass
class _Seen:
    """What was found with or without a pooler. ``connections``: the most that PostgreSQL had at once."""

    result: Result
    spent: Spent
    connections: int = 0
    direct: int = 0
    made: int = 0
    refused: float = 0.0  # seconds from a key's revocation until no web process takes it
    processes: dict[str, str] = field(default_factory=dict)


def run(options: Options) -> None:
    """Print both side by side. Takes two minutes."""
    if shutil.which("pgbouncer") is None:
        print("\nno pgbouncer on the PATH (apt-get install pgbouncer): left out")
        return
    requests = REQUESTS // (10 if options.short else 1)
    with throwaway_database("quiz_benchmark_scale"):
        http_pool.fill(1_000)
        key, _ = apikeys.services.issue(name="load", rate_limit_rpm=10_000)
        found = {"direct": _measure(options, key, requests)}
        with _pgbouncer() as url:
            found["PgBouncer"] = _measure(
                options, key, requests, DATABASE_URL=url, DATABASE_LISTEN_URL=database_url()
            )
            limits = [
                [name, *_limits(one)] for name, one in (("web", url), ("work", f"{url}_work"))
            ]
    _show(found, requests)
    markdown(
        "time limits through PgBouncer, by connect_query",
        ["", "idle_in_transaction_session_timeout", "lock_timeout"],
        limits,
    )


@contextmanager
def _pgbouncer() -> Iterator[str]:
    """A pooler before the database that is in use; its URL. With ``_work`` behind it: that of workers."""
    values = connection.settings_dict
    folder = Path(tempfile.mkdtemp(prefix="quiz-bench-"))
    listen = free_port()
    (folder / "pgbouncer.ini").write_text(
        _CONFIG.format(
            name=values["NAME"],
            host=values["HOST"],
            port=values["PORT"] or 5432,
            user=values["USER"],
            listen=listen,
            pool=POOL // 2,
            web=f"connect_query='{IDLE}'",
            work=f"connect_query='{IDLE}; {LOCKS}'",
            folder=folder,
        )
    )
    # it refuses to run as root, as PostgreSQL does
    prefix = postgres_binaries.account(folder).prefix
    process = subprocess.Popen(
        [*prefix, "pgbouncer", "-q", str(folder / "pgbouncer.ini")], start_new_session=True
    )
    url = f"postgresql://{values['USER']}@127.0.0.1:{listen}/{values['NAME']}"
    try:
        wait_for("PgBouncer", lambda: _answers(url), timeout=20)
        yield url
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def _limits(url: str) -> list[str]:
    """The time limits of a connection that asks for none."""
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as link:
        names = ("idle_in_transaction_session_timeout", "lock_timeout")
        rows = [link.execute(f"SHOW {name}").fetchone() for name in names]
    return [str(row[0]) for row in rows if row]


def _measure(options: Options, key: str, requests: int, **environment: str) -> _Seen:
    pooled = environment.get("DATABASE_URL")
    work = {"DATABASE_URL": f"{pooled}_work"} if pooled else {}
    with running(options, **SERVICE, **environment) as stack:
        stack.start_web()
        for name in ("one", "two"):
            stack.start("bulk_worker", name, **work)
        stack.start("dispatcher", **work)
        wait_for("all processes", lambda: Process.objects.count() >= PROCESSES, timeout=60)
        job = Job(
            stack.port, ["/api/v1/problems/random"], [key], CALLERS, seconds=LONGEST, count=requests
        )
        load(Job(stack.port, job.targets, job.keys, CALLERS, LONGEST, requests // 4))
        with _counting() as counts, spending(web=stack.processes["web"].pid) as spent:
            ordered = services.submit(
                services.Order(count=ITEMS, priority="bulk", generator="rules")
            )
            result = load(job)
            wait_for("the order", all_ended, timeout=120)
        with contextlib.suppress(AssertionError):  # the table tells
            wait_for("reports that are newer", _all_listen, timeout=15)
        seen = _Seen(result, spent, max(counts.all), max(counts.listening))
        seen.processes = _reports()
        seen.made = ordered.items.filter(state=GenerationItem.State.GENERATED).count()
        seen.refused = _refused(stack)
    return seen


def _refused(stack: Stack) -> float:
    """Seconds from the revocation of a key until no web process takes it any more.

    Each request comes on a connection of its own, so that both processes get some; a key is refused
    when 20 of them were, one after another.
    """
    value, key = apikeys.services.issue(name="revoked")
    url, headers = f"{stack.url}/api/v1/problems/random", {"X-API-Key": value}
    taken = [httpx2.get(url, headers=headers).status_code for _ in range(20)]
    assert set(taken) == {200}, taken
    apikeys.services.revoke(key)
    began = last = time.monotonic()
    refused = 0
    while refused < 20:
        status = httpx2.get(url, headers=headers).status_code
        assert status in (200, 401), status
        refused = refused + 1 if status == 401 else 0
        if status == 200:
            last = time.monotonic()
            assert last - began < 30, "a revoked key is still taken"
    return last - began


def _reports() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in Process.objects.order_by("kind", "pid"):
        leads = row.kind == Process.Kind.DISPATCHER and row.report.get("leading")
        keeps = row.report.get("keeping", {}).get("trusted")
        found[f"{row.kind} {row.pid}"] = "leads" if leads else "keeps" if keeps else NOT
    return found


def _all_listen() -> bool:
    return NOT not in _reports().values()


@dataclass
class _Counts:
    all: list[int] = field(default_factory=list)
    listening: list[int] = field(default_factory=list)


@contextmanager
def _counting() -> Iterator[_Counts]:
    """Looks at PostgreSQL's connections until the block ends, this process's own left out."""
    counts, stop = _Counts(), threading.Event()
    thread = threading.Thread(target=_look, args=(database_url(), counts, stop))
    thread.start()
    try:
        yield counts
    finally:
        stop.set()
        thread.join()


def _look(url: str, counts: _Counts, stop: threading.Event) -> None:
    with psycopg.connect(url, autocommit=True) as observer:
        while True:
            row = observer.execute(
                """SELECT count(*), count(*) FILTER (WHERE application_name = 'quiz caches')
                     FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
            ).fetchone()
            assert row is not None
            counts.all.append(row[0])
            counts.listening.append(row[1])
            if stop.wait(0.1):
                return


def _show(found: dict[str, _Seen], requests: int) -> None:
    def row(name: str, *cells: object) -> list[object]:
        return [name, *cells]

    values = found.values()
    markdown(
        f"{CALLERS} callers, 2 web workers of 16 threads, 2 workers of 8 slots, a dispatcher",
        ["", *found],
        [
            row("connections of PostgreSQL at most", *(one.connections for one in values)),
            row("of these listeners of caches", *(one.direct for one in values)),
            row("draws/s", *(f"{one.result.rate:.0f}" for one in values)),
            row("p50 ms", *(f"{one.result.p50:.1f}" for one in values)),
            row("p99 ms", *(f"{one.result.p99:.1f}" for one in values)),
            row(
                "CPU ms of web a draw",
                *(milliseconds(one.spent.cpu["web"], requests) for one in values),
            ),
            row(
                f"CPU ms of PostgreSQL a draw (with {ITEMS} items)",
                *(milliseconds(one.spent.cpu["postgres"], requests) for one in values),
            ),
            row(f"problems made of {ITEMS}", *(one.made for one in values)),
            row(
                "seconds that a revoked key was taken",
                *(f"{one.refused:.3f}" for one in values),
            ),
            row(
                "processes that keep caches, or lead",
                *(
                    f"{sum(state != NOT for state in one.processes.values())} of "
                    f"{len(one.processes)}"
                    for one in values
                ),
            ),
        ],
    )
