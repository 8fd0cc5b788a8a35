"""What the database itself keeps, tried with raw SQL past every Python check."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from problems.models import Problem, fingerprint_of, fold
from tests.problems import make

pytestmark = pytest.mark.django_db


def execute(sql: str, arguments: Sequence[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)


def refused(sql: str, arguments: Sequence[Any]) -> str:
    """The name of the constraint that refuses a statement, at the latest at the commit."""
    try:
        with transaction.atomic():
            execute(sql, arguments)
            execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        cause = cast(psycopg.Error, error.__cause__)
        return str(cause.diag.constraint_name)
    return "nothing"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("status = 'published'", "problem_status_known"),
        ("problem_type = 'spelling'", "problem_type_known"),
        ("target_language_code = 'deu'", "problem_language_known"),
        ("grammatical_focus = 'spelling'", "problem_focus_known"),
        ("level = 'C1'", "problem_level_known"),
        ("tenses_used = '{preterite}'", "problem_tenses_known"),
        ("tenses_used = '{present,NULL}'", "problem_tenses_known"),
        ("tenses_used = '{}'", "problem_tenses_known"),
    ],
)
def test_a_problem_keeps_to_the_vocabulary(change: str, constraint: str) -> None:
    problem = make.problem()
    sql = f"UPDATE problems_problem SET {change} WHERE id = %s"
    assert refused(sql, arguments=[problem.id]) == constraint


@pytest.mark.parametrize(
    ("where", "change", "constraint"),
    [
        ("position = 1", "error_type = 'typo'", "statement_error_known"),
        ("position = 1", "error_type = NULL", "statement_error_unless_correct"),
        ("is_correct", "error_type = 'wrong_form'", "statement_error_unless_correct"),
        ("position = 1", "explanation = NULL", "statement_explained_unless_correct"),
        ("position = 1", "explanation = ''", "statement_explained_unless_correct"),
        ("is_correct", "explanation = 'Because.'", "statement_explained_unless_correct"),
        ("position = 1", "translation = 'She is.'", "statement_translated_if_correct"),
        ("is_correct", "correction = 'a'", "statement_correct_has_no_error"),
        ("is_correct", "span_start = 0, span_end = 1", "statement_correct_has_no_error"),
        ("position = 1", "span_end = NULL", "statement_span_inside"),
        ("position = 1", "span_start = 9", "statement_span_inside"),
        ("position = 1", "span_end = 1000", "statement_span_inside"),
        ("position = 1", "content = ''", "statement_has_text"),
        ("position = 1", "position = -1", "problems_statement_position_check"),
        ("position = 1", "position = 2", "statement_position_distinct"),
        ("position = 1", "position = 4", "problem_live_is_whole"),
        (
            "position = 1",
            "is_correct = true, error_type = NULL, explanation = NULL, error_code = NULL,"
            " span_start = NULL, span_end = NULL, correction = NULL",
            "statement_one_correct",
        ),
        (
            "is_correct",
            "is_correct = false, error_type = 'wrong_form', explanation = 'x', translation = NULL",
            "problem_live_is_whole",
        ),
    ],
)
def test_a_statement_is_correct_or_carries_one_error(
    where: str, change: str, constraint: str
) -> None:
    problem = make.problem()
    sql = f"UPDATE problems_statement SET {change} WHERE {where} AND problem_id = %s"
    assert refused(sql, arguments=[problem.id]) == constraint


def test_texts_of_a_problem_differ() -> None:
    problem = make.problem()
    sql = """UPDATE problems_statement SET content = (SELECT content FROM problems_statement
             WHERE problem_id = %s AND position = 2) WHERE problem_id = %s AND position = 1"""
    assert refused(sql, arguments=[problem.id] * 2) == "statement_text_distinct"


def test_positions_may_be_exchanged() -> None:
    problem = make.problem()
    first = problem.statements.order_by("position")[0]
    execute(
        "UPDATE problems_statement SET position = 3 - position WHERE problem_id = %s", [problem.id]
    )
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    first.refresh_from_db()
    assert first.position == 3


@pytest.mark.parametrize("which", ["is_correct", "NOT is_correct", "position = 3 OR is_correct"])
def test_a_live_problem_does_not_lose_what_it_needs(which: str) -> None:
    problem = make.problem()
    sql = f"DELETE FROM problems_statement WHERE ({which}) AND problem_id = %s"
    assert refused(sql, arguments=[problem.id]) == "problem_live_is_whole"


def test_a_live_problem_does_not_gain_a_seventh_statement() -> None:
    problem = make.problem(statements=make.statements(wrong=5))
    sql = """INSERT INTO problems_statement
             (id, problem_id, position, content, is_correct, error_type, explanation)
             VALUES (gen_random_uuid(), %s, 6, 'Elle.', false, 'wrong_form', 'x')"""
    assert refused(sql, arguments=[problem.id]) == "problem_live_is_whole"


def test_statements_do_not_leave_a_live_problem_for_another() -> None:
    problem = make.problem(statements=make.statements(wrong=1))
    other = make.problem(statements=make.statements(wrong=1))
    sql = """UPDATE problems_statement SET problem_id = %s, position = 2
             WHERE problem_id = %s AND NOT is_correct"""
    assert refused(sql, arguments=[other.id, problem.id]) == "problem_live_is_whole"


@pytest.mark.parametrize(("wrong", "correct"), [(0, 1), (3, 0), (6, 1), (0, 0)])
def test_what_is_not_whole_does_not_go_live(wrong: int, correct: int) -> None:
    problem = make.problem(statements=make.statements(wrong, correct), status="draft")
    sql = "UPDATE problems_problem SET status = 'live' WHERE id = %s"
    assert refused(sql, arguments=[problem.id]) == "problem_live_is_whole"


@pytest.mark.parametrize("status", ["draft", "review", "retired"])
def test_what_is_not_live_may_be_unfinished(status: str) -> None:
    problem = make.problem(statements=make.statements(wrong=1, correct=0), status=status)
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    problem.refresh_from_db()
    assert problem.status == status


def test_the_same_statements_are_live_once() -> None:
    problem = make.problem()
    other = make.problem()
    sql = "UPDATE problems_problem SET fingerprint = %s WHERE id = %s"
    assert refused(sql, arguments=[problem.fingerprint, other.id]) == "problem_fingerprint_unique"


def test_a_problem_takes_its_rows_along_whoever_deletes_it() -> None:
    problem = make.problem(topic_tags=["food"])
    execute("DELETE FROM problems_problem WHERE id = %s", [problem.id])
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (SELECT count(*) FROM problems_statement), (SELECT count(*) FROM problems_servestate),
                      (SELECT count(*) FROM problems_serveterm)"""
        )
        assert cursor.fetchone() == (0, 0, 0)


def test_deleting_through_the_model_works_too() -> None:
    problem = make.problem(topic_tags=["food"])
    problem.delete()
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Problem.objects.exists()


def test_ids_are_of_version_7_and_sort_by_creation() -> None:
    made = [make.problem() for _ in range(3)]
    assert [problem.id.version for problem in made] == [7, 7, 7]
    assert sorted(made, key=lambda problem: problem.id) == made
    assert all(isinstance(one, uuid.UUID) for one in made[0].source_statement_ids)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Été", "ete"),
        ("L’ÉLÈVE  a\tdéjà ", "l'eleve a deja"),
        ("garçon", "garcon"),
        ("Straße", "strasse"),
        ("Sœur, ŒUVRE", "soeur, oeuvre"),
        ("curriculum vitæ", "curriculum vitae"),
        ("", ""),
    ],
)
def test_folding_ignores_case_accents_ligatures_and_spaces(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_fingerprint_does_not_depend_on_the_order() -> None:
    assert fingerprint_of(["a", "b"]) == fingerprint_of(["b", "a"])
    assert fingerprint_of(["a", "b"]) != fingerprint_of(["ab"])
    assert len(fingerprint_of(["a"])) == 64
