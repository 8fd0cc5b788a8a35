"""Empty tasks through one worker process: Celery over each transport, and a plain loop as the floor.

Each finds the same number of messages waiting. The time is that between the first and the last task
inside the worker, so its start does not count. The floor polls one message at a time and commits what
it has every 0.1 s, as often as our transport does. Settings of the peers: ``peers``.
"""

from __future__ import annotations

import itertools
import statistics
import time
import uuid
from functools import partial

from celery import Celery
from confluent_kafka import Consumer

from quizservice import kafka
from tests.benchmarks import peers, task_app
from tests.benchmarks.measure import Options, in_turn, ratios, summary, table
from tests.benchmarks.task_app import Peer

PARTITIONS = 24
SLOTS = 8
ROUNDS = 3
#: Lines in the journal: one for so many tasks.
EVERY = 100
#: Seconds without a finished task after which a worker has stalled.
STALLED = 20.0
FLOOR = "plain poll-and-commit loop"


def run(options: Options) -> None:
    number = 2000 if options.short else 10_000
    server = options.server
    topics = (f"tasks{n}" for n in itertools.count())

    def new_topic() -> str:
        name = f"{next(topics)}-{uuid.uuid4().hex[:6]}"
        server.create_topic(name, PARTITIONS)
        return name

    def ours() -> float:
        topic = new_topic()
        return _through_worker(peers.ours(server.bootstrap_servers, topic), topic, number)

    def kombus_own() -> float:
        return _through_worker(peers.kombus_own(server.bootstrap_servers), new_topic(), number)

    def floor() -> float:
        return _loop(server.bootstrap_servers, new_topic(), number)

    print(f"\ntasks: {number} empty tasks through one worker process with {SLOTS} slots")
    with peers.redis() as redis:
        actions = {peers.OURS: ours, peers.KOMBU: kombus_own, FLOOR: floor}
        if redis is not None:
            actions[peers.REDIS] = lambda: _through_worker(redis, f"q{uuid.uuid4().hex}", number)
        found = in_turn(actions, 1 if options.short else ROUNDS)
    base = found.get(peers.REDIS)
    table(
        ("", "ms a task", "tasks/s", "time to Redis", "time to the floor"),
        [
            (
                name,
                f"{statistics.median(times) * 1000:.3f}",
                f"{1 / statistics.median(times):.0f}",
                summary(ratios(times, base)) if base else "-",
                summary(ratios(times, found[FLOOR])),
            )
            for name, times in found.items()
        ],
    )


def publish(
    app: Celery, topic: str, number: int, task: str = "empty", more: tuple[object, ...] = ()
) -> None:
    """Tasks to wait for the workers, named by their number; ``more``: further arguments.

    Ours go in batches, because the others have none.
    """
    tasks = [(f"{n}", *more) for n in range(number)]
    with app.connection_for_write() as connection, app.amqp.Producer(connection) as producer:
        for start in range(0, number, 1000):
            with kafka.batch(60):
                for arguments in tasks[start : start + 1000]:
                    app.send_task(task, arguments, queue=topic, producer=producer)


def _through_worker(peer: Peer, topic: str, number: int) -> float:
    """Seconds a task, as the worker measured."""
    publish(task_app.build(peer, topic), topic, number)
    with peers.Crew(peer, topic, SLOTS, every=EVERY) as crew:
        crew.start()
        peers.wait_until(partial(_begun, crew), f"the worker of {peer.name}", 60)
        seen, since = 0, time.monotonic()
        while time.monotonic() - since < STALLED:
            done, _ = _last(crew)
            if done >= number:
                break
            if done != seen:
                seen, since = done, time.monotonic()
            time.sleep(0.1)
        done, ended = _last(crew)
        if done < number:
            print(f"  ({peer.name} stalled after {done} of {number} tasks; measured up to there)")
        begun = float(crew.lines()[0].split()[1])
        return (ended - begun) / (done - 1)


def _begun(crew: peers.Crew) -> bool:
    return len(crew.lines()) > 1


def _last(crew: peers.Crew) -> tuple[int, float]:
    """Number and time of the last task that wrote a line."""
    number, at = max((int(n), float(at)) for n, at in (line.split() for line in crew.lines()))
    return number, at


def _loop(bootstrap_servers: str, topic: str, number: int) -> float:
    """Seconds a message of a plain consumer."""
    publish(task_app.build(peers.ours(bootstrap_servers, topic), topic), topic, number)
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap_servers,
            "group.id": f"{topic}-floor",
            "group.protocol": "consumer",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 50,
        }
    )
    consumer.subscribe([topic])
    begun = committed = 0.0
    done = 0
    while done < number:
        message = consumer.poll(1.0)
        if message is None or message.error():
            continue
        done += 1
        now = time.perf_counter()
        begun = begun or now
        if now - committed > 0.1:
            committed = now
            consumer.commit(asynchronous=True)
    ended = time.perf_counter()
    consumer.close()
    return (ended - begun) / (number - 1)
