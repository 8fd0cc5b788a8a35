"""What is being made now, and what models have cost."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generation import running, services, standing, steering
from generation.models import GenerationItem, GenerationRequest, ModelUse

pytestmark = pytest.mark.django_db


def claim(request: GenerationRequest) -> None:
    item = request.items.filter(state="waiting").order_by("position").first()
    assert item is not None
    assert GenerationItem.objects.claim(item.id, timedelta(minutes=1))


def test_nothing_runs() -> None:
    assert standing.running() == standing.Running()


def test_open_orders_are_counted_and_the_first_are_named() -> None:
    orders = [services.submit(services.Order(count=2)) for _ in range(standing.NAMED + 2)]
    claim(orders[0])
    with CaptureQueriesContext(connection) as asked:
        found = standing.running()
    assert len(asked.captured_queries) == 1
    assert (found.orders, found.running, found.waiting) == (len(orders), 1, 2 * len(orders) - 1)
    assert [one.id for one in found.named] == [one.id for one in orders[: standing.NAMED]]
    assert found.oldest_at == GenerationRequest.objects.get(id=orders[0].id).requested_at


def test_what_has_ended_neither_runs_nor_waits() -> None:
    done, later = services.submit(services.Order(count=1)), services.submit(services.Order(count=2))
    for item in done.items.all():
        running.run_item(item.id)
    steering.cancel(services.submit(services.Order(count=5)), by="bo")
    found = standing.running()
    assert (found.orders, found.running, found.waiting) == (1, 0, 2)
    assert found.oldest_at == GenerationRequest.objects.get(id=later.id).requested_at


def test_what_is_delayed_is_not_the_oldest_that_waits() -> None:
    order = services.submit(services.Order(count=2))
    order.items.update(not_before=timezone.now() + timedelta(minutes=5))
    found = standing.running()
    assert found.waiting == 2
    assert found.oldest_at is None


def test_money_and_tokens_of_this_month_and_of_today() -> None:
    assert standing.spent() == standing.Spent(Decimal(0), 0, Decimal(0), 0)
    today = timezone.now().date()
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    for number, (day, model, cost) in enumerate(
        [(today, "a", "0.5"), (today, "b", None), (first, "c", "1.25"), (before, "d", "9")]
    ):
        ModelUse.objects.create(
            day=day,
            model=model,
            purpose=f"write {number}",
            calls=1,
            input_tokens=100,
            output_tokens=10,
            cost=cost and Decimal(cost),
        )
    found = standing.spent()
    assert (found.month, found.month_tokens) == (Decimal("1.75"), 330)
    assert found.today_tokens == (330 if today == first else 220)
    assert found.today == (Decimal("1.75") if today == first else Decimal("0.5"))
