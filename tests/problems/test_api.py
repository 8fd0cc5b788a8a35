"""Problems over HTTP."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from problems import services
from problems.models import Problem, ServeState
from tests.conftest import Api
from tests.problems import make

pytestmark = pytest.mark.django_db

RANDOM = ["/api/v1/problems/random", "/api/v1/problems/grammar/random"]


def fields_of(answer: Any) -> set[str]:
    return {error["field"] for error in answer.json()["errors"]}


@pytest.mark.parametrize("path", RANDOM)
def test_a_draw_gives_a_whole_problem(duo: Any, path: str) -> None:
    problem = make.problem(topic_tags=["food"])
    answer = duo.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    rows = list(problem.statements.order_by("position"))
    assert set(body) == {
        "id", "problem_type", "title", "instructions", "statements", "correct_answer_index",
        "target_language_code", "topic_tags", "grammatical_focus", "tenses_used", "level",
        "created_at", "updated_at", "source_statement_ids", "metadata", "generation_trace",
    }  # fmt: skip
    assert body["id"] == str(problem.id)
    assert body["problem_type"] == "grammar"
    assert (body["grammatical_focus"], body["tenses_used"]) == ("auxiliary", ["passe_compose"])
    assert (body["level"], body["target_language_code"]) == ("A2", "eng")
    assert body["topic_tags"] == ["food"]
    assert body["correct_answer_index"] == 0
    assert body["statements"] == [
        {
            "id": str(row.id),
            "content": row.content,
            "is_correct": row.position == 0,
            "translation": row.translation if row.position == 0 else None,
            "explanation": None if row.position == 0 else "The auxiliary is avoir.",
            "error_type": None if row.position == 0 else "wrong_auxiliary",
        }
        for row in rows
    ]
    assert body["created_at"].endswith("Z")
    assert [body[name] for name in ("source_statement_ids", "metadata", "generation_trace")] == [
        None
    ] * 3


def test_metadata_come_when_asked_for(duo: Any) -> None:
    problem = make.problem()
    body = duo.get(f"{RANDOM[0]}?include_metadata=true").json()
    assert body["metadata"] == {"verb_infinitives": ["avoir"]}
    assert body["generation_trace"] == {"plan": {}}
    assert body["source_statement_ids"] == [str(one) for one in problem.source_statement_ids]
    assert duo.get(f"{RANDOM[0]}?include_metadata=false").json()["metadata"] is None


@pytest.mark.parametrize(
    "query",
    [
        "grammatical_focus=negation",
        "grammatical_focus=pronouns&grammatical_focus=negation",
        "grammatical_focus=pronouns,negation",
        "tenses_used=futur_simple",
        "tenses_used=future_simple",
        "topic_tags=caf%C3%A9%20%26%20th%C3%A9",
        "target_language_code=fra",
        "level=B1",
        "level=B1,B2&topic_tags=zoo,caf%C3%A9%20%26%20th%C3%A9&tenses_used=present,future_simple",
    ],
)
def test_filters_find_what_fits(duo: Any, query: str) -> None:
    for _ in range(3):
        make.problem(topic_tags=["food"])
    wanted = make.problem(
        grammatical_focus="negation",
        tenses_used=["futur_simple"],
        topic_tags=["café & thé"],
        target_language_code="fra",
        level="B1",
    )
    for path in RANDOM:
        assert duo.get(f"{path}?{query}").json()["id"] == str(wanted.id)


def test_draws_serve_every_problem_before_any_repeats(duo: Any) -> None:
    wanted = {str(make.problem().id) for _ in range(7)}
    for _ in range(2):
        assert {duo.get(RANDOM[0]).json()["id"] for _ in range(7)} == wanted


def test_serving_does_not_change_when_a_problem_was_updated(duo: Any) -> None:
    problem = make.problem()
    times = {duo.get(RANDOM[0]).json()["updated_at"] for _ in range(3)}
    assert len(times) == 1
    assert ServeState.objects.get(problem=problem).served_count == 3


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("target_language_code=deu", "target_language_code"),
        ("target_language_code=nonsense", "target_language_code"),
        ("topic_tags=zoo", "topic_tags"),
        ("topic_tags=food&level=B2", "level"),
        ("tenses_used=subjonctif", "tenses_used"),
        ("topic_tags=zoo&level=B2", None),
        ("verb=zzzer", "verb"),
        ("verb=zzzer&level=A2", "verb"),
        ("verb=venir", "verb"),
        ("error_type=elision", "error_type"),
        ("verb=avoir&error_type=elision", "error_type"),
    ],
)
def test_nothing_fits(duo: Any, query: str, named: str | None) -> None:
    make.problem(topic_tags=["food"])
    answer = duo.get(f"{RANDOM[0]}?{query}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    detail = answer.json()["detail"]
    assert detail.startswith("No problems available")
    assert (named is None) == (":" not in detail)
    assert named is None or named in detail


def test_an_empty_pool_says_so(duo: Any) -> None:
    answer = duo.get(RANDOM[0])
    assert (answer.status_code, answer.json()["detail"]) == (404, "No problems available")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("grammatical_focus=spelling", "grammatical_focus"),
        ("tenses_used=preterite", "tenses_used"),
        ("tenses_used=present,preterite", "tenses_used"),
        ("level=C1", "level"),
        ("level=a1", "level"),
        ("include_metadata=perhaps", "include_metadata"),
        ("topic_tag=food", "topic_tag"),
        ("topic_tags=" + "x" * 51, "topic_tags"),
        ("topic_tags=a%00b", "topic_tags"),
        ("target_language_code=a%00b", "target_language_code"),
        ("status=draft", "status"),
        ("search=food", "search"),
        ("verb=", "verb"),
        ("verb=" + "x" * 101, "verb"),
        ("verb=a%00b", "verb"),
        ("error_type=spelling", "error_type"),
        ("error_type=", "error_type"),
        ("reveal=perhaps", "reveal"),
        ("reveal=", "reveal"),
        ("reveal=true&reveal=false", "reveal"),
        ("count=0", "count"),
        ("count=51", "count"),
        ("count=", "count"),
        ("count=-1", "count"),
        ("count=1.5", "count"),
        ("count=two", "count"),
        ("count=1&count=2", "count"),
    ],
)
def test_wrong_values_and_unknown_parameters_are_named(duo: Any, query: str, field: str) -> None:
    make.problem()
    for path in RANDOM:
        answer = duo.get(f"{path}?{query}")
        assert answer.status_code == 422
        assert {name.split(".")[0].split("[")[0] for name in fields_of(answer)} == {field}


def test_every_wrong_parameter_is_named_at_once(duo: Any) -> None:
    answer = duo.get(f"{RANDOM[0]}?level=C1&colour=red&include_metadata=perhaps")
    named = {name.split(".")[0].split("[")[0] for name in fields_of(answer)}
    assert named == {"level", "colour", "include_metadata"}


def test_a_draw_asks_the_database_once(new_key: Any) -> None:
    make.problem()
    busy = Api(new_key("busy", rate_limit_rpm=10_000))  # leases many requests at a time
    query = "?level=A2&verb=avoir&count=2&include_metadata=true"
    busy.get(RANDOM[0] + query)
    with CaptureQueriesContext(connection) as queries:
        assert busy.get(RANDOM[0] + query).status_code == 200
    # besides, now and then: a minute begins and the key's limit is leased anew
    assert len([one for one in queries if "apikeys_ratewindow" not in one["sql"]]) == 1


@pytest.mark.parametrize("path", RANDOM)
def test_without_the_key_to_the_answer(duo: Any, path: str) -> None:
    make.problem()
    for query in ("reveal=false", "reveal=false&include_metadata=true", "reveal=false&count=1"):
        answer = duo.get(f"{path}?{query}")
        assert answer.headers["Cache-Control"] == "no-store"
        body = answer.json()
        body = body["results"][0] if "count" in query else body
        assert set(body) == {
            "id", "problem_type", "title", "instructions", "statements", "target_language_code",
            "topic_tags", "grammatical_focus", "tenses_used", "level", "created_at", "updated_at",
            "source_statement_ids", "metadata", "generation_trace",
        }  # fmt: skip
        for name in ("source_statement_ids", "metadata", "generation_trace"):
            assert body[name] is None
        for one in body["statements"]:
            assert set(one) == {"id", "content", "error_type"}
            assert one["error_type"] is None
        assert "wrong_auxiliary" not in answer.content.decode()
        assert "The auxiliary" not in answer.content.decode()
    assert duo.get(f"{path}?reveal=true").json()["correct_answer_index"] == 0


@pytest.mark.parametrize("path", RANDOM)
def test_several_problems_at_once(duo: Any, path: str) -> None:
    wanted = {str(make.problem(topic_tags=["food"]).id) for _ in range(5)}
    make.problem()
    for count, expected in ((1, 1), (4, 4), (5, 5), (50, 5)):
        answer = duo.get(f"{path}?topic_tags=food&count={count}")
        assert answer.headers["Cache-Control"] == "no-store"
        body = answer.json()
        assert set(body) == {"results"}
        ids = [problem["id"] for problem in body["results"]]
        assert len(set(ids)) == len(ids) == expected
        assert set(ids) <= wanted
        assert body["results"][0]["metadata"] is None
    body = duo.get(f"{path}?count=2&include_metadata=true").json()
    assert all(problem["generation_trace"] == {"plan": {}} for problem in body["results"])
    answer = duo.get(f"{path}?topic_tags=zoo&count=3")
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("No problems available")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("verb=se%20laver", True),
        ("verb=SE+LAVER", True),
        ("verb=se+laver,avoir", True),
        ("verb=avoir&verb=se+laver", True),
        ("verb=laver", False),
        ("verb=%C3%AAtre", False),
        ("error_type=reflexive_pronoun", True),
        ("error_type=reflexive_pronoun,elision", True),
        ("error_type=wrong_person&verb=se+laver", True),
        ("error_type=elision&verb=se+laver", False),
        ("verb=se+laver&topic_tags=home&error_type=wrong_person&level=A1", True),
        ("verb=se+laver&topic_tags=food", False),
    ],
)
def test_filters_by_verb_and_error(duo: Any, query: str, found: bool) -> None:
    make.problem(metadata={"verb_infinitives": ["finir"]})
    first, *others = make.statements()
    others = [
        replace(one, error_type=error)
        for one, error in zip(
            others, ("reflexive_pronoun", "wrong_person", "wrong_person"), strict=True
        )
    ]
    wanted = make.problem(
        grammatical_focus="reflexive",
        level="A1",
        topic_tags=["home"],
        metadata={"verb_infinitives": ["se laver", "être"]},
        statements=[first, *others],
    )
    answer = duo.get(f"{RANDOM[0]}?{query}")
    assert answer.status_code == (200 if found else 404)
    assert not found or answer.json()["id"] == str(wanted.id)


def test_a_broken_problem_does_not_break_the_draw(duo: Any) -> None:
    broken, whole = make.problem(), make.problem()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM problems_statement WHERE problem_id = %s", [broken.id])
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert {duo.get(RANDOM[0]).json()["id"] for _ in range(4)} == {str(whole.id)}


@pytest.mark.parametrize("path", [*RANDOM, f"/api/v1/problems/{uuid.uuid4()}"])
def test_a_key_with_the_right_scope_and_the_right_method(
    path: str, stranger: Any, duo: Any, new_key: Any
) -> None:
    make.problem()
    assert stranger.get(path).status_code == 401
    assert duo.get(path, authorization="Bearer wrong").status_code == 401
    assert duo.get(f"{path}?levle=A1").status_code == 422
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert duo(method, path).status_code == 405
    Problem.objects.all().delete()
    assert duo.get(path).status_code == 404


def test_one_problem(duo: Any) -> None:
    problem = make.problem()
    path = f"/api/v1/problems/{problem.id}"
    answer = duo.get(path)
    assert answer.status_code == 200
    assert answer.json() == duo.get(RANDOM[0]).json()
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.json()["metadata"] is None
    assert duo.get(f"{path}?include_metadata=true").json()["metadata"] is not None
    again = duo.get(path, if_none_match=answer.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    Problem.objects.filter(id=problem.id).update(title="Another title")
    changed = duo.get(path, if_none_match=answer.headers["ETag"])
    assert (changed.status_code, changed.json()["title"]) == (200, "Another title")


@pytest.mark.parametrize("text", ["x", "1", "random1", "%27", "0" * 200])
def test_what_is_not_a_uuid(duo: Any, text: str) -> None:
    answer = duo.get(f"/api/v1/problems/{text}")
    assert answer.status_code == 422
    assert len(fields_of(answer)) == 1


def test_an_unknown_problem_and_an_unknown_parameter(duo: Any) -> None:
    answer = duo.get(f"/api/v1/problems/{uuid.uuid4()}")
    assert answer.status_code == 404
    assert "not found" in answer.json()["detail"]
    problem = make.problem()
    answer = duo.get(f"/api/v1/problems/{problem.id}?colour=red")
    assert (answer.status_code, fields_of(answer)) == (422, {"colour"})


@pytest.mark.parametrize("status", ["draft", "review"])
def test_what_is_not_live_is_for_admin_keys(duo: Any, keeper: Any, status: str) -> None:
    problem = make.problem(status=status)
    path = f"/api/v1/problems/{problem.id}"
    answer = duo.get(path)
    assert answer.status_code == 404
    assert "not found" in answer.json()["detail"]
    assert keeper.get(path).json()["id"] == str(problem.id)


def test_a_retired_problem_is_gone(duo: Any, keeper: Any) -> None:
    problem = make.problem()
    services.retire(problem.id)
    for caller in (duo, keeper):
        assert caller.get(f"/api/v1/problems/{problem.id}").status_code == 410
