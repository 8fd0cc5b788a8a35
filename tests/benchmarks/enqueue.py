"""Publishing tasks, each confirmed by the broker, against a bare confirmed producer."""

from __future__ import annotations

import uuid

from confluent_kafka import Producer
from django.conf import settings

from generation.tasks import generate_item
from quizservice import kafka
from quizservice.celery import app
from tests.benchmarks.measure import paired, summary

TASKS = 2000
PAIRS = 5


def run() -> None:
    topic = settings.KAFKA_TOPICS["bulk"]
    ids = [str(uuid.uuid4()) for _ in range(TASKS)]
    body = b"x" * 975  # the size of one of our messages
    bare = Producer(
        {
            "bootstrap.servers": settings.KAFKA_BOOTSTRAP_SERVERS,
            "enable.idempotence": True,
            "acks": "all",
            "linger.ms": 0,
        }
    )

    def ours() -> None:
        with kafka.batch():
            for item_id in ids:
                generate_item.apply_async(args=(item_id,), queue=topic)

    def ours_singly() -> None:
        for item_id in ids[: TASKS // 10]:
            generate_item.apply_async(args=(item_id,), queue=topic)

    def floor() -> None:
        for _ in ids:
            bare.produce(topic, body)
        bare.flush(30)

    def floor_singly() -> None:
        for _ in ids[: TASKS // 10]:
            bare.produce(topic, body)
            bare.flush(30)

    with app.connection_for_write() as connection:
        connection.ensure_connection()
    for action in (ours, floor, ours_singly, floor_singly):
        action()
    print("\nenqueue: time of ours / time of a bare confirmed producer")
    print(f"  in batches of {TASKS}   {summary(paired(ours, floor, PAIRS))}")
    print(f"  one by one          {summary(paired(ours_singly, floor_singly, PAIRS))}")
