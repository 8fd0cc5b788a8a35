"""What was lost is taken back, and what is over is ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generation import running, services, upkeep
from generation.models import GenerationItem, GenerationRequest
from tests.generation.make import item_of, past, submit

State = GenerationItem.State


@pytest.mark.django_db
def test_an_abandoned_item_waits_again_and_fails_after_its_last_attempt(settings: Any) -> None:
    settings.ITEM_MAX_ATTEMPTS = 2
    request = submit()
    item = item_of(request)
    for attempt in (1, 2):
        claimed = GenerationItem.objects.claim(item.id, timedelta(seconds=60))
        assert claimed is not None
        assert upkeep.free_abandoned_items() == 0
        GenerationItem.objects.filter(id=item.id).update(lease_until=past(seconds=1))
        assert upkeep.free_abandoned_items() == 1
        item.refresh_from_db()
        assert item.attempt == attempt
    assert item.state == State.FAILED
    assert item.error_message
    request.refresh_from_db()
    assert (request.status, request.failed_count) == ("failed", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("look", [upkeep.oldest_waiting_age, services.unfinished_items])
def test_what_has_ended_is_not_read_to_see_what_waits(look: Callable[[], object]) -> None:
    """Probes and pages ask it, beside a million items that have ended."""
    ended, waiting = submit(), submit(3)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO generation_generationitem
                   (id, request_id, priority, position, plan, state, attempt, publish_count,
                    error_message, error_detail, ended_at)
               SELECT gen_random_uuid(), %s, 'interactive', number, '{}', 'generated', 1, 1, '', '', now()
                 FROM generate_series(1, 20000) number""",
            [ended.id],
        )
        waiting.items.update(position=F("position") + 100_000)
        cursor.execute("ANALYZE generation_generationitem, generation_generationrequest")
    with CaptureQueriesContext(connection) as asked:
        look()
    partial = ("item_due", "item_published", "item_processing")
    for query in [one["sql"] for one in asked if "generation_generationitem" in one["sql"]]:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + query.replace("%", "%%"))
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Seq Scan on generation_generationitem" not in plan, plan
        assert any(index in plan for index in partial), plan


@pytest.mark.django_db
def test_an_item_waits_unpublished_only_while_the_dispatcher_could_publish_it(
    settings: Any,
) -> None:
    settings.PUBLISH_WINDOW = 4
    assert upkeep.oldest_waiting_age() is None
    request = submit(4)
    request.items.update(created_at=past(hours=1))
    age = upkeep.oldest_waiting_age()
    assert age is not None
    assert 3590 < age < 3700
    first, second, *_ = request.items.values_list("id", flat=True)
    request.items.filter(id=first).update(state=State.PUBLISHED, published_at=past(minutes=1))
    age = upkeep.oldest_waiting_age()
    assert age is not None
    assert 50 < age < 100
    request.items.filter(id=second).update(state=State.PUBLISHED, published_at=past(hours=1))
    assert upkeep.oldest_waiting_age() is not None  # the window is half full, but nobody works
    claimed = GenerationItem.objects.claim(first, timedelta(seconds=60))
    assert claimed is not None
    assert upkeep.oldest_waiting_age() is None
    request.items.filter(id=first).update(state=State.WAITING, lease_until=None)
    request.items.update(state=State.WAITING, not_before=timezone.now() + timedelta(hours=1))
    assert upkeep.oldest_waiting_age() is None


@pytest.mark.django_db
def test_published_items_that_no_worker_takes_are_told() -> None:
    """Also while workers of the other priority work."""
    bulk = submit(2, priority="bulk")
    assert GenerationItem.objects.claim(item_of(submit()).id, timedelta(seconds=60)) is not None
    bulk.items.update(state=State.PUBLISHED, published_at=past(minutes=10))
    age = upkeep.oldest_waiting_age()
    assert age is not None
    assert 590 < age < 660


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_worker_that_was_stopped_while_it_stored(loaded_verbs: None) -> None:
    request = submit(2)
    for item in request.items.all():
        assert GenerationItem.objects.claim(item.id, timedelta(seconds=60)) is not None
    request.items.update(lease_until=past(seconds=1))
    first, second = request.items.all()
    stopped = connections["default"].copy()
    try:
        with stopped.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "SELECT FROM generation_generationitem WHERE id = %s FOR UPDATE", [first.id]
            )
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        assert upkeep.free_abandoned_items() == 1
    finally:
        stopped.close()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    second.refresh_from_db()
    assert second.state == State.WAITING
    assert upkeep.free_abandoned_items() == 1


@pytest.mark.django_db
def test_a_request_with_some_problems_is_partial() -> None:
    request = submit(2)
    first, second = request.items.all()
    running.run_item(first.id)
    GenerationItem.objects.filter(id=second.id).update(
        state=State.PROCESSING, attempt=99, lease_until=past(seconds=1)
    )
    upkeep.free_abandoned_items()
    request.refresh_from_db()
    assert (request.status, request.generated_count, request.failed_count) == ("partial", 1, 1)


@pytest.mark.django_db
def test_a_request_past_its_time_drops_what_has_not_begun() -> None:
    request = submit(3)
    begun = request.items.first()
    assert begun is not None
    mine = GenerationItem.objects.claim(begun.id, timedelta(seconds=60))
    GenerationRequest.objects.filter(id=request.id).update(expires_at=past(seconds=1))
    assert upkeep.expire_overdue_requests() == 1
    request.refresh_from_db()
    assert request.status == "expired"
    assert sorted(request.items.values_list("state", flat=True)) == [
        "dropped",
        "dropped",
        "processing",
    ]
    assert mine is not None
    assert running._make_paid(mine) == State.GENERATED  # it had begun: its end is counted
    request.refresh_from_db()
    assert (request.status, request.generated_count) == ("expired", 1)
