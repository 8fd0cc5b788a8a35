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
from problems.services import DuplicateProblem, NewStatement, Stale
from problems.wording import title_and_instructions
from quizservice.errors import Conflict, NotFound, Unprocessable
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


def written(problem: Problem) -> list[NewStatement]:
    """The statements of a problem as an editor would send them back."""
    return [
        NewStatement(
            row.content,
            row.is_correct,
            row.translation,
            row.explanation,
            row.error_type,
            row.error_code,
            None
            if row.span_start is None or row.span_end is None
            else (row.span_start, row.span_end),
            row.correction,
            row.id,
        )
        for row in problem.statements.order_by("position")
    ]


@pytest.mark.django_db
def test_the_correct_statement_can_be_another_one() -> None:
    problem = make.problem()
    right, wrong, *others = written(problem)
    before = problem.fingerprint
    statements = [
        NewStatement(
            right.content, is_correct=False, error_type="wrong_form", explanation="No.", id=right.id
        ),
        NewStatement("Élodie a raison.", is_correct=True, translation="She is.", id=wrong.id),
        *others,
    ]
    assert services.revise(problem.id, statements=statements, by="bo")
    problem.refresh_from_db()
    assert written(problem) == statements
    assert "elodie a raison." in problem.search_text
    assert problem.fingerprint != before


@pytest.mark.django_db
def test_statements_come_go_and_change_places_without_gaps() -> None:
    problem = make.problem()
    first, _, third, fourth = written(problem)
    new = NewStatement("Elle.", is_correct=False, error_type="wrong_form", explanation="No.")
    services.revise(problem.id, statements=[third, first, new, fourth])
    kept = list(problem.statements.order_by("position"))
    assert [row.position for row in kept] == [0, 1, 2, 3]
    assert [kept[0].id, kept[1].id, kept[3].id] == [third.id, first.id, fourth.id]
    problem.refresh_from_db()
    assert problem.source_statement_ids == [row.id for row in kept]


@pytest.mark.django_db
def test_two_statements_can_exchange_their_texts() -> None:
    problem = make.problem()
    right, one, other, last = written(problem)
    statements = [
        right,
        replace(one, content=other.content),
        replace(other, content=one.content),
        last,
    ]
    services.revise(problem.id, statements=statements)
    assert written(problem) == statements


@pytest.mark.django_db
def test_a_statement_without_id_keeps_that_of_its_text() -> None:
    problem = make.problem()
    before = written(problem)
    services.revise(problem.id, statements=[replace(one, id=None) for one in reversed(before)])
    assert written(problem) == before[::-1]


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["live", "draft"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[1:], "Exactly one statement must be marked as correct; now there are 0"),
        (lambda rows: [*rows, NewStatement("Oui.", is_correct=True)], "now there are 2"),
        (lambda rows: rows[:1], "A problem has 2 to 6 statements; now there are 1"),
        (lambda rows: [*rows, rows[3]], "Two statements have the same text"),
        (lambda rows: [*rows, replace(rows[3], content="  ", id=None)], "has no text"),
        (lambda rows: [*rows[:3], replace(rows[3], explanation="")], "needs an explanation"),
        (lambda rows: [*rows[:3], replace(rows[3], error_type=None)], "needs an error type"),
        (lambda rows: [*rows[:3], replace(rows[3], translation="She.")], "has a translation"),
        (lambda rows: [*rows[:3], replace(rows[3], span=(0, 900))], "not lie inside"),
        (lambda rows: [replace(rows[0], explanation="Why?"), *rows[1:]], "no error to explain"),
    ],
)
def test_what_is_no_problem_is_refused_in_a_sentence(
    status: str, change: Callable[[list[NewStatement]], list[NewStatement]], said: str
) -> None:
    problem = make.problem(status=status)
    before = written(problem)
    with pytest.raises(Unprocessable, match=said):
        services.revise(problem.id, statements=change(before))
    assert written(problem) == before


@pytest.mark.django_db
def test_the_statements_of_other_problems_are_not_taken() -> None:
    other, problem = make.problem(), make.problem()
    mine, theirs = written(problem), written(other)
    with pytest.raises(Conflict, match="another problem"):
        services.revise(problem.id, statements=[*mine[:3], replace(mine[3], id=theirs[3].id)])
    assert (written(problem), written(other)) == (mine, theirs)
    with pytest.raises(DuplicateProblem):
        services.revise(problem.id, statements=[replace(one, id=None) for one in theirs])
    assert (written(problem), written(other)) == (mine, theirs)


@pytest.mark.django_db
def test_who_saves_over_a_change_is_refused() -> None:
    problem = make.problem()
    problem.refresh_from_db()
    services.set_level([problem.id], level="B2", by="ana")
    with pytest.raises(Stale, match="Somebody else"):
        services.revise(problem.id, fields={"title": "Mine"}, seen=problem.updated_at, by="bo")
    problem.refresh_from_db()
    assert (problem.level, problem.title) == ("B2", "Avoir or être")
    assert services.revise(problem.id, fields={"title": "Mine"}, seen=problem.updated_at)


@pytest.mark.django_db
def test_a_revision_changes_no_status() -> None:
    with pytest.raises(Unprocessable, match="status"):
        services.revise(make.problem().id, fields={"status": "draft"})


@pytest.mark.django_db
def test_tags_come_and_go() -> None:
    one, other = make.problem(topic_tags=["a"]), make.problem(topic_tags=["b", "c"])
    changed = services.tag(
        [one.id, other.id, uuid.uuid4()], add=[" école "], remove=["c", "x"], by="ana"
    )
    assert changed == 2
    for problem, tags in ((one, ["a", "école"]), (other, ["b", "école"])):
        problem.refresh_from_db()
        assert problem.topic_tags == tags
        assert "ecole" in problem.search_text
    assert pool.draw(pool.Filters(topic_tags=("c",))) == []
    assert services.tag([one.id, other.id], add=["école"], remove=["c"], by="ana") == 0
    with pytest.raises(Unprocessable, match="1 to 50"):
        services.tag([one.id], add=["x" * 51], by="ana")


@pytest.mark.django_db
def test_levels_of_many() -> None:
    problems = [make.problem() for _ in range(3)]
    assert services.set_level([one.id for one in problems], level="A1", by="ana") == 3
    assert services.set_level([one.id for one in problems], level="A1", by="ana") == 0
    assert len(pool.draw(pool.Filters(level=("A1",)), 5)) == 3
    with pytest.raises(Unprocessable, match="no level"):
        services.set_level([problems[0].id], level="D1", by="ana")


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["draft", "review"])
def test_rejecting_needs_a_reason(status: str) -> None:
    problem = make.problem(status=status)
    with pytest.raises(Unprocessable, match="Say why"):
        services.reject(problem.id, by="ana", reason=" ")
    services.reject(problem.id, by="ana", reason="Nobody says that.")
    problem.refresh_from_db()
    assert problem.status == "retired"
    with pytest.raises(Conflict, match="Only drafts and problems in review"):
        services.reject(problem.id, by="ana", reason="Again.")


@pytest.mark.django_db
def test_a_live_problem_can_be_sent_to_review() -> None:
    problem = make.problem()
    services.send_to_review(problem.id, by="ana")
    assert pool.draw(pool.Filters()) == []
    with pytest.raises(Conflict, match="review already"):
        services.send_to_review(problem.id, by="ana")


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
