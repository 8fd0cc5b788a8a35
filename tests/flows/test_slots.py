"""One worker process holds many items at once, on few database connections."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import Count

from generation import services
from generation.models import GenerationRequest
from tests.flows.stack import Stack, database_url, wait_for

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

SLOW = "tests.stubs.writers.SlowWriter"
SLOTS = 64


def connections_named(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [name])
        row = cursor.fetchone()
    return int(row[0])


def test_sixty_four_items_at_once_take_at_most_four_connections(
    stack: Callable[..., Stack],
) -> None:
    request = services.submit(services.Order(count=3 * SLOTS))
    GenerationRequest.objects.filter(id=request.id).update(generator=SLOW)
    running = stack(BULK_WORKER_SLOTS=str(SLOTS), SLOW_WRITER_SECONDS="3")
    running.start("dispatcher")
    running.start("bulk_worker", DATABASE_URL=f"{database_url()}&application_name=the-worker")
    most_items = most_connections = 0

    def ended() -> bool:
        nonlocal most_items, most_connections
        most_items = max(most_items, request.items.filter(state="processing").count())
        most_connections = max(most_connections, connections_named("the-worker"))
        request.refresh_from_db()
        return request.ended

    wait_for("the end of the order", ended, every=0.02)
    assert most_items == SLOTS
    assert 1 <= most_connections <= 4
    assert request.status == "completed"
    by_state = request.items.values_list("state").annotate(n=Count("id"))
    assert dict(by_state) == {"generated": 3 * SLOTS}
