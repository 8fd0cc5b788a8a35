"""Who did what to a key: written in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apikeys.models import ApiKey, KeyEvent
from quizservice.proxies import Address


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something to a key.

    ``name`` stands in the history: a user of the admin, ``key <prefix>`` or ``command``. ``key_id`` is the
    key that asks, when one does: it may not do everything to itself. ``address`` is where the request
    came from, when there is one.
    """

    name: str
    key_id: UUID | None = None
    address: Address | None = None


#: Whoever has a shell on the machine.
COMMAND = Actor("command")


#: The longest reason that is kept, in characters.
MAX_REASON = 500


def record(
    key: ApiKey,
    kind: KeyEvent.Kind,
    by: Actor,
    changes: Mapping[str, Sequence[Any]] | None = None,
    reason: str = "",
) -> KeyEvent:
    """Write down what is done to a key. ``changes``: by field, the value before and after."""
    return KeyEvent.objects.create(
        key=key,
        kind=kind,
        by=by.name,
        address=_unscoped(by.address) if by.address else None,
        changes={
            name: [_plain(value) for value in values] for name, values in (changes or {}).items()
        },
        reason=reason,
    )


def _plain(value: Any) -> Any:
    """What JSON can hold of a field's value."""
    return value.isoformat() if isinstance(value, datetime) else value


def _unscoped(address: Address) -> str:
    """Without the interface that a link-local address may name, which PostgreSQL would not take."""
    return str(address).partition("%")[0]
