"""Orders for problems, and the work on one item. Everything that changes generation rows from outside."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count, Max
from django.db.models.functions import Now
from django.utils import timezone

import problems.services
import verbs.services
from generation import judging, planning
from generation.models import GenerationItem, GenerationRequest
from generation.writers.base import CannotWrite, Draft, Plan, Writer, WriterError
from generation.writers.registry import get_writer
from problems.models import Problem
from quizservice.errors import FieldError, NotFound, Unprocessable
from verbs.french.vocabulary import Language

logger = logging.getLogger(__name__)

#: The channel on which the dispatcher hears that items wait.
CHANNEL = "generation"
#: An order up to this size is interactive unless it says otherwise.
INTERACTIVE_UP_TO = 20
#: Longest pause in seconds before another attempt at an item.
LONGEST_DELAY = 3600.0
#: Other seeds to try when a draft is rejected or the pool has the same problem already.
VARIANTS = 5


@dataclass(frozen=True, slots=True)
class Order:
    """What a caller asks for."""

    count: int = 1
    statement_count: int = 4
    language: Language = Language.ENGLISH
    topic_tags: tuple[str, ...] = ()
    priority: str | None = None
    constraints: planning.Constraints = field(default_factory=planning.Constraints)


# --- ordering -----------------------------------------------------------------------------------


def submit(
    order: Order,
    *,
    key_id: uuid.UUID | None = None,
    ordered_by: User | None = None,
    traceparent: str = "",
) -> GenerationRequest:
    """Accept an order: its request and items are stored, and the dispatcher is woken on commit.

    Raises:
        Unprocessable: when a verb is unknown or no problem can meet the order; nothing is stored then.
    """
    writer = get_writer(settings.GENERATOR)
    plans = _plans(order, writer)
    priority = order.priority or (
        GenerationRequest.Priority.INTERACTIVE
        if order.count <= INTERACTIVE_UP_TO
        else GenerationRequest.Priority.BULK
    )
    with transaction.atomic():
        request = GenerationRequest.objects.create(
            priority=priority,
            requested_count=order.count,
            statement_count=order.statement_count,
            target_language_code=order.language,
            topic_tags=list(order.topic_tags),
            constraints=order.constraints.given(),
            generator=settings.GENERATOR,
            traceparent=traceparent,
            key_id=key_id,
            ordered_by=ordered_by,
            expires_at=timezone.now() + timedelta(seconds=settings.REQUEST_TTL),
        )
        GenerationItem.objects.bulk_create(
            [
                GenerationItem(
                    request=request, position=position, priority=priority, plan=plan.as_json()
                )
                for position, plan in enumerate(plans)
            ],
            batch_size=500,
        )
        wake_dispatcher()
    return request


def _plans(order: Order, writer: Writer) -> list[Plan]:
    known, unknown = verbs.services.canonical_infinitives(order.constraints.verbs)
    if unknown:
        raise Unprocessable(
            f"Unknown verbs: {', '.join(unknown)}.",
            errors=[
                FieldError("constraints.verb_infinitives", "unknown_verb", f"{name} is not known")
                for name in unknown
            ],
        )
    try:
        return planning.plan_items(
            replace(order.constraints, verbs=tuple(known)),
            count=order.count,
            writer=writer,
            topic_tags=order.topic_tags,
            statement_count=order.statement_count,
            language=order.language,
        )
    except planning.Clash as clash:
        raise Unprocessable(
            clash.detail,
            errors=[
                FieldError(f"constraints.{name}", "clash", clash.detail)
                for name in clash.fields or ("",)
            ],
        ) from None


def wake_dispatcher() -> None:
    """Tell the dispatcher that items wait, when the running transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def oldest_waiting_age() -> float | None:
    """Seconds for which nobody has published the oldest item that is due, None when none waits.

    What waits behind others, in a large order, is not counted: not while the window is half full, nor
    before the last time that anything of its priority was published.
    """
    ages = []
    for priority in GenerationRequest.Priority.values:
        oldest = GenerationItem.objects.due(priority).first()
        flying = GenerationItem.objects.in_flight(priority).aggregate(
            number=Count("id"), latest=Max("published_at")
        )
        if oldest is not None and flying["number"] * 2 < settings.PUBLISH_WINDOW:
            since = max(
                oldest.not_before or oldest.created_at, flying["latest"] or oldest.created_at
            )
            ages.append(max(0.0, (timezone.now() - since).total_seconds()))
    return max(ages, default=None)


