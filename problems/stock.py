"""What the pool holds: live problems by focus, tense and level, and how many of them nobody has had yet.

One statement reads the narrow serving table once, which takes tenths of a second for a million problems,
so a process keeps what it has found for a while: the longer, the longer it took.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

#: Shortest time in seconds for which a process keeps what it has found.
KEPT = 5.0
#: It keeps it for so many times as long as it took: two percent of the time at most go into looking.
PATIENCE = 50.0
#: Lists of what waits are counted up to here, because a page waits for the number.
COUNTED = 1000

_SHELVES = """
SELECT b.grammatical_focus, b.tenses_used, b.level, s.live, s.never_served, s.last_drawn_at
  FROM (SELECT bucket_id, count(*) AS live, count(*) FILTER (WHERE serve_seq < 0) AS never_served,
               max(last_served_at) AS last_drawn_at
          FROM problems_servestate WHERE bucket_id IS NOT NULL GROUP BY bucket_id) s
  JOIN problems_servebucket b ON b.id = s.bucket_id
"""


@dataclass(frozen=True, slots=True)
class Holding:
    """So many live problems, of which so many were never served, and when one was last drawn."""

    live: int = 0
    never_served: int = 0
    last_drawn_at: datetime | None = None

    def __add__(self, other: Holding) -> Holding:
        drawn = [one for one in (self.last_drawn_at, other.last_drawn_at) if one is not None]
        return Holding(
            self.live + other.live,
            self.never_served + other.never_served,
            max(drawn, default=None),
        )


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the pool holds of one focus, one set of tenses and one level."""

    focus: str
    tenses: tuple[str, ...]
    level: str
    holding: Holding


@dataclass(frozen=True, slots=True)
class Stock:
    """The pool as it was ``at`` that moment."""

    at: datetime
    shelves: tuple[Shelf, ...]

    def total(self, level: str | None = None) -> Holding:
        """All live problems, of one level if that is given; each counts once."""
        return _sum(one.holding for one in self._of(level))

    def by_focus(self, level: str | None = None) -> dict[str, Holding]:
        """Live problems by focus; each counts once."""
        found: defaultdict[str, Holding] = defaultdict(Holding)
        for one in self._of(level):
            found[one.focus] += one.holding
        return dict(found)

    def cells(self, level: str | None = None) -> dict[tuple[str, str], Holding]:
        """Live problems by focus and tense. One with two tenses counts in both cells."""
        found: defaultdict[tuple[str, str], Holding] = defaultdict(Holding)
        for one in self._of(level):
            for tense in one.tenses:
                found[one.focus, tense] += one.holding
        return dict(found)

    def _of(self, level: str | None) -> Iterable[Shelf]:
        return (one for one in self.shelves if level in (None, one.level))


def _sum(holdings: Iterable[Holding]) -> Holding:
    return sum(holdings, Holding())


class _Kept:
    """What this process has found last."""

    lock = threading.Lock()
    stock: Stock | None = None
    until = 0.0  # monotonic seconds


def stock() -> Stock:
    """The pool, as this process saw it some seconds ago at most; ``at`` says when.

    Of many that ask at once one looks, and the others wait for it.
    """
    with _Kept.lock:
        if _Kept.stock is None or time.monotonic() >= _Kept.until:
            begun = time.monotonic()
            _Kept.stock = look()
            took = time.monotonic() - begun
            _Kept.until = begun + took + max(KEPT, PATIENCE * took)
        return _Kept.stock


def forget() -> None:
    """Look again when somebody asks next."""
    with _Kept.lock:
        _Kept.stock = None


def look() -> Stock:
    """The pool as it is now, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_SHELVES)
        rows = cursor.fetchall()
    shelves = (
        Shelf(focus, tuple(tenses), level, Holding(*numbers))
        for focus, tenses, level, *numbers in rows
    )
    return Stock(timezone.now(), tuple(shelves))


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person: problems in review, and open reports; counted up to ``COUNTED``."""

    review: int
    reports: int


_WAITING = """
SELECT (SELECT count(*) FROM
           (SELECT FROM problems_problem WHERE status = 'review' LIMIT %(most)s) review),
       (SELECT count(*) FROM
           (SELECT FROM problems_report WHERE closed_at IS NULL LIMIT %(most)s) reports)
"""


def waiting() -> Waiting:
    """What waits for a person, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"most": COUNTED})
        return Waiting(*cursor.fetchone())
