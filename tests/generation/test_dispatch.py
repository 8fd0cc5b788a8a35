"""The dispatcher's looks at the rows, over a real broker."""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition
from django.db import connections
from django.utils import timezone

import quizservice.celery  # noqa: F401  the Celery app that publishes
from generation import dispatch, outbox, pausing, running, services, steering
from generation.dispatch import Dispatcher
from generation.models import GenerationItem
from quizservice import embedded, kafka
from quizservice.embedded import broker

pytestmark = pytest.mark.django_db(transaction=True)

State = GenerationItem.State


@pytest.fixture
def topics(settings: Any) -> dict[str, str]:
    """Topics of the test's own, so that they hold just what it publishes."""
    names = {priority: f"{priority}-{uuid.uuid4().hex}" for priority in settings.KAFKA_TOPICS}
    settings.KAFKA_TOPICS = names
    return names


@pytest.fixture
def dispatcher(loaded_verbs: None, topics: dict[str, str]) -> Dispatcher:
    return Dispatcher(threading.Event())


def messages(topic: str) -> int:
    """How many messages a topic holds."""
    consumer = Consumer(
        {"bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"], "group.id": "count"}
    )
    try:
        partitions = consumer.list_topics(topic, timeout=5).topics[topic].partitions
        ends = [
            consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=5)
            for number in partitions
        ]
        return sum(high - low for low, high in ends)
    finally:
        consumer.close()


def states() -> list[str]:
    return sorted(GenerationItem.objects.values_list("state", flat=True))


def test_waiting_items_are_published_to_the_topic_of_their_priority(
    dispatcher: Dispatcher, topics: dict[str, str]
) -> None:
    services.submit(services.Order(count=3))
    services.submit(services.Order(count=2, priority="bulk"))
    dispatcher.tick()
    assert states() == ["published"] * 5
    assert messages(topics["interactive"]) == 3
    assert messages(topics["bulk"]) == 2
    dispatcher.tick()
    assert messages(topics["interactive"]) == 3


def test_the_window_bounds_what_is_in_flight(
    dispatcher: Dispatcher, topics: dict[str, str], settings: Any
) -> None:
    settings.PUBLISH_WINDOW = 4
    request = services.submit(services.Order(count=10))
    dispatcher.tick()
    dispatcher.tick()
    assert states() == ["published"] * 4 + ["waiting"] * 6
    for item in request.items.filter(state=State.PUBLISHED)[:3]:
        running.run_item(item.id)
    dispatcher.tick()
    assert states() == ["generated"] * 3 + ["published"] * 4 + ["waiting"] * 3


def take_all(topic: str) -> None:
    """Commit everything in a topic as the workers' group would, without claiming an item."""
    consumer = Consumer(
        {
            "bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"],
            "group.id": outbox.options().group_id,
        }
    )
    try:
        places = [
            TopicPartition(topic, number)
            for number in consumer.list_topics(topic, timeout=5).topics[topic].partitions
        ]
        for place in places:
            place.offset = consumer.get_watermark_offsets(place, timeout=5)[1]
        consumer.commit(offsets=places, asynchronous=False)
    finally:
        consumer.close()


def published_ago(dispatcher: Dispatcher, seconds: float) -> None:
    """Let the published items be that old, and let the dispatcher look."""
    GenerationItem.objects.update(published_at=timezone.now() - timedelta(seconds=seconds))
    dispatcher._search = dispatch._Every(0)
    dispatcher.tick()


def test_what_was_delivered_and_not_claimed_is_published_again_ever_more_rarely(
    dispatcher: Dispatcher, topics: dict[str, str], settings: Any
) -> None:
    settings.REPUBLISH_AFTER = 10.0
    services.submit(services.Order(count=1))
    dispatcher.tick()
    for seconds, sent in ((9, 1), (11, 2), (19, 2), (21, 3), (39, 3), (41, 4)):
        take_all(topics["interactive"])
        published_ago(dispatcher, seconds)
        assert messages(topics["interactive"]) == sent, seconds


def test_what_still_stands_in_the_topic_is_not_published_again(
    dispatcher: Dispatcher, topics: dict[str, str], settings: Any
) -> None:
    settings.REPUBLISH_AFTER = 10.0
    services.submit(services.Order(count=5))
    dispatcher.tick()
    published_ago(dispatcher, 3600)
    assert messages(topics["interactive"]) == 5
    item = GenerationItem.objects.all()[0]
    assert item.message_partition is not None
    # beyond the end: the broker has lost its messages, and its offsets begin anew
    GenerationItem.objects.filter(id=item.id).update(message_offset=1000)
    published_ago(dispatcher, 3600)
    assert messages(topics["interactive"]) == 6
    item.refresh_from_db()
    assert item.publish_count == 2
    assert item.message_offset in range(1000)


