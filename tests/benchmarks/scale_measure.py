"""What the measurements for docs/scaling.md share: seconds of CPU, bytes of WAL, tables in Markdown.

CPU seconds for each unit of work hardly change when the machine does other work beside; rates do. So
ceilings are computed from CPU seconds: 1 / seconds for a core that does nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from django.db import connection

#: Tables that a draw writes.
SERVING = ("problems_servestate", "problems_serveterm", "problems_servecycle")


def ask(sql: str, values: Sequence[Any] | Mapping[str, Any] | None = None) -> Any:
    """The first column of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return row[0] if row else None


def do(sql: str, values: Sequence[Any] | Mapping[str, Any] | None = None) -> None:
    """Execute a statement that gives nothing back."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def cpu_of(process: psutil.Process) -> float:
    """CPU seconds of a process and all its children, those that ended included."""
    try:
        times = process.cpu_times()
        children = process.children()
    except psutil.NoSuchProcess:
        return 0.0
    own = times.user + times.system + times.children_user + times.children_system
    return own + sum(map(cpu_of, children))


def postgres() -> psutil.Process:
    """The server that Django's connection is on; it has to run on this machine."""
    data = Path(str(ask("SHOW data_directory")))
    return psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))


@dataclass
class Spent:
    """What a piece of work took: CPU seconds by process name, seconds of the clock, WAL, full pages."""

    cpu: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    wal: int = 0
    full_pages: int = 0


@contextmanager
def spending(**processes: int) -> Iterator[Spent]:
    """Measures the block: PostgreSQL as ``postgres``, and more processes by their ids.

    A process must live until the block ends.
    """
    watched = {"postgres": postgres()}
    watched |= {name: psutil.Process(pid) for name, pid in processes.items()}
    spent = Spent()
    position = ask("SELECT pg_current_wal_lsn()::text")
    pages = int(ask("SELECT wal_fpi FROM pg_stat_wal"))
    before = {name: cpu_of(process) for name, process in watched.items()}
    began = time.perf_counter()
    yield spent
    spent.seconds = time.perf_counter() - began
    spent.cpu = {name: cpu_of(process) - before[name] for name, process in watched.items()}
    spent.wal = int(ask("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), %s::pg_lsn)", [position]))
    spent.full_pages = int(ask("SELECT wal_fpi FROM pg_stat_wal")) - pages


@dataclass(frozen=True)
class Updates:
    """Updates of rows in some tables since the statistics began, and those that touched no index."""

    all: int
    hot: int
    dead: int


def updates(*tables: str) -> Updates:
    """What PostgreSQL counted for these tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(sum(n_tup_upd), 0), coalesce(sum(n_tup_hot_upd), 0),
                      coalesce(sum(n_dead_tup), 0)
                 FROM pg_stat_user_tables WHERE relname = ANY (%s)""",
            [list(tables)],
        )
        found = cursor.fetchone()
    return Updates(*map(int, found or (0, 0, 0)))


def milliseconds(seconds: float, number: float) -> str:
    """CPU milliseconds of one of ``number``."""
    return f"{1000 * seconds / number:.2f}"


def per_core(seconds: float, number: float) -> str:
    """How many a core gets through in a second that does nothing else."""
    return f"{number / seconds:,.0f}" if seconds > 0 else "-"


def kilobytes(size: float) -> str:
    """Thousands of bytes."""
    return f"{size / 1000:.1f}"


def markdown(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table as docs/scaling.md has it: the first column is words, the others are figures."""
    print(f"\n**{title}**\n")
    print("| " + " | ".join(head) + " |")
    print("|---|" + "--:|" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)
