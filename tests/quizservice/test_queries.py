"""Query strings mean the same every time, however often they were read."""

from __future__ import annotations

from typing import Any

import pytest

from quizservice.api import REMEMBERED
from tests.problems import make

pytestmark = pytest.mark.django_db

LIST = "/api/v1/problems"


def test_a_query_is_read_alike_again_and_again(duo: Any) -> None:
    for level in ("A1", "A2", "B1"):
        make.problem(level=level)
    for _ in range(3):
        assert duo.get(f"{LIST}?level=A1,A2&limit=1").json()["count"] == 2
        assert duo.get(f"{LIST}?limit=1&level=A1&level=A2").json()["count"] == 2
        assert duo.get(f"{LIST}?level=A1").json()["count"] == 1
        assert duo.get(LIST).json()["count"] == 3


def test_a_wrong_query_is_refused_again_and_again(duo: Any) -> None:
    for _ in range(3):
        for path in (f"{LIST}?limit=0", "/api/v1/api-keys/current?colour=red"):
            answer = duo.get(path)
            assert answer.status_code == 422
            assert len(answer.json()["errors"]) == 1


def test_one_query_string_at_two_endpoints(duo: Any) -> None:
    make.problem()
    assert duo.get(f"{LIST}?count=1").status_code == 422
    assert duo.get(f"{LIST}/random?count=1").status_code == 200
    assert duo.get(f"{LIST}?count=1").status_code == 422


def test_a_long_query_is_read_like_a_short_one(duo: Any) -> None:
    make.problem(topic_tags=["food"])
    tags = ",".join(f"tag{n}" for n in range(99))
    assert len(tags) > REMEMBERED
    for _ in range(2):
        assert duo.get(f"{LIST}?topic_tags={tags}").json()["count"] == 0
        assert duo.get(f"{LIST}?topic_tags={tags},food").json()["count"] == 1
        assert duo.get(f"{LIST}?topic_tags={tags},{'x' * 51}").status_code == 422


def test_a_query_is_utf_8_whatever_the_body_is_said_to_be(duo: Any) -> None:
    make.problem(topic_tags=["café"])
    for headers in ({}, {"content-type": "application/json; charset=iso-8859-1"}):
        answer = duo.get(f"{LIST}?topic_tags=caf%C3%A9", **headers)
        assert answer.json()["count"] == 1
