"""What one dispatcher can do: items published a second, and its questions while many items wait.

No worker runs, so everything that is published stays; the window is as large as what is measured. Then
each question that the dispatcher (and ``/ready``) asks again and again, timed with few and many waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Model

from generation import services, standing, upkeep
from generation.models import GenerationItem, GenerationRequest
from tests.benchmarks.measure import Options, throwaway_database
from tests.benchmarks.scale_measure import (
    Spent,
    ask,
    do,
    markdown,
    milliseconds,
    per_core,
    spending,
)
from tests.benchmarks.service import running
from tests.flows.stack import wait_for

FEW, MANY, MOST = 10_000, 100_000, 1_000_000
PUBLISHED = 5_000
ORDER = 1_000
#: How often each question is asked: the kernel counts CPU in hundredths of a second.
TIMES = 20

# Copies of one order with its item: what waits does not depend on what is planned.
_REQUESTS = """
    INSERT INTO generation_generationrequest ({columns})
    SELECT {values} FROM generation_generationrequest r, generate_series(1, %(orders)s)
     WHERE r.id = %(like)s
"""
_ITEMS = """
    INSERT INTO generation_generationitem ({columns})
    SELECT {values}
      FROM generation_generationitem i, generation_generationrequest r,
           generate_series(0, %(order)s - 1) n
     WHERE i.request_id = %(like)s AND r.id <> %(like)s
"""


@dataclass(frozen=True)
class _Waiting:
    """What was measured while ``waiting`` items waited."""

    waiting: int
    spent: Spent
    seconds: float
    questions: dict[str, float]  # milliseconds of CPU


def run(options: Options) -> None:
    """Print what publishing costs, few items waiting and many. Takes a minute, with ``--full`` three."""
    sizes = [FEW, MOST if options.full else MANY]
    found = [_measure(options, size) for size in sizes[: 1 if options.short else None]]
    heads = [f"{one.waiting:,} wait" for one in found]
    markdown(
        f"one dispatcher, {PUBLISHED} items published",
        ["", *heads],
        [
            ["items published a second", *(f"{PUBLISHED / one.seconds:,.0f}" for one in found)],
            [
                "CPU ms of the dispatcher an item",
                *(milliseconds(one.spent.cpu["dispatcher"], PUBLISHED) for one in found),
            ],
            [
                "CPU ms of PostgreSQL an item",
                *(milliseconds(one.spent.cpu["postgres"], PUBLISHED) for one in found),
            ],
            [
                "items/s a core of the dispatcher",
                *(per_core(one.spent.cpu["dispatcher"], PUBLISHED) for one in found),
            ],
        ],
    )
    markdown(
        "its questions, CPU ms of PostgreSQL",
        ["", *heads],
        [[name, *(f"{one.questions[name]:.1f}" for one in found)] for name in found[0].questions],
    )


def _measure(options: Options, waiting: int) -> _Waiting:
    with throwaway_database("quiz_benchmark_scale"):
        _fill(waiting)
        questions = _questions()
        with running(options, PUBLISH_WINDOW=str(PUBLISHED)) as stack:
            dispatcher = stack.start("dispatcher")
            wait_for("its first message", lambda: _published() > 0, every=0.02)
            with spending(dispatcher=dispatcher.pid) as spent:
                done = _published()
                wait_for("the messages", lambda: _published() >= PUBLISHED, every=0.05)
            left = PUBLISHED - done
        took = float(
            ask(
                """SELECT extract(epoch FROM max(published_at) - min(published_at))
                     FROM generation_generationitem WHERE state = 'published'"""
            )
        )
    scaled = {name: one * PUBLISHED / left for name, one in spent.cpu.items()}
    return _Waiting(waiting, Spent(scaled, spent.seconds), took, questions)


def _fill(waiting: int) -> None:
    like = services.submit(services.Order(count=1, priority="bulk", generator="rules"))
    values = {"like": like.id, "order": ORDER, "orders": waiting // ORDER}
    do(_copying(_REQUESTS, GenerationRequest, "r", {"requested_count": "%(order)s"}), values)
    do(
        _copying(_ITEMS, GenerationItem, "i", {"request_id": "r.id", "position": "n"}),
        values,
    )
    do("VACUUM ANALYZE")


def _copying(sql: str, model: type[Model], name: str, given: Mapping[str, str]) -> str:
    """The statement with all columns: copied from the row ``name``, but for the id and those given."""
    columns = [str(field.column) for field in model._meta.concrete_fields]
    instead = {"id": "gen_random_uuid()", **given}
    values = [instead.get(column, f"{name}.{column}") for column in columns]
    return sql.format(columns=", ".join(columns), values=", ".join(values))


def _published() -> int:
    return GenerationItem.objects.filter(state="published").count()


def _questions() -> dict[str, float]:
    lost = timedelta(seconds=settings.REPUBLISH_AFTER)
    items = GenerationItem.objects
    asked: dict[str, Callable[[], object]] = {
        "how many are in flight": lambda: items.in_flight("bulk").count(),
        "the next 500 that are due": lambda: list(items.due("bulk").values_list("id")[:500]),
        "what was published and not claimed": lambda: list(items.unclaimed("bulk", lost)),
        "leases that are over": upkeep.free_abandoned_items,
        "orders that are overdue": upkeep.expire_overdue_requests,
        "items of orders that ended early": upkeep.drop_items_of_ended_requests,
        "the age of the oldest that waits (/ready)": upkeep.oldest_waiting_age,
        "what runs (the console's home)": standing.running,
        "items by state (telemetry)": lambda: list(_by_state()),
    }
    return {name: _milliseconds(action) for name, action in asked.items()}


def _by_state() -> list[tuple[str, int]]:
    open_states = [*GenerationItem.NOT_BEGUN, GenerationItem.State.PROCESSING]
    rows = GenerationItem.objects.filter(state__in=open_states).order_by()
    return list(rows.values_list("state", "priority").annotate(Count("id")))


def _milliseconds(action: Callable[[], object]) -> float:
    """CPU of PostgreSQL for one time."""
    action()
    with spending() as spent:
        for _ in range(TIMES):
            action()
    return 1000 * spent.cpu["postgres"] / TIMES
