"""Orders are cancelled and tried again, whatever workers do meanwhile."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connections

from generation import ending, outbox, running, services, steering, upkeep
from generation.models import GenerationItem, GenerationRequest
from problems.models import Problem
from quizservice import kafka
from quizservice.errors import Conflict
from tests.generation.make import STUBS, item_of, past, submit

State = GenerationItem.State
LEASE = timedelta(seconds=60)


def states(request: GenerationRequest) -> list[str]:
    return sorted(request.items.values_list("state", flat=True))


def claim(item: GenerationItem) -> GenerationItem:
    mine = GenerationItem.objects.claim(item.id, LEASE)
    assert mine is not None
    return mine


# --- cancel ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_cancelled_order_drops_what_has_not_begun_and_counts_what_has() -> None:
    request = submit(4)
    first, second, third, _ = request.items.all()
    running.run_item(first.id)
    begun = claim(second)
    GenerationItem.objects.filter(id=third.id).update(state=State.PUBLISHED)
    ended = steering.cancel(request, by="bo")
    assert ended.status == "cancelled"
    assert ended.completed_at is not None
    assert ended.error_message == "Cancelled by bo."
    assert states(request) == ["dropped", "dropped", "generated", "processing"]
    assert running.run_item(third.id) == "not claimed"
    assert running._make_paid(begun) == State.GENERATED
    request.refresh_from_db()
    assert (request.status, request.generated_count) == ("cancelled", 2)
    assert Problem.objects.count() == 2


@pytest.mark.django_db
def test_an_item_that_comes_back_from_a_worker_is_dropped_with_its_cancelled_order(
    settings: Any,
) -> None:
    settings.GENERATOR = f"{STUBS}.FlakyWriter"
    request = submit(2)
    flaky, abandoned = (claim(item) for item in request.items.all())
    steering.cancel(request, by="bo")
    assert running._after_failure(flaky, "Busy.", "429", 0.0) == State.WAITING
    GenerationItem.objects.filter(id=abandoned.id).update(lease_until=past(seconds=1))
    assert upkeep.free_abandoned_items() == 1
    GenerationItem.objects.update(not_before=None)
    assert running.run_item(flaky.id) == running.run_item(abandoned.id) == "not claimed"
    assert upkeep.drop_items_of_ended_requests() == 2
    assert states(request) == ["dropped", "dropped"]
    assert upkeep.drop_items_of_ended_requests() == 0


@pytest.mark.django_db
def test_an_order_that_has_ended_cannot_be_cancelled() -> None:
    request = submit()
    running.run_item(item_of(request).id)
    with pytest.raises(Conflict, match="it is completed"):
        steering.cancel(request, by="bo")
    request.refresh_from_db()
    assert (request.status, request.error_message) == ("completed", "")


@pytest.mark.django_db(transaction=True)
def test_cancelling_many_orders_while_others_take_their_items_blocks_nobody(
    loaded_verbs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers claim and end, the dispatcher marks, people cancel: every item has one end."""
    requests = [submit(12) for _ in range(6)]
    ids = list(GenerationItem.objects.values_list("id", flat=True))
    faults: list[Exception] = []

    def concurrently(*actions: Callable[[], object]) -> None:
        def run(action: Callable[[], object]) -> None:
            try:
                action()
            except Exception as error:  # noqa: BLE001  whatever it is, the test shall tell it
                faults.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=(action,)) for action in actions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)

    def work(backwards: bool) -> None:
        for item_id in sorted(ids, reverse=backwards):
            running.run_item(item_id)

    def mark() -> None:
        for turn in range(30):
            waiting = GenerationItem.objects.filter(state=State.WAITING)
            items = [(item.id, item.attempt, "") for item in waiting]
            random.Random(turn).shuffle(items)
            outbox.mark(items, [kafka.Position("topic", 0, n) for n in range(len(items))])

    def cancel() -> None:
        for request in requests:
            steering.cancel(request, by="bo")

    store = running._store

    def store_and_tell(*draft: Any) -> Any:
        try:
            return store(*draft)
        except OperationalError as error:  # a deadlock's victim, who would try again
            faults.append(error)
            raise

    monkeypatch.setattr(running, "_store", store_and_tell)
    concurrently(lambda: work(False), lambda: work(True), mark, cancel)
    assert faults == []
    upkeep.drop_items_of_ended_requests()  # the dispatcher's next look: what others held just then
    for request in requests:
        request.refresh_from_db()
        assert request.status == "cancelled"
        generated = request.items.filter(state=State.GENERATED)
        assert request.generated_count == generated.count()
        assert generated.values("problem").distinct().count() == request.generated_count
        assert set(states(request)) <= {"generated", "dropped"}


