"""Requests that may be sent again, on the real database."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import RequestFactory
from rest_framework.request import Request
from rest_framework.response import Response

from generation.dispatch import Dispatcher
from generation.models import GenerationItem, GenerationRequest
from quizservice import idempotency
from quizservice.errors import Conflict, ServiceError, Unprocessable
from quizservice.formats import OrjsonParser
from quizservice.models import IdempotentAnswer, Process
from tests.conftest import Api
from tests.threads import together

GENERATE = "/api/v1/problems/generate"
KEY = uuid.uuid4()


def request(body: Any = None, path: str = "/api/v1/things", key: str | None = "k") -> Request:
    headers = {} if key is None else {"Idempotency-Key": key}
    data = b"" if body is None else orjson.dumps(body)
    made = RequestFactory().post(path, data, content_type="application/json", headers=headers)
    return Request(made, parsers=[OrjsonParser()])


def once(asked: Request, make: Callable[[], Response], key_id: uuid.UUID = KEY) -> Any:
    return idempotency.once(asked, key_id=key_id, make=make)


def counter() -> Callable[[], Response]:
    """Makes a process row each time it is called, and says how many there are."""

    def make() -> Response:
        Process.objects.create(kind="web", host="h", pid=1, last_seen_at="2026-01-01T00:00Z")
        number = Process.objects.count()
        return Response({"number": number}, status=201, headers={"Location": f"/things/{number}"})

    return make


def fail() -> Response:
    Process.objects.create(kind="web", host="h", pid=1, last_seen_at="2026-01-01T00:00Z")
    raise Conflict("Not now")


# --- what is given again --------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_first_answer_is_given_again_byte_for_byte() -> None:
    make = counter()
    first, again = once(request({"a": 1}), make), once(request({"a": 1}), make)
    assert orjson.loads(first.content) == {"number": 1}
    assert (first.status_code, first["Location"]) == (201, "/things/1")
    assert first.serialize() == again.serialize()
    assert first["Content-Type"] == "application/json"
    assert Process.objects.count() == 1


@pytest.mark.django_db
def test_without_the_header_everything_is_done_anew() -> None:
    make = counter()
    answers = [once(request({"a": 1}, key=None), make).data for _ in range(2)]
    assert answers == [{"number": 1}, {"number": 2}]
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.django_db
def test_the_order_of_names_does_not_matter_and_no_body_is_an_empty_one() -> None:
    make = counter()
    once(request({"a": 1, "b": {"c": [1, 2], "d": None}}, key="x"), make)
    once(request({"b": {"d": None, "c": [1, 2]}, "a": 1}, key="x"), make)
    once(request({}, key="y"), make)
    once(request(None, key="y"), make)
    assert Process.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"a": 2}, {"a": 1, "b": None}, {"a": [1, 2]}, {}, {"a": "1"}])
def test_another_body_is_refused_and_the_first_stays(other: Any) -> None:
    make = counter()
    first = once(request({"a": 1}), make)
    with pytest.raises(Unprocessable) as refused:
        once(request(other), make)
    assert [(one.field, one.code) for one in refused.value.errors] == [
        ("Idempotency-Key", "reused")
    ]
    assert once(request({"a": 1}), make).content == first.content
    assert Process.objects.count() == 1


@pytest.mark.django_db
def test_other_callers_and_other_paths_are_other_requests() -> None:
    make = counter()
    once(request({"a": 1}), make)
    once(request({"a": 1}), make, key_id=uuid.uuid4())
    once(request({"a": 1}, path="/api/v1/others"), make)
    once(request({"a": 1}, key="K"), make)
    assert Process.objects.count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "caf\u00e9", "\x7f", "\x00"])
def test_a_malformed_header_is_refused(key: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        once(request({}, key=key), counter())
    assert [(one.field, one.code) for one in refused.value.errors] == [
        ("Idempotency-Key", "invalid")
    ]
    assert not Process.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x" * 255, " ", "~!\"#$%&'()", str(uuid.uuid4())])
def test_any_printable_text_will_do(key: str) -> None:
    make = counter()
    assert once(request({}, key=key), make).content == once(request({}, key=key), make).content


@pytest.mark.django_db
def test_what_failed_is_not_kept_and_can_be_sent_again() -> None:
    with pytest.raises(Conflict):
        once(request({"a": 1}), fail)
    assert not Process.objects.exists()
    assert once(request({"a": 2}), counter()).status_code == 201


# --- old answers ----------------------------------------------------------------------------------


def grow_old(seconds: float) -> None:
    IdempotentAnswer.objects.update(answered_at=F("answered_at") - timedelta(seconds=seconds))


@pytest.mark.django_db
def test_an_old_answer_is_not_given_again_though_nobody_deleted_it(settings: Any) -> None:
    settings.IDEMPOTENCY_TTL = 100.0
    make = counter()
    once(request({"a": 1}), make)
    grow_old(90)
    once(request({"a": 1}), make)
    assert Process.objects.count() == 1
    grow_old(20)
    assert orjson.loads(once(request({"a": 2}), make).content) == {"number": 2}
    assert orjson.loads(once(request({"a": 2}), make).content) == {"number": 2}
    assert IdempotentAnswer.objects.count() == 1


@pytest.mark.django_db
def test_the_dispatcher_deletes_old_answers(settings: Any, monkeypatch: Any) -> None:
    settings.IDEMPOTENCY_TTL = 100.0
    monkeypatch.setattr(idempotency, "_BATCH", 2)
    make = counter()
    for number in range(3):
        once(request({}, key=f"old {number}"), make)
    grow_old(101)
    once(request({}, key="new"), make)
    for left in (2, 1, 1):
        Dispatcher._keep_house()
        assert IdempotentAnswer.objects.count() == left
    once(request({}, key="new"), make)
    assert Process.objects.count() == 4


# --- several at the same time ---------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_several_at_the_same_time_one_is_done() -> None:
    made, answers = counter(), []

    def slow() -> Response:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")
        return made()

    together([lambda: answers.append(once(request({"a": 1}), slow).content) for _ in range(8)])
    assert answers == [b'{"number":1}'] * 8
    assert Process.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_where_the_first_fails_the_next_does_it() -> None:
    in_work, outcomes = threading.Event(), []

    def breaks() -> Response:
        in_work.set()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        return fail()

    def first() -> None:
        with pytest.raises(Conflict, match="Not now"):
            once(request({"a": 1}), breaks)
        outcomes.append("failed")

    def second() -> None:
        in_work.wait(10)
        outcomes.append(once(request({"a": 1}), counter()).status_code)

    together([first, second])
    assert sorted(outcomes, key=str) == [201, "failed"]
    assert Process.objects.count() == IdempotentAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_where_the_first_loses_its_connection_nothing_of_it_is_left() -> None:
    made, pids = counter(), []
    in_work, outcomes = threading.Event(), []

    def cut_off() -> Response:
        response = made()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])
            in_work.set()
            cursor.execute("SELECT pg_sleep(30)")
        return response

    def first() -> None:
        with pytest.raises(Exception, match="terminating connection"):
            once(request({"a": 1}), cut_off)
        outcomes.append("cut off")

    def second() -> None:
        outcomes.append(once(request({"a": 1}), made).content)

    def terminate() -> None:
        in_work.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", pids)

    def second_when_in_work() -> None:
        in_work.wait(10)
        second()

    together([first, second_when_in_work, terminate])
    assert sorted(outcomes, key=str) == [b'{"number":1}', "cut off"]
    assert Process.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_ever(monkeypatch: Any) -> None:
    monkeypatch.setattr(idempotency, "WAIT", 0.2)
    in_work, over = threading.Event(), threading.Event()
    made, refusals = counter(), []

    def long() -> Response:
        in_work.set()
        over.wait(20)
        return made()

    def second() -> None:
        in_work.wait(10)
        try:
            once(request({"a": 1}), made)
        except ServiceError as refused:
            refusals.append(refused)
        over.set()

    together([lambda: once(request({"a": 1}), long), second])
    assert [(one.status, one.headers) for one in refusals] == [(409, {"Retry-After": "1"})]
    assert Process.objects.count() == 1


# --- over HTTP ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_order_that_is_sent_again_generates_nothing(author: Api) -> None:
    first = author.post(GENERATE, {"count": 2, "focus": "negation"}, idempotency_key="order-1")
    again = author.post(GENERATE, {"focus": "negation", "count": 2}, idempotency_key="order-1")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.content == again.content
    assert first["Location"] == again["Location"]
    assert first["Location"].endswith(first.json()["request_id"])
    assert GenerationRequest.objects.count() == 1
    assert GenerationItem.objects.count() == 2
    other = author.post(GENERATE, {"count": 3}, idempotency_key="order-1")
    assert other.status_code == 422
    assert [error["field"] for error in other.json()["errors"]] == ["Idempotency-Key"]


@pytest.mark.django_db
def test_a_refused_order_can_be_mended(author: Api) -> None:
    clash = {"focus": "agreement", "constraints": {"tenses_used": ["present"]}}
    assert author.post(GENERATE, clash, idempotency_key="o").status_code == 422
    assert author.post(GENERATE, {"count": 0}, idempotency_key="o").status_code == 422
    assert author.post(GENERATE, {"count": 1}, idempotency_key="o").status_code == 202
    assert GenerationRequest.objects.count() == 1


@pytest.mark.django_db
def test_an_answer_given_again_has_the_headers_of_its_own_request(author: Api) -> None:
    first, again = (author.post(GENERATE, {}, idempotency_key="o") for _ in range(2))
    assert first["X-Request-Id"] != again["X-Request-Id"]
    for header in ("RateLimit", "RateLimit-Policy", "Cache-Control"):
        assert header in again
    assert first["Content-Type"] == again["Content-Type"] == "application/json"


@pytest.mark.django_db(transaction=True)
def test_orders_at_the_same_time_become_one(loaded_verbs: None, new_key: Any) -> None:
    key, answers = new_key("office", permissions_scope=["write"]), []
    together(
        [
            lambda: answers.append(Api(key).post(GENERATE, {"count": 5}, idempotency_key="o"))
            for _ in range(6)
        ]
    )
    assert {(one.status_code, one.content) for one in answers} == {(202, answers[0].content)}
    assert GenerationRequest.objects.count() == 1
    assert GenerationItem.objects.count() == 5


@pytest.mark.django_db
def test_a_browser_may_send_the_header(settings: Any, stranger: Api) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://quiz.example"]
    answer = stranger(
        "OPTIONS",
        GENERATE,
        origin="https://quiz.example",
        access_control_request_method="POST",
        access_control_request_headers="idempotency-key,authorization,content-type",
    )
    assert answer.status_code == 200
    assert "idempotency-key" in answer["Access-Control-Allow-Headers"]
    assert answer["Access-Control-Allow-Origin"] == "https://quiz.example"


@pytest.mark.django_db(transaction=True)
def test_the_answer_commits_with_what_it_answers() -> None:
    with transaction.atomic():
        once(request({"a": 1}), counter())
        transaction.set_rollback(True)
    assert Process.objects.count() == IdempotentAnswer.objects.count() == 0
