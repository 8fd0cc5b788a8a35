"""``publish``: the messages of ``apply_async``, many at once, with their positions."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from celery import Celery, Task, signals
from confluent_kafka import Message
from kombu.exceptions import OperationalError

from quizservice.kafka import (
    Call,
    KafkaPublishError,
    Options,
    Position,
    lag,
    publish,
    topics,
)
from quizservice.kafka.codec import decode
from quizservice.kafka.producer import ConfirmingProducer, process_producer
from tests.brokers import AnyBroker
from tests.quizservice.kafka_tools import Bench, bench, wait_for

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def at(broker: AnyBroker, tmp_path: Path) -> Iterator[Bench]:
    with bench(broker, tmp_path, publish_timeout=3.0, connect_timeout=2.0) as it:
        yield it
    broker.up()


def probe(app: Celery, **options: Any) -> Task:
    """A task of the application, which takes a name and seconds; nobody runs it."""

    @app.task(name="probe", shared=False, **options)
    def probe(name: str, seconds: float = 0.0) -> None: ...

    task: Task = app.tasks["probe"]
    return task


def options(at: Bench) -> Options:
    return Options(bootstrap_servers=at.bootstrap, group_id=f"{at.topic}-workers")


def without_ids(message: Message) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """All that a message is, with its ids replaced by how often each stands there."""
    value = message.value()
    assert value is not None
    content = json.loads(value)
    ids = {content["headers"]["id"], content["properties"]["delivery_tag"]}
    text = value.decode()
    for task_id in ids:
        text = text.replace(task_id, "an id")
    headers = [
        (name, str(text).replace(content["headers"]["id"], "an id"))
        for name, text in dict(message.headers() or []).items()
    ]
    return json.loads(text), headers


ARGUMENTS: list[tuple[Any, ...]] = [
    ("0199a1b2-0000-7000-8000-000000000000",),
    ("plain", "two words"),
    (),
    ("l'été", 1.5),
    ("it's",),
    ('say "no"', "back\\slash"),
    ("% %s %(id)s {0}", "\u241f\n\t\x7f"),
    ("x" * 3000,),
    ("x" * 1016, "y"),
    ("", ""),
    ([1, {"a": None}], (True, 2)),
]


@pytest.mark.parametrize("headers", [{}, {"traceparent": TRACE, "mine": "é 50%"}])
@pytest.mark.parametrize("args", ARGUMENTS, ids=range(len(ARGUMENTS)))
def test_a_message_is_that_of_apply_async_field_by_field(
    at: Bench, args: tuple[Any, ...], headers: dict[str, str]
) -> None:
    task = probe(at.app(), typing=False, time_limit=60)
    other = Call(("another",), {"other": "header"})
    publish(task, [other, Call(args, headers), other], queue=at.topic)
    task.apply_async(args=args, headers=headers, queue=at.topic)
    ours, celerys = (
        without_ids(message)
        for message in at.read(at.topic, 4)
        if b"another" not in (message.value() or b"")
    )
    assert ours == celerys
    assert list(ours[0]) == list(celerys[0])
    assert ours[0]["properties"]["delivery_info"] == {"exchange": "", "routing_key": at.topic}


def test_the_ids_of_a_message_are_its_own(at: Bench) -> None:
    publish(probe(at.app()), [Call((str(n),)) for n in range(300)], queue=at.topic)
    seen: set[str] = set()
    for message in at.read(at.topic, 300):
        content = decode(message.value(), dict(message.headers() or []).items())
        task_id = content["headers"]["id"]
        assert content["headers"]["root_id"] == task_id
        assert content["properties"]["correlation_id"] == task_id
        assert dict(message.headers() or [])["id"] == task_id.encode()
        seen.add(task_id)
    assert len(seen) == 300


@pytest.mark.both_brokers
def test_a_worker_runs_both_alike(at: Bench) -> None:
    at.start_worker()
    tasks = at.app().tasks
    publish(tasks["work"], [Call((f"n{n}",)) for n in range(40)], queue=at.topic)
    publish(tasks["show_header"], [Call((), {"traceparent": TRACE})], queue=at.topic)
    tasks["show_header"].apply_async(headers={"traceparent": TRACE}, queue=at.topic)
    expected = Counter([f"n{n}" for n in range(40)] + [TRACE, TRACE])
    assert wait_for(lambda: Counter(at.lines()) == expected)
    assert wait_for(lambda: lag(options(at), [at.topic]) == {at.topic: 0}, 10)


@pytest.mark.both_brokers
@pytest.mark.parametrize("number", [1, 5, 12, 13, 1000])
def test_positions_say_where_each_message_stands(at: Bench, number: int) -> None:
    calls = [Call((f"n{n}",)) for n in range(number)]
    positions = publish(probe(at.app()), calls, queue=at.topic)
    stand = standing(at, number)
    assert [stand[position] for position in positions] == [f"n{n}" for n in range(number)]
    shares = Counter(position.partition for position in positions)
    assert max(shares.values()) - min(shares.values()) <= 1
    assert len(shares) == min(number, 12)


def test_batches_go_on_where_the_last_one_ended(at: Bench) -> None:
    task = probe(at.app())
    shares = Counter(
        position.partition
        for _ in range(4)
        for position in publish(task, [Call((str(n),)) for n in range(3)], queue=at.topic)
    )
    assert set(shares.values()) == {1}


def test_nothing_is_published_when_nothing_or_something_wrong_is_asked_for(at: Bench) -> None:
    task = probe(at.app())
    assert publish(task, [], queue=at.topic) == []
    with pytest.raises(TypeError):
        publish(task, [Call(("fine",)), Call(("too", 1.0, "many"))], queue=at.topic)
    with pytest.raises(TypeError, match="serializable"):
        publish(task, [Call(("fine",)), Call((object(),))], queue=at.topic)
    assert lag(options(at), [at.topic]) == {at.topic: 0}


def test_who_listens_to_celerys_signals_hears_of_every_message(at: Bench) -> None:
    heard: list[str] = []

    def listen(headers: dict[str, Any], **_: Any) -> None:
        heard.append(headers["argsrepr"])
        headers["traceparent"] = TRACE

    signals.before_task_publish.connect(listen)
    try:
        positions = publish(
            probe(at.app()), [Call(("a",)), Call(("b",), {"h": "1"})], queue=at.topic
        )
    finally:
        signals.before_task_publish.disconnect(listen)
    assert heard == ["('a',)", "('b',)"]
    assert len(set(positions)) == 2
    for message in at.read(at.topic, 2):
        assert dict(message.headers() or [])["traceparent"] == TRACE.encode()


@pytest.mark.parametrize("configuration", [{"serializer": "pickle"}, {"compression": "zlib"}])
def test_other_encodings_are_published_too(at: Bench, configuration: dict[str, str]) -> None:
    task = probe(at.app(), **configuration)
    publish(task, [Call(("a",)), Call(("b",))], queue=at.topic)
    task.apply_async(("a",), queue=at.topic)
    found = [without_ids(message)[0] for message in at.read(at.topic, 3)]
    assert {one["properties"]["body_encoding"] for one in found} == {"base64"}
    assert sorted(Counter(json.dumps(one) for one in found).values()) == [1, 2]


@pytest.mark.both_brokers
@pytest.mark.parametrize("publish_before", [True, False])
def test_a_broker_that_is_down_is_an_error_and_used_again_when_up(
    broker: AnyBroker, at: Bench, publish_before: bool
) -> None:
    task = probe(at.app())
    if publish_before:
        publish(task, [Call(("before",))], queue=at.topic)
    broker.down()
    with pytest.raises(OperationalError):
        publish(task, [Call((str(n),)) for n in range(20)], queue=at.topic, timeout=2)
    broker.up()
    found: list[Position] = []

    def publishes() -> bool:
        try:
            found.extend(publish(task, [Call(("after",))] * 3, queue=at.topic, timeout=4))
        except OperationalError:
            return False
        return True

    assert wait_for(publishes, 30)
    assert len(found) == 3


@pytest.mark.both_brokers
def test_what_kafka_refuses_is_an_error(at: Bench) -> None:
    calls = [Call(("small",)), Call(("x" * 2_000_000,))]
    with pytest.raises(KafkaPublishError, match=at.topic):
        publish(probe(at.app()), calls, queue=at.topic)


def content(message: Message) -> str:
    """The first argument of the call that a message is."""
    return str(json.loads(json.loads(message.value() or b"")["body"])[0][0])


def standing(at: Bench, number: int) -> dict[Position, str]:
    """The first arguments of the calls in the topic, by where they stand."""
    return {
        Position(at.topic, message.partition() or 0, message.offset() or 0): content(message)
        for message in at.read(at.topic, number)
    }


@pytest.mark.both_brokers
def test_the_error_says_what_of_a_refused_batch_is_stored(at: Bench) -> None:
    """A row, what goes to one partition, is known or not as a whole."""
    names = [f"n{n}" for n in range(23)] + ["x" * 2_000_000]
    with pytest.raises(KafkaPublishError) as raised:
        publish(probe(at.app()), [Call((name,)) for name in names], queue=at.topic)
    stored = raised.value.stored
    assert set(stored) == {n for n in range(24) if n % 12 != 11}
    stand = standing(at, 23)
    assert {n: stand[position] for n, position in stored.items()} == {n: names[n] for n in stored}


@pytest.mark.both_brokers
def test_the_error_says_nothing_wrong_of_a_batch_that_an_outage_cut(
    broker: AnyBroker, at: Bench
) -> None:
    task = probe(at.app())
    publish(task, [Call(("before",))], queue=at.topic)
    calls = [Call((f"n{n}",)) for n in range(6000)]
    stored: dict[int, Position] = {}
    with ThreadPoolExecutor(1) as apart:
        going_down = apart.submit(broker.down)
        try:
            stored = dict(enumerate(publish(task, calls, queue=at.topic, timeout=2)))
        except KafkaPublishError as error:
            stored = error.stored
        going_down.result(60)
    with pytest.raises(OperationalError) as raised:
        publish(task, [Call(("during",))] * 20, queue=at.topic, timeout=1)
    assert getattr(raised.value, "stored", {}) == {}
    broker.up()
    number = lag(options(at), [at.topic])[at.topic]
    stand = standing(at, number)
    assert {n: stand[p] for n, p in stored.items()} == {n: f"n{n}" for n in stored}


def test_two_threads_that_publish_get_each_their_own_positions(at: Bench) -> None:
    task = probe(at.app())
    publish(task, [Call(("before",))], queue=at.topic)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that reports change from one thread to the other often
    try:
        with ThreadPoolExecutor(2) as threads:
            found = threads.map(
                lambda who: publish(
                    task, [Call((f"{who}{n}",)) for n in range(3000)], queue=at.topic
                ),
                "ab",
            )
            ours, others = found
    finally:
        sys.setswitchinterval(interval)
    stand = standing(at, 6001)
    assert [stand[position] for position in ours] == [f"a{n}" for n in range(3000)]
    assert [stand[position] for position in others] == [f"b{n}" for n in range(3000)]


def test_the_time_to_publish_begins_when_the_topic_is_known(
    at: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, deadlines = [], []
    look, send = topics.partitions, ConfirmingProducer.send_rows

    def noting_look(*arguments: Any, **options: Any) -> int:
        number = look(*arguments, **options)
        looked.append(time.monotonic())
        return number

    def noting_send(self: ConfirmingProducer, topic: str, rows: Any, deadline: float) -> Any:
        deadlines.append(deadline)
        return send(self, topic, rows, deadline)

    monkeypatch.setattr(topics, "partitions", noting_look)
    monkeypatch.setattr(ConfirmingProducer, "send_rows", noting_send)
    publish(probe(at.app()), [Call(("a",))], queue=at.topic, timeout=10)
    assert deadlines[0] - 10 >= looked[-1]


def test_nothing_runs_where_celery_would_run_it_at_once(at: Bench) -> None:
    ran: list[str] = []
    app = at.app()
    app.conf.task_always_eager = True

    @app.task(name="eager", shared=False)
    def eager(name: str) -> None:
        ran.append(name)

    task: Task = app.tasks["eager"]
    with pytest.raises(RuntimeError, match="task_always_eager"):
        publish(task, [Call(("a",)), Call(("b",))], queue=at.topic)
    assert ran == []


def test_a_full_local_queue_is_waited_for(at: Bench) -> None:
    app = at.app(kafka_producer_config={"queue.buffering.max.messages": 50})
    positions = publish(probe(app), [Call((str(n),)) for n in range(1000)], queue=at.topic)
    assert len(set(positions)) == 1000


def test_a_topic_with_fewer_partitions_than_known_is_looked_at_again(at: Bench) -> None:
    task = probe(at.app())
    publish(task, [Call(("a",))], queue=at.topic)
    (known,) = [key for key in topics._known if key[1] == at.topic]
    topics._known[known] = (99, topics._known[known][1])
    with pytest.raises(KafkaPublishError):
        publish(task, [Call((str(n),)) for n in range(99)], queue=at.topic)
    assert len(publish(task, [Call((str(n),)) for n in range(99)], queue=at.topic)) == 99


@pytest.mark.both_brokers
def test_a_child_publishes_after_a_fork(at: Bench) -> None:
    task = probe(at.app())
    publish(task, [Call(("parent",))], queue=at.topic)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            publish(task, [Call((f"child {n}",)) for n in range(50)], queue=at.topic)
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
    publish(task, [Call(("parent again",))], queue=at.topic)
    assert lag(options(at), [at.topic]) == {at.topic: 52}


def test_single_messages_and_batches_share_a_producer(at: Bench) -> None:
    """The thread that receives the reports of single messages goes on after a batch."""
    app = at.app()
    task = probe(app)
    for _ in range(3):
        task.apply_async(("single",), queue=at.topic)
        publish(task, [Call((str(n),)) for n in range(10)], queue=at.topic)
    producer = process_producer(Options.from_connection(app.connection_for_write()))
    assert wait_for(lambda: len(producer._producer) == 0, 10)
    assert lag(options(at), [at.topic]) == {at.topic: 33}
