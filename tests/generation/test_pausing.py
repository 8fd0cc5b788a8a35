"""Everything or one writer is paused, by a person or because the writer cannot go on."""

from __future__ import annotations

import logging
import re
import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F
from django.utils import timezone

from generation import outbox, pausing, running, services, steering, upkeep
from generation.models import GenerationItem, GenerationRequest, Pause
from quizservice import kafka
from tests.generation.make import STUBS, item_of, past, submit

State = GenerationItem.State
LEASE = timedelta(seconds=60)
DEAD = f"{STUBS}.DeadWriter"
REASON = "The key for the model was refused."


def states(request: GenerationRequest) -> list[str]:
    return sorted(request.items.values_list("state", flat=True))


def names() -> list[str]:
    return [one.generator for one in pausing.pauses()]


# --- everything -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_pause_stops_what_has_not_begun_and_lets_the_rest_end() -> None:
    request = submit(3)
    first, second, third = request.items.all()
    begun = GenerationItem.objects.claim(first.id, LEASE)
    assert begun is not None
    GenerationItem.objects.filter(id=second.id).update(state=State.PUBLISHED)
    pausing.pause_all(by="bo")
    pausing.pause_all(by="ana")  # it is paused already
    pause = pausing.paused_all()
    assert pause is not None
    assert (pause.paused_by, str(pause)) == ("bo", "everything is paused by bo")
    assert running.run_item(second.id) == running.run_item(third.id) == "not claimed"
    assert running._run_claimed(begun) == State.GENERATED
    assert states(request) == ["generated", "waiting", "waiting"]
    GenerationItem.objects.update(created_at=past(hours=1))
    assert upkeep.oldest_waiting_age() is None  # nobody is to blame

    assert pausing.resume() is True
    assert pausing.resume() is False
    assert pausing.pauses() == []
    assert upkeep.oldest_waiting_age() is not None
    assert running.run_item(second.id) == running.run_item(third.id) == State.GENERATED
    request.refresh_from_db()
    assert request.status == "completed"


@pytest.mark.django_db
def test_what_was_published_into_a_pause_is_published_anew_after_it() -> None:
    """The dispatcher had it on its way; workers have refused it since."""
    request = submit(2)
    pausing.pause_all(by="bo")
    request.items.update(state=State.PUBLISHED)
    pausing.resume_all()
    assert states(request) == ["waiting", "waiting"]


@pytest.mark.django_db
def test_orders_are_accepted_during_a_pause() -> None:
    pausing.pause_all(by="bo")
    assert states(submit(2)) == ["waiting", "waiting"]


# --- one writer -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_a_stopped_writer_has_to_make_waits_and_everything_else_goes_on() -> None:
    stuck, free = submit(2, generator=DEAD), submit(2)
    GenerationItem.objects.update(created_at=past(hours=1))
    GenerationItem.objects.filter(request=stuck, position=0).update(
        state=State.PUBLISHED, published_at=past(hours=1), publish_count=1
    )
    pausing.stop_writer(DEAD, REASON)
    assert states(stuck) == ["waiting", "waiting"]
    due = GenerationItem.objects.due("interactive")
    assert set(due.values_list("request_id", flat=True)) == {free.id}
    assert [running.run_item(item.id) for item in stuck.items.all()] == ["not claimed"] * 2
    assert [running.run_item(item.id) for item in free.items.all()] == [State.GENERATED] * 2
    assert upkeep.oldest_waiting_age() is None
    assert states(stuck) == ["waiting", "waiting"]

    pausing.resume(DEAD)
    assert due.count() == 2
    assert upkeep.oldest_waiting_age() is not None
    assert running.run_item(stuck.items.all()[0].id) == State.FAILED


