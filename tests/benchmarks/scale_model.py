"""The plan of docs/scaling.md, computed: what each load needs, and which resource is full first.

No clock and no database: the costs below were measured by the other parts, the rest is arithmetic and a
small simulation of a busy hour, second by second, whose chance is seeded. ``Costs`` is what to change when
the measurements change.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from tests.benchmarks.measure import Options
from tests.benchmarks.scale_measure import markdown

DAY, HOUR = 86_400, 3_600
#: A resource is planned to be this full in the busy hour at most.
FULL = 0.6
SEED = 8
#: What a draw has to wait for.
OF_DRAWS = ("web CPU", "PostgreSQL CPU", "WAL")


@dataclass(frozen=True)
class Costs:
    """What one unit costs, as measured on two cores. CPU in seconds, sizes in bytes."""

    web_draw: float = 0.0025  # CPU of web, over HTTP
    database_draw: float = 0.0028  # CPU of PostgreSQL, body included
    wal_draw: float = 4_400  # some minutes after a checkpoint
    worker_item: float = 0.153  # with a model
    database_item: float = 0.020
    dispatcher_item: float = 0.0001
    wal_item: float = 36_600
    calls_item: float = 4.04  # four, and what is judged; without faults
    asked_item: float = 3_083  # tokens
    answered_item: float = 235
    seconds_item: float = 6.0  # of a real model: a call and sometimes a second one
    bytes_item: float = 15_200  # tables and indexes
    price_asked: float = 0.15e-6  # dollars a token, as OPENAI_PRICES has them
    price_answered: float = 0.60e-6


@dataclass(frozen=True)
class Load:
    """What is asked of the service on a day. ``draws``: a second in the busy hour."""

    name: str
    draws: float
    problems: float  # a day

    @property
    def items(self) -> float:
        """Items a second; orders are spread over the day, because nobody waits for them."""
        return self.problems / DAY


@dataclass(frozen=True)
class Deployment:
    """What there is: cores that do one thing, and limits of others."""

    name: str
    web_cores: float
    database_cores: float
    wal_rate: float  # bytes a second that disk and replicas take
    worker_cores: float
    slots: int
    calls_a_minute: float
    tokens_a_minute: float
    dispatcher_cores: float = 1.0


DELIVERED = Deployment(
    name="as delivered, four cores",
    web_cores=1.5,
    database_cores=1.5,
    wal_rate=50e6,
    worker_cores=1.0,
    slots=16,
    calls_a_minute=500,
    tokens_a_minute=200_000,
)
LOADS = (
    Load("10 draws/s", 10, 1_000),
    Load("100 draws/s", 100, 10_000),
    Load("10,000 draws/s", 10_000, 100_000),
    Load("a million problems a day", 100, 1_000_000),
)


def wants(load: Load, costs: Costs) -> dict[str, float]:
    """What a load takes of each resource in a second of the busy hour, in the resource's own unit."""
    tokens = costs.asked_item + costs.answered_item
    return {
        "web CPU": load.draws * costs.web_draw,
        "PostgreSQL CPU": load.draws * costs.database_draw + load.items * costs.database_item,
        "WAL": load.draws * costs.wal_draw + load.items * costs.wal_item,
        "worker CPU": load.items * costs.worker_item,
        "worker slots": load.items * costs.seconds_item,
        "model calls": load.items * costs.calls_item * 60,
        "model tokens": load.items * tokens * 60,
        "dispatcher CPU": load.items * costs.dispatcher_item,
    }


def has(deployment: Deployment) -> dict[str, float]:
    """What there is of each resource."""
    return {
        "web CPU": deployment.web_cores,
        "PostgreSQL CPU": deployment.database_cores,
        "WAL": deployment.wal_rate,
        "worker CPU": deployment.worker_cores,
        "worker slots": deployment.slots,
        "model calls": deployment.calls_a_minute,
        "model tokens": deployment.tokens_a_minute,
        "dispatcher CPU": deployment.dispatcher_cores,
    }


def fullness(load: Load, deployment: Deployment, costs: Costs) -> dict[str, float]:
    """How full each resource is: 1 is all of it, more cannot be served."""
    there = has(deployment)
    return {name: want / there[name] for name, want in wants(load, costs).items()}


def fitting(load: Load, costs: Costs) -> Deployment:
    """The deployment in which nothing is fuller than ``FULL`` in the busy hour."""
    want = wants(load, costs)
    return Deployment(
        name=f"for {load.name}",
        web_cores=max(1, math.ceil(want["web CPU"] / FULL)),
        database_cores=max(2, math.ceil(want["PostgreSQL CPU"] / FULL)),
        wal_rate=max(20e6, want["WAL"] / FULL),
        worker_cores=max(1, math.ceil(want["worker CPU"] / FULL)),
        slots=max(8, 8 * math.ceil(want["worker slots"] / FULL / 8)),
        calls_a_minute=max(500, want["model calls"] / FULL),
        tokens_a_minute=max(200_000, want["model tokens"] / FULL),
        dispatcher_cores=1,
    )


def first_full(load: Load, deployment: Deployment, costs: Costs) -> tuple[str, float]:
    """The resource that limits, and how many times the load it would carry."""
    name, share = max(fullness(load, deployment, costs).items(), key=lambda one: one[1])
    return name, 1 / share


