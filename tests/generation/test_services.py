"""Orders and the work on one item, on the real database."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from generation import judging, services
from generation.models import GenerationItem, GenerationRequest
from generation.planning import Constraints
from problems.models import Problem
from quizservice.errors import ServiceError
from verbs.french.vocabulary import Focus, Tense

STUBS = "tests.stubs.writers"
State = GenerationItem.State


def order(count: int = 1, **values: Any) -> services.Order:
    return services.Order(count=count, **values)


def submit(count: int = 1, **values: Any) -> GenerationRequest:
    return services.submit(order(count, **values))


def item_of(request: GenerationRequest) -> GenerationItem:
    return request.items.get()


def past(**parts: float) -> Any:
    return timezone.now() - timedelta(**parts)


@pytest.mark.django_db
def test_an_order_becomes_a_request_with_one_item_a_problem() -> None:
    request = submit(3, topic_tags=("lesson-3",))
    assert request.status == "pending"
    assert request.priority == "interactive"
    assert list(request.items.values_list("position", "state")) == [
        (n, "waiting") for n in range(3)
    ]
    assert len({item.seed for item in request.items.all()}) == 3


@pytest.mark.django_db
def test_a_large_order_is_bulk_unless_it_says_otherwise() -> None:
    assert submit(21).priority == "bulk"
    assert submit(21, priority="interactive").priority == "interactive"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraints", "named"),
    [
        (Constraints(verbs=("xyzer",)), "constraints.verb_infinitives"),
        (
            Constraints(focuses=(Focus.AUXILIARY,), tenses=(Tense.IMPARFAIT,)),
            "constraints.tenses_used",
        ),
        (Constraints(tenses=(Tense.PASSE_SIMPLE,)), "constraints.tenses_used"),
    ],
)
def test_what_nobody_can_write_is_refused_before_anything_is_stored(
    constraints: Constraints, named: str
) -> None:
    with pytest.raises(ServiceError) as refused:
        submit(2, constraints=constraints)
    assert refused.value.status == 422
    assert named in [error.field for error in refused.value.errors]
    assert not GenerationRequest.objects.exists()
    assert not GenerationItem.objects.exists()


@pytest.mark.django_db
def test_an_item_becomes_a_live_problem_and_ends_its_request() -> None:
    request = submit(topic_tags=("lesson-3",))
    assert services.run_item(item_of(request).id) == State.GENERATED
    item = item_of(request)
    request.refresh_from_db()
    assert (request.status, request.generated_count) == ("completed", 1)
    assert request.started_at is not None
    assert request.completed_at is not None
    problem = item.problem
    assert problem is not None
    assert problem.status == "live"
    assert "lesson-3" in problem.topic_tags
    assert problem.grammatical_focus == item.plan["focus"]
    assert problem.tenses_used == [item.plan["tense"]]
    statements = list(problem.statements.order_by("position"))
    assert len(statements) == 4
    assert sum(statement.is_correct for statement in statements) == 1


@pytest.mark.django_db
def test_a_second_message_finds_nothing_to_claim() -> None:
    request = submit()
    item = item_of(request)
    services.run_item(item.id)
    assert services.run_item(item.id) == "not claimed"
    assert services.run_item(uuid.uuid4()) == "not claimed"
    assert Problem.objects.count() == 1


@pytest.mark.django_db
def test_a_claim_holds_until_its_lease_is_over() -> None:
    item = item_of(submit())
    mine = GenerationItem.objects.claim(item.id, timedelta(seconds=60))
    assert mine is not None
    assert mine.attempt == 1
    assert GenerationItem.objects.claim(item.id, timedelta(seconds=60)) is None
    GenerationItem.objects.filter(id=item.id).update(lease_until=past(seconds=1))
    again = GenerationItem.objects.claim(item.id, timedelta(seconds=60))
    assert again is not None
    assert again.attempt == 2


@pytest.mark.django_db
def test_who_lost_the_claim_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    request = submit()
    item = item_of(request)
    judge = judging.judge

    def judge_while_another_takes_over(*args: Any) -> Any:
        monkeypatch.setattr(judging, "judge", judge)
        GenerationItem.objects.filter(id=item.id).update(lease_until=past(seconds=1))
        assert services.run_item(item.id) == State.GENERATED
        return judge(*args)

    monkeypatch.setattr(judging, "judge", judge_while_another_takes_over)
    assert services.run_item(item.id) == "claim lost"
    request.refresh_from_db()
    assert (request.status, request.generated_count) == ("completed", 1)
    assert Problem.objects.count() == 1


@pytest.mark.django_db
def test_an_abandoned_item_waits_again_and_fails_after_its_last_attempt(settings: Any) -> None:
    settings.ITEM_MAX_ATTEMPTS = 2
    request = submit()
    item = item_of(request)
    for attempt in (1, 2):
        claimed = GenerationItem.objects.claim(item.id, timedelta(seconds=60))
        assert claimed is not None
        assert services.free_abandoned_items() == 0
        GenerationItem.objects.filter(id=item.id).update(lease_until=past(seconds=1))
        assert services.free_abandoned_items() == 1
        item.refresh_from_db()
        assert item.attempt == attempt
    assert item.state == State.FAILED
    assert item.error_message
    request.refresh_from_db()
    assert (request.status, request.failed_count) == ("failed", 1)


@pytest.mark.django_db
def test_a_passing_fault_is_tried_again_later(settings: Any) -> None:
    settings.GENERATOR = f"{STUBS}.FlakyWriter"
    request = submit()
    item = item_of(request)
    assert services.run_item(item.id) == State.WAITING
    item.refresh_from_db()
    assert item.not_before is not None
    assert item.error_message == "The model did not answer."
    assert item.error_detail == "connection reset"
    GenerationItem.objects.filter(id=item.id).update(
        not_before=timezone.now() + timedelta(minutes=1)
    )
    assert services.run_item(item.id) == "not claimed"
    GenerationItem.objects.filter(id=item.id).update(not_before=past(seconds=1))
    assert services.run_item(item.id) == State.GENERATED
    request.refresh_from_db()
    assert request.status == "completed"


@pytest.mark.django_db
def test_the_pause_before_another_attempt_has_a_limit(settings: Any) -> None:
    settings.ITEM_MAX_ATTEMPTS = 1000
    item = item_of(submit())
    GenerationItem.objects.filter(id=item.id).update(attempt=900)
    mine = GenerationItem.objects.claim(item.id, timedelta(seconds=60))
    assert mine is not None
    assert services._after_failure(mine, "Busy.", "429", 60.0) == State.WAITING
    item.refresh_from_db()
    assert item.not_before is not None
    assert item.not_before < timezone.now() + timedelta(seconds=services.LONGEST_DELAY + 1)


@pytest.mark.django_db
def test_a_lowered_limit_leaves_a_freed_item_one_attempt(settings: Any) -> None:
    item = item_of(submit())
    GenerationItem.objects.filter(id=item.id).update(attempt=3)
    settings.ITEM_MAX_ATTEMPTS = 2
    assert services.run_item(item.id) == State.GENERATED


@pytest.mark.django_db
def test_an_item_waits_unpublished_only_while_the_dispatcher_could_publish_it(
    settings: Any,
) -> None:
    settings.PUBLISH_WINDOW = 4
    assert services.oldest_waiting_age() is None
    request = submit(4)
    request.items.update(created_at=past(hours=1))
    age = services.oldest_waiting_age()
    assert age is not None
    assert 3590 < age < 3700
    first, second, *_ = request.items.values_list("id", flat=True)
    request.items.filter(id=first).update(state=State.PUBLISHED, published_at=past(minutes=1))
    age = services.oldest_waiting_age()
    assert age is not None
    assert 50 < age < 100
    request.items.filter(id=second).update(state=State.PUBLISHED, published_at=past(hours=1))
    assert services.oldest_waiting_age() is None
    request.items.update(state=State.WAITING, not_before=timezone.now() + timedelta(hours=1))
    assert services.oldest_waiting_age() is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("writer", "attempts", "state", "status", "said"),
    [
        ("DeadWriter", 1, State.FAILED, "failed", "The model refused the key."),
        (
            "CrashingWriter",
            3,
            State.FAILED,
            "failed",
            "An unexpected error stopped the generation.",
        ),
        ("WrongWriter", 1, State.REJECTED, "failed", "No draft was good enough."),
    ],
)
def test_what_cannot_be_made_says_why(
    settings: Any, writer: str, attempts: int, state: str, status: str, said: str
) -> None:
    settings.GENERATOR = f"{STUBS}.{writer}"
    settings.ITEM_MAX_ATTEMPTS = 3
    request = submit()
    for _ in range(attempts):
        GenerationItem.objects.filter(request=request).update(not_before=None)
        services.run_item(item_of(request).id)
    item = item_of(request)
    assert (item.state, item.error_message) == (state, said)
    assert item.error_detail
    request.refresh_from_db()
    assert request.status == status
    assert not Problem.objects.exists()


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
        assert services.free_abandoned_items() == 1
    finally:
        stopped.close()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    second.refresh_from_db()
    assert second.state == State.WAITING
    assert services.free_abandoned_items() == 1


@pytest.mark.django_db
def test_the_database_ends_a_transaction_that_its_process_has_left() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("1min",)


@pytest.mark.django_db
def test_a_request_with_some_problems_is_partial() -> None:
    request = submit(2)
    first, second = request.items.all()
    services.run_item(first.id)
    GenerationItem.objects.filter(id=second.id).update(
        state=State.PROCESSING, attempt=99, lease_until=past(seconds=1)
    )
    services.free_abandoned_items()
    request.refresh_from_db()
    assert (request.status, request.generated_count, request.failed_count) == ("partial", 1, 1)


@pytest.mark.django_db
def test_a_request_past_its_time_drops_what_has_not_begun() -> None:
    request = submit(3)
    running = request.items.first()
    assert running is not None
    mine = GenerationItem.objects.claim(running.id, timedelta(seconds=60))
    GenerationRequest.objects.filter(id=request.id).update(expires_at=past(seconds=1))
    assert services.expire_overdue_requests() == 1
    request.refresh_from_db()
    assert request.status == "expired"
    assert sorted(request.items.values_list("state", flat=True)) == [
        "dropped",
        "dropped",
        "processing",
    ]
    assert mine is not None
    assert services._make(mine) == State.GENERATED  # it had begun: its end is counted
    request.refresh_from_db()
    assert (request.status, request.generated_count) == ("expired", 1)


@pytest.mark.django_db
def test_the_same_problem_is_not_stored_twice() -> None:
    request = submit(2)
    first, second = request.items.all()
    GenerationItem.objects.filter(id=second.id).update(plan=first.plan)
    assert services.run_item(first.id) == State.GENERATED
    assert services.run_item(second.id) == State.GENERATED
    assert Problem.objects.values("fingerprint").distinct().count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_the_counts_and_states(loaded_verbs: None) -> None:
    request = submit(2)
    for change in (
        "UPDATE generation_generationrequest SET generated_count = 3",
        "UPDATE generation_generationrequest SET failed_count = -1",
        "UPDATE generation_generationrequest SET status = 'lost'",
        "UPDATE generation_generationitem SET state = 'lost'",
        "UPDATE generation_generationitem SET state = 'processing'",
        "UPDATE generation_generationitem SET state = 'generated'",
        "UPDATE generation_generationitem SET position = 0",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    request.refresh_from_db()
    assert request.status == "pending"
