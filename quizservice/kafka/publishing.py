"""Publishing many calls of one task together, near the speed of a bare producer."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from celery import Task

from quizservice.kafka import topics
from quizservice.kafka.codec import Headers, encode
from quizservice.kafka.offsets import Position
from quizservice.kafka.options import Options, topic_name
from quizservice.kafka.producer import process_producer
from quizservice.kafka.template import Call, Template, compose, fits, observed


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
    ``timeout``: seconds until all have to be confirmed, from when the topic is known. Raises
    KafkaUnavailable when no broker answers within ``connect_timeout``, KafkaPublishError if any
    message is not confirmed in time (its ``stored`` tells which are for certain; the others may or
    may not be), and, with nothing published, TypeError for arguments that the task does not take
    and RuntimeError with ``task_always_eager``. Any thread and any child made by ``fork`` may call.
    """
    if not calls:
        return []
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
    stored, error = producer.send_rows(topic, rows, time.monotonic() + timeout)
    positions: dict[int, Position] = {}
    for start, (partition, offsets) in enumerate(zip(partitions, stored, strict=False)):
        numbers = range(start, len(calls), number)
        if len(offsets) == len(numbers):  # else it is not known which of the row are stored
            positions.update(zip(numbers, _positions(topic, partition, offsets), strict=True))
    if error is not None:
        topics.forget(options, topic)
        error.stored = positions
        raise error
    return [positions[n] for n in range(len(calls))]


def _positions(topic: str, partition: int, offsets: Iterable[int]) -> Iterator[Position]:
    return (Position(topic, partition, offset) for offset in offsets)


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
