"""What an order will need: tokens, money, time. From the latest orders of its writer, else assumed.

Time is that of the wall: the seconds from the first problem of an order begun to its last one ended, with
the workers there were. Where nothing was measured, the prompts of one problem and the prices tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings

from generation import services, spending
from generation.models import GenerationRequest
from generation.prompts import Prompt
from generation.services import Order
from generation.writers.base import Plan, Writer

#: So many of the latest orders are looked at.
LATEST = 20
#: Characters of a prompt that make a token, tokens of an answer, and the share that is asked for again.
CHARACTERS_A_TOKEN = 4
TOKENS_AN_ANSWER = 50
ASKED_AGAIN = 1.2
#: Seconds a problem where nothing was measured: of a writer that computes, and of one that asks.
SECONDS_COMPUTED = 0.2
SECONDS_ASKED = 1.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an order will need.

    ``cost``: US dollars, None where the model has no price; ``seconds`` from its first problem begun to
    its last one ended; ``measured``: the problems that it is taken from, 0 where it is assumed;
    ``waiting``: problems of its queue that have not ended yet.
    """

    problems: int
    tokens: int
    cost: Decimal | None
    seconds: float
    measured: int
    waiting: int
    paid: bool


@dataclass(frozen=True, slots=True)
class _Measured:
    """What the latest orders of a writer needed; tokens and dollars a statement, seconds a problem."""

    problems: int
    tokens: float
    cost: Decimal
    seconds: float


def estimate(order: Order, writer: Writer, plan: Plan) -> Estimate:
    """What an order will need; ``writer`` and ``plan`` as :func:`services.plan_one` gives them.

    Three queries at most.
    """
    measured = _measured(order, writer)
    statements = order.count * order.statement_count
    if measured:
        tokens, cost, seconds = (
            round(measured.tokens * statements),
            measured.cost * statements,
            measured.seconds,
        )
    else:
        asked, answered = _assumed_tokens(writer, plan)
        tokens = (asked + answered) * order.count
        price = spending.cost_of(plan.model or settings.OPENAI_MODEL, asked, answered)
        cost = (price or Decimal(0)) * order.count
        seconds = SECONDS_ASKED if writer.paid else SECONDS_COMPUTED
    return Estimate(
        problems=order.count,
        tokens=tokens,
        cost=cost if _priced(writer, plan) else None,
        seconds=seconds * order.count,
        measured=measured.problems if measured else 0,
        waiting=_waiting(services.priority_of(order)),
        paid=writer.paid,
    )


def to_confirm(found: Estimate) -> bool:
    """Whether an order is so large that a person has to say so twice: ORDER_CONFIRM_ABOVE."""
    most_problems, most_dollars = settings.ORDER_CONFIRM_ABOVE
    too_many = most_problems is not None and found.problems > most_problems
    too_dear = most_dollars is not None and found.cost is not None and found.cost > most_dollars
    return too_many or too_dear


def _priced(writer: Writer, plan: Plan) -> bool:
    return not writer.paid or (
        spending.cost_of(plan.model or settings.OPENAI_MODEL, 0, 0) is not None
    )


def _waiting(priority: str) -> int:
    return sum(
        number for (queue, _), number in services.unfinished_items().items() if queue == priority
    )


def _measured(order: Order, writer: Writer) -> _Measured | None:
    """From the latest ended orders of a writer and a model that made something; None without one."""
    status = GenerationRequest.Status
    rows: list[Any] = list(
        GenerationRequest.objects.filter(
            generator=order.generator or settings.GENERATOR,
            model=order.model if writer.paid else "",
            status__in=[status.COMPLETED, status.PARTIAL],
            started_at__isnull=False,
        )
        .order_by("-id")
        .values(
            "generated_count",
            "failed_count",
            "rejected_count",
            "statement_count",
            "tokens",
            "cost",
            "started_at",
            "completed_at",
        )[:LATEST]
    )
    if not rows:
        return None
    ended = [row["generated_count"] + row["failed_count"] + row["rejected_count"] for row in rows]
    statements = sum(
        number * row["statement_count"] for number, row in zip(ended, rows, strict=True)
    )
    return _Measured(
        problems=sum(ended),
        tokens=sum(row["tokens"] for row in rows) / statements,
        cost=sum((row["cost"] for row in rows), Decimal(0)) / statements,
        seconds=_usual_seconds(rows, ended),
    )


def _usual_seconds(rows: Sequence[Any], ended: Sequence[int]) -> float:
    """Seconds a problem: half of the problems took less.

    An order that was paused or tried again a day later would spoil a mean.
    """
    paces = sorted(
        ((row["completed_at"] - row["started_at"]).total_seconds() / number, number)
        for row, number in zip(rows, ended, strict=True)
    )
    half = sum(ended) / 2
    passed = 0
    for pace, number in paces:
        passed += number
        if passed >= half:
            return float(pace)
    return 0.0


def _assumed_tokens(writer: Writer, plan: Plan) -> tuple[int, int]:
    """Tokens of the questions and of the answers of one problem, by the prompts that would be sent."""
    prompts = [prompt for _, prompt in writer.prompts(plan)]
    asked = sum(_tokens(prompt) for prompt in prompts)
    return round(asked * ASKED_AGAIN), round(len(prompts) * TOKENS_AN_ANSWER * ASKED_AGAIN)


def _tokens(prompt: Prompt) -> int:
    return (len(prompt.system) + len(prompt.user)) // CHARACTERS_A_TOKEN
