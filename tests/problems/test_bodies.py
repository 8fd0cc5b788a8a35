"""The JSON that PostgreSQL builds, against what the serializer says of the same problem."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any

import orjson
import pytest
from django.db import connection

from problems.models import Problem, Statement
from problems.serializers import ProblemSerializer
from tests.problems import make, varied
from verbs.french.vocabulary import Focus

pytestmark = pytest.mark.django_db

#: What tells which statement is right, and is left out of a problem, or of its statements.
LEFT_OUT = {"correct_answer_index", "is_correct", "explanation", "translation"}


def body_of(
    problem_id: uuid.UUID,
    *,
    metadata: bool = False,
    reveal: bool = True,
    any_status: bool = False,
) -> Any:
    """What ``problems_body`` gives, read; None where it gives nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT problems_body(%s, %s, %s, %s)", [problem_id, metadata, reveal, any_status]
        )
        (text,) = cursor.fetchone()
    return None if text is None else json.loads(text)


def all_bodies(*, metadata: bool, reveal: bool) -> dict[uuid.UUID, Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, problems_body(id, %s, %s) FROM problems_problem", [metadata, reveal]
        )
        return {problem_id: json.loads(text) for problem_id, text in cursor.fetchall()}


def serialized(problem: Problem, *, metadata: bool) -> Any:
    data = ProblemSerializer(problem, context={"include_metadata": metadata}).data
    return json.loads(orjson.dumps(data, default=str))


def unrevealed(body: dict[str, Any]) -> dict[str, Any]:
    """What of a body may be seen before the answer is given."""
    statements = [
        {name: value for name, value in one.items() if name not in LEFT_OUT} | {"error_type": None}
        for one in body["statements"]
    ]
    asks_for_tense = body["grammatical_focus"] == "mood_and_tense"
    return {
        **{name: value for name, value in body.items() if name not in LEFT_OUT},
        "statements": statements,
        "topic_tags": [],
        "tenses_used": [] if asks_for_tense else body["tenses_used"],
        "source_statement_ids": None,
        "metadata": None,
        "generation_trace": None,
    }


def spoil(sql: str, *arguments: Any) -> None:
    """Run SQL behind the back of constraints and triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, arguments)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_thousand_problems_are_field_by_field_what_the_serializer_gives() -> None:
    varied.store(1000, random.Random(1))
    problems = list(Problem.objects.prefetch_related("statements"))
    assert {problem.grammatical_focus for problem in problems} == {one.value for one in Focus}
    assert {len(problem.statements.all()) for problem in problems} == {2, 3, 4, 5, 6}
    for metadata in (False, True):
        shown, hidden = (all_bodies(metadata=metadata, reveal=reveal) for reveal in (True, False))
        for problem in problems:
            expected = serialized(problem, metadata=metadata)
            assert shown[problem.id] == expected
            assert list(shown[problem.id]) == list(expected)  # in the same order
            assert hidden[problem.id] == unrevealed(expected)


@pytest.mark.parametrize("focus", ["conjugation", "mood_and_tense"])
def test_unrevealed_nothing_changes_with_the_statement_that_is_right(focus: str) -> None:
    wrong = {"explanation": "Not so.", "error_type": "wrong_tense", "translation": None}
    right = {"explanation": None, "error_type": None, "translation": "She came."}
    problem = make.problem(grammatical_focus=focus, title="Title", instructions="Which one?")
    statements = list(problem.statements.order_by("position"))
    seen = []
    for correct in statements:
        # the wrong ones first: at no moment may two be correct
        for one in sorted(statements, key=lambda one: one == correct):
            values = right if one == correct else wrong
            nothing = dict.fromkeys(("error_code", "span_start", "span_end", "correction"))
            Statement.objects.filter(id=one.id).update(
                is_correct=one == correct, **values, **nothing
            )
        spoil(
            "UPDATE problems_problem SET metadata = %s, generation_trace = %s, tenses_used = %s,"
            " source_statement_ids = %s, topic_tags = %s WHERE id = %s",
            json.dumps({"verb_infinitives": [correct.content]}),
            json.dumps({"key": correct.position}),
            ["present" if correct.position else "subjonctif"]
            if focus == "mood_and_tense"
            else ["present"],
            [correct.id],
            [f"theme of {correct.position}"],
            problem.id,
        )
        seen.append(body_of(problem.id, metadata=True, reveal=False))
        assert body_of(problem.id)["correct_answer_index"] == correct.position
    assert len(seen) == 4
    assert all(body == seen[0] for body in seen)


def test_only_what_is_live_and_whole_has_a_body() -> None:
    problem = make.problem()
    assert body_of(problem.id) is not None
    assert body_of(uuid.uuid4()) is None
    assert body_of(uuid.uuid4(), any_status=True) is None
    for status in ("draft", "review", "retired"):
        Problem.objects.filter(id=problem.id).update(status=status)
        assert body_of(problem.id) is None
        assert body_of(problem.id, any_status=True)["id"] == str(problem.id)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM problems_statement WHERE problem_id = %s",
        "DELETE FROM problems_statement WHERE problem_id = %s AND position > 0",
        "DELETE FROM problems_statement WHERE problem_id = %s AND position = 1",
        "UPDATE problems_statement SET position = position + 1 WHERE problem_id = %s",
        "UPDATE problems_statement SET is_correct = false, error_type = 'elision', explanation = 'No.',"
        " translation = NULL WHERE problem_id = %s AND is_correct",
    ],
)
@pytest.mark.parametrize("reveal", [True, False])
def test_a_live_problem_that_is_not_whole_has_none(sql: str, reveal: bool) -> None:
    problem = make.problem()
    spoil(sql, problem.id)
    assert body_of(problem.id, reveal=reveal) is None
    # staff may see what is wrong with it
    problem = Problem.objects.prefetch_related("statements").get()
    body = body_of(problem.id, any_status=True)
    assert body == serialized(problem, metadata=False)


def test_a_draft_without_statements_can_be_shown() -> None:
    problem = make.problem(status="draft", statements=[])
    body = body_of(problem.id, any_status=True)
    assert (body["statements"], body["correct_answer_index"]) == ([], None)
