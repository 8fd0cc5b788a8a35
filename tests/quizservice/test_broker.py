"""The development broker: starts, obeys, is found, and goes with whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from quizservice.embedded import broker as broker_module
from quizservice.embedded.broker import LABEL, Broker, BrokerError, find, start
from tests.quizservice.kafka_tools import PROJECT, wait_for


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = start({"first": 3}, directory=tmp_path)
    yield broker
    broker.stop()


def partitions(broker: Broker) -> dict[str, int]:
    client = AdminClient({"bootstrap.servers": broker.bootstrap_servers, "log_level": 2})
    found = client.list_topics(timeout=5).topics
    return {name: len(topic.partitions) for name, topic in found.items()}


def test_topics_have_the_partitions_that_were_asked_for(broker: Broker) -> None:
    broker.create_topic("second", 5)
    assert partitions(broker) == {"first": 3, "second": 5}
    with pytest.raises(BrokerError, match="second"):
        broker.create_topic("second", 5)
    with pytest.raises(BrokerError, match="at least one partition"):
        broker.create_topic("third", 0)


def test_down_refuses_and_up_serves_again_at_the_same_address(broker: Broker) -> None:
    broker.down()
    with pytest.raises(KafkaException):
        AdminClient({"bootstrap.servers": broker.bootstrap_servers, "log_level": 2}).list_topics(
            timeout=1
        )
    broker.up()
    assert partitions(broker) == {"first": 3}


def test_listens_on_loopback_only_and_says_what_it_is(broker: Broker, tmp_path: Path) -> None:
    assert broker.bootstrap_servers.startswith("127.0.0.1:")
    assert broker.control.startswith("127.0.0.1:")
    assert LABEL in (tmp_path / broker_module.LOG_FILE).read_text()


def test_another_process_finds_it_until_it_stops(broker: Broker, tmp_path: Path) -> None:
    assert find(tmp_path) == broker
    with pytest.raises(BrokerError, match=str(broker.pid)):
        start(directory=tmp_path)
    broker.stop()
    assert not broker.alive()
    assert find(tmp_path) is None
    broker.stop()  # a second time is quiet


def test_a_killed_one_is_not_found(broker: Broker, tmp_path: Path) -> None:
    os.kill(broker.pid, signal.SIGKILL)
    assert wait_for(lambda: find(tmp_path) is None, 10)
    assert (tmp_path / broker_module.STATE_FILE).exists()  # it had no time to tidy up


def test_unknown_commands_are_refused(broker: Broker) -> None:
    with pytest.raises(BrokerError, match="unknown command"):
        broker._command("reboot")
    assert broker.alive()


def test_a_directory_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BrokerError, match="cannot start"):
        start(directory=tmp_path / "file" / "broker")


@pytest.mark.parametrize("watched", [True, False])
def test_ends_with_the_process_that_started_it(tmp_path: Path, watched: bool) -> None:
    program = (
        "import sys, time; from pathlib import Path; from quizservice.embedded.broker import start;"
        f"start(directory=Path(sys.argv[1]), parent_watch={watched}); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], cwd=PROJECT)
    try:
        assert wait_for(lambda: find(tmp_path) is not None, 15)
        broker = find(tmp_path)
        assert broker is not None
    finally:
        starter.kill()
        starter.wait()
    if watched:
        assert wait_for(lambda: not broker.alive(), 10)
    else:
        assert not wait_for(lambda: not broker.alive(), 1)
        broker.stop()
        assert not broker.alive()
