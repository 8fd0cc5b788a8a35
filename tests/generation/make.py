"""Short ways to make orders, for the tests of the generation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from generation import services
from generation.models import GenerationItem, GenerationRequest
from generation.writers.base import Plan
from problems.models import Problem
from verbs.french.vocabulary import Focus, Tense

STUBS = "tests.stubs.writers"
PLAN = Plan(Focus.AUXILIARY, Tense.PASSE_COMPOSE, seed=11)


def order(count: int = 1, **values: Any) -> services.Order:
    return services.Order(count=count, **values)


def submit(count: int = 1, **values: Any) -> GenerationRequest:
    return services.submit(order(count, **values))


def item_of(request: GenerationRequest) -> GenerationItem:
    return request.items.get()


def past(**parts: float) -> Any:
    return timezone.now() - timedelta(**parts)


def ordered(plan: Plan = PLAN, generator: str = "openai") -> GenerationItem:
    """The item of an order of one problem, with a plan of our own."""
    item = item_of(submit(generator=generator))
    GenerationItem.objects.filter(id=item.id).update(plan=plan.as_json())
    item.refresh_from_db()
    return item


def now_due(item: GenerationItem) -> None:
    GenerationItem.objects.filter(id=item.id).update(not_before=past(seconds=1))


def problem_of(item: GenerationItem) -> Problem:
    item.refresh_from_db()
    assert item.problem is not None
    return item.problem
