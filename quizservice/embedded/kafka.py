"""Apache Kafka on this machine, for tests and for the curious: one node or three, on loopback.

It is the real one, in KRaft mode, run by Java from jars that Maven fetched (``kafka_jars``). Its
messages are kept in its folder over a stop and a start, its addresses too. A node takes about
300 MB of memory and some seconds to start. Topics are not made by asking for them.

The nodes end when the process that started them ends, however that ended (``guard``), unless they
were started detached. ``kafka.json`` in the folder names the addresses and processes, so another
process can find them.
"""

from __future__ import annotations

import contextlib
import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from quizservice.embedded.errors import EmbeddedError
from quizservice.embedded.guard import Guard
from quizservice.embedded.kafka_jars import Runtime
from quizservice.embedded.kafka_nodes import CLIENTS, CONTROLLER, Node, free_ports, new_id, reason
from quizservice.embedded.locks import exclusive

STATE_FILE = "kafka.json"
START_TIMEOUT = 120.0  # seconds until all nodes serve; a busy machine takes its time

_LOCK = "start.lock"
_LOCK_WAIT = 900.0  # seconds for another start: storage, nodes and topics, on a busy machine
_STOP_WAIT = 20.0
_TOPIC_WAIT = 30.0
_POLL = 0.1


class ApacheKafka:
    """A cluster of one node or more whose folder is ``directory``."""

    def __init__(
        self,
        directory: Path,
        runtime: Runtime,
        cluster: str,
        nodes: Sequence[Node],
        guard: Guard | None,
    ) -> None:
        self.directory = directory
        self.version = runtime.version
        self._runtime = runtime
        self._cluster = cluster
        self._nodes = {node.id: node for node in nodes}
        self._guard = guard

    @property
    def label(self) -> str:
        """What it is, in words."""
        count = len(self._nodes)
        nodes = "one node" if count == 1 else f"{count} nodes"
        return f"Apache Kafka {self.version}, {nodes}, messages kept in {self.directory}"

    @property
    def bootstrap_servers(self) -> str:
        """``host:port,host:port`` of all nodes, on loopback, without encryption or password."""
        return self.addresses(CLIENTS)

    def addresses(self, listener: str) -> str:
        """``host:port,host:port`` of all nodes for a listener that ``start`` was given."""
        return ",".join(node.address(listener) for node in self._nodes.values())

    @property
    def nodes(self) -> list[int]:
        """The numbers of all nodes, running or not."""
        return list(self._nodes)

    def running(self) -> list[int]:
        """The numbers of the nodes whose processes run."""
        return [node.id for node in self._nodes.values() if node.lives(self.directory)]

    def alive(self) -> bool:
        """Whether all nodes run and take connections."""
        return all(n.lives(self.directory) and n.accepts() for n in self._nodes.values())

    def down(self) -> None:
        """Kill all nodes with signal 9."""
        for node in self.nodes:
            self.kill(node)

    def up(self, timeout: float = START_TIMEOUT) -> None:
        """Start the nodes that do not run, on the same ports with the same data.

        Returns when they serve and every partition has a leader. Raises EmbeddedError.
        """
        deadline = time.monotonic() + timeout
        running = self.running()
        started = [node for node in self.nodes if node not in running]
        for node in started:
            self._launch(node)
        for node in started:
            self._wait_until_serving(node, deadline)

    def kill(self, node: int) -> None:
        """Kill one node with signal 9; quiet if it does not run."""
        self._end(node, signal.SIGKILL, 10.0)
        self._write_state()

    def start(self, node: int, timeout: float = START_TIMEOUT) -> None:
        """Start one node again and wait until it serves. Raises EmbeddedError."""
        if node not in self.running():
            self._launch(node)
            self._wait_until_serving(node, time.monotonic() + timeout)

    def leader(self, topic: str, partition: int) -> int | None:
        """The node that leads a partition now; None while none does. Raises EmbeddedError."""
        metadata = self._metadata(self.bootstrap_servers, timeout=10.0, topic=topic)
        places = metadata.topics[topic].partitions
        if partition not in places:
            raise EmbeddedError(f"Apache Kafka has no partition {partition} of topic {topic}.")
        leader = int(places[partition].leader)
        return leader if leader in self._nodes else None

    def create_topic(self, name: str, partitions: int) -> None:
        """Create a topic and wait until all running nodes know it and its leaders.

        It has a replica on every node, at most three, of which a write needs two if there are as
        many. Raises EmbeddedError, also if the topic exists.
        """
        copies = min(len(self._nodes), 3)
        new = NewTopic(
            name,
            num_partitions=partitions,
            replication_factor=copies,
            config={"min.insync.replicas": str(min(copies, 2))},
        )
        client = _client(self.bootstrap_servers)
        try:
            client.create_topics([new], operation_timeout=_TOPIC_WAIT)[name].result(_TOPIC_WAIT)
        except (KafkaException, TimeoutError) as error:
            raise EmbeddedError(
                f"Apache Kafka did not create the topic {name}: {_text(error)}."
            ) from error
        deadline = time.monotonic() + _TOPIC_WAIT
        while waited_for := [n for n in self.running() if not self._shows(n, name, partitions)]:
            if time.monotonic() >= deadline:
                raise EmbeddedError(
                    f"Node {waited_for[0]} of Apache Kafka does not show the topic {name}."
                )
            time.sleep(_POLL)

    def stop(self, timeout: float = _STOP_WAIT) -> None:
        """End all nodes in order, or after ``timeout`` seconds at once; quiet if they have ended."""
        with ThreadPoolExecutor(len(self._nodes)) as together:  # a node alone waits for others
            list(together.map(lambda node: self._end(node, signal.SIGTERM, timeout), self.nodes))
        with contextlib.suppress(OSError):  # the folder may be gone
            self._write_state()
        if self._guard is not None:
            self._guard.close()

    def _launch(self, number: int) -> None:
        node = self._nodes[number]
        if node.pid is not None and self._guard is not None:
            self._guard.drop(node.pid)  # it died by itself; its number may be another's by now
        try:
            pid = node.launch(self.directory, self._runtime)
        except OSError as error:
            raise EmbeddedError(f"Apache Kafka cannot be started: {error}.") from error
        if self._guard is not None:
            self._guard.add(pid)
        self._write_state()

    def _end(self, number: int, how: signal.Signals, timeout: float) -> None:
        node = self._nodes[number]
        pid = node.pid
        node.end(self.directory, how, timeout)
        if pid is not None and self._guard is not None:
            self._guard.drop(pid)

    def _wait_until_serving(self, number: int, deadline: float) -> None:
        """Wait until the node is part of the cluster in its own eyes."""
        node = self._nodes[number]

        def serves() -> bool:
            if not node.lives(self.directory):
                said = node.log_file(self.directory).read_text(errors="replace")
                raise EmbeddedError(f"Apache Kafka did not start: {reason(said)}.")
            if not node.accepts():
                return False
            try:
                found = self._metadata(node.address(), timeout=2.0)
            except EmbeddedError:
                return False
            # With a node away there may be partitions that only it could lead.
            complete = len(self.running()) == len(self._nodes)
            return number in found.brokers and (not complete or _all_led(found.topics.values()))

        _wait(
            serves,
            deadline,
            f"Apache Kafka did not serve in time: see {node.log_file(self.directory)}.",
        )

    def _shows(self, node: int, topic: str, partitions: int) -> bool:
        """Whether the node knows all partitions of the topic and their leaders."""
        address = self._nodes[node].address()
        try:
            found = self._metadata(address, timeout=2.0, topic=topic).topics[topic]
        except EmbeddedError:
            return False
        return len(found.partitions) == partitions and _all_led([found])

    @staticmethod
    def _metadata(addresses: str, *, timeout: float, topic: str | None = None) -> Any:
        try:
            return _client(addresses).list_topics(topic, timeout=timeout)
        except KafkaException as error:
            raise EmbeddedError(
                f"Apache Kafka at {addresses} does not answer: {_text(error)}."
            ) from error

    def _write_state(self) -> None:
        """Write the state in one step, so that a reader never sees half of it."""
        nodes = [
            {"id": n.id, "directory_id": n.directory_id, "ports": n.ports, "pid": n.pid}
            for n in self._nodes.values()
        ]
        runtime = {"java": self._runtime.java, "jars": str(self._runtime.jars)}
        state = {"cluster": self._cluster, "version": self.version, **runtime, "nodes": nodes}
        temporary = self.directory / f"{STATE_FILE}.new"
        temporary.write_text(json.dumps(state))
        temporary.replace(self.directory / STATE_FILE)


