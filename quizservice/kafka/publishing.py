"""Publishing many calls of one task together, near the speed of a bare producer."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from celery import Task

from quizservice.kafka import topics
from quizservice.kafka.codec import Headers, encode
from quizservice.kafka.errors import KafkaPublishError
from quizservice.kafka.options import Options, topic_name
from quizservice.kafka.producer import process_producer
from quizservice.kafka.template import Call, Template, compose, fits, observed


class Position(NamedTuple):
    """Where a message stands."""

    topic: str
    partition: int
    offset: int


def publish(
    task: Task, calls: Sequence[Call], *, queue: str, timeout: float = 12.0
) -> list[Position]:
    """Publish calls of a task and return where each message stands, in the order of the calls.

    The messages are those of ``task.apply_async(args=..., headers=..., queue=queue)``, each with an
    id of its own, and are spread over all partitions. Celery makes one of them; the others are
    written after it, so Celery's signals ``before_task_publish``, ``after_task_publish`` and
    ``task_sent`` are not sent. Where somebody listens to one of them, Celery makes every message
    and sends them all, at its own speed (``after_task_publish`` then comes before the
    confirmation). A task that overrides ``shadow_name`` is asked once.

    ``timeout``: seconds until all have to be confirmed. Raises KafkaUnavailable when no broker
    answers within ``connect_timeout``, KafkaPublishError if any message is not confirmed in time
    (each of them may or may not be stored then), and TypeError, with nothing published, for
    arguments that the task does not take. Any thread may call it, and so may a child made by
    ``fork``, which uses clients of its own.
    """
    if not calls:
        return []
    deadline = time.monotonic() + timeout
    options, write, *parts = _written(task, calls, queue)
    topic = topic_name(queue)
    number = topics.partitions(options, topic)
    producer = process_producer(options)
    # What goes to one partition is handed over in a row, so that it travels together.
    partitions = producer.partitions_for(topic, number, len(calls))
    rows = (
        (partition, map(write, *(part[start::number] for part in parts)))
        for start, partition in enumerate(partitions)
    )
    try:
        offsets = producer.send_rows(topic, rows, deadline)
    except KafkaPublishError:
        topics.forget(options, topic)
        raise
    positions: list[Position] = [Position(topic, 0, 0)] * len(calls)
    for start, (partition, row) in enumerate(zip(partitions, offsets, strict=True)):
        positions[start::number] = [Position(topic, partition, offset) for offset in row]
    return positions


def _written(
    task: Task, calls: Sequence[Call], queue: str
) -> tuple[Options, Callable[..., tuple[str | bytes, Headers]], *tuple[Sequence[Any], ...]]:
    """The channel's options, what writes a message, and its arguments for each call."""
    if not observed():
        options, message = compose(task, Call(calls[0].args), queue)
        if fits(message):
            template = Template(task, calls[0].args, message)
            return options, template.write, template.texts(calls), _ids(len(calls))
    composed = [compose(task, call, queue) for call in calls]
    return composed[0].options, encode, [one.message for one in composed]


def _ids(number: int) -> list[str]:
    """UUIDs (version 4): one that is random, and counted up from there."""
    begin = str(uuid.uuid4()).rsplit("-", 1)[0]
    first = secrets.randbits(47)
    return [f"{begin}-{n:012x}" for n in range(first, first + number)]
