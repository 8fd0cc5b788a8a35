"""Problems about mood and tense in the simple future: what is wrong there, and how varied it is."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from generation.french.compose import ComposedProblem, ProblemSpec, compose
from verbs.french.vocabulary import ErrorType, Focus, Level, Tense

PROBLEMS = 40


@cache
def problems(level: Level) -> list[ComposedProblem]:
    spec = ProblemSpec(focus=Focus.MOOD_AND_TENSE, tense=Tense.FUTUR_SIMPLE, level=level)
    return [compose(spec, seed) for seed in range(PROBLEMS)]


@pytest.mark.parametrize("level", [Level.A2, Level.B1])
def test_no_passe_simple_stands_for_a_future(level: Level) -> None:
    """What is wrong is a tense that learners of the level know and write."""
    wrong = [s for p in problems(level) for s in p.statements if s.error_type is not None]
    tenses = [s for s in wrong if s.error_type is ErrorType.WRONG_TENSE]
    assert len(tenses) >= PROBLEMS
    assert all("passé simple" not in (s.explanation or "") for s in tenses)


def test_many_things_ask_for_a_future_at_the_second_level() -> None:
    found = Counter(
        str(s.clause["trigger_key"])
        for p in problems(Level.A2)
        for s in p.statements
        if s.clause.get("trigger_key")
    )
    assert len(found) >= 10
    assert found.most_common(1)[0][1] <= 0.4 * found.total()
