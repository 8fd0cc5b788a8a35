"""One node of Apache Kafka in KRaft mode: its settings, its storage and its process."""

from __future__ import annotations

import base64
import contextlib
import errno
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from quizservice.embedded.errors import EmbeddedError
from quizservice.embedded.kafka_jars import Runtime

HOST = "127.0.0.1"
CLIENTS = "PLAINTEXT"  # the listener of clients and of the nodes among themselves
CONTROLLER = "CONTROLLER"

_HEAP = ("-Xms64m", "-Xmx320m")
_JVM = (
    *_HEAP,
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # starts sooner; the peak speed is not what it is for
    "-XX:ActiveProcessorCount=2",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
)
_SETTINGS = {
    "process.roles": "broker,controller",
    "inter.broker.listener.name": CLIENTS,
    "controller.listener.names": CONTROLLER,
    "auto.create.topics.enable": "false",
    "num.partitions": "4",
    "num.network.threads": "2",
    "num.io.threads": "4",
    # Small: few partitions of its own topics, and no 128 MB for a cleaner with little to do.
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.num.partitions": "4",
    "log.cleaner.dedupe.buffer.size": "4194304",
    "log.segment.bytes": "67108864",
    # Failures show soon: a member or a node that is silent is given up after seconds.
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "group.consumer.min.session.timeout.ms": "1000",
    "group.consumer.session.timeout.ms": "6000",
    "group.consumer.min.heartbeat.interval.ms": "100",
    "group.consumer.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "300",
}
_LOGGING = """\
rootLogger.level = WARN
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c{1}: %m%n
"""
_FORMAT_WAIT = 90.0  # seconds
_POLL = 0.05


@dataclass
class Node:
    """A node and what is kept about it. ``pid`` is None while it does not run.

    ``ports``: by name of the listener, on loopback; they stay the same over restarts.
    ``directory_id``: Kafka's own name of the node's storage.
    """

    id: int
    directory_id: str
    ports: dict[str, int]
    pid: int | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def address(self, listener: str = CLIENTS) -> str:
        """``host:port`` of a listener."""
        return f"{HOST}:{self.ports[listener]}"

    def folder(self, directory: Path) -> Path:
        """Where the node's settings, log and data are, below the cluster's folder."""
        return directory / f"node{self.id}"

    def lives(self, directory: Path) -> bool:
        """Whether the recorded process runs and is this node and no later process of its number."""
        if self._process is not None:
            return self._process.poll() is None
        if self.pid is None:
            return False
        try:
            process = psutil.Process(self.pid)
            return str(self._settings(directory)) in process.cmdline()
        except psutil.Error:  # a zombie has no command line
            return False

    def write_settings(
        self,
        directory: Path,
        nodes: Sequence[Node],
        protocols: Mapping[str, str],
        extra: Mapping[str, str],
    ) -> None:
        """Write ``server.properties`` and the logging's settings.

        ``protocols``: the security protocol of each listener. ``extra``: more server properties,
        which win over ours.
        """
        folder = self.folder(directory)
        folder.mkdir(parents=True, exist_ok=True)
        listeners = ",".join(f"{name}://{HOST}:{self.ports[name]}" for name in protocols)
        copies, needed = str(min(len(nodes), 3)), str(min(len(nodes), 2))
        values = {
            **_SETTINGS,
            "node.id": str(self.id),
            "listeners": listeners,
            "advertised.listeners": listeners,
            "listener.security.protocol.map": ",".join(
                f"{name}:{protocol}" for name, protocol in protocols.items()
            ),
            "controller.quorum.bootstrap.servers": ",".join(n.address(CONTROLLER) for n in nodes),
            "log.dirs": str(folder / "data"),
            "default.replication.factor": copies,
            "min.insync.replicas": needed,
            "offsets.topic.replication.factor": copies,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": needed,
            "share.coordinator.state.topic.replication.factor": copies,
            "share.coordinator.state.topic.min.isr": needed,
            **extra,
        }
        _write_properties(self._settings(directory), values)
        # The storage is made under another name, so that a half-made one is never used.
        _write_properties(folder / "format.properties", values | {"log.dirs": str(folder / "new")})
        (folder / "log4j2.properties").write_text(_LOGGING)

    def format(
        self, directory: Path, nodes: Sequence[Node], cluster: str, runtime: Runtime
    ) -> None:
        """Make the storage unless it stands. Raises EmbeddedError."""
        folder = self.folder(directory)
        data, new = folder / "data", folder / "new"
        if data.exists():
            return
        shutil.rmtree(new, ignore_errors=True)
        voters = ",".join(f"{n.id}@{n.address(CONTROLLER)}:{n.directory_id}" for n in nodes)
        command = self._java(directory, runtime, "kafka.tools.StorageTool")
        command += ["format", "--cluster-id", cluster, "--initial-controllers", voters]
        command += ["--config", str(folder / "format.properties")]
        try:
            done = subprocess.run(  # noqa: S603  our own words, no shell
                command,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=_FORMAT_WAIT,
                check=False,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired as error:
            raise EmbeddedError(f"Apache Kafka could not set up {data}: {error}.") from error
        if done.returncode != 0:
            raise EmbeddedError(f"Apache Kafka could not set up {data}: {reason(done.stdout)}.")
        new.rename(data)

    def launch(self, directory: Path, runtime: Runtime) -> int:
        """Start the process and return its id; it does not serve yet. Raises EmbeddedError."""
        for name, port in self.ports.items():
            self._check_port(directory, name, port)
        command = self._java(directory, runtime, "kafka.Kafka")
        command.append(str(self._settings(directory)))
        with self.log_file(directory).open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  our own words, no shell
                command,
                cwd=self.folder(directory),
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the starter
            )
        self.pid = self._process.pid
        return self.pid

    def end(self, directory: Path, number: signal.Signals, timeout: float) -> None:
        """Send the signal and wait for the end; what is left after ``timeout`` s is killed."""
        for wanted, seconds in ((number, timeout), (signal.SIGKILL, 10.0)):
            if not self.lives(directory):
                break
            assert self.pid is not None
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, wanted)
            deadline = time.monotonic() + seconds
            while self.lives(directory) and time.monotonic() < deadline:
                time.sleep(_POLL)
        self.pid = self._process = None

    def accepts(self) -> bool:
        """Whether it takes connections of clients."""
        try:
            socket.create_connection((HOST, self.ports[CLIENTS]), timeout=2.0).close()
        except OSError:
            return False
        return True

    def log_file(self, directory: Path) -> Path:
        """What the node said since it was started last."""
        return self.folder(directory) / "server.log"

    def _settings(self, directory: Path) -> Path:
        return self.folder(directory) / "server.properties"

    def _java(self, directory: Path, runtime: Runtime, program: str) -> list[str]:
        logging = self.folder(directory) / "log4j2.properties"
        return [
            runtime.java,
            *_JVM,
            f"-Dlog4j2.configurationFile={logging}",
            "-cp",
            f"{runtime.jars}/*",
            program,
        ]

    def _check_port(self, directory: Path, name: str, port: int) -> None:
        with socket.socket() as probe:
            # As Kafka does: a port whose connections have just closed is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
                probe.listen()
            except OSError as error:
                raise EmbeddedError(
                    f"Apache Kafka cannot use port {port}, its {name} port in {directory}, again "
                    f"({error.strerror}): end the program that uses it, or remove that folder "
                    "with its messages."
                ) from error


