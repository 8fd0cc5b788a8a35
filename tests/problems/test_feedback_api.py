"""Answers, reports and statistics over HTTP."""

from __future__ import annotations

import logging
import uuid
from typing import Any

import pytest
from django.db import connection

from problems import services
from problems.models import Answer, Problem, Report
from tests.conftest import Api
from tests.problems import make

pytestmark = pytest.mark.django_db

NOWHERE = uuid.uuid4()
LEARNER = "ana-7f3a@example.org"


def path(problem: Problem | uuid.UUID, what: str) -> str:
    return f"/api/v1/problems/{getattr(problem, 'id', problem)}/{what}"


def fields_of(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.content
    return {error["field"] for error in answer.json()["errors"]}


# --- answers --------------------------------------------------------------------------------------


def test_an_answer_tells_what_was_right_and_why(duo: Api) -> None:
    problem = make.problem()
    rows = list(problem.statements.order_by("position"))
    wrong = duo.post(path(problem, "answers"), {"index": 1, "learner": "ana", "elapsed_ms": 900})
    assert wrong.status_code == 201
    assert wrong["Cache-Control"] == "no-store"
    assert wrong.json() == {
        "correct": False,
        "correct_answer_index": 0,
        "explanation": rows[1].explanation,
        "translation": rows[0].translation,
    }
    right = duo.post(path(problem, "answers"), {"statement_id": str(rows[0].id)})
    assert right.json() == {
        "correct": True,
        "correct_answer_index": 0,
        "explanation": None,
        "translation": rows[0].translation,
    }
    assert Answer.objects.filter(problem=problem, key_id__isnull=False).count() == 2


def test_what_is_optional_may_be_null(duo: Api) -> None:
    body = {"statement_id": None, "index": 3, "learner": None, "elapsed_ms": None}
    assert duo.post(path(make.problem(), "answers"), body).status_code == 201


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, {"statement_id", "index"}),
        ({"index": None}, {"statement_id", "index"}),
        ({"index": 0, "statement_id": str(NOWHERE)}, {"statement_id", "index"}),
        ({"index": 6}, {"index"}),
        ({"index": -1}, {"index"}),
        ({"index": "first"}, {"index"}),
        ({"index": 4}, {"index"}),
        ({"index": True}, {"index"}),
        ({"statement_id": "17"}, {"statement_id"}),
        ({"statement_id": str(NOWHERE)}, {"statement_id"}),
        ({"index": 0, "learner": "x" * 129}, {"learner"}),
        ({"index": 0, "learner": ""}, {"learner"}),
        ({"index": 0, "learner": "a\u0000b"}, {"learner"}),
        ({"index": 0, "learner": ["ana"]}, {"learner"}),
        ({"index": 0, "elapsed_ms": -1}, {"elapsed_ms"}),
        ({"index": 0, "elapsed_ms": 2**31}, {"elapsed_ms"}),
        ({"index": 0, "elapsed_ms": "soon"}, {"elapsed_ms"}),
        ({"index": 0, "colour": "red"}, {"colour"}),
        (
            {"learner": "x" * 129, "elapsed_ms": -1, "colour": "red"},
            {"statement_id", "index", "learner", "elapsed_ms", "colour"},
        ),
    ],
)
def test_every_wrong_field_of_an_answer_is_named(
    duo: Api, body: dict[str, Any], named: set[str]
) -> None:
    assert fields_of(duo.post(path(make.problem(), "answers"), body)) == named
    assert not Answer.objects.exists()


def test_a_learner_is_not_written_down_anywhere(duo: Api, caplog: Any) -> None:
    problem = make.problem()
    with caplog.at_level(logging.DEBUG):
        for body in ({"index": 0, "learner": LEARNER}, {"index": 9, "learner": LEARNER}):
            duo.post(path(problem, "answers"), body, idempotency_key="one")
    assert LEARNER not in caplog.text
    kept = [f"%{text}%" for text in (LEARNER, LEARNER.encode().hex())]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            quoted = connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT count(*) FROM {quoted} t WHERE t::text LIKE %s OR t::text LIKE %s", kept
            )
            assert cursor.fetchone() == (0,), table


def test_a_problem_that_was_retired_since_is_still_answered(duo: Api) -> None:
    problem = make.problem()
    assert duo.get("/api/v1/problems/random").json()["id"] == str(problem.id)
    services.retire(problem.id)
    assert duo.post(path(problem, "answers"), {"index": 0}).json()["correct"] is True
    assert duo.post(path(problem, "reports"), {"reason": "other"}).status_code == 201
    assert duo.get(path(problem, "stats")).json()["answered"] == 1


# --- reports --------------------------------------------------------------------------------------


