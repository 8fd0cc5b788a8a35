"""The instruments of this service by name: what code counts, times and traces with.

Without telemetry they do next to nothing, and no package of OpenTelemetry is loaded.
``quizservice.telemetry`` binds them when it is on; what each means stands in ``quizservice.catalogue``.

A counter counts in memory, at less than a microsecond, and is read at each export: the SDK's own counters
take as long as half a draw.
"""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from quizservice.catalogue import CATALOGUE, By, Definition, Kind, prometheus_name
from quizservice.tracing import span

if TYPE_CHECKING:
    from opentelemetry.metrics import CallbackOptions, Histogram, Meter, Observation

__all__ = [
    "CATALOGUE",
    "Counter",
    "Gauge",
    "Measured",
    "Timer",
    "bind",
    "prometheus_name",
    "span",
    "unbind",
]

#: A value with its attributes.
Measured = tuple[float, Mapping[str, str]]
#: Combinations of attributes that a counter tells apart; what comes after them counts as ``other``.
MOST = 2000
OTHER = "other"

# Which kinds of processes report what begins at zero.
_KINDS = {
    By.WEB: {"web"},
    By.WORKER: {"worker"},
    By.LEADER: {"dispatcher"},
    By.DISPATCHER: {"dispatcher"},
}


class _Instrument:
    """What all instruments share. ``on``: whether telemetry is; callers can spare themselves work."""

    def __init__(self, name: str) -> None:
        self.definition: Definition = CATALOGUE[name]
        self.on = False
        self._names = tuple(self.definition.attributes)

    def _key(self, attributes: Mapping[str, str]) -> tuple[str, ...]:
        """The attributes' values in the catalogue's order. Raises TypeError for other attributes."""
        try:
            key = tuple([str(attributes[name]) for name in self._names])
        except KeyError:
            key = ()
        if len(key) != len(attributes):
            raise TypeError(
                f"{self.definition.name} has the attributes {', '.join(self._names)}, "
                f"not {', '.join(attributes)}"
            )
        return key


class Counter(_Instrument):
    """Something that happens again and again. Safe under threads and forks."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, ...], float] = {}

    def add(self, amount: float, **attributes: str) -> None:
        """Count so much more; nothing without telemetry."""
        if not self.on:
            return
        key = self._key(attributes)
        with self._lock:
            if key not in self._counts and len(self._counts) >= MOST:
                key = (OTHER,) * len(key)
            self._counts[key] = self._counts.get(key, 0) + amount

    def measured(self) -> list[Measured]:
        """What was counted, by attributes."""
        with self._lock:
            counts = list(self._counts.items())
        return [(count, dict(zip(self._names, key, strict=True))) for key, count in counts]

    def _begin_at_zero(self) -> None:
        """Know each combination of values that are few and fixed."""
        values = self.definition.values
        if set(values) == set(self._names):
            for key in itertools.product(*(values[name] for name in self._names)):
                with self._lock:
                    self._counts.setdefault(key, 0)


class Timer(_Instrument):
    """Seconds that things take, as a histogram."""

    _histogram: Histogram | None = None

    def record(self, seconds: float, **attributes: str) -> None:
        """One more; nothing without telemetry."""
        # read once: the end of a process takes it away while other threads still work
        if (histogram := self._histogram) is not None:
            names = zip(self._names, self._key(attributes), strict=True)
            histogram.record(seconds, dict(names))


class Gauge(_Instrument):
    """Something that stands at a value, or was counted elsewhere; read at each export.

    What reads it runs in the thread that exports: it must neither wait nor ask the database. What it does
    not give is not reported: absent is better than old or made up.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._read: Callable[[], Iterable[Measured]] | None = None

    def read_with(self, read: Callable[[], Iterable[Measured]] | None) -> None:
        """Read the values so; None: report nothing any more."""
        self._read = read

    def measured(self) -> list[Measured]:
        """The values now."""
        read = self._read
        return [] if read is None else list(read())


# --- ours, by name --------------------------------------------------------------------------------

items = Gauge("quiz.items")
oldest_waiting = Gauge("quiz.items.oldest_waiting")
items_ended = Counter("quiz.items.ended")
attempts = Counter("quiz.item.attempts")
item_duration = Timer("quiz.item.duration")
stage_duration = Timer("quiz.item.stage.duration")
model_calls = Counter("quiz.model.calls")
model_tokens = Counter("quiz.model.tokens")
model_cost = Counter("quiz.model.cost")
budget_used = Gauge("quiz.budget.used")
statements = Counter("quiz.statements")
draws = Counter("quiz.draws")
empty_draws = Counter("quiz.draws.empty")
pool_stock = Gauge("quiz.pool.stock")
pool_fresh = Gauge("quiz.pool.fresh")
cache_lookups = Gauge("quiz.cache.lookups")
keys_refused = Counter("quiz.keys.refused")
kafka_lag = Gauge("quiz.kafka.lag")
publish_duration = Timer("quiz.publish.duration")
published = Counter("quiz.publish.messages")
live_processes = Gauge("quiz.processes")
broker_up = Gauge("quiz.broker.up")
leading = Gauge("quiz.dispatcher.leading")

_ALL: tuple[Counter | Timer | Gauge, ...] = (
    *(items, oldest_waiting, items_ended, attempts, item_duration, stage_duration),
    *(model_calls, model_tokens, model_cost, budget_used, statements),
    *(draws, empty_draws, pool_stock, pool_fresh, cache_lookups, keys_refused),
    *(kafka_lag, publish_duration, published, live_processes, broker_up, leading),
)


def bind(meter: Meter, kind: str) -> None:
    """Report through a meter from now on. ``kind``: of this process, as ``telemetry.start`` knows it."""
    for one in _ALL:
        what = one.definition
        described = {"unit": what.unit, "description": what.description}
        if isinstance(one, Timer):
            bounds = list(what.buckets)
            one._histogram = meter.create_histogram(
                what.name, **described, explicit_bucket_boundaries_advisory=bounds
            )
        elif what.kind is Kind.GAUGE:
            meter.create_observable_gauge(what.name, [_callback(one)], **described)
        else:
            meter.create_observable_counter(what.name, [_callback(one)], **described)
        if isinstance(one, Counter) and kind in _KINDS.get(what.by, ()):
            one._begin_at_zero()
        one.on = True


def unbind() -> None:
    """Report nothing any more, and forget what was counted: at the end of a test, and in a forked child."""
    for one in _ALL:
        one.on = False
        if isinstance(one, Timer):
            one._histogram = None
        if isinstance(one, Counter):
            one.forget()


def _callback(one: Counter | Gauge) -> Callable[[CallbackOptions], list[Observation]]:
    from opentelemetry.metrics import Observation

    def observe(_: CallbackOptions) -> list[Observation]:
        if not one.on:
            return []
        return [Observation(value, dict(attributes)) for value, attributes in one.measured()]

    return observe


# in a forked child the counts are the parent's to report, and another thread may have held a lock
os.register_at_fork(after_in_child=unbind)


# --- spans, and stages of an item -----------------------------------------------------------------


@contextmanager
def stage(name: str, *, generator: str) -> Iterator[None]:
    """A stage of the work on an item (see ``catalogue.STAGES``): its span, and its seconds by writer."""
    begun = time.monotonic()
    try:
        with span(f"quiz.item.{name}", generator=generator):
            yield
    finally:
        stage_duration.record(time.monotonic() - begun, stage=name, generator=generator)
