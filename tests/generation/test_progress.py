"""How it stands with an order: the numbers that its page shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from generation import pausing, progress, running, services, steering
from generation.models import GenerationItem, GenerationRequest
from tests.generation.make import STUBS, order, submit

pytestmark = pytest.mark.django_db


def work(request: GenerationRequest, count: int | None = None) -> None:
    for item in list(request.items.filter(state="waiting").order_by("position")[:count]):
        running.run_item(item.id)
    request.refresh_from_db()


def test_the_parts_add_up_as_it_goes_on() -> None:
    request = submit(6)
    nothing = {"made": 0, "failed": 0, "rejected": 0, "dropped": 0, "running": 0}
    assert progress.progress(request).parts == {**nothing, "waiting": 6}
    work(request, 2)
    item = request.items.filter(state="waiting").first()
    assert item
    assert GenerationItem.objects.claim(item.id, timedelta(seconds=60))
    found = progress.progress(request)
    assert found.parts == {**nothing, "made": 2, "running": 1, "waiting": 3}
    assert (found.ended, found.percent) == (2, 33)
    assert found.pace > 0
    assert found.seconds_left is not None
    steering.cancel(request, by="bo")
    request.refresh_from_db()
    found = progress.progress(request)
    assert found.parts == {**nothing, "made": 2, "running": 1, "dropped": 3, "waiting": 0}
    assert found.seconds_left is None


def test_nothing_begun_has_no_pace() -> None:
    found = progress.progress(submit(3))
    assert (found.pace, found.seconds_left, found.percent) == (0, None, 0)


def test_the_pace_is_that_of_the_last_minutes() -> None:
    request = submit(10)
    work(request, 6)
    hour = timezone.now() - timedelta(hours=1)
    request.items.filter(state="generated").update(ended_at=hour)
    GenerationRequest.objects.filter(id=request.id).update(started_at=hour)
    request.refresh_from_db()
    assert progress.progress(request).pace == 0
    request.items.filter(state="generated", position__lt=2).update(ended_at=timezone.now())
    found = progress.progress(request)
    assert found.pace == pytest.approx(1)  # two in two minutes
    assert found.seconds_left == pytest.approx(240)


def test_reasons_are_counted_with_a_cause() -> None:
    failed = submit(3, generator=f"{STUBS}.DeadWriter")
    work(failed)
    (reason,) = progress.progress(failed).reasons
    assert (reason.part, reason.message, reason.number, reason.detail) == (
        "failed",
        "The model refused the key.",
        3,
        "401",
    )
    rejected = submit(2, generator=f"{STUBS}.WrongWriter")
    work(rejected)
    (reason,) = progress.progress(rejected).reasons
    assert (reason.part, reason.number) == ("rejected", 2)


def test_what_waits_for_another_try_says_when() -> None:
    request = submit(2, generator=f"{STUBS}.FlakyWriter")
    work(request, 1)
    then = timezone.now() + timedelta(minutes=5)
    request.items.filter(attempt=1).update(not_before=then)
    (reason,) = progress.progress(request).reasons
    assert (reason.part, reason.number, reason.next_try) == ("waiting", 1, then)


def test_the_latest_problems_come_first_with_their_sentence() -> None:
    request = submit(4)
    work(request)
    found = progress.latest(request, 3)
    assert [item.position for item in found] == [3, 2, 1]
    for item in found:
        assert item.problem
        correct = item.problem.statements.get(is_correct=True)
        assert item.sentence == correct.content  # type: ignore[attr-defined]


def test_items_come_by_page_and_part() -> None:
    request = submit(progress.PAGE + 2)
    work(request, 1)
    first: Any = progress.items(request)
    assert [one.position for one in first] == list(range(progress.PAGE))
    assert first[0].verdicts == {"form": "ok", "engine": "ok"}
    assert first[1].verdicts is None
    assert [one.position for one in progress.items(request, page=2)] == [50, 51]
    assert [one.position for one in progress.items(request, part="made")] == [0]
    assert progress.items(request, part="failed") == []


def test_each_is_one_query(django_assert_num_queries: Any) -> None:
    request = submit(30)
    work(request, 3)
    for look in (progress.progress, progress.latest, progress.items):
        with django_assert_num_queries(1):
            look(request)


def test_a_failed_item_that_is_tried_again_counts_its_seconds_anew(settings: Any) -> None:
    request = submit(1, generator=f"{STUBS}.DeadWriter")
    work(request)
    steering.retry_failed(request)
    assert request.items.get().started_at is None
    pausing.pause_all(by="bo")
    assert running.run_item(request.items.get().id) == "not claimed"
    pausing.resume()
    running.run_item(request.items.get().id)
    assert request.items.get().started_at is not None


def test_the_counters_of_an_order_are_parts_of_its_bar() -> None:
    request = services.submit(order(3))
    assert request.counted_parts() == {"made": 0, "failed": 0, "rejected": 0, "waiting": 3}
    work(request, 1)
    steering.cancel(request, by="bo")
    request.refresh_from_db()
    assert request.counted_parts() == {"made": 1, "failed": 0, "rejected": 0, "dropped": 2}
