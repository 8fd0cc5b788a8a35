"""What models cost: counted by item, order, day and model, and bounded by budgets.

A budget is looked at before an item begins and before a model is asked once more for it, so what is in
hand at that moment may still exceed it. What is not counted: what a worker that is killed has just asked
for, and the tokens of calls whose answers never came. Days are UTC's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from generation import counting
from generation.metering import Call, Purpose
from generation.models import GenerationItem, GenerationRequest, ModelUse
from generation.writers.base import WriterError
from quizservice.numbers import grouped

#: Longest time in seconds until an item looks at a budget again: it may have been raised.
LONGEST_WAIT = 900.0
#: From this share on staff hear of a budget.
NEARLY = 0.8
#: Model names with the day of their making: gpt-4o-mini-2024-07-18.
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")
#: What becomes of an item whose order, or whose day, has used its budget up.
ORDER_BUDGET = gettext_noop(
    "This order's budget of {size} is used up: what is missing waits until "
    "whoever runs the service raises it, or the order is cancelled."
)
DAY_BUDGET = gettext_noop("The day's budget of {size} is used up: work goes on after midnight UTC.")
#: How large a budget is.
SIZES = (gettext_noop("{number} tokens"), gettext_noop("{number} US dollars"))
_MICRO = Decimal("0.000001")  # the smallest part of a dollar that is stored


def cost_of(model: str, input_tokens: int, output_tokens: int) -> Decimal | None:
    """US dollars by OPENAI_PRICES; None for a model that has no price there.

    A version of a model that is named by its day costs what the model does, unless it has its own price.
    """
    prices = settings.OPENAI_PRICES
    price = prices.get(model) or prices.get(_DATED.sub("", model))
    if price is None:
        return None
    return (input_tokens * price[0] + output_tokens * price[1]) / Decimal(1_000_000)


# --- counting -------------------------------------------------------------------------------------

# Sorted rows: two workers that count at once lock them in the same order.
_COUNT_USE = """
    INSERT INTO generation_modeluse
        (day, model, purpose, calls, failures, input_tokens, output_tokens, cost, seconds)
    SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],
                             %s::bigint[], %s::numeric[], %s::float8[])
    ON CONFLICT (day, model, purpose) DO UPDATE
       SET calls = generation_modeluse.calls + excluded.calls,
           failures = generation_modeluse.failures + excluded.failures,
           input_tokens = generation_modeluse.input_tokens + excluded.input_tokens,
           output_tokens = generation_modeluse.output_tokens + excluded.output_tokens,
           cost = coalesce(generation_modeluse.cost + excluded.cost,
                           generation_modeluse.cost, excluded.cost),
           seconds = generation_modeluse.seconds + excluded.seconds
"""

_COUNT_OUTCOMES = """
    INSERT INTO generation_promptoutcome
        (day, prompt_version, model, error_type, accepted, repaired, rewritten, rejected, unsure)
    SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
                             %s::bigint[], %s::bigint[], %s::bigint[])
    ON CONFLICT (day, prompt_version, model, error_type) DO UPDATE
       SET accepted = generation_promptoutcome.accepted + excluded.accepted,
           repaired = generation_promptoutcome.repaired + excluded.repaired,
           rewritten = generation_promptoutcome.rewritten + excluded.rewritten,
           rejected = generation_promptoutcome.rejected + excluded.rejected,
           unsure = generation_promptoutcome.unsure + excluded.unsure
"""


@dataclass(slots=True)
class _Use:
    """Calls of one model for one purpose."""

    calls: int = 0
    failures: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal | None = None
    seconds: float = 0.0

    def add(self, call: Call) -> None:
        self.calls += 1
        self.failures += call.failure is not None
        self.input_tokens += call.input_tokens
        self.output_tokens += call.output_tokens
        self.seconds += call.seconds
        cost = cost_of(call.model, call.input_tokens, call.output_tokens)
        if cost is not None:
            self.cost = (self.cost or Decimal(0)) + cost

    def columns(self) -> tuple[object, ...]:
        return (
            self.calls,
            self.failures,
            self.input_tokens,
            self.output_tokens,
            self.cost,
            self.seconds,
        )


def account(item: GenerationItem, calls: Sequence[Call]) -> None:
    """Count the calls of an attempt at an item, whatever became of it: they have been paid for.

    Calls of a model without a price count their tokens, and no cost.
    """
    if not calls:
        return
    uses: dict[tuple[str, str], _Use] = {}
    for call in calls:
        uses.setdefault((_name(call.model), call.purpose.value), _Use()).add(call)
    tokens = sum(use.input_tokens + use.output_tokens for use in uses.values())
    cost = sum((use.cost for use in uses.values() if use.cost), Decimal(0)).quantize(_MICRO)
    rows = [(*key, *uses[key].columns()) for key in sorted(uses)]
    added = {"tokens": F("tokens") + tokens, "cost": F("cost") + cost}
    with transaction.atomic():
        # The item, then its request, as everywhere; last the rows that all workers share.
        GenerationItem.objects.filter(id=item.id).update(**added)
        GenerationRequest.objects.filter(id=item.request_id).update(**added)
        _upsert(_COUNT_USE, rows)
        counting.calls_made(
            (
                *(one.model, one.outcome, one.input_tokens, one.output_tokens),
                cost_of(one.model, one.input_tokens, one.output_tokens),
            )
            for one in calls
        )


class OutcomeResult(StrEnum):
    """What became of a sentence."""

    ACCEPTED = "accepted"
    REPAIRED = "repaired"
    REWRITTEN = "rewritten"
    REJECTED = "rejected"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sentence that was judged, and what became of it.

    ``error_type`` is empty for a correct sentence, and the first two for one of the engine's.
    """

    prompt_version: str
    model: str
    error_type: str
    result: OutcomeResult


