"""Nothing lost, nothing doubled, whatever is killed, stopped, cut off or sent twice.

``CHAOS_SCALE`` makes the orders so many times larger; ``python -m tests.benchmarks chaos`` does.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, Producer, TopicPartition
from django.core.management import call_command
from django.db import connection

import apikeys.services
from generation import services, steering
from generation.models import GenerationItem, GenerationRequest
from problems.models import Problem
from quizservice.embedded import kafka, postgres
from quizservice.embedded.kafka_jars import Runtime
from quizservice.environment import database
from tests.flows.soundness import assert_all_made, assert_sound, published
from tests.flows.stack import Stack, wait_for

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

MakeStack = Callable[..., Stack]
SLOW = "tests.stubs.writers.SlowWriter"
SCALE = int(os.environ.get("CHAOS_SCALE", "1"))
#: Seconds for the processes to make everything, generously.
LONG = 120.0 + 240.0 * (SCALE - 1)
#: Leases and searches so short that a test sees several.
QUICK = {"ITEM_LEASE": "3", "REPUBLISH_AFTER": "2", "KAFKA_PUBLISH_TIMEOUT": "3"}


def order(count: int, *, generator: str | None = None) -> int:
    """Order so many problems, times the scale, in requests of at most a thousand; how many."""
    wanted = left = count * SCALE
    while left:
        part = min(left, 1000)
        left -= part
        request = services.submit(services.Order(count=part, priority="interactive"))
        if generator:
            GenerationRequest.objects.filter(id=request.id).update(generator=generator)
    return wanted


def wait_for_problems(number: int) -> None:
    number *= SCALE

    def enough() -> bool:
        return Problem.objects.count() >= number

    wait_for(f"{number} problems", enough, every=0.01, timeout=LONG)


def wait_for_all_of(request: GenerationRequest) -> None:
    left = request.items.exclude(state="generated")
    wait_for("all problems of an order", lambda: not left.exists())


def test_killed_web_processes_lose_no_order_that_they_accepted(stack: MakeStack) -> None:
    running = stack(**QUICK)
    running.start_web()
    running.start("worker")
    running.start("dispatcher")
    key, _ = apikeys.services.issue(name="duo", permissions_scope=["write"], rate_limit_rpm=10000)
    accepted: list[str] = []
    finish = threading.Event()

    def order_on_and_on() -> None:
        with httpx2.Client(headers={"X-API-Key": key}, timeout=5, trust_env=False) as client:
            while not finish.is_set():
                try:
                    answer = client.post(
                        f"{running.url}/api/v1/problems/generate", json={"count": 3}
                    )
                except httpx2.TransportError:
                    time.sleep(0.05)
                    continue
                assert answer.status_code == 202, answer.text
                accepted.append(answer.json()["request_id"])

    def wait_for_orders(number: int) -> None:
        wait_for("accepted orders", lambda: len(accepted) >= number)

    callers = [threading.Thread(target=order_on_and_on) for _ in range(4)]
    for caller in callers:
        caller.start()
    try:
        for wanted in (10, 20):
            wait_for_orders(wanted)
            running.kill("web")
            running.start_web()
    finally:
        finish.set()
        for caller in callers:
            caller.join(30)
    assert len(accepted) >= 20
    assert_sound(running)  # by then also what a caller did not wait for is stored
    stored = {str(one) for one in GenerationRequest.objects.values_list("id", flat=True)}
    assert set(accepted) <= stored
    # what was stored and whose answer was lost is an order like any other
    assert_all_made(running, 3 * len(stored))


def test_workers_come_and_go_while_items_run(stack: MakeStack) -> None:
    running = stack(**QUICK, SLOW_WRITER_SECONDS="0.1")
    ordered = order(150, generator=SLOW)
    running.start("dispatcher")
    running.start("worker", "one")
    wait_for_problems(10)
    running.start("worker", "two")
    running.start("worker", "three")
    wait_for_problems(60)
    running.processes["one"].terminate()
    wait_for_problems(90)
    running.kill("two")
    assert_all_made(running, ordered, timeout=LONG)
    assert running.processes["one"].wait(30) == 0


def test_the_broker_is_away_for_twenty_seconds(stack: MakeStack) -> None:
    running = stack(**QUICK)
    running.start("dispatcher")
    running.start("worker")
    ordered = order(60)
    wait_for_problems(20)
    running.broker.down()
    late = services.submit(services.Order(count=20))
    time.sleep(20)
    assert late.items.exclude(state="waiting").count() == 0
    running.broker.up()
    assert_all_made(running, ordered + 20, timeout=LONG)


@pytest.fixture
def own_postgres(stack: MakeStack, tmp_path: Path) -> Iterator[postgres.Postgres]:
    """A database server of the test's own, which the test may kill; Django uses it meanwhile."""
    server = postgres.start(tmp_path)
    connection.close()
    values, before = connection.settings_dict, dict(connection.settings_dict)
    values.update(database(server.url, conn_max_age=None))
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_verbs", verbosity=0)
        yield server
    finally:
        connection.close()
        values.clear()
        values.update(before)
        found = postgres.find(tmp_path)
        if found:
            found.stop()


