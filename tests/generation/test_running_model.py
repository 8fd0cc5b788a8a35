"""The work on an item whose sentences a model writes, on the real database and over HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from generation import running
from generation.ending import end_row
from generation.models import GenerationItem, GenerationRequest, ModelUse, PromptOutcome
from generation.prompts import VERSION
from generation.writers.base import Plan
from problems.models import Problem
from tests.generation.make import PLAN, item_of, now_due, ordered, problem_of, submit
from tests.stubs.openai_faults import Fault, Rule
from tests.stubs.openai_server import StubServer
from verbs.french.vocabulary import Focus, Tense

pytestmark = pytest.mark.usefixtures("model_writes")

State = GenerationItem.State
#: The server's own name of gpt-4o-mini.
SERVED = "gpt-4o-mini-2024-07-18"


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


def test_what_only_a_model_confirms_goes_to_review(lying: StubServer) -> None:
    lying.script(Rule(Fault.TWO_ERRORS, match={"number": 1}))
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
    stub.script(Rule(Fault.TWO_ERRORS, match={"number": 1}))
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


def test_the_mixed_writers_problems(stub: StubServer) -> None:
    item = ordered(Plan(Focus.AUXILIARY, Tense.PASSE_COMPOSE, seed=3), generator="mixed")
    assert running.run_item(item.id) == State.GENERATED
    problem = problem_of(item)
    assert problem.status == "live"
    assert {one["brief"]["task"] for one in stub.log()} == {"correct"}
    for statement in problem.statements.filter(is_correct=False):
        assert statement.explanation
        assert statement.error_code


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
