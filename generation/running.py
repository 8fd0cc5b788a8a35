"""The work on one item: claim it, have it written and judged, store its problem or its failure."""

from __future__ import annotations

import logging
import random
import time
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

import problems.services
import verbs.cache
from generation import counting, judging, leases, making, metering, pausing, spending
from generation.ending import ClaimLost, end, end_row, storing
from generation.models import GenerationItem, GenerationRequest
from generation.writers import openai
from generation.writers.base import CannotWrite, DraftStatement, Plan, Writer, WriterError
from generation.writers.registry import UnknownWriter, get_writer
from problems.models import Problem
from problems.wording import title_and_instructions
from quizservice import logs, tracing
from quizservice.databases import release_connection
from quizservice.instruments import stage
from verbs.french.overrides import in_force

logger = logging.getLogger(__name__)

#: Longest pause in seconds before another attempt at an item.
LONGEST_DELAY = 3600.0
#: A pause grows by up to this share of itself, so that items which failed together do not come together.
JITTER = 0.5
#: Seconds for which a draft is kept while the database is away, and between two tries.
STORE_PATIENCE = 20.0
STORE_PAUSE = 0.5
#: Other seeds to try when a draft is rejected or the pool has the same problem already.
VARIANTS = 5


#: Attempts of this process that the database's absence cut off, by item: their messages come again.
_interrupted: dict[uuid.UUID, int] = {}


def run_item(item_id: uuid.UUID) -> str:
    """Make the problem of one item, if it is free.

    Returns the state in which this call left the item, or ``"not claimed"`` or ``"claim lost"``: then
    somebody else has it, and nothing was kept. Raises OperationalError or InterfaceError when the database
    is away; called again, it begins anew.
    """
    tracing.note(item_id=str(item_id))
    _give_back_interrupted(item_id)
    lease = timedelta(seconds=settings.ITEM_LEASE)
    item = GenerationItem.objects.claim(item_id, lease)
    if item is None:
        return "not claimed"
    logs.add(generation_request_id=str(item.request_id))
    tracing.note(generation_request_id=str(item.request_id), attempt=item.attempt)
    begun = time.monotonic()
    try:
        counting.waited(item, lease)
        outcome = _run_claimed(item)
    except (OperationalError, InterfaceError):
        _interrupted[item.id] = item.attempt
        raise
    tracing.note(outcome=outcome)
    counting.attempted(item, outcome, time.monotonic() - begun)
    return outcome


def _run_claimed(item: GenerationItem) -> str:
    if item.request.status == GenerationRequest.Status.PENDING:
        GenerationRequest.objects.mark_started(item.request_id)
    try:
        # Written and judged under the same corrections.
        with leases.held(item), in_force(verbs.cache.overrides()):
            return _make_paid(item)
    except ClaimLost:
        logger.warning("item %s was taken over during attempt %s", item.id, item.attempt)
        return "claim lost"
    except WriterError as error:
        if error.stops_writer:
            pausing.stop_writer(item.request.generator, error.message)
        return _after_failure(
            item, error.message, str(error), error.retry_after, spent=error.spends_attempt
        )
    except UnknownWriter as error:
        message = gettext_noop("The workers do not know the writer that was ordered.")
        return _after_failure(item, message, str(error), retry_after=60.0)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # whatever it is, the item's row must tell it
        tracing.failed(error)
        logger.exception("item %s failed in attempt %s", item.id, item.attempt)
        return _after_failure(
            item,
            gettext_noop("An unexpected error stopped the generation."),
            repr(error),
            retry_after=5.0,
        )


def _give_back_interrupted(item_id: uuid.UUID) -> None:
    """End this process's own claim on an item which the database's absence cut off; it costs no attempt."""
    attempt = _interrupted.get(item_id)
    if attempt is None:
        return
    GenerationItem.objects.filter(
        id=item_id, state=GenerationItem.State.PROCESSING, attempt=attempt
    ).update(
        state=GenerationItem.State.WAITING,
        lease_until=None,
        earlier_attempts=F("earlier_attempts") + 1,
    )
    _interrupted.pop(item_id, None)


@dataclass(frozen=True, slots=True)
class _Work:
    """An attempt at an item.

    ``calls``: what it has asked of models and has not accounted for; ``latest``: of the monotonic clock,
    when it may ask once more at the latest.
    """

    item: GenerationItem
    writer: Writer
    calls: list[metering.Call]
    latest: float

    def account(self) -> None:
        """Account for the calls. Without the database they stay: what came of them matters more."""
        made = self.calls[:]
        if not made:
            return
        try:
            spending.account(self.item, made)
        except (OperationalError, InterfaceError) as error:
            tokens = sum(call.input_tokens + call.output_tokens for call in made)
            reason = str(error).partition("\n")[0]
            logger.warning(
                "%d tokens of item %s not accounted for: %s", tokens, self.item.id, reason
            )
        else:
            del self.calls[: len(made)]

    def go_on(self) -> None:
        """Look whether a model may be asked once more for the item.

        Raises:
            ClaimLost: when the item is somebody else's by now.
            WriterError: when nobody wants it any more, a budget is used up, or the lease might not last.
        """
        if not self.writer.paid:
            return
        self.account()
        mine = GenerationItem.objects.still_mine(self.item)
        status = mine.values_list("request__status", flat=True).first()
        if status is None:
            raise ClaimLost
        if status not in GenerationRequest.OPEN:
            raise WriterError(
                f"the request is {status}",
                message=gettext_noop("The order ended before the problem was good enough."),
                retry_after=1.0,
                spends_attempt=False,
            )
        spending.check_budget(self.item.request)
        if time.monotonic() > self.latest:
            raise WriterError(
                "another answer might come after ITEM_TIME_LIMIT",
                message=gettext_noop("The model's answers took too long."),
                retry_after=5.0,
            )
        release_connection()  # asking takes its time and needs none


