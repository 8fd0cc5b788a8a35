"""The metrics of this service: what each is called, what it counts, and by what.

One table, from which the instruments are made (``quizservice.instruments``), and which documentation,
dashboards and tests read. Names are OpenTelemetry's; ``prometheus_name`` says what Prometheus calls them.

Few and fixed values stand behind every attribute: no ids, no texts. What comes from outside is cut down to
known names before it is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """How a metric behaves. What is observed is read at each export; the others count as things happen."""

    COUNTER = "counter"
    OBSERVED_COUNTER = "observable counter"
    GAUGE = "observable gauge"
    HISTOGRAM = "histogram"


class By(StrEnum):
    """Which processes report a metric."""

    WEB = "web"
    WORKER = "worker"
    LEADER = "the dispatcher that leads"
    DISPATCHER = "dispatcher"
    EVERY = "every process"
    MAKERS = "worker and dispatcher"
    ENDERS = "worker, dispatcher, web and command"


@dataclass(frozen=True, slots=True)
class Definition:
    """A metric: ``attributes`` are the names of its attributes with what each holds.

    ``values``: of attributes whose values are known beforehand. A counter of which all are begins at zero
    for each in the processes that report it (``by``), so that a first event is seen as a rise.
    ``buckets``: upper bounds of a histogram, in its unit.
    """

    name: str
    kind: Kind
    unit: str
    description: str
    by: By
    attributes: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    buckets: tuple[float, ...] = ()


#: Seconds of one look at a fast thing, such as a request or a publish.
QUICK: Final = (
    *(0.0005, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.03, 0.05, 0.1),
    *(0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
#: Seconds of work on an item: milliseconds by the engine, minutes by a slow model, hours in a queue.
SLOW: Final = (
    *(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0),
    *(300.0, 900.0, 3600.0, 14_400.0),
)
#: Buckets for histograms of libraries, by metric: a draw takes milliseconds, and their own are too coarse.
LIBRARY_BUCKETS: Final[Mapping[str, tuple[float, ...]]] = {
    "http.server.request.duration": QUICK,
    "db.client.operation.duration": QUICK,
    "http.client.request.duration": SLOW,
}

STAGES: Final = ("wait", "write", "judge", "repair", "rewrite", "store")
REASONS: Final = (
    *("missing", "malformed", "unknown", "revoked", "expired"),
    *("guessing", "address", "scope", "rate"),
)
OUTCOMES_OF_ATTEMPTS: Final = ("generated", "rejected", "failed", "waiting", "claim lost")
OUTCOMES_OF_CALLS: Final = ("ok", "refused", "timeout", "unavailable", "error")
OUTCOMES_OF_STATEMENTS: Final = ("accepted", "repaired", "rewritten", "unsure", "rejected")
ENDS: Final = ("generated", "rejected", "failed", "cancelled", "expired")

_PRIORITY = {"priority": "the item's queue: `interactive` or `bulk`"}
_GENERATOR = {"generator": "the writer: `rules`, `openai`, `mixed`, or `other`"}
_MODEL = {"model": "the model as the settings name it, or `other`"}
_CELL = {
    "focus": "grammatical focus",
    "tense": "tense; a problem with two counts under both",
    "level": "level of the CEFR",
}
_ASKED = "as asked for: one value, `any` or `several`"

_TABLE = (
    # --- items
    Definition(
        "quiz.items",
        Kind.GAUGE,
        "{item}",
        "Items that have not ended, by their state.",
        By.LEADER,
        {**_PRIORITY, "state": "`waiting`, `published` or `processing`"},
    ),
    Definition(
        "quiz.items.oldest_waiting",
        Kind.GAUGE,
        "s",
        "Age of the oldest item that could be made now and that no worker has begun; 0 when none waits.",
        By.LEADER,
        _PRIORITY,
    ),
    Definition(
        "quiz.items.ended",
        Kind.COUNTER,
        "{item}",
        "Items that have ended, counted when the end is committed.",
        By.ENDERS,
        {"state": ", ".join(f"`{one}`" for one in ENDS), **_GENERATOR, **_PRIORITY},
    ),
    Definition(
        "quiz.item.attempts",
        Kind.COUNTER,
        "{attempt}",
        "Attempts at items, by how they left them; not those that the database's absence cut off.",
        By.WORKER,
        {**_GENERATOR, "outcome": ", ".join(f"`{one}`" for one in OUTCOMES_OF_ATTEMPTS)},
    ),
    Definition(
        "quiz.item.duration",
        Kind.HISTOGRAM,
        "s",
        "Seconds of one attempt at an item, from claim to end.",
        By.WORKER,
        {**_GENERATOR, "outcome": "as of `quiz.item.attempts`"},
        buckets=SLOW,
    ),
    Definition(
        "quiz.item.stage.duration",
        Kind.HISTOGRAM,
        "s",
        "Seconds of each stage of an attempt. `wait`: from when the item was due until it was claimed.",
        By.WORKER,
        {"stage": ", ".join(f"`{one}`" for one in STAGES), **_GENERATOR},
        buckets=SLOW,
    ),
    # --- models
    Definition(
        "quiz.model.calls",
        Kind.COUNTER,
        "{call}",
        "Calls of models, each try by itself.",
        By.WORKER,
        {**_MODEL, "outcome": ", ".join(f"`{one}`" for one in OUTCOMES_OF_CALLS)},
    ),
    Definition(
        "quiz.model.tokens",
        Kind.COUNTER,
        "{token}",
        "Tokens that were paid for, as the ledger counts them.",
        By.WORKER,
        {**_MODEL, "type": "`input` or `output`"},
    ),
    Definition(
        "quiz.model.cost",
        Kind.COUNTER,
        "{USD}",
        "US dollars by OPENAI_PRICES; a model without a price has none.",
        By.WORKER,
        _MODEL,
    ),
    Definition(
        "quiz.budget.used",
        Kind.GAUGE,
        "1",
        "Share of the day's budget that is used; only where a budget is set.",
        By.LEADER,
        {"kind": "`tokens` or `cost`"},
    ),
    Definition(
        "quiz.statements",
        Kind.COUNTER,
        "{statement}",
        "Sentences of judged drafts, by what became of them.",
        By.WORKER,
        {
            "error_type": "the error that was to be made, `none` for the correct sentence",
            "outcome": ", ".join(f"`{one}`" for one in OUTCOMES_OF_STATEMENTS),
        },
    ),
    # --- serving
    Definition(
        "quiz.draws",
        Kind.COUNTER,
        "{problem}",
        "Problems that were given out, by what they are.",
        By.WEB,
        {"focus": "grammatical focus", "language": "language of translations: `eng` or `fra`"},
    ),
    Definition(
        "quiz.draws.empty",
        Kind.COUNTER,
        "{draw}",
        "Draws that nothing matched, by what was asked for.",
        By.WEB,
        {"focus": _ASKED, "language": f"{_ASKED}, or `other`"},
    ),
    Definition(
        "quiz.pool.stock",
        Kind.GAUGE,
        "{problem}",
        "Live problems of each cell that can be filled, empty ones included.",
        By.LEADER,
        _CELL,
    ),
    Definition(
        "quiz.pool.fresh",
        Kind.GAUGE,
        "{problem}",
        "Live problems of each cell that were never given out.",
        By.LEADER,
        _CELL,
    ),
    Definition(
        "quiz.cache.lookups",
        Kind.OBSERVED_COUNTER,
        "{lookup}",
        "Look-ups in the caches of a process.",
        By.EVERY,
        {"cache": "the cache's name", "result": "`hit` or `miss`"},
    ),
    Definition(
        "quiz.keys.refused",
        Kind.COUNTER,
        "{request}",
        "Requests of the API that were refused for their key.",
        By.WEB,
        {"reason": ", ".join(f"`{one}`" for one in REASONS)},
        {"reason": REASONS},
    ),
    # --- Kafka and processes
    Definition(
        "quiz.kafka.lag",
        Kind.GAUGE,
        "{message}",
        "Messages that the workers have not dealt with.",
        By.LEADER,
        _PRIORITY,
    ),
    Definition(
        "quiz.publish.duration",
        Kind.HISTOGRAM,
        "s",
        "Seconds until the broker has confirmed a batch of items.",
        By.LEADER,
        {**_PRIORITY, "outcome": "`ok` or `error`"},
        buckets=QUICK,
    ),
    Definition(
        "quiz.publish.messages",
        Kind.COUNTER,
        "{message}",
        "Messages that the broker has confirmed.",
        By.LEADER,
        {**_PRIORITY, "kind": "`due`, or `again` for those that were lost"},
        {"priority": ("interactive", "bulk"), "kind": ("due", "again")},
    ),
    Definition(
        "quiz.processes",
        Kind.GAUGE,
        "{process}",
        "Processes that have reported within the last half minute.",
        By.LEADER,
        {"kind": "`web`, `worker` or `dispatcher`"},
    ),
    Definition(
        "quiz.broker.up",
        Kind.GAUGE,
        "1",
        "1 while the broker answers, 0 while it does not.",
        By.LEADER,
    ),
    Definition(
        "quiz.dispatcher.leading",
        Kind.GAUGE,
        "1",
        "1 in the dispatcher that leads, 0 in those that stand by.",
        By.DISPATCHER,
    ),
)

#: Every metric of ours by its name.
CATALOGUE: Final[Mapping[str, Definition]] = {one.name: one for one in _TABLE}


_UNITS = {"s": "_seconds", "By": "_bytes"}


def prometheus_name(definition: Definition) -> str:
    """What Prometheus calls a metric that comes over OTLP; a histogram adds ``_bucket`` and the like.

    Dots become underscores, the unit follows (none for annotations such as ``{item}``), a gauge of unit 1
    is a ratio, and a counter ends in ``_total``.
    """
    name = definition.name.replace(".", "_") + _UNITS.get(definition.unit, "")
    if definition.kind in (Kind.COUNTER, Kind.OBSERVED_COUNTER):
        return f"{name}_total"
    return f"{name}_ratio" if definition.unit == "1" else name
