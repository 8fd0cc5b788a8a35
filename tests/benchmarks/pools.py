"""Large pools for benchmarks: live problems without statements, which a draw does not look at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from verbs.french.vocabulary import FOCUS_ERRORS, Focus, Level, Tense

#: How many different verbs and tags the problems have; a few of them are common, most are rare.
VERBS = 1000
TAGS = 50
CHUNK = 50_000

_PROBLEMS = """
    INSERT INTO problems_problem
        (id, problem_type, title, instructions, target_language_code, grammatical_focus, tenses_used,
         topic_tags, level, status, metadata, generation_trace, fingerprint)
    SELECT gen_random_uuid(), 'grammar', 'Title ' || n, 'Which sentence is right?',
           CASE WHEN random() < 0.9 THEN 'eng' ELSE 'fra' END,
           (%(focuses)s::text[])[1 + floor(random() * cardinality(%(focuses)s::text[]))],
           ARRAY[(%(tenses)s::text[])[1 + floor(random() * cardinality(%(tenses)s::text[]))]],
           ARRAY['tag' || floor(%(tags)s * random()), 'theme' || floor(%(tags)s * random() * random())],
           (%(levels)s::text[])[1 + floor(random() * cardinality(%(levels)s::text[]))],
           'live',
           jsonb_build_object('verb_infinitives',
                              jsonb_build_array('verb' || floor(%(verbs)s * random() * random()))),
           '{}', encode(sha256(n::text::bytea), 'hex')
      FROM generate_series(%(first)s, %(last)s) n
"""

# What the triggers would do, for all problems at once. A part of the problems may have been served already.
_BUCKETS = """
    INSERT INTO problems_servebucket (grammatical_focus, level, target_language_code, tenses_used)
    SELECT DISTINCT grammatical_focus, level, target_language_code, tenses_used FROM problems_problem
    ON CONFLICT DO NOTHING
"""
_CELLS = """
    INSERT INTO problems_servecell (grammatical_focus, level, target_language_code)
    SELECT DISTINCT grammatical_focus, level, target_language_code FROM problems_problem
    ON CONFLICT DO NOTHING
"""
_STATES = """
    INSERT INTO problems_servestate (problem_id, cell_id, bucket_id, serve_seq)
    SELECT p.id, c.id, b.id,
           CASE WHEN target_language_code = ANY (%(served)s) THEN row_number() OVER (ORDER BY random())
                ELSE -1 - floor(random() * 1e15)::bigint END
      FROM problems_problem p
      JOIN problems_servecell c USING (grammatical_focus, level, target_language_code)
      JOIN problems_servebucket b USING (grammatical_focus, level, target_language_code, tenses_used)
"""
_TERMS = """
    INSERT INTO problems_serveterm (problem_id, kind, term, cell_id, bucket_id, serve_seq)
    SELECT p.id, t.kind, t.term, s.cell_id, s.bucket_id, s.serve_seq
      FROM problems_servestate s JOIN problems_problem p ON p.id = s.problem_id, LATERAL (
        SELECT kind, term FROM problems_terms(p.id, p.topic_tags, p.metadata)
        UNION
        SELECT 3, errors ->> floor(random() * jsonb_array_length(errors))::integer
          FROM (SELECT %(errors)s::jsonb -> p.grammatical_focus) of_focus (errors), generate_series(1, 2)) t
"""


@contextmanager
def _without_indexes(cursor: CursorWrapper, *tables: str) -> Iterator[None]:
    """Drops the indexes of tables, but for those of constraints, and makes them again at the end."""
    cursor.execute(
        """SELECT i.indexname, i.indexdef FROM pg_indexes i
            WHERE i.tablename = ANY (%s)
              AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)""",
        [list(tables)],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)


def fill(problems: int) -> None:
    """Put ``problems`` live problems of all kinds into an empty database; none was ever served."""
    given: dict[str, Any] = {
        "focuses": [focus.value for focus in Focus],
        "tenses": [tense.value for tense in Tense],
        "levels": [level.value for level in Level],
        "tags": TAGS,
        "verbs": VERBS,
    }
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE problems_problem DISABLE TRIGGER USER")
        with _without_indexes(cursor, "problems_problem"):
            for first in range(1, problems + 1, CHUNK):
                last = min(first + CHUNK - 1, problems)
                cursor.execute(_PROBLEMS, {**given, "first": first, "last": last})
        cursor.execute("ALTER TABLE problems_problem ENABLE TRIGGER USER")
        cursor.execute(_CELLS)
        cursor.execute(_BUCKETS)
    set_served()


def set_served(*languages: str) -> None:
    """Make the serve tables anew: the problems in ``languages`` have just been served, the others never."""
    errors = json.dumps({focus.value: list(found) for focus, found in FOCUS_ERRORS.items()})
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE problems_servestate, problems_serveterm, problems_servecycle")
        with _without_indexes(cursor, "problems_servestate", "problems_serveterm"):
            cursor.execute(_STATES, {"served": list(languages)})
            cursor.execute(_TERMS, {"errors": errors})
        cursor.execute(
            """SELECT setval('problems_serve_counter',
                             greatest(1, (SELECT max(serve_seq) FROM problems_servestate)))"""
        )
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
