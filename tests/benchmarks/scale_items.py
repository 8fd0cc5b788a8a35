"""What an item costs: CPU of worker, dispatcher and PostgreSQL, WAL, memory, tokens; and bytes that stay.

One worker process makes an order by the grammar engine, then one by the stub of a model that takes a
second a call. Bytes: tables and indexes before and after, divided by the rows that came; then answers,
reports and events of people; then a backup by pg_dump.
"""

from __future__ import annotations

import subprocess
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from generation import services
from generation.models import GenerationRequest, ModelUse
from problems import bulk, feedback
from problems.models import Problem, Report, Statement
from quizservice.embedded import postgres_binaries
from tests.benchmarks.measure import Options, throwaway_database
from tests.benchmarks.scale_measure import (
    Spent,
    ask,
    do,
    kilobytes,
    markdown,
    milliseconds,
    per_core,
    spending,
)
from tests.benchmarks.service import running
from tests.benchmarks.slots import Peak, watched
from tests.flows.stack import database_url, wait_for
from tests.stubs.openai_server import start_process

#: The writer, its slots, how many items warm the worker up, and how many are measured.
BY_RULES = ("rules", 8, 100, 600)
BY_MODEL = ("openai", 32, 100, 300)
LATENCY = 1.0  # seconds of a call
ANSWERS, REPORTS, EVENTS = 2000, 400, 400

_SIZES = """
    SELECT relname, pg_table_size(relid), pg_indexes_size(relid) FROM pg_stat_user_tables
"""


@dataclass(frozen=True)
class _Made:
    """An order that was made by one worker."""

    number: int
    spent: Spent
    peak: Peak
    rate: float
    calls: int
    tokens: tuple[int, int]
    bytes: Mapping[str, tuple[int, int]]


def run(options: Options) -> None:
    """Print what an item costs and what stays of it. Takes two minutes."""
    scale = 10 if options.short else 1
    with throwaway_database("quiz_benchmark_scale"):
        with start_process(f"--latency={LATENCY}", "--seed=1") as stub:
            # this process, which orders, needs a key like the worker
            settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = stub.url, "benchmark"
            made = {
                "rules": _made(options, *BY_RULES, scale),
                "model": _made(
                    options,
                    *BY_MODEL,
                    scale,
                    OPENAI_BASE_URL=stub.url,
                    OPENAI_API_KEY="benchmark",
                    OPENAI_MAX_CALLS=str(4 * BY_MODEL[1]),
                ),
            }
        _show_work(made)
        _show_bytes(made)
        _show_rest(scale)


def _submit(number: int, generator: str) -> list[GenerationRequest]:
    return [
        services.submit(
            services.Order(count=min(500, number - start), priority="bulk", generator=generator)
        )
        for start in range(0, number, 500)
    ]


def _made(
    options: Options,
    generator: str,
    slots: int,
    warm: int,
    number: int,
    scale: int,
    **environment: str,
) -> _Made:
    number //= scale
    with running(options, BULK_WORKER_SLOTS=str(slots), **environment) as stack:
        worker, dispatcher = stack.start("bulk_worker"), stack.start("dispatcher")
        _wait_for(_submit(warm, generator))
        do("VACUUM ANALYZE")
        do("CHECKPOINT")
        before, used = _bytes(), _used()
        with (
            watched(worker.pid) as peak,
            spending(worker=worker.pid, dispatcher=dispatcher.pid) as spent,
        ):
            requests = _submit(number, generator)
            _wait_for(requests)
    do("VACUUM ANALYZE")
    after, use = _bytes(), _used()
    return _Made(
        number=sum(request.generated_count for request in requests),
        spent=spent,
        peak=peak,
        rate=_rate(requests, slots),
        calls=use[0] - used[0],
        tokens=(use[1] - used[1], use[2] - used[2]),
        bytes={
            name: (size[0] - before[name][0], size[1] - before[name][1])
            for name, size in after.items()
        },
    )


def _wait_for(requests: list[GenerationRequest]) -> None:
    def ended() -> bool:
        for request in requests:
            request.refresh_from_db()
        return all(request.ended for request in requests)

    wait_for("the end of the orders", ended, timeout=900, every=0.2)


def _rate(requests: list[GenerationRequest], slots: int) -> float:
    """Items a second, from the end of the first set of slots to that of the last but one."""
    ends = sorted(
        at
        for request in requests
        for at in request.items.values_list("ended_at", flat=True)
        if at is not None
    )
    first, last = slots, len(ends) - slots - 1
    return (last - first) / ((ends[last] - ends[first]) / timedelta(seconds=1))


def _used() -> tuple[int, int, int]:
    found = ModelUse.objects.aggregate(
        calls=Sum("calls"), asked=Sum("input_tokens"), answered=Sum("output_tokens")
    )
    return found["calls"] or 0, found["asked"] or 0, found["answered"] or 0


