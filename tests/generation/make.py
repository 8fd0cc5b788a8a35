"""Short ways to make orders, for the tests of the generation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from generation import services
from generation.models import GenerationItem, GenerationRequest

STUBS = "tests.stubs.writers"


def order(count: int = 1, **values: Any) -> services.Order:
    return services.Order(count=count, **values)


def submit(count: int = 1, **values: Any) -> GenerationRequest:
    return services.submit(order(count, **values))


def item_of(request: GenerationRequest) -> GenerationItem:
    return request.items.get()


def past(**parts: float) -> Any:
    return timezone.now() - timedelta(**parts)
