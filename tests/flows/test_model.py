"""Orders that a model writes, through real processes: nothing lost, nothing wrong served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from generation import services
from generation.models import GenerationItem, GenerationRequest, ModelUse, Pause
from problems.models import Problem
from tests.flows.soundness import assert_sound
from tests.flows.stack import Stack, wait_for
from tests.stubs.openai_faults import Fault, Rule
from tests.stubs.openai_server import StubProcess, start_process

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

MakeStack = Callable[..., Stack]
State = GenerationItem.State
#: Kept short: a call that hangs is given up after two seconds.
QUICK = {"ITEM_LEASE": "3", "REPUBLISH_AFTER": "2", "OPENAI_TIMEOUT": "2", "OPENAI_REWRITES": "3"}


@pytest.fixture
def stub(settings: Any) -> Iterator[Callable[..., StubProcess]]:
    """Starts a stub with its command's arguments; this process may order from it."""
    opened = []

    def start(*arguments: str) -> StubProcess:
        context = start_process(*arguments)
        server = context.__enter__()
        opened.append(context)
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = server.url, "test"
        return server

    yield start
    for context in opened:
        context.__exit__(None, None, None)


def asking(server: StubProcess, **environment: str) -> dict[str, str]:
    """The environment of processes that ask a stub."""
    return {**QUICK, "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "test", **environment}


def order(count: int, generator: str = "openai") -> GenerationRequest:
    return services.submit(services.Order(count=count, priority="interactive", generator=generator))


def ended(request: GenerationRequest) -> bool:
    request.refresh_from_db()
    return request.ended


def truths(server: StubProcess) -> dict[str, dict[str, Any]]:
    """What the stub knows of its answers, by response id."""
    return {
        f"chatcmpl-{entry['call']:08d}": entry["truth"]
        for entry in server.log()
        if "truth" in entry and "brief" in entry
    }


def assert_served_is_right(server: StubProcess) -> None:
    """Every sentence of a live problem is what it is said to be, by what the stub knows."""
    known = truths(server)
    assert Problem.objects.live().exists()
    for problem in Problem.objects.live().prefetch_related("statements"):
        traces = problem.generation_trace["statements"]
        for statement, trace in zip(problem.statements.all(), traces, strict=True):
            truth = known[trace["response_id"]]
            earlier = [one["then"] for one in trace.get("earlier", [])]
            if earlier and earlier[-1] == "repaired":  # only its correct sentence is the stub's
                assert truth["correct_ok"], statement
            else:
                assert truth["fit"], (statement, truth)


def test_a_model_that_is_often_wrong_fills_the_pool_with_right_problems(
    stack: MakeStack, stub: Callable[..., StubProcess]
) -> None:
    server = stub("--content-faults=0.3", "--transport-faults=0.1", "--retry-after=0.3", "--seed=4")
    running = stack(**asking(server))
    request = order(24)
    running.start("worker")
    running.start("dispatcher")
    assert_sound(running, timeout=200)
    request.refresh_from_db()
    assert request.generated_count >= 18, services.what_went_wrong(request)
    assert request.tokens > 0
    assert_served_is_right(server)
    counts = server.counts()
    assert set(counts["by_fault"]) >= {"wrong_verb", "markup"}
    assert sum(ModelUse.objects.values_list("calls", flat=True)) == counts["calls"]


def test_the_sentences_of_a_problem_are_asked_for_at_the_same_time(
    stack: MakeStack, stub: Callable[..., StubProcess]
) -> None:
    server = stub("--latency=0.5")
    running = stack(**asking(server, WORKER_SLOTS="1"))
    request = order(2)
    running.start("worker")
    running.start("dispatcher")
    wait_for("the end of the order", lambda: ended(request))
    assert request.status == "completed"
    assert server.counts()["max_in_flight"] == 4


def test_a_killed_worker_loses_no_problem_of_a_model(
    stack: MakeStack, stub: Callable[..., StubProcess]
) -> None:
    server = stub("--latency=0.3")
    running = stack(**asking(server))
    request = order(20)
    running.start("dispatcher")
    running.start("worker", "first")
    wait_for("some problems", lambda: Problem.objects.count() >= 4)
    running.kill("first")
    running.start("worker", "second")
    assert_sound(running)
    request.refresh_from_db()
    why = request.items.exclude(error_detail="").values_list("error_detail", flat=True)
    assert request.status == "completed", list(why)
    assert request.generated_count == 20


def test_while_the_server_asks_for_a_minute_others_go_on(
    stack: MakeStack, stub: Callable[..., StubProcess]
) -> None:
    server = stub()
    server.script(Rule(Fault.RATE_LIMIT_RETRY_AFTER, times=None, retry_after=60))
    running = stack(**asking(server, WORKER_SLOTS="2"))
    waiting = order(6)
    running.start("worker")
    running.start("dispatcher")
    far = timezone.now() + timedelta(seconds=30)
    put_off = waiting.items.filter(state=State.WAITING, not_before__gt=far)
    wait_for("all items to be put off", lambda: put_off.count() == 6)
    others = order(10, generator="rules")
    wait_for("the other order", lambda: ended(others))
    assert others.status == "completed"
    assert put_off.count() == 6
    # nobody asked again meanwhile, and no attempt was spent
    assert server.counts()["calls"] <= 8
    assert all(one.attempt == one.earlier_attempts for one in waiting.items.all())
    assert "waiting" in services.what_went_wrong(waiting)


def test_a_refused_key_stops_the_writer_until_somebody_acts(
    stack: MakeStack, stub: Callable[..., StubProcess]
) -> None:
    server = stub("--key=right")
    running = stack(**asking(server))
    request = order(8)
    running.start("worker", "wrong key")
    running.start("dispatcher")
    wait_for("the stop", lambda: Pause.objects.filter(generator="openai").exists())
    others = order(3, generator="rules")
    wait_for("the other order", lambda: ended(others))
    request.refresh_from_db()
    assert request.status in ("pending", "processing")
    assert "OPENAI_API_KEY" in services.what_went_wrong(request)
    running.kill("wrong key")
    running.start("worker", "right key", OPENAI_API_KEY="right")
    call_command("generation", "resume", "--writer", "openai")
    wait_for("the end of the order", lambda: ended(request))
    assert request.status == "completed"
