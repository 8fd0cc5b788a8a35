"""The transport as kombu sees it: connection, channel and acknowledgements."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import confluent_kafka
from confluent_kafka import KafkaError, Message
from kombu.transport import virtual

from quizservice.kafka import clients, topics
from quizservice.kafka.codec import encode
from quizservice.kafka.consumer import GroupConsumer
from quizservice.kafka.errors import KafkaPublishError, KafkaUnavailable
from quizservice.kafka.offsets import Delivery
from quizservice.kafka.options import DEFAULT_PORT, Options, topic_name
from quizservice.kafka.producer import Confirmations, process_producer, this_batch
from quizservice.kafka.template import collected

#: Window of a consumer that sets no limit.
_UNLIMITED = 1000
#: Longest block of the main loop, in seconds: between two calls Celery looks for its stop signal.
_LONGEST_WAIT = 0.5


@dataclass(frozen=True, slots=True)
class _Failure:
    """Consuming cannot go on; one sentence."""

    reason: str


class QoS(virtual.QoS):
    """Acknowledgements, passed to the channel's consumer. Called from any thread."""

    channel: Channel

    def __init__(self, channel: Channel, prefetch_count: int = 0) -> None:
        # Not the parent's: it keeps its own books and gives messages back at the exit.
        self.channel = channel
        self.prefetch_count = prefetch_count

    def can_consume(self) -> bool:
        return True  # the consumer thread keeps to the window

    def append(self, message: Any, delivery_tag: str) -> None:
        """Nothing: the consumer thread entered the delivery before it was seen here."""

    def ack(self, delivery_tag: str) -> None:
        self.channel.consumer.ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if requeue:
            self.channel.consumer.requeue(delivery_tag)
        else:
            self.channel.consumer.ack(delivery_tag)

    def restore_unacked(self) -> None:
        """Nothing: uncommitted offsets are what brings messages back."""

    def restore_unacked_once(self, stderr: Any = None) -> None:
        """Nothing, for the same reason."""


