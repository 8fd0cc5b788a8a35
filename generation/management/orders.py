"""Orders as commands show them: the documents of ``--json``, and lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

from generation import services, wording
from generation.estimates import Estimate, to_confirm
from generation.following import Look
from generation.models import GenerationRequest
from generation.serializers import ListedRequestSerializer
from quizservice.numbers import grouped

#: Orders that are described with the same two queries.
_TOGETHER = 500


def documents(requests: Iterable[GenerationRequest]) -> Iterator[dict[str, Any]]:
    """A document of each order: that of the API's list, with who ordered, of whom, and its trace."""
    remaining = iter(requests)
    while some := list(islice(remaining, _TOGETHER)):
        said = services.what_went_wrong_with(some)
        listed = ListedRequestSerializer(some, many=True, context={"said": said}).data
        for request, document in zip(some, listed, strict=True):
            yield {
                **document,
                "ordered_by": wording.ordered_by(request),
                "key_id": request.key_id,
                "generator": request.generator,
                "model": request.model,
                "target_language_code": request.target_language_code,
                "topic_tags": request.topic_tags,
                "expires_at": request.expires_at,
                "trace_id": request.trace_id or None,
            }


def document(look: Look) -> dict[str, Any]:
    """The document of one order, with its items by state, why some are missing, and what holds it up."""
    (listed,) = documents([look.request])
    found = look.progress
    return {
        **listed,
        "items": found.parts,
        "reasons": [asdict(reason) for reason in found.reasons],
        "per_minute": round(found.pace, 1),
        "seconds_left": None if found.seconds_left is None else round(found.seconds_left),
        "hindrances": list(look.hindrances),
    }


def estimate_document(found: Estimate) -> dict[str, Any]:
    """The document of what an order will need."""
    return {
        "count": found.problems,
        "tokens": found.tokens,
        "estimated_cost": None if found.cost is None else float(found.cost),
        "seconds": round(found.seconds, 1),
        "measured_problems": found.measured,
        "waiting_before": found.waiting,
        "needs_confirmation": to_confirm(found),
    }


def row(request: GenerationRequest) -> tuple[object, ...]:
    """An order in a list; its id comes first."""
    ended = "/".join(
        str(number)
        for number in (request.generated_count, request.failed_count, request.rejected_count)
    )
    return (
        request.id,
        request.status,
        request.requested_count,
        ended,
        wording.asked_for(request),
        request.generator,
        wording.ordered_by(request),
        request.requested_at,
    )


#: The columns of :func:`row`.
COLUMNS = (
    "id",
    "status",
    ">problems",
    ">made/failed/rejected",
    "asked for",
    "written by",
    "ordered by",
    "ordered (UTC)",
)


def lines(look: Look) -> Iterator[str]:
    """One order for people."""
    request, found = look.request, look.progress
    yield wording.title_of(request)
    for name, value in _facts(request):
        yield f"{name:<12}{value}"
    parts = ", ".join(f"{number} {part}" for part, number in found.parts.items() if number)
    yield f"{'problems':<12}{parts}"
    if found.seconds_left is not None:
        left = wording.duration(found.seconds_left)
        yield f"{'pace':<12}{found.pace:.0f} a minute, about {left} left"
    for reason in found.reasons:
        yield f"{reason.number} {reason.part}: {reason.message}"
        if reason.detail:
            yield f"  cause: {reason.detail}"
        if reason.next_try:
            yield f"  tried again at {reason.next_try:%Y-%m-%d %H:%M:%S} UTC"
    if request.error_message:
        yield request.error_message
    yield from look.hindrances


def _facts(request: GenerationRequest) -> Iterator[tuple[str, str]]:
    yield "id", str(request.id)
    yield "status", f"{request.status}, {request.priority}"
    yield "ordered", f"{request.requested_at:%Y-%m-%d %H:%M} UTC by {wording.ordered_by(request)}"
    if request.completed_at:
        yield "ended", f"{request.completed_at:%Y-%m-%d %H:%M} UTC"
    elif not request.ended:
        yield "expires", f"{request.expires_at:%Y-%m-%d %H:%M} UTC"
    yield "written by", " ".join(filter(None, (request.generator, request.model)))
    if request.topic_tags:
        yield "tags", ", ".join(request.topic_tags)
    if request.tokens:
        yield "paid for", f"{grouped(request.tokens)} tokens, {wording.dollars(request.cost)}"
    if request.trace_id:
        yield "trace", request.trace_id
