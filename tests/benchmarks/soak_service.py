"""The soak of the whole service: items, and workers of the Procfile killed with -9 while they work.

What happened is read from the rows: each item has one end, each generated item one problem of its own,
no problem is without an item, and the requests' counters say the same.
"""

from __future__ import annotations

import time

from django.db.models import Count, Q, Sum

from generation import services
from generation.models import GenerationItem, GenerationRequest
from problems.models import Problem
from tests.benchmarks.measure import Options, table, throwaway_database
from tests.benchmarks.service import running
from tests.flows.soundness import all_ended, lag, published
from tests.flows.stack import Stack, wait_for

WORKERS = 3
SLOTS = 8
#: Seconds: a killed worker's items are taken back, and its unread messages published again, so soon.
SOON = {"ITEM_LEASE": "10", "REPUBLISH_AFTER": "15"}
#: Most problems of one order.
ORDER = 1000


def run(options: Options) -> None:
    print(
        f"\nsoak of the service: {options.tasks} items, {WORKERS} workers with {SLOTS} slots, "
        f"{options.kills} kill -9, {options.broker} broker"
    )
    with (
        throwaway_database(),
        running(options, BULK_WORKER_SLOTS=str(SLOTS), **SOON) as stack,
    ):
        for start in range(0, options.tasks, ORDER):
            count = min(ORDER, options.tasks - start)
            services.submit(services.Order(count=count, priority="bulk"))
        began = time.monotonic()
        _work(stack, options)
        table(("", "count"), [*_rows(stack), ("seconds", f"{time.monotonic() - began:.0f}")])


def _work(stack: Stack, options: Options) -> None:
    """Until every item has ended; one worker is killed and replaced after each part of them."""
    stack.start("dispatcher")
    workers = [f"worker{number}" for number in range(WORKERS)]
    for name in workers:
        stack.start("bulk_worker", name)
    for kill in range(1, options.kills + 1):
        part = options.tasks * kill // (options.kills + 1)
        wait_for(f"the end of {part} items", lambda part=part: _ended() >= part, every=0.05)  # type: ignore[misc]
        stack.kill(workers.pop(0))
        workers.append(f"worker{WORKERS + kill - 1}")
        stack.start("bulk_worker", workers[-1])
    wait_for("the end of all items", lambda: _ended() == options.tasks, timeout=300)
    wait_for("the end of all orders", all_ended)
    wait_for("the last commit", lambda: lag(stack) == 0)


def _ended() -> int:
    return GenerationItem.objects.filter(ended_at__isnull=False).count()


def _rows(stack: Stack) -> list[tuple[str, int]]:
    items = GenerationItem.objects.all()
    counts = items.aggregate(
        generated=Count("id", filter=Q(state="generated")),
        rejected=Count("id", filter=Q(state="rejected")),
        failed=Count("id", filter=Q(state="failed")),
        open=Count("id", filter=Q(ended_at=None)),
        of_their_own=Count("problem", distinct=True, filter=Q(state="generated")),
        attempts=Sum("attempt"),
    )
    counters = GenerationRequest.objects.aggregate(
        generated=Sum("generated_count"), rejected=Sum("rejected_count"), failed=Sum("failed_count")
    )
    total = items.count()
    return [
        ("items generated", counts["generated"]),
        ("items rejected as unfit", counts["rejected"]),
        ("items failed", counts["failed"]),
        ("lost: items without an end", counts["open"]),
        ("doubled: problems beyond one a generated item", _beyond(counts["of_their_own"])),
        ("generated items without a problem", counts["generated"] - counts["of_their_own"]),
        (
            "counters that differ from the rows",
            sum(counters[name] != counts[name] for name in counters),
        ),
        ("lag: messages not finished", lag(stack)),
        ("messages published beyond one an item", published(stack) - total),
        ("attempts beyond one an item", counts["attempts"] - total),
    ]


def _beyond(with_item: int) -> int:
    return Problem.objects.count() - with_item
