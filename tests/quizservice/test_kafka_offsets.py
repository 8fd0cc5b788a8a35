"""What may be committed, and the other pure parts of the Kafka transport."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import Message, TopicPartition
from kombu import Connection
from kombu.transport import get_transport_cls

import quizservice.kafka
from quizservice.kafka.codec import UndecodableMessage, decode, encode
from quizservice.kafka.consumer import GroupConsumer
from quizservice.kafka.offsets import Delivery, Ledger, OffsetTracker
from quizservice.kafka.options import Options, topic_name
from quizservice.kafka.producer import stride
from quizservice.kafka.transport import Transport


@pytest.mark.parametrize(
    ("received", "finished", "mark"),
    [
        ([], [], None),
        ([5], [], 5),
        ([5], [5], 6),
        ([5, 6, 7], [6, 7], 5),
        ([5, 6, 7], [7, 5], 6),
        ([5, 6, 7], [7, 6, 5], 8),
        ([5, 9], [5], 9),  # offsets have gaps (transactions, compaction)
        ([5, 9], [5, 9], 10),
        ([50, 3], [50], 3),  # the topic was made anew and begins again
    ],
)
def test_the_mark_is_the_lowest_unfinished_offset(
    received: list[int], finished: list[int], mark: int | None
) -> None:
    tracker = OffsetTracker(epoch=1)
    for offset in received:
        assert tracker.receive(offset)
    for offset in finished:
        tracker.finish(offset)
    assert tracker.mark() == mark


def test_a_mark_is_given_once_and_again_after_a_failure() -> None:
    tracker = OffsetTracker(epoch=1)
    tracker.receive(0)
    tracker.finish(0)
    tracker.committed(tracker.mark())
    assert tracker.mark() is None
    tracker.committed(None)
    assert tracker.mark() == 1


def test_a_message_in_work_is_not_entered_twice() -> None:
    tracker = OffsetTracker(epoch=1)
    assert tracker.receive(4)
    assert not tracker.receive(4)


P = ("tasks", 0)


def delivery(ledger: Ledger, offset: int, tries: int = 0) -> Delivery:
    epoch = ledger.receive(P, offset)
    assert epoch is not None
    made = Delivery(P, offset, epoch, b"", [], {}, tries)
    assert ledger.deliver(made)
    return made


def test_the_ledger_commits_finished_work_of_assigned_partitions() -> None:
    ledger = Ledger()
    assert ledger.receive(P, 0) is None  # not assigned
    ledger.assign([P])
    first, second = delivery(ledger, 0), delivery(ledger, 1)
    ledger.finish(second.tag)
    assert (ledger.marks(), ledger.in_flight()) == ({P: 0}, 1)
    ledger.finish(first.tag)
    assert (ledger.marks(), ledger.in_flight()) == ({P: 2}, 0)
    assert ledger.marks([("tasks", 1)]) == {}


def test_an_acknowledgement_from_before_a_rebalance_changes_nothing() -> None:
    ledger = Ledger()
    ledger.assign([P])
    old = delivery(ledger, 0)
    ledger.drop([P])
    assert not ledger.start(old.tag)
    assert not ledger.deliver(old)
    ledger.assign([P])
    new = delivery(ledger, 0)
    ledger.finish(old.tag)
    assert ledger.marks() == {P: 0}
    assert new.tag != old.tag


def test_a_revoked_partition_gives_back_what_has_not_begun() -> None:
    ledger = Ledger()
    ledger.assign([P])
    running, waiting = delivery(ledger, 0), delivery(ledger, 1)
    assert ledger.start(running.tag)
    assert ledger.waiting() == 1
    ledger.forget_waiting([P])
    assert not ledger.start(waiting.tag)
    assert ledger.running([P]) == 1
    ledger.finish(running.tag)
    assert ledger.marks() == {P: 1}  # offset 1 is left to the next owner


def test_what_runs_on_after_its_partition_is_gone_keeps_its_slot() -> None:
    ledger = Ledger()
    ledger.assign([P])
    ended, requeued, waiting = (delivery(ledger, offset) for offset in range(3))
    assert ledger.start(ended.tag)
    assert ledger.start(requeued.tag)
    ledger.drop([P])
    assert (ledger.in_flight(), ledger.waiting(), ledger.running([P])) == (2, 0, 0)
    ledger.finish(waiting.tag)
    assert ledger.in_flight() == 2
    ledger.finish(ended.tag)
    assert ledger.take(requeued.tag) is None
    assert ledger.in_flight() == 0


class FakeKafka:
    """Stands for the Kafka consumer: hands out messages, and calls back when it is told to."""

    def __init__(self, *offsets: int) -> None:
        self.messages = [
            Message(topic=P[0], partition=P[1], offset=offset, value=json.dumps(MESSAGE).encode())
            for offset in offsets
        ]
        self.on_consume: Callable[[], None] = lambda: None
        self.commits: list[list[TopicPartition]] = []

    def subscribe(self, *_: Any, **__: Any) -> None: ...

    def poll(self, timeout: float) -> Message | None:
        return self.messages.pop(0) if self.messages else None

    def consume(self, number: int, timeout: float) -> list[Message]:
        self.on_consume()
        found, self.messages = self.messages[:number], self.messages[number:]
        return found

    def assignment(self) -> list[TopicPartition]:
        return [TopicPartition(*P)]

    def pause(self, _: Any) -> None: ...

    def resume(self, _: Any) -> None: ...

    def commit(self, offsets: list[TopicPartition], asynchronous: bool) -> None:
        self.commits.append(offsets)


def member(kafka: Any, delivered: list[Delivery], **options: Any) -> GroupConsumer:
    """A member with two slots and one partition, whose thread is the test's."""
    it = GroupConsumer(
        Options(commit_interval=0.001, **options),
        window=lambda: 2,
        deliver=delivered.append,
        dead_letter=lambda *_: pytest.fail("nothing is undecodable here"),
        fail=pytest.fail,
    )
    it._consumer = kafka
    it._topics = (P[0],)
    it._on_assign(kafka, [TopicPartition(*P)])
    return it


