"""Pools for the tests of the draw, and what a draw should give, worked out in Python."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from problems import pool
from problems.models import Problem, ServeState, ServeTerm, Statement
from problems.pool import Filters
from tests.problems import make

FOCUSES = ("auxiliary", "conjugation", "negation")
TENSES = ("present", "imparfait", "passe_compose", "futur_simple")
LEVELS = ("A1", "A2", "B1")
TAGS = ("food", "travel", "work", "école")
VERBS = ("avoir", "se laver", "être")
ERRORS = ("wrong_form", "wrong_auxiliary", "negation_structure", "elision")
LANGUAGES = ("eng", "fra")


def statements(*errors: str) -> list[Any]:
    """A correct statement, and a wrong one for each error type."""
    right, *wrong = make.statements(wrong=len(errors))
    for statement, error in zip(wrong, errors, strict=True):
        object.__setattr__(statement, "error_type", error)
    return [right, *wrong]


def mixed(number: int, seed: int = 5) -> list[Problem]:
    """Problems of all kinds; most are live."""
    rnd = random.Random(seed)
    return [
        make.problem(
            statements=statements(*rnd.choices(ERRORS, k=rnd.choice([1, 1, 2, 3]))),
            grammatical_focus=rnd.choice(FOCUSES),
            tenses_used=rnd.sample(TENSES, rnd.choice([1, 1, 2])),
            target_language_code=rnd.choice(["eng", "eng", "fra"]),
            level=rnd.choice(LEVELS),
            topic_tags=rnd.sample(TAGS, rnd.randint(0, 3)),
            metadata={"verb_infinitives": rnd.sample(VERBS, rnd.randint(0, 2))},
            status=rnd.choice(["live"] * 8 + ["draft", "review", "retired"]),
        )
        for _ in range(number)
    ]


def matching(problems: Iterable[Problem], filters: Filters) -> set[UUID]:
    """The live ones among ``problems`` that a filter should find."""

    def fits(wanted: tuple[str, ...], values: Iterable[str | None]) -> bool:
        return not wanted or not set(wanted).isdisjoint(values)

    return {
        problem.id
        for problem in problems
        if problem.status == "live"
        and fits(filters.grammatical_focus, [problem.grammatical_focus])
        and fits(filters.tenses_used, problem.tenses_used)
        and fits(filters.topic_tags, problem.topic_tags)
        and fits(filters.target_language_code, [problem.target_language_code])
        and fits(filters.level, [problem.level])
        and fits(filters.verb, problem.metadata.get("verb_infinitives", [])[:1])
        and fits(filters.error_type, [one.error_type for one in problem.statements.all()])
    }


def draw_one(filters: Filters) -> UUID | None:
    drawn = pool.draw(filters)
    assert len(drawn) <= 1
    return drawn[0] if drawn else None


def drawn(filters: Filters, number: int) -> list[UUID | None]:
    """``number`` draws, one after another."""
    return [draw_one(filters) for _ in range(number)]


def assert_in_step() -> None:
    """Terms repeat the place of their problem and are what it has; buckets say what the problem has."""
    for term in ServeTerm.objects.select_related("problem"):
        place = (term.serve_seq, term.cell_id, term.bucket_id)
        assert place == (term.problem.serve_seq, term.problem.cell_id, term.problem.bucket_id)
    for state in ServeState.objects.select_related("problem", "cell", "bucket"):
        problem, bucket = state.problem, state.bucket
        assert (bucket is not None) == (problem.status == "live")
        found = set(state.terms.values_list("kind", "term"))
        if bucket is None:
            assert not found
            continue
        assert state.cell is not None
        assert bucket.tenses_used == sorted(set(problem.tenses_used))
        for part in (bucket, state.cell):
            assert part.grammatical_focus == problem.grammatical_focus
            assert part.level == problem.level
            assert part.target_language_code == problem.target_language_code
        verbs = problem.metadata.get("verb_infinitives", [])[:1]
        errors = Statement.objects.filter(problem=problem, is_correct=False)
        assert found == {
            *((ServeTerm.Kind.TOPIC_TAG, tag) for tag in problem.topic_tags),
            *((ServeTerm.Kind.VERB, verb) for verb in verbs),
            *((ServeTerm.Kind.ERROR_TYPE, one.error_type) for one in errors),
        }
