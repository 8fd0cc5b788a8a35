"""Adding, publishing, retiring and revising problems."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction

from problems import pool, services
from problems.models import Problem, Statement
from problems.services import DuplicateProblem
from problems.wording import title_and_instructions
from quizservice.errors import Conflict, NotFound
from tests.problems import make
from verbs.french.vocabulary import Focus, Language


@pytest.mark.django_db
def test_a_problem_is_stored_as_given() -> None:
    given = make.statements()
    made = make.problem(statements=given, topic_tags=["food", "école, lycée"])
    problem = Problem.objects.get(id=made.id)
    assert problem.status == "live"
    assert problem.title == "Avoir or être"
    assert problem.topic_tags == ["food", "école, lycée"]
    rows = list(problem.statements.all())
    assert [row.position for row in rows] == [0, 1, 2, 3]
    assert [row.content for row in rows] == [statement.content for statement in given]
    assert problem.source_statement_ids == [row.id for row in rows]
    assert (rows[1].span_start, rows[1].span_end) == given[1].span
    assert rows[0].translation == given[0].translation


@pytest.mark.django_db
def test_the_same_statements_in_another_order_are_a_duplicate_and_spoil_nothing() -> None:
    given = make.statements()
    make.problem(statements=given)
    with transaction.atomic():
        before = make.problem()
        with pytest.raises(DuplicateProblem):
            make.problem(statements=given[::-1])
        after = make.problem()
    assert Problem.objects.filter(id__in=[before.id, after.id]).count() == 2


@pytest.mark.django_db
def test_statements_of_a_retired_problem_may_come_again() -> None:
    given = make.statements()
    first = make.problem(statements=given)
    services.retire(first.id)
    make.problem(statements=given)
    with pytest.raises(DuplicateProblem):
        services.publish(first.id)
    first.refresh_from_db()
    assert first.status == "retired"


@pytest.mark.django_db
@pytest.mark.parametrize(("wrong", "correct"), [(0, 1), (3, 0), (2, 2), (6, 1)])
def test_only_whole_problems_are_added_live(wrong: int, correct: int) -> None:
    with pytest.raises(Conflict, match="2 to 6 statements"):
        make.problem(statements=make.statements(wrong, correct))
    assert not Problem.objects.exists()


@pytest.mark.django_db
def test_what_the_database_refuses_is_not_taken_for_a_duplicate() -> None:
    given = make.statements()
    with pytest.raises(IntegrityError, match="statement_span_inside"):
        make.problem(statements=[given[0], replace(given[1], span=(3, 999))])
    with pytest.raises(ValueError, match="spelling"):
        make.problem(grammatical_focus="spelling")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("focus", Focus)
def test_every_focus_has_its_wording_in_every_language(language: str, focus: str) -> None:
    title, instructions = title_and_instructions(language, focus)
    assert title
    assert instructions.endswith("?")


@pytest.mark.django_db
def test_no_problem_was_changed_before_it_was_made() -> None:
    problem = make.problem()
    problem.refresh_from_db()
    assert problem.created_at <= problem.updated_at


@pytest.mark.django_db
def test_a_problem_goes_through_its_states() -> None:
    problem = make.problem(status="draft")
    assert pool.draw(pool.Filters()) == []
    services.publish(problem.id)
    assert pool.draw(pool.Filters()) == [problem.id]
    with pytest.raises(Conflict, match="live already"):
        services.publish(problem.id)
    services.retire(problem.id)
    assert pool.draw(pool.Filters()) == []
    with pytest.raises(Conflict, match="retired already"):
        services.retire(problem.id)
    services.publish(problem.id)
    assert pool.draw(pool.Filters()) == [problem.id]
    problem.refresh_from_db()
    assert problem.serving.served_count == 2


@pytest.mark.django_db
@pytest.mark.parametrize("change", [services.publish, services.retire])
def test_an_unknown_problem_does_not_change(change: object) -> None:
    with pytest.raises(NotFound, match="not found"):
        change(uuid.uuid4())  # type: ignore[operator]


@pytest.mark.django_db
def test_an_unfinished_problem_is_not_published() -> None:
    problem = make.problem(statements=make.statements(correct=0), status="review")
    with pytest.raises(Conflict, match="exactly one of them correct"):
        services.publish(problem.id)
    problem.refresh_from_db()
    assert problem.status == "review"


@pytest.mark.django_db
def test_the_correct_statement_can_be_another_one() -> None:
    problem = make.problem()
    right, wrong = problem.statements.order_by("position")[:2]
    before = problem.fingerprint
    right.is_correct, right.translation = False, None
    right.error_type, right.explanation = "wrong_form", "No."
    wrong.is_correct, wrong.translation = True, "She is."
    wrong.error_type = wrong.explanation = wrong.error_code = wrong.correction = None
    wrong.span_start = wrong.span_end = None
    wrong.content = "Élodie a raison."
    services.revise_statements(problem, changed=[wrong, right])
    problem.refresh_from_db()
    assert [row.is_correct for row in problem.statements.all()] == [False, True, False, False]
    assert "elodie a raison." in problem.search_text
    assert problem.fingerprint != before


@pytest.mark.django_db
def test_statements_come_and_go_without_gaps() -> None:
    problem = make.problem()
    rows = list(problem.statements.order_by("position"))
    new = Statement(
        problem=problem, content="Elle.", error_type="wrong_form", explanation="No.", position=99
    )
    services.revise_statements(problem, changed=[new], deleted=[rows[1]])
    kept = list(problem.statements.order_by("position"))
    assert [row.position for row in kept] == [0, 1, 2, 3]
    assert [row.id for row in kept] == [rows[0].id, rows[2].id, rows[3].id, new.id]
    problem.refresh_from_db()
    assert problem.source_statement_ids == [row.id for row in kept]


@pytest.mark.django_db
def test_a_revision_that_breaks_a_live_problem_is_refused_whole() -> None:
    problem = make.problem()
    correct = problem.statements.get(is_correct=True)
    with pytest.raises(Conflict, match="exactly one of them correct"):
        services.revise_statements(problem, changed=[], deleted=[correct])
    assert problem.statements.count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_transactions_together_do_not_break_a_live_problem() -> None:
    """One publishes a draft, one deletes its correct statement: alone each may, together they must not."""
    problem = make.problem(status="draft")
    both_changed = threading.Barrier(2, timeout=2)
    refusals = []

    def publish() -> None:
        Problem.objects.filter(id=problem.id).update(status=Problem.Status.LIVE)

    def delete() -> None:
        Statement.objects.filter(problem=problem, is_correct=True).delete()

    def run(change: Callable[[], None]) -> None:
        try:
            with transaction.atomic():
                change()
                with suppress(threading.BrokenBarrierError):  # one may wait for the other already
                    both_changed.wait()
        except IntegrityError as error:
            refusals.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[change]) for change in (publish, delete)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(refusals) == 1
    problem.refresh_from_db()
    whole = problem.statements.filter(is_correct=True).count() == 1
    assert whole == (problem.status == "live")


@pytest.mark.django_db(transaction=True)
def test_of_many_that_add_the_same_problem_one_succeeds() -> None:
    given = make.statements()
    start = threading.Barrier(6, timeout=10)
    outcomes = []

    def add() -> None:
        try:
            start.wait()
            make.problem(statements=given)
            outcomes.append("added")
        except DuplicateProblem:
            outcomes.append("duplicate")
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["added"] + ["duplicate"] * 5
    assert Problem.objects.count() == 1
