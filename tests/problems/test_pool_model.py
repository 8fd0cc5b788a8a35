"""Random pools and random filters against what Python says should be drawn."""

from __future__ import annotations

import dataclasses
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from problems import pool
from problems.models import Problem
from problems.pool import Filters
from tests.problems import make, pools

#: Words that a filter may hold, the last of each in no problem.
_WORDS = {
    "grammatical_focus": (*pools.FOCUSES, "reflexive"),
    "tenses_used": (*pools.TENSES, "imperatif"),
    "topic_tags": (*pools.TAGS, "zoo"),
    "target_language_code": (*pools.LANGUAGES, "deu"),
    "level": (*pools.LEVELS, "B2"),
    "verb": (*pools.VERBS, "lire"),
    "error_type": (*pools.ERRORS, "wrong_tense"),
}


def _some(words: tuple[str, ...], most: int, least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), unique=True, min_size=least, max_size=most)


filters = st.builds(Filters, **{name: _some(words, 2).map(tuple) for name, words in _WORDS.items()})
#: Of the filters given, most match something: a few at a time.
loose = filters.flatmap(
    lambda full: st.lists(st.sampled_from(dataclasses.fields(Filters)), max_size=3).map(
        lambda kept: Filters(**{field.name: getattr(full, field.name) for field in kept})
    )
)
problems = st.fixed_dictionaries(
    {
        "grammatical_focus": st.sampled_from(pools.FOCUSES),
        "tenses_used": _some(pools.TENSES, 2, least=1),
        "topic_tags": _some(pools.TAGS, 3),
        "target_language_code": st.sampled_from(pools.LANGUAGES),
        "level": st.sampled_from(pools.LEVELS),
        "metadata": _some(pools.VERBS, 2).map(lambda verbs: {"verb_infinitives": verbs}),
        "errors": st.lists(st.sampled_from(pools.ERRORS), min_size=1, max_size=3),
        "status": st.sampled_from(["live", "live", "live", "live", "draft", "review", "retired"]),
    }
)


def _store(values: dict) -> Problem:
    values = dict(values)
    return make.problem(statements=pools.statements(*values.pop("errors")), **values)


class RandomPools(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(problems, max_size=25), st.lists(st.tuples(loose, st.integers(1, 6)), max_size=25)
    )
    def test_what_is_drawn_matches_and_nothing_is_missed(
        self, stored: list[dict], draws: list[tuple[Filters, int]]
    ) -> None:
        """Whatever was drawn before: as many different ones as were asked for, or all that match."""
        rows = [_store(values) for values in stored]
        for wanted, count in draws:
            expected = pools.matching(rows, wanted)
            drawn = pool.draw(wanted, count)
            assert len(drawn) == len(set(drawn)) == min(count, len(expected)), wanted
            assert set(drawn) <= expected, wanted
        pools.assert_in_step()

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(problems, min_size=1, max_size=20), loose, st.lists(loose, max_size=4), st.data()
    )
    def test_no_problem_comes_twice_in_a_cycle(
        self, stored: list[dict], wanted: Filters, others: list[Filters], data: st.DataObject
    ) -> None:
        """Between the draws of one filter others draw too; what they are given counts for its cycle."""
        rows = [_store(values) for values in stored]
        expected = pools.matching(rows, wanted)
        assert set(pools.drawn(wanted, len(expected))) == expected  # its first cycle
        mine: set[UUID] = set()
        while expected - mine:
            (drawn,) = pool.draw(wanted)
            assert drawn not in mine
            mine.add(drawn)
            if others:
                other: Filters = data.draw(st.sampled_from(others))
                mine.update(expected.intersection(pool.draw(other, 2)))

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(problems, max_size=12), filters)
    def test_the_hint_finds_problems_and_is_missing_only_where_none_helps(
        self, stored: list[dict], wanted: Filters
    ) -> None:
        rows = [_store(values) for values in stored]
        if pools.matching(rows, wanted):
            return
        helpful = {
            name
            for name in wanted.given()
            if pools.matching(rows, dataclasses.replace(wanted, **{name: ()}))
        }
        hint = pool.unmatched_hint(wanted)
        assert hint in helpful if helpful else hint is None


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Filters)])
def test_filters_are_canonical(name: str) -> None:
    once = Filters(**{name: ("b", "a", "b")})
    assert once == Filters(**{name: ("a", "b")})
    assert once.given() == [name]
    assert [argument for argument in once.arguments() if argument] == [["a", "b"]]
