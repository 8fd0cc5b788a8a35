"""Orders for problems: accepting them and looking at them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import verbs.cache
import verbs.services
from generation import planning
from generation.models import GenerationItem, GenerationRequest, Pause
from generation.waking import wake_dispatcher
from generation.writers.base import Plan, Writer
from generation.writers.registry import (
    UnknownWriter,
    get_writer,
    models_offered,
    offered,
    unavailable,
)
from problems.models import Problem
from quizservice import logs, tracing
from quizservice.errors import Conflict, FieldError, NotFound, Unprocessable
from quizservice.ids import uuid7
from verbs.french.overrides import in_force
from verbs.french.vocabulary import Language

#: An order up to this size is interactive unless it says otherwise.
INTERACTIVE_UP_TO = 20
#: So many of the newest problems tell which verbs have been used least.
RECENT_PROBLEMS = 2000


@dataclass(frozen=True, slots=True)
class Order:
    """What a caller asks for."""

    count: int = 1
    statement_count: int = 4
    language: Language = Language.ENGLISH
    topic_tags: tuple[str, ...] = ()
    priority: str | None = None
    generator: str | None = None  # the writer; None for GENERATOR
    model: str = ""  # for a writer that asks one; empty for OPENAI_MODEL
    constraints: planning.Constraints = field(default_factory=planning.Constraints)


# --- ordering -----------------------------------------------------------------------------------


class AlreadyOrdered(Conflict):
    """A form was sent before: ``request`` is what came of it, and ``same`` whether it was this order."""

    def __init__(self, request: GenerationRequest, *, same: bool) -> None:
        super().__init__(_("This form has made an order already."))
        self.request = request
        self.same = same


def submit(
    order: Order,
    *,
    key_id: uuid.UUID | None = None,
    ordered_by: User | None = None,
    operator: str = "",
    traceparent: str = "",
    token: uuid.UUID | None = None,
) -> GenerationRequest:
    """Accept an order: its request and items are stored, and the dispatcher is woken on commit.

    Who orders: the key ``key_id``, a person in the admin, or an ``operator`` at a shell, by name.
    ``traceparent``: of the caller, where this process makes no traces of its own.
    ``token``: of the form that orders; with the same one only the first order is made, however often and
    however fast the form is sent.

    Raises:
        Unprocessable: when a verb, the writer or the model is unknown, the writer cannot be had here, or
            no problem can meet the order; nothing is stored then.
        AlreadyOrdered: when the token has made an order.
    """
    writer = writer_of(order)
    asked = _columns(order, writer)
    _refuse_second(token, asked)
    plans = _plans(order, writer, order.count)
    columns = {
        **asked,
        "traceparent": tracing.traceparent() or traceparent,
        "key_id": key_id,
        "ordered_by": ordered_by,
        "operator": operator,
        "order_token": token,
    }
    try:
        request = _store(columns, plans)
    except IntegrityError:
        _refuse_second(token, asked)  # the other one was quicker
        raise
    logs.add(generation_request_id=str(request.id))
    return request


def _store(columns: Mapping[str, Any], plans: Sequence[Plan]) -> GenerationRequest:
    """The request and its items, of which the dispatcher hears on commit."""
    with transaction.atomic():
        request = GenerationRequest.objects.create(**columns, expires_at=GenerationRequest.expiry())
        _add_items(request, plans)
        wake_dispatcher()
    return request


def plan_one(order: Order, *, seed: int | None = None) -> tuple[Writer, Plan]:
    """The writer of an order and the plan of one of its problems; nothing is stored.

    Another ``seed`` gives another one.

    Raises:
        Unprocessable: as :func:`submit`.
    """
    writer = writer_of(order)
    return writer, _plans(order, writer, 1, seed=seed)[0]


def priority_of(order: Order) -> str:
    """The queue of an order: the one it asks for, else by its size."""
    if order.priority:
        return order.priority
    small = order.count <= INTERACTIVE_UP_TO
    return (
        GenerationRequest.Priority.INTERACTIVE if small else GenerationRequest.Priority.BULK
    ).value


def _columns(order: Order, writer: Writer) -> dict[str, Any]:
    """What is stored of an order as it was asked for."""
    return {
        "priority": priority_of(order),
        "requested_count": order.count,
        "statement_count": order.statement_count,
        "target_language_code": order.language.value,
        "topic_tags": list(order.topic_tags),
        "constraints": order.constraints.given(),
        "generator": order.generator or settings.GENERATOR,
        "model": order.model if writer.paid else "",
    }


def _refuse_second(token: uuid.UUID | None, asked: Mapping[str, Any]) -> None:
    """Raises AlreadyOrdered when a form's token has made an order."""
    if token is None:
        return
    made = GenerationRequest.objects.filter(order_token=token).first()
    if made is not None:
        same = all(getattr(made, name) == value for name, value in asked.items())
        raise AlreadyOrdered(made, same=same)


