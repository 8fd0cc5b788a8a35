"""What the benchmarks share: a throw-away database, and ratios of paired runs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, connections


@contextmanager
def throwaway_database(name: str = "quiz_benchmark") -> Iterator[None]:
    """Django's connection on a migrated database of its own, dropped at the end."""
    creation = connection.creation
    before = connection.settings_dict["NAME"]
    connection.settings_dict.setdefault("TEST", {})["NAME"] = name
    created = creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        call_command("load_verbs", verbosity=0)
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = created
        creation.destroy_test_db(before, verbosity=0)


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def paired(ours: Callable[[], object], peer: Callable[[], object], pairs: int) -> list[float]:
    """Ratios ours/peer of the time of each, run in turn so that both see the same machine."""
    return [seconds(ours) / seconds(peer) for _ in range(pairs)]


def summary(ratios: Sequence[float]) -> str:
    return f"median {statistics.median(ratios):.2f}  (min {min(ratios):.2f}, max {max(ratios):.2f})"
