"""Asking the brokers: a client for one question, and what they say of themselves."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._metadata import ClusterMetadata

from quizservice.kafka import clients
from quizservice.kafka.errors import KafkaUnavailable
from quizservice.kafka.options import Options

#: Why brokers that are there do not serve us: the password or the certificates.
_REFUSALS = frozenset({KafkaError._AUTHENTICATION, KafkaError._SSL})

#: The group has moved to another broker, or is about to.
_COORDINATOR_MOVES = frozenset(
    {
        KafkaError.NOT_COORDINATOR,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError._WAIT_COORD,
    }
)


class Client(AdminClient):
    """An admin client that remembers what its connections failed for."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._failures: list[KafkaError] = []
        listening: dict[str, Any] = {"error_cb": self._failures.append, **config}
        super().__init__(listening)

    def refusal(self) -> str:
        """Why the brokers refuse us, without secrets; empty if they do not."""
        self.poll(0)  # which hands over what was noticed meanwhile
        for error in reversed(self._failures):
            if error.code() in _REFUSALS:
                # sasl_ssl://host:port/bootstrap: REASON (after 302ms in state AUTH_REQ)
                return re.sub(r"^\w+://\S+: | \(after [^)]*\)$", "", error.str())
        return ""


def connect(options: Options) -> Client:
    """A client for one question; it is not kept, so there is none to reconnect or to inherit.

    Raises KafkaUnavailable for settings that librdkafka cannot use.
    """
    try:
        with clients.making():
            return Client({"log_level": 2, **options.admin()})
    except ValueError as error:
        raise KafkaUnavailable(str(error)) from error


def check(options: Options) -> None:
    """Make a client of each kind, for which no broker is needed, and end it.

    Raises ValueError for settings that librdkafka cannot use in one of them.
    """
    with clients.making():
        Client({"log_level": 2, **options.admin()})
        Producer({"log_level": 2, **options.producer})
        Consumer({"log_level": 2, **options.consumer()}).close()


def describe(client: Client, options: Options) -> ClusterMetadata:
    """Brokers and topics. Raises KafkaUnavailable after ``connect_timeout``."""
    try:
        return client.list_topics(timeout=options.connect_timeout)
    except KafkaException as error:
        raise KafkaUnavailable(
            f"No Kafka broker answered at {options.bootstrap_servers} within "
            f"{options.connect_timeout:g} s: {client.refusal() or error.args[0].str()}."
        ) from error


def sizes(cluster: ClusterMetadata) -> dict[str, int]:
    """All topics with their number of partitions."""
    return {
        name: len(topic.partitions) for name, topic in cluster.topics.items() if topic.error is None
    }


def committed(options: Options, places: Sequence[TopicPartition]) -> dict[tuple[str, int], int]:
    """The offsets that the group has committed, by topic and partition; negative where none.

    Raises KafkaException. A consumer asks that never joins the group: when the group has just
    moved to another broker, the same question of an AdminClient ends the whole process with a
    segmentation fault (librdkafka's issue 5040).
    """
    config = {"log_level": 2, **options.common(), "group.id": options.group_id}
    consumer = Consumer(config)
    deadline = time.monotonic() + options.connect_timeout
    try:
        while True:
            try:
                found = consumer.committed(list(places), timeout=options.connect_timeout)
                break
            except KafkaException as error:
                moves = error.args[0].code() in _COORDINATOR_MOVES
                if not moves or time.monotonic() >= deadline:
                    raise
                time.sleep(0.1)
    finally:
        consumer.close()
    for place in found:
        if place.error is not None:
            raise KafkaException(place.error)
    return {(place.topic, place.partition): place.offset for place in found}


def has_controller(cluster: ClusterMetadata) -> bool:
    """Whether topics can be administered; the development broker has no controller."""
    return cluster.controller_id in cluster.brokers
