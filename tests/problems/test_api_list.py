"""Lists of problems over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from problems import listing, services
from problems.models import Problem
from problems.pool import Filters
from tests.conftest import Api
from tests.problems import make
from tests.problems.test_serving import broken

pytestmark = pytest.mark.django_db

LIST = "/api/v1/problems"


def ids(body: dict[str, Any]) -> list[str]:
    return [problem["id"] for problem in body["results"]]


def texts(problems: Iterable[Problem]) -> list[str]:
    return [str(problem.id) for problem in problems]


def test_live_problems_newest_first(duo: Any) -> None:
    problems = [make.problem() for _ in range(4)]
    make.problem(status="draft")
    answer = duo.get(LIST)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    body = answer.json()
    assert set(body) == {"count", "next", "previous", "results"}
    assert (body["count"], body["next"], body["previous"]) == (4, None, None)
    assert ids(body) == texts(reversed(problems))
    for problem in body["results"]:
        assert problem == duo.get(f"{LIST}/{problem['id']}").json()
    assert duo.get(f"{LIST}/").json() == body


def test_an_empty_list(duo: Any) -> None:
    assert duo.get(LIST).json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_metadata_come_when_asked_for(duo: Any) -> None:
    make.problem()
    (problem,) = duo.get(f"{LIST}?include_metadata=true").json()["results"]
    assert problem["metadata"] == {"verb_infinitives": ["avoir"]}
    assert problem["generation_trace"] == {"plan": {}}
    assert len(problem["source_statement_ids"]) == 4


@pytest.mark.parametrize("ordering", [None, *listing.ORDERINGS])
def test_pages_in_every_order(duo: Any, ordering: str | None) -> None:
    now = datetime.now(UTC)
    for n in range(7):
        problem = make.problem(level=("B1", "A1", "A2")[n % 3])
        Problem.objects.filter(id=problem.id).update(
            created_at=now - timedelta(hours=n % 4), updated_at=now - timedelta(hours=n % 5)
        )
    expected = texts(
        Problem.objects.order_by(*listing.ORDERINGS.get(ordering or "", listing.NEWEST_FIRST))
    )
    body = duo.get(f"{LIST}?limit=3{f'&ordering={ordering}' if ordering else ''}").json()
    seen = ids(body)
    while body["next"]:
        body = duo.get(body["next"]).json()
        assert body["count"] == 7
        seen += ids(body)
    assert seen == expected
    assert ids(duo.get(body["previous"]).json()) == expected[3:6]


def test_a_cursor_does_not_fit_another_order(duo: Any) -> None:
    for _ in range(3):
        make.problem()
    link = duo.get(f"{LIST}?limit=1&ordering=updated_at").json()["next"]
    answer = duo.get(link.replace("ordering=updated_at", "ordering=created_at"))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["cursor"]


FILTERS = [
    Filters(grammatical_focus=("negation",)),
    Filters(grammatical_focus=("negation", "auxiliary"), level=("A1", "B1")),
    Filters(tenses_used=("present", "futur_simple")),
    Filters(topic_tags=("food",)),
    Filters(topic_tags=("food", "café & thé"), target_language_code=("fra",)),
    Filters(target_language_code=("deu",)),
    Filters(verb=("se laver",)),
    Filters(verb=("avoir", "se laver"), error_type=("elision",)),
    Filters(error_type=("elision", "wrong_auxiliary"), tenses_used=("present",)),
    Filters(
        grammatical_focus=("negation",),
        tenses_used=("present",),
        topic_tags=("food",),
        target_language_code=("eng",),
        level=("A1",),
        verb=("avoir",),
        error_type=("elision",),
    ),
]


@pytest.mark.parametrize("filters", FILTERS, ids=lambda filters: "+".join(filters.given()))
def test_filters_find_what_a_draw_finds(duo: Any, keeper: Any, filters: Filters) -> None:
    """Live ones by the serve tables, those of any status by their own columns: the same."""
    for n in range(40):
        key, *others = make.statements()
        make.problem(
            grammatical_focus=("negation", "auxiliary", "pronouns")[n % 3],
            tenses_used=[("present", "futur_simple", "imparfait")[n % 4 % 3]],
            topic_tags=[["food"], ["café & thé", "food"], []][n % 5 % 3],
            target_language_code=("eng", "fra")[n % 7 % 2],
            level=("A1", "A2", "B1")[n % 6 // 2],
            metadata={"verb_infinitives": [("avoir", "se laver", "être")[n % 8 % 3], "lire"]},
            statements=[
                key,
                *(
                    services.NewStatement(
                        one.content,
                        is_correct=False,
                        explanation="No.",
                        error_type=("elision", "wrong_auxiliary", "wrong_form")[(n + k) % 9 % 3],
                    )
                    for k, one in enumerate(others)
                ),
            ],
        )
    query = "&".join(
        f"{name}={quote(value)}" for name in filters.given() for value in getattr(filters, name)
    )
    drawn = duo.get(f"{LIST}/random?count=50&{query}")
    expected = {one["id"] for one in drawn.json().get("results", [])}
    listed = duo.get(f"{LIST}?{query}").json()
    assert (set(ids(listed)), listed["count"]) == (expected, len(expected))
    assert len(expected) < 40
    everything = keeper.get(f"{LIST}?status=live,draft&{query}").json()
    assert ids(everything) == ids(listed)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ete", True),
        ("ÉTÉ", True),
        ("Été", True),
        ("l'ete", True),
        ("l’été", True),
        ("beau ete", True),
        ("ETE a beau", True),
        ("lumiere", True),
        ("eur", True),
        ("hiver", False),
        ("ete hiver", False),
        ("100%", True),
        ("1%0", False),
        ("be_u", False),
    ],
)
def test_the_search_takes_all_words_without_accents_and_case(
    duo: Any, search: str, found: bool
) -> None:
    make.problem()
    key, *others = make.statements(word="coeur de l’Été 100% beau")
    wanted = make.problem(statements=[key, *others], topic_tags=["lumière"])
    body = duo.get(f"{LIST}?search={quote(search)}").json()
    assert ids(body) == ([str(wanted.id)] if found else [])
    assert body["count"] == int(found)


def test_a_search_and_filters_together(duo: Any) -> None:
    wanted = make.problem(statements=make.statements(word="château"), level="B1")
    make.problem(statements=make.statements(word="château fort"), level="A1")
    assert ids(duo.get(f"{LIST}?search=chateau&level=B1").json()) == [str(wanted.id)]


@pytest.mark.parametrize("status", ["draft", "review", "retired", "live"])
def test_other_states_are_for_admin_keys(duo: Any, author: Any, keeper: Any, status: str) -> None:
    wanted = make.problem(status=status)
    make.problem(status="live" if status != "live" else "draft")
    assert ids(keeper.get(f"{LIST}?status={status}").json()) == [str(wanted.id)]
    for caller in (duo, author):
        answer = caller.get(f"{LIST}?status={status}")
        assert answer.status_code == 403
        assert answer.json()["detail"] == "admin permission required"
        # the permission comes before the values
        assert caller.get(f"{LIST}?status=nonsense&colour=red").status_code == 403
    assert len(ids(keeper.get(LIST).json())) == 1
    both = keeper.get(f"{LIST}?status=draft&status=live,review,retired").json()
    assert len(ids(both)) == both["count"] == 2


def test_a_draft_without_statements_is_listed(keeper: Any) -> None:
    make.problem(status="draft", statements=[])
    (problem,) = keeper.get(f"{LIST}?status=draft").json()["results"]
    assert (problem["statements"], problem["correct_answer_index"]) == ([], None)


def test_a_broken_problem_does_not_break_the_list(duo: Any, keeper: Any) -> None:
    problems = [make.problem(), broken(), make.problem()]
    assert ids(duo.get(LIST).json()) == texts([problems[2], problems[0]])
    assert ids(keeper.get(f"{LIST}?status=live,draft").json()) == texts(reversed(problems))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("cursor=x", "cursor"),
        ("ordering=title", "ordering"),
        ("ordering=level", "ordering"),
        ("ordering=", "ordering"),
        ("ordering=created_at&ordering=created_at", "ordering"),
        ("search=", "search"),
        ("search=%20", "search"),
        ("search=tu+as", "search"),
        ("search=a%00bc", "search"),
        ("search=" + "x" * 201, "search"),
        ("level=C1", "level"),
        ("verb=", "verb"),
        ("error_type=typo", "error_type"),
        ("include_metadata=perhaps", "include_metadata"),
        ("reveal=false", "reveal"),
        ("count=2", "count"),
        ("colour=red", "colour"),
    ],
)
def test_wrong_parameters_are_named(duo: Any, query: str, field: str) -> None:
    answer = duo.get(f"{LIST}?{query}")
    assert answer.status_code == 422
    assert {error["field"].split(".")[0] for error in answer.json()["errors"]} == {field}


def test_every_wrong_parameter_is_named_at_once(keeper: Any) -> None:
    answer = keeper.get(f"{LIST}?limit=0&search=ab&level=C1&status=lost&order=level")
    named = {error["field"].split(".")[0] for error in answer.json()["errors"]}
    assert named == {"limit", "search", "level", "status", "order"}


def test_the_key_and_the_method(duo: Any, stranger: Any, new_key: Any) -> None:
    assert stranger.get(LIST).status_code == 401
    assert duo.get(LIST, authorization="Bearer wrong").status_code == 401
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = duo(method, LIST)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    answer = duo("HEAD", LIST)
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_list_takes_a_handful_of_queries_however_long(new_key: Any) -> None:
    busy = Api(new_key("busy", rate_limit_rpm=10_000))
    numbers = set()
    for _ in range(2):
        for _ in range(5):
            make.problem(topic_tags=["food"])
        busy.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            busy.get(f"{LIST}?level=A2&topic_tags=food&search=livre")
        # the key's limit is leased now and then
        numbers.add(sum("apikeys_" not in query["sql"] for query in queries))
    assert numbers == {3}  # the buckets, the page, the count