def test_the_database_server_is_killed(
    stack: MakeStack, own_postgres: postgres.Postgres, tmp_path: Path
) -> None:
    running = stack(**QUICK, SLOW_WRITER_SECONDS="0.05")
    ordered = order(150, generator=SLOW)
    running.start("dispatcher")
    running.start("worker")
    for number in (30, 80):
        wait_for_problems(number)
        server = postgres.find(tmp_path)
        assert server is not None
        os.kill(server.pid, signal.SIGKILL)
        connection.close()
        time.sleep(5)
        assert postgres.start(tmp_path).url == own_postgres.url
    assert_all_made(running, ordered, timeout=LONG)


def test_the_leader_of_three_brokers_is_killed(
    loaded_verbs: None, apache_runtime: Runtime, tmp_path: Path
) -> None:
    """Three nodes of Apache Kafka; whoever leads a partition of the topic dies twice, in mid-run."""
    cluster = kafka.start(tmp_path / "kafka", apache_runtime, nodes=3)
    try:
        running = Stack(tmp_path, cluster, **QUICK, SLOW_WRITER_SECONDS="0.1")
        try:
            ordered = order(200, generator=SLOW)
            running.start("dispatcher")
            running.start("worker", "one")
            running.start("worker", "two")
            for number in (30, 100):
                wait_for_problems(number)
                dead = cluster.leader(running.topics["interactive"], 0)
                assert dead is not None
                cluster.kill(dead)
                late = services.submit(services.Order(count=10))
                ordered += 10
                wait_for_all_of(late)
                cluster.start(dead)
            assert_all_made(running, ordered, timeout=LONG)
            # what was on its way to the dead one may be there twice, and no more
            assert published(running) <= 1.5 * ordered
        finally:
            running.stop()
    finally:
        cluster.stop(timeout=0.0)


def test_messages_that_come_twice_and_messages_that_are_none(stack: MakeStack) -> None:
    running = stack(**QUICK)
    ordered = order(40)
    running.start("dispatcher")
    wait_for("the messages", lambda: not GenerationItem.objects.filter(state="waiting").exists())
    topic = running.topics["interactive"]
    servers = running.environment["KAFKA_BOOTSTRAP_SERVERS"]
    reader = Consumer({"bootstrap.servers": servers, "group.id": "copy"})
    partitions = reader.list_topics(topic, timeout=10).topics[topic].partitions
    reader.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in partitions])
    messages: list[Message] = []

    def all_read() -> bool:
        messages.extend(reader.consume(100, 0.5))
        return len(messages) == ordered

    wait_for("the messages to copy", all_read)
    reader.close()
    producer = Producer({"bootstrap.servers": servers})
    for number in partitions:
        producer.produce(topic, b"\x00 not a message of ours", partition=number)
    for message in [*messages, *messages]:
        producer.produce(topic, message.value(), headers=message.headers())
    assert producer.flush(20) == 0
    assert published(running) == 3 * ordered + len(partitions)
    running.start("worker")
    assert_all_made(running, ordered, timeout=LONG)
    assert set(GenerationItem.objects.values_list("attempt", flat=True)) == {1}


def test_a_backlog_is_not_published_again(stack: MakeStack) -> None:
    """Under a slow writer messages wait many times REPUBLISH_AFTER."""
    ordered = order(500, generator=SLOW)
    running = stack(**QUICK, PUBLISH_WINDOW=str(ordered), SLOW_WRITER_SECONDS="0.1")
    running.start("dispatcher")
    running.start("worker")
    assert_all_made(running, ordered, timeout=LONG)
    assert published(running) <= 1.05 * ordered


def test_a_small_order_does_not_wait_behind_a_large_one(stack: MakeStack) -> None:
    running = stack(**QUICK, SLOW_WRITER_SECONDS="0.2")
    large = services.submit(services.Order(count=300))
    small = services.submit(services.Order(count=4))
    GenerationRequest.objects.update(generator=SLOW)
    for kind in ("dispatcher", "worker", "bulk_worker"):
        running.start(kind)
    wait_for_all_of(small)
    made = large.items.filter(state="generated").count()
    steering.cancel(large, by="bo")
    assert made < 200
    assert_sound(running)
    large.refresh_from_db()
    small.refresh_from_db()
    assert (small.status, large.status) == ("completed", "cancelled")