def test_during_a_pause_nothing_is_published(
    dispatcher: Dispatcher, topics: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    services.submit(services.Order(count=2))
    pausing.pause_all(by="bo")
    assert dispatcher.tick() is False
    assert states() == ["waiting"] * 2
    pausing.resume_all()
    dispatcher.tick()
    assert messages(topics["interactive"]) == 2

    # one that begins while messages are on their way leaves the items waiting
    services.submit(services.Order(count=1, priority="bulk"))
    publish = kafka.publish

    def publish_and_pause(*arguments: Any, **options: Any) -> Any:
        positions = publish(*arguments, **options)
        pausing.pause_all(by="bo")
        return positions

    monkeypatch.setattr(kafka, "publish", publish_and_pause)
    dispatcher.tick()
    assert states() == ["waiting"] * 3


def test_of_a_stopped_writer_nothing_is_published_and_of_others_everything(
    dispatcher: Dispatcher, topics: dict[str, str]
) -> None:
    dead = "tests.stubs.writers.DeadWriter"
    services.submit(services.Order(count=3, generator=dead))
    pausing.stop_writer(dead, "The key was refused.")
    services.submit(services.Order(count=2))
    dispatcher.tick()
    assert states() == ["published"] * 2 + ["waiting"] * 3
    assert messages(topics["interactive"]) == 2
    pausing.resume(dead)
    dispatcher.tick()
    assert messages(topics["interactive"]) == 5
    assert states() == ["published"] * 5


def test_items_of_a_cancelled_order_are_swept_up(
    dispatcher: Dispatcher, topics: dict[str, str]
) -> None:
    request = services.submit(services.Order(count=1))
    steering.cancel(request, by="bo")
    GenerationItem.objects.update(state=State.WAITING, ended_at=None)
    dispatcher._housekeeping = dispatch._Every(0)
    dispatcher.tick()
    assert states() == ["dropped"]


def test_the_trace_of_the_order_travels_with_the_message(
    dispatcher: Dispatcher, topics: dict[str, str]
) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    services.submit(services.Order(count=1), traceparent=trace)
    dispatcher.tick()
    item = GenerationItem.objects.get()
    assert item.message_partition is not None
    assert item.message_offset is not None
    consumer = Consumer(
        {"bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"], "group.id": "look"}
    )
    try:
        consumer.assign(
            [TopicPartition(topics["interactive"], item.message_partition, item.message_offset)]
        )
        message = consumer.poll(20)
    finally:
        consumer.close()
    assert message is not None
    assert ("traceparent", trace.encode()) in (message.headers() or [])
    assert str(item.id) in str(json.loads(message.value() or b"")["headers"]["argsrepr"])


def test_a_delayed_item_is_published_when_it_is_due(
    dispatcher: Dispatcher, topics: dict[str, str]
) -> None:
    services.submit(services.Order(count=1))
    GenerationItem.objects.update(not_before=timezone.now() + timedelta(minutes=1))
    dispatcher.tick()
    assert states() == ["waiting"]
    GenerationItem.objects.update(not_before=timezone.now())
    dispatcher.tick()
    assert states() == ["published"]


def test_an_item_that_failed_while_it_was_published_keeps_its_delay(
    dispatcher: Dispatcher, topics: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    services.submit(services.Order(count=1))
    publish = kafka.publish
    later = timezone.now() + timedelta(minutes=5)

    def publish_to_a_quick_worker(*arguments: Any, **options: Any) -> Any:
        positions = publish(*arguments, **options)
        GenerationItem.objects.update(not_before=later, attempt=1)
        return positions

    monkeypatch.setattr(kafka, "publish", publish_to_a_quick_worker)
    dispatcher.tick()
    item = GenerationItem.objects.get()
    assert (item.state, item.not_before) == ("waiting", later)


def test_a_leader_that_hangs_loses_the_lock(
    dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "HUNG_AFTER", 0.5)
    hung, released = threading.Event(), threading.Event()

    def hang() -> bool:
        hung.set()
        released.wait(30)
        return False

    monkeypatch.setattr(dispatcher, "tick", hang)
    thread = threading.Thread(target=dispatcher.run)
    thread.start()
    try:
        assert hung.wait(30)
        other = connections["default"].copy()
        try:
            other.ensure_connection()
            end = time.monotonic() + 20
            while not Dispatcher._try_lock(other.connection) and time.monotonic() < end:
                time.sleep(0.05)
            assert time.monotonic() < end
        finally:
            other.close()
    finally:
        dispatcher.stop.set()
        released.set()
        thread.join(30)
    assert not thread.is_alive()


def test_with_the_broker_away_rows_wait_and_nothing_else_happens(
    dispatcher: Dispatcher, topics: dict[str, str]
) -> None:
    running_broker = broker.find(embedded.data_dir(os.environ) / "broker")
    if running_broker is None:
        pytest.skip("the broker is given by the environment: it cannot be taken down here")
    services.submit(services.Order(count=2))
    running_broker.down()
    dispatcher.tick()
    assert states() == ["waiting", "waiting"]
    assert dispatcher._broker["ok"] is False
    running_broker.up()
    for _ in range(20):
        dispatcher.tick()
        if states() == ["published", "published"]:
            break
    assert states() == ["published", "published"]
    assert dispatcher._broker["ok"] is True


def test_the_dispatcher_tells_how_many_messages_the_workers_have_not_dealt_with(
    dispatcher: Dispatcher, topics: dict[str, str]
) -> None:
    services.submit(services.Order(count=3))
    services.submit(services.Order(count=2, priority="bulk"))
    dispatcher.tick()
    assert dispatcher._lag == {"interactive": 3, "bulk": 2}
    take_all(topics["interactive"])
    dispatcher._measure = dispatch._Every(0)
    dispatcher.tick()
    assert dispatcher._lag == {"interactive": 0, "bulk": 2}
