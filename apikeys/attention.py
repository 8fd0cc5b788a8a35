"""What the keeper of keys should know of a key without asking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext, ngettext

from apikeys.models import EXPIRES_SOON, UNUSED, ApiKey
from apikeys.periods import Period, total

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth a look. ``tone``: ``info``, ``warn`` or ``bad``."""

    tone: str
    text: str


def notices(key: ApiKey, now: datetime, hours: Sequence[Period] = ()) -> list[Notice]:
    """What is worth knowing of a key that works. ``hours``: those of its last day, if they were read."""
    if key.state(now) != "active":
        return _not_let_in(hours)
    found = []
    if key.expires_at is not None and key.expires_at - now < EXPIRES_SOON:
        found.append(Notice("bad", expires_in(key.expires_at - now)))
    if key.previous_until is not None and key.previous_until > now:
        found.append(Notice("info", _grace(key.previous_until - now)))
    if now - (key.last_used_at or key.created_at) > UNUSED:
        days = {"n": UNUSED.days}
        text = gettext("Unused for %(n)d days") if key.last_used_at else gettext("Never used")
        found.append(Notice("warn", text % days if key.last_used_at else text))
    return found + _not_let_in(hours)


def expires_in(left: timedelta) -> str:
    """How long a key still works, in words; ``left`` is positive."""
    if left < _HOUR:
        return gettext("Expires within the hour")
    if left < _DAY:
        hours = left // _HOUR
        return ngettext("Expires in %(n)d hour", "Expires in %(n)d hours", hours) % {"n": hours}
    days = left // _DAY
    return ngettext("Expires in %(n)d day", "Expires in %(n)d days", days) % {"n": days}


def _grace(left: timedelta) -> str:
    if left < _HOUR:
        return gettext("Old key still works, for less than an hour")
    if left < _DAY:
        said = {"n": (hours := left // _HOUR)}
        return (
            ngettext(
                "Old key still works, for %(n)d hour", "Old key still works, for %(n)d hours", hours
            )
            % said
        )
    said = {"n": (days := left // _DAY)}
    return (
        ngettext("Old key still works, for %(n)d day", "Old key still works, for %(n)d days", days)
        % said
    )


def _not_let_in(hours: Sequence[Period]) -> list[Notice]:
    if not hours:
        return []
    day, found = total(hours), []
    if day.throttled:
        said = {"n": day.throttled}
        text = ngettext("%(n)d throttled in 24 h", "%(n)d throttled in 24 h", day.throttled) % said
        found.append(Notice("warn", text))
    if day.refused:
        said = {"n": day.refused}
        text = ngettext("%(n)d refused in 24 h", "%(n)d refused in 24 h", day.refused) % said
        found.append(Notice("warn", text))
    return found
