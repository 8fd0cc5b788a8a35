"""Past one machine: workers that know nothing of each other but PostgreSQL and Kafka.

Three nodes of Apache Kafka, 24 partitions, and a writer that waits as one that asks a model and then writes
as ``rules``, so that the cores of this machine are not what limits; the share that they are busy is shown.
One worker process, then two, then four: items a second. Then a node of
Kafka is killed with -9, and comes back; then the dispatcher that leads, and another one takes over. At the
end every item has one end and every generated one its own problem.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import psutil
from django.db.models import Sum

from generation import services
from generation.models import GenerationItem
from problems.models import Problem
from quizservice.embedded.kafka import ApacheKafka
from quizservice.models import Process
from tests import brokers
from tests.benchmarks.measure import Options, throwaway_database
from tests.benchmarks.scale_measure import ask, markdown
from tests.benchmarks.service import running
from tests.flows.soundness import assert_sound, published
from tests.flows.stack import Stack, wait_for

NODES, PARTITIONS = 3, 24
SLOTS = 4
WRITER = "tests.stubs.writers.SlowWriter"
LATENCY = 4.0  # seconds that the writer waits for each item
ORDERS, ORDER = 8, 100
#: Items of each worker from when the last has joined until items are counted: a process's first ones take
#: longer, because it derives what it needs of the lexicon.
WARM = 2 * SLOTS
#: Seconds for which items are counted: some times what an item takes.
COUNTED = 6 * LATENCY

#: Seconds until a worker has started, on a machine that does other work.
STARTED = 300.0

#: How a worker's log tells which partitions come and go: numbers and ranges after the topic.
_PARTITIONS = re.compile(r"Kafka partitions (assigned|revoked|lost): \S+((?: \d+(?:-\d+)?)*)")
_RANGE = re.compile(r" (\d+)(?:-(\d+))?")


@dataclass
class _Phase:
    """A stretch of the run, between two moments of the database's clock."""

    name: str
    workers: int
    begun: datetime
    ended: datetime
    busy: float  # share of the machine's cores


def run(options: Options) -> None:
    """Print items a second by the number of workers, and what came of the kills. Takes six minutes.

    Raises AssertionError when anything was lost or doubled.
    """
    with (
        throwaway_database("quiz_benchmark_scale"),
        _cluster() as cluster,
        running(
            replace(options, server=cluster),
            KAFKA_PARTITIONS=str(PARTITIONS),
            BULK_WORKER_SLOTS=str(SLOTS),
            SLOW_WRITER_SECONDS=str(LATENCY),
            ITEM_LEASE="10",
            REPUBLISH_AFTER="15",
        ) as stack,
    ):
        _go(stack, cluster)


