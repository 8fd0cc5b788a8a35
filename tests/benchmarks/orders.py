"""Orders over HTTP: what the answer takes with and without a broker, and the way of many into Kafka.

Latency: requests for 1 and for 1,000 problems in turn, through the web server, with a dispatcher beside
it; first with the broker up, then down, then both again. No worker runs, so once the window is full
nothing but the web server works.

Publishing: ten orders of 1,000 in a row with a window that holds them all; the time ends when the last
item is noted as published. The floor is a bare confirmed producer that sends as many messages of the
same size in batches like the dispatcher's.
"""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

import apikeys.services
from generation.models import GenerationItem
from tests.benchmarks.enqueue import BareProducer, first_message
from tests.benchmarks.measure import Options, seconds, summary, table, throwaway_database
from tests.benchmarks.service import running
from tests.flows.stack import Stack, wait_for

LARGE = 1000
#: Orders of each size in each phase.
ORDERS = 15
LARGE_ORDERS = 10
#: Messages that the dispatcher confirms together.
BATCH = 500
#: Seconds.
LONGEST = 120.0


def run(options: Options) -> None:
    with throwaway_database():
        with _service(options, PUBLISH_WINDOW="500", KAFKA_PUBLISH_TIMEOUT="2") as (stack, client):
            _latency(stack, client, 3 if options.short else ORDERS, options)
        GenerationItem.objects.all().delete()
        with _service(options, PUBLISH_WINDOW="1000000") as (stack, client):
            _publishing(stack, client, 3 if options.short else LARGE_ORDERS, options)


@contextmanager
def _service(options: Options, **environment: str) -> Iterator[tuple[Stack, httpx2.Client]]:
    """Web server and dispatcher, and a client that may order."""
    key, _ = apikeys.services.issue(
        name=f"bench {uuid.uuid4().hex}", permissions_scope=["write"], rate_limit_rpm=10_000
    )
    with running(options, **environment) as stack:
        stack.start_web()
        stack.start("dispatcher")
        with httpx2.Client(
            base_url=stack.url, headers={"Authorization": f"Bearer {key}"}, timeout=LONGEST
        ) as client:
            yield stack, client


def _order(client: httpx2.Client, count: int) -> float:
    """Seconds until the answer. Raises httpx2.HTTPStatusError when the order is refused."""
    begin = time.perf_counter()
    answer = client.post("/api/v1/problems/generate", json={"count": count})
    took = time.perf_counter() - begin
    answer.raise_for_status()
    return took


def _warm_up(client: httpx2.Client) -> None:
    """Let each process of the web server load what its first order needs."""
    for _ in range(20):
        _order(client, 1)


def _latency(stack: Stack, client: httpx2.Client, orders: int, options: Options) -> None:
    times: dict[tuple[str, int], list[float]] = {}
    _warm_up(client)
    for phase in ("up", "down", "up", "down"):
        if phase == "down":
            stack.broker.down()
        for _ in range(orders):
            for count in (1, LARGE):
                times.setdefault((phase, count), []).append(_order(client, count))
        if phase == "down":
            stack.broker.up()
    unit = statistics.median(times["up", 1])
    print(f"\norders: median latency of {2 * orders} orders each, {options.broker} broker")
    table(
        ("", "ms", "to count=1 up"),
        [
            (
                f"count={count}, broker {phase}",
                f"{statistics.median(found) * 1000:.1f}",
                f"{statistics.median(found) / unit:.2f}",
            )
            for (phase, count), found in sorted(times.items(), key=lambda item: item[0][1])
        ],
    )


def _publishing(stack: Stack, client: httpx2.Client, orders: int, options: Options) -> None:
    _warm_up(client)
    number = GenerationItem.objects.count() + orders * LARGE
    began = time.perf_counter()
    for _ in range(orders):
        _order(client, LARGE)
    answered = time.perf_counter() - began
    wait_for(
        "all to be published",
        lambda: GenerationItem.objects.exclude(published_at=None).count() >= number,
        timeout=LONGEST,
        every=0.02,
    )
    published = time.perf_counter() - began
    servers, topic = stack.broker.bootstrap_servers, stack.topics["bulk"]
    bare = BareProducer(servers, topic, first_message(servers, topic))
    bare.copies(BATCH, BATCH)
    floors = [seconds(lambda: bare.copies(number, BATCH)) for _ in range(5)]
    floor = statistics.median(floors)
    print(f"\norders: {orders} orders of {LARGE} each, published, {options.broker} broker")
    table(
        ("", "seconds", "to the floor"),
        [
            ("until all were answered", f"{answered:.2f}", f"{answered / floor:.1f}"),
            ("until all were published", f"{published:.2f}", f"{published / floor:.1f}"),
            ("of this after the last answer", f"{published - answered:.2f}", ""),
            ("floor: bare producer", summary(floors), "1.0"),
        ],
    )