# One statement with two values: ``bulk_create`` takes twenty times as long for a thousand items.
_ADD_ITEMS = """
    INSERT INTO generation_generationitem
        (id, request_id, priority, position, plan, state, attempt, publish_count,
         error_message, error_detail, traceparent)
    SELECT item.id, %s, %s, item.number - 1, item.plan, 'waiting', 0, 0, '', '', %s
      FROM ROWS FROM (unnest(%s::uuid[]), jsonb_array_elements(%s::jsonb))
           WITH ORDINALITY AS item (id, plan, number)
"""


def _add_items(request: GenerationRequest, plans: Sequence[Plan]) -> None:
    ids = [uuid7() for _ in plans]
    described = orjson.dumps([plan.as_json() for plan in plans]).decode()
    with connection.cursor() as cursor:
        values: list[Any] = [request.id, request.priority, request.traceparent, ids, described]
        cursor.execute(_ADD_ITEMS, values)


def writer_of(order: Order) -> Writer:
    """The writer of an order.

    Raises:
        Unprocessable: when it is unknown or cannot be had here, or its model is unknown.
    """
    writer = _writer(order.generator or settings.GENERATOR)
    if order.model and writer.paid and order.model not in models_offered():
        said = _("The model %(model)s is not offered here: choose %(models)s.") % {
            "model": order.model,
            "models": ", ".join(models_offered()),
        }
        raise Unprocessable(said, errors=[FieldError("model", "unknown_model", said)])
    return writer


def _writer(generator: str) -> Writer:
    """The writer of this name. Raises Unprocessable."""
    if lacking := unavailable(generator):
        raise Unprocessable(lacking, errors=[FieldError("generator", "unavailable", lacking)])
    try:
        return get_writer(generator)
    except UnknownWriter as error:
        said = _("%(generator)s is no writer here: choose %(writers)s.") % {
            "generator": generator,
            "writers": ", ".join(offered()),
        }
        raise Unprocessable(
            said, errors=[FieldError("generator", "unknown_writer", said)]
        ) from error


def _plans(order: Order, writer: Writer, count: int, *, seed: int | None = None) -> list[Plan]:
    known, unknown = verbs.services.canonical_infinitives(order.constraints.verbs)
    if unknown:
        raise Unprocessable(
            ngettext("Unknown verb: %(verbs)s.", "Unknown verbs: %(verbs)s.", len(unknown))
            % {"verbs": ", ".join(unknown)},
            errors=[
                FieldError(
                    "constraints.verb_infinitives",
                    "unknown_verb",
                    _("%(verb)s is not known") % {"verb": name},
                )
                for name in unknown
            ],
        )
    planned = tracing.span("quiz.order.plan", generator=writer.name, count=count)
    try:
        with planned, in_force(verbs.cache.overrides()):
            return planning.plan_items(
                replace(order.constraints, verbs=tuple(known)),
                count=count,
                writer=writer,
                topic_tags=order.topic_tags,
                statement_count=order.statement_count,
                language=order.language,
                model=order.model if writer.paid else None,
                usage=_recent_verbs(),
                seed=seed,
            )
    except planning.Clash as clash:
        raise Unprocessable(
            clash.detail,
            errors=[
                FieldError(f"constraints.{name}", "clash", clash.detail)
                for name in clash.fields or ("",)
            ],
        ) from None


_RECENT_VERBS = """
    SELECT verb, count(*)
      FROM (SELECT metadata -> 'verb_infinitives' ->> 0 AS verb
              FROM problems_problem
             ORDER BY id DESC
             LIMIT %s) recent
     WHERE verb IS NOT NULL
     GROUP BY verb
"""


