"""Nothing lost, nothing doubled: orders through real processes, some of which are killed."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from django.db.models import Count

import apikeys.services
from generation import services
from generation.models import GenerationItem, GenerationRequest
from problems.models import Problem
from tests.flows.stack import Stack, wait_for

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

MakeStack = Callable[..., Stack]
QUICK = {"ITEM_LEASE": "3", "REPUBLISH_AFTER": "4"}
SLOW = "tests.stubs.writers.SlowWriter"


def made(request: GenerationRequest) -> int:
    return Problem.objects.filter(generation_item__request=request).count()


def status(request: GenerationRequest) -> str:
    request.refresh_from_db()
    return request.status


def assert_complete(request: GenerationRequest, count: int) -> None:
    """Every item has one end and one problem, and the counters say what the rows say."""
    wait_for("the end of the request", lambda: status(request) not in GenerationRequest.OPEN)
    assert status(request) == "completed"
    assert (request.generated_count, request.failed_count, request.rejected_count) == (count, 0, 0)
    assert dict(request.items.values_list("state").annotate(n=Count("id"))) == {"generated": count}
    assert request.items.values("problem").distinct().count() == count
    assert Problem.objects.count() == count


def test_an_order_is_made_and_served(stack: MakeStack) -> None:
    made_with = stack()
    made_with.start_web()
    made_with.start("worker")
    made_with.start("dispatcher")
    key, _ = apikeys.services.issue(name="duo", permissions_scope=["write"])
    with httpx2.Client(
        base_url=f"{made_with.url}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=10
    ) as client:
        answer = client.post("/problems/generate", json={"count": 6, "topic_tags": ["lesson-3"]})
        assert answer.status_code == 202
        assert "enqueued" in answer.json()["message"]
        location = answer.headers["Location"]

        def ended() -> dict[str, Any] | None:
            body: dict[str, Any] = client.get(location.removeprefix("/api/v1")).json()
            return body if body["status"] != "pending" and body["completed_at"] else None

        body = wait_for("the request", ended)
        assert body is not None
        assert body["status"] == "completed"
        assert len(body["entities"]) == 6
        drawn = [client.get("/problems/random").json()["id"] for _ in range(6)]
        assert sorted(drawn) == sorted(entity["id"] for entity in body["entities"])
        tagged = client.get("/problems/random", params={"topic_tags": "lesson-3"})
        assert tagged.json()["id"] in drawn


def test_a_killed_worker_loses_and_doubles_nothing(stack: MakeStack) -> None:
    running = stack(**QUICK)
    request = services.submit(services.Order(count=200, priority="interactive"))
    running.start("dispatcher")
    running.start("worker", "first")
    wait_for("half of the problems", lambda: made(request) >= 100, every=0.005)
    running.kill("first")
    assert made(request) < 200
    running.start("worker", "second")
    assert_complete(request, 200)


def test_a_killed_dispatcher_loses_and_doubles_nothing(stack: MakeStack) -> None:
    running = stack(**QUICK, PUBLISH_WINDOW="20")
    request = services.submit(services.Order(count=200, priority="interactive"))
    running.start("worker")
    running.start("dispatcher", "first")
    wait_for("half of the problems", lambda: made(request) >= 100, every=0.005)
    running.kill("first")
    assert made(request) < 200
    running.start("dispatcher", "second")
    assert_complete(request, 200)


def test_items_in_the_hands_of_a_killed_worker_run_again(stack: MakeStack) -> None:
    running = stack(**QUICK, SLOW_WRITER_SECONDS="2", GENERATOR=SLOW)
    request = ordered_with(SLOW, 4)
    running.start("dispatcher")
    running.start("worker", "first")
    wait_for("items in work", lambda: request.items.filter(state="processing").count() == 4)
    running.kill("first")
    running.start("worker", "second", SLOW_WRITER_SECONDS="0")
    assert_complete(request, 4)
    assert set(request.items.values_list("attempt", flat=True)) == {2}


def test_a_worker_that_slept_past_its_lease_keeps_nothing(stack: MakeStack) -> None:
    running = stack(**QUICK, SLOW_WRITER_SECONDS="1.5", GENERATOR=SLOW)
    request = ordered_with(SLOW, 1)
    running.start("dispatcher")
    running.start("worker", "sleeper")
    wait_for(
        "the item in work", lambda: request.items.filter(state="processing").exists(), every=0.01
    )
    running.signal("sleeper", signal.SIGSTOP)
    running.start("worker", "other")
    wait_for("the other worker's end", lambda: status(request) == "completed")
    running.signal("sleeper", signal.SIGCONT)
    wait_for(
        "the sleeper's word", lambda: "was taken over during attempt 1" in running.log("sleeper")
    )
    assert_complete(request, 1)
    assert request.items.get().attempt == 2


def test_a_writer_slower_than_the_lease_keeps_its_items(stack: MakeStack) -> None:
    running = stack(**QUICK, SLOW_WRITER_SECONDS="8", GENERATOR=SLOW)
    request = ordered_with(SLOW, 8)
    running.start("dispatcher")
    running.start("worker")
    assert_complete(request, 8)
    assert set(request.items.values_list("attempt", flat=True)) == {1}


def test_a_process_whose_writers_hang_ends_and_others_take_over(stack: MakeStack) -> None:
    running = stack(**QUICK, ITEM_TIME_LIMIT="2")
    request = ordered_with("tests.stubs.writers.HangingWriter", 12)
    running.start("dispatcher")
    hanging = running.start("worker", "hanging", HANG="1")
    assert hanging.wait(60) == 70
    assert "writers have not come back" in running.log("hanging")
    running.start("worker", "other")
    assert_complete(request, 12)


def test_an_order_while_the_broker_is_down_is_made_when_it_is_back(stack: MakeStack) -> None:
    running = stack(**QUICK, KAFKA_PUBLISH_TIMEOUT="2")
    running.start_web()
    running.start("worker")
    running.start("dispatcher")
    warm = services.submit(services.Order(count=1))
    assert_complete(warm, 1)
    running.broker.down()
    key, _ = apikeys.services.issue(name="duo", permissions_scope=["write"])
    answer = httpx2.post(
        f"{running.url}/api/v1/problems/generate",
        json={"count": 5},
        headers={"Authorization": f"Bearer {key}"},
        timeout=10,
    )
    assert answer.status_code == 202
    time.sleep(5)
    request = GenerationRequest.objects.get(id=answer.json()["request_id"])
    assert made(request) == 0
    running.broker.up()
    wait_for("the problems", lambda: status(request) == "completed")
    assert made(request) == 5


def test_of_two_dispatchers_one_works_and_the_other_takes_over(stack: MakeStack) -> None:
    running = stack(**QUICK)
    running.start("worker")
    running.start("dispatcher", "first")
    wait_for("the first to lead", lambda: "dispatching" in running.log("first"))
    running.start("dispatcher", "second")
    assert_complete(services.submit(services.Order(count=5)), 5)
    assert "dispatching" not in running.log("second")
    running.kill("first")
    wait_for("the second to lead", lambda: "dispatching" in running.log("second"))
    request = services.submit(services.Order(count=5))
    wait_for("the end", lambda: status(request) == "completed")
    assert GenerationItem.objects.filter(publish_count__gt=1).count() == 0


def ordered_with(generator: str, count: int) -> GenerationRequest:
    """An order for a writer other than this process's own."""
    request = services.submit(services.Order(count=count))
    GenerationRequest.objects.filter(id=request.id).update(generator=generator)
    return request
