"""The console's list of problems with 100,000 of them against the same page with 1,000.

Each page is asked for through Django's whole stack, as a superuser sees it: the list, each order, the
filters and searches that are hardest (what nearly all problems have, what none has, all of them together).
The figures are milliseconds at both sizes and their ratio; the queries of each page are counted too.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.benchmarks import pools
from tests.benchmarks.measure import Options, seconds, table, throwaway_database

SIZES = (1_000, 100_000)
ROUNDS = 7
_NAMES = ("quiz_benchmark_console_small", "quiz_benchmark_console_large")

PAGES = {
    "the list": "",
    "page 20": "p=20",
    "page 400": "p=400",
    "most served first": "sort=-served",
    "least right first": "sort=share",
    "reported first": "sort=-reports",
    "changed last first": "sort=-updated",
    "live": "status__exact=live",
    "live, most served first": "status__exact=live&sort=-served",
    "in review": "status__exact=review",
    "focus": "grammatical_focus__exact=negation",
    "focus, tense, level": "grammatical_focus__exact=negation&tense=imparfait&level__exact=A2",
    "nobody's tag": "tag=nobody",
    "a rare verb": "verb=verb998",
    "error type": "error_type=elision",
    "written by a person": "source=person",
    "a writer that is not": "source=nobody",
    "reported": "reported=open",
    "never served": "served=never",
    "not since a month": "last_served=month",
    "all filters, none fits": "status__exact=live&grammatical_focus__exact=negation&tense=imparfait"
    "&level__exact=A2&error_type=elision&source=openai&served=never&reported=none",
    "search: a common word": "q=elle",
    "search: two letters": "q=qx",
    "search: three words": "q=elle+livre+99",
    "search: nothing": "q=zzyzx",
    "search, most served first": "q=elle&sort=-served",
}

# Sentences, words to search, answers, reports and statuses, as a service that runs for a year has them.
_STATEMENTS = """
    INSERT INTO problems_statement (id, problem_id, position, content, is_correct, explanation, error_type,
                                    span_start, span_end, correction)
    SELECT gen_random_uuid(), p.id, n, CASE n WHEN 0 THEN 'Elle a ' ELSE 'Elle est ' || n || ' ' END
               || split_part(p.title, ' ', 2) || ' livres rouges.',
           n = 0, CASE WHEN n > 0 THEN 'The auxiliary of avoir is avoir itself.' END,
           CASE WHEN n > 0 THEN (ARRAY['wrong_auxiliary', 'wrong_form', 'elision'])[n] END,
           CASE WHEN n > 0 THEN 5 END, CASE WHEN n > 0 THEN 8 END, CASE WHEN n > 0 THEN 'a' END
      FROM problems_problem p, generate_series(0, 3) n
"""
_TEXTS = """
    UPDATE problems_problem p
       SET search_text = 'elle a ' || split_part(title, ' ', 2) || ' livres rouges. elle est 1 '
               || split_part(title, ' ', 2) || ' livres rouges. ' || lower(title),
           status = CASE WHEN random() < 0.85 THEN 'live' WHEN random() < 0.1 THEN 'review'
                         WHEN random() < 0.1 THEN 'draft' ELSE 'retired' END,
           metadata = metadata || jsonb_build_object('generator',
               CASE WHEN random() < 0.9 THEN 'rules' WHEN random() < 0.9 THEN 'openai' ELSE 'mixed' END)
"""
_SERVED = """
    UPDATE problems_servestate SET served_count = floor(200 * random() * random()),
           last_served_at = CASE WHEN random() < 0.8 THEN now() - random() * interval '100 days' END
"""
_PICKS = """
    INSERT INTO problems_pickcount (problem_id, statement_id, correct, picks)
    SELECT problem_id, id, is_correct, 1 + floor(50 * random()) FROM problems_statement
     WHERE position < 2
"""
_REPORTS = """
    INSERT INTO problems_report (id, problem_id, reason, key_id)
    SELECT gen_random_uuid(), id, 'ambiguous', gen_random_uuid() FROM problems_problem
     ORDER BY random() LIMIT %s
"""


def fill(problems: int) -> None:
    """Problems with all that the list shows of them, in an empty database."""
    pools.fill(problems)
    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica"
        )  # no triggers: they are not measured here
        for statement in (_STATEMENTS, _TEXTS, _SERVED, _PICKS):
            cursor.execute(statement)
        cursor.execute(_REPORTS, [max(1, problems // 500)])
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


def run(options: Options) -> None:
    sizes = (1_000, 10_000) if options.short else SIZES
    settings.ALLOWED_HOSTS = ["*"]
    with throwaway_database(_NAMES[0]), throwaway_database(_NAMES[1]):
        clients = {size: _filled(size, name) for size, name in zip(sizes, _NAMES, strict=True)}
        rows = [
            _measured(query, title, list(clients.values()), 3 if options.short else ROUNDS)
            for title, query in PAGES.items()
        ]
        _use(_NAMES[1])  # what the databases are dropped from in turn
    print(f"\nconsole: the list of problems, {sizes[1]} against {sizes[0]} of them")
    table(("ms a page", f"{sizes[0]}", f"{sizes[1]}", "ratio", "queries"), rows)


def _use(name: str) -> None:
    """Let Django's connection be one to this database."""
    if connection.settings_dict["NAME"] != name:
        connection.close()
        connection.settings_dict["NAME"] = name


def _filled(size: int, name: str) -> tuple[str, Client]:
    """A database with that many problems, and a superuser who is logged in there."""
    _use(name)
    fill(size)
    client = Client()
    client.force_login(User.objects.create_superuser("cleo", "cleo@example.org"))
    return name, client


def _measured(
    query: str, title: str, clients: Sequence[tuple[str, Client]], rounds: int
) -> Sequence[object]:
    """Milliseconds of a page (the medians), asked for in turn, their ratio, and its queries."""
    address = f"/admin/problems/problem/?{query}"

    def ask(name: str, client: Client) -> float:
        _use(name)
        connection.ensure_connection()
        took = seconds(lambda: answers.append(client.get(address)))
        if answers[-1].status_code != 200:
            raise RuntimeError(f"{address} answered {answers[-1].status_code}.")
        return took * 1000

    answers: list[Any] = []
    for name, client in clients:
        ask(name, client)
    times = [[ask(name, client) for name, client in clients] for _ in range(rounds)]
    with CaptureQueriesContext(connection) as queries:
        ask(*clients[-1])
    small, large = (statistics.median(of_size) for of_size in zip(*times, strict=True))
    ratio = statistics.median(one[1] / one[0] for one in times)
    return title, f"{small:.0f}", f"{large:.0f}", f"{ratio:.1f}", len(queries)