def count_outcomes(outcomes: Iterable[Outcome]) -> None:
    """Count what became of sentences; of a model's also by prompt version, model and error type."""
    counted: dict[tuple[str, str, str], Counter[OutcomeResult]] = {}
    found = list(outcomes)
    for one in found:
        if not one.prompt_version:
            continue
        key = (_name(one.prompt_version), _name(one.model), one.error_type)
        counted.setdefault(key, Counter())[one.result] += 1
    rows = [(*key, *(counted[key][result] for result in OutcomeResult)) for key in sorted(counted)]
    if rows:
        _upsert(_COUNT_OUTCOMES, rows)
    counting.statements_judged(found)


def _upsert(statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(statement, [_today(), *columns])


def _name(text: str) -> str:
    """A name as a server gave it, such as PostgreSQL takes it."""
    return text.replace("\x00", "")[:100]


def _today() -> date:
    return timezone.now().date()


# --- budgets --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Use:
    """What models were used for on a day. ``cost``: US dollars of those that have a price.

    ``unpriced``: the names of those that have none.
    """

    tokens: int = 0
    cost: Decimal = Decimal(0)
    unpriced: tuple[str, ...] = ()


def todays_use() -> Use:
    """What all orders together have used today."""
    today = ModelUse.objects.filter(day=_today())
    used = today.aggregate(
        asked=Sum("input_tokens"), answered=Sum("output_tokens"), cost=Sum("cost")
    )
    unpriced = today.filter(cost=None, input_tokens__gt=0).order_by("model")
    return Use(
        tokens=(used["asked"] or 0) + (used["answered"] or 0),
        cost=used["cost"] or Decimal(0),
        unpriced=tuple(unpriced.values_list("model", flat=True).distinct()),
    )


def check_budget(request: GenerationRequest) -> None:
    """Look whether an item of an order may begin.

    Raises:
        WriterError: when the budget of the day or of the order is used up; the item waits.
    """
    if settings.OPENAI_ORDER_TOKENS or settings.OPENAI_ORDER_COST:
        used = GenerationRequest.objects.filter(id=request.id).values("tokens", "cost").get()
        size = _used_up(
            used["tokens"], used["cost"], settings.OPENAI_ORDER_TOKENS, settings.OPENAI_ORDER_COST
        )
        if size:
            raise WriterError(
                f"order {request.id} has used {used['tokens']} tokens, {used['cost']} USD",
                message=ORDER_BUDGET.format(size=size),
                retry_after=LONGEST_WAIT,
                spends_attempt=False,
            )
    if settings.OPENAI_DAILY_TOKENS or settings.OPENAI_DAILY_COST:
        today = todays_use()
        size = _used_up(
            today.tokens, today.cost, settings.OPENAI_DAILY_TOKENS, settings.OPENAI_DAILY_COST
        )
        if size:
            raise WriterError(
                f"{today.tokens} tokens, {today.cost} USD used today",
                message=DAY_BUDGET.format(size=size),
                retry_after=min(until_midnight(timezone.now()), LONGEST_WAIT),
                spends_attempt=False,
            )


def until_midnight(now: datetime) -> float:
    """Seconds until the next day begins where ``now`` is, at least one."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return max(1.0, (midnight - now).total_seconds())


def _used_up(tokens: int, cost: Decimal, most_tokens: int, most_cost: float) -> str:
    """The size of the budget that is used up, in words; empty when none is. 0 means no limit."""
    if most_tokens and tokens >= most_tokens:
        return SIZES[0].format(number=f"{most_tokens:,}")
    if most_cost and cost >= Decimal(str(most_cost)):
        return SIZES[1].format(number=f"{most_cost:,.10g}")
    return ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What staff should know of a budget. ``reached``: nothing more is begun under it."""

    text: str
    reached: bool


def notices() -> list[Notice]:
    """Today's budgets that are used up or nearly so, and tokens that a budget of money does not see."""
    most_tokens, most_cost = settings.OPENAI_DAILY_TOKENS, settings.OPENAI_DAILY_COST
    if not most_tokens and not most_cost and not settings.OPENAI_ORDER_COST:
        return []
    used = todays_use()
    found = []
    for share, words in (
        (
            used.tokens / most_tokens if most_tokens else 0.0,
            _("%(number)s tokens") % {"number": grouped(most_tokens)},
        ),
        (
            float(used.cost) / most_cost if most_cost else 0.0,
            _("%(number)s US dollars") % {"number": f"{most_cost:,.10g}"},
        ),
    ):
        if share >= 1:
            said = _(
                "The day's budget of %(size)s is used up: models write again after midnight UTC."
            ) % {"size": words}
            found.append(Notice(said, reached=True))
        elif share >= NEARLY:
            said = _("%(share)s of the day's budget of %(size)s for models are used.") % {
                "share": f"{min(share, 0.99):.0%}",
                "size": words,
            }
            found.append(Notice(said, reached=False))
    if used.unpriced and (most_cost or settings.OPENAI_ORDER_COST):
        names = ", ".join(used.unpriced)
        said = _(
            "OPENAI_PRICES has no price for %(models)s: the budget in US dollars misses its tokens."
        ) % {"models": names}
        found.append(Notice(said, reached=False))
    return found


def models_without_price() -> list[str]:
    """The models that the settings name for writing and judging and that have no price."""
    names = {
        Purpose.WRITE: settings.OPENAI_MODEL,
        Purpose.JUDGE: settings.OPENAI_JUDGE_MODEL or settings.OPENAI_MODEL,
    }
    return [name for name in dict.fromkeys(names.values()) if cost_of(name, 0, 0) is None]
