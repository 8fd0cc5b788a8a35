"""Publishing: one idempotent producer a process, and a report for every message."""

from __future__ import annotations

import atexit
import math
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from quizservice.kafka import clients
from quizservice.kafka.codec import Headers
from quizservice.kafka.errors import KafkaPublishError, KafkaUnavailable
from quizservice.kafka.options import Options

#: What librdkafka calls with the end of a message.
Report = Callable[[KafkaError | None, Message], None]


class Confirmations:
    """The delivery reports of one message or of a batch, to be waited for together.

    One thread sends and waits, another reports; who sees that all came sets the event.
    """

    def __init__(self) -> None:
        self._expected = 0
        self._wanted = math.inf  # until somebody waits
        self._came = 0
        self._failures: list[KafkaPublishError] = []
        self._complete = threading.Event()

    def reporter(self, topic: str, on_failure: Callable[[], None]) -> Report:
        """The function to be called with the report of one message, once."""
        return partial(self._report, topic, on_failure)

    def expect(self) -> None:
        """A message was handed over; its report may have come already."""
        self._expected += 1

    def complete(self) -> bool:
        """Whether all reports came."""
        return self._came >= self._expected

    def wait(self, deadline: float) -> None:
        """Return when all is stored; raises KafkaPublishError if anything may not be."""
        self._wanted = self._expected
        if self._came < self._expected:
            self._complete.wait(max(deadline - time.monotonic(), 0))
        if self._failures:
            raise self._failures[0]
        if self._came < self._expected:
            raise _unconfirmed(self._expected - self._came, self._expected)

    def _report(
        self,
        topic: str,
        on_failure: Callable[[], None],
        error: KafkaError | None,
        _: Message,
    ) -> None:
        if error is not None:
            self._failures.append(_refused(topic, error))
            on_failure()
        self._came += 1
        if self._came >= self._wanted:
            self._complete.set()


def _refused(topic: str, error: KafkaError) -> KafkaPublishError:
    return KafkaPublishError(f"Kafka did not take a message for {topic}: {error.str()}.")