def _arrivals(mean: float, chance: random.Random) -> Iterator[float]:
    """Units that arrive in each second of the hour: a wave of its own, and chance."""
    for second in range(HOUR):
        wave = 1 + 0.3 * math.sin(2 * math.pi * second / 600)
        expected = mean * wave
        yield max(0.0, chance.gauss(expected, math.sqrt(expected)))


def simulate(load: Load, deployment: Deployment, costs: Costs) -> dict[str, float]:
    """The longest wait in seconds at each resource in a busy hour.

    Fluid queues in one-second steps: what a resource cannot do in a second waits for the next. The load of
    draws and items comes in waves of ten minutes, with the chance of single callers added.
    """
    chance = random.Random(SEED)
    there = has(deployment)
    per_draw = wants(Load("", 1, 0), costs)
    per_item = wants(Load("", 0, DAY), costs)
    waiting = dict.fromkeys(there, 0.0)
    longest = dict.fromkeys(there, 0.0)
    arrivals = zip(_arrivals(load.draws, chance), _arrivals(load.items, chance), strict=True)
    for draws, items in arrivals:
        for name, capacity in there.items():
            come = draws * per_draw[name] + items * per_item[name]
            waiting[name] = max(0.0, waiting[name] + come - capacity)
            longest[name] = max(longest[name], waiting[name] / capacity)
    return longest


def run(options: Options) -> None:
    """Print the costs that it reckons with, what the deployment as delivered does, and what fits."""
    costs = Costs()
    markdown(
        "what the plan reckons with",
        ["", "a unit"],
        [[one.name, f"{getattr(costs, one.name):g}"] for one in fields(costs)],
    )
    _show_delivered(costs)
    _show_fitting(costs)
    _show_money(costs)


def _show_delivered(costs: Costs) -> None:
    shares = {load.name: fullness(load, DELIVERED, costs) for load in LOADS}
    rows: list[list[str]] = [
        [name, *(_percent(shares[load.name][name]) for load in LOADS)] for name in has(DELIVERED)
    ]
    rows.append(["full first", *(first_full(load, DELIVERED, costs)[0] for load in LOADS)])
    markdown(f"how full: {DELIVERED.name}", ["", *(load.name for load in LOADS)], rows)


def _show_fitting(costs: Costs) -> None:
    plans = {load: fitting(load, costs) for load in LOADS}

    def row(name: str, *cells: object) -> list[object]:
        return [name, *cells]

    waits = {load: simulate(load, plan, costs) for load, plan in plans.items()}
    markdown(
        f"what fits (at most {FULL:.0%} full in the busy hour)",
        ["", *(load.name for load in LOADS)],
        [
            row("cores of web", *(f"{one.web_cores:g}" for one in plans.values())),
            row("cores of PostgreSQL", *(f"{one.database_cores:g}" for one in plans.values())),
            row("WAL, MB/s", *(f"{wants(load, costs)['WAL'] / 1e6:.1f}" for load in plans)),
            row("cores of workers", *(f"{one.worker_cores:g}" for one in plans.values())),
            row("slots of workers", *(one.slots for one in plans.values())),
            row("worker processes of 8 slots", *(one.slots // 8 for one in plans.values())),
            row("partitions", *(max(24, 4 * one.slots // 8) for one in plans.values())),
            row("calls a minute", *(f"{wants(load, costs)['model calls']:,.0f}" for load in plans)),
            row(
                "tokens a minute", *(f"{wants(load, costs)['model tokens']:,.0f}" for load in plans)
            ),
            row("full first, next", *(_next(load, plan, costs) for load, plan in plans.items())),
            row(
                "longest wait of a draw in the simulated hour, s",
                *(f"{max(found[name] for name in OF_DRAWS):.1f}" for found in waits.values()),
            ),
            row(
                "longest wait of an item, s",
                *(f"{max(found.values()):.1f}" for found in waits.values()),
            ),
        ],
    )


def _next(load: Load, plan: Deployment, costs: Costs) -> str:
    name, times = first_full(load, plan, costs)
    return f"{name} at {times:.1f} times"


def _show_money(costs: Costs) -> None:
    dollars = costs.asked_item * costs.price_asked + costs.answered_item * costs.price_answered
    tokens = costs.asked_item + costs.answered_item
    problems: Mapping[str, float] = {load.name: load.problems for load in LOADS}
    markdown(
        "problems, tokens, money, disk",
        ["", *problems],
        [
            ["problems a day", *(f"{one:,.0f}" for one in problems.values())],
            ["calls a day", *(f"{one * costs.calls_item:,.0f}" for one in problems.values())],
            ["tokens a day", *(f"{one * tokens / 1e6:,.1f} million" for one in problems.values())],
            ["US dollars a day", *(f"{one * dollars:,.2f}" for one in problems.values())],
            [
                "GB a year in PostgreSQL",
                *(f"{one * 365 * costs.bytes_item / 1e9:,.0f}" for one in problems.values()),
            ],
        ],
    )


def _percent(share: float) -> str:
    return f"{share:.1%}" if share < 1 else f"**{share:,.1f} times**"
