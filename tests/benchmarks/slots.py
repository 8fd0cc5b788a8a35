"""One worker process with many slots and a writer that waits: rate, memory and database connections.

The ideal rate is slots divided by the writer's time. The rate is counted between two steady points, from
the rows' ends: after the first full set of slots and before the last. Memory is the worker's resident
set at its highest, against one with a single slot that made as many items (with a writer that does not
wait), so what both know of verbs and what both load does not count.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import psutil
import psycopg

from generation import services
from generation.models import GenerationRequest
from tests.benchmarks.measure import Options, table, throwaway_database
from tests.benchmarks.service import running
from tests.flows.stack import database_url, wait_for

SLOTS = 64
WRITER_SECONDS = 3.0
#: How many items each slot makes.
WAVES = 8
WRITER = "tests.stubs.writers.SlowWriter"
#: The name by which PostgreSQL knows the worker's connections.
APPLICATION = "quiz-benchmark-worker"
#: Seconds between two looks at memory and connections.
EVERY = 0.1
MEBIBYTE = 1024 * 1024


@dataclass
class Peak:
    """The most that was seen of one process."""

    resident: float = 0.0  # MiB
    connections: int = 0


@dataclass(frozen=True)
class Run:
    """One worker's work on an order."""

    rate: float  # items a second
    peak: Peak


def run(options: Options) -> None:
    items = SLOTS * (4 if options.short else WAVES)
    ideal = SLOTS / WRITER_SECONDS
    print(
        f"\nslots: {items} items, a writer that takes {WRITER_SECONDS:g} s, one worker process, "
        f"{options.broker} broker"
    )
    with throwaway_database():
        many = _measure(options, SLOTS, WRITER_SECONDS, items)
        one = _measure(options, 1, 0.0, items)
    each = (many.peak.resident - one.peak.resident) / (SLOTS - 1)
    rows = [
        (f"share of the ideal {ideal:.1f} items/s", f"{many.rate / ideal:.2f}"),
        (f"resident MiB with {SLOTS} slots", f"{many.peak.resident:.0f}"),
        ("resident MiB with 1 slot", f"{one.peak.resident:.0f}"),
        ("MiB a slot more", f"{each:.2f}"),
        (f"most database connections with {SLOTS} slots", many.peak.connections),
        ("most database connections with 1 slot", one.peak.connections),
    ]
    table(("", "figure"), rows)


def _measure(options: Options, slots: int, seconds: float, items: int) -> Run:
    with running(options, PUBLISH_WINDOW=str(items)) as stack:
        request = services.submit(services.Order(count=items, priority="bulk"))
        GenerationRequest.objects.filter(id=request.id).update(generator=WRITER)
        worker = stack.start(
            "bulk_worker",
            BULK_WORKER_SLOTS=str(slots),
            SLOW_WRITER_SECONDS=str(seconds),
            PGAPPNAME=APPLICATION,
        )
        with watched(worker.pid) as peak:
            stack.start("dispatcher")
            wait_for("the end of the order", lambda: _ended(request), timeout=300)
        return Run(_rate(request, slots), peak)


def _ended(request: GenerationRequest) -> bool:
    request.refresh_from_db()
    return request.ended


def _rate(request: GenerationRequest, slots: int) -> float:
    """Items a second between the end of the first set of slots and that of the last but one."""
    ends = sorted(at for at in request.items.values_list("ended_at", flat=True) if at is not None)
    first, last = slots - 1, len(ends) - slots - 1
    return (last - first) / ((ends[last] - ends[first]) / timedelta(seconds=1))


@contextmanager
def watched(pid: int) -> Iterator[Peak]:
    """Looks at a process until the block's end."""
    peak, stop = Peak(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(pid, database_url(), peak, stop))
    watcher.start()
    try:
        yield peak
    finally:
        stop.set()
        watcher.join()


def _watch(pid: int, url: str, peak: Peak, stop: threading.Event) -> None:
    process = psutil.Process(pid)
    with psycopg.connect(url, autocommit=True) as observer:
        while not stop.wait(EVERY):
            peak.resident = max(peak.resident, process.memory_info().rss / MEBIBYTE)
            found = observer.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [APPLICATION]
            ).fetchone()
            peak.connections = max(peak.connections, found[0] if found else 0)
