"""A small Celery application over the Kafka transport, for worker processes in tests.

``KAFKA_TEST`` is JSON: ``bootstrap`` (with ``user:password@`` before it where Kafka asks for them),
``topic``, ``journal`` (the file that tasks append a line to) and ``options`` (more transport
options).
"""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

from celery import Celery, Task
from celery.exceptions import Reject
from celery.signals import worker_ready

import quizservice.kafka  # noqa: F401  registers the URL scheme


def build(bootstrap: str, topic: str, **options: Any) -> Celery:
    """An application whose broker is at ``bootstrap`` and whose tasks go to ``topic``."""
    app = Celery("kafka_app", set_as_current=False)
    login, at, servers = bootstrap.rpartition("@")
    app.conf.update(
        broker_url=f"quizkafka://{login}{at}{servers.split(',')[0]}",
        broker_transport_options={
            "bootstrap_servers": servers,
            "group_id": f"{topic}-workers",
            "dead_letter_topic": f"{topic}-dead",
            "revoke_grace": 5,
            "kafka_consumer_config": {"fetch.wait.max.ms": 10},
            **options,
        },
        task_default_queue=topic,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_publish_retry=False,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        broker_connection_retry_on_startup=True,
    )
    return app


SETTINGS: dict[str, Any] = json.loads(os.environ.get("KAFKA_TEST", "{}"))
app = build(
    SETTINGS.get("bootstrap", "127.0.0.1:1"),
    SETTINGS.get("topic", "tasks"),
    **SETTINGS.get("options", {}),
)


def record(line: str) -> None:
    """Append a line to the journal in one write, so that processes do not mix theirs."""
    journal = os.open(SETTINGS["journal"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(journal, f"{line}\n".encode())
    finally:
        os.close(journal)


@worker_ready.connect
def _prepare_to_be_stuck(**_: object) -> None:
    """SIGUSR2 keeps the main thread from doing anything for a minute."""

    def stick(*_: object) -> None:
        print("stuck", flush=True)
        time.sleep(60)

    signal.signal(signal.SIGUSR2, stick)


@app.task(name="work")
def work(name: str, seconds: float = 0.0) -> None:
    """Take some time, then write the name down."""
    time.sleep(seconds)
    record(f"{name}\t{os.getpid()}")


@app.task(name="begin_and_end")
def begin_and_end(name: str, seconds: float) -> None:
    record(f"begin {name}\t{os.getpid()}")
    time.sleep(seconds)
    record(f"end {name}\t{os.getpid()}")


@app.task(name="publish_more")
def publish_more(name: str) -> None:
    """Publish from inside a task: in a pool process, from a fork of the worker."""
    app.send_task("work", (f"{name}-child",))
    record(f"{name}\t{os.getpid()}")


@app.task(name="refuse_once", bind=True)
def refuse_once(self: Task, name: str) -> None:
    """Ask for redelivery the first time."""
    again = bool((self.request.delivery_info or {}).get("redelivered"))
    record(f"{name} redelivered={again}\t{os.getpid()}")
    if not again:
        raise Reject("not yet", requeue=True)


@app.task(name="show_header", bind=True)
def show_header(self: Task) -> None:
    """Write down the trace header that the worker saw."""
    record(f"{(self.request.headers or {}).get('traceparent')}\t{os.getpid()}")


def lines(journal: Path) -> list[str]:
    """What the tasks wrote, without the process ids."""
    text = journal.read_text() if journal.exists() else ""
    return [line.partition("\t")[0] for line in text.splitlines()]
