"""What an attempt at an item asks of models, written down as it happens.

Every call counts, also one whose answer is of no use: it has been paid for. The record belongs to the
attempt by a context variable, which follows into the event loop that makes the calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What a call is for."""

    WRITE = "write"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a model: its tokens, its seconds, and why it failed if it did.

    ``outcome``: how it ended, in one of few words (``catalogue.OUTCOMES_OF_CALLS``).
    """

    purpose: Purpose
    model: str
    prompt_version: str
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    response_id: str | None = None
    failure: str | None = None
    outcome: str = "ok"


_calls: ContextVar[list[Call] | None] = ContextVar("model_calls", default=None)


@contextmanager
def metering() -> Iterator[list[Call]]:
    """Collect the calls that are made within the block, also where it ends with an exception."""
    calls: list[Call] = []
    token = _calls.set(calls)
    try:
        yield calls
    finally:
        _calls.reset(token)


def record(call: Call) -> None:
    """Note a call; outside of ``metering`` nobody counts."""
    calls = _calls.get()
    if calls is not None:
        calls.append(call)
