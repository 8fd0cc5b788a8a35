"""What the dispatcher does beside publishing: takes back what was lost, ends what is over."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, Max, Min, OuterRef
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_noop

from generation import counting, ending
from generation.models import GenerationItem, GenerationItemQuerySet, GenerationRequest, Pause

#: Why an order was ended.
CANCELLED_BY = gettext_noop("Cancelled by {name}.")
#: Why an item waits again though its writer said nothing; in a teacher's words.
ABANDONED = gettext_noop("The worker that had it stopped before it was finished.")


def free_abandoned_items() -> int:
    """Items whose lease is over wait again; after the last attempt they have failed.

    Returns how many were freed or ended.
    """
    abandoned = GenerationItem.objects.lease_over()
    with transaction.atomic():
        # A worker that was stopped while it stored its problem holds the item's lock: nobody waits for it.
        free = abandoned.with_attempts_left().select_for_update(skip_locked=True)
        freed = GenerationItem.objects.filter(
            id__in=list(free.values_list("id", flat=True))
        ).update(
            state=GenerationItem.State.WAITING,
            lease_until=None,
            not_before=Now(),
            error_message=ABANDONED,
            error_detail="the lease was over",
        )
        spent = list(abandoned.out_of_attempts().select_for_update(skip_locked=True))
    for item in spent:
        try:
            ending.end(
                item,
                GenerationItem.State.FAILED,
                error_message=gettext_noop(
                    "The generation was begun several times and never finished."
                ),
                error_detail=f"lease over after attempt {item.attempt}",
            )
        except ending.ClaimLost:  # it ended after all
            continue
        freed += 1
    return freed


def expire_overdue_requests() -> int:
    """End requests whose time to live is over and drop their items that have not begun."""
    overdue = list(GenerationRequest.objects.overdue().values_list("id", flat=True)[:100])
    for request_id in overdue:
        end_early(
            request_id,
            GenerationRequest.Status.EXPIRED,
            gettext_noop("The request did not end within its time to live."),
        )
    return len(overdue)


def end_early(
    request_id: uuid.UUID, status: GenerationRequest.Status, error_message: str
) -> GenerationRequest | None:
    """End an open request now: what has not begun is dropped, what has goes on and is counted.

    Returns the request as it is then, or None if it had ended already.
    """
    with transaction.atomic():
        open_requests = GenerationRequest.objects.open().filter(id=request_id)
        if not open_requests.update(status=status, completed_at=Now(), error_message=error_message):
            return None
        _drop(GenerationItem.objects.filter(request_id=request_id))
    return GenerationRequest.objects.get(id=request_id)


def drop_items_of_ended_requests() -> int:
    """Drop items that came back from a worker after their request was ended early. Returns how many."""
    ended = GenerationRequest.objects.filter(
        id=OuterRef("request_id"),
        status__in=[GenerationRequest.Status.CANCELLED, GenerationRequest.Status.EXPIRED],
    )
    with transaction.atomic():
        return _drop(GenerationItem.objects.filter(Exists(ended)))


def _drop(items: GenerationItemQuerySet) -> int:
    """Drop those of these items that have not begun; inside the transaction that locks them."""
    free = items.not_begun().select_for_update(of=("self",), skip_locked=True)
    found = list(free.values_list("id", "request__status", "request__generator", "priority"))
    dropped = GenerationItem.objects.filter(id__in=[row[0] for row in found])
    counting.items_ended((status, writer, priority) for _, status, writer, priority in found)
    return dropped.update(state=GenerationItem.State.DROPPED, ended_at=Now())


def oldest_waiting_age() -> float | None:
    """Seconds for which nobody has moved the item whose turn it is, None when none waits.

    The next item that is due waits for the dispatcher: not while the window is half full, nor since before
    the last time that anything of its priority was published. A published one waits for a worker: not while
    anything of its priority is in work. What is paused waits for nobody.
    """
    if Pause.objects.filter(generator=Pause.EVERYTHING).exists():
        return None
    since = [
        moment
        for priority in GenerationRequest.Priority.values
        for moment in (_unpublished_since(priority), _unclaimed_since(priority))
        if moment is not None
    ]
    return max(0.0, (timezone.now() - min(since)).total_seconds()) if since else None


def _unpublished_since(priority: str) -> datetime | None:
    following = GenerationItem.objects.due(priority).only("not_before", "created_at").first()
    flying = GenerationItem.objects.in_flight(priority).aggregate(
        number=Count("id"), latest=Max("published_at")
    )
    if following is None or flying["number"] * 2 >= settings.PUBLISH_WINDOW:
        return None
    since = following.not_before or following.created_at
    return max(since, flying["latest"] or since)


def _unclaimed_since(priority: str) -> datetime | None:
    items = GenerationItem.objects.filter(priority=priority)
    if items.filter(state=GenerationItem.State.PROCESSING).exists():
        return None
    published = items.filter(state=GenerationItem.State.PUBLISHED).of_working_writers()
    oldest: datetime | None = published.aggregate(oldest=Min("published_at"))["oldest"]
    return oldest
