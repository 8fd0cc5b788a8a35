"""What the leading dispatcher tells of what waits, is held and is used."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone
from opentelemetry.sdk.metrics import MeterProvider

from generation import gauges, pausing, running, steering
from generation.gauges import Dispatching, Gauges
from generation.models import GenerationItem, ModelUse
from problems import stock
from quizservice import instruments
from quizservice.models import Process
from tests.generation.make import now_due, submit

pytestmark = pytest.mark.django_db


class Own:
    """What a dispatcher says of itself."""

    def __init__(self) -> None:
        self.leads: bool | None = True
        self.broker: bool | None = True
        self.lag: dict[str, int] | None = {"interactive": 0, "bulk": 7}

    def dispatching(self) -> Dispatching:
        return Dispatching(lambda: self.leads, lambda: self.broker, lambda: self.lag)


@pytest.fixture
def own() -> Own:
    return Own()


@pytest.fixture
def fed(own: Own, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gauges]:
    """Gauges that look when the test says so, in its own transaction."""
    provider = MeterProvider(shutdown_on_exit=False)
    instruments.bind(provider.get_meter("tests"), "dispatcher")
    monkeypatch.setattr(threading.Thread, "start", lambda self: None)
    found = Gauges(own.dispatching()).start()
    monkeypatch.undo()
    stock.forget()
    yield found
    found.stop()
    instruments.unbind()
    stock.forget()


def told(gauge: instruments.Gauge) -> dict[Any, float]:
    """What a gauge would report, by its attributes."""
    found = {}
    for value, attributes in gauge.measured():
        key = tuple(attributes.values())
        found[key[0] if len(key) == 1 else key] = value
    return found


def test_items_are_told_by_priority_and_state(fed: Gauges) -> None:
    order = submit(3, priority="bulk")
    first = order.items.first()
    assert first is not None
    assert GenerationItem.objects.claim(first.id, timedelta(minutes=1))
    fed.look()
    found = told(instruments.items)
    assert found.pop(("bulk", "waiting")) == 2
    assert found.pop(("bulk", "processing")) == 1
    assert set(found.values()) == {0}
    assert len(found) == 4


def test_the_oldest_that_could_be_made_is_told(fed: Gauges) -> None:
    fed.look()
    assert told(instruments.oldest_waiting) == {"interactive": 0, "bulk": 0}
    now = timezone.now()
    old, later = submit(1, priority="bulk"), submit(1, priority="bulk")
    old.items.update(created_at=now - timedelta(hours=2), not_before=now + timedelta(hours=1))
    later.items.update(created_at=now - timedelta(minutes=1))
    fed.look()
    assert told(instruments.oldest_waiting)["bulk"] == pytest.approx(60, abs=30)
    published = {"state": "published", "published_at": now, "not_before": None}
    old.items.update(**published)
    fed.look()
    assert told(instruments.oldest_waiting)["bulk"] == pytest.approx(7200, abs=30)
    old.items.update(
        attempt=1
    )  # then it was not there for all to take before it was published again
    fed.look()
    assert told(instruments.oldest_waiting)["bulk"] == pytest.approx(60, abs=30)


def test_what_is_tried_again_waits_since_then(fed: Gauges) -> None:
    order = submit(1)
    order.items.update(
        state="failed",
        attempt=2,
        created_at=timezone.now() - timedelta(days=2),
        published_at=timezone.now() - timedelta(days=2),
        ended_at=timezone.now(),
    )
    type(order).objects.filter(id=order.id).update(failed_count=1, status="failed")
    steering.retry_failed(order)
    fed.look()
    assert told(instruments.oldest_waiting)[order.priority] < 60
    (item,) = order.items.all()
    assert GenerationItem.objects.claim(item.id, timedelta(minutes=1))


@pytest.mark.parametrize("everything", [True, False])
def test_what_is_paused_waits_for_nobody(fed: Gauges, everything: bool) -> None:
    order = submit(1, priority="bulk")
    order.items.update(created_at=timezone.now() - timedelta(hours=1))
    if everything:
        pausing.pause_all(by="bo")
    else:
        pausing.pause_writer(order.generator, by="bo")
    fed.look()
    assert told(instruments.oldest_waiting)["bulk"] == 0
    assert told(instruments.items)["bulk", "waiting"] == 1


def test_the_pool_is_told_by_cell_with_zeros(fed: Gauges) -> None:
    order = submit(2)
    for item in order.items.all():
        now_due(item)
        running.run_item(item.id)
    fed.look()
    held = told(instruments.pool_stock)
    assert sum(held.values()) == sum(told(instruments.pool_fresh).values()) == 2
    assert len(held) == len(list(gauges._cells()))
    assert all(len(cell) == 3 for cell in held)


def test_only_budgets_that_are_set_are_told(fed: Gauges, settings: Any) -> None:
    today = timezone.now().date()
    ModelUse.objects.create(
        day=today, model="m", purpose="write", input_tokens=30, output_tokens=20, cost="0.25"
    )
    settings.OPENAI_DAILY_TOKENS, settings.OPENAI_DAILY_COST = 0, 0.0
    fed.look()
    assert told(instruments.budget_used) == {}
    settings.OPENAI_DAILY_TOKENS = 200
    fed.look()
    assert told(instruments.budget_used) == {"tokens": 0.25}
    settings.OPENAI_DAILY_COST = 0.2
    fed.look()
    assert told(instruments.budget_used) == {"tokens": 0.25, "cost": 1.25}


def test_live_processes_are_told_by_kind(fed: Gauges) -> None:
    now = timezone.now()
    for kind, seen in (("web", now), ("web", now), ("worker", now - timedelta(minutes=5))):
        Process.objects.create(kind=kind, host="h", pid=1, last_seen_at=seen)
    fed.look()
    assert told(instruments.live_processes) == {"web": 2, "worker": 0, "dispatcher": 0}


def test_who_does_not_lead_tells_only_that(fed: Gauges, own: Own) -> None:
    fed.look()
    assert told(instruments.kafka_lag) == {"interactive": 0, "bulk": 7}
    assert told(instruments.broker_up) == {(): 1}
    own.leads = False
    assert told(instruments.leading) == {(): 0}
    shared = (*gauges._LOOKED_AT, instruments.broker_up, instruments.kafka_lag)
    assert all(told(one) == {} for one in shared)
    own.leads = None  # about to end
    assert told(instruments.leading) == {}


def test_of_a_broker_that_nobody_has_seen_nothing_is_told(fed: Gauges, own: Own) -> None:
    own.broker = own.lag = None
    assert told(instruments.broker_up) == told(instruments.kafka_lag) == {}
    own.broker = False
    assert told(instruments.broker_up) == {(): 0}


def test_without_telemetry_nothing_is_looked_at(own: Own) -> None:
    quiet = Gauges(own.dispatching()).start()
    quiet.stop()
    assert not quiet._thread.is_alive()
    assert told(instruments.leading) == {}


@pytest.mark.django_db(transaction=True)
def test_what_hangs_is_absent_and_the_rest_goes_on(
    loaded_verbs: None, fed: Gauges, monkeypatch: pytest.MonkeyPatch
) -> None:
    fed.look()
    assert told(instruments.items)
    monkeypatch.setattr(gauges, "_PATIENCE", 200)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN; LOCK TABLE generation_generationitem")
        fed.look()
    finally:
        other.close()
    assert told(instruments.items) == told(instruments.oldest_waiting) == {}
    assert told(instruments.live_processes)
    fed.look()
    assert told(instruments.items)
    connection.close()
