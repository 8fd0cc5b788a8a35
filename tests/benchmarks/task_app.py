"""The Celery application of the benchmarks: the same tasks over whichever transport is measured.

A worker process reads ``BENCHMARK`` from its environment: JSON with ``peer`` (``Peer`` as a
dictionary), ``queue``, ``journal`` (the file that tasks append lines to) and ``every`` (how many
empty tasks make a line).
"""

from __future__ import annotations

import itertools
import json
import os
import time
from dataclasses import dataclass, field
from typing import Any

from celery import Celery

import quizservice.kafka  # noqa: F401  registers the URL scheme

SETTINGS: dict[str, Any] = json.loads(os.environ.get("BENCHMARK", "{}"))
_count = itertools.count(1)  # next() on it is one step, so threads need no lock


@dataclass(frozen=True)
class Peer:
    """A Celery transport: its broker's URL, its options and its prefetch multiplier."""

    name: str
    url: str
    options: dict[str, Any] = field(default_factory=dict)
    prefetch: int = 1


def record(line: str) -> None:
    """Append a line to the journal in one write, so that processes do not mix theirs."""
    journal = os.open(SETTINGS["journal"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(journal, f"{line}\n".encode())
    finally:
        os.close(journal)


def empty(name: str) -> None:
    """Nothing, but a line with number and time at the first task and at every so many."""
    number = next(_count)
    if number == 1 or number % SETTINGS["every"] == 0:
        record(f"{number} {time.perf_counter()}")


def work(name: str, seconds: float) -> None:
    """Take some time, then write the name down."""
    time.sleep(seconds)
    record(name)


def build(peer: Peer, queue: str) -> Celery:
    """An application over the peer's transport, with the settings that are the same for all."""
    app = Celery("task_app", set_as_current=False)
    app.conf.update(
        broker_url=peer.url,
        broker_transport_options=peer.options,
        worker_prefetch_multiplier=peer.prefetch,
        task_default_queue=queue,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_publish_retry=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        broker_connection_retry_on_startup=True,
    )
    for task in (empty, work):
        app.task(name=task.__name__)(task)
    return app


app = build(
    Peer(**SETTINGS["peer"]) if SETTINGS else Peer("none", "memory://"),
    SETTINGS.get("queue", "tasks"),
)
