"""Items through dispatcher, Kafka and one worker against ``run_item`` in a plain loop."""

from __future__ import annotations

import time

from generation import running, services
from generation.models import GenerationRequest
from tests.benchmarks import service
from tests.benchmarks.measure import Options, seconds, throwaway_database
from tests.flows.stack import wait_for

ITEMS = 400
ROUNDS = 3


def _order() -> GenerationRequest:
    return services.submit(services.Order(count=ITEMS, priority="bulk"))


def _through_worker() -> float:
    """Seconds from the first claim to the last end, as the rows tell."""
    request = _order()

    def ended() -> bool:
        request.refresh_from_db()
        return request.ended

    wait_for("the request", ended, timeout=120, every=0.05)
    assert request.status == "completed"
    assert request.started_at is not None
    assert request.completed_at is not None
    return (request.completed_at - request.started_at).total_seconds()


def _in_a_loop() -> float:
    ids = list(_order().items.values_list("id", flat=True))
    return seconds(lambda: [running.run_item(item_id) for item_id in ids])


def run(options: Options) -> None:
    with throwaway_database(), service.running(options) as stack:
        stack.start("bulk_worker")
        print(f"\nitems: time through one worker / time in a plain loop, {ITEMS} items")
        ratios = []
        for _ in range(ROUNDS):
            in_loop = _in_a_loop()
            stack.start("dispatcher")
            time.sleep(2)
            ratios.append(_through_worker() / in_loop)
            stack.kill("dispatcher")
        print("  " + "  ".join(f"{ratio:.2f}" for ratio in ratios))