def _unconfirmed(missing: int, expected: int) -> KafkaPublishError:
    return KafkaPublishError(f"Kafka did not confirm {missing} of {expected} messages in time.")


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
        self._lock = threading.Lock()
        self._elsewhere = 0  # threads that receive reports themselves
        self._news = threading.Event()  # there are reports to receive
        self._thread = threading.Thread(target=self._serve, daemon=True, name="kafka-reports")
        self._thread.start()

    def partitions_for(self, topic: str, partitions: int, messages: int = 1) -> list[int]:
        """The partitions of the next messages without a key: all in turn, far apart.

        A worker owns neighbouring partitions, so the step is near the golden section of their
        number: any few messages in a row spread over all workers. After ``partitions`` messages
        the row begins anew, so the list is never longer than that.
        """
        turn = self._turns.get(topic)
        if turn is None:
            turn = random.randrange(partitions)
        self._turns[topic] = (turn + messages) % partitions
        step = stride(partitions)
        return [(turn + n) * step % partitions for n in range(min(messages, partitions))]

    def send(
        self,
        topic: str,
        value: str | bytes,
        headers: Headers,
        report: Report,
        deadline: float,
        **to: Any,
    ) -> None:
        """Hand a message over; ``report`` is called once, after ``settle`` or ``attend``.

        ``to``: ``partition`` or ``key``. Waits until ``deadline`` (monotonic) while the local
        queue is full. Raises KafkaPublishError if the message is refused here; then there will be
        no report.
        """
        while True:
            try:
                self._producer.produce(topic, value, headers=headers, on_delivery=report, **to)
                return
            except BufferError as error:
                if time.monotonic() >= deadline:
                    raise KafkaPublishError("Too many messages wait to be sent.") from error
                self._producer.poll(0.005)  # what is confirmed makes room
            except KafkaException as error:
                reason: KafkaError = error.args[0]
                self._on_error(reason)
                raise _refused(topic, reason) from error

    def attend(self) -> None:
        """Let the thread ``kafka-reports`` receive what comes."""
        self._news.set()

    def settle(self, confirmations: Confirmations, deadline: float) -> None:
        """Wait for confirmations as they do, and receive reports here if no other thread does.

        That spares two changes of threads for a message.
        """
        with self._lock:
            alone = not self._elsewhere
        if alone:
            with self._reports_here():
                while not confirmations.complete() and time.monotonic() < deadline:
                    self._producer.poll(min(max(deadline - time.monotonic(), 0), 0.1))
        confirmations.wait(deadline)

    def send_rows(
        self,
        topic: str,
        rows: Iterable[tuple[int, Iterable[tuple[str | bytes, Headers]]]],
        deadline: float,
    ) -> tuple[list[list[int]], KafkaPublishError | None]:
        """Hand over rows of messages, each for one partition, and wait until all are stored.

        Returns each row's offsets in the order of its messages, which an idempotent producer keeps
        (the reports that two threads receive do not). Beside them an error if any message is not
        confirmed by ``deadline`` (monotonic); rows that lack an offset then do not tell whose.
        """
        stored: list[list[int]] = []
        failed: list[KafkaPublishError] = []
        refused: KafkaPublishError | None = None
        sent = 0
        produce = self._producer.produce
        with self._reports_here():
            try:
                for partition, messages in rows:
                    offsets: list[int] = []
                    stored.append(offsets)
                    to: dict[str, Any] = {"partition": partition}
                    report = _row_reporter(topic, offsets, failed)
                    for value, headers in messages:
                        try:
                            produce(topic, value, headers=headers, on_delivery=report, **to)
                        except (BufferError, KafkaException):  # waits, or says what is wrong
                            self.send(topic, value, headers, report, deadline, **to)
                        sent += 1
            except KafkaPublishError as error:
                refused = error
            while (missing := sent - sum(map(len, stored)) - len(failed)) > 0:
                left = deadline - time.monotonic()
                if left <= 0:
                    refused = refused or _unconfirmed(missing, sent)
                    break
                self._producer.poll(min(left, 0.1))
        # Copies, because reports that come late still reach the lists.
        return [sorted(offsets) for offsets in stored], refused or next(iter(failed), None)

    @contextmanager
    def _reports_here(self) -> Iterator[None]:
        """Inside, this thread receives the reports, by its own calls of ``poll``.

        Two threads that take turns at running Python for each of thousands of reports need several
        times as long.
        """
        with self._lock:
            self._elsewhere += 1
        try:
            yield
        finally:
            with self._lock:
                self._elsewhere -= 1
            if len(self._producer):  # of another thread, which waits for it
                self._news.set()

    def close(self, timeout: float) -> None:
        """At the process's end: wait for what is under way, at most ``timeout`` seconds."""
        self._producer.flush(timeout)
        self._closing = True
        self._news.set()
        self._thread.join(2)
        clients.abandon(self._producer)

    def _serve(self) -> None:
        while not self._closing and (self.usable or len(self._producer)):
            if self._elsewhere or not len(self._producer):
                self._news.wait(1.0)
                self._news.clear()
                if not self._elsewhere:
                    self._producer.poll(0)  # errors come without messages too
            else:
                self._producer.poll(0.5)
        if not self._closing:  # broken, and a new one is in its place
            clients.abandon(self._producer)

    def _on_error(self, error: KafkaError) -> None:
        if error.fatal() or error.code() == KafkaError._FATAL:
            clients.logger.error("The Kafka producer is replaced after: %s", error.str())
            self.usable = False


def _row_reporter(topic: str, offsets: list[int], failed: list[KafkaPublishError]) -> Report:
    def report(error: KafkaError | None, message: Message) -> None:
        if error is None:
            offsets.append(message.offset())  # type: ignore[arg-type]  # stored: it has one
        else:
            failed.append(_refused(topic, error))

    return report


@lru_cache(maxsize=64)
def stride(partitions: int) -> int:
    """A step through ``partitions`` that reaches all of them, near their golden section."""
    wanted = round(partitions * 0.618)
    steps = sorted(range(1, partitions + 1), key=lambda step: abs(step - wanted))
    return next(step for step in steps if math.gcd(step, partitions) == 1)


_lock = threading.Lock()
_producers: dict[str, ConfirmingProducer] = {}
_batch = threading.local()


def _renew() -> None:
    global _lock, _batch
    _lock, _batch = threading.Lock(), threading.local()
    _producers.clear()


clients.after_fork(_renew)


def process_producer(options: Options) -> ConfirmingProducer:
    """The producer of this process for these options; a new one after a fork or a fatal error.

    Raises KafkaUnavailable for settings that librdkafka cannot use.
    """
    key = options.producer_key
    with _lock:
        producer = _producers.get(key)
        if producer is None or not producer.usable:
            try:
                with clients.making():
                    producer = _producers[key] = ConfirmingProducer(options.producer)
            except ValueError as error:
                raise KafkaUnavailable(str(error)) from error
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
    outer = getattr(_batch, "confirmations", None)
    confirmations = _batch.confirmations = Confirmations()
    try:
        yield
    finally:
        _batch.confirmations = outer
    confirmations.wait(time.monotonic() + timeout)


def this_batch() -> Confirmations | None:
    """What the batch that this thread is in waits for at its end; None outside a batch."""
    return getattr(_batch, "confirmations", None)