# --- one item -----------------------------------------------------------------------------------


class _ClaimLost(Exception):
    """Somebody else has taken the item over; what this worker made is not kept."""


def run_item(item_id: uuid.UUID) -> str:
    """Make the problem of one item, if it is free.

    Returns the state in which this call left the item, or ``"not claimed"`` or ``"claim lost"``: then
    somebody else has it, and nothing was kept.
    """
    item = GenerationItem.objects.claim(item_id, timedelta(seconds=settings.ITEM_LEASE))
    if item is None:
        return "not claimed"
    GenerationRequest.objects.mark_started(item.request_id)
    try:
        return _make(item)
    except _ClaimLost:
        logger.warning("item %s was taken over during attempt %s", item.id, item.attempt)
        return "claim lost"
    except WriterError as error:
        return _after_failure(item, error.message, str(error), error.retry_after)
    except Exception as error:  # whatever it is, the item's row must tell it
        logger.exception("item %s failed in attempt %s", item.id, item.attempt)
        return _after_failure(
            item, "An unexpected error stopped the generation.", repr(error), retry_after=5.0
        )


def _make(item: GenerationItem) -> str:
    writer = get_writer(item.request.generator)
    plan = Plan.from_json(item.plan)
    objections: list[str] = []
    for variant in range(VARIANTS):
        attempt = replace(plan, seed=plan.seed + variant)
        try:
            draft = writer.write(attempt)
        except CannotWrite as error:
            objections.append(str(error))
            continue
        verdict = judging.judge(draft, attempt)
        if not verdict.accepted:
            objections.extend(verdict.reasons)
            continue
        try:
            _store(item, attempt, draft, verdict, writer.name)
        except problems.services.DuplicateProblem:
            objections.append("the pool has this problem already")
            continue
        return GenerationItem.State.GENERATED
    logger.warning("item %s rejected: %s", item.id, "; ".join(objections))
    return _end(
        item,
        GenerationItem.State.REJECTED,
        error_message="No draft was good enough.",
        error_detail="; ".join(objections),
    )


def _store(
    item: GenerationItem, plan: Plan, draft: Draft, verdict: judging.Verdict, writer_name: str
) -> Problem:
    """The problem, the item's end and the request's counters, in one transaction or not at all."""
    request = item.request
    with transaction.atomic():
        _end_row(item, GenerationItem.State.GENERATED)
        problem = problems.services.add(
            statements=[
                problems.services.NewStatement(
                    content=statement.text,
                    is_correct=statement.is_correct,
                    translation=statement.translation,
                    explanation=statement.explanation,
                    error_type=statement.error_type,
                    error_code=statement.error_code,
                    span=statement.span,
                    correction=statement.correction,
                )
                for statement in draft.statements
            ],
            target_language_code=plan.language,
            grammatical_focus=plan.focus,
            tenses_used=[plan.tense],
            topic_tags=sorted({*request.topic_tags, *draft.themes}),
            level=draft.level,
            metadata={
                **draft.metadata,
                "generator": writer_name,
                "model": None,
                "prompt_version": None,
                "judge": "engine",
            },
            generation_trace={
                "plan": plan.as_json(),
                "statements": [dict(statement.trace) for statement in draft.statements],
                "verdicts": verdict.notes,
                **draft.trace,
            },
        )
        GenerationItem.objects.filter(id=item.id).update(problem=problem)
        GenerationRequest.objects.count_end(request.id, "generated_count")
    return problem


