"""What the transport raises. All are kombu's OperationalError, which is what callers catch."""

from __future__ import annotations

from collections.abc import Mapping

from kombu.exceptions import OperationalError

from quizservice.kafka.offsets import Position


class KafkaUnavailable(OperationalError):
    """No Kafka broker answered in time; try again later."""


class KafkaPublishError(OperationalError):
    """No broker confirmed the message in time.

    It may be stored nevertheless (the confirmation can be what was lost), so publishing it again
    may make it come twice. Where several were published together, ``stored`` says of those that
    are confirmed for certain where they stand, by their number in the batch.
    """

    def __init__(self, message: str, stored: Mapping[int, Position] | None = None) -> None:
        super().__init__(message)
        self.stored = dict(stored or {})


class KafkaRefused(OperationalError):
    """The brokers answered and do not do what was asked for; trying again does not help."""
