"""The draw: one statement that picks the next problems and marks them as served.

What it guarantees for a combination of filters F; equal choices in any order are the same combination:

- F goes through cycles. A cycle begins at F's first use and whenever none is left in the one before.
  Within it every problem that matches is served before any repeats; one that any other filter was given
  since the cycle began counts as served.
- Problems that were never served come before all others, in random order: a new one is next.
- Otherwise the choice is random among the 8 stalest, weighted by 1/rank of staleness, so that the order
  differs from cycle to cycle. With two or more problems, the last one of a cycle is never the first of
  the next.
- A draw of n gives n different ones, as n draws in a row would, from the 7 + n stalest; fewer only when
  fewer match. When it meets the end of a cycle it goes on in the next, never with one that it holds.
- Two draws at the same instant never get the same problem while an unserved one exists: what is locked
  is the version of the row that was ranked. A draw does not wait for other draws, except where so few
  match that all of them are being drawn: then it queues.
- Only live problems are drawn, and an edit by the service, the admin or psql holds from its commit on.
- When open transactions hold all that match for two seconds (somebody edits for long), the stalest of
  them are given without being marked: an answer that is not counted is better than none.
- The cycles of the 10,000 combinations whose cycle began last are kept, and about a thousand more; a
  combination that was forgotten begins a new cycle.

A window of draws that straddles two cycles can repeat a problem: an order in which no window does could
never change. A problem that is served while F's cycle ends may count for the new cycle.

What a draw costs does not grow with the pool where at most one of topic tag, verb and error type is given:
it reads the stalest of all, or of the term; or with focus, level or language the heads of the cells that
they pick (one for each combination: 72), or with a tense those of the buckets (the same times the sets of
tenses, about a thousand). With two or three of tag, verb and error type it reads along the rarest, the
stalest first, until enough match: about as many entries as the rarest has at most, and never more than all
of them have together. A filter used again and again comes near that, because what matches it has just been
served and lies at the end.

Draw in autocommit, at READ COMMITTED: the rows' locks last until the transaction ends. The SQL stands in
``problems/sql``; the tables are ``ServeState`` and its neighbours in ``problems/models/serving.py``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from django.db import connection


@dataclass(frozen=True, slots=True)
class Filters:
    """Which problems may be drawn, in canonical form: values sorted, without duplicates.

    Several values of one filter mean "any of these", an empty tuple means no filter, and all filters
    must hold.
    """

    grammatical_focus: tuple[str, ...] = ()
    tenses_used: tuple[str, ...] = ()
    topic_tags: tuple[str, ...] = ()
    target_language_code: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    verb: tuple[str, ...] = ()
    error_type: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            given: Iterable[str] = getattr(self, field.name)
            object.__setattr__(self, field.name, tuple(sorted({str(value) for value in given})))

    def arguments(self) -> list[list[str] | None]:
        """Arguments of the SQL functions: a list for each filter, None where there is none."""
        return [list(getattr(self, field.name)) or None for field in fields(self)]

    def given(self) -> list[str]:
        """Names of the filters that restrict the choice."""
        return [field.name for field in fields(self) if getattr(self, field.name)]


_ARGUMENTS = ", ".join(["%s::text[]"] * len(fields(Filters)))

#: The order in which filters are tried for the hint: the ones that narrow most come first.
_HINT_ORDER = (
    "verb",
    "topic_tags",
    "error_type",
    "level",
    "tenses_used",
    "grammatical_focus",
    "target_language_code",
)


def draw(filters: Filters, count: int = 1) -> list[uuid.UUID]:
    """The next problems that match, marked as served: ``count`` different ones, fewer if fewer match.

    They are in serving order. Raises ValueError when ``count`` is less than 1.
    """
    if count < 1:
        raise ValueError(f"count must be 1 or more, not {count}")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT problems_draw({_ARGUMENTS}, %s)", [*filters.arguments(), count])
        return [uuid.UUID(str(problem_id)) for (problem_id,) in cursor.fetchall()]


def unmatched_hint(filters: Filters) -> str | None:
    """The name of one filter without which problems would be found; None when no single one helps.

    One statement with an existence test for each filter given; nothing is counted.
    """
    names = [name for name in _HINT_ORDER if name in filters.given()]
    if not names:
        return None
    tests = ", ".join(f"problems_any_match({_ARGUMENTS})" for _ in names)
    arguments = [
        argument for name in names for argument in replace(filters, **{name: ()}).arguments()
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {tests}", arguments)
        found = cursor.fetchone()
    return next((name for name, exists in zip(names, found, strict=True) if exists), None)
