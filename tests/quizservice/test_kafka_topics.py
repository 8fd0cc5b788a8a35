"""Topics: how far a group is, emptying them, and where they differ from the settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from django.core.management import CommandError, call_command

from quizservice import kafka
from quizservice.embedded.broker import Broker
from quizservice.kafka import KafkaRefused, KafkaUnavailable, Options, Progress
from quizservice.management.commands import kafka as command
from tests.brokers import APACHE, AnyBroker, Shared
from tests.brokers import start as start_broker
from tests.quizservice.kafka_tools import Bench, bench, wait_for

HOUR = 3_600_000


@pytest.fixture
def at(broker: AnyBroker, tmp_path: Path) -> Iterator[Bench]:
    with bench(broker, tmp_path, partitions=3) as it:
        yield it
    broker.up()


@pytest.fixture
def development(tmp_path: Path) -> Iterator[Broker]:
    started = start_broker("development", tmp_path / "broker", topics={"few": 2})
    assert isinstance(started, Broker)
    yield started
    started.stop()


@pytest.fixture
def apache(broker_kind: str, apache_kafka: Shared, tmp_path: Path) -> Iterator[Bench]:
    if broker_kind != APACHE:
        pytest.skip("the development broker keeps no settings and deletes nothing")
    with bench(apache_kafka.get(), tmp_path, partitions=3) as it:
        yield it


def options(at: Bench, **values: Any) -> Options:
    return Options(
        bootstrap_servers=at.bootstrap,
        group_id=f"{at.topic}-workers",
        dead_letter_topic=f"{at.topic}-dead",
        **values,
    )


def fill(at: Bench, number: int) -> None:
    """As many messages in each partition."""
    producer = Producer({"bootstrap.servers": at.bootstrap})
    for partition in range(3):
        for _ in range(number):
            producer.produce(at.topic, b"{}", partition=partition)
    assert producer.flush(10) == 0


def commit(at: Bench, partition: int, offset: int) -> None:
    consumer = Consumer(
        {"bootstrap.servers": at.bootstrap, "group.id": f"{at.topic}-workers"},
    )
    consumer.commit(offsets=[TopicPartition(at.topic, partition, offset)], asynchronous=False)
    consumer.close()


@pytest.mark.both_brokers
def test_progress_of_a_group_that_has_begun_in_one_partition(at: Bench) -> None:
    fill(at, 5)
    commit(at, 1, 3)
    assert kafka.progress(options(at), [at.topic, "missing"]) == {
        (at.topic, 0): Progress(0, 0, 5),
        (at.topic, 1): Progress(0, 3, 5),
        (at.topic, 2): Progress(0, 0, 5),
    }
    assert kafka.lag(options(at), [at.topic, "missing"]) == {at.topic: 12, "missing": 0}
    assert kafka.progress(options(at), []) == {}


@pytest.mark.both_brokers
def test_a_published_message_is_dealt_with_when_the_group_is_beyond_it(at: Bench) -> None:
    task = at.app().tasks["work"]
    positions = kafka.publish(task, [kafka.Call((f"n{n}",)) for n in range(7)], queue=at.topic)

    def to_come() -> int:
        found = kafka.progress(options(at), [at.topic])
        return sum(
            found[topic, partition].done <= offset < found[topic, partition].end
            for topic, partition, offset in positions
        )

    assert to_come() == 7
    at.start_worker()
    assert wait_for(lambda: to_come() == 0)
    assert len(at.lines()) == 7


@pytest.mark.both_brokers
def test_workers_of_one_group_may_consume_different_topics(
    at: Bench, broker: AnyBroker, tmp_path: Path
) -> None:
    """Work of one topic reaches its own workers alone, whichever members come and go."""
    (tmp_path / "bulk").mkdir()
    group = {"group_id": f"{at.topic}-workers"}
    with bench(broker, tmp_path / "bulk", partitions=6, **group) as bulk:
        interactive_worker, bulk_worker = at.start_worker(), bulk.start_worker()

        def all_done(round_: int) -> None:
            for each in (at, bulk):
                calls = [kafka.Call((f"{each.topic} {round_} {n}",)) for n in range(30)]
                kafka.publish(each.app().tasks["work"], calls, queue=each.topic)
            for each in (at, bulk):
                wanted = {f"{each.topic} {r} {n}" for r in range(round_ + 1) for n in range(30)}
                assert wait_for(lambda each=each, wanted=wanted: set(each.lines()) == wanted)  # type: ignore[misc]

        all_done(0)
        bulk_worker.kill()
        bulk.start_worker()
        all_done(1)
        assert interactive_worker.stop() == 0
        at.start_worker()
        all_done(2)
        waiting = kafka.lag(options(at), [at.topic, bulk.topic])
        assert wait_for(lambda: not any(kafka.lag(options(at), waiting).values()), 10)


def test_brokers_that_are_away_are_named() -> None:
    away = Options(bootstrap_servers="127.0.0.1:1", connect_timeout=0.3)
    for ask in (
        lambda: kafka.ping(away, timeout=0.3),
        lambda: kafka.progress(away, ["t"]),
        lambda: kafka.lag(away, ["t"]),
        lambda: kafka.purge(away, "t"),
        lambda: kafka.differences(away, ["t"]),
    ):
        with pytest.raises(KafkaUnavailable, match=r"No Kafka broker answered at 127\.0\.0\.1:1"):
            ask()


# --- emptying ---


def test_the_development_broker_says_that_it_cannot_purge(development: Broker) -> None:
    at = Options(bootstrap_servers=development.bootstrap_servers)
    with pytest.raises(KafkaRefused, match="topic few cannot be purged"):
        kafka.purge(at, "few")
    assert kafka.purge(at, "missing") == 0


def test_purge_deletes_what_is_there_and_work_goes_on(apache: Bench) -> None:
    fill(apache, 4)
    commit(apache, 0, 2)
    assert kafka.purge(options(apache), apache.topic) == 12
    assert set(kafka.progress(options(apache), [apache.topic]).values()) == {Progress(4, 4, 4)}
    assert kafka.purge(options(apache), apache.topic) == 0
    apache.app().send_task("work", ("after",))
    apache.start_worker()
    assert wait_for(lambda: apache.lines() == ["after"])


def test_celerys_purge_empties_the_queue(apache: Bench) -> None:
    app = apache.app()
    for name in "ab":
        app.send_task("work", (name,))
    assert app.control.purge() == 2
    assert kafka.lag(options(apache), [apache.topic]) == {apache.topic: 0}


# --- differences ---


def create(at: Bench, name: str, partitions: int, **settings: Any) -> str:
    topic = f"{at.topic}-{name}"
    new = NewTopic(topic, partitions, 1, config={k: str(v) for k, v in settings.items()})
    client = AdminClient({"bootstrap.servers": at.bootstrap})
    client.create_topics([new])[topic].result(20)
    return topic


WANTED: dict[str, Any] = {
    "num_partitions": 3,
    "topic_config": {"retention.ms": str(168 * HOUR), "min.insync.replicas": "2"},
}


@pytest.mark.parametrize(
    ("partitions", "configuration", "sentences"),
    [
        (3, {"retention.ms": 168 * HOUR}, []),
        (9, {"retention.ms": -1}, []),
        (2, {"retention.ms": -1}, ["has 2 partitions and KAFKA_PARTITIONS is 3"]),
        (3, {"retention.ms": 36 * HOUR}, ["for 36 hours and KAFKA_RETENTION_HOURS is 168"]),
        (3, {"cleanup.policy": "compact", "retention.ms": -1}, ["cleaned up by 'compact'"]),
        (3, {"max.message.bytes": 50_000, "retention.ms": -1}, ["max.message.bytes to 1000000"]),
        (
            3,
            {"min.insync.replicas": 2, "retention.ms": -1},
            ["only while 2 replicas are in step, and it has 1"],
        ),
        (1, {"retention.ms": HOUR}, ["has 1 partitions", "for 1 hours"]),
    ],
)
def test_differences_are_sentences(
    apache: Bench, partitions: int, configuration: dict[str, Any], sentences: list[str]
) -> None:
    topic = create(apache, "t", partitions, **configuration)
    found = kafka.differences(options(apache, **WANTED), [topic, f"{apache.topic}-missing"])
    assert len(found) == len(sentences)
    for each, sentence in zip(found, sentences, strict=True):
        assert topic in each
        assert sentence in each


def test_replicas_are_compared_and_the_dead_letters_need_one_partition(apache: Bench) -> None:
    dead = create(apache, "dead", 1, **{"retention.ms": -1})
    wanted = options(apache, replication_factor=3, **WANTED)
    (sentence,) = kafka.differences(wanted, [dead])
    assert "has 1 replicas and KAFKA_REPLICATION_FACTOR is 3" in sentence


def test_a_new_topic_is_as_wanted(apache: Bench) -> None:
    fresh = f"{apache.topic}-fresh"
    wanted = options(apache, num_partitions=5, topic_config={"retention.ms": str(200 * HOUR)})
    assert kafka.topics.partitions(wanted, fresh) == 5
    assert kafka.differences(wanted, [fresh]) == []


def test_the_development_broker_is_left_out(development: Broker) -> None:
    wanted = Options(bootstrap_servers=development.bootstrap_servers, num_partitions=24)
    assert kafka.differences(wanted, ["few"]) == []


# --- the command ---


@pytest.fixture
def commanded(at: Bench, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench whose topic the command ``kafka`` takes for the service's only one."""
    settings.KAFKA_TOPICS = {"interactive": at.topic}
    application: Celery = at.app()
    monkeypatch.setattr(command, "app", application)
    return at


