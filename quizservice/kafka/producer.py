"""Publishing: one idempotent producer a process, and a report for every message."""

from __future__ import annotations

import atexit
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import gcd
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer

from quizservice.kafka import clients
from quizservice.kafka.errors import KafkaPublishError
from quizservice.kafka.options import Options

Headers = list[tuple[str, str | bytes | None]]
Report = Callable[[KafkaError | None], None]

#: Codes after which what we know of a topic's partitions is out of date.
STALE_TOPIC = frozenset(
    {
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError._UNKNOWN_TOPIC,
        KafkaError._UNKNOWN_PARTITION,
    }
)


class Receipt:
    """The delivery report of one message, to be waited for."""

    def __init__(self, topic: str, on_stale: Callable[[], None]) -> None:
        self._topic = topic
        self._on_stale = on_stale
        self._reported = threading.Event()
        self._error: KafkaError | None = None

    def __call__(self, error: KafkaError | None) -> None:
        if error is not None and error.code() in STALE_TOPIC:
            self._on_stale()
        self._error = error
        self._reported.set()

    def wait(self, deadline: float) -> None:
        """Return when the message is stored; raises KafkaPublishError if it may not be."""
        if not self._reported.wait(max(deadline - time.monotonic(), 0)):
            raise KafkaPublishError(f"Kafka did not confirm a message for {self._topic} in time.")
        if self._error is not None:
            raise KafkaPublishError(
                f"Kafka did not take a message for {self._topic}: {self._error.str()}."
            )


class ConfirmingProducer:
    """The producer, with the thread ``kafka-reports`` that serves its delivery reports."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._producer = Producer(
            {"error_cb": self._on_error, **config}, logger=clients.ClientLog()
        )
        clients.keep(self._producer)
        #: False after an error that an idempotent producer cannot recover from.
        self.usable = True
        self._closing = False
        self._turns: dict[str, int] = {}
        self._thread = threading.Thread(target=self._serve, daemon=True, name="kafka-reports")
        self._thread.start()

    def partition(self, topic: str, partitions: int) -> int:
        """The partition of the next message without a key: all in turn, far apart.

        A worker owns neighbouring partitions, so the step is near the golden section of their
        number: any few messages in a row spread over all workers.
        """
        turn = self._turns.get(topic)
        turn = random.randrange(partitions) if turn is None else turn + 1
        self._turns[topic] = turn
        return turn * stride(partitions) % partitions

    def send(
        self, topic: str, value: bytes, headers: Headers, report: Report, deadline: float, **to: Any
    ) -> None:
        """Hand a message over; ``report`` is called from the reports thread, once.

        ``to``: ``partition`` or ``key``. Waits until ``deadline`` (monotonic) while the local
        queue is full. Raises KafkaPublishError if the message is refused here.
        """
        while True:
            try:
                self._producer.produce(
                    topic, value, headers=headers, on_delivery=lambda e, _: report(e), **to
                )
                return
            except BufferError as error:
                if time.monotonic() >= deadline:
                    raise KafkaPublishError("Too many messages wait to be sent.") from error
                time.sleep(0.005)
            except KafkaException as error:
                reason: KafkaError = error.args[0]
                self._on_error(reason)
                if reason.code() in STALE_TOPIC:
                    report(reason)
                    return
                raise KafkaPublishError(
                    f"Kafka did not take a message for {topic}: {reason.str()}."
                ) from error

    def close(self, timeout: float) -> None:
        """At the process's end: wait for what is under way, at most ``timeout`` seconds."""
        self._producer.flush(timeout)
        self._closing = True
        self._thread.join(2)
        clients.abandon(self._producer)

    def _serve(self) -> None:
        while not self._closing and self.usable:
            self._producer.poll(0.5)

    def _on_error(self, error: KafkaError) -> None:
        if error.fatal() or error.code() == KafkaError._FATAL:
            clients.logger.error("The Kafka producer is replaced after: %s", error.str())
            self.usable = False


def stride(partitions: int) -> int:
    """A step through ``partitions`` that reaches all of them, near their golden section."""
    wanted = round(partitions * 0.618)
    steps = sorted(range(1, partitions + 1), key=lambda step: abs(step - wanted))
    return next(step for step in steps if gcd(step, partitions) == 1)


_lock = threading.Lock()
_producers: dict[str, ConfirmingProducer] = {}
_batch = threading.local()


def _renew() -> None:
    global _lock, _batch
    _lock, _batch = threading.Lock(), threading.local()
    _producers.clear()


clients.after_fork(_renew)


def process_producer(options: Options) -> ConfirmingProducer:
    """The producer of this process for these options; a new one after a fork or a fatal error."""
    key = options.producer_key
    with _lock:
        producer = _producers.get(key)
        if producer is None or not producer.usable:
            producer = _producers[key] = ConfirmingProducer(options.producer)
        return producer


@atexit.register
def _close_all() -> None:
    for producer in _producers.values():
        producer.close(timeout=2)


@contextmanager
def batch(timeout: float = 12.0) -> Iterator[None]:
    """Publish many messages and wait for all their confirmations once, at the block's end.

    For one thread: inside, ``apply_async`` returns when the message is handed over. The end of
    the block raises KafkaPublishError if any message is not confirmed within ``timeout`` seconds;
    then each of them may or may not be stored. So it is when the block itself raises.
    """
    outer = getattr(_batch, "pending", None)
    pending: list[Receipt] = []
    _batch.pending = pending
    try:
        yield
    finally:
        _batch.pending = outer
    deadline = time.monotonic() + timeout
    for receipt in pending:
        receipt.wait(deadline)


def settle(receipt: Receipt, deadline: float) -> None:
    """Wait for a receipt, or leave that to the batch this thread is in."""
    pending: list[Receipt] | None = getattr(_batch, "pending", None)
    if pending is None:
        receipt.wait(deadline)
    else:
        pending.append(receipt)
