"""Publishing over Kafka: confirmed or an error, in time, and again after an outage."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import KafkaError
from kombu.exceptions import OperationalError

from quizservice.kafka import (
    KafkaPublishError,
    KafkaUnavailable,
    Options,
    batch,
    clients,
    lag,
    ping,
    topics,
)
from quizservice.kafka.producer import process_producer
from tests.brokers import APACHE, AnyBroker
from tests.quizservice.kafka_tools import Bench, bench, wait_for


@pytest.fixture
def at(broker: AnyBroker, tmp_path: Path) -> Iterator[Bench]:
    """A bench whose publisher gives up soon; the broker is up again afterwards."""
    with bench(broker, tmp_path, publish_timeout=3.0, connect_timeout=2.0) as it:
        yield it
    broker.up()


def options(at: Bench, **values: Any) -> Options:
    return Options(
        bootstrap_servers=at.bootstrap,
        group_id=f"{at.topic}-workers",
        **values,
    )


@pytest.mark.both_brokers
def test_a_published_task_is_in_the_topic_with_its_headers(at: Bench) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    result = at.app().send_task("work", ("a",), headers={"traceparent": trace})
    (message,) = at.read(at.topic, 1)
    assert dict(message.headers() or []) == {
        "id": result.id.encode(),
        "task": b"work",
        "traceparent": trace.encode(),
    }


def test_tasks_spread_over_all_partitions(at: Bench) -> None:
    app = at.app()
    for number in range(12):
        app.send_task("work", (str(number),))
    assert {m.partition() for m in at.read(at.topic, 12)} == set(range(12))


def test_tasks_of_one_key_keep_to_one_partition(at: Bench) -> None:
    app = at.app()
    for number in range(6):
        app.send_task("work", (str(number),), partition_key="ana")
    messages = at.read(at.topic, 6)
    assert len(messages) == 6
    assert len({m.partition() for m in messages}) == 1


@pytest.mark.both_brokers
@pytest.mark.parametrize("publish_before", [True, False])
def test_a_broker_that_is_down_is_an_error_in_time_and_used_again_when_up(
    broker: AnyBroker, at: Bench, publish_before: bool
) -> None:
    """With and without a connection from before the outage."""
    app = at.app()
    if publish_before:
        app.send_task("work", ("before",))
    broker.down()
    with ThreadPoolExecutor(1) as apart:
        publishing = apart.submit(app.send_task, "work", ("during",))
        with pytest.raises(OperationalError):
            publishing.result(30)  # ten times the timeout, lest it hang
    broker.up()
    published: list[str] = []

    def publishes() -> bool:
        try:
            published.append(app.send_task("work", ("after",)).id)
        except OperationalError:
            return False
        return True

    assert wait_for(publishes, 30)
    messages = at.read(at.topic, lag(options(at), [at.topic])[at.topic])
    assert published[0].encode() in {dict(m.headers() or [])["id"] for m in messages}


@pytest.mark.both_brokers
def test_a_batch_waits_for_all(at: Bench) -> None:
    app = at.app()
    with batch():
        for number in range(500):
            app.send_task("work", (str(number),))
    assert lag(options(at), [at.topic, "missing"]) == {at.topic: 500, "missing": 0}


def test_a_batch_fails_when_one_is_not_confirmed(broker: AnyBroker, at: Bench) -> None:
    app = at.app()
    app.send_task("work", ("first",))
    broker.down()

    def publish() -> None:
        with batch(timeout=3):
            for number in range(5):
                app.send_task("work", (str(number),))

    with pytest.raises(KafkaPublishError):
        publish()


def test_a_batch_that_raises_leaves_single_publishing_as_it_was(at: Bench) -> None:
    app = at.app()
    with pytest.raises(RuntimeError, match="mine"), batch():
        raise RuntimeError("mine")
    app.send_task("work", ("alone",))
    assert lag(options(at), [at.topic]) == {at.topic: 1}


def test_what_kafka_refuses_is_an_error(at: Bench) -> None:
    with pytest.raises(KafkaPublishError, match=at.topic):
        at.app().send_task("work", ("x" * 2_000_000,))


def test_a_child_publishes_after_a_fork(at: Bench) -> None:
    app = at.app()
    app.send_task("work", ("parent",))
    child = os.fork()
    if child == 0:
        status = 1
        try:
            app.send_task("work", ("child",))
            status = 0
        finally:
            os._exit(status)
    ended: list[int] = []

    def has_ended() -> bool:
        pid, status = os.waitpid(child, os.WNOHANG)
        ended.append(status)
        return pid == child

    assert wait_for(has_ended, 20)
    assert os.waitstatus_to_exitcode(ended[-1]) == 0
    app.send_task("work", ("parent again",))
    assert lag(options(at), [at.topic]) == {at.topic: 3}


def test_a_producer_that_broke_is_replaced(at: Bench) -> None:
    app = at.app()
    app.send_task("work", ("first",))
    found = Options.from_connection(app.connection_for_write())
    broken = process_producer(found)
    assert process_producer(found) is broken
    broken._on_error(KafkaError(KafkaError._FATAL, "out of sequence", fatal=True))
    app.send_task("work", ("second",))
    assert process_producer(found) is not broken
    assert lag(options(at), [at.topic]) == {at.topic: 2}


def test_a_producer_that_broke_serves_what_is_outstanding_and_is_let_go(
    broker: AnyBroker, at: Bench
) -> None:
    app = at.app()
    app.send_task("work", ("first",))
    broken = process_producer(Options.from_connection(app.connection_for_write()))
    assert id(broken._producer) in clients._live
    broker.down()
    reports: list[KafkaError | None] = []
    broken.send(at.topic, b"x", [], lambda error, _: reports.append(error), 0.0, partition=0)
    broken.attend()
    broken._on_error(KafkaError(KafkaError._FATAL, "out of sequence", fatal=True))
    assert wait_for(lambda: len(reports) == 1, 20)
    assert wait_for(lambda: id(broken._producer) not in clients._live, 10)


@pytest.mark.both_brokers
def test_a_missing_topic_appears(at: Bench, broker_kind: str) -> None:
    fresh = f"{at.topic}-fresh"
    created = 6 if broker_kind == APACHE else 4  # the development broker has a rule of its own
    assert not topics.exists(options(at), fresh)
    assert topics.partitions(options(at, num_partitions=6), fresh) == created
    assert topics.exists(options(at), fresh)


@pytest.mark.both_brokers
def test_a_missing_topic_is_left_to_the_broker(at: Bench, broker_kind: str) -> None:
    """Apache Kafka is told here not to make topics that are asked for."""
    fresh = f"{at.topic}-fresh"
    left = options(at, create_topics=False, connect_timeout=2.0)
    if broker_kind == APACHE:
        with pytest.raises(KafkaUnavailable, match=f"{fresh} does not exist"):
            topics.partitions(left, fresh)
    else:
        assert topics.partitions(left, fresh) == 4


def test_ping(broker: AnyBroker, at: Bench) -> None:
    ping(options(at), 5)
    broker.down()
    with pytest.raises(KafkaUnavailable, match=at.bootstrap):
        ping(options(at), 1)
