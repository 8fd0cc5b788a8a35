"""Several problems in one draw."""

from __future__ import annotations

import itertools

import pytest

from problems import pool
from problems.models import ServeState
from problems.pool import Filters
from tests.problems import make, pools

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 20, 50])
def test_an_answer_has_as_many_different_ones_as_were_asked_for(count: int) -> None:
    for _ in range(60):
        make.problem(statements=make.statements(wrong=1))
    for _ in range(5):
        drawn = pool.draw(Filters(), count)
        assert len(drawn) == len(set(drawn)) == count
    assert sum(ServeState.objects.values_list("served_count", flat=True)) == 5 * count
    pools.assert_in_step()


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_fewer_when_fewer_match(number: int) -> None:
    wanted = {make.problem(topic_tags=["zoo"]).id for _ in range(number)}
    make.problem()
    for _ in range(3):
        drawn = pool.draw(Filters(topic_tags=("zoo",)), 10)
        assert len(drawn) == number
        assert set(drawn) == wanted


@pytest.mark.parametrize("count", [0, -1])
def test_none_cannot_be_asked_for(count: int) -> None:
    with pytest.raises(ValueError, match="count"):
        pool.draw(Filters(), count)


@pytest.mark.parametrize(
    ("number", "count"), [(10, 4), (12, 5), (30, 7), (25, 12), (9, 8), (60, 50)]
)
def test_answers_that_straddle_two_cycles_keep_both(number: int, count: int) -> None:
    """Cycle after cycle every problem comes once, but the last answer of a cycle may begin the next one."""
    problems = {make.problem(statements=make.statements(wrong=1)).id for _ in range(number)}
    serves = []
    for _ in range(5 * number // count + 1):
        answer = pool.draw(Filters(), count)
        assert len(answer) == len(set(answer)) == count
        serves.extend(answer)
    for start in range(0, len(serves) - number + 1, number):
        assert set(serves[start : start + number]) == problems


@pytest.mark.parametrize(
    "filters", [Filters(topic_tags=("food", "work")), Filters(verb=("avoir",))]
)
def test_answers_of_different_lengths_share_the_cycles(filters: Filters) -> None:
    expected = pools.matching(pools.mixed(80), filters)
    assert len(expected) > 12
    serves: list = []
    for count in itertools.islice(itertools.cycle([1, 3, 10, 2]), 40):
        serves.extend(pool.draw(filters, count))
    for start in range(0, len(serves) - len(expected) + 1, len(expected)):
        assert set(serves[start : start + len(expected)]) == expected


def test_new_ones_come_first_in_an_answer() -> None:
    for _ in range(10):
        make.problem()
    pool.draw(Filters(), 10)
    new = {make.problem().id for _ in range(3)}
    assert set(pool.draw(Filters(), 5)[:3]) == new


def test_an_answer_never_begins_with_what_was_given_last() -> None:
    for _ in range(5):
        make.problem()
    last = pool.draw(Filters(), 5)[-1]
    for _ in range(30):
        answer = pool.draw(Filters(), 5)
        assert answer[0] != last
        last = answer[-1]
