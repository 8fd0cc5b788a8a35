"""Celery workers over Kafka: real processes, killed, stopped and cut off."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer

from quizservice.embedded.broker import start
from quizservice.kafka import Options, batch, lag
from tests.brokers import AnyBroker
from tests.quizservice.kafka_tools import Bench, bench, wait_for


@pytest.fixture
def at(broker: AnyBroker, tmp_path: Path) -> Iterator[Bench]:
    with bench(broker, tmp_path) as it:
        yield it
    broker.up()


def behind(at: Bench) -> int:
    options = Options(bootstrap_servers=at.bootstrap, group_id=f"{at.topic}-workers")
    return lag(options, [at.topic])[at.topic]


def publish(at: Bench, names: list[str], seconds: float = 0.0) -> None:
    app = at.app()
    with batch():
        for name in names:
            app.send_task("work", (name, seconds))


@pytest.mark.both_brokers
def test_no_task_is_lost_when_workers_are_killed(at: Bench) -> None:
    workers = [at.start_worker(), at.start_worker()]
    names = [f"n{number}" for number in range(300)]
    publish(at, names, 0.02)
    assert wait_for(lambda: len(at.lines()) > 50)
    workers[0].kill()
    at.start_worker()
    assert wait_for(lambda: len(set(at.lines())) > 150)
    workers[1].kill()
    assert wait_for(lambda: set(at.lines()) == set(names), 60)
    assert wait_for(lambda: behind(at) == 0, 10)


def test_workers_share_the_work_and_a_new_one_takes_its_part(at: Bench) -> None:
    at.start_worker(concurrency=2)
    publish(at, [f"n{number}" for number in range(200)], 0.05)
    assert wait_for(lambda: len(at.lines()) > 5)
    assert at.start_worker(concurrency=2).says("assigned")
    publish(at, [f"m{number}" for number in range(40)], 0.05)
    assert wait_for(lambda: len(set(at.lines())) == 240, 60)
    shares = Counter(line.partition("\t")[2] for line in at.journal.read_text().splitlines())
    assert len(shares) == 2
    assert wait_for(lambda: behind(at) == 0, 10)


@pytest.mark.both_brokers
def test_a_stopped_worker_finishes_commits_and_leaves(at: Bench) -> None:
    worker = at.start_worker(concurrency=2)
    app = at.app()
    for name in "abcd":
        app.send_task("begin_and_end", (name, 1.5))
    assert wait_for(lambda: len(at.lines()) >= 2)
    begun = {line.removeprefix("begin ") for line in at.lines() if line.startswith("begin")}
    assert worker.stop() == 0
    ended = {line.removeprefix("end ") for line in at.lines() if line.startswith("end")}
    assert begun <= ended
    assert behind(at) == 4 - len(ended)
    at.start_worker(concurrency=2)
    assert wait_for(lambda: sum(line.startswith("end") for line in at.lines()) == 4)
    assert wait_for(lambda: behind(at) == 0, 10)
    assert len(at.lines()) == 8  # nothing ran twice


@pytest.mark.both_brokers
def test_work_goes_on_after_an_outage_of_the_broker(broker: AnyBroker, at: Bench) -> None:
    worker = at.start_worker()
    publish(at, ["before"])
    assert wait_for(lambda: at.lines() == ["before"])
    names = {f"n{number}" for number in range(60)}
    publish(at, sorted(names), 0.1)
    broker.down()
    time.sleep(2)
    broker.up()
    assert wait_for(lambda: set(at.lines()) == {"before", *names}, 60)
    assert wait_for(lambda: behind(at) == 0, 20)
    assert worker.process.poll() is None


def test_a_worker_waits_for_a_broker_that_is_down(broker: AnyBroker, at: Bench) -> None:
    at.options["connect_timeout"] = 1.0
    publish(at, ["early"])
    broker.down()
    worker = at.start_worker()
    assert worker.says("No Kafka broker answered")
    assert worker.process.poll() is None
    broker.up()
    assert wait_for(lambda: at.lines() == ["early"])


@pytest.mark.parametrize("connected", [True, False])
def test_a_stop_ends_a_worker_without_a_broker(
    broker: AnyBroker, at: Bench, connected: bool
) -> None:
    at.options["connect_timeout"] = 1.0
    if connected:
        publish(at, ["one"], 0.5)
        worker = at.start_worker()
        assert wait_for(lambda: at.lines() == ["one"])
        broker.down()
    else:
        broker.down()
        worker = at.start_worker()
        assert worker.says("No Kafka broker answered")
    assert worker.stop(30) == 0


def test_long_tasks_do_not_lose_the_membership(at: Bench) -> None:
    """Tasks longer than max.poll.interval.ms: polling goes on while the window is full."""
    at.options["kafka_consumer_config"] = {
        "fetch.wait.max.ms": 10,
        "max.poll.interval.ms": 6000,
    }
    worker = at.start_worker(concurrency=2)
    app = at.app()
    for name in "abc":
        app.send_task("begin_and_end", (name, 8.0))
    assert wait_for(lambda: sum(line.startswith("end") for line in at.lines()) == 3)
    assert Counter(at.lines()).most_common(1)[0][1] == 1
    assert "lost" not in worker.text()


@pytest.mark.both_brokers
def test_undecodable_messages_go_to_the_dead_letters_and_block_nothing(at: Bench) -> None:
    producer = Producer({"bootstrap.servers": at.bootstrap})
    for partition in range(12):
        producer.produce(at.topic, b"\xffnot ours", partition=partition, headers={"from": b"test"})
    assert producer.flush(10) == 0
    publish(at, [f"n{number}" for number in range(12)])
    worker = at.start_worker()
    assert wait_for(lambda: len(set(at.lines())) == 12)
    dead = at.read(f"{at.topic}-dead", 12)
    assert [m.value() for m in dead] == [b"\xffnot ours"] * 12
    headers = dict(dead[0].headers() or [])
    assert headers["from"] == b"test"
    assert b"not JSON" in (headers["dead-letter-reason"] or b"")
    assert {dict(m.headers() or [])["dead-letter-source"] for m in dead} == {
        f"{at.topic}:{partition}:0".encode() for partition in range(12)
    }
    assert wait_for(lambda: behind(at) == 0, 10)
    assert worker.process.poll() is None


def test_a_rejected_task_comes_again_marked(at: Bench) -> None:
    at.start_worker()
    at.app().send_task("refuse_once", ("r",))
    assert wait_for(lambda: len(at.lines()) == 2)
    assert at.lines() == ["r redelivered=False", "r redelivered=True"]
    assert wait_for(lambda: behind(at) == 0, 10)


@pytest.mark.both_brokers
def test_trace_headers_reach_the_task(at: Bench) -> None:
    at.start_worker()
    at.app().send_task("show_header", headers={"traceparent": "00-ab-cd-01"})
    assert wait_for(lambda: at.lines() == ["00-ab-cd-01"])


def test_pool_processes_work_and_publish(at: Bench) -> None:
    """Prefork: a task publishes from a fork of a process that has clients of its own."""
    worker = at.start_worker("prefork", 2)
    app = at.app()
    app.send_task("publish_more", ("p",))
    assert wait_for(lambda: set(at.lines()) == {"p", "p-child"})
    assert worker.stop() == 0
    assert behind(at) == 0


def test_the_classic_protocol_serves_too(at: Bench) -> None:
    at.options["group_protocol"] = "classic"
    at.options["kafka_consumer_config"] = {"fetch.wait.max.ms": 10, "session.timeout.ms": 3000}
    worker = at.start_worker()
    publish(at, [f"n{number}" for number in range(40)])
    assert wait_for(lambda: len(set(at.lines())) == 40)
    assert worker.stop() == 0
    assert behind(at) == 0


def test_brokers_without_the_protocol_end_the_worker_with_the_setting(tmp_path: Path) -> None:
    old = start(directory=tmp_path / "old", classic_only=True)
    try:
        with bench(old, tmp_path) as at:
            worker = at.start_worker()
            assert worker.process.wait(30) == 1
            assert "KAFKA_GROUP_PROTOCOL=classic" in worker.text()
            assert "Traceback" not in worker.text()
    finally:
        old.stop()


def test_a_stuck_main_loop_ends_the_process(at: Bench) -> None:
    at.options["watchdog"] = 2.0
    worker = at.start_worker()
    assert worker.says("ready.")
    worker.process.send_signal(signal.SIGUSR2)  # the main thread sleeps for a minute
    assert worker.says("stuck")
    publish(at, ["a"])
    assert worker.process.wait(20) == 70
    assert "the main loop took none" in worker.text()
    at.start_worker()
    assert wait_for(lambda: at.lines() == ["a"])


def test_a_process_that_was_stopped_goes_on(at: Bench) -> None:
    """SIGSTOP for longer than the watchdog and the session: not a stuck loop, nothing is lost."""
    at.options["watchdog"] = 2.0
    worker = at.start_worker(concurrency=1)
    publish(at, [f"n{number}" for number in range(20)], 0.1)
    assert wait_for(lambda: len(at.lines()) > 3)
    worker.process.send_signal(signal.SIGSTOP)
    time.sleep(4)
    worker.process.send_signal(signal.SIGCONT)
    assert wait_for(lambda: len(set(at.lines())) == 20)
    assert worker.process.poll() is None


def test_a_stop_that_takes_too_long_leaves_the_rest_to_others(at: Bench) -> None:
    at.options["shutdown_grace"] = 1.0
    worker = at.start_worker(concurrency=2)
    app = at.app()
    app.send_task("work", ("short",))
    assert wait_for(lambda: at.lines() == ["short"])
    app.send_task("begin_and_end", ("long", 60))
    assert wait_for(lambda: "begin long" in at.lines())
    assert worker.stop(20) == 0
    assert behind(at) == 1
