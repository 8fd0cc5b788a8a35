"""Which Kafka broker the broker tests run on, and the Apache Kafka that they share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from quizservice import embedded
from quizservice.embedded import broker, kafka, kafka_jars
from quizservice.embedded.kafka import ApacheKafka
from quizservice.embedded.kafka_jars import Runtime

APACHE, DEVELOPMENT = embedded.APACHE, embedded.DEVELOPMENT
VARIABLE = "BROKER"  # for the environment; the option --broker wins
REQUIRED = "REQUIRE_APACHE_KAFKA"

#: A member that dies is missed soon.
SESSION_TIMEOUT_MS = 3000


class AnyBroker(Protocol):
    """What a test may do with its broker, whichever it is."""

    @property
    def bootstrap_servers(self) -> str: ...

    def down(self) -> None:
        """Nobody is served any more; the messages are kept."""

    def up(self) -> None:
        """Serve again at the same address; does nothing while it serves."""

    def create_topic(self, name: str, partitions: int) -> None: ...


@dataclass(frozen=True)
class Choice:
    """The broker of this run."""

    kind: str  # APACHE or DEVELOPMENT
    label: str  # for the header
    why_not: str = ""  # why Apache Kafka cannot run; empty if it can


def choose(wanted: str | None, environ: Mapping[str, str] = os.environ) -> Choice:
    """Apache Kafka if it can run, unless something else is wanted.

    Fetches its jars, so that what the header says is certain. Raises pytest.UsageError, in one
    sentence, when Apache Kafka is wanted or required and cannot run.
    """
    wanted = wanted or environ.get(VARIABLE) or None
    required = environ.get(REQUIRED) == "1"
    if wanted not in (None, APACHE, DEVELOPMENT):
        raise pytest.UsageError(f"{VARIABLE} is {wanted!r}: set it to {APACHE} or {DEVELOPMENT}.")
    if required and wanted == DEVELOPMENT:
        raise pytest.UsageError(
            f"{REQUIRED} is set and the {DEVELOPMENT} broker is wanted: take away one of both."
        )
    try:
        found = runtime(environ)
    except embedded.EmbeddedError as error:
        if required or wanted == APACHE:
            raise pytest.UsageError(str(error)) from None
        return Choice(DEVELOPMENT, f"in-memory development broker ({error})", str(error))
    if wanted == DEVELOPMENT:
        return Choice(DEVELOPMENT, "in-memory development broker, as asked for")
    return Choice(APACHE, f"Apache Kafka {found.version}")


def runtime(environ: Mapping[str, str] = os.environ) -> Runtime:
    """Java and the jars for tests that start an Apache Kafka of their own."""
    return kafka_jars.find(embedded.data_dir(environ), environ)


def start(
    kind: str, directory: Path, *, topics: Mapping[str, int] | None = None, **more: Any
) -> broker.Broker | ApacheKafka:
    """A broker of the kind in a folder of its own, with the sessions of tests.

    ``more``: for ``kafka.start``, if it is an Apache Kafka.
    """
    if kind == DEVELOPMENT:
        return broker.start(topics, directory=directory, session_timeout_ms=SESSION_TIMEOUT_MS)
    properties = {
        "group.consumer.session.timeout.ms": str(SESSION_TIMEOUT_MS),
        **more.pop("properties", {}),
    }
    return kafka.start(directory, runtime(), topics=topics, properties=properties, **more)


class Shared:
    """The Apache Kafka of one run of the tests, started by the first that asks for it."""

    def __init__(self) -> None:
        self._kafka: ApacheKafka | None = None

    def get(self) -> ApacheKafka:
        """It, and it serves, whatever the test before did to it."""
        if self._kafka is None:
            folder = embedded.data_dir(os.environ) / "kafka-of-tests"
            left = kafka.find(folder)
            if left is not None:  # of a run that could not end it
                left.stop()
            shutil.rmtree(folder, ignore_errors=True)
            started = start(APACHE, folder)
            assert isinstance(started, ApacheKafka)
            self._kafka = started
        self._kafka.up()
        return self._kafka

    def stop(self) -> None:
        if self._kafka is not None:
            self._kafka.stop(timeout=0.0)
            self._kafka = None


shared = Shared()
