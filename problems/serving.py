"""Giving problems out: the draw with the JSON of what it drew, and one problem as its JSON.

PostgreSQL builds the JSON (``problems_body``, see ``problems/sql``) and nothing here reads it; what
``problems.serializers`` says of a problem is what it holds.
"""

from __future__ import annotations

import functools
import logging
import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db import connection

import verbs.services
from problems import draw_counts
from problems.models import Problem
from problems.pool import Filters
from quizservice.errors import Gone, NotFound
from quizservice.statements import Statement, encode
from verbs.spelling import split_citation

logger = logging.getLogger(__name__)

#: Draws of one request that may meet a problem which cannot be served.
_DRAWS = 5
#: Seconds in which a process speaks of a broken problem once.
_SILENCE = 60
_SERVE = Statement("""
SELECT problem_id, body FROM problems_serve(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::integer, $9::boolean, $10::boolean
)
""")


@dataclass(frozen=True, slots=True)
class Served:
    """A problem that was drawn, and its JSON in UTF-8."""

    id: uuid.UUID
    body: bytes


def serve(
    filters: Filters, *, count: int = 1, include_metadata: bool = False, reveal: bool = True
) -> list[Served]:
    """Draw up to ``count`` different problems; fewer when fewer match, none when nothing does.

    One statement, in autocommit (see :mod:`problems.pool`). A problem that was taken out between draw
    and reading is passed over for another, and so is one whose statements somebody broke behind the
    constraints' back. ``reveal=False``: nothing in the JSON tells which statement is right.
    """
    served: dict[uuid.UUID, Served] = {}
    for _ in range(_DRAWS):
        asked = count - len(served)
        drawn = _draw(filters, asked, include_metadata, reveal)
        spoilt = [key for key, body in drawn if body is None]
        # a draw after the first may give again what the answer holds already
        served |= {key: Served(key, body) for key, body in drawn if body is not None}
        if spoilt:
            _report(spoilt)
        if len(served) == count or len(drawn) < asked:  # enough, or those are all that match
            break
    found = list(served.values())
    if found:
        draw_counts.count_served(found)
    else:
        draw_counts.count_empty(filters)
    return found


def _draw(
    filters: Filters, count: int, include_metadata: bool, reveal: bool
) -> list[tuple[uuid.UUID, bytes | None]]:
    rows = _SERVE([*_arguments(filters), encode(count), encode(include_metadata), encode(reveal)])
    return [(uuid.UUID((key or b"").decode()), body) for key, body in rows]


@functools.lru_cache(maxsize=1024)  # apps ask with the same few filters
def _arguments(filters: Filters) -> tuple[bytes | None, ...]:
    return tuple(map(encode, filters.arguments()))


def _report(spoilt: Collection[uuid.UUID]) -> None:
    """Log the live ones of problems that were drawn and could not be served."""
    for problem_id in Problem.objects.live().filter(id__in=spoilt).values_list("id", flat=True):
        _log_broken(problem_id, int(time.monotonic() // _SILENCE))


@functools.lru_cache(maxsize=1024)
def _log_broken(problem_id: uuid.UUID, period: int) -> None:
    """Say it once a period: one broken problem is drawn again and again until somebody mends it."""
    logger.error("problem %s has broken statements; not served", problem_id)


def visible_body(problem_id: uuid.UUID, *, include_metadata: bool, any_status: bool) -> bytes:
    """The JSON of a problem that a caller may see. ``any_status``: drafts and those in review too.

    Raises:
        NotFound: when there is none that the caller may see.
        Gone: when it is retired.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status, problems_body(id, %s, true, %s) FROM problems_problem WHERE id = %s",
            [include_metadata, any_status, problem_id],
        )
        status, body = cursor.fetchone() or (None, None)
    if status == Problem.Status.RETIRED:
        raise Gone("The problem is retired")
    if body is None:
        raise NotFound("Problem not found")
    return bytes(body.encode())


def with_cited_verbs(filters: Filters) -> Filters:
    """The filters with each verb as dictionaries cite it: in any case, with or without its accents.

    ``laver`` is that verb and not ``se laver``; a verb that only exists with se needs none. A verb that
    is not known stays as it is: no problem has it.
    """
    if not filters.verb:
        return filters
    return replace(filters, verb=tuple(map(_citation, filters.verb)))


def _citation(text: str) -> str:
    try:
        commonest, others = verbs.services.find(text)
    except NotFound:
        return text
    if split_citation(text)[1] or all(verb.reflexive for verb in (commonest, *others)):
        return commonest.citation
    return commonest.infinitive
