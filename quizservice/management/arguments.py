"""Types of arguments of operators' commands: durations, moments, numbers, ids; "-" is standard input."""

from __future__ import annotations

import argparse
import re
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from quizservice.management.operator import UsageError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_PARTS = re.compile(r"(\d{1,9})([smhdw])")
_LONGEST = timedelta(days=36_500)


def duration(text: str) -> timedelta:
    """A length of time such as ``7d``, ``90s`` or ``1d12h``: seconds, minutes, hours, days, weeks.

    Raises:
        argparse.ArgumentTypeError: for anything else, and for more than a hundred years.
    """
    given = text.strip().lower()
    parts = _PARTS.findall(given)
    if not parts or "".join(number + unit for number, unit in parts) != given:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no duration such as 7d, 12h or 1d12h (s, m, h, d, w)"
        )
    seconds = sum(int(number) * _UNITS[unit] for number, unit in parts)
    if seconds > _LONGEST.total_seconds():
        raise argparse.ArgumentTypeError(f"{text!r} is more than a hundred years")
    return timedelta(seconds=seconds)


def past(text: str) -> datetime:
    """A moment: so long ago (``7d``), a day (``2031-01-31``, its beginning) or a time, in UTC.

    Raises:
        argparse.ArgumentTypeError: for anything else.
    """
    return _moment(text, -1)


def future(text: str) -> datetime:
    """A moment: so long from now (``90d``), a day (``2031-01-31``, its beginning) or a time, in UTC.

    Raises:
        argparse.ArgumentTypeError: for anything else.
    """
    return _moment(text, +1)


def _moment(text: str, sign: int) -> datetime:
    try:
        return timezone.now() + sign * duration(text)
    except argparse.ArgumentTypeError:
        pass
    try:
        day = parse_date(text)
        moment = datetime(day.year, day.month, day.day) if day else parse_datetime(text)
    except ValueError:  # it has the form of one, but no such day exists
        moment = None
    if moment is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a duration such as 7d or 1d12h nor a day such as 2031-01-31"
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def whole(lowest: int, highest: int | None = None) -> Callable[[str], int]:
    """A type of argument: a whole number within bounds."""

    def number(text: str) -> int:
        wanted = f"from {lowest} to {highest}" if highest is not None else f"of {lowest} or more"
        if not re.fullmatch(r"\d{1,18}", text, re.ASCII) or int(text) < lowest:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number {wanted}")
        if highest is not None and int(text) > highest:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number {wanted}")
        return int(text)

    return number


def words(arguments: Sequence[str]) -> list[str]:
    """Each argument once; "-" stands for standard input: the first word of each of its lines.

    So the output of a list can be given to the next command as it is.

    Raises:
        UsageError: when standard input is meant but is a terminal, or is not text.
    """
    found: dict[str, None] = {}
    for argument in arguments:
        for _, word in _standard_input() if argument == "-" else [("", argument)]:
            found[word] = None
    return list(found)


def ids(arguments: Sequence[str]) -> list[uuid.UUID]:
    """The ids of the arguments, each once, in their order; "-" stands for standard input, one a line.

    What follows an id on its line, after a space or a tab, is passed over.

    Raises:
        UsageError: for what is no id, with its line; when standard input is meant but is a terminal.
    """
    found: dict[uuid.UUID, None] = {}
    for argument in arguments:
        for place, word in _standard_input() if argument == "-" else [("", argument)]:
            try:
                found[uuid.UUID(word)] = None
            except ValueError:
                raise UsageError(f"{place}{word[:60]!r} is no id.") from None
    return list(found)


def _standard_input() -> Iterator[tuple[str, str]]:
    """The first word of each line, with where it stands, for what is said of it."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError('"-" reads from standard input: give it ids, one a line, by a pipe.')
    try:
        for number, line in enumerate(sys.stdin, 1):
            if parts := line.split(maxsplit=1):
                yield f"line {number} of standard input: ", parts[0]
    except UnicodeDecodeError:
        raise UsageError("Standard input is not text in UTF-8.") from None
