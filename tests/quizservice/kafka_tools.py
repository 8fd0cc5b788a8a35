"""A topic with its own application and workers, for tests of the Kafka transport."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from celery import Celery
from confluent_kafka import Consumer, Message

from tests.brokers import AnyBroker
from tests.quizservice import kafka_app

PROJECT = Path(__file__).resolve().parents[2]


def wait_for(what: Callable[[], bool], timeout: float = 40.0) -> bool:
    """Whether ``what`` becomes true within ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@dataclass
class Worker:
    """A Celery worker process with its log."""

    process: subprocess.Popen[bytes]
    log: Path

    def says(self, text: str, timeout: float = 40.0) -> bool:
        return wait_for(lambda: text in self.text(), timeout)

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def stop(self, timeout: float = 30.0) -> int:
        """Ask it to end (SIGTERM); returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)


@dataclass
class Bench:
    """One test's topic, application, journal and workers."""

    bootstrap: str
    directory: Path
    topic: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:10]}")
    options: dict[str, Any] = field(default_factory=dict)
    workers: list[Worker] = field(default_factory=list)

    @property
    def journal(self) -> Path:
        return self.directory / "journal"

    def app(self, **options: Any) -> Celery:
        """An application to publish with."""
        return kafka_app.build(self.bootstrap, self.topic, **{**self.options, **options})

    def lines(self) -> list[str]:
        return kafka_app.lines(self.journal)

    def start_worker(self, pool: str = "threads", concurrency: int = 8) -> Worker:
        log = self.directory / f"worker{len(self.workers)}.log"
        settings = {
            "bootstrap": self.bootstrap,
            "topic": self.topic,
            "journal": str(self.journal),
            "options": self.options,
        }
        command = [sys.executable, "-m", "celery", "-A", "tests.quizservice.kafka_app", "worker"]
        command += ["--pool", pool, "--concurrency", str(concurrency), "--loglevel", "INFO"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=PROJECT,
                env={**os.environ, "KAFKA_TEST": json.dumps(settings)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        worker = Worker(process, log)
        self.workers.append(worker)
        return worker

    def read(self, topic: str, count: int, timeout: float = 20.0) -> list[Message]:
        """The first ``count`` messages of a topic, read outside any group."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": uuid.uuid4().hex,
                "auto.offset.reset": "earliest",
                "fetch.wait.max.ms": 10,
                "group.protocol": "consumer",
            }
        )
        consumer.subscribe([topic])
        found: list[Message] = []
        deadline = time.monotonic() + timeout
        while len(found) < count and time.monotonic() < deadline:
            message = consumer.poll(0.2)
            if message is not None and message.error() is None:
                found.append(message)
        consumer.close()
        return found


@contextmanager
def bench(
    broker: AnyBroker, directory: Path, partitions: int = 12, **options: Any
) -> Iterator[Bench]:
    """A bench whose topic exists; ends its workers, however the test went."""
    it = Bench(broker.bootstrap_servers, directory, options=options)
    broker.create_topic(it.topic, partitions)
    try:
        yield it
    finally:
        for worker in it.workers:
            if worker.process.poll() is None:
                worker.kill()
