"""How much waits, is held and is used, for telemetry: told by the dispatcher that leads.

A thread of its own looks at the database now and then, each look with a deadline. What an export reads is
what was found last, so that it neither waits nor asks. What could not be looked at is not told: absent is
better than old.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import Count
from django.db.models.functions import Now

from generation import spending
from generation.french.cells import can_be_written
from generation.models import GenerationRequest
from problems import stock
from quizservice import instruments, processes, tracing
from quizservice.instruments import Measured
from quizservice.models import Process
from verbs.french.vocabulary import Focus, Level, Tense

logger = logging.getLogger(__name__)

#: Longest time in seconds between two looks; shorter where exports are more frequent.
INTERVAL = 10.0
#: Seconds after which what was found is not told any more.
OLD = 30.0
#: Milliseconds that one statement of a look may take.
_PATIENCE = 5000
_STATES = ("waiting", "published", "processing")

# Each part reads the partial index of its state. An item that nobody has begun waits since it was ordered,
# or since its next attempt was due or published. What is paused waits for nobody.
_ITEMS = """
    WITH paused AS (
        SELECT request.id FROM generation_generationrequest request
          JOIN generation_pause pause ON pause.generator IN ('', request.generator)
         WHERE request.status IN ('pending', 'processing')
    )
    SELECT priority, 'waiting', count(*),
           extract(epoch FROM now() - min(coalesce(not_before,
                   CASE WHEN attempt > 0 THEN published_at END, created_at))
               FILTER (WHERE coalesce(not_before <= now(), true)
                         AND request_id NOT IN (SELECT id FROM paused)))::float8
      FROM generation_generationitem WHERE state = 'waiting' GROUP BY priority
    UNION ALL
    SELECT priority, 'published', count(*),
           extract(epoch FROM now() - min(CASE WHEN attempt > 0 THEN published_at ELSE created_at END)
               FILTER (WHERE request_id NOT IN (SELECT id FROM paused)))::float8
      FROM generation_generationitem WHERE state = 'published' GROUP BY priority
    UNION ALL
    SELECT priority, 'processing', count(*), NULL
      FROM generation_generationitem WHERE state = 'processing' GROUP BY priority
"""

#: What a look found, by gauge.
Found = Mapping[instruments.Gauge, Iterable[Measured]]
Look = Callable[[], Found]


def items() -> Found:
    """Items that have not ended, and for how many seconds the oldest of those that could be made waits."""
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS)
        rows = cursor.fetchall()
    counted = Counter({(priority, state): number for priority, state, number, _ in rows})
    oldest: dict[str, float] = defaultdict(float)
    for priority, _, _, seconds in rows:
        oldest[priority] = max(oldest[priority], seconds or 0.0)
    priorities = GenerationRequest.Priority.values
    return {
        instruments.items: [
            (counted[priority, state], {"priority": priority, "state": state})
            for priority in priorities
            for state in _STATES
        ],
        instruments.oldest_waiting: [
            (oldest[priority], {"priority": priority}) for priority in priorities
        ],
    }


def budget() -> Found:
    """The shares of the day's budgets that are used; of those that are set."""
    most_tokens, most_cost = settings.OPENAI_DAILY_TOKENS, settings.OPENAI_DAILY_COST
    if not (most_tokens or most_cost):
        return {}
    used = spending.todays_use()
    shares: list[Measured] = []
    if most_tokens:
        shares.append((used.tokens / most_tokens, {"kind": "tokens"}))
    if most_cost:
        shares.append((float(used.cost) / most_cost, {"kind": "cost"}))
    return {instruments.budget_used: shares}


def pool() -> Found:
    """Live problems by focus, tense and level, with zeros for what could be there and is not."""
    held = {cell: stock.Holding() for cell in _cells()}
    for shelf in stock.stock().shelves:
        for tense in shelf.tenses:
            cell = shelf.focus, tense, shelf.level
            held[cell] = held.get(cell, stock.Holding()) + shelf.holding
    named = [
        (holding, {"focus": focus, "tense": tense, "level": level})
        for (focus, tense, level), holding in held.items()
    ]
    return {
        instruments.pool_stock: [(holding.live, cell) for holding, cell in named],
        instruments.pool_fresh: [(holding.never_served, cell) for holding, cell in named],
    }


