"""The transport's options, read once from a kombu connection, and librdkafka's from them."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from kombu.utils.url import url_to_parts

from quizservice.kafka.security import check_security

DEFAULT_PORT = 9092
GROUP_PROTOCOLS = ("consumer", "classic")

#: host:port; an IPv6 address stands in brackets.
_SERVER = re.compile(r"(\[[0-9a-fA-F:.]+(%\w+)?\]|[^\s:/@\[\]]+):(\d{1,5})")

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
    #: One of ``security.PROTOCOLS``; user and password for SASL come from the URL.
    security_protocol: str = "PLAINTEXT"
    #: One of ``security.MECHANISMS``; default: PLAIN.
    sasl_mechanism: str = ""
    #: Files for TLS (PEM): who is trusted (default: whom the system trusts), and who we are.
    ssl_ca_location: str = ""
    ssl_certificate_location: str = ""
    ssl_key_location: str = ""
    ssl_key_password: str = field(default="", repr=False)
    #: Any settings of librdkafka, for all its clients or for one kind; they may hold secrets.
    kafka_common_config: Mapping[str, Any] = field(default_factory=dict, repr=False)
    kafka_consumer_config: Mapping[str, Any] = field(default_factory=dict, repr=False)
    kafka_producer_config: Mapping[str, Any] = field(default_factory=dict, repr=False)
    kafka_admin_config: Mapping[str, Any] = field(default_factory=dict, repr=False)
    #: From the URL.
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def from_connection(cls, connection: Any) -> Self:
        """Options of a ``kombu.Connection``. Raises ValueError on a value that cannot work."""
        known = {name for name in cls.__dataclass_fields__ if name not in ("username", "password")}
        given = {k: v for k, v in connection.transport_options.items() if k in known}
        host, port = connection.hostname, connection.port
        username, password = connection.userid, connection.password
        if host and "://" in host:
            _, host, port, username, password, *_ = url_to_parts(host)
        if not given.get("bootstrap_servers"):
            host, port = host or "localhost", port or DEFAULT_PORT
            given["bootstrap_servers"] = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        return cls(
            **given,
            username=username or "",
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
        if "@" in self.bootstrap_servers:  # a password may stand before it: it is not shown
            raise ValueError(
                "KAFKA_BOOTSTRAP_SERVERS must be host:port,host:port without a login before "
                f"{self.bootstrap_servers.rpartition('@')[2]!r}: set KAFKA_USERNAME and "
                "KAFKA_PASSWORD."
            )
        for server in filter(None, self.bootstrap_servers.split(",")):
            found = _SERVER.fullmatch(server.strip())
            if not found or not 0 < int(found[3]) < 65536:
                raise ValueError(
                    "KAFKA_BOOTSTRAP_SERVERS must be host:port,host:port (an IPv6 address in "
                    f"brackets, [::1]:9092), not {server.strip()!r}."
                )
        check_security(self)

    def common(self) -> dict[str, Any]:
        """librdkafka's settings for any client: where the brokers are and who we are."""
        config: dict[str, Any] = {
            "bootstrap.servers": self.bootstrap_servers,
            "client.id": f"{socket.gethostname()}-{os.getpid()}",
            **_RECONNECT,
        }
        protocol = self.security_protocol.upper()
        if protocol != "PLAINTEXT":
            config["security.protocol"] = protocol
        if protocol.startswith("SASL"):
            config["sasl.mechanism"] = self.sasl_mechanism or "PLAIN"
            config["sasl.username"], config["sasl.password"] = self.username, self.password
        for name in ("ca_location", "certificate_location", "key_location", "key_password"):
            if value := getattr(self, f"ssl_{name}"):
                config[f"ssl.{name.replace('_', '.')}"] = value
        return {**config, **self.kafka_common_config}

    @cached_property
    def producer(self) -> dict[str, Any]:
        """Idempotent, acknowledged by all replicas; gives up before the caller does."""
        return {
            **self.common(),
            "linger.ms": 0,
            "delivery.timeout.ms": max(int(self.publish_timeout * 900), 100),
            **self.kafka_producer_config,
            "enable.idempotence": True,
            "acks": "all",
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
