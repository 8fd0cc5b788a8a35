"""Apache Kafka on this machine: it keeps its messages, survives a node, and goes with its starter."""

from __future__ import annotations

import os
import socket
import stat
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
from quizservice.embedded import kafka, kafka_jars
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
os.kill(os.getpid(), 9)
"""


def test_ends_with_the_process_that_started_it(apache_runtime: Runtime, tmp_path: Path) -> None:
    folder = tmp_path / "kafka"
    root = embedded.data_dir(os.environ)
    starter = subprocess.run(
        [sys.executable, "-c", STARTER, str(folder), str(root)], cwd=PROJECT, check=False
    )
    assert starter.returncode == -9
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


def test_a_port_that_was_taken_meanwhile_is_named(
    one: ApacheKafka, apache_runtime: Runtime
) -> None:
    port = int(one.bootstrap_servers.rpartition(":")[2])
    one.stop()
    taken = pytest.raises(embedded.EmbeddedError, match=str(port))
    with socket.create_server(("127.0.0.1", port)), taken:
        kafka.start(one.directory, apache_runtime)


def script(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(stat.S_IRWXU)


def test_missing_java_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(embedded.EmbeddedError, match="install Java 17 or newer") as raised:
        kafka_jars.find(tmp_path, {"PATH": str(tmp_path)})
    assert "\n" not in str(raised.value)


def test_an_old_java_is_one_sentence(tmp_path: Path) -> None:
    script(tmp_path / "bin", "java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2")
    with pytest.raises(embedded.EmbeddedError, match="is version 11: install Java 17"):
        kafka_jars.find(tmp_path, {"PATH": str(tmp_path), "JAVA_HOME": str(tmp_path)})


def test_missing_maven_is_one_sentence(tmp_path: Path) -> None:
    script(tmp_path / "bin", "java", "echo 'openjdk version \"21.0.1\" 2023-10-17' >&2")
    with pytest.raises(embedded.EmbeddedError, match="fetched by Maven, which is missing"):
        kafka_jars.find(tmp_path, {"PATH": str(tmp_path / "bin")})


def test_jars_that_cannot_be_fetched_are_one_sentence_and_none_are_kept(tmp_path: Path) -> None:
    script(tmp_path / "bin", "java", "echo 'openjdk version \"21.0.1\" 2023-10-17' >&2")
    script(tmp_path / "bin", "mvn", 'echo "[ERROR] Unknown host."; echo "[ERROR] More."; exit 1')
    with pytest.raises(embedded.EmbeddedError, match=r"\(Unknown host\)"):
        kafka_jars.find(tmp_path, {"PATH": str(tmp_path / "bin")})
    assert not any((tmp_path / "kafka-jars").glob("4*"))


def test_jars_are_fetched_once_and_anew_for_another_pom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a Maven that only writes down that it was asked."""
    script(tmp_path / "bin", "java", "echo 'openjdk version \"21.0.1\" 2023-10-17' >&2")
    script(
        tmp_path / "bin",
        "mvn",
        f'echo asked >> {tmp_path}/asked; for each; do case "$each" in -DoutputDirectory=*) '
        'd=${each#*=}; /bin/mkdir -p "$d"; : > "$d/kafka_2.13.jar";; esac; done',
    )
    environ = {"PATH": str(tmp_path / "bin")}
    first = kafka_jars.find(tmp_path, environ)
    assert kafka_jars.find(tmp_path, environ) == first
    changed = tmp_path / "pom.xml"
    changed.write_bytes(kafka_jars.POM.read_bytes() + b"\n")
    monkeypatch.setattr(kafka_jars, "POM", changed)
    assert kafka_jars.find(tmp_path, environ).jars != first.jars
    assert (tmp_path / "asked").read_text().split() == ["asked"] * 2


BARE = {"PATH": "/nowhere"}


@pytest.mark.parametrize(
    ("wanted", "environ", "message"),
    [
        (None, {"REQUIRE_APACHE_KAFKA": "1"}, "install Java 17"),
        ("apache", {}, "install Java 17"),
        ("development", {"REQUIRE_APACHE_KAFKA": "1"}, "REQUIRE_APACHE_KAFKA is set"),
        (None, {"BROKER": "another"}, "BROKER is 'another'"),
    ],
)
def test_the_tests_refuse_a_run_without_the_broker_that_is_wanted(
    wanted: str | None, environ: dict[str, str], message: str
) -> None:
    with pytest.raises(pytest.UsageError, match=message):
        brokers.choose(wanted, BARE | environ)


def test_the_tests_fall_back_on_the_development_broker_and_say_why() -> None:
    assert brokers.choose("development", BARE).kind == brokers.DEVELOPMENT
    fallen_back = brokers.choose(None, BARE)
    assert fallen_back.kind == brokers.DEVELOPMENT
    assert "needs Java" in fallen_back.label
