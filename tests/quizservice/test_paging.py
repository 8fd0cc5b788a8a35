"""Lists by cursor, in any order that a list offers."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db.models import QuerySet
from django.http import QueryDict
from django.test import RequestFactory
from rest_framework.request import Request

from problems.models import Problem
from quizservice import paging
from quizservice.errors import Unprocessable
from quizservice.paging import PageParams, page
from tests.problems import make

pytestmark = pytest.mark.django_db

ORDERS = [("-id",), ("id",), ("level", "id"), ("-created_at", "-id"), ("level", "created_at", "id")]


def read(
    query: str | None, order: Sequence[str], rows: QuerySet[Problem] | None = None
) -> tuple[list[Problem], dict[str, Any]]:
    """The page that a query string asks for."""
    given = dict(parse_qsl(query or ""))
    checked = PageParams(data={name: given[name] for name in ("limit", "cursor") if name in given})
    checked.is_valid(raise_exception=True)
    request = Request(RequestFactory().get("/things", QueryDict(query).dict()))
    rows = Problem.objects.all() if rows is None else rows
    return page(request, rows, checked.validated_data, order=order)


def query_of(link: str) -> str:
    return urlsplit(link).query


@pytest.fixture
def problems() -> list[Problem]:
    """Eleven, with levels and times that repeat."""
    now = datetime.now(UTC)
    made = [make.problem(level=("A1", "A2", "B1")[n % 3]) for n in range(11)]
    for n, one in enumerate(made):
        Problem.objects.filter(id=one.id).update(created_at=now - timedelta(days=n % 4))
    return made


@pytest.mark.parametrize("order", ORDERS, ids=",".join)
@pytest.mark.parametrize("limit", [1, 3, 11, 20])
@pytest.mark.parametrize("few", [10, 11])
def test_pages_hold_every_row_once_in_order_both_ways(
    order: Sequence[str],
    limit: int,
    few: int,
    problems: list[Problem],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paging, "FEW", few)
    whole = [one.id for one in Problem.objects.order_by(*order)]
    found, envelope = read(f"limit={limit}&colour=red", order)
    assert envelope["previous"] is None
    seen, pages = [one.id for one in found], [found]
    while envelope["next"]:
        assert ("colour", "red") in parse_qsl(query_of(envelope["next"]))
        found, envelope = read(query_of(envelope["next"]), order)
        assert envelope["count"] == 11
        seen += [one.id for one in found]
        pages.append(found)
    assert seen == whole
    for earlier in reversed(pages[:-1]):
        found, envelope = read(query_of(envelope["previous"]), order)
        assert found == earlier
    assert envelope["previous"] is None


def test_rows_that_come_and_go_meanwhile_hide_no_others(problems: list[Problem]) -> None:
    whole = [one.id for one in Problem.objects.order_by("-id")]
    found, envelope = read("limit=4", ("-id",))
    make.problem()
    Problem.objects.filter(id=found[-1].id).delete()
    found, _ = read(query_of(envelope["next"]), ("-id",))
    assert [one.id for one in found] == whole[4:8]


def test_a_long_list_is_not_counted(
    problems: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "COUNTED", 11)
    assert read(None, ("-id",))[1]["count"] == 11
    make.problem()
    assert read(None, ("-id",))[1]["count"] is None


def test_an_empty_list() -> None:
    assert read(None, ("-id",)) == ([], {"count": 0, "next": None, "previous": None})


def test_a_cursor_holds_for_the_order_that_it_was_made_for(problems: list[Problem]) -> None:
    _, envelope = read("limit=2", ("-created_at", "-id"))
    for other in (("-id",), ("created_at", "id"), ("-updated_at", "-id")):
        with pytest.raises(Unprocessable) as refused:
            read(query_of(envelope["next"]), other)
        assert [error.field for error in refused.value.errors] == ["cursor"]


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{}",
        "5",
        '"n"',
        '["n"]',
        '["n", "-id"]',
        '["n", "-id", 5]',
        '["n", "-id", null]',
        '["n", "-id", "None"]',
        '["n", "-id", ""]',
        '["n", "-id", "x"]',
        '["n", "-id", "a\\u0000b"]',
        '["n", "-id", "\\ud800"]',
        '["n", "-id", ["a"]]',
        '["n", "-id", "01920000-0000-7000-8000-000000000000", "more"]',
        '["q", "-id", "01920000-0000-7000-8000-000000000000"]',
        '["n", ["-id"], "01920000-0000-7000-8000-000000000000"]',
        "[" * 300,
    ],
)
def test_a_cursor_that_was_not_made_here_is_refused(content: str) -> None:
    cursor = base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")
    with pytest.raises(Unprocessable) as refused:
        read(f"cursor={cursor}", ("-id",))
    assert [error.field for error in refused.value.errors] == ["cursor"]


def test_a_cursor_with_a_time_that_is_none_is_refused() -> None:
    order = ("-created_at", "-id")
    for time in ("yesterday", "9999-99-99T00:00:00Z", ""):
        content = json.dumps(["n", ",".join(order), time, "01920000-0000-7000-8000-000000000000"])
        cursor = base64.urlsafe_b64encode(content.encode()).decode()
        with pytest.raises(Unprocessable):
            read(f"cursor={cursor}", order)


def test_an_order_has_one_direction() -> None:
    with pytest.raises(ValueError, match="direction"):
        read(None, ("-level", "id"))
