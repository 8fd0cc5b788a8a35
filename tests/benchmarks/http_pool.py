"""A pool of any size with statements: problems that the writer made, and copies of them with other tags."""

from __future__ import annotations

from django.db import connection, transaction

from generation import running, services
from problems.models import Problem

#: Problems that are made; the others are copies of them.
MADE = 200
TAGS = 50
#: The tag of the first ``RARE`` copies.
RARE_TAG = "rare"
RARE = 40
_STEP = 5_000

_ORIGINALS = """
CREATE TEMP TABLE original AS
SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM problems_problem
"""
# The writer's trace is left out: a draw does not read it.
_COPIES = """
INSERT INTO problems_problem
    (id, problem_type, title, instructions, target_language_code, grammatical_focus, tenses_used,
     topic_tags, level, status, metadata, generation_trace, fingerprint, search_text)
SELECT md5('copy ' || n)::uuid, problem_type, title, instructions, target_language_code,
       grammatical_focus, tenses_used,
       ARRAY['tag' || n %% %(tags)s] || CASE WHEN n <= %(rare)s THEN ARRAY[%(rare_tag)s] END,
       level, status, metadata, '{}', encode(sha256(('copy ' || n)::bytea), 'hex'), search_text
  FROM generate_series(%(first)s::int, %(last)s::int) n
  JOIN original ON place = n %% %(made)s
  JOIN problems_problem USING (id)
"""
_STATEMENTS = """
INSERT INTO problems_statement
    (id, problem_id, position, content, is_correct, translation, explanation, error_type, error_code,
     span_start, span_end, correction)
SELECT gen_random_uuid(), md5('copy ' || n)::uuid, position, content, is_correct, translation,
       explanation, error_type, error_code, span_start, span_end, correction
  FROM generate_series(%(first)s::int, %(last)s::int) n
  JOIN original o ON place = n %% %(made)s
  JOIN problems_statement s ON s.problem_id = o.id
"""


def fill(problems: int) -> None:
    """Live problems with statements, ``problems`` in all."""
    request = services.submit(services.Order(count=MADE, priority="bulk"))
    for item_id in request.items.values_list("id", flat=True):
        running.run_item(item_id)
    made = Problem.objects.live().count()
    with connection.cursor() as cursor:
        cursor.execute(_ORIGINALS)
        for first in range(made + 1, problems + 1, _STEP):
            values: dict[str, int | str] = {
                "first": first - made,
                "last": min(first - made + _STEP - 1, problems - made),
                "made": made,
                "tags": TAGS,
                "rare": RARE,
                "rare_tag": RARE_TAG,
            }
            with transaction.atomic():  # a live problem has its statements when it is committed
                cursor.execute(_COPIES, values)
                cursor.execute(_STATEMENTS, values)
        cursor.execute("DROP TABLE original")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
