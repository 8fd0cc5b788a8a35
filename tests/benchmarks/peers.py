"""The transports that are compared, their worker processes and the Redis server of one of them.

All have the same concurrency, late acknowledgement, no results, no gossip, mingle, heartbeat or
remote control. What suits each of them:

- ours: the settings of the service (``prefetch`` 1: a window as large as the slots; the transport
  also reads as many messages ahead as there are slots).
- kombu's own Kafka transport: the same topics and partitions. Its documented options are turned from
  their defaults of seconds to what is quickest (``polling_interval``, or it would start one task a
  second; ``wait_time_seconds``); the group protocol and fetch wait are ours.
- Celery on Redis: TCP on loopback, nothing written to disk, Celery's default of ``prefetch`` 4 (1, 16, 64
  and unlimited were within noise).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.task_app import Peer
from tests.flows.stack import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = "ours"
KOMBU = "kombu's own Kafka"
REDIS = "Celery on Redis"


def ours(bootstrap_servers: str, queue: str) -> Peer:
    return Peer(
        OURS,
        f"quizkafka://{bootstrap_servers.split(',')[0]}",
        {"bootstrap_servers": bootstrap_servers, "group_id": f"{queue}-ours", "revoke_grace": 5.0},
    )


def kombus_own(bootstrap_servers: str) -> Peer:
    consumer = {"group.protocol": "consumer", "fetch.wait.max.ms": 50}
    return Peer(
        KOMBU,
        f"confluentkafka://{bootstrap_servers.split(',')[0]}",
        {
            "polling_interval": 0.001,
            "wait_time_seconds": 1,
            "kafka_common_config": {"log_level": 2},  # nothing of brokers that are gone at the end
            "kafka_consumer_config": consumer,
        },
    )


@contextmanager
def redis() -> Iterator[Peer | None]:
    """Celery on a Redis server of its own; None, said with a word, where there is none."""
    program = shutil.which("redis-server")
    if program is None:
        print("  (Redis is left out: no redis-server on this machine)")
        yield None
        return
    port = free_port()
    folder = tempfile.mkdtemp(prefix="quiz-redis-")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
    command += ["--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(port), "the Redis server", 20)
        yield Peer(REDIS, f"redis://127.0.0.1:{port}/0", prefetch=4)
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int) -> bool:
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        return bool(Redis(port=port).ping())
    except RedisError:
        return False


def wait_until(look: Callable[[], bool], what: str, timeout: float) -> None:
    """Return when ``look`` is true; raises TimeoutError after ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while not look():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {timeout:g} s")
        time.sleep(0.05)


class Crew:
    """Worker processes of one peer on one queue, and the journal that their tasks write."""

    def __init__(self, peer: Peer, queue: str, concurrency: int, every: int = 1) -> None:
        self.peer, self.queue, self.concurrency, self.every = peer, queue, concurrency, every
        self.folder = Path(tempfile.mkdtemp(prefix="quiz-bench-"))
        self.journal = self.folder / "journal"
        self.processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
            process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> subprocess.Popen[bytes]:
        settings = {
            "peer": asdict(self.peer),
            "queue": self.queue,
            "journal": str(self.journal),
            "every": self.every,
        }
        command = [sys.executable, "-m", "celery", "-A", "tests.benchmarks.task_app", "worker"]
        command += ["--pool", "threads", "--concurrency", str(self.concurrency)]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        command += ["--loglevel", "WARNING", "-n", f"w{len(self.processes)}-{os.getpid()}@%h"]
        with (self.folder / "workers.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "BENCHMARK": json.dumps(settings)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9."""
        process.kill()
        process.wait(20)
        self.processes.remove(process)

    def lines(self) -> list[str]:
        return self.journal.read_text().splitlines() if self.journal.exists() else []

    def log(self) -> str:
        return (self.folder / "workers.log").read_text(errors="replace")