def _bytes() -> dict[str, tuple[int, int]]:
    """Bytes of each table and of its indexes."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZES)
        return {name: (table, indexes) for name, table, indexes in cursor.fetchall()}


def _show_work(made: Mapping[str, _Made]) -> None:
    def row(name: str, *cells: object) -> list[object]:
        return [name, *cells]

    all_of = made.values()
    cpu = {
        process: [(one.spent.cpu[process], one.number) for one in all_of]
        for process in ("worker", "postgres")
    }
    slots = {"rules": BY_RULES[1], "model": BY_MODEL[1]}
    rows = [
        row(f"CPU ms of the {process} an item", *(milliseconds(*one) for one in cpu[process]))
        for process in cpu
    ]
    rows += [
        # it looks each second, whatever there is to do; its cost of an item: the part "publishing"
        row(
            "CPU ms of the dispatcher a second",
            *(milliseconds(one.spent.cpu["dispatcher"], one.spent.seconds) for one in all_of),
        ),
        row("items/s a core of workers", *(per_core(*one) for one in cpu["worker"])),
        row("items/s a core of PostgreSQL", *(per_core(*one) for one in cpu["postgres"])),
        row("items/s of this one process", *(f"{one.rate:.1f}" for one in all_of)),
        row("slots of it", *(slots[name] for name in made)),
        row("resident MiB of it", *(f"{one.peak.resident:.0f}" for one in all_of)),
        row("WAL an item, kB", *(kilobytes(one.spent.wal / one.number) for one in all_of)),
        row("calls an item", *(f"{one.calls / one.number:.2f}" for one in all_of)),
        row(
            "tokens an item, asked and answered",
            *(
                f"{one.tokens[0] / one.number:.0f} + {one.tokens[1] / one.number:.0f}"
                for one in all_of
            ),
        ),
    ]
    markdown(
        f"an item (a call of the model takes {LATENCY:g} s)",
        ["", "rules", "model (stub)"],
        rows,
    )


#: Tables by what they are for; what an item does not write is not shown.
_GROUPS = {
    "problem": ("problems_problem",),
    "its statements": ("problems_statement",),
    "its place in the serving order": ("problems_servestate", "problems_serveterm"),
    "its item in the order": ("generation_generationitem",),
}


def _show_bytes(made: Mapping[str, _Made]) -> None:
    rows = []
    for name, tables in [*_GROUPS.items(), ("all together", tuple(_all_tables(made)))]:
        cells = [
            kilobytes(sum(one.bytes[table][part] for table in tables) / one.number)
            for one in made.values()
            for part in (0, 1)
        ]
        rows.append([name, *cells])
    head = [f"{name}: {part}" for name in ("rules", "model") for part in ("table", "indexes")]
    markdown("kB that stay of an item", ["", *head], rows)


def _all_tables(made: Mapping[str, _Made]) -> list[str]:
    return list(next(iter(made.values())).bytes)


def _show_rest(scale: int) -> None:
    """Answers, reports, events; and a backup, for each problem."""
    ids = list(Problem.objects.live().values_list("id", flat=True)[:1000])
    before = _bytes()
    answers, reports = ANSWERS // scale, REPORTS // scale
    for number in range(answers):
        feedback.record_answer(
            ids[number % len(ids)], index=number % 4, learner=f"learner {number}"
        )
    for number in range(reports):
        feedback.report(
            ids[number % len(ids)],
            reason=Report.Reason.AMBIGUOUS,
            comment="Two of the sentences are right.",
            key_id=uuid.uuid4(),
        )
    events = bulk.tag(ids[: EVENTS // scale], add=["scale"], by="").changed
    do("VACUUM ANALYZE")
    after = _bytes()

    def grown(*tables: str) -> int:
        return sum(sum(after[name]) - sum(before[name]) for name in tables)

    problems = Problem.objects.count()
    whole = int(ask("SELECT pg_database_size(current_database())"))
    markdown(
        "bytes of what people do, and of a backup",
        ["", "kB"],
        [
            [
                "an answer, with its count",
                kilobytes(grown("problems_answer", "problems_pickcount") / answers),
            ],
            ["a report", kilobytes(grown("problems_report") / reports)],
            [
                "a person's change of a problem (event)",
                kilobytes(grown("problems_problemevent") / events),
            ],
            [f"pg_dump -Fc, by problem ({problems} problems)", kilobytes(_backup() / problems)],
            ["the database, by problem", kilobytes(whole / problems)],
            ["statements a problem", f"{Statement.objects.count() / problems:.2f}"],
        ],
    )


def _backup() -> int:
    """Bytes of a compressed dump."""
    with tempfile.TemporaryDirectory(prefix="quiz-bench-") as folder:
        file = Path(folder) / "backup"
        program = str(postgres_binaries.find().directory / "pg_dump")
        subprocess.run([program, "-Fc", "-f", str(file), database_url()], check=True)
        return file.stat().st_size
