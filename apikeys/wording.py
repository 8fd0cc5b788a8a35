"""The history of a key in words: what each change was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apikeys.models import ADMIN, WRITE, KeyEvent

#: What people call the fields, in the order in which they are told.
LABELS: dict[str, Promise] = {
    "name": _("Name"),
    "description": _("Description"),
    "client_name": _("Client"),
    "permissions_scope": _("Permissions"),
    "rate_limit_rpm": _("Requests a minute"),
    "allowed_ips": _("Allowed addresses"),
    "expires_at": _("Expires"),
    "key_prefix": _("Key"),
    "previous_until": _("Old key works until"),
}
#: What no value of a field means.
_NOTHING: dict[str, Promise] = {
    "allowed_ips": _("any"),
    "expires_at": _("never"),
    "previous_until": _("no longer"),
}
_TIMES = ("expires_at", "previous_until")
#: What each permission lets a key do.
SCOPE_WORDS: dict[str, Promise] = {
    "read": _("Read: draw problems, send answers and reports"),
    "write": _("Write: also order problems"),
    "admin": _("Admin: everything, also keys and caches"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A field's value before and after, as texts or moments; ``before`` is None where only one counts."""

    label: str
    before: str | datetime | None
    after: str | datetime


def changes(event: KeyEvent) -> list[Change]:
    """What an event changed, field by field."""
    told = []
    for field in sorted(event.changes, key=_place):
        before, after = event.changes[field]
        new = event.kind == KeyEvent.Kind.ISSUED or (field == "previous_until" and before is None)
        told.append(
            Change(
                label=str(LABELS.get(field, field)),
                before=None if new else _said(field, before),
                after=_said(field, after),
            )
        )
    return told


def _place(field: str) -> int:
    return list(LABELS).index(field) if field in LABELS else len(LABELS)


def _said(field: str, value: Any) -> str | datetime:
    if value in (None, "", []):
        return str(_NOTHING.get(field) or gettext("none"))
    if field in _TIMES:
        return datetime.fromisoformat(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return f"{value}…" if field == "key_prefix" else str(value)


def example_calls(scopes: Sequence[str], root: str) -> list[str]:
    """Lines for a shell that call the service with a key from a variable, for each permission one.

    ``root``: the service's address, with a slash at its end.
    """
    curl = f'curl -H "Authorization: Bearer $QUIZ_API_KEY" {root}api/v1/'
    lines = [f"{curl}problems/random"]
    if WRITE in scopes or ADMIN in scopes:
        lines.append(f"{curl}problems/generate --json '{{\"count\": 10}}'")
    if ADMIN in scopes:
        lines.append(f"{curl}api-keys")
    return lines
