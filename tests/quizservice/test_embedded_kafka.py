"""Apache Kafka on this machine: it keeps its messages, survives a node, and goes with its starter."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import ConfigResource
from confluent_kafka.admin._resource import ResourceType
from kombu.exceptions import OperationalError

from quizservice import embedded
from quizservice.embedded import kafka, kafka_jars, kafka_nodes
from quizservice.embedded.kafka import ApacheKafka
from quizservice.embedded.kafka_jars import Runtime
from quizservice.kafka import Options, lag
from tests import brokers
from tests.quizservice.kafka_tools import PROJECT, Bench, bench, wait_for

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def one(apache_runtime: Runtime, tmp_path: Path) -> Iterator[ApacheKafka]:
    started = kafka.start(tmp_path / "kafka", apache_runtime)
    yield started
    started.stop(timeout=0.0)


def stored(at: Bench) -> int:
    return lag(Options(bootstrap_servers=at.bootstrap, group_id="nobody"), [at.topic])[at.topic]


def test_messages_survive_a_kill_and_a_stop(
    one: ApacheKafka, apache_runtime: Runtime, tmp_path: Path
) -> None:
    address = one.bootstrap_servers
    with bench(one, tmp_path, partitions=3) as at:
        app = at.app()
        for number in range(5):
            app.send_task("work", (str(number),))
        one.down()
        assert not one.alive()
        assert one.running() == []
        one.up()
        assert one.bootstrap_servers == address
        assert stored(at) == 5
        app.send_task("work", ("after",))

        one.stop()
        assert kafka.find(one.directory) is None
        one.stop()  # a second time is quiet
        again = kafka.start(one.directory, apache_runtime)
        try:
            assert again.bootstrap_servers == address
            assert stored(at) == 6
        finally:
            again.stop()


def test_another_process_finds_it_and_can_stop_it(
    one: ApacheKafka, apache_runtime: Runtime
) -> None:
    found = kafka.find(one.directory)
    assert found is not None
    assert found.bootstrap_servers == one.bootstrap_servers
    assert found.version == kafka_jars.version()
    with pytest.raises(embedded.EmbeddedError, match="already"):
        kafka.start(one.directory, apache_runtime)
    found.stop()
    assert not one.alive()


def test_a_node_that_died_by_itself_is_no_longer_watched(one: ApacheKafka) -> None:
    (node,) = one._nodes.values()
    died = node.pid
    assert died is not None
    os.kill(died, signal.SIGKILL)
    assert wait_for(lambda: one.running() == [])
    one.up()
    assert one._guard is not None
    assert list(one._guard._watched) == [node.pid]


def test_of_two_starts_at_once_the_second_takes_what_the_first_started(
    apache_runtime: Runtime, tmp_path: Path
) -> None:
    (tmp_path / "kafka-jars").symlink_to(apache_runtime.jars.parent)  # fetched once is enough
    given = {**os.environ, "DATABASE_URL": "postgresql://a/b", "QUIZ_DATA_DIR": str(tmp_path)}
    given.pop("KAFKA_BOOTSTRAP_SERVERS", None)

    def provide(_: int) -> embedded.Provided:
        return embedded.provide(dict(given), detached=False, broker=embedded.APACHE)

    with ThreadPoolExecutor(2) as together:
        both = list(together.map(provide, range(2)))
    try:
        (first,), (second,) = both[0].parts, both[1].parts
        assert first.address == second.address
        assert first.started != second.started
        running = kafka.find(tmp_path / "kafka")
        assert running is not None
        assert running.bootstrap_servers == first.address
    finally:
        for each in both:
            each.stop()
    assert not processes_of(tmp_path / "kafka")


def test_it_listens_on_loopback_only_and_makes_no_topic_by_itself(one: ApacheKafka) -> None:
    (pid,) = [node.pid for node in one._nodes.values()]
    listening = {
        each.laddr.ip.removeprefix("::ffff:")
        for each in psutil.Process(pid).net_connections("tcp")
        if each.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    client = AdminClient({"bootstrap.servers": one.bootstrap_servers})
    client.list_topics("asked-for", timeout=5)
    assert "asked-for" not in client.list_topics(timeout=5).topics
    one.create_topic("made", 3)
    assert len(client.list_topics(timeout=5).topics["made"].partitions) == 3
    assert one.leader("made", 2) == 1
    with pytest.raises(embedded.EmbeddedError, match="made"):
        one.create_topic("made", 3)


def test_three_nodes_lose_nothing_that_was_confirmed_when_the_leader_is_killed(
    apache_runtime: Runtime, tmp_path: Path
) -> None:
    cluster = kafka.start(tmp_path / "kafka", apache_runtime, nodes=3)
    confirmed: list[str] = []
    stopping = threading.Event()
    try:
        with bench(cluster, tmp_path, partitions=1, publish_timeout=20.0) as at:
            app = at.app()

            def publish() -> None:
                while not stopping.is_set():
                    try:
                        confirmed.append(app.send_task("work", (str(len(confirmed)),)).id)
                    except OperationalError:
                        continue

            with ThreadPoolExecutor(1) as apart:
                publishing = apart.submit(publish)
                try:
                    assert wait_for(lambda: len(confirmed) > 200 or publishing.done())
                    leader = cluster.leader(at.topic, 0)
                    assert leader is not None
                    cluster.kill(leader)
                    assert wait_for(lambda: cluster.leader(at.topic, 0) not in (None, leader))
                    before = len(confirmed)
                    assert wait_for(lambda: len(confirmed) > before + 200 or publishing.done())
                finally:
                    stopping.set()
                publishing.result(60)  # it ended because it was told to, with no other error
            assert len(confirmed) > before + 200
            assert cluster.running() == [node for node in (1, 2, 3) if node != leader]
            cluster.start(leader)
            assert cluster.alive()
            messages = at.read(at.topic, stored(at), timeout=60)
            ids = {dict(m.headers() or [])["id"].decode() for m in messages}  # type: ignore[union-attr]
            assert set(confirmed) <= ids
            assert settings_of(cluster, at.topic)["min.insync.replicas"] == "2"
    finally:
        stopping.set()
        cluster.stop(timeout=0.0)


def settings_of(cluster: ApacheKafka, topic: str) -> dict[str, str]:
    resource = ConfigResource(ResourceType.TOPIC, topic)
    client = AdminClient({"bootstrap.servers": cluster.bootstrap_servers})
    found = client.describe_configs([resource])[resource].result(20)
    return {name: entry.value for name, entry in found.items()}


STARTER = """
import os, sys
from pathlib import Path
from quizservice.embedded import kafka, kafka_jars
kafka.start(Path(sys.argv[1]), kafka_jars.find(Path(sys.argv[2])))
print("serves", flush=True)
sys.stdin.read()
"""


def test_ends_with_the_process_that_started_it(apache_runtime: Runtime, tmp_path: Path) -> None:
    folder = tmp_path / "kafka in żółw 🐢"
    root = embedded.data_dir(os.environ)
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(folder), str(root)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with starter:
        try:
            assert starter.stdout is not None
            assert starter.stdout.readline() == b"serves\n"
            assert len(processes_of(folder)) == 1
        finally:
            starter.kill()
    assert wait_for(lambda: not processes_of(folder), 60)
    assert (folder / kafka.STATE_FILE).exists()  # nobody tidied up
    again = kafka.start(folder, apache_runtime)
    assert again.alive()
    again.stop(timeout=0.0)
    assert not processes_of(folder)


def processes_of(folder: Path) -> list[int]:
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if str(folder / "node1") in " ".join(process.info["cmdline"] or [])
    ]


def test_what_cannot_start_is_one_sentence_and_leaves_nothing(
    apache_runtime: Runtime, tmp_path: Path
) -> None:
    with pytest.raises(embedded.EmbeddedError, match=r"num\.io\.threads") as raised:
        kafka.start(tmp_path / "kafka", apache_runtime, properties={"num.io.threads": "none"})
    assert "\n" not in str(raised.value)
    assert not processes_of(tmp_path / "kafka")
    (tmp_path / "file").write_text("")
    with pytest.raises(embedded.EmbeddedError, match="cannot start"):
        kafka.start(tmp_path / "file" / "kafka", apache_runtime)


@pytest.mark.parametrize("state", [None, "{"])
def test_data_that_nobody_can_start_is_named_and_kept(tmp_path: Path, state: str | None) -> None:
    data = tmp_path / "node1" / "data"
    data.mkdir(parents=True)
    if state is not None:
        (tmp_path / kafka.STATE_FILE).write_text(state)
    with pytest.raises(
        embedded.EmbeddedError, match=r"no kafka\.json.*delete that folder"
    ) as raised:
        kafka.start(tmp_path, Runtime("java", tmp_path, "4"))
    assert str(tmp_path) in str(raised.value)
    assert data.is_dir()


def test_settings_are_written_as_java_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "server.properties"
    kafka_nodes._write_properties(path, {"log.dirs": "/home/żółw/a\\b 🐢"})
    written = path.read_bytes()
    assert written == b"log.dirs=/home/\\u017c\\u00f3\\u0142w/a\\\\b \\ud83d\\udc22\n"


def test_a_port_that_was_taken_meanwhile_is_named(
    one: ApacheKafka, apache_runtime: Runtime
) -> None:
    port = int(one.bootstrap_servers.rpartition(":")[2])
    one.stop()
    taken = pytest.raises(embedded.EmbeddedError, match=str(port))
    with socket.create_server(("127.0.0.1", port)), taken:
        kafka.start(one.directory, apache_runtime)


def test_two_runs_have_an_apache_kafka_each(
    apache_runtime: Runtime, apache_kafka: brokers.Shared
) -> None:
    mine, another = apache_kafka.get(), brokers.Shared()
    try:
        its = another.get().directory
        assert its != mine.directory
        assert its.exists()
    finally:
        another.stop()
    assert not its.exists()
    assert mine.alive()
