"""The transport's options, read once from a kombu connection, and librdkafka's from them."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

DEFAULT_PORT = 9092
GROUP_PROTOCOLS = ("consumer", "classic")

_TOPIC_NAME = re.compile(r"[a-zA-Z0-9._-]{1,249}")

# librdkafka by itself tries again every 50 ms where one broker is all there is.
_RECONNECT = {"reconnect.backoff.ms": 250, "reconnect.backoff.max.ms": 2000}


@dataclass(frozen=True, kw_only=True)
class Options:
    """``broker_transport_options``; times in seconds. Names of kombu's own options pass by."""

    #: Brokers to begin with, "host:port,host:port"; default: host and port of the URL.
    bootstrap_servers: str = ""
    #: The one consumer group that all workers form.
    group_id: str = "celery-workers"
    #: "consumer" (KIP-848, Kafka 4 and later) or "classic" (any Kafka).
    group_protocol: str = "consumer"
    #: For topics that do not exist yet; -1 replicas: the broker's default.
    num_partitions: int = 24
    replication_factor: int = -1
    topic_config: Mapping[str, str] = field(default_factory=dict)
    #: False: a missing topic is asked for and the broker creates it by its own rules.
    create_topics: bool = True
    #: Where messages go that cannot be decoded.
    dead_letter_topic: str = "dead-letters"
    #: Longest wait for a first answer of a broker, and for its confirmation of a message.
    connect_timeout: float = 5.0
    publish_timeout: float = 12.0
    #: How often finished work is committed.
    commit_interval: float = 0.1
    #: How long a partition that moves to another worker waits for its running tasks.
    revoke_grace: float = 2.0
    #: End a process whose main loop leaves waiting messages alone for so long; 0: never.
    watchdog: float = 120.0
    #: How long a worker that was told to stop may go on; then it commits what is finished and
    #: ends at once. 0: as long as its tasks take.
    shutdown_grace: float = 0.0
    #: "plaintext", "ssl", "sasl_plaintext" or "sasl_ssl"; user and password come from the URL.
    security_protocol: str = "plaintext"
    sasl_mechanism: str = ""
    #: Any settings of librdkafka, for all its clients or for one kind.
    kafka_common_config: Mapping[str, Any] = field(default_factory=dict)
    kafka_consumer_config: Mapping[str, Any] = field(default_factory=dict)
    kafka_producer_config: Mapping[str, Any] = field(default_factory=dict)
    kafka_admin_config: Mapping[str, Any] = field(default_factory=dict)
    #: From the URL.
    username: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_connection(cls, connection: Any) -> Self:
        """Options of a ``kombu.Connection``. Raises ValueError on a value that cannot work."""
        known = {name for name in cls.__dataclass_fields__ if name not in ("username", "password")}
        given = {k: v for k, v in connection.transport_options.items() if k in known}
        if not given.get("bootstrap_servers"):
            host, port = connection.hostname or "localhost", connection.port or DEFAULT_PORT
            given["bootstrap_servers"] = f"{host}:{port}"
        password = connection.password
        return cls(
            **given,
            username=connection.userid or "",
            password=(password() if callable(password) else password) or "",
        )

    def __post_init__(self) -> None:
        if self.group_protocol not in GROUP_PROTOCOLS:
            raise ValueError(
                f"KAFKA_GROUP_PROTOCOL must be consumer or classic, not {self.group_protocol!r}."
            )
        for name in ("connect_timeout", "publish_timeout", "commit_interval"):
            if getattr(self, name) <= 0:
                raise ValueError(f"The Kafka option {name} must be above 0 seconds.")

    def common(self) -> dict[str, Any]:
        """librdkafka's settings for any client: where the brokers are and who we are."""
        config: dict[str, Any] = {
            "bootstrap.servers": self.bootstrap_servers,
            "client.id": f"{socket.gethostname()}-{os.getpid()}",
            **_RECONNECT,
        }
        if self.security_protocol.lower() != "plaintext":
            config["security.protocol"] = self.security_protocol
        if self.security_protocol.lower().startswith("sasl"):
            config["sasl.username"] = self.username
            config["sasl.password"] = self.password
            config["sasl.mechanism"] = self.sasl_mechanism or "PLAIN"
        return {**config, **self.kafka_common_config}

    @cached_property
    def producer(self) -> dict[str, Any]:
        """Idempotent, acknowledged by all replicas; gives up before the caller does."""
        return {
            **self.common(),
            "enable.idempotence": True,
            "acks": "all",
            "linger.ms": 0,
            "delivery.timeout.ms": max(int(self.publish_timeout * 900), 100),
            **self.kafka_producer_config,
        }

    @cached_property
    def producer_key(self) -> str:
        """The same for options that can share a producer."""
        return repr(sorted(self.producer.items(), key=lambda item: item[0]))

    def consumer(self) -> dict[str, Any]:
        """A member of the group that commits nothing by itself."""
        config = {
            **self.common(),
            "group.id": self.group_id,
            "group.protocol": self.group_protocol,
            "auto.offset.reset": "earliest",
            "queued.max.messages.kbytes": 4096,
            # A broker answers when a message comes, but the development one only after this time.
            "fetch.wait.max.ms": 50,
            **self.kafka_consumer_config,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
        }
        if config["group.protocol"] == "classic":
            config.setdefault("partition.assignment.strategy", "cooperative-sticky")
        return config

    def admin(self) -> dict[str, Any]:
        return {**self.common(), **self.kafka_admin_config}


def topic_name(queue: str) -> str:
    """The topic of a queue: its name. Raises ValueError if Kafka does not allow it."""
    if not _TOPIC_NAME.fullmatch(queue) or queue in (".", ".."):
        raise ValueError(
            f"{queue!r} cannot be a Kafka topic: use at most 249 of a-z, A-Z, 0-9, '.', '_', '-'."
        )
    return queue
