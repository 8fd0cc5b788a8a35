"""What people did with problems, and the way back."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from problems import history, pool, services
from problems.changes import snapshot_of
from problems.differences import Part, word_parts
from problems.models import Problem, ProblemEvent
from problems.services import DuplicateProblem, NewStatement
from quizservice.errors import Conflict, NotFound, Unprocessable
from tests.problems import make
from tests.problems.test_services import written


def told(problem: Problem) -> list[tuple[str, str, str]]:
    """The events of a problem, the oldest first."""
    return [(one.kind, one.by, one.reason) for one in reversed(history.events_of(problem.id))]


def marked(parts: tuple[Part, ...]) -> str:
    """The parts of a difference: - before what went, + before what came."""
    return "".join({"same": "", "removed": "-", "added": "+"}[one.kind] + one.text for one in parts)


def state(problem: Problem) -> dict[str, Any]:
    return snapshot_of(Problem.objects.get(id=problem.id))


def edit(problem: Problem, content: str, by: str = "ana") -> ProblemEvent:
    """Change the text of the correct statement."""
    right, *wrong = written(problem)
    services.revise(problem.id, statements=[replace(right, content=content), *wrong], by=by)
    event = history.events_of(problem.id).first()
    assert event is not None
    return event


@pytest.mark.django_db
def test_every_change_of_a_person_is_told() -> None:
    problem = make.problem(status="draft")
    services.send_to_review(problem.id, by="ana", reason="Please look.")
    edit(problem, "Elle a raison.")
    services.note(problem.id, text="I asked Bo.", by="ana")
    services.publish(problem.id, by="bo")
    services.tag([problem.id], add=["x"], by="bo")
    services.set_level([problem.id], level="B1", by="bo")
    services.retire(problem.id, reason="Too easy.")
    assert told(problem) == [
        ("sent_to_review", "ana", "Please look."),
        ("edited", "ana", ""),
        ("noted", "ana", "I asked Bo."),
        ("published", "bo", ""),
        ("tagged", "bo", ""),
        ("levelled", "bo", ""),
        ("retired", "", "Too easy."),
    ]
    events = list(history.events_of(problem.id))
    assert [one.number for one in events] == [7, 6, 5, 4, 3, 2, 1]
    assert events[0].snapshot == state(problem)
    assert [one.before is None for one in events] == [True] * 6 + [False]
    assert (events[-1].before or {})["status"] == "draft"


@pytest.mark.django_db
def test_what_a_worker_makes_has_no_history_and_what_a_person_writes_has() -> None:
    assert told(make.problem()) == []
    assert told(make.problem(kind="created", by="ana")) == [("created", "ana", "")]


@pytest.mark.django_db
def test_what_changes_nothing_is_not_told() -> None:
    problem = make.problem()
    problem.refresh_from_db()
    assert not services.revise(
        problem.id, fields={"title": problem.title}, statements=written(problem), by="ana"
    )
    assert told(problem) == []
    before = problem.updated_at
    problem.refresh_from_db()
    assert problem.updated_at == before


@pytest.mark.django_db
def test_a_refused_change_is_not_told() -> None:
    problem = make.problem(status="draft", statements=make.statements(correct=0))
    with pytest.raises(Conflict):
        services.publish(problem.id, by="ana")
    with pytest.raises(Unprocessable, match="at most 2000"):
        services.retire(problem.id, by="ana", reason="x" * 2001)
    with pytest.raises(Unprocessable, match="needs a text"):
        services.note(problem.id, text=" ", by="ana")
    assert told(problem) == []


@pytest.mark.django_db
def test_events_go_with_their_problem() -> None:
    problem = make.problem()
    services.retire(problem.id, by="ana")
    problem.delete()
    assert not ProblemEvent.objects.exists()


@pytest.mark.django_db
def test_reverting_gives_back_texts_but_not_the_status() -> None:
    problem = make.problem()
    first = state(problem)
    one = edit(problem, "Elle a raison.")
    services.tag([problem.id], add=["x"], by="ana")
    services.retire(problem.id, by="ana")
    assert history.revert(problem.id, to=one.id, by="bo")
    assert state(problem) == {**one.snapshot, "status": "retired"}
    assert told(problem)[-1] == ("reverted", "bo", "Back to version 1.")
    assert history.revert(problem.id, to=None, by="bo", reason="It was better.")
    assert state(problem) == {**first, "status": "retired"}
    assert told(problem)[-1] == ("reverted", "bo", "It was better.")
    assert not history.revert(problem.id, to=None, by="bo")
    assert len(told(problem)) == 5
    problem.refresh_from_db()
    assert "elle a raison" not in problem.search_text


@pytest.mark.django_db
def test_a_removed_statement_comes_back_under_its_id() -> None:
    problem = make.problem()
    rows = written(problem)
    services.revise(problem.id, statements=rows[:3], by="ana")
    history.revert(problem.id, to=None, by="ana")
    assert written(problem) == rows


@pytest.mark.django_db
def test_a_revert_to_what_another_problem_has_become_is_refused() -> None:
    given = make.statements()
    problem = make.problem(statements=given)
    edit(problem, "Elle a raison.")
    make.problem(statements=given)
    with pytest.raises(DuplicateProblem):
        history.revert(problem.id, to=None, by="ana")
    assert [one[0] for one in told(problem)] == ["edited"]


@pytest.mark.django_db
def test_there_is_no_way_back_to_nowhere() -> None:
    problem, other = make.problem(), make.problem(kind="created")
    foreign = edit(other, "Elle a raison.")
    for to in (None, uuid.uuid4(), foreign.id):
        with pytest.raises(NotFound, match="no such event"):
            history.revert(problem.id, to=to, by="ana")
    with pytest.raises(NotFound):
        history.revert(other.id, to=None, by="ana")  # it was written as it was
    with pytest.raises(NotFound):
        history.undo(uuid.uuid4(), by="ana")


@pytest.mark.django_db
def test_undoing_gives_back_the_status_too() -> None:
    problem = make.problem(status="review")
    services.publish(problem.id, by="ana")
    services.note(problem.id, text="Hm.", by="bo")
    published = history.events_of(problem.id).get(kind="published")
    history.undo(published.id, by="ana")
    assert state(problem)["status"] == "review"
    assert told(problem)[-1] == ("reverted", "ana", "Undone: published.")
    assert pool.draw(pool.Filters()) == []
    with pytest.raises(Conflict, match="changed again"):
        history.undo(published.id, by="ana")
    undone = history.events_of(problem.id).first()
    assert undone is not None
    history.undo(undone.id, by="ana")
    assert state(problem)["status"] == "live"


@pytest.mark.django_db
def test_what_was_changed_again_is_not_undone() -> None:
    problem = make.problem()
    one = edit(problem, "Elle a raison.")
    edit(problem, "Elle a tort.")
    with pytest.raises(Conflict, match="changed again"):
        history.undo(one.id, by="ana")
    last = history.events_of(problem.id).first()
    assert last is not None
    Problem.objects.filter(id=problem.id).update(title="By another way")
    with pytest.raises(Conflict, match="changed again"):
        history.undo(last.id, by="ana")


@pytest.mark.django_db
def test_a_beginning_and_a_note_are_not_undone() -> None:
    problem = make.problem(kind="imported", by="ana")
    begun = history.events_of(problem.id).get()
    with pytest.raises(Conflict, match="nothing to undo"):
        history.undo(begun.id, by="ana")
    services.note(problem.id, text="Hm.", by="bo")
    note = history.events_of(problem.id).get(kind="noted")
    with pytest.raises(Conflict, match="nothing to undo"):
        history.undo(note.id, by="ana")


@pytest.mark.django_db
def test_differences_are_told_word_by_word() -> None:
    problem = make.problem(topic_tags=["a"])
    right, one, two, three = written(problem)
    services.revise(
        problem.id,
        fields={"level": "B1", "topic_tags": ["a", "été"]},
        statements=[
            replace(right, content="Elle a deux livres."),
            two,
            replace(one, error_type="wrong_person", explanation="The auxiliary is être."),
            NewStatement(
                "Elle ont.", is_correct=False, error_type="wrong_person", explanation="No."
            ),
        ],
        by="ana",
    )
    [entry] = history.entries(problem.id)
    found = {
        one.label: "".join(
            {"same": "", "removed": "-", "added": "+"}[p.kind] + p.text for p in one.parts
        )
        for one in entry.changes
    }
    assert found.pop("Statement 1: sentence").startswith("Elle a -0")
    assert found == {
        "Level": "-A2+B1",
        "Tags": "a+, été",
        "Statement 2: moved": f"{two.content} (from place 3)",
        "Statement 3: moved": f"{one.content} (from place 2)",
        "Statement 3: error type": "-wrong auxiliary+wrong person",
        "Statement 3: explanation": "The auxiliary is -avoir+être.",
        "Statement 4: added": "+Elle ont.",
        "Statement removed": f"-{three.content}",
    }


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("", "", ""),
        ("Elle a mangé.", "Elle a mangé.", "Elle a mangé."),
        ("Elle est mangé.", "Elle a mangé.", "Elle -est +a mangé."),
        ("J’aime l’eau.", "J’aime bien l’eau.", "J’aime +bien l’eau."),
        ("Il parle.", "Il parle !", "Il -parle.+parle !"),
        ("", "Oui.", "+Oui."),
    ],
)
def test_word_parts(before: str, after: str, shown: str) -> None:
    assert marked(word_parts(before, after)) == shown


@pytest.mark.django_db
def test_the_newest_change_is_known() -> None:
    problem = make.problem()
    edit(problem, "Elle a raison.")
    edit(problem, "Elle a tort.")
    services.note(problem.id, text="Hm.", by="bo")
    assert [one.newest for one in history.entries(problem.id)] == [False, True, False]


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_time_both_stand_in_the_history() -> None:
    problem = make.problem()
    start = threading.Barrier(4, timeout=10)

    def run(number: int) -> None:
        try:
            start.wait()
            services.tag([problem.id], add=[f"tag {number}"], by=f"user {number}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    events = list(history.events_of(problem.id))
    assert [one.number for one in events] == [4, 3, 2, 1]
    assert len(events[0].snapshot["topic_tags"]) == 4
    assert {one.by for one in events} == {f"user {number}" for number in range(4)}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_undo_or_change_one_is_refused() -> None:
    problem = make.problem(status="review")
    services.publish(problem.id, by="ana")
    event = history.events_of(problem.id).get()
    start = threading.Barrier(2, timeout=10)
    outcomes: list[str] = []

    def run(change: Callable[[], None]) -> None:
        try:
            start.wait()
            with transaction.atomic():
                change()
            outcomes.append("done")
        except Conflict:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=[lambda: history.undo(event.id, by="ana")]),
        threading.Thread(target=run, args=[lambda: history.undo(event.id, by="bo")]),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["done", "refused"]
    assert state(problem)["status"] == "review"
