"""Counts what draws give out, by focus and language, and those that nothing matched.

What a problem is stands in its JSON, of which two fields are cut out: PostgreSQL writes it without spaces,
and a quote inside of a text with a backslash, so that a key with its quotes can be nothing else. Parsing it
would take longer than all else that is done with it. Counted are known values; others are ``other``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from problems.pool import Filters
from quizservice import instruments
from quizservice.instruments import OTHER
from verbs.french.vocabulary import Focus, Language

_LANGUAGES = {one.value.encode(): one.value for one in Language}
_FOCUSES = {one.value.encode(): one.value for one in Focus}
# Without the quote of the value: searching for a rarer last byte is quicker.
_LANGUAGE_KEY = b'"target_language_code":'
_FOCUS_KEY = b'"grammatical_focus":'


class _HasBody(Protocol):
    @property
    def body(self) -> bytes: ...


def count_served(served: Iterable[_HasBody]) -> None:
    """Count problems that were given out, by their JSON; those of one kind together."""
    if not instruments.draws.on:
        return
    found: dict[tuple[str, str], int] = {}
    for one in served:
        body = one.body
        place = body.find(_LANGUAGE_KEY) + len(_LANGUAGE_KEY) + 1
        language = _LANGUAGES.get(body[place : body.find(b'"', place)], OTHER)
        place = body.find(_FOCUS_KEY, place) + len(_FOCUS_KEY) + 1  # it stands after the other
        focus = _FOCUSES.get(body[place : body.find(b'"', place)], OTHER)
        found[focus, language] = found.get((focus, language), 0) + 1
    for (focus, language), number in found.items():
        instruments.draws.add(number, focus=focus, language=language)


def count_empty(filters: Filters) -> None:
    """Count a draw that nothing matched, by what it asked for."""
    instruments.empty_draws.add(
        1,
        focus=_asked(filters.grammatical_focus, _FOCUSES.values()),
        language=_asked(filters.target_language_code, _LANGUAGES.values()),
    )


def _asked(values: Collection[str], known: Collection[str]) -> str:
    if len(values) != 1:
        return "several" if values else "any"
    (value,) = values
    return value if value in known else OTHER
