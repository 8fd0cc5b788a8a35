"""How it stands with generation as a whole: what is being made now, and what models have cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, Subquery, Sum, Window
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from generation.models import GenerationItem, GenerationRequest, ModelUse

#: Orders that are named; the others are only counted.
NAMED = 5
#: From this share of a budget on people hear of it.
NEARLY = 0.8


@dataclass(frozen=True, slots=True)
class Running:
    """What is being made: ``orders`` are the open ones, of which ``named`` are those that came first.

    ``running``: problems that workers have in hand; ``waiting``: problems of open orders that nobody has
    begun; ``oldest_at``: when the oldest of them that may be made now was ordered, None when none waits.
    """

    orders: int = 0
    running: int = 0
    waiting: int = 0
    oldest_at: datetime | None = None
    named: Sequence[GenerationRequest] = field(default_factory=list)


def running() -> Running:
    """What is being made now, in one query."""
    in_hand = GenerationItem.objects.filter(state=GenerationItem.State.PROCESSING)
    free = (
        GenerationItem.objects.filter(request_id=OuterRef("id"))
        .not_begun()
        .filter(Q(not_before=None) | Q(not_before__lte=Now()))
    )
    oldest = GenerationRequest.objects.open().filter(Exists(free)).order_by("id")
    left = F("requested_count") - F("generated_count") - F("failed_count") - F("rejected_count")
    named = list(
        GenerationRequest.objects.open()
        .order_by("id")
        .annotate(
            orders=Window(Count("id")),
            left=Window(Sum(left)),
            in_hand=Subquery(
                in_hand.order_by().values("state").annotate(n=Count("id")).values("n")
            ),
            oldest_at=Subquery(oldest.values("requested_at")[:1]),
        )[:NAMED]
    )
    if not named:
        return Running()
    first = named[0]
    in_work = first.in_hand or 0
    return Running(
        orders=first.orders,
        running=in_work,
        waiting=max(0, first.left - in_work),
        oldest_at=first.oldest_at,
        named=named,
    )


@dataclass(frozen=True, slots=True)
class Spent:
    """What models were paid for: US dollars and tokens of this month, and of today; days are UTC's."""

    month: Decimal
    month_tokens: int
    today: Decimal
    today_tokens: int


def spent() -> Spent:
    """What models have cost this month and today, in one query."""
    day = timezone.now().date()
    today = Q(day=day)
    tokens = F("input_tokens") + F("output_tokens")
    nothing = Decimal(0)
    money = DecimalField(max_digits=14, decimal_places=6)
    found = ModelUse.objects.filter(day__gte=day.replace(day=1)).aggregate(
        month=Coalesce(Sum("cost"), nothing, output_field=money),
        month_tokens=Coalesce(Sum(tokens), 0),
        today=Coalesce(Sum("cost", filter=today), nothing, output_field=money),
        today_tokens=Coalesce(Sum(tokens, filter=today), 0),
    )
    return Spent(**found)
