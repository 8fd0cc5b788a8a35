"""What a model's server says in headers about how fast it may be asked.

``Retry-After`` of RFC 9110, and the ``x-ratelimit-*`` headers as OpenAI describes them: a limit fills up
evenly, and ``reset`` is the time until it is full, not until the next call may come.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_UNITS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[dhms])")
_DURATION = re.compile(rf"(?:{_PART.pattern})+")
_KINDS = ("requests", "tokens")


def duration(text: str) -> float | None:
    """Seconds of "1s", "6m0s", "120ms", "1h30m"; a bare number is seconds. None: not a duration."""
    text = text.strip().lower()
    if _DURATION.fullmatch(text):
        return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    return _number(text)


def delay_asked(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait before the next call, as ``retry-after-ms`` or ``Retry-After`` say it.

    None where neither says so, or where the time is over.
    """
    millis = _number(headers.get("retry-after-ms", ""))
    if millis is not None and millis > 0:
        return millis / 1000
    text = headers.get("retry-after", "")
    seconds = duration(text)
    if seconds is None:
        try:
            date = parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return None
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        seconds = (date - (now or datetime.now(UTC))).total_seconds()
    return seconds if seconds > 0 else None


def calls_left(headers: Mapping[str, str], tokens_a_call: int) -> int | None:
    """How many calls may come at once, as the headers tell it. None: they do not.

    ``tokens_a_call``: what a call takes; 0: not known, then a rest of tokens says nothing.
    """
    counts = [remaining // need for _, remaining, need in _rests(headers, tokens_a_call)]
    return min(counts, default=None)


def until_room(headers: Mapping[str, str], tokens_a_call: int) -> float | None:
    """Seconds until there is room for a call, where there is none now. None: there is, or not told."""
    waits = []
    for kind, remaining, need in _rests(headers, tokens_a_call):
        reset = duration(headers.get(f"x-ratelimit-reset-{kind}", ""))
        if remaining >= need or not reset:
            continue
        limit = _count(headers, f"x-ratelimit-limit-{kind}")
        # Without the limit nobody knows how fast it fills: then it is full first.
        full = limit is None or limit <= need
        waits.append(reset if full else reset * (need - remaining) / ((limit or 0) - remaining))
    return max(waits, default=None)


def _rests(headers: Mapping[str, str], tokens_a_call: int) -> Iterator[tuple[str, int, int]]:
    """Kind, what is left of it, and what a call needs of it."""
    for kind, need in zip(_KINDS, (1, tokens_a_call), strict=True):
        remaining = _count(headers, f"x-ratelimit-remaining-{kind}")
        if remaining is not None and need:
            yield kind, remaining, need


def _count(headers: Mapping[str, str], name: str) -> int | None:
    value = _number(headers.get(name, ""))
    return None if value is None else max(0, int(value))


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
