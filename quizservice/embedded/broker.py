"""An in-memory Kafka broker for development and tests, in a process of its own.

It is the mock cluster inside librdkafka, taken by ctypes from the library that the
confluent-kafka wheel carries, so it needs neither Java nor an installation. It speaks the real
protocol over TCP on loopback (groups of both protocols, headers, idempotent producers).

**Its messages are lost when it stops**, and it keeps at most about 5 MiB for each partition: the
oldest messages beyond that are dropped unread. It has no persistence, replication, access control
or encryption, and topics cannot be created over Kafka's admin interface; an unknown topic appears
with four partitions when it is first asked for. Never trust it with work that is stored nowhere
else.

The broker's process ends when the process that started it ends, however that ended: it watches a
pipe whose other end only the starter holds. ``broker.json`` in its directory names its addresses,
so another process can find it.

As a program: ``python -m quizservice.embedded.broker --directory DIR [--topic NAME:PARTITIONS]``.

Control, one line a TCP connection, one line as answer (``ok`` or ``error`` and a sentence):
``ping``, ``down`` (refuse and drop connections, keep the messages), ``up`` (same port again),
``topic NAME PARTITIONS``, ``quit``.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import importlib.util
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from quizservice.embedded.errors import EmbeddedError

LABEL = "in-memory development broker: messages are lost when it stops"
STATE_FILE = "broker.json"
LOG_FILE = "broker.log"

#: A member that stops sending heartbeats is thrown out of its group after this many milliseconds.
SESSION_TIMEOUT_MS = 6000
HEARTBEAT_MS = 500
_CONTROL_TIMEOUT = 10.0  # seconds
_PROJECT = Path(__file__).resolve().parents[2]
_CONSUMER_GROUP_HEARTBEAT = 68  # number of this request in the Kafka protocol


class BrokerError(EmbeddedError):
    """The development broker cannot start, stop or obey; the text is one sentence for a person."""


# --- the side of the process that uses a broker ---


@dataclass(frozen=True)
class Broker:
    """A development broker that runs.

    ``bootstrap_servers`` and ``control`` are ``host:port`` on loopback.
    """

    bootstrap_servers: str
    control: str
    pid: int

    def down(self) -> None:
        """Drop and refuse all connections; the messages are kept."""
        self._command("down")

    def up(self) -> None:
        """Accept connections again, on the same port."""
        self._command("up")

    def create_topic(self, name: str, partitions: int) -> None:
        """Create a topic; it is an error if it exists."""
        self._command(f"topic {name} {partitions}")

    def alive(self) -> bool:
        """Whether the process runs and answers, and is this broker and not a later one."""
        try:
            return self._command("ping", timeout=2.0) == str(self.pid)
        except BrokerError:
            return False

    def stop(self, timeout: float = 5.0) -> None:
        """End the process; quiet if it has ended already."""
        if self.alive():
            with contextlib.suppress(BrokerError):
                self._command("quit")
        process, lifeline = _started.pop(self.pid, (None, None))
        if lifeline is not None:
            os.close(lifeline)
        if process is not None:
            try:
                process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            return
        deadline = time.monotonic() + timeout
        while self.alive() and time.monotonic() < deadline:
            time.sleep(0.05)

    def _command(self, line: str, timeout: float = _CONTROL_TIMEOUT) -> str:
        host, _, port = self.control.rpartition(":")
        try:
            with socket.create_connection((host, int(port)), timeout) as connection:
                connection.sendall(line.encode() + b"\n")
                answer = connection.makefile("r").readline()
        except OSError as error:
            raise BrokerError(
                f"The development broker at {self.control} does not answer: {error}."
            ) from error
        word, _, rest = answer.strip().partition(" ")
        if word != "ok":
            raise BrokerError(f"The development broker refused {line!r}: {rest or 'no answer'}")
        return rest


#: Brokers that this process started, by process id, each with the end of the pipe it watches.
_started: dict[int, tuple[subprocess.Popen[bytes], int | None]] = {}


def find(directory: Path) -> Broker | None:
    """The broker that runs with this directory, if one does."""
    try:
        broker = Broker(**json.loads((directory / STATE_FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return broker if broker.alive() else None


def start(
    topics: Mapping[str, int] | None = None,
    *,
    directory: Path,
    parent_watch: bool = True,
    timeout: float = 15.0,
    session_timeout_ms: int = SESSION_TIMEOUT_MS,
    classic_only: bool = False,
) -> Broker:
    """Start a broker and wait until it serves.

    ``topics`` gives each topic its number of partitions. ``directory`` receives the state and
    the log. Without ``parent_watch`` the broker outlives this process. ``classic_only`` makes it
    an older broker, without the group protocol of Kafka 4. Raises BrokerError.
    """
    running = find(directory)
    if running:
        raise BrokerError(
            f"A development broker runs in {directory} already (process {running.pid})."
        )
    directory = directory.absolute()
    command = [sys.executable, "-m", "quizservice.embedded.broker", "--directory", str(directory)]
    command += ["--session-timeout-ms", str(session_timeout_ms)]
    for name, partitions in (topics or {}).items():
        command += ["--topic", f"{name}:{partitions}"]
    if classic_only:
        command.append("--classic-only")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / STATE_FILE).unlink(missing_ok=True)
        process, lifeline = _launch(command, directory / LOG_FILE, parent_watch)
    except OSError as error:
        raise BrokerError(f"The development broker cannot start: {error}.") from error
    _started[process.pid] = (process, lifeline)
    return _wait_until_serving(process, directory, timeout)


def _launch(
    command: list[str], log: Path, parent_watch: bool
) -> tuple[subprocess.Popen[bytes], int | None]:
    """Start the process in its own session (Ctrl-C is for the starter, which stops it in order)."""
    reader, writer = os.pipe() if parent_watch else (None, None)
    pass_fds = () if reader is None else (reader,)
    if reader is not None:
        command = [*command, "--lifeline", str(reader)]
    try:
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603  our own program, no shell
                command,
                cwd=_PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=pass_fds,
                start_new_session=True,
            )
    except BaseException:
        if writer is not None:
            os.close(writer)
        raise
    finally:
        if reader is not None:
            os.close(reader)
    return process, writer


def _wait_until_serving(
    process: subprocess.Popen[bytes], directory: Path, timeout: float
) -> Broker:
    deadline = time.monotonic() + timeout
    reason = f"it did not serve within {timeout:g} s"
    while time.monotonic() < deadline:
        broker = find(directory)
        if broker and broker.pid == process.pid:
            return broker
        if process.poll() is not None:
            text = (directory / LOG_FILE).read_text(errors="replace").strip()
            reason = text.splitlines()[-1] if text else f"it ended with {process.returncode}"
            break
        time.sleep(0.02)
    _, lifeline = _started.pop(process.pid)
    if lifeline is not None:
        os.close(lifeline)
    process.kill()
    process.wait()
    raise BrokerError(f"The development broker did not start: {reason}.")


# --- the broker's own process ---


class _Cluster:
    """One broker of librdkafka's mock cluster (rdkafka_mock.h)."""

    def __init__(self, session_timeout_ms: int, classic_only: bool) -> None:
        self._lib = _load_library()
        reason = ctypes.create_string_buffer(512)
        conf = self._lib.rd_kafka_conf_new()
        self._lib.rd_kafka_conf_set(conf, b"log_level", b"3", reason, len(reason))
        handle = self._lib.rd_kafka_new(0, conf, reason, len(reason))
        if not handle:
            raise BrokerError(f"librdkafka refused to start: {reason.value.decode()}")
        self._cluster = self._lib.rd_kafka_mock_cluster_new(handle, 1)
        if not self._cluster:
            raise BrokerError("librdkafka could not open a port on loopback")
        lib, cluster = self._lib, self._cluster
        lib.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 100)
        lib.rd_kafka_mock_set_group_consumer_session_timeout_ms(cluster, session_timeout_ms)
        lib.rd_kafka_mock_set_group_consumer_heartbeat_interval_ms(cluster, HEARTBEAT_MS)
        if classic_only:
            lib.rd_kafka_mock_set_apiversion(cluster, _CONSUMER_GROUP_HEARTBEAT, -1, -1)

    @property
    def bootstrap_servers(self) -> str:
        servers: bytes = self._lib.rd_kafka_mock_cluster_bootstraps(self._cluster)
        return servers.decode()

    def create_topic(self, name: str, partitions: int) -> None:
        if partitions < 1:
            raise BrokerError(f"topic {name} needs at least one partition, not {partitions}")
        code = self._lib.rd_kafka_mock_topic_create(self._cluster, name.encode(), partitions, 1)
        if code:
            raise BrokerError(f"topic {name} cannot be created (it may exist; code {code})")

    def set_up(self, serving: bool) -> None:
        change = (
            self._lib.rd_kafka_mock_broker_set_up
            if serving
            else self._lib.rd_kafka_mock_broker_set_down
        )
        code = change(self._cluster, 1)
        if code:
            raise BrokerError(f"the broker did not change its state (code {code})")


