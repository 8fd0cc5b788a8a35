"""Problems of every shape that the database lets in, stored without the service."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import JSONField, Value

from problems.models import Problem, Statement
from verbs.french.vocabulary import ErrorType, Focus, Language, Level, Tense

#: What is easily broken on the way into JSON and out again.
TEXTS = (
    "Elle a mangé.",
    'Il a dit : "oui".',
    "Aujourd’hui, j'ai « fini ».",
    r"C:\temp\n",
    "une\nligne\tet\r\nune autre",
    "\x01\x1f\x7f",
    "é vs e\u0301",
    "🦊 l'été \u2028 \u2029 \ufeff \U0010ffff",
    "</script><!-- & -->",
    "{}[],:null",
    " ",
)
METADATA: tuple[Any, ...] = (
    {},
    {"verb_infinitives": ["se laver", "être"], "includes_cod": True, "model": None},
    {
        "verb_infinitives": [],
        "nested": {"list": [1, 2.5, 0.1, 123456789012345678, "é\"'\\"], "": None},
    },
    {"verb_infinitives": "no list", "n": 9007199254740993},
    {"verb_infinitives": [None, 5]},
    [],
    [1, "two", None],
    "a text",
    Value(None, JSONField()),  # null in JSON; the column itself is never null
    5,
)
_numbers = itertools.count(1)


def store(count: int, rng: random.Random) -> list[Problem]:
    """Live problems with 2 to 6 statements, every focus among them."""
    problems, statements = [], []
    for _ in range(count):
        problem, its = _problem(rng)
        problems.append(problem)
        statements += its
    times = {one.id: (one.created_at, one.updated_at) for one in problems}
    Problem.objects.bulk_create(problems)
    Statement.objects.bulk_create(statements)
    for one in problems:  # auto_now has had its way
        one.created_at, one.updated_at = times[one.id]
    Problem.objects.bulk_update(problems, ["created_at", "updated_at"])
    return problems


def _problem(rng: random.Random) -> tuple[Problem, list[Statement]]:
    focus = list(Focus)[next(_numbers) % len(Focus)]
    problem = Problem(
        title=_text(rng, 200),
        instructions=_text(rng, 500),
        target_language_code=rng.choice(list(Language)).value,
        grammatical_focus=focus.value,
        tenses_used=[one.value for one in rng.sample(list(Tense), rng.randint(1, 3))],
        topic_tags=rng.sample(TEXTS, rng.randint(0, 3)),
        level=rng.choice(list(Level)).value,
        status=Problem.Status.LIVE,
        metadata=rng.choice(METADATA),
        generation_trace=rng.choice([{}, {"plan": {"prompt": _text(rng, 5000)}}, METADATA[-2]]),
        created_at=_time(rng),
        updated_at=_time(rng),
    )
    size = rng.randint(2, 6)
    correct = rng.randrange(size)
    statements = [_statement(problem, n, n == correct, rng) for n in range(size)]
    problem.source_statement_ids = [one.id for one in statements][: rng.choice([0, size])]
    problem.describe_for_search(one.content for one in statements)
    return problem, statements


def _statement(problem: Problem, position: int, correct: bool, rng: random.Random) -> Statement:
    return Statement(
        problem=problem,
        position=position,
        content=f"{next(_numbers)} {_text(rng, 400)}",
        is_correct=correct,
        translation=rng.choice([None, "", _text(rng, 400)]) if correct else None,
        explanation=None if correct else _text(rng, 2000),
        error_type=None if correct else rng.choice(list(ErrorType)).value,
    )


def _text(rng: random.Random, longest: int) -> str:
    return (" ".join(rng.choices(TEXTS, k=rng.randint(1, 40))))[:longest]


def _time(rng: random.Random) -> datetime:
    moment = datetime(rng.choice([1, 1969, 2026, 9999]), 2, 28, tzinfo=UTC)
    return moment + timedelta(
        seconds=rng.randrange(86_400), microseconds=rng.choice([0, 1, 120_000, 999_999])
    )