def test_a_message_read_before_a_rebalance_is_of_the_time_before_it() -> None:
    delivered: list[Delivery] = []
    kafka = FakeKafka(0)
    consumer = member(kafka, delivered)

    def lose_and_regain() -> None:
        consumer._on_lost(kafka, [TopicPartition(*P)])  # type: ignore[arg-type]
        consumer._on_assign(kafka, [TopicPartition(*P)])  # type: ignore[arg-type]

    kafka.on_consume = lose_and_regain
    consumer._turn()
    assert delivered == []  # its new owner, here this one again, reads it anew
    assert consumer.ledger.marks() == {}


@pytest.mark.parametrize("end", ["_on_revoke", "_on_lost"])
def test_what_waits_here_goes_with_its_partition(end: str) -> None:
    delivered: list[Delivery] = []
    kafka = FakeKafka(*range(4))
    consumer = member(kafka, delivered)
    consumer._turn()
    assert ([d.offset for d in delivered], consumer._room()) == ([0, 1], 0)
    getattr(consumer, end)(kafka, [TopicPartition(*P)])
    assert consumer._room() == 4


def test_a_free_slot_does_not_wait_for_kafka() -> None:
    delivered: list[Delivery] = []
    kafka = FakeKafka(*range(4))
    consumer = member(kafka, delivered)
    consumer._turn()
    consumer.ack(delivered[0].tag)
    seen: list[int] = []
    kafka.on_consume = lambda: seen.append(len(delivered))
    consumer._turn()
    assert seen == [3]  # one more than there were: delivered before Kafka was asked for others


def test_a_commit_without_an_answer_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    delivered: list[Delivery] = []
    kafka = FakeKafka(0)
    consumer = member(kafka, delivered)
    consumer._turn()
    consumer.ack(delivered[0].tag)
    for _ in range(2):
        consumer._commit_at = 0.0
        consumer._commit_if_due()
    assert len(kafka.commits) == 1
    monkeypatch.setattr("quizservice.kafka.consumer._COMMIT_LOST", 0.0)
    consumer._commit_at = 0.0
    consumer._commit_if_due()
    assert [[place.offset for place in places] for places in kafka.commits][-1] == [1]
    assert len(kafka.commits) == 2


def test_a_consumer_that_fails_is_abandoned_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    abandoned: list[object] = []
    monkeypatch.setattr("quizservice.kafka.clients.abandon", abandoned.append)
    kafka = FakeKafka()
    reasons: list[str] = []
    consumer = member(kafka, [])
    consumer._fail = reasons.append
    monkeypatch.setattr(consumer, "_connect", lambda: kafka)
    monkeypatch.setattr(consumer, "_turn", lambda: 1 / 0)
    consumer._run()
    assert abandoned == [kafka]
    assert "division by zero" in reasons[0]


class Ended(BaseException):
    """Stands for the end of the process."""


def test_a_stop_that_takes_too_long_ends_the_process_whatever_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def end(status: int) -> None:
        raise Ended(status)

    monkeypatch.setattr("os._exit", end)
    consumer = member(FakeKafka(), [], shutdown_grace=1e-9)
    consumer.subscribe([])
    monkeypatch.setattr(consumer, "_leave", lambda: 1 / 0)
    with pytest.raises(Ended):
        consumer._turn()


MESSAGE: dict[str, Any] = {
    "body": base64.b64encode(b"[]").decode(),
    "headers": {"id": "7", "task": "work", "traceparent": "00-ab-cd-01", "other": 1},
    "properties": {"body_encoding": "base64", "delivery_info": {}},
}