@pytest.mark.django_db
@pytest.mark.parametrize("alone", [True, False])
def test_what_failed_with_its_writer_is_tried_at_once_when_it_is_resumed(alone: bool) -> None:
    later = timezone.now() + timedelta(hours=1)
    stuck, free = submit(generator=DEAD), submit()
    GenerationItem.objects.update(not_before=later)
    pausing.stop_writer(DEAD, REASON)
    if alone:
        pausing.resume(DEAD)
    else:
        pausing.resume_all()
    assert item_of(stuck).not_before is None
    assert item_of(free).not_before == later


@pytest.mark.django_db
def test_nothing_of_a_stopped_writer_is_marked_or_searched_for() -> None:
    """The stop came while messages were on their way."""
    stuck, free = submit(generator=DEAD), submit()
    sent: list[outbox.Outgoing] = [(item.id, 0, "") for item in map(item_of, (stuck, free))]
    pausing.stop_writer(DEAD, REASON)
    outbox.mark(sent, [kafka.Position("topic", 0, number) for number in range(2)])
    assert (states(stuck), states(free)) == (["waiting"], ["published"])
    GenerationItem.objects.update(
        state=State.PUBLISHED, published_at=past(hours=1), publish_count=1
    )
    lost = GenerationItem.objects.unclaimed("interactive", timedelta(seconds=10))
    assert list(lost) == [item_of(free)]
    assert upkeep.oldest_waiting_age() is not None
    GenerationItem.objects.filter(request=free).delete()
    assert upkeep.oldest_waiting_age() is None


@pytest.mark.django_db
def test_a_writer_stays_stopped_when_everything_is_resumed_and_the_other_way_round() -> None:
    stuck, free = submit(generator=DEAD), submit()
    pausing.stop_writer(DEAD, REASON)
    pausing.pause_all(by="bo")
    assert names() == ["", DEAD]
    assert running.run_item(item_of(free).id) == "not claimed"
    pausing.resume(DEAD)
    assert running.run_item(item_of(stuck).id) == "not claimed"
    pausing.stop_writer(DEAD, REASON)
    pausing.resume()
    assert names() == [DEAD]
    assert running.run_item(item_of(free).id) == State.GENERATED
    assert running.run_item(item_of(stuck).id) == "not claimed"
    pausing.resume_all()
    assert names() == []


