"""Process-local caches of verbs and conjugations: cache first, database on a miss."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from itertools import groupby
from operator import attrgetter

from quizservice import caching
from quizservice.caching import LocalCache
from verbs.french.overrides import EMPTY, Overrides
from verbs.french.vocabulary import Auxiliary
from verbs.models import Verb, VerbOverride

Rows = list[dict[str, str | None]]
#: Infinitive without se, auxiliary, whether reflexive: what makes a verb one of its readings.
Reading = tuple[str, str, bool]

_VERBS = Verb._meta.db_table
_OVERRIDES = VerbOverride._meta.db_table


def _all_readings() -> dict[str | uuid.UUID, tuple[Verb, ...]]:
    verbs = list(Verb.objects.order_by("infinitive", "frequency_rank"))
    return {
        **{
            infinitive: tuple(same) for infinitive, same in groupby(verbs, attrgetter("infinitive"))
        },
        **{verb.id: (verb,) for verb in verbs},
    }


#: The readings of an infinitive as it was asked for, and a verb alone by its id.
_verbs: LocalCache[str | uuid.UUID, tuple[Verb, ...]] = LocalCache(
    "verb_cache", tables=[_VERBS], fill=_all_readings
)
_conjugations: LocalCache[Reading, Rows] = LocalCache(
    "conjugation_cache", tables=[_VERBS, _OVERRIDES]
)
_overrides: LocalCache[str, Overrides] = LocalCache("override_cache", tables=[_VERBS, _OVERRIDES])


def readings(infinitive: str, load: Callable[[], tuple[Verb, ...]]) -> tuple[Verb, ...]:
    """The readings of an infinitive. What does not exist is not kept."""
    return _verbs.get_or_load(infinitive, load, keep=bool)


def by_id(verb_id: uuid.UUID) -> Verb | None:
    """The verb with an id."""

    def load() -> tuple[Verb, ...]:
        return tuple(Verb.objects.filter(id=verb_id))

    return next(iter(_verbs.get_or_load(verb_id, load, keep=bool)), None)


def conjugations(reading: Reading, load: Callable[[], Rows]) -> Rows:
    """The conjugation table of a reading."""
    return _conjugations.get_or_load(reading, load)


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


def clear() -> None:
    """Drop what this process knows of verbs: after a load or a correction, when it commits.

    A verb is found under several spellings, and avoir and être stand in the forms of all others.
    """
    caching.drop([_VERBS, _OVERRIDES])
