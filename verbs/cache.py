"""Process-local caches of verbs and conjugations: cache first, database on a miss."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from quizservice.caching import LocalCache
from verbs.models import Verb

#: Seconds after which a correction made by another process is seen at the latest.
TTL = 5.0

Rows = list[dict[str, str | None]]

_verbs: LocalCache[str, list[Verb]] = LocalCache("verb_cache", ttl=TTL)
_conjugations: LocalCache[uuid.UUID, Rows] = LocalCache("conjugation_cache", ttl=TTL)


def readings(infinitive: str, load: Callable[[], list[Verb]]) -> list[Verb]:
    """The readings of an infinitive. What does not exist is not kept."""
    return _verbs.get_or_load(infinitive, load, keep=bool)


def conjugations(verb_id: uuid.UUID, load: Callable[[], Rows]) -> Rows:
    """The conjugation table of a verb."""
    return _conjugations.get_or_load(verb_id, load)


def forget(verb: Verb) -> None:
    """Drop what is known of one verb, in this process."""
    _verbs.clear()  # readings are found under several spellings
    _conjugations.invalidate(verb.id)


def clear() -> None:
    """Drop everything, in this process."""
    _verbs.clear()
    _conjugations.clear()


def refill(load: Callable[[], Mapping[str, list[Verb]]]) -> None:
    """Drop everything, in this process, and keep the readings of every infinitive that ``load`` gives."""
    _conjugations.clear()
    _verbs.refill(load)
