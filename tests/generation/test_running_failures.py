"""What becomes of an item where the model, the money or the time fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from generation import checks, judging, pausing, running, steering, upkeep
from generation.models import GenerationItem, ModelUse, Pause
from generation.writers import failures, limiter, openai
from generation.writers.base import Plan
from tests.generation.make import PLAN, item_of, now_due, ordered, problem_of, submit
from tests.generation.writers.wire import free_port
from tests.stubs.openai_faults import Fault, Rule
from tests.stubs.openai_server import StubServer
from verbs.french.vocabulary import Focus, Tense

pytestmark = pytest.mark.usefixtures("model_writes")

State = GenerationItem.State


@pytest.mark.parametrize("generator", ["openai", "mixed"])
@pytest.mark.parametrize("reason", ["key", "credit", "model"])
def test_what_only_a_person_can_mend_stops_the_writer(
    stub: StubServer, settings: Any, generator: str, reason: str
) -> None:
    """Its items wait and have lost no attempt, those of others go on, and later all is made."""
    item = ordered(generator=generator)
    other = item_of(submit(generator="rules"))
    said = {
        "key": failures.BAD_KEY,
        "credit": failures.NO_CREDIT,
        "model": failures.NO_MODEL.format(model="gpt-9"),
    }[reason]
    if reason == "model":
        settings.OPENAI_MODEL = "gpt-9"
    else:
        fault = Fault.BAD_KEY if reason == "key" else Fault.NO_QUOTA
        stub.script(Rule(fault, times=4))
    assert running.run_item(item.id) == State.WAITING
    assert stub.counts()["calls"] == 4
    item.refresh_from_db()
    assert item.error_message == said
    assert item.attempt == item.earlier_attempts
    pause = Pause.objects.get()
    assert (pause.generator, pause.reason) == (generator, said)
    now_due(item)
    assert running.run_item(item.id) == "not claimed"
    assert running.run_item(other.id) == State.GENERATED
    assert stub.counts()["calls"] == 4
    settings.OPENAI_MODEL = "gpt-4o-mini"
    pausing.resume(generator)
    item.refresh_from_db()
    assert item.not_before is None
    assert running.run_item(item.id) == State.GENERATED


def test_a_wrong_key_is_told_without_the_key(db: None, stub: StubServer, settings: Any) -> None:
    settings.OPENAI_API_KEY = "sk-wrong-Ab12Cd34"
    item = ordered()
    with StubServer(natural=0.0, key="sk-right") as server:
        settings.OPENAI_BASE_URL = server.url
        assert running.run_item(item.id) == State.WAITING
        item.refresh_from_db()
        assert "Ab12Cd34" not in f"{item.error_message} {item.error_detail}"
        assert Pause.objects.get().generator == "openai"
        settings.OPENAI_API_KEY = "sk-right"
        pausing.resume("openai")
        assert running.run_item(item.id) == State.GENERATED


def test_an_item_waits_for_a_server_that_is_away(
    stub: StubServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "LONGEST_PAUSE", 0.05)
    settings.ITEM_MAX_ATTEMPTS = 1
    port = free_port()
    settings.OPENAI_BASE_URL = f"http://127.0.0.1:{port}/v1"
    item = ordered()
    assert running.run_item(item.id) == State.WAITING
    item.refresh_from_db()
    assert item.error_message == failures.AWAY
    assert item.attempt == item.earlier_attempts == 1
    assert Pause.objects.count() == 0
    now_due(item)
    with StubServer(natural=0.0, port=port):
        assert running.run_item(item.id) == State.GENERATED


def test_an_item_waits_as_long_as_the_server_says_and_no_call_is_made_meanwhile(
    stub: StubServer, settings: Any
) -> None:
    rule = Rule(Fault.RATE_LIMIT_RETRY_AFTER, times=None, retry_after=60.0)
    first, second = ordered(), ordered(Plan(Focus.AUXILIARY, Tense.PASSE_COMPOSE, seed=12))
    other = item_of(submit(generator="rules"))
    begun = timezone.now()
    with StubServer(natural=0.0, script=[rule]) as busy:
        settings.OPENAI_BASE_URL = busy.url
        assert running.run_item(first.id) == State.WAITING
        calls = busy.counts()["calls"]
        assert 1 <= calls <= 4
        assert running.run_item(second.id) == State.WAITING
        assert running.run_item(other.id) == State.GENERATED
        assert busy.counts()["calls"] == calls
    for item in (first, second):
        item.refresh_from_db()
        assert item.not_before is not None
        assert item.error_message == failures.TOO_MANY
        assert item.attempt == item.earlier_attempts == 1
    assert first.not_before is not None
    assert first.not_before >= begun + timedelta(seconds=60)
    assert Pause.objects.count() == 0


@pytest.mark.parametrize("name", ["OPENAI_DAILY_TOKENS", "OPENAI_ORDER_TOKENS"])
def test_an_item_waits_where_the_budget_is_used_up(
    stub: StubServer, settings: Any, name: str
) -> None:
    request = submit(2, generator="openai")
    first, second = request.items.all()
    assert running.run_item(first.id) == State.GENERATED
    calls = stub.counts()["calls"]
    setattr(settings, name, 100)
    assert running.run_item(second.id) == State.WAITING
    assert stub.counts()["calls"] == calls
    second.refresh_from_db()
    assert "budget of 100 tokens is used up" in second.error_message
    assert second.attempt == second.earlier_attempts
    free = item_of(submit(generator="rules"))
    assert running.run_item(free.id) == State.GENERATED
    setattr(settings, name, 0)
    now_due(second)
    assert running.run_item(second.id) == State.GENERATED


@pytest.mark.parametrize("fault", [Fault.REFUSAL, Fault.CONTENT_FILTER])
def test_where_a_scene_is_refused_another_one_is_taken(stub: StubServer, fault: Fault) -> None:
    stub.script(Rule(fault, match={"task": "correct"}))
    item = ordered()
    assert running.run_item(item.id) == State.GENERATED
    assert problem_of(item).generation_trace["plan"]["seed"] == PLAN.seed + 1


def test_a_model_that_refuses_everything(stub: StubServer) -> None:
    stub.script(Rule(Fault.REFUSAL, times=None))
    item = ordered()
    assert running.run_item(item.id) == State.REJECTED
    item.refresh_from_db()
    assert failures.REFUSED in item.error_detail
    assert stub.counts()["calls"] == 4 * running.VARIANTS
    assert Pause.objects.count() == 0


def test_an_outage_spends_no_attempt(stub: StubServer, settings: Any) -> None:
    """A server that fails at every question is away, whatever it says."""
    with StubServer(script=[Rule(Fault.SERVER_ERROR, times=None)]) as away:
        settings.OPENAI_BASE_URL = away.url
        item = ordered()
        for _ in range(3):
            assert running.run_item(item.id) == State.WAITING
            now_due(item)
    item.refresh_from_db()
    assert item.attempt == item.earlier_attempts == 3
    assert item.error_message == failures.FAULTY


def test_one_question_at_which_the_server_fails_spends_attempts(stub: StubServer) -> None:
    stub.script(Rule(Fault.SERVER_ERROR, match={"number": 2}, times=None))
    item = ordered()
    assert running.run_item(item.id) == State.WAITING
    item.refresh_from_db()
    assert (item.attempt, item.earlier_attempts) == (1, 0)
    assert stub.counts()["calls"] == 3 + failures.TRIES


def ending_during(stub: StubServer, item: GenerationItem, act: Callable[[], object]) -> str:
    """Run an item whose first sentences are no good, and do something before they are written again."""
    stub.script(Rule(Fault.ENGLISH, times=None))
    judge = judging.judge

    def judged(*arguments: Any) -> Any:
        act()
        return judge(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "judge", judged)
        return running.run_item(item.id)


def test_nothing_is_written_again_for_an_order_that_was_cancelled(stub: StubServer) -> None:
    item = ordered()

    def cancel() -> None:
        if not item.request.ended:
            steering.cancel(item.request, by="bo")
            item.request.refresh_from_db()

    assert ending_during(stub, item, cancel) == State.WAITING
    assert stub.counts()["calls"] == 4
    upkeep.drop_items_of_ended_requests()
    item.refresh_from_db()
    assert item.state == State.DROPPED
    assert item.tokens > 0


def test_nothing_is_written_again_of_what_somebody_else_has(stub: StubServer) -> None:
    item = ordered()

    def take_over() -> None:
        GenerationItem.objects.filter(id=item.id).update(attempt=7)

    assert ending_during(stub, item, take_over) == "claim lost"
    assert stub.counts()["calls"] == 4


def test_a_budget_is_looked_at_before_anything_is_written_again(
    stub: StubServer, settings: Any
) -> None:
    settings.OPENAI_DAILY_TOKENS = 100
    item = ordered()
    assert ending_during(stub, item, lambda: None) == State.WAITING
    assert stub.counts()["calls"] == 4
    item.refresh_from_db()
    assert "budget" in item.error_message
    assert item.tokens == ModelUse.objects.get().input_tokens + ModelUse.objects.get().output_tokens


def test_nothing_is_written_again_that_the_lease_might_not_outlast(
    stub: StubServer, settings: Any
) -> None:
    settings.ITEM_TIME_LIMIT = openai.longest() - 1
    item = ordered()
    assert ending_during(stub, item, lambda: None) == State.WAITING
    assert stub.counts()["calls"] == 4
    item.refresh_from_db()
    assert (item.attempt, item.earlier_attempts) == (1, 0)


def test_a_slow_answer_has_to_come_within_the_time_of_an_item(settings: Any) -> None:
    settings.OPENAI_API_KEY, settings.OPENAI_TIMEOUT = "k", 60.0
    settings.ITEM_TIME_LIMIT = 600.0
    assert checks.models_have_the_time_of_an_item(None) == []
    settings.OPENAI_TIMEOUT = 300.0
    (error,) = checks.models_have_the_time_of_an_item(None)
    assert error.id == "generation.E004"
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    assert checks.models_have_the_time_of_an_item(None) == []
