"""Publishing tasks, each confirmed by the broker, against a bare confirmed producer.

The floor is a producer of confluent-kafka with the transport's own configuration and a callback that
counts the confirmation of each message; a flush a batch, or a message where they go singly. It sends
the very bytes and headers of one of our messages again and again. Another one beside it writes the JSON
of each message with ids and arguments of its own, as any program must whose messages differ.

Celery over the peers has no batches: there each message is a round trip. kombu's own Kafka transport
flushes after each message but looks at no confirmation.
"""

from __future__ import annotations

import base64
import json
import statistics
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from celery import Celery
from confluent_kafka import Consumer, KafkaError, Message, Producer

from quizservice import kafka
from tests.benchmarks import peers, task_app
from tests.benchmarks.measure import Options, in_turn, ratios, seconds, summary, table

PARTITIONS = 24
ROUNDS = 15
TIMEOUT = 30.0
FLOOR = "bare producer, the same bytes"


class BareProducer:
    """Sends messages like a sample and waits until all are confirmed."""

    def __init__(self, bootstrap_servers: str, topic: str, sample: Message) -> None:
        config = kafka.Options(bootstrap_servers=bootstrap_servers).producer
        self._producer = Producer({**config, "log_level": 2})
        self._topic, self._value, self._headers = topic, sample.value(), sample.headers()
        self._pattern = json.loads(self._value or b"{}")
        self._confirmed = 0

    def copies(self, number: int, at_once: int) -> None:
        """The sample's own bytes. Raises RuntimeError if a message is not confirmed."""
        for start in range(0, number, at_once):
            batch = min(at_once, number - start)
            self._confirmed = 0
            for _ in range(batch):
                self._produce(self._value, self._headers)
            self._settle(batch)

    def written(self, ids: Sequence[str]) -> None:
        """A message for each id. Raises RuntimeError if one is not confirmed."""
        self._confirmed = 0
        message = self._pattern
        for argument in ids:
            task_id = str(uuid.uuid4())
            message["headers"].update(id=task_id, root_id=task_id, argsrepr=repr((argument,)))
            message["properties"].update(correlation_id=task_id, delivery_tag=task_id)
            message["body"] = base64.b64encode(json.dumps([[argument], {}, {}]).encode()).decode()
            headers = [("id", task_id.encode()), ("task", b"empty")]
            self._produce(json.dumps(message).encode(), headers)
        self._settle(len(ids))

    def _produce(self, value: bytes | None, headers: Any) -> None:
        self._producer.produce(self._topic, value, headers=headers, on_delivery=self._report)

    def _report(self, error: KafkaError | None, message: Message) -> None:
        if error is None:
            self._confirmed += 1

    def _settle(self, number: int) -> None:
        self._producer.flush(TIMEOUT)
        if self._confirmed != number:
            raise RuntimeError(f"{self._confirmed} of {number} messages were confirmed")


def first_message(bootstrap_servers: str, topic: str) -> Message:
    """The first message of a topic, read outside any worker's group."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap_servers,
            "group.id": uuid.uuid4().hex,
            "group.protocol": "consumer",
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([topic])
    try:
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            message = consumer.poll(1.0)
            if message is not None and message.error() is None:
                return message
        raise TimeoutError(f"no message came from {topic}")
    finally:
        consumer.close()


def _celery(app: Celery, queue: str, ids: Sequence[str]) -> Callable[[], object]:
    """Publishes with ``apply_async``, one message after the other."""
    task = app.tasks["empty"]

    def publish() -> None:
        for argument in ids:
            task.apply_async((argument,), queue=queue)

    return publish


def run(options: Options) -> None:
    size, single = (500, 50) if options.short else (2000, 200)
    servers = options.server.bootstrap_servers
    topic = f"enqueue-{uuid.uuid4().hex[:6]}"
    options.server.create_topic(topic, PARTITIONS)
    ids = [str(uuid.uuid4()) for _ in range(size)]
    few = ids[:single]
    calls = [kafka.Call((one,)) for one in ids]
    app = task_app.build(peers.ours(servers, topic), topic)
    _celery(app, topic, ids[:1])()
    bare = BareProducer(servers, topic, first_message(servers, topic))
    one_by_one = _celery(app, topic, ids)

    def in_batch() -> None:
        with kafka.batch(TIMEOUT):
            one_by_one()

    batches: dict[str, Callable[[], object]] = {
        "ours: publish()": lambda: kafka.publish(
            app.tasks["empty"], calls, queue=topic, timeout=TIMEOUT
        ),
        "ours: batch() and apply_async": in_batch,
        "bare producer that writes its JSON": lambda: bare.written(ids),
        FLOOR: lambda: bare.copies(size, size),
    }
    kombus = task_app.build(peers.kombus_own(servers), topic)
    singles: dict[str, Callable[[], object]] = {
        "ours: apply_async": _celery(app, topic, few),
        peers.KOMBU: _celery(kombus, topic, few),
        FLOOR: lambda: bare.copies(single, 1),
    }
    print(f"\nenqueue: tasks published and confirmed, {size} in a batch or one by one")
    with peers.redis() as redis:
        if redis is not None:
            singles[peers.REDIS] = _celery(task_app.build(redis, topic), topic, few)
        rounds = 3 if options.short else ROUNDS
        _show("in a batch", batches, size, rounds)
        _show("one by one", singles, single, rounds)


def _show(title: str, actions: dict[str, Callable[[], object]], number: int, rounds: int) -> None:
    for action in actions.values():
        action()  # connections, topics and caches are there before the clock runs
    times = in_turn({name: lambda a=a: seconds(a) for name, a in actions.items()}, rounds)  # type: ignore[misc]
    floor = times[FLOOR]
    rows = [
        (name, f"{number / statistics.median(found):.0f}", summary(ratios(floor, found)))
        for name, found in times.items()
    ]
    table((title, "tasks/s", "speed to the floor"), rows)
