"""What may be committed, and the other pure parts of the Kafka transport."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from kombu import Connection
from kombu.transport import get_transport_cls

import quizservice.kafka
from quizservice.kafka.codec import UndecodableMessage, decode, encode
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
