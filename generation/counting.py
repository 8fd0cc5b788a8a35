"""What generation tells telemetry of its work (``quizservice.catalogue``), where the truth is committed.

Names that come from outside are cut down to known ones first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from generation.writers.registry import WRITERS
from quizservice import instruments
from quizservice.instruments import OTHER

if TYPE_CHECKING:
    from decimal import Decimal

    from generation.models import GenerationItem
    from generation.spending import Outcome


def writer(name: str) -> str:
    """The name of a writer that comes along, ``other`` for one of a dotted path."""
    return name if name in WRITERS else OTHER


def model(name: str) -> str:
    """The name of a model that the settings name, else ``other``."""
    named = (settings.OPENAI_MODEL, settings.OPENAI_JUDGE_MODEL)
    return name if name and (name in named or name in settings.OPENAI_PRICES) else OTHER


def waited(item: GenerationItem, lease: timedelta) -> None:
    """Time from when an item was due until it was claimed just now, by the database's clock.

    A message that follows an earlier attempt counts from when it was published: until then nobody could.
    """
    claimed, first = item.lease_until, item.attempt <= 1
    since = item.not_before or (item.created_at if first else item.published_at)
    if claimed is not None and since is not None:
        seconds = (claimed - lease - since).total_seconds()
        generator = writer(item.request.generator)
        instruments.stage_duration.record(max(0.0, seconds), stage="wait", generator=generator)


def attempted(item: GenerationItem, outcome: str, seconds: float) -> None:
    """Count an attempt and its seconds from claim to end; ``outcome``: how it left the item."""
    generator = writer(item.request.generator)
    instruments.attempts.add(1, generator=generator, outcome=outcome)
    instruments.item_duration.record(seconds, generator=generator, outcome=outcome)


def item_ended(item: GenerationItem, state: str) -> None:
    """Count the end of an item when it commits."""
    if instruments.items_ended.on:
        items_ended([(state, item.request.generator, item.priority)])


def items_ended(ends: Iterable[tuple[str, str, str]]) -> None:
    """Count ends of items when they commit: of each its state, its writer and its priority."""
    if instruments.items_ended.on:
        transaction.on_commit(partial(_count_ends, list(ends)))


def _count_ends(ends: Iterable[tuple[str, str, str]]) -> None:
    for state, generator, priority in ends:
        instruments.items_ended.add(1, state=state, generator=writer(generator), priority=priority)


def calls_made(calls: Iterable[tuple[str, str, int, int, Decimal | None]]) -> None:
    """Count calls of models when the ledger's rows of them commit.

    Of each its model, its outcome, its tokens of input and output, and its cost in US dollars.
    """
    if instruments.model_calls.on:
        transaction.on_commit(partial(_count_calls, list(calls)))


def _count_calls(calls: Iterable[tuple[str, str, int, int, Decimal | None]]) -> None:
    for name, outcome, input_tokens, output_tokens, cost in calls:
        known = model(name)
        instruments.model_calls.add(1, model=known, outcome=outcome)
        instruments.model_tokens.add(input_tokens, model=known, type="input")
        instruments.model_tokens.add(output_tokens, model=known, type="output")
        if cost is not None:
            instruments.model_cost.add(float(cost), model=known)


def statements_judged(outcomes: Iterable[Outcome]) -> None:
    """Count what became of sentences when it commits."""
    if instruments.statements.on:
        transaction.on_commit(partial(_count_statements, list(outcomes)))


def _count_statements(outcomes: Iterable[Outcome]) -> None:
    for one in outcomes:
        error_type = str(one.error_type) or "none"
        instruments.statements.add(1, error_type=error_type, outcome=one.result.value)
