"""The draw's guarantees, one caller at a time."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from problems import pool, services
from problems.models import Problem, ServeCycle, ServeState, ServeTerm
from problems.pool import Filters
from tests.problems import make, pools

pytestmark = pytest.mark.django_db

COMBINATIONS = [
    Filters(),
    Filters(grammatical_focus=("negation",)),
    Filters(grammatical_focus=("negation", "auxiliary")),
    Filters(tenses_used=("present", "futur_simple")),
    Filters(topic_tags=("food",)),
    Filters(topic_tags=("food", "école", "work")),
    Filters(target_language_code=("fra",)),
    Filters(target_language_code=("eng", "fra", "deu")),
    Filters(level=("A1", "B1")),
    Filters(topic_tags=("food",), level=("A1", "A2", "B1")),
    Filters(topic_tags=("travel", "work"), grammatical_focus=("auxiliary", "conjugation")),
    Filters(verb=("avoir",)),
    Filters(verb=("avoir", "être", "voler"), level=("A1", "A2")),
    Filters(error_type=("elision",)),
    Filters(error_type=("elision", "wrong_form"), grammatical_focus=("negation",)),
    Filters(topic_tags=("food", "école"), verb=("avoir", "se laver")),
    Filters(verb=("être",), error_type=("elision", "wrong_auxiliary")),
    Filters(
        topic_tags=("food", "work"), verb=("avoir", "être"), error_type=("elision", "wrong_form")
    ),
    Filters(
        topic_tags=("food", "travel"),
        tenses_used=("present", "imparfait"),
        target_language_code=("eng",),
        level=("A1", "A2"),
        grammatical_focus=("auxiliary", "negation"),
    ),
]


def test_every_cycle_serves_all_that_match_once() -> None:
    problems = pools.mixed(200)
    for filters in COMBINATIONS:
        expected = pools.matching(problems, filters)
        assert len(expected) > 3
        cycles = [pools.drawn(filters, len(expected)) for _ in range(3)]
        assert [set(cycle) for cycle in cycles] == [expected] * 3, filters


def test_the_order_differs_from_cycle_to_cycle() -> None:
    make_all = [make.problem() for _ in range(12)]
    cycles = [tuple(pools.drawn(Filters(), len(make_all))) for _ in range(6)]
    assert len(set(cycles)) == 6


@pytest.mark.parametrize("number", [2, 3, 5, 7, 8, 9, 13])
def test_a_small_pool_never_repeats_at_once(number: int) -> None:
    for _ in range(number):
        make.problem(statements=make.statements(wrong=1))
    sequence = pools.drawn(Filters(), number * 15)
    assert all(one != following for one, following in itertools.pairwise(sequence))
    for start in range(0, len(sequence), number):
        assert len(set(sequence[start : start + number])) == number


def test_a_single_match_is_served_again_and_again() -> None:
    problem = make.problem(topic_tags=["rare"])
    make.problem()
    assert pools.drawn(Filters(topic_tags=("rare",)), 5) == [problem.id] * 5


def test_nothing_matches() -> None:
    assert pools.draw_one(Filters()) is None
    make.problem(topic_tags=["food"])
    for filters in (
        Filters(topic_tags=("foo",)),
        Filters(topic_tags=("food",), level=("B2",)),
        Filters(grammatical_focus=("negation",)),
        Filters(target_language_code=("deu",)),
    ):
        assert pools.draw_one(filters) is None
    assert not ServeCycle.objects.exists()


def test_overlapping_filters_do_not_starve_a_problem() -> None:
    """While a problem waits, each filter that matches it begins at most one cycle: others come rarely."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
    problems = pools.mixed(60)
    filters = [*COMBINATIONS, *[Filters()] * 4]
    sets = [pools.matching(problems, one) for one in filters]
    rnd = random.Random(11)
    since: defaultdict[UUID, defaultdict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    worst = 0
    for _ in range(1500):
        index = rnd.randrange(len(filters))
        served = pools.draw_one(filters[index])
        assert served in sets[index]
        for waiting in sets[index] - {served}:
            since[waiting][served] += 1
            worst = max(worst, since[waiting][served])
        since[served].clear()
    print("WORST", worst)
    assert worst <= 30


def test_what_another_filter_was_given_counts_as_served() -> None:
    tagged = [make.problem(topic_tags=["food"]) for _ in range(4)]
    others = [make.problem() for _ in range(4)]
    first = pools.draw_one(Filters())
    rest = {problem.id for problem in [*tagged, *others]} - {first}
    by_tag = pools.drawn(Filters(topic_tags=("food",)), 3)
    seen = {first, *by_tag}
    assert set(pools.drawn(Filters(), 8 - len(seen))) == rest - set(by_tag)


def test_a_new_problem_is_next_whoever_asks() -> None:
    for _ in range(20):
        make.problem(topic_tags=["food"])
    pools.drawn(Filters(), 7)
    pools.drawn(Filters(topic_tags=("food",)), 15)
    pools.drawn(Filters(), 20)
    new = make.problem(topic_tags=["food"])
    assert pools.draw_one(Filters(topic_tags=("food",))) == new.id
    newer = make.problem(topic_tags=["food"])
    assert pools.draw_one(Filters()) == newer.id


@pytest.mark.parametrize("how", ["orm", "save", "psql"])
def test_edits_hold_at_once(how: str) -> None:
    problem = make.problem(topic_tags=["food"])
    for _ in range(3):
        make.problem(topic_tags=["food"])
    served = pools.drawn(Filters(), 4).count(problem.id)
    if how == "psql":
        with connection.cursor() as cursor:
            cursor.execute(
                """UPDATE problems_problem SET topic_tags = '{zoo,zoo}', grammatical_focus = 'negation',
                   tenses_used = '{present,imparfait}', level = 'B2', target_language_code = 'fra'
                   WHERE id = %s""",
                [problem.id],
            )
    else:
        values = {
            "topic_tags": ["zoo", "zoo"],
            "grammatical_focus": "negation",
            "tenses_used": ["present", "imparfait"],
            "level": "B2",
            "target_language_code": "fra",
        }
        for name, value in values.items():
            setattr(problem, name, value)
        if how == "save":
            problem.save()
        else:
            Problem.objects.filter(id=problem.id).update(**values)
    for filters in (
        Filters(topic_tags=("zoo",)),
        Filters(grammatical_focus=("negation",)),
        Filters(tenses_used=("imparfait",)),
        Filters(level=("B2",)),
        Filters(target_language_code=("fra",)),
        Filters(topic_tags=("zoo",), tenses_used=("present",), level=("B2",)),
    ):
        assert pools.draw_one(filters) == problem.id
        served += 1
    assert problem.id not in pools.drawn(Filters(topic_tags=("food",)), 6)
    assert problem.id not in pools.drawn(Filters(grammatical_focus=("auxiliary",)), 6)
    assert ServeState.objects.get(problem=problem).served_count == served
    pools.assert_in_step()


def test_a_deleted_problem_is_gone_and_a_retired_one_keeps_its_count() -> None:
    deleted, retired, stays = (make.problem(topic_tags=["food"]) for _ in range(3))
    pools.drawn(Filters(), 6)
    Problem.objects.filter(id=deleted.id).delete()
    services.retire(retired.id)
    for filters in (Filters(), Filters(topic_tags=("food",)), Filters(level=("A2",))):
        assert set(pools.drawn(filters, 3)) == {stays.id}
    assert ServeState.objects.get(problem=retired).served_count == 2
    assert not ServeTerm.objects.filter(problem_id=retired.id).exists()
    services.publish(retired.id)
    assert ServeState.objects.get(problem=retired).served_count == 2
    assert pools.draw_one(Filters(topic_tags=("food",))) == retired.id
    pools.assert_in_step()


def test_serving_leaves_the_problem_itself_alone() -> None:
    problem = make.problem()
    before = Problem.objects.values().get(id=problem.id)
    pools.drawn(Filters(), 3)
    assert Problem.objects.values().get(id=problem.id) == before
    state = ServeState.objects.get(problem=problem)
    assert state.served_count == 3
    assert state.last_served_at is not None
    assert abs(timezone.now() - state.last_served_at) < timedelta(minutes=5)


def test_equal_filters_share_a_cycle_and_different_ones_do_not() -> None:
    make.problem(topic_tags=["a", "b", "a,b"])
    pools.draw_one(Filters(topic_tags=("a", "b")))
    pools.draw_one(Filters(topic_tags=("b", "a", "b")))
    assert ServeCycle.objects.count() == 1
    pools.draw_one(Filters(topic_tags=("a,b",)))
    pools.draw_one(Filters(topic_tags=("a",)))
    pools.draw_one(Filters())
    assert ServeCycle.objects.count() == 4


@pytest.mark.parametrize(
    "tag",
    ["it's", 'say "oui"', "a,b", "{x}", "back\\slash", "100 %", "%s", "NULL", "null", "naïve",
     "日本語", "🦊", "\x1f", "a\x1fb", " spaced ", "'; DROP TABLE x; --", "*", "a" * 50],
)  # fmt: skip
def test_a_tag_may_hold_any_characters(tag: str) -> None:
    problem = make.problem(topic_tags=[tag])
    make.problem(topic_tags=["other"])
    for filters in (
        Filters(topic_tags=(tag,)),
        Filters(topic_tags=(tag, "nobody")),
        Filters(topic_tags=(tag,), level=("A2",)),
    ):
        assert pools.drawn(filters, 2) == [problem.id] * 2


def test_rows_that_only_psql_can_write_break_nothing() -> None:
    problem = make.problem()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE problems_problem SET topic_tags = '{NULL,\"\",x,x}' WHERE id = %s", [problem.id]
        )
    assert pools.draw_one(Filters(topic_tags=("x",))) == problem.id
    assert pools.draw_one(Filters(topic_tags=("NULL",))) is None
    assert pools.draw_one(Filters()) == problem.id