class Channel(virtual.Channel):
    """Publishes through the process's producer; consumes through a thread of its own."""

    QoS = QoS

    def __init__(self, connection: Transport, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        self.kafka = Options.from_connection(connection.client)
        self._inbox = connection.inbox
        self._unacknowledged: set[str] = set()  # queues consumed with no_ack
        self.consumer = GroupConsumer(
            self.kafka,
            window=self._window,
            deliver=lambda delivery: self._inbox.put((self, delivery)),
            dead_letter=self._dead_letter,
            fail=lambda reason: self._inbox.put((self, _Failure(reason))),
        )

    # --- publishing ---

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        """Publish and wait for the confirmation (at the block's end inside ``batch``)."""
        if collected(self.kafka, message):
            return
        topic = topic_name(queue)
        deadline = time.monotonic() + self.kafka.publish_timeout
        number = topics.partitions(self.kafka, topic)
        producer = process_producer(self.kafka)
        key = message["properties"].get("partition_key")
        to: dict[str, Any] = (
            {"key": str(key).encode()}
            if key
            else {"partition": producer.partitions_for(topic, number)[0]}
        )
        together = this_batch()
        confirmations = together or Confirmations()
        forget = partial(topics.forget, self.kafka, topic)
        value, headers = encode(message)
        try:
            producer.send(
                topic, value, headers, confirmations.reporter(topic, forget), deadline, **to
            )
        except KafkaPublishError:
            forget()
            raise
        confirmations.expect()
        if together:
            producer.attend()
        else:
            producer.settle(confirmations, deadline)

    def encode_body(self, body: Any, encoding: str | None = None) -> Any:
        """Text travels as it is, short and readable; bytes need base64."""
        return super().encode_body(body, encoding if isinstance(body, bytes) else None)

    def _new_queue(self, queue: str, **kwargs: Any) -> None:
        topics.partitions(self.kafka, topic_name(queue))
        topics.partitions(self.kafka, self.kafka.dead_letter_topic, wanted=1)

    def _has_queue(self, queue: str, **kwargs: Any) -> bool:
        return topics.exists(self.kafka, topic_name(queue))

    def _purge(self, queue: str) -> int:
        return topics.purge(self.kafka, topic_name(queue))

    # --- consuming ---

    def basic_consume(
        self, queue: str, no_ack: bool, callback: Any, consumer_tag: Any, **kwargs: Any
    ) -> Any:
        result = super().basic_consume(queue, no_ack, callback, consumer_tag, **kwargs)
        if no_ack:
            self._unacknowledged.add(queue)
        self.consumer.subscribe(topic_name(q) for q in self._active_queues)
        return result

    def basic_cancel(self, consumer_tag: str) -> None:
        self._unacknowledged.discard(self._tag_to_queue.get(consumer_tag, ""))
        super().basic_cancel(consumer_tag)
        self.consumer.subscribe(self._active_queues)

    def handle(self, delivery: Delivery) -> bool:
        """In the main loop: give a delivery to whoever consumes its queue; False if none does."""
        queue, _ = delivery.partition
        callback = (self.connection._callbacks or {}).get(queue)
        if callback is None or not self.consumer.take(delivery):
            return False  # cancelled, or taken back by a rebalance: it comes again elsewhere
        raw = delivery.message
        raw["properties"]["delivery_tag"] = delivery.tag
        callback(raw)
        if queue in self._unacknowledged:
            self.consumer.ack(delivery.tag)
        return True

    def close(self) -> None:
        if not self.closed:
            self.consumer.close()
        super().close()

    def _window(self) -> int:
        return self.qos.prefetch_count or _UNLIMITED

    def _dead_letter(self, message: Message, reason: str, done: Callable[[], None]) -> None:
        """Copy a message to the dead-letter topic without waiting; then it counts as done."""
        source = f"{message.topic()}:{message.partition()}:{message.offset()}"
        target = self.kafka.dead_letter_topic

        def report(error: KafkaError | None, _: Message) -> None:
            if error is None:
                clients.logger.warning("Message %s copied to %s", source, target)
            else:
                clients.logger.error(
                    "Message %s not copied to %s (%s); its topic keeps it for the retention time",
                    source,
                    target,
                    error.str(),
                )
            done()

        headers = [*(message.headers() or [])]
        headers += [("dead-letter-source", source), ("dead-letter-reason", reason)]
        producer = process_producer(self.kafka)
        try:
            producer.send(
                target, message.value() or b"", headers, report, time.monotonic(), key=message.key()
            )
            producer.attend()
        except KafkaPublishError as error:
            clients.logger.error("Message %s not copied to %s: %s", source, target, error)
            done()


class Transport(virtual.Transport):
    """A kombu connection. Being made takes no broker; the first use finds out."""

    Channel = Channel

    default_port = DEFAULT_PORT
    driver_type = "kafka"
    driver_name = "quizkafka"
    polling_interval = None
    can_parse_url = True  # so that it is asked how to show one
    connection_errors = (*virtual.Transport.connection_errors, KafkaUnavailable)
    recoverable_connection_errors = (KafkaUnavailable,)
    recoverable_channel_errors = ()

    def __init__(self, client: Any, **kwargs: Any) -> None:
        #: What the channels' consumer threads have for the main loop.
        self.inbox: queue.SimpleQueue[tuple[Channel, Delivery | _Failure]] = queue.SimpleQueue()
        super().__init__(client, **kwargs)

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        """Handle the next message. Raises TimeoutError after ``timeout`` or half a second.

        Raises SystemExit when consuming cannot go on, which ends a worker.
        """
        wait = _LONGEST_WAIT if timeout is None else min(timeout, _LONGEST_WAIT)
        try:
            channel, item = self.inbox.get(timeout=wait)
        except queue.Empty:
            raise TimeoutError("no message") from None
        if isinstance(item, _Failure):
            clients.logger.critical("%s", item.reason)
            raise SystemExit(1)
        channel.handle(item)

    def driver_version(self) -> str:
        return str(confluent_kafka.__version__)

    def as_uri(self, uri: str, include_password: bool = False, mask: str = "**") -> str:
        """The broker's URL for people: without user and password unless they are asked for."""
        scheme, between, rest = uri.rpartition("://")
        return uri if include_password else f"{scheme}{between}{rest.rpartition('@')[2]}"
