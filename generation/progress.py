"""How it stands with an order: what its page shows and asks for again while it runs.

Every function makes one query, whatever the size of the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Func, JSONField, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from generation.models import GenerationItem, GenerationRequest
from problems.models import Statement

#: The pace is that of the problems which ended within so many seconds.
RECENT = 120.0
#: Items on a page of their table.
PAGE = 50

_State = GenerationItem.State

#: The parts of the bar: each is some states of items, in the order of the bar.
PARTS: dict[str, tuple[GenerationItem.State, ...]] = {
    "made": (_State.GENERATED,),
    "failed": (_State.FAILED,),
    "rejected": (_State.REJECTED,),
    "dropped": (_State.DROPPED,),
    "running": (_State.PROCESSING,),
    "waiting": (_State.WAITING, _State.PUBLISHED),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some items are not made: ``part`` of the bar, in words, how many, and the technical cause of one.

    ``next_try``: when the first of them that wait is tried again, if it has to wait.
    """

    part: str
    message: str
    number: int
    detail: str
    next_try: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How it stands with the items of an order.

    ``parts``: how many are in each part of the bar; ``pace``: problems ended a minute, lately;
    ``seconds_left``: until all have ended at that pace, None while nothing has ended lately.
    """

    total: int
    parts: dict[str, int]
    reasons: tuple[Reason, ...]
    pace: float
    seconds_left: float | None

    @property
    def ended(self) -> int:
        """Items that are over, however they ended."""
        return self.total - self.parts["running"] - self.parts["waiting"]

    @property
    def percent(self) -> int:
        """Share of what is over; 100 only when all is."""
        return self.ended * 100 // self.total


def progress(request: GenerationRequest) -> Progress:
    """How it stands with an order now."""
    recent = Q(ended_at__gte=Now() - timedelta(seconds=RECENT)) & ~Q(state=_State.DROPPED)
    rows: list[Any] = list(
        request.items.values("state", "error_message")
        .annotate(
            number=Count("id"),
            detail=Max("error_detail"),
            recent=Count("id", filter=recent),
            next_try=Min("not_before", filter=Q(state=_State.WAITING, not_before__gt=Now())),
        )
        .order_by("-number", "error_message")
    )
    part_of: dict[str, str] = {state: part for part, states in PARTS.items() for state in states}
    parts = dict.fromkeys(PARTS, 0)
    for row in rows:
        parts[part_of[row["state"]]] += row["number"]
    pace = _pace(request, sum(row["recent"] for row in rows))
    left = parts["running"] + parts["waiting"]
    return Progress(
        total=request.requested_count,
        parts=parts,
        reasons=tuple(_reasons(rows, part_of)),
        pace=pace * 60,
        seconds_left=left / pace if pace and not request.ended else None,
    )


def _pace(request: GenerationRequest, recent: int) -> float:
    """Problems a second, over the last minutes or since the order began."""
    if request.started_at is None:
        return 0.0
    end = request.completed_at or timezone.now()
    if request.completed_at:
        ended = request.generated_count + request.failed_count + request.rejected_count
        return ended / max(1.0, (end - request.started_at).total_seconds())
    return recent / min(RECENT, max(1.0, (end - request.started_at).total_seconds()))


def _reasons(rows: Sequence[Any], part_of: dict[str, str]) -> list[Reason]:
    """Why items failed or were rejected, and why some wait; the most frequent first."""
    told = ("failed", "rejected", "waiting")
    return [
        Reason(
            part_of[row["state"]],
            row["error_message"],
            row["number"],
            row["detail"],
            row["next_try"],
        )
        for row in rows
        if row["error_message"] and part_of[row["state"]] in told
    ]


def latest(request: GenerationRequest, number: int = 5) -> list[GenerationItem]:
    """The items whose problems came last, each with its ``sentence``, the correct one."""
    return list(
        request.items.filter(state=_State.GENERATED, problem__isnull=False)
        .annotate(sentence=_sentence())
        .order_by("-ended_at")[:number]
    )


def _sentence() -> Subquery:
    """The correct sentence of an item's problem."""
    correct = Statement.objects.filter(problem=OuterRef("problem_id"), is_correct=True)
    return Subquery(correct.values("content")[:1])


class _FromTrace(Func):
    """All values at a path of the generation trace, which is too long to be read for a table."""

    function = "jsonb_path_query_array"
    output_field = JSONField()

    def __init__(self, path: str) -> None:
        super().__init__(
            F("problem__generation_trace"),
            template=f"%(function)s(%(expressions)s, '{path}')",
        )


_OF_STATEMENTS = "$.statements[*].verdicts[*]"


def items(request: GenerationRequest, *, part: str = "", page: int = 1) -> list[GenerationItem]:
    """The items of a page (from 1), of one part of the bar or all, in their order.

    Each has ``problem_status`` and ``sentence``, the correct one, of its problem, and of its trace
    ``verdicts`` on the whole, the rulings of ``engine`` and of ``judge``, the model that judges, on its
    statements, and what followed (``mended``); all None without a problem.
    """
    rows = request.items.filter(state__in=PARTS[part]) if part in PARTS else request.items.all()
    start = max(0, page - 1) * PAGE
    return list(
        rows.order_by("position").annotate(
            sentence=_sentence(),
            problem_status=F("problem__status"),
            verdicts=F("problem__generation_trace__verdicts"),
            engine=_FromTrace(f'{_OF_STATEMENTS} ? (@.judge == "engine").ruling'),
            judge=_FromTrace(f'{_OF_STATEMENTS} ? (@.judge == "model").ruling'),
            mended=_FromTrace("$.statements[*].earlier[*].then"),
        )[start : start + PAGE]
    )
