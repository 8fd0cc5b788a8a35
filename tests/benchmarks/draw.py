"""The draw against its floor: one narrow row, updated by primary key, in the same run and in pairs.

Ten filters of the fast class, and three that combine tag, verb and error type; pools of 10 thousand and 100
thousand problems, with ``--full`` also a million. Each pool is measured fresh, none ever served, and after
one filter, the language that nine in ten problems have, has just cycled: there a plain ORDER BY would have
to read past nine in ten. Then the draws a second of 1, 4 and 16 clients.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection

from problems import pool
from problems.pool import Filters
from tests.benchmarks import clients, pools
from tests.benchmarks.measure import Options, table, throwaway_database

PAIRS = 1000
WARM_UP = 100
SECONDS = 10.0
CLIENTS = (1, 4, 16)

FAST = {
    "no filter": Filters(),
    "language": Filters(target_language_code=("eng",)),
    "focus": Filters(grammatical_focus=("negation",)),
    "tense + focus": Filters(tenses_used=("imparfait",), grammatical_focus=("negation",)),
    "level": Filters(level=("A2",)),
    "tag": Filters(topic_tags=("tag3",)),
    "tag + focus": Filters(topic_tags=("tag3",), grammatical_focus=("negation",)),
    "verb": Filters(verb=("verb7",)),
    "error type + level": Filters(error_type=("pronoun_order",), level=("A2",)),
    "no match": Filters(topic_tags=("nobody",), grammatical_focus=("negation",)),
}
OTHERS = {
    "tag + verb": Filters(topic_tags=("tag3",), verb=("verb7",)),
    "verb + error type": Filters(verb=("verb7",), error_type=("wrong_form",)),
    "tag + verb + error type": Filters(
        topic_tags=("tag3",), verb=("verb7",), error_type=("wrong_form",)
    ),
}
SHAPES = FAST | OTHERS

_DRAW = f"SELECT problems_draw({', '.join(['%s::text[]'] * 7)}, 1)"
_FLOOR = "UPDATE bench_floor SET served = served + 1 WHERE id = %s RETURNING served"


def drawing(*filters: Filters) -> clients.Work:
    """Draws of one problem by any of ``filters``."""
    return _DRAW, [one.arguments() for one in filters]


@dataclass(frozen=True)
class Pair:
    """Draws and floor, measured in turn; milliseconds."""

    draws: Sequence[float]
    floors: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.draws)

    def ratio(self, percentile: int) -> float:
        return _percentile(self.draws, percentile) / _percentile(self.floors, percentile)

    def __str__(self) -> str:
        return f"{self.ratio(50):.1f} / {self.ratio(99):.1f}"


def _percentile(times: Sequence[float], percentile: int) -> float:
    return statistics.quantiles(times, n=100)[percentile - 1]


def _milliseconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def _floor_ids() -> list[Sequence[str]]:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_floor")
        cursor.execute(
            "CREATE TABLE bench_floor AS SELECT problem_id AS id, 0 AS served FROM problems_servestate"
        )
        cursor.execute("ALTER TABLE bench_floor ADD PRIMARY KEY (id), SET (fillfactor = 90)")
        cursor.execute("VACUUM ANALYZE bench_floor")
        cursor.execute("SELECT id::text FROM bench_floor ORDER BY random() LIMIT 20000")
        return [[row[0]] for row in cursor.fetchall()]


def _measure(filters: Filters, ids: Sequence[Sequence[str]], pairs: int) -> Pair:
    def update_one() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_FLOOR, random.choice(ids))
            cursor.fetchall()

    times = [
        (_milliseconds(lambda: pool.draw(filters)), _milliseconds(update_one))
        for _ in range(WARM_UP + pairs)
    ]
    draws, floors = zip(*times[WARM_UP:], strict=True)
    return Pair(draws, floors)


def run(options: Options) -> None:
    """Measure in a database of its own; print ratios to the floor, p50 / p99."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    pairs = 100 if options.short else PAIRS
    sizes = (10_000, 100_000, 1_000_000) if options.full else (10_000, 100_000)
    found: dict[tuple[int, str], dict[str, Pair]] = {}
    rates: list[tuple[str, ...]] = []
    print(f"\ndraw: PostgreSQL {version}, {pairs} pairs a shape", flush=True)
    for size in sizes[:1] if options.short else sizes:
        with throwaway_database("quiz_benchmark_draw"):
            start = time.perf_counter()
            pools.fill(size)
            print(f"  {size} problems filled in {time.perf_counter() - start:.0f} s", flush=True)
            for state, served in (("fresh", ()), ("cycled", ("eng",))):
                if served:
                    pools.set_served(*served)
                ids = _floor_ids()
                found[size, state] = {
                    name: _measure(filters, ids, pairs) for name, filters in SHAPES.items()
                }
            if size == sizes[-1] or options.short:
                rates = _throughput(ids, 1.0 if options.short else SECONDS)
    _report(found)
    table(("draws a second", "clients", "draw", "floor", "share"), rates)


def _report(found: dict[tuple[int, str], dict[str, Pair]]) -> None:
    floors = [
        statistics.median(time for pair in pairs.values() for time in pair.floors)
        for pairs in found.values()
    ]
    rows = [
        ("floor, p50 in ms", *(f"{floor:.2f}" for floor in floors), ""),
        *(
            (name, *(str(pairs[name]) for pairs in found.values()), _growth(found, name))
            for name in SHAPES
        ),
    ]
    heads = [f"{size} {state}" for size, state in found]
    table(("times the floor, p50 / p99", *heads, "growth"), rows)


def _growth(found: dict[tuple[int, str], dict[str, Pair]], name: str) -> str:
    """How many times as large the ratio at p50 is in the largest pool as in the smallest, at worst."""
    sizes = [size for size, _ in found]
    return "{:.1f}".format(
        max(
            found[max(sizes), state][name].ratio(50) / found[min(sizes), state][name].ratio(50)
            for _, state in found
        )
    )


def _throughput(ids: Sequence[Sequence[str]], seconds: float) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name in ("no filter", "tag + focus", "error type + level"):
        for number in CLIENTS:
            ours = clients.rate(drawing(SHAPES[name]), clients=number, seconds=seconds)
            peer = clients.rate((_FLOOR, ids), clients=number, seconds=seconds)
            rows.append((name, str(number), f"{ours:.0f}", f"{peer:.0f}", f"{ours / peer:.2f}"))
    return rows
