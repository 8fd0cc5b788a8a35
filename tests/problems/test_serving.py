"""Giving problems out: draws with bodies, single bodies, verbs as people type them."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from problems import services, serving
from problems.models import Problem, ServeState
from problems.pool import Filters
from quizservice.errors import Gone, NotFound
from tests.problems import make


def broken() -> Problem:
    """A live problem whose statements are gone behind the constraints' back."""
    problem = make.problem()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM problems_statement WHERE problem_id = %s", [problem.id])
        cursor.execute("SET session_replication_role = origin")
    return problem


def served(filters: Filters = Filters(), **options: Any) -> list[Any]:  # noqa: B008
    """The bodies of a draw, read."""
    return [json.loads(one.body) for one in serving.serve(filters, **options)]


@pytest.mark.django_db
def test_a_draw_gives_ids_and_bodies_in_one_statement() -> None:
    problem = make.problem()
    serving.serve(Filters())
    with CaptureQueriesContext(connection) as queries:
        (one,) = serving.serve(Filters(), include_metadata=True)
    assert len(queries) == 1
    assert one.id == problem.id
    body = json.loads(one.body)
    assert (body["id"], body["correct_answer_index"]) == (str(problem.id), 0)
    assert body["metadata"] == {"verb_infinitives": ["avoir"]}
    (body,) = served(reveal=False)
    assert "correct_answer_index" not in body
    assert ServeState.objects.get(problem=problem).served_count == 3


@pytest.mark.django_db
def test_several_at_once_are_different_and_few_when_few_match() -> None:
    wanted = {str(make.problem(topic_tags=["food"]).id) for _ in range(5)}
    make.problem()
    filters = Filters(topic_tags=("food",))
    for count, expected in ((3, 3), (5, 5), (9, 5), (1, 1)):
        bodies = served(filters, count=count)
        assert len({body["id"] for body in bodies} & wanted) == len(bodies) == expected


@pytest.mark.django_db
def test_nothing_matches() -> None:
    make.problem()
    assert serving.serve(Filters(topic_tags=("zoo",)), count=3) == []


@pytest.mark.django_db
def test_a_broken_problem_is_logged_and_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    odd = broken()
    whole = {str(make.problem().id) for _ in range(3)}
    for _ in range(2):
        assert {served()[0]["id"] for _ in range(3)} <= whole
    for count in (2, 3, 4, 50):
        bodies = served(count=count)
        assert {body["id"] for body in bodies} <= whole
        assert len(bodies) == min(count, 3)
    assert caplog.text.count(str(odd.id)) in {1, 2}  # once a minute, however often it is drawn


@pytest.mark.django_db
def test_a_pool_of_broken_problems_gives_none() -> None:
    for _ in range(3):
        broken()
    assert serving.serve(Filters()) == []
    assert serving.serve(Filters(), count=50) == []


@pytest.mark.django_db(transaction=True)
def test_what_is_retired_while_it_is_drawn_is_never_given() -> None:
    """Draws and retirements at once: a body is live at the moment when it is read."""
    problems = [make.problem() for _ in range(30)]
    retired: list[str] = []

    def draw() -> list[tuple[set[str], set[str]]]:
        found = []
        for _ in range(40):
            before = set(retired)
            found.append((before, {body["id"] for body in served(count=3)}))
        connection.close()
        return found

    with ThreadPoolExecutor(3) as pool:
        draws = [pool.submit(draw) for _ in range(3)]
        for problem in problems[:25]:
            services.retire(problem.id)
            retired.append(str(problem.id))
        for one in draws:
            for before, given in one.result():
                assert not before & given
    assert len({body["id"] for body in served(count=50)}) == 5


@pytest.mark.django_db(transaction=True)
def test_an_edit_that_is_committed_shows_in_the_next_draw() -> None:
    problem = make.problem()
    for title in ("One", "Two"):
        Problem.objects.filter(id=problem.id).update(title=title)
        assert served()[0]["title"] == title


@pytest.mark.django_db
def test_who_may_see_which_problem() -> None:
    live, draft, retired = (make.problem(status=status) for status in ("live", "draft", "retired"))

    def seen(problem_id: uuid.UUID, any_status: bool) -> Any:
        return json.loads(
            serving.visible_body(problem_id, include_metadata=False, any_status=any_status)
        )["id"]

    assert seen(live.id, any_status=False) == str(live.id)
    assert seen(draft.id, any_status=True) == str(draft.id)
    for problem_id in (draft.id, uuid.uuid4(), broken().id):
        with pytest.raises(NotFound, match="not found"):
            seen(problem_id, any_status=False)
    for any_status in (False, True):
        with pytest.raises(Gone):
            seen(retired.id, any_status)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "cited"),
    [
        ("laver", "laver"),
        ("LAVER", "laver"),
        ("se laver", "se laver"),
        ("Se  Laver", "se laver"),
        ("s’habiller", "s'habiller"),
        ("préférer", "préférer"),
        ("preferer", "préférer"),
        ("etre", "être"),
        ("évanouir", "s'évanouir"),
        ("zzzer", "zzzer"),
        ("a\u200bb", "a\u200bb"),
    ],
)
def test_verbs_are_found_as_dictionaries_cite_them(typed: str, cited: str) -> None:
    assert serving.with_cited_verbs(Filters(verb=(typed,))).verb == (cited,)


@pytest.mark.django_db
def test_spellings_of_one_verb_are_one_filter() -> None:
    given = Filters(verb=("être", "ETRE", "avoir"), level=("A1",))
    assert serving.with_cited_verbs(given) == Filters(verb=("avoir", "être"), level=("A1",))
    assert serving.with_cited_verbs(Filters(level=("A1",))) == Filters(level=("A1",))
