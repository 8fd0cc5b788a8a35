"""Answers, their statistics and reports, on the real database."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from problems import feedback, pool, services
from problems.models import MAX_COMMENTS, Answer, PickCount, Problem, Report, Statement
from quizservice.errors import NotFound, Unprocessable
from tests.problems import make
from tests.threads import together

KEY, OTHER_KEY = uuid.uuid4(), uuid.uuid4()


def pick(problem: Problem, index: int, learner: str | None = None, **values: Any) -> Any:
    return feedback.record_answer(
        problem.id, index=index, learner=learner, key_id=values.pop("key_id", KEY), **values
    )


def counted(problem: Problem) -> tuple[int, int, list[int]]:
    """Answered, correct, and the picks of each statement."""
    found = feedback.statistics(problem.id)
    return found.answered, found.correct, [one.picks for one in found.picks]


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_right_and_a_wrong_answer() -> None:
    problem = make.problem()
    rows = list(problem.statements.order_by("position"))
    right = pick(problem, 0)
    assert (right.correct, right.correct_answer_index, right.explanation) == (True, 0, None)
    assert right.translation == rows[0].translation
    wrong = feedback.record_answer(problem.id, statement_id=rows[2].id, elapsed_ms=12, key_id=KEY)
    assert (wrong.correct, wrong.correct_answer_index) == (False, 0)
    assert wrong.explanation == rows[2].explanation
    assert wrong.translation == rows[0].translation
    stored = Answer.objects.order_by("id").values_list(
        "problem", "statement_id", "correct", "first", "learner", "elapsed_ms", "key_id"
    )
    assert list(stored) == [
        (problem.id, rows[0].id, True, True, None, None, KEY),
        (problem.id, rows[2].id, False, True, None, 12, KEY),
    ]


@pytest.mark.django_db
def test_a_broken_problem_judges_no_answer() -> None:
    problem = make.problem()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "DELETE FROM problems_statement WHERE problem_id = %s AND is_correct", [problem.id]
        )
        cursor.execute("SET session_replication_role = origin")
    with pytest.raises(NotFound, match="Problem not found"):
        pick(problem, 0)
    assert not Answer.objects.exists()


@pytest.mark.django_db
def test_an_answer_takes_two_queries_and_reads_no_trace() -> None:
    problem = make.problem()
    with CaptureQueriesContext(connection) as queries:
        pick(problem, 1, "ana", elapsed_ms=3000)
    assert len(queries) == 2
    assert not any("generation_trace" in query["sql"] for query in queries)


@pytest.mark.django_db
def test_only_the_first_answer_of_a_learner_counts() -> None:
    problem, other = make.problem(), make.problem()
    for index in (1, 0, 0):
        pick(problem, index, "ana")
    pick(problem, 0, "bo")
    pick(problem, 2)
    pick(problem, 2)
    pick(other, 0, "ana")
    assert counted(problem) == (4, 1, [1, 1, 2, 0])
    assert counted(other) == (1, 1, [1, 0, 0, 0])
    assert Answer.objects.filter(problem=problem).count() == 6
    assert Answer.objects.filter(problem=problem, first=True).count() == 4


@pytest.mark.django_db
def test_a_learner_is_a_hash_that_differs_from_key_to_key_and_with_the_secret(
    settings: Any,
) -> None:
    problem = make.problem()
    name = "ana@example.org"
    pick(problem, 0, name)
    pick(problem, 1, name, key_id=OTHER_KEY)
    settings.SECRET_KEY = "another"
    pick(problem, 2, name)
    hashes = {bytes(one.learner or b"") for one in Answer.objects.all()}
    assert len(hashes) == 3
    assert {len(one) for one in hashes} == {32}
    assert counted(problem)[0] == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(a::text, ' ') FROM problems_answer a")
        (everything,) = cursor.fetchone()
    assert name not in everything
    assert name.encode().hex() not in everything


@pytest.mark.django_db
def test_what_an_answer_was_outlives_edits_of_the_problem() -> None:
    problem = make.problem()
    rows = list(problem.statements.order_by("position"))
    pick(problem, 0, "ana")
    pick(problem, 3, "bo")
    right, wrong, gone = rows[0], rows[1], rows[3].id
    with transaction.atomic():  # the key moves on, and the last statement goes
        Statement.objects.filter(id=right.id).update(
            is_correct=False, translation=None, explanation="No.", error_type="wrong_auxiliary"
        )
        Statement.objects.filter(id=wrong.id).update(
            is_correct=True, explanation=None, error_type=None, error_code=None,
            span_start=None, span_end=None, correction=None,
        )  # fmt: skip
        Statement.objects.filter(id=rows[3].id).delete()
    assert pick(problem, 0, "cleo").correct is False
    found = feedback.statistics(problem.id)
    assert (found.answered, found.correct) == (3, 1)
    assert [(one.index, one.is_correct, one.picks) for one in found.picks] == [
        (0, False, 2),
        (1, True, 0),
        (2, False, 0),
        (None, None, 1),
    ]
    assert found.picks[3].statement_id == gone


@pytest.mark.django_db
def test_a_problem_that_was_live_is_still_answered_and_others_are_not() -> None:
    retired, never_live = make.problem(), make.problem(status="draft")
    services.retire(retired.id)
    assert pick(retired, 0).correct
    assert feedback.report(retired.id, reason="other", key_id=KEY).times == 1
    assert counted(retired)[0] == 1
    services.retire(never_live.id)
    for problem in (never_live, make.problem(status="draft"), make.problem(status="review")):
        for ask in (
            lambda **more: pick(problem, 0, **more),  # noqa: B023  called at once
            lambda **more: feedback.statistics(problem.id, **more),  # noqa: B023
            lambda **more: feedback.report(problem.id, reason="other", key_id=KEY, **more),  # noqa: B023
        ):
            with pytest.raises(NotFound, match="not found"):
                ask()
            ask(any_status=True)


@pytest.mark.django_db
def test_what_is_not_there_is_refused_and_stores_nothing() -> None:
    problem, other = make.problem(), make.problem()
    stranger = other.statements.all()[0].id
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"index": 4}, "index"),
        ({"statement_id": stranger}, "statement_id"),
        ({"statement_id": uuid.uuid4()}, "statement_id"),
    ]
    with pytest.raises(NotFound):
        feedback.record_answer(uuid.uuid4(), index=0)
    for values, field in wrong:
        with pytest.raises(Unprocessable) as refused:
            feedback.record_answer(problem.id, **values)
        assert [one.field for one in refused.value.errors] == [field]
    neither: dict[str, Any] = {}
    for values in (neither, {"index": 0, "statement_id": stranger}):
        with pytest.raises(ValueError, match="by its place"):
            feedback.record_answer(problem.id, **values)
    assert not Answer.objects.exists()
    assert not PickCount.objects.exists()


@pytest.mark.django_db
def test_a_draft_without_statements_has_nothing_to_pick() -> None:
    draft = make.problem(statements=[], status="draft")
    with pytest.raises(Unprocessable):
        pick(draft, 0, any_status=True)
    assert feedback.statistics(draft.id, any_status=True).picks == []


@pytest.mark.django_db
def test_feedback_goes_with_its_problem() -> None:
    problem, kept = make.problem(), make.problem()
    for one in (problem, kept):
        pick(one, 0, "ana")
        feedback.report(one.id, reason="other", key_id=KEY)
    problem.delete()
    for model in (Answer, PickCount, Report):
        assert [row.problem_id for row in model.objects.all()] == [kept.id]


@pytest.mark.django_db(transaction=True)
def test_first_answers_at_the_same_time_count_once_a_learner() -> None:
    problem = make.problem()
    learners = ["ana", "bo", None, None]
    together(
        [
            lambda n=n, learner=learner: pick(problem, n % 4, learner)  # type: ignore[misc]
            for n in range(6)
            for learner in learners
        ]
    )
    answered, _, picks = counted(problem)
    assert answered == sum(picks) == 2 + 12
    assert Answer.objects.count() == 24
    assert Answer.objects.filter(first=True).count() == 14


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_is_rolled_back_was_not_the_first() -> None:
    problem = make.problem()
    stored, waited = threading.Event(), []

    def rolled_back() -> None:
        with transaction.atomic():
            pick(problem, 1, "ana")
            stored.set()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.3)")
            transaction.set_rollback(True)

    def follows() -> None:
        stored.wait(10)
        waited.append(pick(problem, 0, "ana"))

    together([rolled_back, follows])
    assert waited[0].correct
    assert counted(problem) == (1, 1, [1, 0, 0, 0])


# --- statistics -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_statistics_of_a_problem_that_nobody_has_seen() -> None:
    found = feedback.statistics(make.problem().id)
    assert (found.served_count, found.last_served_at) == (0, None)
    assert (found.answered, found.correct_share, found.correct_share_interval) == (0, None, None)
    assert [one.picks for one in found.picks] == [0, 0, 0, 0]


@pytest.mark.django_db
def test_statistics_read_few_rows_at_any_number_of_answers() -> None:
    problem = make.problem()
    for number in range(12):
        pick(problem, number % 4, f"learner {number % 6}")
    pool.draw(pool.Filters())
    with CaptureQueriesContext(connection) as queries:
        found = feedback.statistics(problem.id)
    assert not any("problems_answer" in query["sql"] for query in queries)
    assert PickCount.objects.count() <= 4
    assert (found.served_count, found.answered) == (1, 6)


def test_wilsons_interval_is_the_one_of_the_textbooks() -> None:
    for successes, trials, low, high in (
        (7, 10, 0.3968, 0.8922),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
        (81, 263, 0.2553, 0.3662),
    ):
        assert feedback.wilson_interval(successes, trials) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**9), st.floats(0, 1))
def test_wilsons_interval_holds_the_share_and_lies_within_bounds(trials: int, part: float) -> None:
    successes = round(trials * part)
    low, high = feedback.wilson_interval(successes, trials)
    assert 0 <= low <= successes / trials + 1e-12
    assert successes / trials - 1e-12 <= high <= 1


# --- reports --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_report_is_counted_until_it_is_closed(bo: User) -> None:
    problem = make.problem()
    first = feedback.report(problem.id, reason="ambiguous", comment="Both!", key_id=KEY)
    assert (first.times, first.comments, first.closed_at) == (1, ["Both!"], None)
    for comment in ("Both!", "", "The third, too."):
        again = feedback.report(problem.id, reason="ambiguous", comment=comment, key_id=KEY)
        assert again.id == first.id
    assert (again.times, again.comments) == (4, ["Both!", "The third, too."])
    others = [
        feedback.report(problem.id, reason="other", key_id=KEY),
        feedback.report(problem.id, reason="ambiguous", key_id=OTHER_KEY),
        feedback.report(make.problem().id, reason="ambiguous", key_id=KEY),
    ]
    assert len({first.id, *(one.id for one in others)}) == 4
    assert feedback.close_reports(Report.objects.filter(id=first.id), by=bo) == 1
    assert feedback.close_reports(Report.objects.filter(id=first.id), by=bo) == 0
    anew = feedback.report(problem.id, reason="ambiguous", key_id=KEY)
    assert (anew.id != first.id, anew.times) == (True, 1)
    first.refresh_from_db()
    assert (first.times, first.closed_by) == (4, bo)


@pytest.mark.django_db
def test_a_report_keeps_a_bounded_number_of_comments() -> None:
    problem = make.problem()
    for number in range(MAX_COMMENTS + 5):
        made = feedback.report(problem.id, reason="other", comment=f"Comment {number}.", key_id=KEY)
    assert made.times == MAX_COMMENTS + 5
    assert made.comments == [f"Comment {number}." for number in range(MAX_COMMENTS)]


@pytest.mark.django_db(transaction=True)
def test_reports_at_the_same_time_are_one() -> None:
    problem = make.problem()
    together(
        [lambda: feedback.report(problem.id, reason="unnatural", key_id=KEY) for _ in range(8)]
    )
    assert list(Report.objects.values_list("times", flat=True)) == [8]
