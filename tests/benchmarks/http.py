"""The draw over HTTP: our service, by the Procfile's line, against twins written for the comparison only.

The twins (``http_twin``) have the same key check, as many processes, as many connections to the same
PostgreSQL, and answer with the same bytes about the same problems. They differ in how they draw: by our SQL
function, or as usual by a SELECT written for the filters and an UPDATE. Rounds go in turn, and ratios are
taken within a round. The load comes from a process of its own, which shares the cores with all others.

Duplicates: cycles of exactly as many draws as match, all answered before the next cycle begins. Every
problem that is given twice in one is a duplicate.

A static answer: ``/health``, which passes the same stack and touches nothing.
"""

from __future__ import annotations

import itertools
import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import connection

import apikeys.services
from problems.models import Problem, Statement
from tests.benchmarks import http_pool, http_twin
from tests.benchmarks.http_load import Job, Result, load
from tests.benchmarks.measure import Options, in_turn, ratios, summary, table, throwaway_database
from tests.benchmarks.service import running
from tests.flows.stack import Stack, answers, free_port, wait_for

PROBLEMS = 10_000
MANY_PROBLEMS = 100_000
CONNECTIONS = (1, 16, 64)
ROUNDS = 5
SECONDS = 3.0
WARM_UP = 2.0
CYCLES = 4
#: Enough that none meets its limit of 10,000 requests a minute.
KEYS = 20

#: What each side is asked for; one of each after the other.
Targets = Mapping[str, list[str]]


@dataclass(frozen=True)
class Side:
    """A service under load."""

    name: str
    port: int
    path: str

    def job(self, queries: list[str], keys: list[str], connections: int, **values: Any) -> Job:
        targets = [f"{self.path}?{query}" if query else self.path for query in queries]
        return Job(self.port, targets, keys, connections, **values)


OURS = "ours"
DRAWN = "twin, our function"
PICKED = "twin, SELECT and UPDATE"


def run(options: Options) -> None:
    """In a database of its own, with ``PROBLEMS`` or (``--full``) ``MANY_PROBLEMS``."""
    problems = MANY_PROBLEMS if options.full else PROBLEMS
    with throwaway_database("quiz_benchmark_http"):
        start = time.perf_counter()
        http_pool.fill(problems)
        with connection.cursor() as cursor:
            cursor.execute(http_twin.PREPARE)
            cursor.execute("VACUUM ANALYZE")
        print(f"\nhttp: {problems} problems (filled in {time.perf_counter() - start:.0f} s)")
        keys = [
            apikeys.services.issue(name=f"load {n}", rate_limit_rpm=10_000)[0] for n in range(KEYS)
        ]
        with running(options) as stack, _sides(stack) as sides:
            _measure(sides, keys, options)


@contextmanager
def _sides(stack: Stack) -> Iterator[dict[str, Side]]:
    """Ours and the twin, started."""
    workers, threads = os.environ.get("WEB_WORKERS", "2"), os.environ.get("WEB_THREADS", "4")
    port = free_port()
    stack.start_web()
    stack.launch(
        "twin",
        f"granian --interface asgi --workers {workers} --port {port} --no-ws "
        "tests.benchmarks.http_twin:app",
        POOL=threads,
    )
    wait_for("the twin", lambda: answers(f"http://127.0.0.1:{port}/health"))
    print(f"  {workers} processes each, with {threads} connections to the database")
    yield {
        OURS: Side(OURS, stack.port, "/api/v1/problems/random"),
        DRAWN: Side(DRAWN, port, "/drawn"),
        PICKED: Side(PICKED, port, "/picked"),
    }


def _measure(sides: Mapping[str, Side], keys: list[str], options: Options) -> None:
    seconds, rounds = (1.0, 3) if options.short else (SECONDS, ROUNDS)
    loads = {"no filter": [""], "filters": _filters()}
    for side, queries in itertools.product(sides.values(), loads.values()):
        load(side.job(queries, keys, 16, seconds=WARM_UP))
    for name, queries in loads.items():
        for connections in CONNECTIONS:
            found = in_turn(
                {
                    side.name: _loading(side.job(queries, keys, connections, seconds=seconds))
                    for side in sides.values()
                },
                rounds,
            )
            _show(f"{name}, {connections} connections", found)
    _static(sides[OURS], keys, seconds, rounds)
    _duplicates(sides, keys)


def _loading(job: Job) -> Callable[[], Result]:
    return lambda: load(job)


def _filters() -> list[str]:
    """Queries of some shapes of filters, each of which some problems match."""
    live = Problem.objects.live()
    verbs = Counter(row["verb_infinitives"][0] for row in live.values_list("metadata", flat=True))
    errors = Counter(
        Statement.objects.filter(is_correct=False).values_list("error_type", "problem__level")
    )
    (error_type, level), _ = errors.most_common(1)[0]
    shapes: list[dict[str, str | list[str]]] = [
        {"grammatical_focus": "negation"},
        {"tenses_used": "present", "target_language_code": "eng"},
        {"topic_tags": "tag3"},
        {"topic_tags": ["tag4", "tag5"], "level": level},
        {"verb": verbs.most_common(1)[0][0]},
        {"error_type": str(error_type), "level": level},
    ]
    return [urlencode(shape, doseq=True) for shape in shapes]


def _show(title: str, found: Mapping[str, list[Result]]) -> None:
    ours = found[OURS]
    rows = []
    for name, results in found.items():
        row = [
            name,
            f"{statistics.median(one.rate for one in results):.0f}",
            f"{statistics.median(one.p50 for one in results):.2f}",
            f"{statistics.median(one.p99 for one in results):.2f}",
        ]
        if name != OURS:
            for figure in ("rate", "p50", "p99"):
                pair = ([getattr(one, figure) for one in side] for side in (ours, results))
                row.append(summary(ratios(*pair)))
        rows.append(row + [""] * (7 - len(row)))
    table(
        (title, "a second", "p50 ms", "p99 ms", "ours/it: a second", "p50", "p99"),
        rows,
    )


def _static(ours: Side, keys: list[str], seconds: float, rounds: int) -> None:
    static = Side("static", ours.port, "/health")
    found = in_turn(
        {side.name: _loading(side.job([""], keys, 1, seconds=seconds)) for side in (ours, static)},
        rounds,
    )
    drawn, bare = ([one.p50 for one in found[name]] for name in (OURS, "static"))
    print(
        f"  1 connection: p50 of a draw {statistics.median(drawn):.2f} ms,"
        f" of /health {statistics.median(bare):.2f} ms, ratio {summary(ratios(drawn, bare))}"
    )


def _duplicates(sides: Mapping[str, Side], keys: list[str]) -> None:
    rows = []
    for tag, connections in itertools.product((http_pool.RARE_TAG, "tag7"), (16, 64)):
        matching = Problem.objects.live().filter(topic_tags__contains=[tag]).count()
        row = [f"{matching} match, {connections} connections, {CYCLES} cycles"]
        for side in sides.values():
            doubled = 0
            for _ in range(CYCLES):
                job = side.job([f"topic_tags={tag}"], keys, connections, count=matching, ids=True)
                doubled += matching - len(set(load(job).ids))
            row.append(f"{doubled} of {CYCLES * matching}")
        rows.append(row)
    table(("given twice within a cycle", *sides), rows)