def test_a_report_is_taken_and_counted(duo: Api, keeper: Api) -> None:
    problem = make.problem()
    body = {"reason": "ambiguous", "comment": "  The third one is fine, too. "}
    first = duo.post(path(problem, "reports"), body)
    assert first.status_code == 201
    assert first["Cache-Control"] == "no-store"
    said = first.json()
    assert said["created_at"].endswith("Z")
    assert {name: said[name] for name in ("problem_id", "reason", "times")} == {
        "problem_id": str(problem.id),
        "reason": "ambiguous",
        "times": 1,
    }
    again = duo.post(path(problem, "reports"), {"reason": "ambiguous", "comment": None}).json()
    assert (again["report_id"], again["times"]) == (said["report_id"], 2)
    assert keeper.post(path(problem, "reports"), {"reason": "ambiguous"}).json()["times"] == 1
    stored = Report.objects.get(id=said["report_id"])
    assert stored.comments == ["The third one is fine, too."]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, {"reason"}),
        ({"reason": "boring"}, {"reason"}),
        ({"reason": None}, {"reason"}),
        ({"reason": "other", "comment": "x" * 1001}, {"comment"}),
        ({"reason": "other", "comment": "a\u0000b"}, {"comment"}),
        ({"comment": {}, "colour": "red"}, {"reason", "comment", "colour"}),
    ],
)
def test_every_wrong_field_of_a_report_is_named(
    duo: Api, body: dict[str, Any], named: set[str]
) -> None:
    assert fields_of(duo.post(path(make.problem(), "reports"), body)) == named
    assert not Report.objects.exists()


# --- statistics -----------------------------------------------------------------------------------


def test_statistics_over_http(duo: Api) -> None:
    problem = make.problem()
    rows = list(problem.statements.order_by("position"))
    fresh = duo.get(path(problem, "stats"))
    assert fresh["Cache-Control"] == "no-store"
    assert fresh.json() == {
        "served_count": 0,
        "last_served_at": None,
        "answered": 0,
        "correct": 0,
        "correct_share": None,
        "correct_share_interval": None,
        "picks": [
            {"statement_id": str(row.id), "index": n, "is_correct": n == 0, "picks": 0}
            for n, row in enumerate(rows)
        ],
    }
    duo.get("/api/v1/problems/random")
    for index in (0, 0, 0, 2):
        duo.post(path(problem, "answers"), {"index": index})
    seen = duo.get(path(problem, "stats")).json()
    assert (seen["served_count"], seen["answered"], seen["correct"]) == (1, 4, 3)
    assert seen["last_served_at"].endswith("Z")
    assert seen["correct_share"] == 0.75
    assert seen["correct_share_interval"]["low"] == pytest.approx(0.3006, abs=1e-4)
    assert seen["correct_share_interval"]["high"] == pytest.approx(0.9544, abs=1e-4)
    assert [one["picks"] for one in seen["picks"]] == [3, 0, 1, 0]


# --- what holds for all three ---------------------------------------------------------------------

ALL = [("POST", "answers", {"index": 0}), ("POST", "reports", {"reason": "other"}),
       ("GET", "stats", None)]  # fmt: skip


@pytest.mark.parametrize(("method", "what", "body"), ALL)
def test_keys_methods_and_paths(
    method: str, what: str, body: Any, duo: Api, author: Api, stranger: Api
) -> None:
    problem = make.problem()
    place = path(problem, what)
    assert stranger(method, place, body).status_code == 401
    assert duo(method, place, body, authorization="Bearer wrong").status_code == 401
    assert author(method, place, body).status_code in (200, 201)
    assert duo(method, f"{place}/", body).status_code in (200, 201)
    for other in {"GET", "POST", "PUT", "PATCH", "DELETE"} - {method}:
        assert duo(other, place, {} if other != "GET" else None).status_code == 405
    assert fields_of(duo(method, f"{place}?colour=red", body)) == {"colour"}
    missing = duo(method, path(NOWHERE, what), body)
    assert missing.status_code == 404
    assert "not found" in missing.json()["detail"]
    assert duo(method, f"/api/v1/problems/17/{what}", body).status_code == 422


@pytest.mark.parametrize(("method", "what", "body"), ALL)
@pytest.mark.parametrize("status", ["draft", "review"])
def test_what_was_never_live_is_for_admin_keys(
    method: str, what: str, body: Any, status: str, duo: Api, keeper: Api
) -> None:
    place = path(make.problem(status=status), what)
    assert duo(method, place, body).status_code == 404
    assert keeper(method, place, body).status_code in (200, 201)


@pytest.mark.parametrize(("what", "body"), [(what, body) for _, what, body in ALL if body])
def test_the_same_request_again_does_nothing(what: str, body: dict[str, Any], duo: Api) -> None:
    place = path(make.problem(), what)
    first = duo.post(place, body, idempotency_key="tap-1")
    again = duo.post(f"{place}/", body, idempotency_key="tap-1")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.status_code == 201
    assert first["Cache-Control"] == again["Cache-Control"] == "no-store"
    assert fields_of(duo.post(place, {**body, **_other(body)}, idempotency_key="tap-1")) == {
        "Idempotency-Key"
    }
    stored = Answer.objects.count(), sum(Report.objects.values_list("times", flat=True))
    assert sorted(stored) == [0, 1]


def _other(body: dict[str, Any]) -> dict[str, Any]:
    return {"index": 1} if "index" in body else {"reason": "offensive"}


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("answers", b"{", 400),
        ("answers", b"[]", 422),
        ("reports", b"\xff", 400),
        ("reports", b"null", 422),
    ],
)
def test_a_body_that_is_no_json_object(what: str, body: bytes, status: int, duo: Api) -> None:
    assert duo.post(path(make.problem(), what), body).status_code == status
