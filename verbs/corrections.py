"""Corrections of verbs by people. They go before the lexicon and the rules, and survive every load."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from quizservice.errors import FieldError, Unprocessable
from verbs import cache
from verbs.french import conjugation, verb_data
from verbs.french.overrides import EMPTY, in_force
from verbs.french.vocabulary import Group, Level, Person, Tense
from verbs.models import Verb, VerbOverride
from verbs.spelling import fold

#: Key of the advisory lock under which verbs are loaded and corrected, one transaction at a time.
_WRITERS_LOCK = 0x7665726273


# --- what can be corrected ------------------------------------------------------------------------


def _text(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest:
            raise ValueError(f"must not be longer than {longest} characters")
        return text

    return read


def _word(kind: type[StrEnum]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in set(kind):
            raise ValueError(f"must be one of {', '.join(kind)}")
        return text

    return read


def _flag(text: str) -> bool:
    known = {"true": True, "false": False}
    if text.lower() not in known:
        raise ValueError("must be true or false")
    return known[text.lower()]


def _rank(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:10]) <= 1_000_000):
        raise ValueError("must be a number from 1 to 1000000")
    return int(text)


def _prepositions(text: str) -> list[str]:
    listed = [part.strip() for part in text.split(",")]
    if not set(listed) <= verb_data.PREPOSITIONS:
        raise ValueError(
            f"must be some of {', '.join(sorted(verb_data.PREPOSITIONS))}, separated by commas"
        )
    return listed


#: The fields of a verb that a person may correct, with what reads the value from text.
CORRECTABLE: Mapping[str, Callable[[str], Any]] = {
    "translation": _text(200),
    "level": _word(Level),
    "classification": _word(Group),
    "is_irregular": _flag,
    "can_have_cod": _flag,
    "can_have_coi": _flag,
    "prepositions": _prepositions,
    "frequency_rank": _rank,
    "past_participle": _text(50),
    "present_participle": _text(50),
}

#: The conjugated forms that a person may correct: ``futur_simple.3p``.
FORMS: tuple[str, ...] = tuple(
    f"{tense}.{person}"
    for tense in Tense
    for person in Person
    if tense is not Tense.IMPERATIF or person in conjugation.IMPERATIVE_PERSONS
)


def objections(*, field: str, value: str, author: str, reason: str) -> list[FieldError]:
    """What is wrong with a correction, a sentence each; nothing when it can be made."""
    wrong = []
    for name, text, longest in (
        ("value", value, 200),
        ("author", author, 150),
        ("reason", reason, 500),
    ):
        if not text.strip():
            wrong.append(FieldError(name, "required", f"A correction needs its {name}."))
        elif len(text.strip()) > longest:
            detail = f"The {name} must not be longer than {longest} characters."
            wrong.append(FieldError(name, "max_length", detail))
        elif not text.strip().isprintable():
            detail = f"The {name} must be one line without control characters."
            wrong.append(FieldError(name, "invalid", detail))
    if field not in CORRECTABLE and field not in FORMS:
        detail = (
            f"{field[:50]!r} is neither one of {', '.join(CORRECTABLE)} "
            "nor a form such as futur_simple.3p."
        )
        wrong.append(FieldError("field", "unknown", detail))
    elif field in CORRECTABLE and not any(error.field == "value" for error in wrong):
        try:
            CORRECTABLE[field](value.strip())
        except ValueError as error:
            detail = f"{field} {error}, not {value.strip()[:50]!r}."
            wrong.append(FieldError("value", "invalid", detail))
    return wrong


# --- correcting -----------------------------------------------------------------------------------


def correct(verb: Verb, *, field: str, value: str, author: str, reason: str) -> VerbOverride:
    """Correct a field or a conjugated form of a verb, from now on and after every load.

    An earlier correction of the same field is replaced. The row changes; ``verb`` itself does not.

    Raises:
        Unprocessable: says everything that is wrong with the correction.
    """
    wrong = objections(field=field, value=value, author=author, reason=reason)
    if wrong:
        raise Unprocessable(" ".join(error.detail for error in wrong), errors=wrong)
    with transaction.atomic():
        lock_writers()
        override, _ = VerbOverride.objects.update_or_create(
            verb_id=verb.id,
            field=field,
            defaults={
                "value": value.strip(),
                "author": author.strip(),
                "reason": reason.strip(),
                "created_at": Now(),
            },
        )
        _settle(verb)
    override.refresh_from_db(fields=["created_at"])
    return override


def withdraw(override: VerbOverride) -> None:
    """Take a correction back: lexicon and rules hold again.

    A verb that the lexicon no longer has keeps the value, as nothing else is known of it.
    """
    with transaction.atomic():
        lock_writers()
        VerbOverride.objects.filter(id=override.id).delete()
        _settle(override.verb)


def _settle(verb: Verb) -> None:
    """Make the row say what holds now, and have this process look it up anew."""
    current = Verb.objects.prefetch_related("overrides").get(id=verb.id)
    entry = entry_of(current)
    write(current, effective_values(lexicon_values(entry) if entry else {}, current))
    transaction.on_commit(cache.clear)


# --- what holds -----------------------------------------------------------------------------------


def lock_writers() -> None:
    """Wait for other loads and corrections; they wait for the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS_LOCK])


def entry_of(verb: Verb) -> verb_data.VerbEntry | None:
    """The lexicon's entry of a row; None when the lexicon no longer has it."""
    key = (verb.infinitive, verb.auxiliary, verb.reflexive)
    return next((one for one in verb_data.readings(verb.infinitive) if one.key == key), None)


def lexicon_values(entry: verb_data.VerbEntry) -> dict[str, Any]:
    """The fields of the row that an entry of the lexicon makes."""
    with in_force(EMPTY):
        return {
            "infinitive": entry.infinitive,
            "folded": fold(entry.infinitive),
            "auxiliary": entry.auxiliary.value,
            "reflexive": entry.reflexive,
            "translation": entry.translation,
            "past_participle": entry.past_participle,
            "present_participle": entry.present_participle,
            "classification": entry.group.value,
            "is_irregular": entry.is_irregular,
            "can_have_cod": entry.takes_cod,
            "can_have_coi": entry.takes_coi,
            "prepositions": list(entry.prepositions),
            "level": entry.level.value,
            "frequency_rank": entry.frequency_rank,
        }


def effective_values(values: Mapping[str, Any], verb: Verb) -> dict[str, Any]:
    """``values`` with the corrections of the verb before them."""
    return {**values, **_corrected(verb.overrides.all())}


def _corrected(overrides: Iterable[VerbOverride]) -> dict[str, Any]:
    return {
        row.field: CORRECTABLE[row.field](row.value)
        for row in overrides
        if row.field in CORRECTABLE
    }


def write(verb: Verb, values: Mapping[str, Any]) -> list[str]:
    """Write the fields of a row that differ from ``values``; returns what changed, in words."""
    differing = {name: value for name, value in values.items() if getattr(verb, name) != value}
    changes = [f"{name} {getattr(verb, name)!r} -> {value!r}" for name, value in differing.items()]
    if differing:
        Verb.objects.filter(id=verb.id).update(**differing, updated_at=Now())
    return changes