@contextmanager
def _cluster() -> Iterator[ApacheKafka]:
    folder = Path(tempfile.mkdtemp(prefix="quiz-bench-"))
    try:
        cluster = brokers.start(brokers.APACHE, folder, nodes=NODES)
        assert isinstance(cluster, ApacheKafka)
        try:
            yield cluster
        finally:
            cluster.stop(timeout=0.0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _go(stack: Stack, cluster: ApacheKafka) -> None:
    for _ in range(ORDERS):
        services.submit(services.Order(count=ORDER, priority="bulk", generator=WRITER))
    stack.start("dispatcher", "dispatcher 1")
    phases: list[_Phase] = []
    joins: list[list[str]] = []
    for number in (1, 2, 4):
        joins.append(_join(stack, number))
        _warm(stack, number)
        phases.append(_counted(f"{number} workers", number))
    killed = cluster.leader(stack.topics["bulk"], 0)
    assert killed is not None
    cluster.kill(killed)
    phases.append(_counted(f"4 workers, node {killed} of {NODES} killed", 4))
    cluster.start(killed)
    took = _second_dispatcher(stack)
    phases.append(_counted("4 workers, another dispatcher leads", 4))
    assert_sound(stack, timeout=300)
    _show(phases, joins, took, stack)


def _join(stack: Stack, wanted: int) -> list[str]:
    """Start workers until so many run; how long it takes until each has its share of the partitions."""
    began = time.monotonic()
    present = sum(name.startswith("worker") for name in stack.processes)
    names = [f"worker {number}" for number in range(1, wanted + 1)]
    for name in names[present:]:
        stack.start("bulk_worker", name)
    wait_for(
        "their first partitions",
        lambda: all(_held(stack, name) for name in names),
        timeout=STARTED,
        every=0.05,
    )
    first = time.monotonic()
    share = PARTITIONS // wanted
    wait_for(
        "their share",
        lambda: all(len(_held(stack, name)) == share for name in names),
        timeout=STARTED,
        every=0.05,
    )
    shared = time.monotonic()
    return [f"{present} to {wanted}", f"{first - began:.1f}", f"{shared - began:.1f}"]


def _warm(stack: Stack, workers: int) -> None:
    """Wait until each worker has ended so many items that it derives no more of the lexicon."""
    began = _now()

    def ended() -> list[int]:
        held = [_held(stack, f"worker {number}") for number in range(1, workers + 1)]
        items = GenerationItem.objects.filter(started_at__gte=began, ended_at__isnull=False)
        return [items.filter(message_partition__in=one).count() for one in held]

    wait_for("the first items", lambda: min(ended()) >= WARM, timeout=STARTED, every=0.5)


def _held(stack: Stack, name: str) -> set[int]:
    """The partitions that a worker has, by its log."""
    held: set[int] = set()
    for verb, said in _PARTITIONS.findall(stack.log(name)):
        for begin, end in _RANGE.findall(said):
            numbers = set(range(int(begin), int(end or begin) + 1))
            held = held | numbers if verb == "assigned" else held - numbers
    return held


def _second_dispatcher(stack: Stack) -> float:
    """Seconds from the death of the dispatcher that leads until the other one does."""
    stack.start("dispatcher", "dispatcher 2")
    alive = Process.objects.filter(kind=Process.Kind.DISPATCHER)
    wait_for("the second dispatcher", lambda: alive.count() == 2)
    before = _leader()
    began = time.monotonic()
    stack.kill("dispatcher 1")
    wait_for("another leader", lambda: _leader() not in (None, before), every=0.02)
    return time.monotonic() - began


def _leader() -> int | None:
    """The process of PostgreSQL that holds the dispatchers' lock."""
    found = ask(
        """SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database =
                  (SELECT oid FROM pg_database WHERE datname = current_database())"""
    )
    return None if found is None else int(found)


def _now() -> datetime:
    found: datetime = ask("SELECT clock_timestamp()")
    return found


def _counted(name: str, workers: int) -> _Phase:
    begun, before = _now(), psutil.cpu_times()
    time.sleep(COUNTED)
    ended, after = _now(), psutil.cpu_times()
    idle = after.idle + after.iowait - before.idle - before.iowait
    return _Phase(name, workers, begun, ended, 1 - idle / (sum(after) - sum(before)))


def _show(phases: list[_Phase], joins: list[list[str]], took: float, stack: Stack) -> None:
    rates = [
        GenerationItem.objects.filter(ended_at__range=(one.begun, one.ended)).count()
        / (one.ended - one.begun).total_seconds()
        for one in phases
    ]
    markdown(
        f"three nodes of Apache Kafka, {PARTITIONS} partitions, {SLOTS} slots a worker, "
        f"{LATENCY:g} s an item",
        ["", "items/s", "times the first", "of slots / seconds an item", "cores busy"],
        [
            [
                one.name,
                f"{rate:.2f}",
                f"{rate / rates[0]:.2f}",
                f"{rate * LATENCY / (SLOTS * one.workers):.2f}",
                f"{one.busy:.0%}",
            ]
            for one, rate in zip(phases, rates, strict=True)
        ],
    )
    markdown(
        "workers join, seconds",
        ["workers", "from the start until each has some", "until each has its share"],
        joins,
    )
    items = GenerationItem.objects.all()
    made = items.filter(state=GenerationItem.State.GENERATED)
    markdown(
        "what became of them",
        ["", "count"],
        [
            ["items ordered", items.count()],
            ["items with an end", items.exclude(ended_at=None).count()],
            ["items generated", made.count()],
            ["problems", Problem.objects.count()],
            ["different problems of items", made.values("problem").distinct().count()],
            ["attempts beyond one an item", _attempts() - items.count()],
            ["messages published beyond one an item", published(stack) - items.count()],
            ["seconds until another dispatcher led", f"{took:.1f}"],
        ],
    )


def _attempts() -> int:
    return int(GenerationItem.objects.aggregate(all=Sum("attempt"))["all"])
