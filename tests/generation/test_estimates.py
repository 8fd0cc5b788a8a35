"""What an order will need: from what the latest ones needed, else assumed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from generation import estimates, services
from generation.estimates import Estimate
from generation.models import GenerationRequest
from generation.services import Order
from tests.generation.make import order, submit

pytestmark = pytest.mark.django_db


def estimated(asked: Order) -> Estimate:
    return estimates.estimate(asked, *services.plan_one(asked))


def ended(count: int, seconds: float, **values: Any) -> GenerationRequest:
    """An order that was made in so many seconds."""
    request = submit(count, generator=values.pop("generator", None))
    now = timezone.now()
    GenerationRequest.objects.filter(id=request.id).update(
        status="completed",
        generated_count=count,
        started_at=now - timedelta(seconds=seconds),
        completed_at=now,
        **values,
    )
    request.items.update(state="generated", ended_at=now)
    return request


@pytest.fixture
def model(settings: Any) -> None:
    """A model may be asked; its price is a dollar for a million tokens."""
    settings.OPENAI_BASE_URL, settings.OPENAI_MODEL = "http://127.0.0.1:9/v1", "m"
    settings.OPENAI_PRICES = {"m": (Decimal(1), Decimal(1))}


def test_the_engine_costs_nothing_and_its_time_is_assumed_at_first() -> None:
    found = estimated(order(10))
    assert (found.tokens, found.cost, found.measured, found.paid) == (0, Decimal(0), 0, False)
    assert found.seconds == pytest.approx(10 * estimates.SECONDS_COMPUTED)


def test_time_is_that_of_the_latest_orders() -> None:
    ended(10, 30)
    found = estimated(order(20))
    assert found.measured == 10
    assert found.seconds == pytest.approx(60, rel=0.01)


def test_an_order_that_was_tried_again_a_day_later_does_not_spoil_it() -> None:
    ended(10, 30)
    ended(5, 86_400)
    assert estimated(order(20)).seconds == pytest.approx(60, rel=0.01)


def test_tokens_and_money_are_those_of_the_writer(model: None) -> None:
    ended(10, 30)
    ended(10, 60, generator="openai", tokens=40_000, cost=Decimal("0.5"))
    found = estimated(order(20, generator="openai"))
    assert (found.tokens, found.cost, found.measured) == (80_000, Decimal(1), 10)
    assert found.seconds == pytest.approx(120, rel=0.01)
    half = estimated(order(20, generator="openai", statement_count=2))
    assert half.tokens == 40_000
    assert estimated(order(20)).tokens == 0


def test_before_a_model_has_written_its_prompts_tell(model: None, settings: Any) -> None:
    found = estimated(order(10, generator="openai"))
    assert found.measured == 0
    assert 10 * 4 * 200 < found.tokens < 10 * 4 * 3000
    assert found.cost == Decimal(found.tokens) / 1_000_000
    settings.OPENAI_PRICES = {}
    assert estimated(order(10, generator="openai")).cost is None


def test_what_waits_in_the_same_queue_is_told() -> None:
    submit(30)
    submit(3)
    assert estimated(order(2)).waiting == 3
    assert estimated(order(50)).waiting == 30


def test_an_estimate_takes_three_queries_at_most(django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        ended(3, 3)
    asked = order(20)
    writer, plan = services.plan_one(asked)
    with django_assert_max_num_queries(3):
        estimates.estimate(asked, writer, plan)
