"""What the transport raises. Both are kombu's OperationalError, which is what callers catch."""

from __future__ import annotations

from kombu.exceptions import OperationalError


class KafkaUnavailable(OperationalError):
    """No Kafka broker answered in time; try again later."""


class KafkaPublishError(OperationalError):
    """No broker confirmed the message in time.

    It may be stored nevertheless (the confirmation can be what was lost), so publishing it again
    may make it come twice.
    """
