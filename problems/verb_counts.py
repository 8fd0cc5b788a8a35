"""How many live problems there are of each verb."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count

from problems.models import ServeTerm


def live_by_verb(citations: Iterable[str]) -> dict[str, int]:
    """The live problems whose correct sentence has each of these verbs ("aller", "se laver"), 0 for none.

    One query, which reads an index entry for each problem that it counts.
    """
    asked = list(citations)
    rows = (
        ServeTerm.objects.filter(kind=ServeTerm.Kind.VERB, term__in=asked)
        .values_list("term")
        .annotate(number=Count("problem_id"))
        .order_by()
    )
    return {**dict.fromkeys(asked, 0), **dict(rows)}
