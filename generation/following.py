"""Following orders from outside of the admin: which there are, how they go on, what holds them up."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Count
from django.db.models.functions import Now

from generation import pausing, progress, services
from generation.models import GenerationItem, GenerationRequest
from generation.progress import Progress
from quizservice import processes, tracing
from quizservice.errors import NotFound
from quizservice.models import Process

#: Seconds between two looks at an order, and for which the database may be away meanwhile.
EVERY = 1.0
OUTAGE = 60.0


@dataclass(frozen=True, slots=True)
class Look:
    """An order at one moment; ``hindrances``: why it does not go on, in sentences, empty when it does."""

    request: GenerationRequest
    progress: Progress
    hindrances: tuple[str, ...]

    @property
    def over(self) -> bool:
        """Whether nothing of it changes any more: also what was in work when it was cancelled has ended."""
        return self.request.ended and not self.progress.parts["running"]


def look(request: GenerationRequest) -> Look:
    """How it stands with an order now."""
    return Look(request, progress.progress(request), tuple(hindrances(request)))


def watched(
    request_id: uuid.UUID, *, every: float = EVERY, outage: float = OUTAGE
) -> Iterator[Look]:
    """Looks at an order, one every so many seconds, until it is over.

    A database that is away is waited for, ``outage`` seconds at most.

    Raises:
        NotFound: when there is no such order, or no longer.
        OperationalError, InterfaceError: when the database was away for longer.
    """
    away_since = None
    while True:
        try:
            with tracing.untraced():
                found = look(services.visible_request(request_id, owner=None))
        except (OperationalError, InterfaceError):
            connection.close()  # the next look connects anew
            away_since = away_since or time.monotonic()
            if time.monotonic() - away_since > outage:
                raise
        else:
            away_since = None
            yield found
            if found.over:
                return
        time.sleep(every)


def hindrances(request: GenerationRequest) -> list[str]:
    """What keeps an open order from going on, in English sentences: pauses, what does not run or answer."""
    if request.ended:
        return []
    concerned = [one for one in pausing.pauses() if one.generator in ("", request.generator)]
    live = list(Process.objects.filter(last_seen_at__gt=Now() - processes.LIVE))
    kinds = {row.kind for row in live}
    broker = processes.broker_seen(live)
    said = [f"Generation is {pausing.described(one)}." for one in concerned]
    if Process.Kind.DISPATCHER not in kinds:
        said.append("No dispatcher runs: what waits is not published.")
    if broker and not broker["ok"]:
        said.append("The broker does not answer: what waits is not published.")
    if Process.Kind.WORKER not in kinds:
        said.append("No worker runs: what is published is not made.")
    return said


def found(ids: Sequence[uuid.UUID]) -> list[GenerationRequest]:
    """The orders with these ids, in their order.

    Raises:
        NotFound: names every id that no order has.
    """
    known = GenerationRequest.objects.select_related("ordered_by").in_bulk(list(ids))
    if unknown := [str(each) for each in ids if each not in known]:
        raise NotFound(f"No order has the id {', '.join(unknown)}.")
    return [known[each] for each in ids]


def unfinished(requests: Sequence[GenerationRequest]) -> tuple[int, int]:
    """Problems of these orders that nobody has begun, and those that are in work."""
    state = GenerationItem.State
    counted = dict(
        GenerationItem.objects.filter(request__in=[one.id for one in requests])
        .values_list("state")
        .annotate(number=Count("id"))
        .order_by()
    )
    waiting = sum(counted.get(one, 0) for one in GenerationItem.NOT_BEGUN)
    return waiting, counted.get(state.PROCESSING, 0)
