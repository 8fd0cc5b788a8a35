"""Consuming: the one thread that owns the Kafka consumer."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from quizservice import telemetry
from quizservice.kafka import clients
from quizservice.kafka.codec import UndecodableMessage, decode
from quizservice.kafka.offsets import Delivery, Ledger, Partition
from quizservice.kafka.options import Options
from quizservice.kafka.watch import Watch

logger = clients.logger

#: Seconds for which nothing can be read before the partitions are paused: pausing throws away what
#: was fetched ahead, and short tasks make room sooner.
_PAUSE_AFTER = 0.3
#: Seconds for the last commit, and for the end of the thread.
_LAST_COMMIT = 3.0
#: Seconds after which a commit without an answer is sent again.
_COMMIT_LOST = 10.0
_END = 8.0
_MOST_AT_ONCE = 500
_REFUSED = (KafkaError.UNSUPPORTED_VERSION, KafkaError._UNSUPPORTED_FEATURE)


class GroupConsumer:
    """A member of the consumer group; every call to the Kafka consumer comes from its thread.

    ``window``: how many deliveries may be unacknowledged. ``deliver`` receives each message,
    ``dead_letter`` each that cannot be decoded with the reason and a function to call when it is
    dealt with, ``fail`` one sentence when consuming cannot go on. All run in the thread.
    """

    def __init__(
        self,
        options: Options,
        *,
        window: Callable[[], int],
        deliver: Callable[[Delivery], None],
        dead_letter: Callable[[Message, str, Callable[[], None]], None],
        fail: Callable[[str], None],
    ) -> None:
        self.ledger = Ledger()
        self._options = options
        self._watch = Watch(options, self.ledger)
        self._window, self._deliver = window, deliver
        self._dead_letter, self._fail = dead_letter, fail
        self._pid = os.getpid()
        # Written by the main loop, read by the thread; ``_wake`` says that there is news.
        self._topics: tuple[str, ...] = ()
        self._stopping = threading.Event()
        self._wake = threading.Event()
        # The thread's own.
        self._consumer: Consumer
        self._subscribed: tuple[str, ...] = ()
        self._held: deque[Delivery] = deque()
        self._paused = self._changed = False
        self._committing: dict[Partition, int] = {}  # sent and not answered
        self._full_since: float | None = None
        self._commit_at = self._committing_since = 0.0
        self._broken = ""
        self._throttle = clients.Throttle()
        self._thread = threading.Thread(target=self._run, daemon=True, name="kafka-consumer")

    # --- called from the main loop and the pool ---

    def subscribe(self, topics: Iterable[str]) -> None:
        """Consume these topics from now on; none: stay in the group, deliver nothing."""
        topics = tuple(sorted(set(topics)))
        if self._topics and not topics:
            self._watch.cancelled()
        self._topics = topics
        if topics and self._thread.ident is None:
            self._thread.start()
        self._wake.set()

    def take(self, delivery: Delivery) -> bool:
        """The main loop takes a delivery; False if a rebalance took it back meanwhile."""
        self._watch.took()
        return self.ledger.start(delivery.tag)

    def ack(self, tag: str) -> None:
        self.ledger.finish(tag)
        self._wake.set()

    def requeue(self, tag: str) -> None:
        """Deliver again, marked as redelivered; the offset stays uncommitted meanwhile."""
        old = self.ledger.take(tag)
        if old is None:
            self._wake.set()  # its partition has moved: a slot is free
            return
        message = decode(old.value, old.headers)
        message["properties"]["delivery_info"]["redelivered"] = True
        again = Delivery(
            old.partition, old.offset, old.epoch, old.value, old.headers, message, old.tries + 1
        )
        if self.ledger.deliver(again):
            self._deliver(again)
        self._wake.set()

    def close(self) -> None:
        """Commit what is finished, leave the group and end the thread, within seconds."""
        if os.getpid() != self._pid or self._thread.ident is None:
            return  # forked away from the thread, or never begun
        self._stopping.set()
        self._wake.set()
        self._thread.join(_END)
        if self._thread.is_alive():
            logger.warning("The Kafka consumer did not end within %g s; it is left alone", _END)
            self._abandon()

    # --- the thread ---

    def _run(self) -> None:
        try:
            self._consumer = self._connect()
            while not self._stopping.is_set() and not self._broken:
                self._turn()
            if self._broken:
                self._fail(self._broken)
            self._leave()
        except Exception as error:
            logger.exception("The Kafka consumer thread ended")
            self._abandon()
            self._fail(f"Kafka cannot be consumed: {error}")

    def _connect(self) -> Consumer:
        config = {
            "error_cb": self._on_error,
            "on_commit": self._on_commit,
            **self._options.consumer(),
        }
        listen = None
        if config["group.protocol"] == "consumer":
            # librdkafka 2.16 tries for ever and says so only in its debug log when a broker does
            # not know the protocol.
            config.setdefault("debug", "cgrp")
            listen = self._on_log
        with clients.making():
            consumer = Consumer(config, logger=clients.ClientLog(listen))
        clients.keep(consumer)
        return consumer

    def _turn(self) -> None:
        if self._topics and self._topics != self._subscribed:
            self._subscribed = self._topics
            self._consumer.subscribe(
                list(self._subscribed),
                on_assign=self._on_assign,
                on_revoke=self._on_revoke,
                on_lost=self._on_lost,
            )
        if self._full():
            self._wait_for_slot()
            self._release()
        for message in self._read_ahead() if self._full() else self._poll():
            self._receive(message)
        self._release()
        self._commit_if_due()
        if self._watch.overdue(consuming=bool(self._topics)):
            self._end_at_once()

    def _room(self) -> int:
        """How many more messages may be read.

        As many as there are slots wait here for one, so that a slot which becomes free does not
        wait for the network. Their partitions are ours, so nobody else could run them meanwhile.
        """
        if not self._topics:
            return 0
        return 2 * self._window() - self.ledger.in_flight() - len(self._held)

    def _full(self) -> bool:
        """Whether what is here already needs a slot before more is of use."""
        return bool(self._held) or self._room() <= 0

    def _poll(self) -> list[Message]:
        """Nothing waits for a slot: wait for messages."""
        self._resume()
        first = self._consumer.poll(self._options.commit_interval)
        if first is None:
            return []
        # Entered before the next call, in which its partition can be lost and assigned anew.
        self._receive(first)
        return self._consumer.consume(min(max(self._room(), 0), _MOST_AT_ONCE), 0)

    def _wait_for_slot(self) -> None:
        self._wake.clear()
        if self._window() <= self.ledger.in_flight() or not self._topics:
            self._wake.wait(self._options.commit_interval)

    def _read_ahead(self) -> list[Message]:
        """No slot is free: read what may wait here, and keep polling, which keeps the membership."""
        room = self._room()
        if 2 * room >= self._window():  # not for each that ends: a call takes as long as many
            self._resume()
            return self._consumer.consume(min(room, _MOST_AT_ONCE), 0)
        now = time.monotonic()
        self._full_since = self._full_since or now
        if now - self._full_since < _PAUSE_AFTER:
            return []
        if not self._paused or self._changed:
            assignment = self._consumer.assignment()
            self._consumer.pause(assignment)
            self._paused, self._changed = bool(assignment), False
        message = self._consumer.poll(0)
        return [] if message is None else [message]

    def _resume(self) -> None:
        self._full_since = None
        if self._paused or self._changed:
            # A pause can outlive a lost assignment, so what is new is resumed as well.
            assignment = self._consumer.assignment()
            self._consumer.resume(assignment)
            self._paused, self._changed = False, not assignment

    def _receive(self, message: Message) -> None:
        error = message.error()
        if error is not None:
            self._on_error(error)
            return
        topic, number, offset = message.topic(), message.partition(), message.offset()
        assert topic is not None
        assert number is not None
        assert offset is not None
        partition = (topic, number)
        epoch = self.ledger.receive(partition, offset)
        if epoch is None:
            return
        value, headers = message.value(), list(dict(message.headers() or []).items())
        try:
            decoded = decode(value, headers)
        except UndecodableMessage as reason:
            logger.error("Message %s[%d]@%d cannot be decoded: %s", topic, number, offset, reason)
            self._dead_letter(
                message,
                str(reason),
                lambda: self.ledger.finish_offset(partition, offset, epoch),
            )
            return
        self._held.append(Delivery(partition, offset, epoch, value or b"", headers, decoded))

    def _release(self) -> None:
        """Deliver what was received, as far as the window allows."""
        while self._held and self._topics and self._window() > self.ledger.in_flight():
            delivery = self._held.popleft()
            if self.ledger.deliver(delivery):
                self._deliver(delivery)

    # --- rebalances; called inside poll ---

    def _on_assign(self, _: Consumer, partitions: list[TopicPartition]) -> None:
        self._changed = True
        self.ledger.assign(_keys(partitions))
        logger.info("Kafka partitions assigned: %s", _named(_keys(partitions)))

    def _on_revoke(self, _: Consumer, partitions: list[TopicPartition]) -> None:
        """The partitions go to another member: let running tasks finish, commit, forget."""
        keys = _keys(partitions)
        self._forget_held(keys)
        self.ledger.forget_waiting(keys)
        deadline = time.monotonic() + self._options.revoke_grace
        while (
            self.ledger.running(keys)
            and not self._stopping.is_set()
            and time.monotonic() < deadline
        ):
            self._wake.clear()
            self._wake.wait(0.05)
        if not self._stopping.is_set():
            self._commit_before_handover(keys)
        self.ledger.drop(keys)
        logger.info("Kafka partitions revoked: %s", _named(keys))

    def _on_lost(self, _: Consumer, partitions: list[TopicPartition]) -> None:
        """The group went on without us: nothing can be committed any more."""
        keys = _keys(partitions)
        self._forget_held(keys)
        self.ledger.drop(keys)
        logger.warning("Kafka partitions lost: %s", _named(keys))

    def _forget_held(self, keys: frozenset[Partition]) -> None:
        self._held = deque(held for held in self._held if held.partition not in keys)

    # --- commits ---

    def _commit_if_due(self) -> None:
        now = time.monotonic()
        if self._committing and now - self._committing_since >= _COMMIT_LOST:
            self.ledger.committed(dict.fromkeys(self._committing))
            self._committing = {}
        if now < self._commit_at or self._committing:
            return
        self._commit_at = now + self._options.commit_interval
        marks = self.ledger.marks()
        if marks:
            self.ledger.committed(marks)
            self._committing, self._committing_since = marks, now
            self._consumer.commit(offsets=_offsets(marks), asynchronous=True)

    def _on_commit(self, error: KafkaError | None, partitions: list[TopicPartition]) -> None:
        self._committing = {}
        failed = [p for p in partitions if error is not None or p.error is not None]
        self.ledger.committed(dict.fromkeys(_keys(failed)))
        if failed and self._throttle.due("commit"):
            logger.warning("Kafka offsets were not committed: %s", error or failed[0].error)

    def _commit_before_handover(self, keys: frozenset[Partition]) -> None:
        marks = self.ledger.marks(keys)
        if not marks:
            return
        try:
            self._consumer.commit(offsets=_offsets(marks), asynchronous=False)
        except KafkaException as error:  # finished work runs a second time elsewhere, no more
            logger.warning("Kafka offsets were not committed at a rebalance: %s", error)

    # --- the end ---

    def _leave(self) -> None:
        """Commit and leave the group; without a broker the session ends by itself instead."""
        deadline = time.monotonic() + _LAST_COMMIT
        self._commit_at = 0.0
        self._commit_if_due()
        while self._committing and time.monotonic() < deadline:
            self._consumer.poll(0.05)
        self._commit_at = 0.0
        self._commit_if_due()
        while self._committing and time.monotonic() < deadline:
            self._consumer.poll(0.05)
        if self._committing or self.ledger.marks():
            # close() would wait most of a minute for the coordinator.
            logger.warning("Kafka did not take the last commit; finished work may run again")
            self._abandon()
            return
        self._consumer.close()
        clients.let_go(self._consumer)

    def _end_at_once(self) -> None:
        """The stop took too long: commit what is finished and end the process."""
        try:
            self._stopping.set()
            self._leave()
            telemetry.stop()
        finally:
            os._exit(0)

    def _abandon(self) -> None:
        if hasattr(self, "_consumer"):  # else it could not be made
            clients.abandon(self._consumer)

    # --- errors ---

    def _on_error(self, error: KafkaError) -> None:
        if error.code() in _REFUSED:
            self._on_refusal(error.str())
        elif error.fatal() or error.code() == KafkaError._FATAL:
            self._broken = f"Kafka cannot be consumed: {error.str()}."
        elif self._throttle.due(error.name()):
            logger.warning("Kafka: %s", error.str())

    def _on_log(self, text: str) -> None:
        if "ConsumerGroupHeartbeat" in text and "not supported" in text:
            self._on_refusal("ConsumerGroupHeartbeat is not supported by the broker")

    def _on_refusal(self, reason: str) -> None:
        self._broken = (
            f"The Kafka brokers refuse the group protocol {self._options.group_protocol!r} "
            f"({reason}): set KAFKA_GROUP_PROTOCOL=classic for brokers before Kafka 4."
        )


def _keys(partitions: Iterable[TopicPartition]) -> frozenset[Partition]:
    return frozenset((p.topic, p.partition) for p in partitions)


def _offsets(marks: dict[Partition, int]) -> list[TopicPartition]:
    return [TopicPartition(topic, number, mark) for (topic, number), mark in marks.items()]


def _named(keys: Iterable[Partition]) -> str:
    """Partitions for people: "quiz.bulk 0-3 5"."""
    words = []
    for topic, group in itertools.groupby(sorted(keys), key=lambda key: key[0]):
        words.append(topic)
        numbers = [number for _, number in group]
        for _, run in itertools.groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
            members = [number for _, number in run]
            words.append(str(members[0]) if len(members) == 1 else f"{members[0]}-{members[-1]}")
    return " ".join(words) or "none"