class RunsAlready(EmbeddedError):
    """A start found the cluster serving: somebody else was faster. ``running`` is that cluster."""

    def __init__(self, running: ApacheKafka) -> None:
        super().__init__(f"Apache Kafka runs in {running.directory} already.")
        self.running = running


def find(directory: Path) -> ApacheKafka | None:
    """The cluster that runs with this folder, if one does, with all its nodes."""
    known = _read_state(directory.absolute())
    return known if known is not None and known.alive() else None


def start(
    directory: Path,
    runtime: Runtime,
    *,
    nodes: int = 1,
    topics: Mapping[str, int] | None = None,
    listeners: Mapping[str, str] | None = None,
    properties: Mapping[str, str] | None = None,
    parent_watch: bool = True,
    timeout: float = START_TIMEOUT,
) -> ApacheKafka:
    """Start Apache Kafka with what ``directory`` holds, or anew, and wait until it serves.

    ``runtime`` is found by ``kafka_jars.find``. ``topics``: name and number of partitions of
    topics that are created where they do not exist. ``listeners``: name and security protocol of
    listeners besides the plain one. ``properties``: more settings of the server, for each node.
    Without ``parent_watch`` the nodes outlive this process. One start at a time: another one in
    the folder waits. Raises RunsAlready, and EmbeddedError, in one sentence; nothing that was
    started is left running then.
    """
    directory = directory.absolute()
    protocols = {CLIENTS: "PLAINTEXT", CONTROLLER: "PLAINTEXT", **(listeners or {})}
    guard = Guard() if parent_watch else None
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with exclusive(directory / _LOCK, timeout=_LOCK_WAIT, doing="starting Apache Kafka"):
            kafka = _left(directory, runtime, nodes, guard)
            with _nothing_left(kafka):
                _prepare(kafka, protocols, properties or {})
                kafka.up(timeout)
                existing = kafka._metadata(kafka.bootstrap_servers, timeout=10.0).topics
                for name, partitions in (topics or {}).items():
                    if name not in existing:
                        kafka.create_topic(name, partitions)
    except OSError as error:
        raise EmbeddedError(f"Apache Kafka cannot start: {error}.") from error
    return kafka


