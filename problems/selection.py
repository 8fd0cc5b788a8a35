"""Which problems somebody means: chosen by filters, read in batches however many they are."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from problems import listing, serving
from problems.models import Problem
from problems.pool import Filters

#: Problems that are read, or changed, together.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """Problems that match all of these; what is not given does not narrow.

    ``search``: words as in :func:`problems.listing.matching`. ``statuses``: empty means any.
    ``made_since``: stored at that time or later. ``unchanged_since``: neither stored nor changed at that
    time or later; being retired or published is a change, being served is none.
    """

    filters: Filters = field(default_factory=Filters)
    search: str = ""
    statuses: tuple[str, ...] = ()
    made_since: datetime | None = None
    unchanged_since: datetime | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is given."""
        return self != Selection()


def selected(selection: Selection) -> QuerySet[Problem]:
    """The rows of a selection, in no order."""
    rows = listing.found(
        serving.with_cited_verbs(selection.filters),
        search=selection.search,
        statuses=selection.statuses or Problem.Status.values,
    )
    if selection.made_since is not None:
        rows = rows.filter(created_at__gte=selection.made_since)
    if selection.unchanged_since is not None:
        rows = rows.filter(updated_at__lt=selection.unchanged_since)
    return rows


def batches(
    rows: QuerySet[Problem], *, limit: int | None = None, size: int = AT_ONCE
) -> Iterator[list[uuid.UUID]]:
    """The ids of the rows in batches, newest first; at most ``limit`` of them.

    Only the ids wait in the database's cursor: a million of them take little, and no transaction stays
    open while somebody looks at a batch. What was deleted since is still among them.
    """
    ids = rows.order_by("-pk").values_list("pk", flat=True)
    batch: list[uuid.UUID] = []
    for problem_id in (ids if limit is None else ids[:limit]).iterator(chunk_size=size):
        batch.append(problem_id)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
