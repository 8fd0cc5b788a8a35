"""Whether the brokers keep our topics as the transport needs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from confluent_kafka import KafkaException
from confluent_kafka.admin._config import ConfigResource
from confluent_kafka.admin._metadata import ClusterMetadata, TopicMetadata
from confluent_kafka.admin._resource import ResourceType

from quizservice.kafka import brokers
from quizservice.kafka.errors import KafkaUnavailable
from quizservice.kafka.options import Options

_HOUR = 3_600_000  # milliseconds
#: The largest message that librdkafka sends unless told otherwise, in bytes.
_LARGEST = 1_000_000


def differences(options: Options, topics: Iterable[str]) -> list[str]:
    """What is not as the options want it, a sentence each that says what to do.

    Topics that do not exist yet are left out, and so is the development broker, which keeps no
    settings. Raises KafkaUnavailable.
    """
    client = brokers.connect(options)
    cluster = brokers.describe(client, options)
    if not brokers.has_controller(cluster):
        return []
    existing = [topic for topic in dict.fromkeys(topics) if topic in brokers.sizes(cluster)]
    settings = _settings(client, options, existing)
    return [
        sentence
        for topic in existing
        for sentence in (
            *_size(options, topic, cluster.topics[topic]),
            *_durability(options, topic, settings[topic], _replicas(cluster, topic)),
            *_retention(options, topic, settings[topic]),
        )
    ]


def _settings(
    client: brokers.Client, options: Options, topics: list[str]
) -> dict[str, Mapping[str, str]]:
    resources = [ConfigResource(ResourceType.TOPIC, topic) for topic in topics]
    if not resources:
        return {}
    try:
        answers = client.describe_configs(resources, request_timeout=options.connect_timeout)
        return {
            resource.name: {name: str(entry.value) for name, entry in answer.result().items()}
            for resource, answer in answers.items()
        }
    except KafkaException as error:
        raise KafkaUnavailable(
            f"Kafka did not tell the settings of topics: {error.args[0].str()}."
        ) from error


def _replicas(cluster: ClusterMetadata, topic: str) -> int:
    return min(len(p.replicas) for p in cluster.topics[topic].partitions.values())


def _size(options: Options, topic: str, found: TopicMetadata) -> Iterator[str]:
    has = len(found.partitions)
    if topic != options.dead_letter_topic and has < options.num_partitions:
        yield (
            f"The Kafka topic {topic} has {has} partitions and KAFKA_PARTITIONS is "
            f"{options.num_partitions}: add partitions to the topic, or lower the setting if "
            "there are never more worker processes than a quarter of it."
        )


def _durability(
    options: Options, topic: str, settings: Mapping[str, str], replicas: int
) -> Iterator[str]:
    if replicas < options.replication_factor:
        yield (
            f"The Kafka topic {topic} has {replicas} replicas and KAFKA_REPLICATION_FACTOR is "
            f"{options.replication_factor}: reassign its partitions to more brokers."
        )
    insync = int(settings.get("min.insync.replicas", 1))
    wanted = int(options.topic_config.get("min.insync.replicas", 1))
    if insync > replicas or insync == replicas > 1:
        yield (
            f"The Kafka topic {topic} takes messages only while {insync} replicas are in step, and "
            f"it has {replicas}: set its min.insync.replicas to {max(replicas - 1, 1)}, so that "
            "one broker can be away."
        )
    elif insync < min(wanted, replicas):
        yield (
            f"The Kafka topic {topic} confirms a message that {insync} of {replicas} replicas "
            f"has, and one broker may lose it: set its min.insync.replicas to {wanted}."
        )
    largest = int(settings.get("max.message.bytes", _LARGEST))
    sends = int(options.producer.get("message.max.bytes", _LARGEST))
    if largest < sends:
        yield (
            f"The Kafka topic {topic} takes messages of at most {largest} bytes, and we may send "
            f"{sends}: set its max.message.bytes to {sends}."
        )


def _retention(options: Options, topic: str, settings: Mapping[str, str]) -> Iterator[str]:
    policy = settings.get("cleanup.policy", "delete")
    if policy != "delete":
        yield (
            f"The Kafka topic {topic} is cleaned up by {policy!r}, which drops messages before "
            "they are dealt with: set its cleanup.policy to delete."
        )
    keeps = int(settings.get("retention.ms", -1))
    wanted = int(options.topic_config.get("retention.ms", 0))
    if 0 <= keeps < wanted:
        yield (
            f"The Kafka topic {topic} keeps messages for {keeps / _HOUR:.4g} hours and "
            f"KAFKA_RETENTION_HOURS is {wanted / _HOUR:.4g}: set its retention.ms to {wanted}, "
            "or lower the setting."
        )
