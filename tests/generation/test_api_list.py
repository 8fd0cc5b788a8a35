"""The list of orders over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation import pausing, services
from generation.models import GenerationItem, GenerationRequest
from tests.conftest import Api
from tests.generation.make import submit

pytestmark = pytest.mark.django_db

LIST = "/api/v1/generation-requests"
GENERATE = "/api/v1/problems/generate"


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["request_id"] for one in answer.json()["results"]]


def ordered(caller: Api, number: int = 1) -> list[str]:
    """Orders of a key, the newest first."""
    made = [caller.post(GENERATE, {"count": 1}).json()["request_id"] for _ in range(number)]
    return made[::-1]


def test_ones_own_orders_come_newest_first_without_their_problems(
    author: Api, keeper: Api, duo: Api
) -> None:
    own, others = ordered(author, 3), ordered(keeper, 1)
    by_command = str(submit().id)
    answer = author.get(LIST)
    assert answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert (body["count"], body["next"], body["previous"]) == (3, None, None)
    assert ids(answer) == own
    assert ids(keeper.get(LIST)) == [by_command, *others, *own]
    assert ids(duo.get(LIST)) == []
    one = author.get(f"{LIST}/{own[0]}?entities=false").json()
    assert body["results"][0] == one
    assert "entities" not in one


def test_pages_follow_each_other(author: Api) -> None:
    own = ordered(author, 5)
    seen: list[list[str]] = []
    place: Any = f"{LIST}?limit=2"
    for _ in range(3):
        answer = author.get(place)
        seen.append(ids(answer))
        place = answer.json()["next"]
    assert seen == [own[:2], own[2:4], own[4:]]
    assert place is None
    assert ids(author.get(answer.json()["previous"])) == own[2:4]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=cancelled", ["cancelled"]),
        ("status=pending", ["pending"]),
        ("status=pending,cancelled", ["pending", "cancelled"]),
        ("status=pending&status=cancelled", ["pending", "cancelled"]),
        ("status=failed", []),
    ],
)
def test_orders_of_a_state(author: Api, query: str, expected: list[str]) -> None:
    first = ordered(author, 2)[1]
    author.post(f"{LIST}/{first}/cancel")
    found = author.get(f"{LIST}?{query}").json()
    assert [one["status"] for one in found["results"]] == expected
    assert found["count"] == len(expected)


def test_reasons_are_told_for_each_order_in_a_few_queries(author: Api) -> None:
    failed, waiting, fine = (GenerationRequest.objects.get(id=one) for one in ordered(author, 3))
    failed.items.update(
        state=GenerationItem.State.FAILED,
        error_message="The key was refused.",
        ended_at="2026-01-01T00:00Z",
    )
    GenerationRequest.objects.filter(id=failed.id).update(failed_count=1, status="failed")
    waiting.items.update(error_message="Too busy.")
    pausing.stop_writer("rules", "Somebody has to act.")
    with CaptureQueriesContext(connection) as queries:
        body = author.get(LIST).json()
    said = {one["request_id"]: one["error_message"] for one in body["results"]}
    assert said == {
        str(failed.id): "1 failed: The key was refused.",
        str(waiting.id): "Somebody has to act. 1 waiting: Too busy.",
        str(fine.id): "Somebody has to act.",
    }
    for request in GenerationRequest.objects.all():
        assert services.what_went_wrong(request) == said[str(request.id)]
    asked = [query["sql"] for query in queries if '"generation_' in query["sql"]]
    assert len(asked) == 4  # the page, how many there are, stopped writers, items by reason


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("status=lost", {"status"}),
        ("status=pending,lost", {"status"}),
        ("status=", {"status"}),
        ("limit=0&colour=red", {"limit", "colour"}),
        ("cursor=x", {"cursor"}),
        ("entities=true", {"entities"}),
        ("limit=1&limit=2", {"limit"}),
    ],
)
def test_wrong_parameters_are_named(author: Api, query: str, named: set[str]) -> None:
    answer = author.get(f"{LIST}?{query}")
    assert answer.status_code == 422
    fields = {error["field"].split(".")[0] for error in answer.json()["errors"]}
    assert fields == named


def test_keys_and_methods(
    author: Api, duo: Api, stranger: Api, new_key: Callable[..., str]
) -> None:
    assert stranger.get(LIST).status_code == 401
    assert duo.get(LIST, authorization="Bearer wrong").status_code == 401
    assert duo.get(f"{LIST}/").status_code == 200
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert author(method, LIST, {}).status_code == 405
    assert author.get(f"{LIST}/{uuid.uuid4()}").status_code == 404