def call(*arguments: str) -> str:
    output = StringIO()
    call_command("kafka", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_shows_how_far_the_workers_are(commanded: Bench) -> None:
    fill(commanded, 5)
    commit(commanded, 1, 3)
    (row,) = [line for line in call("status").splitlines() if f"{commanded.topic}\t" in line]
    assert row.split("\t") == [commanded.topic, "3", "0", "3", "15", "12"]
    document = json.loads(call("status", "--json"))
    assert set(document) == {"group", "brokers", "topics"}
    assert document["topics"][0] == {
        "topic": commanded.topic,
        "partitions": 3,
        "first": 0,
        "done": 3,
        "end": 15,
        "waiting": 12,
    }


def test_the_command_checks_and_purges(
    commanded: Bench, broker_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(commanded, 2)
    with pytest.raises(CommandError, match="nothing is none of our topics"):
        call("purge", "nothing")
    with pytest.raises(
        CommandError, match=f"All messages of {commanded.topic} will be deleted: 6, "
    ):
        call("purge", commanded.topic)  # nobody is there to say yes
    if broker_kind == APACHE:
        assert (
            call("purge", commanded.topic, "--yes") == f"6 messages of {commanded.topic} deleted.\n"
        )
        with pytest.raises(CommandError, match="has 3 partitions and KAFKA_PARTITIONS is 24"):
            call("check")
    else:
        with pytest.raises(CommandError, match="cannot be purged"):
            call("purge", commanded.topic, "--yes")
        assert call("check") == "The topics are as the settings want them.\n"
