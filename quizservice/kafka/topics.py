"""Topics: which exist, with how many partitions; making them; how far a group is; emptying them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from confluent_kafka import (
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin._listoffsets import OffsetSpec
from confluent_kafka.admin._metadata import ClusterMetadata
from confluent_kafka.cimpl import NewTopic

from quizservice.kafka import brokers, clients
from quizservice.kafka.errors import KafkaRefused, KafkaUnavailable
from quizservice.kafka.options import Options

_EARLIEST: Any = OffsetSpec._earliest
_LATEST: Any = OffsetSpec._latest

#: What brokers say that do not know a request; the library, where they do not offer it.
_UNABLE = frozenset(
    {
        KafkaError.UNSUPPORTED_VERSION,
        KafkaError.INVALID_REQUEST,
        KafkaError._UNSUPPORTED_FEATURE,
        KafkaError._NOT_IMPLEMENTED,
    }
)

#: Partitions are counted anew after so many seconds; somebody may have added some.
_KNOWN_FOR = 300.0

#: (brokers, topic) -> (number of partitions, monotonic time until which that is believed)
_known: dict[tuple[str, str], tuple[int, float]] = {}


def partitions(options: Options, topic: str, wanted: int | None = None) -> int:
    """The number of partitions of a topic, which is made if it does not exist.

    ``wanted``: how many a new one gets; default: the option. Raises KafkaUnavailable.
    """
    key = (options.bootstrap_servers, topic)
    number, until = _known.get(key, (0, 0.0))
    if time.monotonic() < until:
        return number
    client = brokers.connect(options)
    cluster = brokers.describe(client, options)
    number = brokers.sizes(cluster).get(topic, 0)
    if not number:
        # A development broker has no controller, which is who creates topics on request.
        create = options.create_topics and brokers.has_controller(cluster)
        if create:
            _create(client, options, topic, wanted or options.num_partitions)
        number = _wait_for(client, options, topic, ask=not create)
    _known[key] = (number, time.monotonic() + _KNOWN_FOR)
    return number


def forget(options: Options, topic: str) -> None:
    """Look again before the next message."""
    _known.pop((options.bootstrap_servers, topic), None)


def exists(options: Options, topic: str) -> bool:
    """Whether the topic exists. Raises KafkaUnavailable."""
    return topic in brokers.sizes(brokers.describe(brokers.connect(options), options))


def ping(options: Options, timeout: float = 5.0) -> None:
    """Return when a broker answered; raises KafkaUnavailable after ``timeout`` seconds."""
    options = replace(options, connect_timeout=timeout)
    brokers.describe(brokers.connect(options), options)


class Progress(NamedTuple):
    """How far a group is in one partition: the messages before ``done`` are dealt with."""

    #: Offset of the oldest message that is kept.
    first: int
    #: Offset of the oldest message that the group has not finished, or of the next one to come.
    done: int
    #: Offset of the next message to come.
    end: int

    @property
    def lag(self) -> int:
        """Messages that wait or are in work."""
        return max(self.end - self.done, 0)


def progress(options: Options, topics: Iterable[str]) -> dict[tuple[str, int], Progress]:
    """How far the group of ``options`` is, by topic and number of the partition.

    A message is dealt with when its offset is below ``done``; it is gone when its offset is below
    ``first`` or not below ``end``. A topic that does not exist has no partitions here. Raises
    KafkaUnavailable.
    """
    client = brokers.connect(options)
    every = _places(brokers.describe(client, options), topics)
    if not every:
        return {}
    timeout = options.connect_timeout
    try:
        # The ends last: what is published meanwhile must not seem to be beyond them.
        done = brokers.committed(options, every)
        first = client.list_offsets(dict.fromkeys(every, _EARLIEST), request_timeout=timeout)
        oldest = {place: found.result().offset for place, found in first.items()}
        last = client.list_offsets(dict.fromkeys(every, _LATEST), request_timeout=timeout)
        return {
            (p.topic, p.partition): Progress(
                oldest[p],
                max(oldest[p], done.get((p.topic, p.partition), 0)),
                last[p].result().offset,
            )
            for p in every
        }
    except KafkaException as error:
        raise KafkaUnavailable(f"Kafka did not tell the offsets: {error.args[0].str()}.") from error


def lag(options: Options, topics: Iterable[str]) -> dict[str, int]:
    """Messages of each topic that the group has not finished; a missing topic has none.

    Raises KafkaUnavailable.
    """
    result = dict.fromkeys(topics, 0)
    for (topic, _), found in progress(options, result).items():
        result[topic] += found.lag
    return result


def purge(options: Options, topic: str) -> int:
    """Delete all messages of a topic, those in work too; returns how many there were.

    What runs goes on running. A topic that does not exist has none. Raises KafkaUnavailable when
    no broker answers, and KafkaRefused when they do not delete, as the development broker.
    """
    client = brokers.connect(options)
    every = _places(brokers.describe(client, options), [topic])
    if not every:
        return 0
    timeout = options.connect_timeout
    try:
        first = client.list_offsets(dict.fromkeys(every, _EARLIEST), request_timeout=timeout)
        last = client.list_offsets(dict.fromkeys(every, _LATEST), request_timeout=timeout)
        ends = [TopicPartition(p.topic, p.partition, last[p].result().offset) for p in every]
        number = sum(last[p].result().offset - first[p].result().offset for p in every)
        for deleted in client.delete_records(ends, request_timeout=timeout).values():
            deleted.result()
    except KafkaException as error:
        reason: KafkaError = error.args[0]
        if reason.code() in _UNABLE:
            raise KafkaRefused(
                f"The Kafka topic {topic} cannot be purged, because its brokers cannot delete "
                f"messages ({reason.str()}). The development broker loses all when it stops."
            ) from error
        if reason.code() == KafkaError.POLICY_VIOLATION:
            raise KafkaRefused(
                f"The Kafka topic {topic} cannot be purged, because the brokers delete only from "
                "topics whose cleanup.policy has delete: change that of the topic."
            ) from error
        raise KafkaUnavailable(f"Kafka did not purge the topic {topic}: {reason.str()}.") from error
    return int(number)


def _places(cluster: ClusterMetadata, topics: Iterable[str]) -> list[TopicPartition]:
    """All partitions of those topics that exist."""
    sizes = brokers.sizes(cluster)
    return [TopicPartition(topic, n) for topic in topics for n in range(sizes.get(topic, 0))]


def _create(client: brokers.Client, options: Options, topic: str, number: int) -> None:
    new = NewTopic(
        topic,
        num_partitions=number,
        replication_factor=options.replication_factor,
        config=dict(options.topic_config),
    )
    timeout = options.connect_timeout
    try:
        client.create_topics([new], operation_timeout=timeout, request_timeout=timeout)[
            topic
        ].result(timeout + 1)
        clients.logger.info("Kafka topic %s created with %d partitions", topic, number)
    except KafkaException as error:
        if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
            raise KafkaUnavailable(
                f"The Kafka topic {topic} does not exist and cannot be created: "
                f"{error.args[0].str()}."
            ) from error
    except TimeoutError as error:
        raise KafkaUnavailable(f"Kafka did not create the topic {topic} in time.") from error


def _wait_for(client: brokers.Client, options: Options, topic: str, *, ask: bool) -> int:
    """Wait until the brokers show the topic; to ``ask`` for it lets them create it if they may."""
    deadline = time.monotonic() + options.connect_timeout
    while True:
        if ask:
            _ask_for(client, options, topic)
        number = brokers.sizes(brokers.describe(client, options)).get(topic, 0)
        if number:
            return number
        if time.monotonic() >= deadline:
            raise KafkaUnavailable(f"The Kafka topic {topic} does not exist.")
        time.sleep(0.1)


def _ask_for(client: brokers.Client, options: Options, topic: str) -> None:
    try:
        client.list_topics(topic, timeout=options.connect_timeout)
    except KafkaException as error:
        raise KafkaUnavailable(f"Kafka did not show {topic}: {error.args[0].str()}.") from error
