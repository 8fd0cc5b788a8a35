"""What the pool holds, by focus, tense and level."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from problems import feedback, pool, services, stock
from problems.pool import Filters
from problems.stock import Holding
from tests.problems import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    stock.forget()


def counts(found: dict[tuple[str, str], Holding]) -> dict[tuple[str, str], tuple[int, int]]:
    return {cell: (one.live, one.never_served) for cell, one in found.items()}


def test_an_empty_pool_holds_nothing() -> None:
    found = stock.look()
    assert (found.cells(), found.by_focus()) == ({}, {})
    assert found.total() == Holding(0, 0, None)


def test_only_live_problems_count() -> None:
    for status in ("live", "live", "draft", "review"):
        make.problem(status=status)
    services.retire(make.problem().id)
    assert counts(stock.look().cells()) == {("auxiliary", "passe_compose"): (2, 2)}


def test_a_problem_with_two_tenses_is_in_two_cells_and_counts_once_in_sums() -> None:
    make.problem(grammatical_focus="negation", tenses_used=["present", "imparfait"])
    make.problem(grammatical_focus="negation", tenses_used=["present"])
    found = stock.look()
    assert counts(found.cells()) == {
        ("negation", "present"): (2, 2),
        ("negation", "imparfait"): (1, 1),
    }
    assert found.by_focus()["negation"].live == 2
    assert found.total().live == 2


def test_levels_are_told_apart_and_languages_are_not() -> None:
    make.problem(level="A2")
    make.problem(level="A2", target_language_code="fra")
    make.problem(level="B1")
    found = stock.look()
    assert (found.total("A2").live, found.total("B1").live, found.total("B2").live) == (2, 1, 0)
    assert found.cells("B1")["auxiliary", "passe_compose"].live == 1
    assert found.total().live == 3


def test_what_was_drawn_is_no_more_among_the_never_served() -> None:
    for _ in range(3):
        make.problem()
    make.problem(grammatical_focus="negation")
    pool.draw(Filters(grammatical_focus=("auxiliary",)), 2)
    found = stock.look().by_focus()
    assert (found["auxiliary"].live, found["auxiliary"].never_served) == (3, 1)
    assert found["auxiliary"].last_drawn_at is not None
    assert found["negation"] == Holding(1, 1, None)
    assert stock.look().total().last_drawn_at == found["auxiliary"].last_drawn_at


def test_what_was_found_is_kept_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    make.problem()
    first = stock.stock()
    make.problem()
    with CaptureQueriesContext(connection) as asked:
        assert stock.stock() is first
    assert not asked.captured_queries
    stock.forget()
    assert stock.stock().total().live == 2
    monkeypatch.setattr(stock, "KEPT", 0.0)
    monkeypatch.setattr(stock, "PATIENCE", 0.0)
    stock.forget()
    assert stock.stock() is not stock.stock()


def test_what_waits_for_a_person_is_counted_in_one_statement() -> None:
    for _ in range(2):
        make.problem(status="review")
    problem = make.problem()
    feedback.report(problem.id, reason="ambiguous", key_id=uuid4())
    feedback.report(problem.id, reason="unnatural", key_id=uuid4())
    with CaptureQueriesContext(connection) as asked:
        assert stock.waiting() == stock.Waiting(review=2, reports=2)
    assert len(asked.captured_queries) == 1


def test_what_waits_is_counted_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock, "COUNTED", 2)
    for _ in range(3):
        make.problem(status="review")
    assert stock.waiting().review == 2
