"""The console's list of problems: narrowed by filters and words, counted and ranked up to a bound.

Nobody waits for a count of the whole table, and what a page costs does not grow with it: see
:data:`COUNTED` and :data:`RANKED`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import ngettext

from problems import serving
from problems.models import PickCount, Problem, Report, ServeState, Statement, fold
from problems.pool import Filters
from quizservice.numbers import grouped

#: Up to this many problems are counted; of more it is said that there are more.
COUNTED = 1_000
#: An order that no index follows ranks this many problems at most, the newest ones.
RANKED = 20_000

NEWEST = "-created"
#: The orders of the list, each with its falling and rising spelling.
SORTS = ("created", "updated", "served", "last_served", "share", "reports")

Rows = QuerySet[Problem]


# --- filters --------------------------------------------------------------------------------------


def _column(name: str) -> Callable[[Rows, Sequence[str]], Rows]:
    return lambda rows, values: rows.filter(**{f"{name}__in": values})


def _with_verb(rows: Rows, values: Sequence[str]) -> Rows:
    cited = serving.with_cited_verbs(Filters(verb=tuple(values))).verb
    verb = Func(F("metadata"), function="problems_verb", output_field=TextField())
    return rows.alias(_verb=verb).filter(_verb__in=cited)


def _with_error(rows: Rows, values: Sequence[str]) -> Rows:
    wrong = Statement.objects.filter(
        problem=OuterRef("pk"), is_correct=False, error_type__in=values
    )
    return rows.filter(Exists(wrong))


def _from_source(rows: Rows, values: Sequence[str]) -> Rows:
    writers = ["" if value == "person" else value for value in values]
    writer = Coalesce(KT("metadata__generator"), Value(""), output_field=TextField())
    return rows.alias(_writer=writer).filter(_writer__in=writers)


def _reported(rows: Rows, values: Sequence[str]) -> Rows:
    # looked up first: there are few, and the planner then knows it
    open_ones = Report.objects.open().order_by().values("problem_id").distinct()
    reported = list(open_ones.values_list("problem_id", flat=True)[:RANKED])
    return rows.filter(_any({"open": Q(pk__in=reported), "none": ~Q(pk__in=reported)}, values))


def _served(rows: Rows, values: Sequence[str]) -> Rows:
    served = Exists(ServeState.objects.filter(problem=OuterRef("pk"), served_count__gt=0))
    return rows.filter(_any({"never": Q(~served), "served": Q(served)}, values))


#: How long ago a problem was served last, at least, in days.
_NOT_SINCE = {"week": 7, "month": 30, "quarter": 90}


def _last_served(rows: Rows, values: Sequence[str]) -> Rows:
    now = timezone.now()

    def since(days: int) -> Q:
        return Q(
            Exists(
                ServeState.objects.filter(
                    problem=OuterRef("pk"), last_served_at__gte=now - timedelta(days=days)
                )
            )
        )

    fits = {"today": since(1), **{name: ~since(days) for name, days in _NOT_SINCE.items()}}
    return rows.filter(_any(fits, values))


def _any(fits: dict[str, Q], values: Collection[str]) -> Q:
    """Those that fit any of the values; none for values that do not exist."""
    found = Q(pk__in=[])
    for value in values:
        found |= fits.get(value, Q(pk__in=[]))
    return found


_FILTERS: dict[str, Callable[[Rows, Sequence[str]], Rows]] = {
    "status": _column("status"),
    "focus": _column("grammatical_focus"),
    "level": _column("level"),
    "language": _column("target_language_code"),
    "tense": lambda rows, values: rows.filter(tenses_used__overlap=list(values)),
    "tag": lambda rows, values: rows.filter(topic_tags__overlap=list(values)),
    "verb": _with_verb,
    "error": _with_error,
    "source": _from_source,
    "reported": _reported,
    "served": _served,
    "last_served": _last_served,
}


def narrowed(rows: Rows, filter_name: str, values: Sequence[str]) -> Rows:
    """The rows that have any of the values, by the filter of that name; all of them without values.

    A value that no problem can have finds nothing.

    Raises:
        KeyError: for a filter that does not exist.
    """
    narrow = _FILTERS[filter_name]
    given = [value.replace("\x00", "") for value in values]
    return narrow(rows, given) if given else rows


def searched(rows: Rows, words: str) -> Rows:
    """The rows in whose statements, title and tags all words occur; case and accents do not matter."""
    for word in fold(words.replace("\x00", "")).split():
        rows = rows.filter(search_text__contains=word)
    return rows


# --- a page of the list ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the problems that were found.

    ``rows`` have the figures of :func:`with_figures`. ``total``: how many were found in all; None
    above :data:`COUNTED`.
    """

    rows: list[Any]
    number: int
    size: int
    total: int | None
    has_next: bool

    @property
    def last(self) -> int | None:
        """The number of the last page; None where nobody counted."""
        return None if self.total is None else max(1, -(-self.total // self.size))


def page(found: Rows, *, number: int, size: int, sort: str = NEWEST) -> Page:
    """One page of what was found: three statements, whatever the number of rows.

    ``sort``: one of :data:`SORTS`, falling with a "-" before it; anything else is the newest first.
    """
    number = max(1, number)
    total, few = counted(found)
    if few is not None:
        # the planner, which does not know how few there are, might follow an index past all the others
        found = Problem.objects.filter(pk__in=few)
    first = (number - 1) * size
    keys = _keys(found, sort, slice(first, first + size + 1)) if total else []
    known = {row.pk: row for row in with_figures(Problem.objects.filter(pk__in=keys[:size]))}
    return Page(
        rows=[known[key] for key in keys[:size] if key in known],
        number=number,
        size=size,
        total=total if total <= COUNTED else None,
        has_next=len(keys) > size,
    )


def counted(found: Rows, limit: int = COUNTED) -> tuple[int, list[Any] | None]:
    """How many were found, up to one more than ``limit``, and their keys unless there are more."""
    keys = found.order_by().values("pk")[: limit + 1]
    listed = Case(When(LessThanOrEqual(Count("pk"), limit), then=ArrayAgg("pk")))
    answer = keys.aggregate(total=Count("pk"), few=listed)
    return answer["total"], [] if answer["total"] == 0 else answer["few"]


#: The orders that an index follows.
_ORDERS = {
    "-created": ("-pk",),
    "created": ("pk",),
    "-updated": ("-updated_at", "-pk"),
    "updated": ("updated_at", "pk"),
}
#: The orders that no index has: what a problem is ranked by, and what stands for nothing there.
RANKINGS = {
    "served": ("SELECT served_count FROM problems_servestate", "0"),
    "last_served": ("SELECT last_served_at FROM problems_servestate", "'-infinity'"),
    "share": (
        """SELECT coalesce(sum(picks) FILTER (WHERE correct), 0)::float / sum(picks)
             FROM problems_pickcount""",
        "NULL",
    ),
    "reports": (
        "SELECT count(*) FROM (SELECT * FROM problems_report WHERE closed_at IS NULL) open",
        "0",
    ),
}


def _keys(found: Rows, sort: str, part: slice) -> list[Any]:
    """The keys of a part of what was found, in an order."""
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    if name not in RANKINGS:
        columns = _ORDERS.get(sort, _ORDERS[NEWEST])
        return list(found.order_by(*columns).values_list("pk", flat=True)[part])
    newest, given = found.order_by("-pk").values("pk")[:RANKED].query.sql_with_params()
    figure, nothing = RANKINGS[name]
    with connection.cursor() as cursor:
        # each figure is looked up by itself: that takes as long in a large table as in a small one
        cursor.execute(
            f"""SELECT found.id FROM ({newest}) found (id)
                  LEFT JOIN LATERAL ({figure} WHERE problem_id = found.id) ranked (figure) ON true
                 ORDER BY coalesce(figure, {nothing}) {"DESC" if falling else "ASC"} NULLS LAST,
                          found.id DESC
                 LIMIT %s OFFSET %s""",  # noqa: S608 (made of the constants above and of Django's own SQL)
            [*given, part.stop - part.start, part.start],
        )
        return [key for (key,) in cursor.fetchall()]


def with_figures(rows: Rows) -> Rows:
    """The rows with what the list shows of each, without what is large.

    ``_correct``: the right sentence; ``_served``, ``_last_served``; ``_answers``: first answers, ``_right``
    of them right; ``_reports``: open ones.
    """
    correct = Statement.objects.filter(problem=OuterRef("pk"), is_correct=True)
    picks = PickCount.objects.filter(problem=OuterRef("pk")).order_by().values("problem")
    reports = Report.objects.open().filter(problem=OuterRef("pk")).order_by().values("problem")
    return rows.defer("search_text", "generation_trace").annotate(
        _correct=Subquery(correct.values("content")[:1]),
        _served=Coalesce(F("serving__served_count"), Value(0)),
        _last_served=F("serving__last_served_at"),
        _answers=_none_as_0(picks.annotate(n=Sum("picks"))),
        _right=_none_as_0(picks.filter(correct=True).annotate(n=Sum("picks"))),
        _reports=_none_as_0(reports.annotate(n=Count("id"))),
    )


def _none_as_0(counts: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(counts.values("n")), Value(0), output_field=BigIntegerField())


def more_than(rows: int) -> bool:
    """Whether there may be more problems than that, by what the planner knows of the table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples > %s FROM pg_class WHERE oid = %s::regclass",
            [rows, Problem._meta.db_table],
        )
        return bool(cursor.fetchone()[0])


def in_words(number: int) -> str:
    """A number of problems, as it is said."""
    return ngettext("%(number)s problem", "%(number)s problems", number) % {
        "number": grouped(number)
    }


# --- how many there are ---------------------------------------------------------------------------

_STANDING = """
    SELECT status, (SELECT count(*) FROM (
               SELECT FROM problems_problem p WHERE p.status = asked.status LIMIT %s) few)
      FROM unnest(%s::text[]) asked (status)
"""


def standing() -> dict[str, int]:
    """How many problems have each status, counted up to one more than :data:`COUNTED`."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [COUNTED + 1, list(Problem.Status.values)])
        return dict(cursor.fetchall())