def free_ports(count: int) -> list[int]:
    """Ports on loopback that nobody uses, none of those that the system gives to connections.

    Such a one could be taken while the broker is down, even by the very client that tries to
    reach it. Raises EmbeddedError when there are too few.
    """
    try:
        lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except (OSError, ValueError):
        lowest = 32768
    found: list[int] = []
    for port in random.sample(range(10_000, max(lowest, 12_000)), 1000):
        if len(found) == count:
            return found
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError as error:
                if error.errno in (errno.EADDRINUSE, errno.EACCES):
                    continue
                raise EmbeddedError(f"No port of {HOST} can be used: {error}.") from error
        found.append(port)
    raise EmbeddedError(f"Not enough free ports on {HOST} for Apache Kafka: end what uses them.")


def new_id() -> str:
    """A random name as Kafka makes them: a UUID in 22 characters, not beginning with a dash."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


def reason(said: str) -> str:
    """The line that tells most of what Kafka said."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"\b(ERROR|FATAL)\b|Exception|Error", line)]
    best = (telling or lines or ["it gave no reason"])[0]
    best = re.sub(r'^Exception in thread "\S+" [\w.]+: ', "", best)
    return best[:400].rstrip(".")


def _environment() -> dict[str, str]:
    """Ours, in a locale in which Java finds files whose names are not ASCII."""
    return {**os.environ, "LC_ALL": "C.UTF-8"}


def _write_properties(path: Path, values: Mapping[str, str]) -> None:
    """A Java properties file, readable for us only: there may be passwords in it."""
    text = "".join(f"{key}={_escaped(value)}\n" for key, value in values.items())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)


def _escaped(value: str) -> str:
    """The value in ASCII, the rest as Java reads it: ``\\uXXXX`` for each unit of UTF-16."""
    text = value.replace("\\", "\\\\").replace("\n", "\\n")
    return re.sub(r"[^\x00-\x7e]", lambda found: _units(found[0]), text)


def _units(character: str) -> str:
    digits = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{digits[at : at + 4]}" for at in range(0, len(digits), 4))