def _recent_verbs() -> dict[str, int]:
    """How often the correct statements of the newest problems had each verb."""
    with connection.cursor() as cursor:
        cursor.execute(_RECENT_VERBS, [RECENT_PROBLEMS])
        return dict(cursor.fetchall())


# --- looking --------------------------------------------------------------------------------------


def what_went_wrong(request: GenerationRequest) -> str:
    """Why problems of a request are missing, in a teacher's words; empty when none is."""
    return what_went_wrong_with([request])[request.id]


def what_went_wrong_with(requests: Sequence[GenerationRequest]) -> dict[uuid.UUID, str]:
    """Why problems of each request are missing, by its id; empty where none is. Two queries for all.

    Why its writer is stopped, what happened to the request as a whole, then its items by their reason: the
    failed and rejected ones, and while it is open those that something went wrong with and that wait.
    """
    stops = dict(Pause.objects.exclude(reason="").values_list("generator", "reason"))
    reasons = _reasons_of_items(requests)
    told = {}
    for request in requests:
        said = [] if request.ended else [stops.get(request.generator, "")]
        said.append(request.error_message)
        told[request.id] = " ".join(
            [one for one in said if one]
            + [
                f"{number} {state}: {message}"
                for state, message, number in reasons.get(request.id, [])
                if message not in said
            ]
        )
    return told


def _reasons_of_items(
    requests: Sequence[GenerationRequest],
) -> dict[uuid.UUID, list[tuple[str, str, int]]]:
    """State, error message and number of the items of each request to tell of, the most first."""
    ended = [one.id for one in requests if one.failed_count or one.rejected_count]
    running = [one.id for one in requests if not one.ended]
    state = GenerationItem.State
    told = Q(request_id__in=ended, state__in=[state.FAILED, state.REJECTED]) | Q(
        request_id__in=running, state=state.WAITING
    )
    found: dict[uuid.UUID, list[tuple[str, str, int]]] = {}
    if not (ended or running):
        return found
    rows = (
        GenerationItem.objects.filter(told)
        .exclude(error_message="")
        .values_list("request_id", "state", "error_message")
        .annotate(number=Count("id"))
        .order_by("-number", "error_message")
    )
    for request_id, item_state, message, number in rows:
        found.setdefault(request_id, []).append((item_state, message, number))
    return found


def unfinished_items() -> dict[tuple[str, str], int]:
    """How many items have not ended, by priority and state."""
    state = GenerationItem.State
    # not by IN: PostgreSQL sees only of an OR that each side has a partial index of its own
    unfinished = Q(state=state.WAITING) | Q(state=state.PUBLISHED) | Q(state=state.PROCESSING)
    counted = (
        GenerationItem.objects.filter(unfinished)
        .values_list("priority", "state")
        .annotate(number=Count("id"))
        .order_by("priority", "state")
    )
    return {(priority, state): number for priority, state, number in counted}


def visible_request(request_id: uuid.UUID, *, owner: uuid.UUID | None) -> GenerationRequest:
    """An order; with ``owner`` only one that this key has made.

    Raises:
        NotFound: when there is none.
    """
    found = visible_requests(owner=owner).filter(id=request_id).first()
    if found is None:
        raise NotFound("Generation request not found")
    return found


def visible_requests(
    *, owner: uuid.UUID | None, statuses: Sequence[str] = (), since: datetime | None = None
) -> QuerySet[GenerationRequest]:
    """All orders; with ``owner`` those that this key has made.

    ``statuses``: only in one of these; ``since``: only those ordered then or later.
    """
    requests = GenerationRequest.objects.all()
    if since is not None:
        requests = requests.filter(requested_at__gte=since)
    if owner is not None:
        requests = requests.filter(key_id=owner)
    return requests.filter(status__in=statuses) if statuses else requests


def problems_of(request: GenerationRequest, *, any_status: bool) -> Sequence[Problem]:
    """The problems that a request has made so far, in the order of its items.

    ``any_status``: also those that are not live, because a person has still to look at them.
    """
    problems = Problem.objects.all() if any_status else Problem.objects.live()
    return list(
        problems.filter(generation_item__request=request)
        .defer("generation_trace")  # long, and shown only where one problem is looked at
        .order_by("generation_item__position")
        .prefetch_related("statements")
    )
