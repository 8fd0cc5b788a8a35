"""The work on an item whose sentences a model writes, on the real database and over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from generation import checks, judging, pausing, running, services, upkeep
from generation.ending import end_row
from generation.models import (
    GenerationItem,
    GenerationRequest,
    ModelUse,
    Pause,
    PromptOutcome,
)
from generation.prompts import VERSION
from generation.writers import failures, limiter, openai
from generation.writers.base import Plan
from generation.writers.registry import get_writer
from problems.models import Problem
from tests.generation.make import item_of, past, submit
from tests.generation.writers.wire import free_port
from tests.stubs.openai_faults import Fault, Rule
from tests.stubs.openai_server import StubServer
from verbs.french.vocabulary import Focus, Tense

State = GenerationItem.State
#: The server's own name of gpt-4o-mini.
SERVED = "gpt-4o-mini-2024-07-18"
PLAN = Plan(Focus.AUXILIARY, Tense.PASSE_COMPOSE, seed=11)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[StubServer, StubServer]]:
    """One whose judge is honest, and one whose judge finds good what is not."""
    with StubServer(natural=0.0) as honest, StubServer(natural=0.0, judge_errors=1.0) as lying:
        yield honest, lying


@pytest.fixture
def stub(
    servers: tuple[StubServer, StubServer],
    db: None,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> StubServer:
    honest, _ = servers
    honest.reset()
    get_writer.cache_clear()  # a new process, which has no answers yet
    monkeypatch.setattr(openai, "PAUSES", (0.0, 0.02))
    use(settings, honest)
    settings.OPENAI_API_KEY = "k"
    settings.OPENAI_MODEL, settings.OPENAI_JUDGE_MODEL = "gpt-4o-mini", ""
    settings.OPENAI_JUDGE, settings.OPENAI_PROBLEMS = True, "live"
    settings.OPENAI_REWRITES = 2
    settings.OPENAI_PRICES = {"gpt-4o-mini": (Decimal("0.15"), Decimal("0.60"))}
    return honest


def use(settings: Any, server: StubServer) -> None:
    settings.OPENAI_BASE_URL = server.url


def ordered(plan: Plan = PLAN, generator: str = "openai") -> GenerationItem:
    """The item of an order of one problem, with a plan of our own."""
    item = item_of(submit(generator=generator))
    GenerationItem.objects.filter(id=item.id).update(plan=plan.as_json())
    item.refresh_from_db()
    return item


def now_due(item: GenerationItem) -> None:
    GenerationItem.objects.filter(id=item.id).update(not_before=past(seconds=1))


def problem_of(item: GenerationItem) -> Problem:
    item.refresh_from_db()
    assert item.problem is not None
    return item.problem


def test_an_item_becomes_a_live_problem(stub: StubServer) -> None:
    item = ordered()
    assert running.run_item(item.id) == State.GENERATED
    problem = problem_of(item)
    assert problem.status == "live"
    said = [one["sentences"] for one in stub.log()]
    assert len(said) == 4
    texts = {text.replace("\u00a0", " ") for one in said for text in one.values()}
    statements = list(problem.statements.order_by("position"))
    assert len(statements) == 4
    assert [one.is_correct for one in statements].count(True) == 1
    for statement in statements:
        assert statement.content.replace("\u00a0", " ") in texts
        assert bool(statement.translation) is statement.is_correct
        assert bool(statement.explanation) is not statement.is_correct
    trace = problem.generation_trace
    assert trace["plan"] == PLAN.as_json()
    assert len(trace["statements"]) == 4
    for told, statement in zip(trace["statements"], statements, strict=True):
        assert told["prompt_version"] == VERSION
        assert (told["brief"]["error_type"] is None) is statement.is_correct
        assert told["verdicts"][-1]["ruling"] == "ok"
    item.request.refresh_from_db()
    assert (item.request.status, item.request.generated_count) == ("completed", 1)


def test_the_row_tells_who_wrote_and_judged_it(stub: StubServer) -> None:
    item = ordered()
    running.run_item(item.id)
    problem = problem_of(item)
    facts = {
        name: getattr(problem, name, None) or (getattr(problem, "metadata", None) or {}).get(name)
        for name in ("generator", "judge", "model", "prompt_version")
    }
    assert facts == {
        "generator": "openai",
        "judge": "engine",
        "model": SERVED,
        "prompt_version": VERSION,
    }


def test_problems_of_models_go_to_review_where_the_setting_says_so(
    stub: StubServer, settings: Any
) -> None:
    settings.OPENAI_PROBLEMS = "review"
    item = ordered()
    assert running.run_item(item.id) == State.GENERATED
    assert problem_of(item).status == "review"


def test_the_setting_is_not_about_the_engines_problems(stub: StubServer, settings: Any) -> None:
    settings.OPENAI_PROBLEMS = "review"
    item = item_of(submit(generator="rules"))
    assert running.run_item(item.id) == State.GENERATED
    assert problem_of(item).status == "live"
    assert stub.counts()["calls"] == 0


def test_what_only_a_model_confirms_goes_to_review(
    stub: StubServer, servers: tuple[StubServer, StubServer], settings: Any
) -> None:
    lying = servers[1]
    lying.reset()
    lying.script(Rule(Fault.TWO_ERRORS))
    use(settings, lying)
    item = ordered()
    assert running.run_item(item.id) == State.GENERATED
    assert lying.counts()["by_fault"] == {"two_errors": 1}
    assert lying.counts()["by_source"]["judge"] == 1
    problem = problem_of(item)
    assert problem.status == "review"
    told = [one["verdicts"] for one in problem.generation_trace["statements"]]
    assert sorted(one[-1]["judge"] for one in told) == ["engine", "engine", "engine", "model"]
    assert set(ModelUse.objects.values_list("purpose", flat=True)) == {"write", "judge"}


def test_what_nobody_confirms_goes_to_review(stub: StubServer, settings: Any) -> None:
    settings.OPENAI_JUDGE = False
    stub.script(Rule(Fault.TWO_ERRORS))
    item = ordered()
    assert running.run_item(item.id) == State.GENERATED
    assert problem_of(item).status == "review"


def test_tokens_and_cost_are_counted(stub: StubServer) -> None:
    item = ordered()
    running.run_item(item.id)
    counts = stub.counts()
    asked, answered = counts["prompt_tokens"], counts["completion_tokens"]
    cost = (asked * Decimal("0.15") + answered * Decimal("0.60")) / 1_000_000
    item.refresh_from_db()
    request = GenerationRequest.objects.get(id=item.request_id)
    for row in (item, request):
        assert row.tokens == asked + answered > 0
        assert row.cost == cost.quantize(Decimal("0.000001")) > 0
    use_ = ModelUse.objects.get()
    assert (use_.model, use_.purpose, use_.calls, use_.failures) == ("gpt-4o-mini", "write", 4, 0)
    assert (use_.input_tokens, use_.output_tokens) == (asked, answered)


def test_what_came_to_nothing_has_been_paid_for_too(stub: StubServer) -> None:
    stub.script(Rule(Fault.TRUNCATED_JSON, match={"number": 0}, times=3))
    item = ordered()
    assert running.run_item(item.id) == State.WAITING
    counts = stub.counts()
    item.refresh_from_db()
    assert item.tokens == counts["prompt_tokens"] + counts["completion_tokens"] > 0
    use_ = ModelUse.objects.get()
    assert (use_.calls, use_.failures) == (6, 3)
    now_due(item)
    assert running.run_item(item.id) == State.GENERATED
    assert stub.counts()["calls"] == 7
    after = stub.counts()
    item.refresh_from_db()
    assert item.tokens == after["prompt_tokens"] + after["completion_tokens"]


def test_what_became_of_the_prompts_is_counted(stub: StubServer) -> None:
    stub.script(Rule(Fault.MARKUP, match={"task": "correct"}))
    running.run_item(ordered().id)
    rows = list(PromptOutcome.objects.all())
    assert {(row.prompt_version, row.model) for row in rows} == {(VERSION, SERVED)}
    by_type = {row.error_type: row for row in rows}
    assert (by_type[""].rewritten, by_type[""].accepted) == (1, 0)
    assert sum(row.accepted for row in rows) == 3


def test_what_is_never_good_enough_is_rejected(stub: StubServer) -> None:
    stub.script(Rule(Fault.TRANSLATION_MISSING, times=None))
    item = ordered()
    assert running.run_item(item.id) == State.REJECTED
    assert stub.counts()["calls"] == 4 + 2
    item.refresh_from_db()
    assert item.error_message == "No draft was good enough."
    assert "no translation" in item.error_detail
    assert Problem.objects.count() == 0
    assert PromptOutcome.objects.get(error_type="").rejected == 1
    assert item.tokens > 0


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
        use(settings, server)
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
        use(settings, busy)
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


def test_the_mixed_writers_problems(stub: StubServer) -> None:
    item = ordered(Plan(Focus.AUXILIARY, Tense.PASSE_COMPOSE, seed=3), generator="mixed")
    assert running.run_item(item.id) == State.GENERATED
    problem = problem_of(item)
    assert problem.status == "live"
    assert {one["brief"]["task"] for one in stub.log()} == {"correct"}
    for statement in problem.statements.filter(is_correct=False):
        assert statement.explanation
        assert statement.error_code


def test_an_outage_spends_no_attempt(stub: StubServer, settings: Any) -> None:
    """A server that fails at every question is away, whatever it says."""
    with StubServer(script=[Rule(Fault.SERVER_ERROR, times=None)]) as away:
        use(settings, away)
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
            services.cancel(item.request, by="bo")
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


def test_an_order_that_has_ended_says_what_it_cost(
    stub: StubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = ordered()
    seen = []

    def ending(one: GenerationItem, *arguments: Any, **values: Any) -> None:
        seen.append(GenerationRequest.objects.get(id=one.request_id).tokens)
        end_row(one, *arguments, **values)

    monkeypatch.setattr("generation.running.end_row", ending)
    assert running.run_item(item.id) == State.GENERATED
    item.request.refresh_from_db()
    assert seen == [item.request.tokens]
    assert item.request.tokens > 0


def test_a_slow_answer_has_to_come_within_the_time_of_an_item(settings: Any) -> None:
    settings.OPENAI_API_KEY, settings.OPENAI_TIMEOUT = "k", 60.0
    settings.ITEM_TIME_LIMIT = 600.0
    assert checks.models_have_the_time_of_an_item(None) == []
    settings.OPENAI_TIMEOUT = 300.0
    (error,) = checks.models_have_the_time_of_an_item(None)
    assert error.id == "generation.E004"
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    assert checks.models_have_the_time_of_an_item(None) == []
