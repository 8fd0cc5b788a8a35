"""A field takes the JSON type that the OpenAPI document says, and no other that could be read as one."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework import serializers

from quizservice import json_types
from tests.conftest import Api

FIELDS: dict[str, serializers.Field] = {
    "flag": serializers.BooleanField(),
    "number": serializers.IntegerField(),
    "text": serializers.CharField(),
    "word": serializers.ChoiceField(choices=["a"]),
    "moment": serializers.DateTimeField(),
    "id": serializers.UUIDField(),
    "texts": serializers.ListField(child=serializers.CharField()),
    "object": serializers.Serializer(),
}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("flag", [True, False], [0, 1, "true", "yes", [], {}]),
        ("number", [0, -1, 10**30, 5.0], ["5", True, 5.5, 1e999, [], {}]),
        ("text", ["", "5"], [5, True, 1.0, [], {}]),
        ("word", ["a", "b"], [1, True, ["a"], {"a": 1}]),
        ("moment", ["2030-01-01T00:00:00Z"], [1893456000, True, []]),
        ("id", ["x"], [1, {}]),
        ("texts", [[], ["a"], [None]], ["a", {"0": "a"}, [1], [["a"]], ["a", True]]),
        ("object", [{}, {"a": 1}], [[], "a", 1, True]),
    ],
)
def test_types_in_a_body(name: str, right: list[Any], wrong: list[Any]) -> None:
    field = FIELDS[name]
    assert [json_types.in_body(field, value) for value in right] == [None] * len(right)
    for value in wrong:
        assert json_types.in_body(field, value), value
    assert (
        json_types.in_body(field, None) is None
    )  # whether null is allowed is the field's own rule


def test_an_integer_in_a_query_has_ascii_digits_alone() -> None:
    number = FIELDS["number"]
    for text in ("5", "-5", "+5", "007", "9" * 40):
        assert json_types.in_query(number, text) is None
    for text in ("", " 5", "5 ", "5.0", "1e3", "0x5", "5_0", "٥", "５", "-", "9" * 41, "5\n"):
        assert json_types.in_query(number, text), text
    assert json_types.in_query(FIELDS["flag"], "yes") is None


def test_all_wrong_types_are_named_at_once(author: Api) -> None:
    wrong = {
        "count": "3",
        "topic_tags": [1],
        "constraints": {"includes_cod": 0, "level": 1, "tenses_used": "present"},
    }
    answer = author.post("/api/v1/problems/generate", wrong)
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} >= {
        "count",
        "topic_tags",
        "constraints.includes_cod",
        "constraints.level",
        "constraints.tenses_used",
    }
    listed = author.get("/api/v1/generation-requests?limit=%D9%A5")
    assert listed.status_code == 422
    assert [one["field"] for one in listed.json()["errors"]] == ["limit"]


def test_an_unknown_name_is_repeated_up_to_a_length(duo: Api) -> None:
    answer = duo.get(f"/api/v1/problems/random?{'x' * 5000}=1")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == f"{'x' * 100}..."
