"""The draw against its floor: one narrow row, updated by primary key, in the same run and in pairs."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence

from django.db import connection

from problems import pool
from problems.pool import Filters
from tests.benchmarks.measure import Options, throwaway_database
from verbs.french.vocabulary import Focus, Level, Tense

PAIRS = 1000
WARM_UP = 100

SHAPES = {
    "no filter": Filters(),
    "language": Filters(target_language_code=("eng",)),
    "rarer language": Filters(target_language_code=("fra",)),
    "focus": Filters(grammatical_focus=("negation",)),
    "tense + focus": Filters(tenses_used=("imparfait",), grammatical_focus=("negation",)),
    "tag": Filters(topic_tags=("tag3",)),
    "tag + focus": Filters(topic_tags=("tag3",), grammatical_focus=("negation",)),
    "tag + language": Filters(topic_tags=("tag3",), target_language_code=("eng",)),
    "no match": Filters(topic_tags=("nobody",), grammatical_focus=("negation",)),
}

_FILL = """
    INSERT INTO problems_problem
        (id, problem_type, title, instructions, target_language_code, grammatical_focus, tenses_used,
         topic_tags, level, status, metadata, generation_trace, fingerprint)
    SELECT gen_random_uuid(), 'grammar', 'Title ' || n, 'Which sentence is right?',
           CASE WHEN random() < 0.9 THEN 'eng' ELSE 'fra' END,
           %(focuses)s[1 + floor(random() * cardinality(%(focuses)s))],
           ARRAY[%(tenses)s[1 + floor(random() * cardinality(%(tenses)s))]],
           ARRAY['tag' || floor(50 * random()), 'theme' || floor(50 * random() * random())],
           %(levels)s[1 + floor(random() * cardinality(%(levels)s))],
           'live', '{}', jsonb_build_object('trace', repeat('x', 1000)),
           encode(sha256(n::text::bytea), 'hex')
      FROM generate_series(%(first)s, %(last)s) n
"""


def fill(problems: int) -> None:
    """Live problems without statements: the draw does not look at those."""
    words = {
        "focuses": [word.value for word in Focus],
        "tenses": [word.value for word in Tense],
        "levels": [word.value for word in Level],
    }
    sql = _FILL
    for name in words:
        sql = sql.replace(f"%({name})s", f"(%({name})s::text[])")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE problems_problem DISABLE TRIGGER problem_whole")
        for first in range(1, problems + 1, 10_000):
            last = min(first + 9_999, problems)
            cursor.execute(sql, {**words, "first": first, "last": last})
        cursor.execute(
            "CREATE TABLE bench_floor AS SELECT problem_id AS id, 0 AS served FROM problems_servestate"
        )
        cursor.execute("ALTER TABLE bench_floor ADD PRIMARY KEY (id), SET (fillfactor = 90)")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _milliseconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def _percentiles(times: Sequence[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(times, n=100)
    return statistics.median(times), cuts[98]


def _floor() -> Callable[[], object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM bench_floor ORDER BY random() LIMIT 20000")
        ids = [row[0] for row in cursor.fetchall()]

    def update_one() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE bench_floor SET served = served + 1 WHERE id = %s RETURNING served",
                [random.choice(ids)],
            )
            cursor.fetchone()

    return update_one


def _measure(title: str) -> None:
    floor = _floor()
    print(f"  {title}")
    print("    shape            draw p50   p99      floor p50   p99      ratio p50   p99")
    for name, filters in SHAPES.items():
        ours: list[float] = []
        peer: list[float] = []
        for n in range(WARM_UP + PAIRS):
            pair = _milliseconds(lambda one=filters: pool.draw(one)), _milliseconds(floor)  # type: ignore[misc]
            if n >= WARM_UP:
                ours.append(pair[0])
                peer.append(pair[1])
        (our_p50, our_p99), (peer_p50, peer_p99) = _percentiles(ours), _percentiles(peer)
        print(
            f"    {name:<15} {our_p50:7.3f} {our_p99:7.3f} ms {peer_p50:7.3f} {peer_p99:7.3f} ms "
            f"{our_p50 / peer_p50:9.1f} {our_p99 / peer_p99:7.1f}"
        )


def run(options: Options) -> None:
    """Measure in a database of its own, which is filled with ``options.problems`` problems."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    problems = options.problems
    with throwaway_database("quiz_benchmark_draw"):
        start = time.perf_counter()
        fill(problems)
        print(
            f"\ndraw: PostgreSQL {version}, {problems} problems "
            f"(filled in {time.perf_counter() - start:.0f} s), {PAIRS} pairs a shape"
        )
        _measure("fresh: most problems were never served")
        # the state in which a plain ORDER BY has to skip most rows
        with connection.cursor() as cursor:
            cursor.execute(
                """UPDATE problems_servestate SET serve_seq = nextval('problems_serve_counter');
                   UPDATE problems_serveterm t SET serve_seq = s.serve_seq
                     FROM problems_servestate s WHERE s.problem_id = t.problem_id"""
            )
            cursor.execute("VACUUM ANALYZE")
        _measure("all served before")