# --- try again ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_failed_items_are_tried_again_with_all_their_attempts(settings: Any) -> None:
    settings.GENERATOR = f"{STUBS}.CrashingWriter"
    settings.ITEM_MAX_ATTEMPTS = 2
    request = submit(2)
    for _ in range(2):
        for item in request.items.all():
            GenerationItem.objects.update(not_before=None)
            running.run_item(item.id)
    request.refresh_from_db()
    assert (request.status, request.failed_count) == ("failed", 2)
    assert services.what_went_wrong(request) == (
        "2 failed: An unexpected error stopped the generation."
    )
    before = request.expires_at

    assert steering.retry_failed(request) == 2
    request.refresh_from_db()
    assert (request.status, request.failed_count, request.completed_at) == ("processing", 0, None)
    assert request.expires_at > before
    first, second = request.items.all()
    assert (first.state, first.attempt, first.earlier_attempts) == (State.WAITING, 2, 2)
    assert running.run_item(first.id) == State.WAITING  # a first attempt of two
    GenerationRequest.objects.update(generator="rules")
    GenerationItem.objects.update(not_before=None)
    assert running.run_item(first.id) == running.run_item(second.id) == State.GENERATED
    request.refresh_from_db()
    assert (request.status, request.generated_count, request.failed_count) == ("completed", 2, 0)
    first.refresh_from_db()
    assert (first.attempt, first.error_message, first.error_detail) == (4, "", "")
    assert services.what_went_wrong(request) == ""


@pytest.mark.django_db
def test_a_worker_of_before_keeps_nothing_after_the_item_was_tried_again(settings: Any) -> None:
    """The attempt's number fences: it never comes again."""
    settings.ITEM_MAX_ATTEMPTS = 1
    request = submit()
    sleeper = claim(item_of(request))
    GenerationItem.objects.update(lease_until=past(seconds=1))
    upkeep.free_abandoned_items()
    steering.retry_failed(request)
    claim(item_of(request))
    with pytest.raises(ending.ClaimLost):
        running._make_paid(sleeper)
    assert not Problem.objects.exists()


@pytest.mark.django_db
def test_only_failed_items_can_be_tried_again() -> None:
    request = submit(2)
    running.run_item(request.items.all()[0].id)
    with pytest.raises(Conflict, match="No item of the request has failed"):
        steering.retry_failed(request)
    steering.cancel(request, by="bo")
    with pytest.raises(Conflict, match="The request is cancelled"):
        steering.retry_failed(request)
    assert states(request) == ["dropped", "generated"]


@pytest.mark.django_db
def test_orders_take_turns() -> None:
    large = submit(5, priority="bulk")
    small = submit(2, priority="bulk")
    due = GenerationItem.objects.due("bulk").values_list("request_id", flat=True)
    assert list(due) == [large.id, small.id] * 2 + [large.id] * 3


@pytest.mark.django_db
def test_nothing_of_an_unknown_order_can_be_steered() -> None:
    ghost = GenerationRequest(id=uuid.uuid4())
    with pytest.raises(GenerationRequest.DoesNotExist):
        steering.retry_failed(ghost)
