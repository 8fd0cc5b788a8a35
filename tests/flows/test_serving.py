"""Many clients draw at the same time over HTTP: within a cycle no problem is given twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

import apikeys.services
from generation import running, services
from generation.planning import Constraints
from problems.models import Problem
from tests.flows.stack import Stack
from verbs.french.vocabulary import Focus

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

CLIENTS = 32
CYCLES = 4
#: Different problems that one request asks for, where it asks for several.
SEVERAL = 4


def make_problems() -> None:
    """A pool in which each of the shapes below picks a part."""
    for order in (
        services.Order(count=60),
        services.Order(count=20, topic_tags=("cuisine",)),
        services.Order(count=20, topic_tags=("voyage", "cuisine")),
        services.Order(count=20, constraints=Constraints(verbs=("parler",))),
        services.Order(count=20, constraints=Constraints(focuses=(Focus.NEGATION,))),
    ):
        for item in services.submit(order).items.all():
            running.run_item(item.id)


def error_types(problem: Problem) -> set[str | None]:
    return {statement.error_type for statement in problem.statements.all()}


#: Query and what it means, told apart from how the pool finds it.
SHAPES: list[tuple[dict[str, str], Callable[[Problem], bool]]] = [
    ({}, lambda problem: True),
    ({"grammatical_focus": "negation"}, lambda problem: problem.grammatical_focus == "negation"),
    (
        {"topic_tags": "cuisine", "target_language_code": "eng"},
        lambda problem: "cuisine" in problem.topic_tags,
    ),
    ({"verb": "parler"}, lambda problem: problem.metadata["verb_infinitives"][0] == "parler"),
    (
        {"error_type": "negation_structure,wrong_form,wrong_person", "level": "A1,A2,B1"},
        lambda problem: (
            bool(error_types(problem) & {"negation_structure", "wrong_form", "wrong_person"})
            and problem.level in ("A1", "A2", "B1")
        ),
    ),
    (
        {"tenses_used": "present,imparfait,passe_compose", "count": str(SEVERAL)},
        lambda problem: bool(set(problem.tenses_used) & {"present", "imparfait", "passe_compose"}),
    ),
]


def requests_of_a_cycle(query: dict[str, str], matching: int) -> list[dict[str, str]]:
    """Queries of as many draws as match: each of one problem, or of several and one of what is left."""
    if "count" not in query:
        return [query] * matching
    whole, left = divmod(matching, int(query["count"]))
    return [query] * whole + ([{**query, "count": str(left)}] if left else [])


def drawn_ids(body: dict[str, Any]) -> list[str]:
    return [one["id"] for one in body["results"]] if "results" in body else [body["id"]]


def test_a_cycle_of_draws_gives_each_matching_problem_once(stack: Callable[..., Stack]) -> None:
    make_problems()
    problems = list(Problem.objects.live().prefetch_related("statements"))
    serving = stack(WEB_WORKERS="2")
    serving.start_web()
    key, _ = apikeys.services.issue(name="duo", rate_limit_rpm=10_000)
    limits = httpx2.Limits(max_connections=CLIENTS)
    with (
        httpx2.Client(headers={"X-API-Key": key}, timeout=30, limits=limits) as client,
        ThreadPoolExecutor(CLIENTS) as clients,
    ):

        def draw(query: dict[str, str]) -> list[str]:
            answer = client.get(f"{serving.url}/api/v1/problems/random", params=query)
            assert answer.status_code == 200, answer.text
            ids = drawn_ids(answer.json())
            assert len(ids) == int(query.get("count", 1))
            return ids

        for query, matches in SHAPES:
            matching = {str(problem.id) for problem in problems if matches(problem)}
            assert len(matching) >= 10, query
            for cycle in range(CYCLES):
                asked = requests_of_a_cycle(query, len(matching))
                given = Counter(one for ids in clients.map(draw, asked) for one in ids)
                twice = {one: times for one, times in given.items() if times > 1}
                assert not twice, (query, cycle)
                assert set(given) == matching, (query, cycle)