def _cells() -> Iterable[tuple[str, str, str]]:
    return (
        (focus.value, tense.value, level.value)
        for focus in Focus
        for tense in Tense
        for level in Level
        if can_be_written(focus, tense, level)
    )


def live() -> Found:
    """Live processes by kind."""
    rows = Process.objects.filter(last_seen_at__gt=Now() - processes.LIVE).values_list("kind")
    counted = dict(rows.annotate(number=Count("id")))
    return {
        instruments.live_processes: [
            (counted.get(kind, 0), {"kind": kind}) for kind in Process.Kind.values
        ]
    }


@dataclass(frozen=True, slots=True)
class Dispatching:
    """What a dispatcher knows itself: whether it leads, whether the broker answers, the lag by priority.

    None: it does not know.
    """

    leads: Callable[[], bool | None]
    broker: Callable[[], bool | None]
    lag: Callable[[], Mapping[str, int] | None]


class Gauges:
    """Feeds the gauges from ``start`` to ``stop``; where it does not lead, only with that."""

    def __init__(self, dispatching: Dispatching) -> None:
        self._own = dispatching
        self._found: dict[Look, tuple[float, Found]] = {}
        self._failing: set[Look] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gauges", daemon=True)

    def start(self) -> Gauges:
        """Begin; without telemetry nothing is looked at."""
        if not instruments.items.on:
            return self
        for gauge, look in _LOOKED_AT.items():
            gauge.read_with(partial(self._read, gauge, look))
        instruments.leading.read_with(self._leading)
        instruments.broker_up.read_with(self._broker)
        instruments.kafka_lag.read_with(self._lag)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Tell nothing any more."""
        for gauge in (*_LOOKED_AT, *_KNOWN):
            gauge.read_with(None)
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=1)

    def look(self) -> None:
        """Look once at everything; what cannot be read is told no more, and the rest goes on."""
        for look in dict.fromkeys(_LOOKED_AT.values()):
            try:
                with tracing.untraced(), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(f"SET LOCAL statement_timeout = {_PATIENCE}")
                    found = look()
            except Error as error:
                self._found.pop(look, None)
                if look not in self._failing:  # said once, not at each look
                    reason = str(error).partition("\n")[0]
                    logger.warning("no figures of %s for telemetry: %s", look.__name__, reason)
                self._failing.add(look)
            else:
                self._found[look] = time.monotonic(), found
                self._failing.discard(look)

    def _read(self, gauge: instruments.Gauge, look: Look) -> Iterable[Measured]:
        at, found = self._found.get(look, (0.0, {}))
        fresh = self._own.leads() and time.monotonic() - at < OLD
        return found.get(gauge, ()) if fresh else ()

    def _leading(self) -> Iterable[Measured]:
        leads = self._own.leads()
        return [] if leads is None else [(int(leads), {})]

    def _broker(self) -> Iterable[Measured]:
        up = self._own.broker() if self._own.leads() else None
        return [] if up is None else [(int(up), {})]

    def _lag(self) -> Iterable[Measured]:
        lag = self._own.lag() if self._own.leads() else None
        return [(number, {"priority": priority}) for priority, number in (lag or {}).items()]

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                if self._own.leads():
                    try:
                        self.look()
                    except Exception:  # the thread must outlive a look that cannot be made
                        logger.exception("the figures for telemetry could not be made")
                    connection.close()  # one of its own every few seconds, none in between
                self._stop.wait(interval())
        finally:
            connection.close()


_LOOKED_AT: Mapping[instruments.Gauge, Look] = {
    instruments.items: items,
    instruments.oldest_waiting: items,
    instruments.budget_used: budget,
    instruments.pool_stock: pool,
    instruments.pool_fresh: pool,
    instruments.live_processes: live,
}
_KNOWN = (instruments.leading, instruments.broker_up, instruments.kafka_lag)


def interval() -> float:
    """Seconds between two looks: as often as OpenTelemetry exports by its own setting, within bounds."""
    text = os.environ.get("OTEL_METRIC_EXPORT_INTERVAL", "")
    milliseconds = int(text) if text.isascii() and text.isdecimal() else 60_000
    return min(INTERVAL, max(0.2, milliseconds / 1000))