@pytest.mark.parametrize(
    ("filters", "hint"),
    [
        (Filters(), None),
        (Filters(topic_tags=("zoo",)), "topic_tags"),
        (Filters(topic_tags=("zoo",), level=("A2",)), "topic_tags"),
        (Filters(topic_tags=("food",), level=("B2",)), "level"),
        (Filters(topic_tags=("food",), tenses_used=("present",)), "tenses_used"),
        (Filters(grammatical_focus=("negation",), level=("A2",)), "grammatical_focus"),
        (Filters(target_language_code=("deu",), topic_tags=("food",)), "target_language_code"),
        (Filters(topic_tags=("zoo",), level=("B2",)), None),
    ],
)
def test_the_hint_names_a_filter_that_is_in_the_way(filters: Filters, hint: str | None) -> None:
    make.problem(topic_tags=["food"])
    make.problem(topic_tags=["zoo"], level="B2", status="draft")
    assert pool.unmatched_hint(filters) == hint


def test_an_empty_pool_has_no_hint() -> None:
    problem = make.problem(topic_tags=["food"])
    services.retire(problem.id)
    assert pool.unmatched_hint(Filters(topic_tags=("food",), level=("A2",))) is None


def test_the_longest_unused_cycles_are_forgotten_and_begin_anew() -> None:
    problem = make.problem(topic_tags=["a", "b", "c"])
    for tag in "abc":
        pools.draw_one(Filters(topic_tags=(tag,)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT problems_forget_cycles(2)")
        assert cursor.fetchone() == (1,)
    kept = ServeCycle.objects.values_list("filters__topic_tags", flat=True)
    assert sorted(kept) == [["b"], ["c"]]
    assert pools.draw_one(Filters(topic_tags=("a",))) == problem.id
