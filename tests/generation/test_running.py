"""The work on one item, on the real database."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from generation import judging, running
from generation.models import GenerationItem, GenerationRequest
from generation.planning import Constraints
from problems.models import Problem
from problems.wording import title_and_instructions
from tests.generation.make import STUBS, item_of, past, submit
from verbs.french.vocabulary import Focus, Tense

State = GenerationItem.State


@pytest.mark.django_db
def test_an_item_becomes_a_live_problem_and_ends_its_request() -> None:
    request = submit(topic_tags=("lesson-3",))
    assert running.run_item(item_of(request).id) == State.GENERATED
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
def test_a_problem_of_one_sentence_asks_for_the_form_in_it() -> None:
    constraints = Constraints(focuses=(Focus.CONJUGATION,), tenses=(Tense.PRESENT,))
    item = item_of(submit(constraints=constraints))
    plan = {**item.plan, "format": "slot", "key_verb": "manger"}
    GenerationItem.objects.filter(id=item.id).update(plan=plan)
    assert running.run_item(item.id) == State.GENERATED
    problem = item_of(item.request).problem
    assert problem is not None
    assert problem.instructions == title_and_instructions("eng", "conjugation", one_slot=True)[1]
    assert problem.instructions != title_and_instructions("eng", "conjugation")[1]
    assert problem.generation_trace["format"] == "slot"
    # Why the correct statement is right is in the trace and nowhere else.
    for statement, trace in zip(
        problem.statements.order_by("position"), problem.generation_trace["statements"], strict=True
    ):
        assert bool(trace.get("explanation")) is statement.is_correct
        assert bool(statement.explanation) is not statement.is_correct


@pytest.mark.django_db
def test_a_second_message_finds_nothing_to_claim() -> None:
    request = submit()
    item = item_of(request)
    running.run_item(item.id)
    assert running.run_item(item.id) == "not claimed"
    assert running.run_item(uuid.uuid4()) == "not claimed"
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
        assert running.run_item(item.id) == State.GENERATED
        return judge(*args)

    monkeypatch.setattr(judging, "judge", judge_while_another_takes_over)
    assert running.run_item(item.id) == "claim lost"
    request.refresh_from_db()
    assert (request.status, request.generated_count) == ("completed", 1)
    assert Problem.objects.count() == 1


@pytest.mark.django_db
def test_a_passing_fault_is_tried_again_later(settings: Any) -> None:
    settings.GENERATOR = f"{STUBS}.FlakyWriter"
    request = submit()
    item = item_of(request)
    assert running.run_item(item.id) == State.WAITING
    item.refresh_from_db()
    assert item.not_before is not None
    assert item.error_message == "The model did not answer."
    assert item.error_detail == "connection reset"
    GenerationItem.objects.filter(id=item.id).update(
        not_before=timezone.now() + timedelta(minutes=1)
    )
    assert running.run_item(item.id) == "not claimed"
    GenerationItem.objects.filter(id=item.id).update(not_before=past(seconds=1))
    assert running.run_item(item.id) == State.GENERATED
    request.refresh_from_db()
    assert request.status == "completed"


@pytest.mark.django_db
def test_the_pause_before_another_attempt_has_a_limit(settings: Any) -> None:
    settings.ITEM_MAX_ATTEMPTS = 1000
    item = item_of(submit())
    GenerationItem.objects.filter(id=item.id).update(attempt=900)
    mine = GenerationItem.objects.claim(item.id, timedelta(seconds=60))
    assert mine is not None
    assert running._after_failure(mine, "Busy.", "429", 60.0) == State.WAITING
    item.refresh_from_db()
    assert item.not_before is not None
    assert item.not_before < timezone.now() + timedelta(seconds=running.LONGEST_DELAY + 1)


@pytest.mark.django_db
def test_a_lowered_limit_leaves_a_freed_item_one_attempt(settings: Any) -> None:
    item = item_of(submit())
    GenerationItem.objects.filter(id=item.id).update(attempt=3)
    settings.ITEM_MAX_ATTEMPTS = 2
    assert running.run_item(item.id) == State.GENERATED


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
        running.run_item(item_of(request).id)
    item = item_of(request)
    assert (item.state, item.error_message) == (state, said)
    assert item.error_detail
    request.refresh_from_db()
    assert request.status == status
    assert not Problem.objects.exists()


@pytest.mark.django_db
def test_the_same_problem_is_not_stored_twice() -> None:
    request = submit(2)
    first, second = request.items.all()
    GenerationItem.objects.filter(id=second.id).update(plan=first.plan)
    assert running.run_item(first.id) == State.GENERATED
    assert running.run_item(second.id) == State.GENERATED
    assert Problem.objects.values("fingerprint").distinct().count() == 2


def test_pauses_double_and_differ_and_are_never_shorter_than_asked() -> None:
    for attempts, least in ((1, 10.0), (2, 20.0), (3, 40.0)):
        pauses = {running._delay(10.0, attempts) for _ in range(50)}
        assert least <= min(pauses) < max(pauses) <= least * (1 + running.JITTER)
        assert len(pauses) > 40


@pytest.mark.django_db(transaction=True)
def test_a_draft_outlives_a_moment_without_the_database(
    loaded_verbs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is cut on the server while the draft is judged; the first attempt stores it."""
    request = submit()
    judge = judging.judge

    def judge_and_lose_the_connection(*args: Any) -> Any:
        with connection.cursor() as cursor, pytest.raises(OperationalError):
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return judge(*args)

    monkeypatch.setattr(judging, "judge", judge_and_lose_the_connection)
    assert running.run_item(item_of(request).id) == State.GENERATED
    assert item_of(request).attempt == 1


@pytest.mark.django_db
def test_what_the_database_cut_off_begins_anew_and_costs_no_attempt(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ITEM_MAX_ATTEMPTS = 1
    item = item_of(submit())
    make = running._make

    def away(*_: Any) -> str:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(running, "_make", away)
    for _ in range(2):
        with pytest.raises(OperationalError):
            running.run_item(item.id)
    monkeypatch.setattr(running, "_make", make)
    assert running.run_item(item.id) == State.GENERATED
    item.refresh_from_db()
    assert (item.attempt, item.earlier_attempts) == (3, 2)


@pytest.mark.django_db
def test_a_writer_that_the_workers_do_not_know_yet_is_waited_for() -> None:
    request = submit()
    GenerationRequest.objects.filter(id=request.id).update(generator="of.the.NextVersion")
    assert running.run_item(item_of(request).id) == State.WAITING
    item = item_of(request)
    assert item.error_message == "The workers do not know the writer that was ordered."
    assert item.not_before is not None
    assert item.not_before > timezone.now() + timedelta(seconds=50)
