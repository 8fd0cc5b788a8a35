"""Publishing items: what is due, and again what the broker has lost. The rows are the truth.

An item that was published and not claimed may still stand in Kafka behind others. Where its message
stands is in its row, and the group's offsets tell whether it is still to come, so nothing is published
again just because there is much to do.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from generation.models import GenerationItem
from generation.tasks import generate_item
from quizservice import instruments, kafka, tracing

logger = logging.getLogger(__name__)

#: Most messages that are confirmed together.
BATCH = 500

#: An item to be published: its id, its attempts so far, and the trace that it belongs to.
Outgoing = tuple[uuid.UUID, int, str]
_OUTGOING = ("id", "attempt", "traceparent")

# What a worker claimed, somebody cancelled or tried again, or a pause took back meanwhile stays as it is.
_MARK = """
    WITH sent AS (
        SELECT *
          FROM unnest(%s::uuid[], %s::int[], %s::int[], %s::bigint[]) AS sent (id, attempt, place, position)
    ), free AS (
        SELECT item.id
          FROM generation_generationitem item
          JOIN sent USING (id, attempt)
          JOIN generation_generationrequest request ON request.id = item.request_id
         WHERE (item.state = 'published'
                OR item.state = 'waiting' AND coalesce(item.not_before <= now(), true))
           AND NOT EXISTS (SELECT FROM generation_pause
                            WHERE generation_pause.generator IN ('', request.generator))
           FOR UPDATE OF item SKIP LOCKED
    )
    UPDATE generation_generationitem item
       SET state = 'published',
           published_at = now(),
           publish_count = CASE item.state WHEN 'waiting' THEN 1 ELSE item.publish_count + 1 END,
           not_before = NULL,
           message_partition = sent.place,
           message_offset = sent.position
      FROM sent JOIN free USING (id)
     WHERE item.id = sent.id
"""


def options() -> kafka.Options:
    """How this process reaches Kafka."""
    return kafka.Options.from_connection(generate_item.app.connection_for_write())


def publish_due(priority: str) -> int:
    """Publish what is due within the window; returns how many.

    Raises kombu's OperationalError when the broker is away; then the rows wait as before.
    """
    room = settings.PUBLISH_WINDOW - GenerationItem.objects.in_flight(priority).count()
    due = GenerationItem.objects.due(priority).values_list(*_OUTGOING)
    items = list(due[: max(0, min(room, BATCH))])
    _publish(priority, items, "due")
    return len(items)


def publish_lost(priority: str) -> int:
    """Publish again what was published long ago and will not be delivered any more; returns how many.

    Raises kombu's OperationalError when the broker is away.
    """
    candidates = list(
        GenerationItem.objects.unclaimed(
            priority, timedelta(seconds=settings.REPUBLISH_AFTER)
        ).values_list(*_OUTGOING, "message_partition", "message_offset")
    )
    if not candidates:
        return 0
    topic = settings.KAFKA_TOPICS[priority]
    progress = kafka.progress(options(), [topic])
    lost = [
        (item_id, attempt, trace)
        for item_id, attempt, trace, partition, offset in candidates
        if not _to_come(progress, topic, partition, offset)
    ]
    if lost:
        logger.warning("publishing %s %s items again: nobody claimed them", len(lost), priority)
    for start in range(0, len(lost), BATCH):
        _publish(priority, lost[start : start + BATCH], "again")
    return len(lost)


def _to_come(
    progress: Mapping[tuple[str, int], kafka.Progress],
    topic: str,
    partition: int | None,
    offset: int | None,
) -> bool:
    """Whether a message stands in the topic and the workers have not dealt with it."""
    if partition is None or offset is None:
        return False
    place = progress.get((topic, partition))
    return place is not None and max(place.first, place.done) <= offset < place.end


def _publish(priority: str, items: Sequence[Outgoing], kind: str) -> None:
    """Publish items and note it. ``kind``: ``due`` or ``again``, for who counts them."""
    if not items:
        return
    begun, outcome, stored = time.monotonic(), "error", 0
    try:
        positions = _send(settings.KAFKA_TOPICS[priority], items)
        outcome, stored = "ok", len(items)
    except kafka.KafkaPublishError as error:
        # a partition that nobody leads: what the others took must not be sent again and again
        stored = len(error.stored)
        mark([items[n] for n in error.stored], list(error.stored.values()))
        raise
    finally:
        seconds = time.monotonic() - begun
        instruments.publish_duration.record(seconds, priority=priority, outcome=outcome)
        if stored:
            instruments.published.add(stored, priority=priority, kind=kind)
    mark(items, positions)


def _send(topic: str, items: Sequence[Outgoing]) -> list[kafka.Position]:
    """Publish items, each in its trace."""
    with tracing.sending([trace for _, _, trace in items], topic) as traces:
        calls = [
            kafka.Call((str(item_id),), {"traceparent": trace} if trace else {})
            for (item_id, _, _), trace in zip(items, traces, strict=True)
        ]
        return kafka.publish(
            generate_item, calls, queue=topic, timeout=settings.KAFKA_PUBLISH_TIMEOUT
        )


def mark(items: Sequence[Outgoing], positions: Sequence[kafka.Position]) -> None:
    """Note that items were published and where their messages stand."""
    columns: list[list[Any]] = [
        [item_id for item_id, _, _ in items],
        [attempt for _, attempt, _ in items],
        [position.partition for position in positions],
        [position.offset for position in positions],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_MARK, columns)
