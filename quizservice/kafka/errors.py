"""What the transport raises. All are kombu's OperationalError, which is what callers catch."""

from __future__ import annotations

from kombu.exceptions import OperationalError


class KafkaUnavailable(OperationalError):
    """No Kafka broker answered in time; try again later."""


class KafkaPublishError(OperationalError):
    """No broker confirmed the message in time.

    It may be stored nevertheless (the confirmation can be what was lost), so publishing it again
    may make it come twice.
    """


class KafkaRefused(OperationalError):
    """The brokers answered and do not do what was asked for; trying again does not help."""
