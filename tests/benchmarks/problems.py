"""A thousand problems of one seed: what is in them, what gives answers away, how fast they are made."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings

from generation import judging, making, planning, running, services
from generation.french.spec import ComposedProblem
from generation.models import GenerationItem
from generation.writers.base import Draft, Plan
from generation.writers.registry import get_writer
from problems.models import fingerprint_of
from tests.benchmarks.measure import Options, summary, table, throwaway_database
from tests.generation.french.answer_cues import GUESSERS, score

PROBLEMS = 1000
STORED = 300
SEED = 1


def _drafts(count: int) -> list[Draft]:
    """The problems of one order without constraints, each judged."""
    writer = get_writer("rules")
    plans = planning.plan_items(planning.Constraints(), count=count, writer=writer, seed=SEED)
    drafts = [writer.write(plan) for plan in plans]
    objections = [
        reason
        for draft, plan in zip(drafts, plans, strict=True)
        for reason in judging.judge(draft, plan).reasons
    ]
    print(f"  objections of the judge: {len(objections)} {objections[:3]}")
    return drafts


def _composed(drafts: Iterable[Draft]) -> list[ComposedProblem]:
    return [draft.engine for draft in drafts]


def _contents(problems: list[ComposedProblem]) -> None:
    verbs = {verb for problem in problems for verb in problem.metadata["verb_infinitives"]}
    keys = Counter(problem.metadata["verb_infinitives"][0] for problem in problems)
    fingerprints = {fingerprint_of(s.text for s in problem.statements) for problem in problems}
    texts = {problem.statements[problem.correct_index].text for problem in problems}
    print(
        f"  {len(verbs)} verbs, {len(keys)} of them in correct sentences,"
        f" the commonest there {keys.most_common(1)[0][1]} times\n"
        f"  {len(problems) - len(fingerprints)} problems twice,"
        f" {len(problems) - len(texts)} correct sentences twice"
    )
    errors = Counter(s.error_type for p in problems for s in p.statements if s.error_type)
    for name, counted in (
        ("focus", Counter(problem.spec.focus for problem in problems)),
        ("tense", Counter(problem.spec.tense for problem in problems)),
        ("error type", errors),
        ("level", Counter(problem.level for problem in problems)),
        ("format", Counter(problem.format for problem in problems)),
        ("position of the key", Counter(str(problem.correct_index) for problem in problems)),
    ):
        parts = ", ".join(f"{key} {number}" for key, number in counted.most_common())
        print(f"  {name} ({len(counted)}): {parts}")


def _cues(problems: list[ComposedProblem]) -> None:
    by_format: dict[str, list[tuple[list[str], int]]] = {}
    for problem in problems:
        shown = ([s.text for s in problem.statements], problem.correct_index)
        by_format.setdefault(problem.format, []).append(shown)
        by_format.setdefault("all", []).append(shown)
    columns = sorted(by_format)
    rows = [
        (name, *(f"{score(guess, by_format[column]):.2f}" for column in columns))
        for name, guess in GUESSERS.items()
    ]
    table(("programs without French are right", *columns), rows)


def _speed(count: int) -> None:
    """Making and verifying against the transaction that stores, item by item in one run."""
    writer = get_writer("rules")
    request = services.submit(services.Order(count=count, priority="bulk"))
    made: list[float] = []
    stored: list[float] = []
    for item_id in request.items.values_list("id", flat=True):
        item = GenerationItem.objects.claim(item_id, timedelta(seconds=settings.ITEM_LEASE))
        assert item is not None
        plan = Plan.from_json(item.plan)
        start = time.perf_counter()
        one = making.make(writer, plan)
        between = time.perf_counter()
        running._store(item, plan, one, writer)
        stored.append(time.perf_counter() - between)
        made.append(between - start)
    mean_made, mean_stored = sum(made) / count, sum(stored) / count
    print(
        f"  making and verifying: {summary([1000 * s for s in made])} ms, mean {1000 * mean_made:.1f}"
        f" ({1 / mean_made:.0f} problems a second on one core)\n"
        f"  the transaction that stores: {summary([1000 * s for s in stored])} ms,"
        f" mean {1000 * mean_stored:.1f}; made/stored {mean_made / mean_stored:.2f}"
    )


def run(options: Options) -> None:
    count = 300 if options.short else PROBLEMS
    print(f"\nproblems: {count} of seed {SEED}")
    start = time.process_time()
    get_writer("rules").prepare()
    print(f"  a worker's start: {time.process_time() - start:.1f} s of CPU")
    problems = _composed(_drafts(count))
    _contents(problems)
    _cues(problems)
    with throwaway_database():
        _speed(100 if options.short else STORED)