def _make_paid(item: GenerationItem) -> str:
    """Make the problem of an item and account for what was asked of models, whatever came of it."""
    writer = get_writer(item.request.generator)
    if writer.paid:
        spending.check_budget(item.request)
    latest = time.monotonic() + settings.ITEM_TIME_LIMIT - openai.longest()
    with metering.metering() as calls:
        work = _Work(item, writer, calls, latest)
        try:
            return _make(work)
        finally:
            work.account()


def _make(work: _Work) -> str:
    item, writer = work.item, work.writer
    plan = Plan.from_json(item.plan)
    objections: list[str] = []
    for variant in range(VARIANTS):
        attempt = replace(plan, seed=plan.seed + variant)
        if variant:
            work.go_on()
        release_connection()  # writing takes its time and needs none
        try:
            made = making.make(writer, attempt, work.go_on)
        except CannotWrite as error:
            objections.append(str(error))
            continue
        except making.Rejected as rejected:
            spending.count_outcomes(rejected.outcomes)
            objections.extend(rejected.reasons)
            if rejected.for_good:
                break
            continue
        spending.count_outcomes(made.outcomes)
        work.account()  # so that an order that has ended says what it cost
        try:
            _store_patiently(item, attempt, made, writer)
        except problems.services.DuplicateProblem:
            objections.append("the pool has this problem already")
            continue
        return GenerationItem.State.GENERATED
    work.account()
    logger.warning("item %s rejected: %s", item.id, "; ".join(objections))
    return end(
        item,
        GenerationItem.State.REJECTED,
        error_message=gettext_noop("No draft was good enough."),
        error_detail="; ".join(objections),
    )


def _store_patiently(item: GenerationItem, plan: Plan, made: making.Made, writer: Writer) -> None:
    """Store a draft; a database that is away for a moment does not cost it.

    Should it have been stored although the answer was lost, the second try finds the claim gone.
    """
    deadline = time.monotonic() + min(STORE_PATIENCE, settings.ITEM_LEASE / 2)
    while True:
        try:
            with stage("store", generator=counting.writer(writer.name)), storing:
                _store(item, plan, made, writer)
            return
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            connection.close()
            time.sleep(STORE_PAUSE)


def _status(verdict: judging.Verdict, writer: Writer) -> Problem.Status:
    """Where a problem goes: what the grammar engine could not confirm is never served unseen."""
    if not verdict.confirmed:
        return Problem.Status.REVIEW
    return Problem.Status(settings.OPENAI_PROBLEMS) if writer.paid else Problem.Status.LIVE


def _store(item: GenerationItem, plan: Plan, made: making.Made, writer: Writer) -> Problem:
    """The problem, the item's end and the request's counters, in one transaction or not at all."""
    request, draft = item.request, made.draft
    title, instructions = title_and_instructions(plan.language, plan.focus, one_slot=draft.one_slot)
    with transaction.atomic():
        end_row(item, GenerationItem.State.GENERATED, error_message="", error_detail="")
        problem = problems.services.add(
            statements=[_new_statement(one) for one in draft.statements],
            target_language_code=plan.language,
            grammatical_focus=plan.focus,
            tenses_used=[plan.tense],
            topic_tags=sorted({*request.topic_tags, *draft.themes}),
            level=draft.level,
            title=title,
            instructions=instructions,
            status=_status(made.verdict, writer),
            metadata={
                "model": None,
                "prompt_version": None,
                **draft.metadata,
                "generator": writer.name,
                "judge": made.verdict.judges,
            },
            generation_trace={
                "plan": plan.as_json(),
                "statements": [dict(statement.trace) for statement in draft.statements],
                "verdicts": dict(made.verdict.notes),
                **draft.trace,
            },
        )
        GenerationItem.objects.filter(id=item.id).update(problem=problem)
        GenerationRequest.objects.count_end(request.id, GenerationItem.State.GENERATED)
    return problem


def _new_statement(statement: DraftStatement) -> problems.services.NewStatement:
    return problems.services.NewStatement(
        content=statement.text,
        is_correct=statement.is_correct,
        translation=statement.translation,
        explanation=statement.explanation,
        error_type=statement.error_type,
        error_code=statement.error_code,
        span=statement.span,
        correction=statement.correction,
    )


def _after_failure(
    item: GenerationItem,
    message: str,
    detail: str,
    retry_after: float | None,
    *,
    spent: bool = True,
) -> str:
    """Wait and try again while attempts are left, else the item has failed.

    The wait doubles with each attempt, and some chance is added. ``spent``: whether this attempt counts.
    What waits for a request that has been cancelled meanwhile is not claimed again and soon dropped.
    """
    values: dict[str, Any] = {"error_message": message, "error_detail": detail}
    made = item.attempt - item.earlier_attempts
    if not spent:
        values["earlier_attempts"] = F("earlier_attempts") + 1
        made = 1
    try:
        if retry_after is None or (spent and made >= settings.ITEM_MAX_ATTEMPTS):
            return end(item, GenerationItem.State.FAILED, **values)
        kept = GenerationItem.objects.still_mine(item).update(
            state=GenerationItem.State.WAITING,
            lease_until=None,
            not_before=Now() + timedelta(seconds=_delay(retry_after, made)),
            **values,
        )
    except ClaimLost:
        kept = 0
    return GenerationItem.State.WAITING if kept else "claim lost"


def _delay(retry_after: float, attempts: int) -> float:
    """Seconds to wait after so many attempts: never less than ``retry_after``."""
    seconds = retry_after * 2.0 ** min(attempts - 1, 20) * (1 + random.uniform(0, JITTER))
    return min(seconds, LONGEST_DELAY)
