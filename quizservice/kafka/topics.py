"""Topics: which exist, with how many partitions; making them; how far behind a group is."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from confluent_kafka import (
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._listoffsets import OffsetSpec
from confluent_kafka.admin._metadata import ClusterMetadata
from confluent_kafka.cimpl import NewTopic

from quizservice.kafka import clients
from quizservice.kafka.errors import KafkaUnavailable
from quizservice.kafka.options import Options

_EARLIEST: Any = OffsetSpec._earliest
_LATEST: Any = OffsetSpec._latest

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
    client = _client(options)
    cluster = _metadata(client, options)
    number = _sizes(cluster).get(topic, 0)
    if not number:
        # A development broker has no controller, which is who creates topics on request.
        create = options.create_topics and cluster.controller_id in cluster.brokers
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
    return topic in _sizes(_metadata(_client(options), options))


def ping(
    bootstrap_servers: str, timeout: float = 5.0, config: Mapping[str, Any] | None = None
) -> None:
    """Return when a broker answered; raises KafkaUnavailable after ``timeout`` seconds.

    ``config``: librdkafka's settings, such as those for SASL and TLS.
    """
    options = Options(
        bootstrap_servers=bootstrap_servers,
        connect_timeout=timeout,
        kafka_common_config=config or {},
    )
    _metadata(_client(options), options)


def lag(options: Options, topics: Iterable[str]) -> dict[str, int]:
    """Messages of each topic that the group has not finished; a missing topic has none.

    Raises KafkaUnavailable.
    """
    client = _client(options)
    existing = _sizes(_metadata(client, options))
    every = [
        TopicPartition(topic, number)
        for topic in topics
        for number in range(existing.get(topic, 0))
    ]
    result = dict.fromkeys(topics, 0)
    if not every:
        return result
    timeout = options.connect_timeout
    request = [ConsumerGroupTopicPartitions(options.group_id, every)]
    try:
        group = client.list_consumer_group_offsets(request, request_timeout=timeout)
        done = {
            (p.topic, p.partition): p.offset
            for p in group[options.group_id].result().topic_partitions
        }
        first = client.list_offsets(dict.fromkeys(every, _EARLIEST), request_timeout=timeout)
        last = client.list_offsets(dict.fromkeys(every, _LATEST), request_timeout=timeout)
        for place in every:
            start = max(first[place].result().offset, done.get((place.topic, place.partition), 0))
            result[place.topic] += max(last[place].result().offset - start, 0)
    except KafkaException as error:
        raise KafkaUnavailable(f"Kafka did not tell the offsets: {error.args[0].str()}.") from error
    return result


def _client(options: Options) -> AdminClient:
    """A client for one question; it is not kept, so there is none to reconnect or to inherit."""
    return AdminClient({"log_level": 2, **options.admin()})


def _metadata(client: AdminClient, options: Options) -> ClusterMetadata:
    try:
        return client.list_topics(timeout=options.connect_timeout)
    except KafkaException as error:
        raise KafkaUnavailable(
            f"No Kafka broker answered at {options.bootstrap_servers} within "
            f"{options.connect_timeout:g} s: {error.args[0].str()}."
        ) from error


def _sizes(cluster: ClusterMetadata) -> dict[str, int]:
    """All topics with their number of partitions."""
    return {
        name: len(topic.partitions) for name, topic in cluster.topics.items() if topic.error is None
    }


def _create(client: AdminClient, options: Options, topic: str, number: int) -> None:
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


def _wait_for(client: AdminClient, options: Options, topic: str, *, ask: bool) -> int:
    """Wait until the brokers show the topic; to ``ask`` for it lets them create it if they may."""
    deadline = time.monotonic() + options.connect_timeout
    while True:
        if ask:
            _ask_for(client, options, topic)
        number = _sizes(_metadata(client, options)).get(topic, 0)
        if number:
            return number
        if time.monotonic() >= deadline:
            raise KafkaUnavailable(f"The Kafka topic {topic} does not exist.")
        time.sleep(0.1)


def _ask_for(client: AdminClient, options: Options, topic: str) -> None:
    try:
        client.list_topics(topic, timeout=options.connect_timeout)
    except KafkaException as error:
        raise KafkaUnavailable(f"Kafka did not show {topic}: {error.args[0].str()}.") from error
