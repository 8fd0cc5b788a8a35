"""The end of an item: written only by who still has it, together with its request's counters."""

from __future__ import annotations

import threading
from typing import Any

from django.conf import settings
from django.db import transaction

from generation import counting
from generation.models import GenerationItem, GenerationRequest

#: Of a pool's connections half may store, so that a slot which is free gets one to claim its next item.
storing = threading.BoundedSemaphore(max(1, settings.DATABASE_POOL_SIZE // 2))


class ClaimLost(Exception):
    """Somebody else has taken the item over; what this worker made is not kept."""


def end(item: GenerationItem, state: GenerationItem.State, **values: Any) -> str:
    """End an item, and its request with the last one. Returns the state.

    Raises:
        ClaimLost: when the item is somebody else's by now.
    """
    with storing, transaction.atomic():
        end_row(item, state, **values)
        GenerationRequest.objects.count_end(item.request_id, state)
    return state


def end_row(item: GenerationItem, state: str, **values: Any) -> None:
    """End an item's row alone, inside a transaction that counts it.

    Raises:
        ClaimLost: when the item is somebody else's by now.
    """
    if not GenerationItem.objects.still_mine(item).update(**item.end_values(state, **values)):
        raise ClaimLost
    counting.item_ended(item, state)