@pytest.mark.django_db(transaction=True)
def test_of_many_that_stop_a_writer_one_does_and_tells_the_log(
    loaded_verbs: None, caplog: pytest.LogCaptureFixture
) -> None:
    request = submit(8, generator=DEAD)
    request.items.update(state=State.PUBLISHED)
    together = threading.Barrier(8)

    def stop(number: int) -> None:
        try:
            together.wait(30)
            pausing.stop_writer(DEAD, f"{REASON} ({number})")
        finally:
            connections.close_all()

    with caplog.at_level(logging.ERROR, "generation.pausing"):
        threads = [threading.Thread(target=stop, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    pause = Pause.objects.get()
    assert [record.getMessage() for record in caplog.records] == [
        f"the writer {DEAD} is stopped: {pause.reason}"
    ]
    assert states(request) == ["waiting"] * 8


@pytest.mark.django_db
def test_an_order_says_that_its_writer_is_stopped_and_why_its_problems_wait() -> None:
    request = submit(4, generator=DEAD)
    first, second, third, _ = request.items.all()
    assert services.what_went_wrong(request) == ""
    GenerationItem.objects.filter(id__in=[first.id, second.id]).update(error_message="Too busy.")
    assert services.what_went_wrong(request) == "2 waiting: Too busy."
    running.run_item(third.id)
    request.refresh_from_db()
    pausing.stop_writer(DEAD, REASON)
    said = services.what_went_wrong(request)
    assert said == f"{REASON} 2 waiting: Too busy. 1 failed: The model refused the key."
    GenerationItem.objects.filter(id=first.id).update(error_message=REASON)  # is not said twice
    said = services.what_went_wrong(request)
    assert said == f"{REASON} 1 failed: The model refused the key. 1 waiting: Too busy."
    ended = steering.cancel(request, by="bo")
    assert REASON not in services.what_went_wrong(ended)
    assert "waiting" not in services.what_went_wrong(ended)


@pytest.mark.django_db
def test_a_writer_paused_by_a_person_is_no_fault_of_an_order() -> None:
    request = submit(generator=DEAD)
    pausing.pause_writer(DEAD, by="bo")
    assert services.what_went_wrong(request) == ""
    assert [str(one) for one in pausing.pauses()] == [f"{DEAD} is paused by bo"]


# --- rows -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_dispatcher_follows_its_index_past_what_a_stopped_writer_has_to_make() -> None:
    stuck, free = submit(generator=DEAD), submit(10)
    free.items.update(position=F("position") + 100_000)  # behind all others
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO generation_generationitem
                   (id, request_id, priority, position, plan, state, attempt, publish_count,
                    error_message, error_detail)
               SELECT gen_random_uuid(), %s, 'interactive', number, '{}', 'waiting', 0, 0, '', ''
                 FROM generate_series(1, 20000) number""",
            [stuck.id],
        )
        cursor.execute("ANALYZE generation_generationitem, generation_generationrequest")
    for stopped in (False, True):
        if stopped:
            pausing.stop_writer(DEAD, REASON)
        due = GenerationItem.objects.due("interactive").values_list(*outbox._OUTGOING)[:500]
        plan = due.explain(analyze=True, buffers=True)
        assert "Index Scan using item_due" in plan, plan
        assert "Sort" not in plan, plan
        assert len(due) == (10 if stopped else 500)


@pytest.mark.django_db
def test_a_pause_outlives_the_update_and_the_way_back() -> None:
    def migrate(name: str) -> None:
        executor = MigrationExecutor(connection)
        executor.migrate([("generation", name)])

    pausing.pause_all(by="bo")
    pausing.stop_writer(DEAD, REASON)
    with connection.cursor() as cursor:
        migrate("0003_steering")
        cursor.execute("SELECT id, paused_by FROM generation_pause")
        assert cursor.fetchall() == [(1, "bo")]
    migrate("0004_models_cost_and_stop")
    assert [(one.generator, one.paused_by, one.reason) for one in pausing.pauses()] == [
        ("", "bo", "")
    ]
    pausing.stop_writer(DEAD, REASON)
    assert names() == ["", DEAD]


# --- from a shell ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_operator_pauses_and_resumes_from_a_shell(capsys: pytest.CaptureFixture[str]) -> None:
    submit(3)
    call_command("generation", "pause")
    assert pausing.paused_all() is not None
    said = capsys.readouterr().out
    assert said.startswith("paused since ")
    assert "running" not in said
    assert re.search(r"^interactive +waiting +3$", said, re.M)
    call_command("generation", "resume")
    assert pausing.pauses() == []
    GenerationItem.objects.update(created_at=past(seconds=600))
    call_command("generation", "status")
    said = capsys.readouterr().out
    assert "running" in said
    assert "the oldest item that is due waits for 60" in said


@pytest.mark.django_db
def test_an_operator_pauses_and_resumes_one_writer(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("generation", "pause", "--writer", "rules")
    assert names() == ["rules"]
    said = capsys.readouterr().out
    assert re.search(r"^paused for the writer rules since .* UTC by ", said)
    assert "everything else is running" in said
    pausing.stop_writer(DEAD, REASON)
    call_command("generation", "resume", "--writer", "rules")
    assert re.match(
        f"stopped for the writer {re.escape(DEAD)} since .* UTC: {REASON.rstrip('.')}",
        capsys.readouterr().out,
    )
    with pytest.raises(CommandError, match="The writer rules is not paused"):
        call_command("generation", "resume", "--writer", "rules")
    with pytest.raises(CommandError, match="No writer nobody here: choose rules"):
        call_command("generation", "pause", "--writer", "nobody")
    call_command("generation", "resume")
    assert names() == []
