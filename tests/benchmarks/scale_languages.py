"""The serving order in partitions by language: what the key statements cost with and without.

A copy of ``problems_servestate`` with a language of its own, in one table and in a table with a partition
for each language. The statements are those that a draw begins and ends with: the stalest, and the claim.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from tests.benchmarks import pools
from tests.benchmarks.measure import Options, seconds, throwaway_database
from tests.benchmarks.scale_measure import do, markdown

PROBLEMS = 20_000
TIMES = 400
LANGUAGES = ("eng", "fra")

_COLUMNS = """
    (problem_id uuid, language varchar(3), cell_id integer, serve_seq bigint,
     served_count integer NOT NULL DEFAULT 0, PRIMARY KEY (problem_id, language))
"""
_FILL = """
    INSERT INTO {table} SELECT problem_id, target_language_code, cell_id, serve_seq
      FROM problems_servestate JOIN problems_servecell c ON c.id = cell_id
"""
TABLES = WHOLE, PARTED = "scale_whole", "scale_parted"

#: By name: the statement; what it is asked with: nothing, a language, or the key of a row.
STATEMENTS = {
    "the 8 stalest of a language": (
        "SELECT problem_id, serve_seq FROM {table} WHERE language = %s ORDER BY serve_seq LIMIT 8",
        "language",
    ),
    "the 8 stalest of all": (
        "SELECT problem_id, serve_seq FROM {table} ORDER BY serve_seq LIMIT 8",
        "",
    ),
    "the claim, by problem": (
        "UPDATE {table} SET served_count = served_count + 1 WHERE problem_id = %s",
        "problem",
    ),
    "the claim, by problem and language": (
        "UPDATE {table} SET served_count = served_count + 1"
        " WHERE problem_id = %s AND language = %s",
        "both",
    ),
}


def run(options: Options) -> None:
    """Print median milliseconds in one table and in two partitions. Takes half a minute."""
    with throwaway_database("quiz_benchmark_scale"):
        pools.fill(PROBLEMS // (10 if options.short else 1))
        _prepare()
        keys = _keys()
        rows = [
            [name, *(f"{_median(sql.format(table=one), _asked(kind, keys)):.3f}" for one in TABLES)]
            for name, (sql, kind) in STATEMENTS.items()
        ]
        rows.append(["partitions that a draw of one language reads", "-", _plan()])
    markdown(
        f"the key statements by language, {PROBLEMS:,} problems, ms",
        ["", "one table", "a partition each"],
        rows,
    )


def _prepare() -> None:
    do(f"CREATE TABLE {WHOLE} {_COLUMNS}")
    do(f"CREATE TABLE {PARTED} {_COLUMNS} PARTITION BY LIST (language)")
    for language in LANGUAGES:
        do(f"CREATE TABLE {PARTED}_{language} PARTITION OF {PARTED} FOR VALUES IN ('{language}')")
    for table in (WHOLE, PARTED):
        do(_FILL.format(table=table))
        do(f"CREATE INDEX ON {table} (language, serve_seq)")
        do(f"CREATE INDEX ON {table} (serve_seq)")
    do("VACUUM ANALYZE")


def _keys() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT problem_id::text, language FROM {WHOLE} ORDER BY random() LIMIT {TIMES}"
        )
        return [(str(problem), str(language)) for problem, language in cursor.fetchall()]


def _asked(kind: str, keys: Sequence[tuple[str, str]]) -> list[Sequence[Any]]:
    chosen = {"language": [1], "": [], "problem": [0], "both": [0, 1]}[kind]
    return [[key[place] for place in chosen] for key in keys]


def _median(sql: str, asked: Sequence[Sequence[Any]]) -> float:
    with transaction.atomic(), connection.cursor() as cursor:  # no disk is waited for
        return 1000 * statistics.median(
            seconds(lambda: cursor.execute(sql, values))  # noqa: B023
            for values in asked
        )


def _plan() -> str:
    """How many of the partitions the plan names."""
    with connection.cursor() as cursor:
        sql, _ = STATEMENTS["the 8 stalest of a language"]
        cursor.execute("EXPLAIN " + sql.format(table=PARTED), ["eng"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    return f"{sum(f'{PARTED}_{language}' in plan for language in LANGUAGES)} of {len(LANGUAGES)}"