def _end_row(item: GenerationItem, state: str, **values: Any) -> None:
    if not GenerationItem.objects.still_mine(item).update(**item.end_values(state, **values)):
        raise _ClaimLost


def _end(item: GenerationItem, state: GenerationItem.State, **values: Any) -> str:
    with transaction.atomic():
        _end_row(item, state, **values)
        GenerationRequest.objects.count_end(item.request_id, f"{state.value}_count")
    return state


def _after_failure(
    item: GenerationItem, message: str, detail: str, retry_after: float | None
) -> str:
    """Wait and try again while attempts are left, else the item has failed."""
    values = {"error_message": message, "error_detail": detail}
    try:
        if retry_after is None or item.attempt >= settings.ITEM_MAX_ATTEMPTS:
            return _end(item, GenerationItem.State.FAILED, **values)
        delay = timedelta(
            seconds=min(retry_after * 2.0 ** min(item.attempt - 1, 20), LONGEST_DELAY)
        )
        kept = GenerationItem.objects.still_mine(item).update(
            state=GenerationItem.State.WAITING, lease_until=None, not_before=Now() + delay, **values
        )
    except _ClaimLost:
        kept = 0
    return GenerationItem.State.WAITING if kept else "claim lost"


# --- taking back and ending ---------------------------------------------------------------------


def free_abandoned_items() -> int:
    """Items whose lease is over wait again; after the last attempt they have failed.

    Returns how many were freed or ended.
    """
    abandoned = GenerationItem.objects.lease_over()
    with transaction.atomic():
        # A worker that was stopped while it stored its problem holds the item's lock: nobody waits for it.
        free = abandoned.filter(attempt__lt=settings.ITEM_MAX_ATTEMPTS).select_for_update(
            skip_locked=True
        )
        freed = GenerationItem.objects.filter(
            id__in=list(free.values_list("id", flat=True))
        ).update(state=GenerationItem.State.WAITING, lease_until=None, not_before=Now())
        spent = list(
            abandoned.filter(attempt__gte=settings.ITEM_MAX_ATTEMPTS).select_for_update(
                skip_locked=True
            )
        )
    for item in spent:
        try:
            _end(
                item,
                GenerationItem.State.FAILED,
                error_message="The generation was begun several times and never finished.",
                error_detail=f"lease over after attempt {item.attempt}",
            )
        except _ClaimLost:  # it ended after all
            continue
        freed += 1
    return freed


def expire_overdue_requests() -> int:
    """End requests whose time to live is over and drop their items that have not begun."""
    overdue = list(GenerationRequest.objects.overdue().values_list("id", flat=True)[:100])
    for request_id in overdue:
        with transaction.atomic():
            # items before the request: the order in which the end of an item takes its locks
            drop_waiting_items(request_id)
            GenerationRequest.objects.open().filter(id=request_id).update(
                status=GenerationRequest.Status.EXPIRED,
                completed_at=Now(),
                error_message="The request did not end within its time to live.",
            )
    return len(overdue)


def drop_waiting_items(request_id: uuid.UUID) -> int:
    """Items of a request that have not begun will never run. Returns how many."""
    states = [GenerationItem.State.WAITING, GenerationItem.State.PUBLISHED]
    return GenerationItem.objects.filter(request_id=request_id, state__in=states).update(
        state=GenerationItem.State.DROPPED, lease_until=None, ended_at=Now()
    )


def visible_request(request_id: uuid.UUID, *, owner: uuid.UUID | None) -> GenerationRequest:
    """An order; with ``owner`` only one that this key has made.

    Raises:
        NotFound: when there is none.
    """
    requests = GenerationRequest.objects.filter(id=request_id)
    if owner is not None:
        requests = requests.filter(key_id=owner)
    found = requests.first()
    if found is None:
        raise NotFound("Generation request not found")
    return found


def problems_of(request: GenerationRequest) -> Sequence[Problem]:
    """The problems that a request has made so far, in the order of its items."""
    return list(
        Problem.objects.filter(generation_item__request=request)
        .order_by("generation_item__position")
        .prefetch_related("statements")
    )