def _load_library() -> Any:
    """librdkafka of the confluent-kafka wheel, found without importing the package."""
    spec = importlib.util.find_spec("confluent_kafka")
    if spec is None or spec.origin is None:
        raise BrokerError("the package confluent-kafka is not installed")
    package = Path(spec.origin).parent
    found = [
        *package.with_name("confluent_kafka.libs").glob("librdkafka*.so*"),
        *(package / ".dylibs").glob("librdkafka*.dylib"),
    ]
    if not found:
        raise BrokerError(f"no librdkafka beside {package}; a wheel of confluent-kafka carries it")
    lib = ctypes.CDLL(str(found[0]))
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    int16, int32, size = ctypes.c_int16, ctypes.c_int32, ctypes.c_size_t
    signatures: dict[str, tuple[Any, list[Any]]] = {
        "rd_kafka_conf_new": (pointer, []),
        "rd_kafka_conf_set": (number, [pointer, text, text, pointer, size]),
        "rd_kafka_new": (pointer, [number, pointer, text, size]),
        "rd_kafka_mock_cluster_new": (pointer, [pointer, number]),
        "rd_kafka_mock_cluster_bootstraps": (text, [pointer]),
        "rd_kafka_mock_topic_create": (number, [pointer, text, number, number]),
        "rd_kafka_mock_broker_set_down": (number, [pointer, int32]),
        "rd_kafka_mock_broker_set_up": (number, [pointer, int32]),
        "rd_kafka_mock_set_apiversion": (number, [pointer, int16, int16, int16]),
        "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, [pointer, int32]),
        "rd_kafka_mock_set_group_consumer_session_timeout_ms": (None, [pointer, number]),
        "rd_kafka_mock_set_group_consumer_heartbeat_interval_ms": (None, [pointer, number]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


def _end_with_parent(lifeline: int) -> None:
    """Wait for the end of the pipe that the starter holds, then end this process at once."""
    while os.read(lifeline, 1):
        pass
    os._exit(0)


def _obey(cluster: _Cluster, line: str) -> str:
    match line.split():
        case ["ping"]:
            return f"ok {os.getpid()}"
        case ["down"]:
            cluster.set_up(False)
        case ["up"]:
            cluster.set_up(True)
        case ["topic", name, partitions] if partitions.isdigit():
            cluster.create_topic(name, int(partitions))
        case ["quit"]:
            pass
        case _:
            raise BrokerError("unknown command; use ping, down, up, topic NAME PARTITIONS or quit")
    return "ok"


def _serve_control(listener: socket.socket, cluster: _Cluster) -> None:
    """Answer one line a connection until told to quit; one that sends nothing is dropped."""
    while True:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5.0)
            line = connection.makefile("r", errors="replace").readline(1000)
            try:
                answer = _obey(cluster, line)
            except BrokerError as error:
                answer = f"error {error}"
            connection.sendall(answer.encode() + b"\n")
            if line.split() == ["quit"]:
                return


def _write_state(directory: Path, broker: Broker) -> None:
    """Write the state in one step, so that a reader never sees half of it."""
    temporary = directory / f"{STATE_FILE}.{os.getpid()}"
    temporary.write_text(json.dumps(asdict(broker)))
    temporary.replace(directory / STATE_FILE)


def _topic(text: str) -> tuple[str, int]:
    name, _, partitions = text.rpartition(":")
    if not name or not partitions.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME:PARTITIONS")
    return name, int(partitions)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=LABEL)
    parser.add_argument("--directory", type=Path, required=True, help="for broker.json")
    parser.add_argument("--topic", type=_topic, action="append", default=[], help="NAME:PARTITIONS")
    parser.add_argument("--session-timeout-ms", type=int, default=SESSION_TIMEOUT_MS)
    parser.add_argument("--classic-only", action="store_true", help="no KIP-848 groups")
    parser.add_argument("--lifeline", type=int, help="end when this inherited pipe does")
    return parser.parse_args()


def main() -> int:
    """Serve until told to quit; returns the exit status."""
    arguments = _arguments()
    try:
        if arguments.lifeline is not None:
            watch = threading.Thread(
                target=_end_with_parent, args=(arguments.lifeline,), daemon=True, name="lifeline"
            )
            watch.start()
        cluster = _Cluster(arguments.session_timeout_ms, arguments.classic_only)
        for name, partitions in arguments.topic:
            cluster.create_topic(name, partitions)
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        broker = Broker(cluster.bootstrap_servers, address, os.getpid())
        arguments.directory.mkdir(parents=True, exist_ok=True)
        _write_state(arguments.directory, broker)
    except (BrokerError, OSError) as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    print(f"{LABEL}\nKafka on {broker.bootstrap_servers}, control on {address}", flush=True)
    _serve_control(listener, cluster)
    (arguments.directory / STATE_FILE).unlink(missing_ok=True)
    sys.stdout.flush()
    os._exit(0)  # the library's own threads need no farewell


if __name__ == "__main__":
    sys.exit(main())