@contextlib.contextmanager
def _nothing_left(kafka: ApacheKafka) -> Iterator[None]:
    """End what a start that fails has begun, Ctrl-C included."""
    try:
        yield
    except BaseException:
        kafka.stop(timeout=0.0)
        raise


def _left(directory: Path, runtime: Runtime, nodes: int, guard: Guard | None) -> ApacheKafka:
    """What an earlier start left in the folder, or a new cluster; no node of it runs."""
    known = _read_state(directory)
    if known is None:
        if any(directory.glob("node*/data")):  # whose ids and ports nobody knows any more
            raise EmbeddedError(
                f"{directory} holds data of Apache Kafka but no {STATE_FILE} that can be read, "
                "without which it cannot start: delete that folder with its messages."
            )
        return ApacheKafka(directory, runtime, new_id(), _new_nodes(nodes), guard)
    if known.alive():
        raise RunsAlready(known)
    known.stop()
    if len(known.nodes) != nodes:
        raise EmbeddedError(
            f"{directory} holds an Apache Kafka of {len(known.nodes)} nodes, not {nodes}: "
            "name another folder or remove that one."
        )
    return ApacheKafka(directory, runtime, known._cluster, list(known._nodes.values()), guard)


def _new_nodes(count: int) -> list[Node]:
    return [Node(number, new_id(), {}) for number in range(1, count + 1)]


def _prepare(
    kafka: ApacheKafka, protocols: Mapping[str, str], properties: Mapping[str, str]
) -> None:
    """Give every node its ports, its settings and its storage."""
    nodes = list(kafka._nodes.values())
    fresh = iter(free_ports(len(nodes) * len(protocols)))
    for node in nodes:
        node.ports = {name: node.ports.get(name) or next(fresh) for name in protocols}
    kafka._write_state()  # before the storage, which knows the controllers' ports
    for node in nodes:
        node.write_settings(kafka.directory, nodes, protocols, properties)
    with ThreadPoolExecutor(len(nodes)) as together:
        list(
            together.map(
                lambda node: node.format(kafka.directory, nodes, kafka._cluster, kafka._runtime),
                nodes,
            )
        )


def _read_state(directory: Path) -> ApacheKafka | None:
    """What the folder's state file tells; None where there is none or it cannot be read."""
    try:
        state = json.loads((directory / STATE_FILE).read_text())
        runtime = Runtime(state["java"], Path(state["jars"]), state["version"])
        nodes = [Node(n["id"], n["directory_id"], n["ports"], n["pid"]) for n in state["nodes"]]
        return ApacheKafka(directory, runtime, state["cluster"], nodes, None)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _client(addresses: str) -> AdminClient:
    """A client for one question, silent: that nobody answers yet is no news."""
    return AdminClient(
        {
            "bootstrap.servers": addresses,
            "log_level": 0,
            "reconnect.backoff.ms": 100,
            "reconnect.backoff.max.ms": 200,
        }
    )


def _all_led(topics: Any) -> bool:
    return all(place.leader >= 0 for topic in topics for place in topic.partitions.values())


def _text(error: BaseException) -> str:
    reason = error.args[0] if error.args else error
    text = reason.str() if hasattr(reason, "str") else str(reason)
    return (text or type(error).__name__).rstrip(".")


def _wait(condition: Callable[[], bool], deadline: float, otherwise: str) -> None:
    while not condition():
        if time.monotonic() >= deadline:
            raise EmbeddedError(otherwise)
        time.sleep(_POLL)
