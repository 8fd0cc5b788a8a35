"""Which offsets may be committed: never beyond work that is unfinished."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

#: A partition: topic and number.
Partition = tuple[str, int]


class OffsetTracker:
    """One assigned partition: what is in work and what may be committed.

    Kafka stores one number for a group and partition: the first offset that is not done. Messages
    finish in any order, so that number is the lowest offset in work, or the one after the last
    message received when nothing is. It is never the consumer's position.
    """

    def __init__(self, epoch: int) -> None:
        #: Tells this assignment of the partition from an earlier one of the same process.
        self.epoch = epoch
        self._in_work: set[int] = set()
        self._next: int | None = None
        self._committed: int | None = None

    def receive(self, offset: int) -> bool:
        """Enter a message as in work; False if it is in work already."""
        if offset in self._in_work:
            return False
        self._in_work.add(offset)
        self._next = offset + 1
        return True

    def finish(self, offset: int) -> None:
        self._in_work.discard(offset)

    def mark(self) -> int | None:
        """The offset to commit now, or None when that would change nothing."""
        if self._next is None:
            return None
        mark = min(self._in_work, default=self._next)
        return None if mark == self._committed else mark

    def committed(self, mark: int | None) -> None:
        """Remember what was sent to the broker; None: that failed, commit again."""
        self._committed = mark


class Position(NamedTuple):
    """Where a message stands."""

    topic: str
    partition: int
    offset: int


@dataclass(slots=True)
class Delivery:
    """One message on its way through this process.

    ``message`` is the decoded one. A message delivered again here gets a new ``tries`` and so a
    new tag: an acknowledgement of the first delivery says nothing about the second.
    """

    partition: Partition
    offset: int
    epoch: int
    value: bytes
    headers: list[tuple[str, Any]]
    message: dict[str, Any]
    tries: int = 0
    started: bool = False

    @property
    def tag(self) -> str:
        topic, number = self.partition
        return f"{topic}:{number}:{self.offset}:{self.epoch}:{self.tries}"


class Ledger:
    """All assigned partitions and deliveries of one consumer.

    Used by the consumer thread, the main loop and the pool's threads; ``_lock`` guards all of it,
    is held for dictionary work only, and no other lock is taken under it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._epochs = count(1)
        self._trackers: dict[Partition, OffsetTracker] = {}
        self._deliveries: dict[str, Delivery] = {}
        # Tags of what runs although its partition is gone: it takes a slot until it ends.
        self._left_running: set[str] = set()

    def assign(self, partitions: Iterable[Partition]) -> None:
        with self._lock:
            for partition in partitions:
                self._trackers[partition] = OffsetTracker(next(self._epochs))

    def receive(self, partition: Partition, offset: int) -> int | None:
        """Enter a message as in work; returns the epoch, or None if it is not ours (any more)."""
        with self._lock:
            tracker = self._trackers.get(partition)
            return tracker.epoch if tracker and tracker.receive(offset) else None

    def deliver(self, delivery: Delivery) -> bool:
        """Enter a delivery; False if its partition is not ours any more."""
        with self._lock:
            tracker = self._trackers.get(delivery.partition)
            if tracker is None or tracker.epoch != delivery.epoch:
                return False
            self._deliveries[delivery.tag] = delivery
            return True

    def start(self, tag: str) -> bool:
        """The main loop takes a delivery; False if a rebalance took it back meanwhile."""
        with self._lock:
            delivery = self._deliveries.get(tag)
            if delivery is None:
                return False
            delivery.started = True
            return True

    def take(self, tag: str) -> Delivery | None:
        """Remove a delivery without finishing its offset (it will be delivered again)."""
        with self._lock:
            self._left_running.discard(tag)
            return self._deliveries.pop(tag, None)

    def finish(self, tag: str) -> None:
        """The work of a delivery is done; one of a partition that has moved frees its slot."""
        with self._lock:
            self._left_running.discard(tag)
            delivery = self._deliveries.pop(tag, None)
            if delivery:
                self._finish(delivery.partition, delivery.offset, delivery.epoch)

    def finish_offset(self, partition: Partition, offset: int, epoch: int) -> None:
        """A message that was received and not delivered is dealt with."""
        with self._lock:
            self._finish(partition, offset, epoch)

    def _finish(self, partition: Partition, offset: int, epoch: int) -> None:
        tracker = self._trackers.get(partition)
        if tracker and tracker.epoch == epoch:
            tracker.finish(offset)

    def in_flight(self) -> int:
        """Deliveries that are not acknowledged: what the prefetch window counts."""
        with self._lock:
            return len(self._deliveries) + len(self._left_running)

    def waiting(self) -> int:
        """Deliveries that the main loop has not taken."""
        with self._lock:
            return sum(not d.started for d in self._deliveries.values())

    def running(self, partitions: Collection[Partition]) -> int:
        with self._lock:
            return sum(d.started and d.partition in partitions for d in self._deliveries.values())

    def forget_waiting(self, partitions: Collection[Partition]) -> None:
        """Take back what the main loop has not seen; the partition's next owner gets it."""
        with self._lock:
            self._forget(partitions, started_too=False)

    def drop(self, partitions: Collection[Partition]) -> None:
        """Forget partitions that are not ours any more, and everything of theirs.

        What of it runs still counts as in flight until it ends.
        """
        with self._lock:
            for partition in partitions:
                self._trackers.pop(partition, None)
            self._forget(partitions, started_too=True)

    def _forget(self, partitions: Collection[Partition], *, started_too: bool) -> None:
        gone = [
            tag
            for tag, delivery in self._deliveries.items()
            if delivery.partition in partitions and (started_too or not delivery.started)
        ]
        for tag in gone:
            if self._deliveries.pop(tag).started:
                self._left_running.add(tag)

    def marks(self, partitions: Collection[Partition] | None = None) -> dict[Partition, int]:
        """What to commit now, of these partitions or of all."""
        with self._lock:
            return {
                partition: mark
                for partition, tracker in self._trackers.items()
                if partitions is None or partition in partitions
                if (mark := tracker.mark()) is not None
            }

    def committed(self, marks: Mapping[Partition, int | None]) -> None:
        """Remember marks as sent, or (None) as to be sent again."""
        with self._lock:
            for partition, mark in marks.items():
                if partition in self._trackers:
                    self._trackers[partition].committed(mark)
