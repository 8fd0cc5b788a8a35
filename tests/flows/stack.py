"""Real processes for the flows: web, workers and dispatcher on the test database, with a broker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import httpx2
from django.conf import settings
from django.db import connection

from quizservice.embedded import broker as development
from quizservice.embedded.supervisor import read_procfile
from tests.brokers import AnyBroker

ROOT = Path(__file__).resolve().parent.parent.parent
PROCFILE = read_procfile(ROOT / "Procfile")
T = TypeVar("T")


def wait_for(what: str, look: Callable[[], T], *, timeout: float = 90.0, every: float = 0.1) -> T:
    """The first true value of ``look``; fails after ``timeout`` seconds with the last value."""
    end = time.monotonic() + timeout
    while not (value := look()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout} s for {what}; last seen: {value!r}")
        time.sleep(every)
    return value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Whether a server answers there, with 200."""
    try:
        return httpx2.get(url, timeout=2).status_code == 200
    except httpx2.TransportError:
        return False


def database_url() -> str:
    """The address of the database that the running test uses."""
    values = connection.settings_dict
    parameters = {
        "host": values["HOST"],
        "port": values["PORT"],
        "user": values["USER"],
        "password": values["PASSWORD"],
    }
    query = "&".join(
        f"{name}={quote(str(value), safe='')}" for name, value in parameters.items() if value
    )
    return f"postgresql:///{values['NAME']}?{query}"


class Stack:
    """A broker, and processes started by the lines of the Procfile. ``stop`` ends them all.

    ``broker``: one that others use too, on which the stack has topics and a group of its own;
    without it, a development broker of its own with the topics that the settings name. Topics
    have four partitions, or ``KAFKA_PARTITIONS``.
    """

    def __init__(
        self, directory: Path, broker: AnyBroker | None = None, **environment: str
    ) -> None:
        self.directory = directory
        self._own = None if broker else development.start(directory=directory)
        serving = broker or self._own
        assert serving is not None
        self.broker = serving
        name = f"flow-{uuid.uuid4().hex[:8]}"
        self.port = free_port()
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "DATABASE_URL": database_url(),
            "KAFKA_BOOTSTRAP_SERVERS": self.broker.bootstrap_servers,
            "KAFKA_TOPIC_PREFIX": f"{name}." if broker else settings.KAFKA_TOPIC_PREFIX,
            "KAFKA_GROUP_ID": name if broker else settings.KAFKA_GROUP_ID,
            "PORT": str(self.port),
            "WORKER_SLOTS": "4",
            **environment,
        }
        for topic in self.topics.values():
            self.broker.create_topic(topic, int(environment.get("KAFKA_PARTITIONS", "4")))
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def topics(self) -> dict[str, str]:
        """The topic of each priority."""
        prefix = self.environment["KAFKA_TOPIC_PREFIX"]
        return {priority: f"{prefix}{priority}" for priority in settings.KAFKA_TOPICS}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, kind: str, name: str = "", **environment: str) -> subprocess.Popen[bytes]:
        """Start a process type of the Procfile in a process group of its own."""
        return self.launch(name or kind, PROCFILE[kind], **environment)

    def launch(self, name: str, command: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a line of shell in a process group of its own."""
        with (self.directory / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {command}"],
                cwd=ROOT,
                env={**self.environment, **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes[name] = process
        return process

    def start_web(self) -> None:
        self.start("web")
        wait_for("the web server", lambda: answers(f"{self.url}/health"))

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process and all its children."""
        os.killpg(self.processes[name].pid, number)

    def kill(self, name: str) -> None:
        """kill -9, children too."""
        self.signal(name, signal.SIGKILL)
        self.processes.pop(name).wait(timeout=10)

    def log(self, name: str) -> str:
        return (self.directory / f"{name}.log").read_text(errors="replace")

    def stop(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGCONT)
                process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=10)
        if self._own is not None:
            self._own.stop()
