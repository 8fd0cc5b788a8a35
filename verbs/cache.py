"""Process-local caches of verbs and conjugations: cache first, database on a miss."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from quizservice.caching import LocalCache
from verbs.french.overrides import EMPTY, Overrides
from verbs.french.vocabulary import Auxiliary
from verbs.models import Verb, VerbOverride

#: Seconds after which a correction made by another process is seen at the latest.
TTL = 5.0

Rows = list[dict[str, str | None]]

_verbs: LocalCache[str, list[Verb]] = LocalCache("verb_cache", ttl=TTL)
_conjugations: LocalCache[uuid.UUID, Rows] = LocalCache("conjugation_cache", ttl=TTL)
_overrides: LocalCache[str, Overrides] = LocalCache("override_cache", ttl=TTL)


def readings(infinitive: str, load: Callable[[], list[Verb]]) -> list[Verb]:
    """The readings of an infinitive. What does not exist is not kept."""
    return _verbs.get_or_load(infinitive, load, keep=bool)


def conjugations(verb_id: uuid.UUID, load: Callable[[], Rows]) -> Rows:
    """The conjugation table of a verb."""
    return _conjugations.get_or_load(verb_id, load)


def overrides() -> Overrides:
    """The corrections of all verbs, for the engine: to be ``in_force`` while it writes and judges."""
    return _overrides.get_or_load("", load_overrides)


def load_overrides() -> Overrides:
    """The corrections of all verbs, from the database."""
    rows = [
        ((verb.infinitive, Auxiliary(verb.auxiliary), verb.reflexive), row.field, row.value)
        for row in VerbOverride.objects.select_related("verb").order_by("verb_id", "field")
        for verb in (row.verb,)
    ]
    if not rows:
        return EMPTY
    corrected = {reading[0] for reading, _, _ in rows}
    readings = Verb.objects.filter(infinitive__in=corrected).order_by("frequency_rank", "id")
    return Overrides.from_rows(
        rows,
        [
            (infinitive, Auxiliary(auxiliary), reflexive)
            for infinitive, auxiliary, reflexive in readings.values_list(
                "infinitive", "auxiliary", "reflexive"
            )
        ],
    )


def forget(verb: Verb) -> None:
    """Drop what is known of one verb, in this process, and of the corrections."""
    _verbs.clear()  # readings are found under several spellings
    _overrides.clear()
    if verb.infinitive in set(Auxiliary):
        _conjugations.clear()  # they stand in the compound tenses of every verb
    else:
        _conjugations.invalidate(verb.id)


def clear() -> None:
    """Drop everything, in this process."""
    _verbs.clear()
    _conjugations.clear()
    _overrides.clear()


def refill(load: Callable[[], Mapping[str, list[Verb]]]) -> None:
    """Drop everything, in this process, and keep the readings of every infinitive that ``load`` gives."""
    _conjugations.clear()
    _overrides.clear()
    _verbs.refill(load)
