"""Lists of problems: which of them, in which order, each as its JSON.

Quick at a million problems: a filter of live problems is read from the serve tables, which have an index
for each, and every order has an index of its own.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value

from problems.models import Problem, ServeBucket, ServeTerm, Statement, fold
from problems.pool import Filters

#: The columns of each order that a list offers; without one it is newest first.
ORDERINGS = {
    "created_at": ("created_at", "id"),
    "-created_at": ("-created_at", "-id"),
    "updated_at": ("updated_at", "id"),
    "-updated_at": ("-updated_at", "-id"),
}
NEWEST_FIRST = ("-id",)
#: Letters of a word that the index of the search can find.
SEARCHABLE = 3


def matching(
    filters: Filters,
    *,
    search: str = "",
    statuses: Collection[str] = (Problem.Status.LIVE,),
    include_metadata: bool = False,
) -> QuerySet[Problem]:
    """Problems that match, each with its JSON as ``body``; in no order yet.

    ``search``: words that must all occur in a problem's statements, title or tags, without regard to
    case and accents. When only live ones are asked for, ``body`` is None for one whose statements
    somebody broke behind the constraints' back.
    """
    rows = found(filters, search=search, statuses=statuses)
    only_live = set(statuses) == {Problem.Status.LIVE}
    rows = rows.only("id", "created_at", "updated_at")
    return with_bodies(rows, include_metadata=include_metadata, any_status=not only_live)


def found(filters: Filters, *, search: str = "", statuses: Collection[str]) -> QuerySet[Problem]:
    """The rows of the problems that match; in no order yet. ``search`` as in :func:`matching`."""
    rows = Problem.objects.filter(status__in=statuses)
    only_live = set(statuses) == {Problem.Status.LIVE}
    rows = rows.filter(_live(filters) if only_live else _any_status(filters))
    for word in fold(search).split():
        rows = rows.filter(search_text__contains=word)
    return rows


def with_bodies(
    rows: QuerySet[Problem], *, include_metadata: bool = False, any_status: bool = False
) -> QuerySet[Problem]:
    """The rows, each with its JSON as ``body``, which is None for what cannot be served.

    ``any_status``: also what is not live, whole or not, has its JSON.
    """
    body = Func(
        F("id"),
        Value(include_metadata),
        Value(True),
        Value(any_status),
        function="problems_body",
        output_field=TextField(),
    )
    return rows.annotate(body=body)


def _live(filters: Filters) -> Q:
    """Live problems that match, by the serve tables."""
    fits = Q()
    buckets = {
        f"{name}__{'overlap' if name == 'tenses_used' else 'in'}": list(getattr(filters, name))
        for name in ("grammatical_focus", "tenses_used", "target_language_code", "level")
        if name in filters.given()
    }
    if buckets:
        # looked up first: the planner then knows how many problems they hold
        ids = list(ServeBucket.objects.filter(**buckets).values_list("id", flat=True))
        fits &= Q(serving__bucket__in=ids)
    for kind, terms in (
        (ServeTerm.Kind.TOPIC_TAG, filters.topic_tags),
        (ServeTerm.Kind.VERB, filters.verb),
        (ServeTerm.Kind.ERROR_TYPE, filters.error_type),
    ):
        if terms:
            fits &= Q(
                Exists(ServeTerm.objects.filter(problem=OuterRef("id"), kind=kind, term__in=terms))
            )
    return fits


def _any_status(filters: Filters) -> Q:
    """Problems that match by their own columns: the serve tables know live ones only."""
    fits = Q()
    for name in ("grammatical_focus", "target_language_code", "level"):
        if values := getattr(filters, name):
            fits &= Q(**{f"{name}__in": values})
    for name in ("tenses_used", "topic_tags"):
        if values := getattr(filters, name):
            fits &= Q(**{f"{name}__overlap": list(values)})
    if filters.verb:
        fits &= Q(metadata__verb_infinitives__0__in=filters.verb)
    if filters.error_type:
        wrong = Statement.objects.filter(
            problem=OuterRef("id"), is_correct=False, error_type__in=filters.error_type
        )
        fits &= Q(Exists(wrong))
    return fits