def test_some_headers_travel_twice_and_fill_what_is_missing() -> None:
    value, headers = encode(MESSAGE)
    assert headers == [("id", b"7"), ("task", b"work"), ("traceparent", b"00-ab-cd-01")]
    assert decode(value, headers) == MESSAGE
    bare = json.dumps({**MESSAGE, "headers": {"task": "mine"}}).encode()
    filled = decode(bare, [*headers, ("strange", b"x")])["headers"]
    assert filled == {"id": "7", "task": "mine", "traceparent": "00-ab-cd-01"}
    assert decode(b'{"properties": {}}', headers)["headers"]["task"] == "work"
    assert decode(b'{"properties": {}}', [])["headers"] == {}


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"\xff\xfe",
        b"not json",
        b"[]",
        b'"text"',
        b"{}",
        b'{"properties": []}',
        b'{"properties": {"delivery_info": 3}}',
        b'{"properties": {}, "headers": "x"}',
        b'{"properties": {}, "body": 4}',
        b'{"properties": {"body_encoding": "rot13"}, "body": "x"}',
        b'{"properties": {"body_encoding": "base64"}, "body": "x"}',
        b"[" * 100_000,
        b'{"properties": {}, "x": {"__type__": "decimal", "__value__": "abc"}}',
        b'{"properties": {}, "x": {"__type__": "uuid", "__value__": {"hex": 5}}}',
        b'{"properties": {}, "headers": {"task": "work"}}',
        b'{"properties": {}, "headers": {"task": "work", "id": 7}}',
        b'{"properties": {}, "headers": {"task": ["work"], "id": "7"}}',
        b'{"properties": {}, "headers": {"task": null, "id": "7"}}',
    ],
)
def test_what_is_no_message_is_refused(value: bytes | None) -> None:
    with pytest.raises(UndecodableMessage):
        decode(value, [])


@pytest.mark.parametrize("partitions", [1, 2, 3, 4, 6, 12, 24, 25, 100])
def test_messages_in_turn_reach_all_partitions(partitions: int) -> None:
    step = stride(partitions)
    assert {turn * step % partitions for turn in range(partitions)} == set(range(partitions))


def test_few_messages_in_a_row_spread_over_neighbours() -> None:
    """Half as many messages as partitions: each third of the partitions gets about a third."""
    for begin in range(24):
        hit = [(begin + turn) * stride(24) % 24 for turn in range(12)]
        assert all(
            3 <= sum(low <= partition < low + 8 for partition in hit) <= 5 for low in (0, 8, 16)
        )


def connection(url: str = "quizkafka://", **options: Any) -> Connection:
    return Connection(url, transport_options=options)


def test_the_scheme_loads_this_transport() -> None:
    loaded: object = get_transport_cls(quizservice.kafka.SCHEME)
    assert loaded is Transport
    assert isinstance(connection().transport, Transport)


def test_servers_come_from_the_option_or_the_url() -> None:
    assert Options.from_connection(connection("quizkafka://k:1//")).common()[
        "bootstrap.servers"
    ] == ("k:1")
    both = connection("quizkafka://k:1", bootstrap_servers="a:1,b:2")
    assert Options.from_connection(both).common()["bootstrap.servers"] == "a:1,b:2"


def test_the_consumer_commits_nothing_by_itself_whatever_is_set() -> None:
    config = Options(kafka_consumer_config={"enable.auto.commit": True}).consumer()
    assert config["enable.auto.commit"] is False
    assert "partition.assignment.strategy" not in config  # KIP-848 refuses it
    classic = Options(group_protocol="classic").consumer()
    assert classic["partition.assignment.strategy"] == "cooperative-sticky"


def test_credentials_reach_the_clients_and_stay_out_of_texts() -> None:
    secret = connection(
        "quizkafka://ana:s3cret@k:1", security_protocol="SASL_SSL", sasl_mechanism="SCRAM-SHA-512"
    )
    options = Options.from_connection(secret)
    config = options.producer
    assert config["sasl.username"] == "ana"
    assert config["sasl.password"] == "s3cret"
    assert config["sasl.mechanism"] == "SCRAM-SHA-512"
    assert config["security.protocol"] == "SASL_SSL"
    assert "s3cret" not in secret.as_uri()
    assert "s3cret" not in secret.transport.as_uri("quizkafka://ana:s3cret@k:1")
    assert "s3cret" not in repr(options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"group_protocol": "newest"}, "KAFKA_GROUP_PROTOCOL"),
        ({"publish_timeout": 0}, "publish_timeout"),
        ({"commit_interval": -1}, "commit_interval"),
    ],
)
def test_options_that_cannot_work_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Options.from_connection(connection(**options))


@pytest.mark.parametrize("queue", ["", "a b", "celery@host", "é", "x" * 250, ".."])
def test_queues_that_cannot_be_topics_are_refused(queue: str) -> None:
    with pytest.raises(ValueError, match="cannot be a Kafka topic"):
        topic_name(queue)
