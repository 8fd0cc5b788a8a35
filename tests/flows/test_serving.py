"""Many clients draw at the same time over HTTP: no problem goes to two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

import apikeys.services
from generation import running, services
from problems.models import Problem
from tests.flows.stack import Stack

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

CLIENTS = 32


@pytest.mark.parametrize("focus", [None, "negation"])
def test_as_many_draws_as_match_serve_each_problem_once(
    stack: Callable[..., Stack], focus: str | None
) -> None:
    request = services.submit(services.Order(count=120))
    for item in request.items.all():
        running.run_item(item.id)
    parameters = {"grammatical_focus": focus} if focus else {}
    matching = set(Problem.objects.filter(**parameters).values_list("id", flat=True))
    assert matching
    serving = stack()
    serving.start_web()
    key, _ = apikeys.services.issue(name="duo", rate_limit_rpm=10000)
    limits = httpx2.Limits(max_connections=CLIENTS)
    with (
        httpx2.Client(headers={"X-API-Key": key}, timeout=30, limits=limits) as client,
        ThreadPoolExecutor(CLIENTS) as pool,
    ):

        def draw(_: int) -> str:
            answer = client.get(f"{serving.url}/api/v1/problems/random", params=parameters)
            assert answer.status_code == 200, answer.text
            return str(answer.json()["id"])

        for _ in range(2):  # two whole cycles
            served = Counter(pool.map(draw, range(len(matching))))
            assert set(served) == {str(one) for one in matching}
            assert set(served.values()) == {1}
