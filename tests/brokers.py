"""Which Kafka broker the broker tests run on, and the Apache Kafka that they share."""

from __future__ import annotations

import os
import shutil
import tempfile
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
REQUIRED = "REQUIRE_APACHE_KAFKA"  # any of the words below
_YES = ("1", "true", "yes", "on")

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


def choose(wanted: str | None, environ: Mapping[str, str] = os.environ) -> Choice:
    """Apache Kafka where Java is, and its jars or Maven, unless something else is wanted.

    The jars are fetched by the first test that needs them, which fails if they cannot be: no run
    falls back on the development broker after the header. Where Apache Kafka is required they are
    fetched now. Raises pytest.UsageError, in one sentence, when it is wanted or required and
    cannot run.
    """
    wanted = wanted or environ.get(VARIABLE) or None
    required = environ.get(REQUIRED, "").strip().lower() in _YES
    if wanted not in (None, APACHE, DEVELOPMENT):
        raise pytest.UsageError(f"{VARIABLE} is {wanted!r}: set it to {APACHE} or {DEVELOPMENT}.")
    if required and wanted == DEVELOPMENT:
        raise pytest.UsageError(
            f"{REQUIRED} is set and the {DEVELOPMENT} broker is wanted: take away one of both."
        )
    if wanted == DEVELOPMENT:
        return Choice(DEVELOPMENT, "in-memory development broker, as asked for")
    try:
        if required:
            runtime(environ)
        ready = kafka_jars.ready(embedded.data_dir(environ), environ)
        label = f"Apache Kafka {kafka_jars.version()}{'' if ready else ', to be fetched'}"
    except embedded.EmbeddedError as error:
        if required or wanted == APACHE:
            raise pytest.UsageError(str(error)) from None
        return Choice(DEVELOPMENT, f"in-memory development broker ({error})")
    return Choice(APACHE, label)


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
            folder = Path(tempfile.mkdtemp(prefix="quiz-kafka-"))  # other runs have theirs
            try:
                started = start(APACHE, folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            assert isinstance(started, ApacheKafka)
            self._kafka = started
        self._kafka.up()
        return self._kafka

    def stop(self) -> None:
        if self._kafka is not None:
            self._kafka.stop(timeout=0.0)
            shutil.rmtree(self._kafka.directory, ignore_errors=True)
            self._kafka = None


shared = Shared()
