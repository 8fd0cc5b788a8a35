"""What a draw costs PostgreSQL and the web process: CPU, WAL, dead rows; by the size of the pool.

The statement alone, by the filters of ``draw`` in turn, on pools of three sizes; then over HTTP, which
adds the JSON and all that the web process does. The share of full pages in the WAL falls the longer a
checkpoint lies back: so WAL is measured just after one, and later.
"""

from __future__ import annotations

from dataclasses import dataclass

import apikeys.services
from tests.benchmarks import clients, http_pool, pools
from tests.benchmarks.draw import FAST
from tests.benchmarks.http_load import Job, load
from tests.benchmarks.measure import Options, throwaway_database
from tests.benchmarks.scale_measure import (
    SERVING,
    Spent,
    Updates,
    do,
    kilobytes,
    markdown,
    milliseconds,
    per_core,
    spending,
    updates,
)
from tests.benchmarks.service import running

CLIENTS = 2
#: Draws just after a checkpoint, draws that are not measured, draws in the steady state.
FIRST, BETWEEN, STEADY = 2_000, 6_000, 6_000
#: Problems of the smallest pool, and of the one with ``--full``; ``--problems`` names the other.
SMALL, LARGE = 10_000, 1_000_000
#: Problems of one draw where many are drawn at once, and how many such draws.
MANY, MANY_DRAWS = 50, 400
REQUESTS = 4_000
#: Seconds that all requests may take on a machine that does other work.
LONGEST = 300.0
CONNECTIONS = 8
KEYS = 10

_DRAW = f"SELECT problems_draw({', '.join(['%s::text[]'] * 7)}, %s)"


@dataclass(frozen=True)
class _Pool:
    """What was measured on a pool of one size."""

    first: Spent
    steady: Spent
    many: Spent
    updates: Updates


def run(options: Options) -> None:
    """Print both tables. Takes two minutes; with ``--full`` (a million problems) much longer."""
    sizes = {SMALL} if options.short else {SMALL, options.problems}
    sizes |= {LARGE} if options.full else set()
    scale = 10 if options.short else 1
    _show_pools({size: _pool(size, scale) for size in sorted(sizes)}, scale)
    _over_http(options, scale)


def _work(count: int) -> clients.Work:
    return _DRAW, [[*one.arguments(), count] for one in FAST.values()]


def _pool(size: int, scale: int) -> _Pool:
    with throwaway_database("quiz_benchmark_scale"):
        pools.fill(size)
        clients.send(_work(1), clients=CLIENTS, number=100)
        do("CHECKPOINT")
        before = updates(*SERVING)
        with spending() as first:
            clients.send(_work(1), clients=CLIENTS, number=FIRST // scale)
        clients.send(_work(1), clients=CLIENTS, number=BETWEEN // scale)
        with spending() as steady:
            clients.send(_work(1), clients=CLIENTS, number=STEADY // scale)
        after = updates(*SERVING)
        with spending() as many:
            clients.send(_work(MANY), clients=CLIENTS, number=MANY_DRAWS // scale)
    changed = Updates(after.all - before.all, after.hot - before.hot, after.dead)
    return _Pool(first, steady, many, changed)


def _show_pools(found: dict[int, _Pool], scale: int) -> None:
    drawn = (FIRST + BETWEEN + STEADY) // scale
    many = MANY * MANY_DRAWS // scale
    steady = {size: (one.steady, STEADY // scale) for size, one in found.items()}

    def row(name: str, *cells: str) -> list[str]:
        return [name, *cells]

    values = found.values()
    markdown(
        f"a draw, the statement alone ({len(FAST)} filters in turn, {CLIENTS} clients)",
        ["problems in the pool", *(f"{size:,}" for size in found)],
        [
            row(
                "CPU ms of PostgreSQL a draw",
                *(milliseconds(spent.cpu["postgres"], n) for spent, n in steady.values()),
            ),
            row(
                "draws/s a core of PostgreSQL",
                *(per_core(spent.cpu["postgres"], n) for spent, n in steady.values()),
            ),
            row(
                "WAL a draw just after a checkpoint, kB",
                *(kilobytes(one.first.wal / (FIRST // scale)) for one in values),
            ),
            row(
                "WAL a draw later, kB",
                *(kilobytes(spent.wal / n) for spent, n in steady.values()),
            ),
            row(
                "full pages a draw later",
                *(f"{spent.full_pages / n:.2f}" for spent, n in steady.values()),
            ),
            row(
                "rows updated a draw",
                *(f"{one.updates.all / drawn:.1f}" for one in values),
            ),
            row(
                "of these without a new index entry (HOT)",
                *(f"{one.updates.hot / max(one.updates.all, 1):.0%}" for one in values),
            ),
            row(
                f"CPU ms a problem in draws of {MANY}",
                *(milliseconds(one.many.cpu["postgres"], many) for one in values),
            ),
            row(
                f"WAL a problem in draws of {MANY}, kB",
                *(kilobytes(one.many.wal / many) for one in values),
            ),
        ],
    )


def _over_http(options: Options, scale: int) -> None:
    requests = REQUESTS // scale
    with throwaway_database("quiz_benchmark_scale"):
        http_pool.fill(2_000 if options.short else 10_000)
        keys = [
            apikeys.services.issue(name=f"load {n}", rate_limit_rpm=10_000)[0] for n in range(KEYS)
        ]
        with running(options) as stack:
            stack.start_web()
            job = Job(stack.port, _targets(), keys, CONNECTIONS, LONGEST, requests // 4)
            load(job)
            do("CHECKPOINT")
            load(job)
            with spending(web=stack.processes["web"].pid) as spent:
                load(Job(stack.port, _targets(), keys, CONNECTIONS, LONGEST, requests))
    _show_http(spent, requests)


def _targets() -> list[str]:
    filters = ("", "grammatical_focus=negation", "level=A2", "topic_tags=tag3", "topic_tags=tag4")
    path = "/api/v1/problems/random"
    return [f"{path}?{one}" if one else path for one in filters]


def _show_http(spent: Spent, requests: int) -> None:
    markdown(
        f"a draw over HTTP ({CONNECTIONS} connections, {len(_targets())} filters in turn)",
        ["", "web", "PostgreSQL"],
        [
            [
                "CPU ms a draw",
                milliseconds(spent.cpu["web"], requests),
                milliseconds(spent.cpu["postgres"], requests),
            ],
            [
                "draws/s a core",
                per_core(spent.cpu["web"], requests),
                per_core(spent.cpu["postgres"], requests),
            ],
            ["WAL a draw, kB", "-", kilobytes(spent.wal / requests)],
        ],
    )
    print(f"\nwith all on this machine: {requests / spent.seconds:.0f} draws a second")
