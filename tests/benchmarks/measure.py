"""What the benchmarks share: options, a throw-away database, ratios of runs in turn, small tables."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.core.management import call_command
from django.db import connection, connections

from quizservice import listening
from tests.brokers import AnyBroker

T = TypeVar("T")


@dataclass(frozen=True)
class Options:
    """What the command line says, and the broker that runs.

    ``short``: smaller numbers, for a first look. ``full``: the largest pools too. ``problems``: for draw.
    ``tasks``, ``kills``: for soak. ``parts``: of scale.
    """

    server: AnyBroker
    broker: str = "development"
    short: bool = False
    full: bool = False
    problems: int = 100_000
    tasks: int = 5000
    kills: int = 8
    parts: tuple[str, ...] = ()


@contextmanager
def throwaway_database(name: str = "quiz_benchmark") -> Iterator[None]:
    """Django's connection on a migrated database of its own, dropped at the end."""
    creation = connection.creation
    before = connection.settings_dict["NAME"]
    connection.settings_dict.setdefault("TEST", {})["NAME"] = name
    created = creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    listening.stop()  # to the database before: what is read now begins to listen to the new one
    try:
        call_command("load_verbs", verbosity=0)
        yield
    finally:
        listening.stop()
        connections.close_all()
        connection.settings_dict["NAME"] = created
        creation.destroy_test_db(before, verbosity=0)


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turn(actions: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """What each action returns in each round, run in turn so that all see the same machine."""
    found: dict[str, list[T]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            found[name].append(action())
    return found


def ratios(ours: Sequence[float], peer: Sequence[float]) -> list[float]:
    """ours/peer, round by round."""
    return [one / other for one, other in zip(ours, peer, strict=True)]


def summary(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows below a head; the first column is words, the others are figures."""
    lines = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for first, *rest in lines:
        figures = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        print("  " + "   ".join([first.ljust(widths[0]), *figures]), flush=True)
