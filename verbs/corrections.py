"""Corrections of verbs by people. They go before the lexicon and the rules, and survive every load."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from quizservice.errors import FieldError, Unprocessable
from verbs import cache
from verbs.french import conjugation, verb_data
from verbs.french.overrides import EMPTY, in_force
from verbs.french.vocabulary import Auxiliary, Group, Level, Person, Tense
from verbs.models import CorrectionEvent, Verb, VerbOverride
from verbs.spelling import fold

#: Key of the advisory lock under which verbs are loaded and corrected, one transaction at a time.
_WRITERS_LOCK = 0x7665726273


# --- what can be corrected ------------------------------------------------------------------------


def _text(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest:
            raise ValueError(_("Use at most %(longest)d characters.") % {"longest": longest})
        return text

    return read


def _word(kind: type[StrEnum]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in set(kind):
            raise ValueError(
                _("Write one of %(words)s, not “%(value)s”.")
                % {"words": ", ".join(kind), "value": text[:50]}
            )
        return text

    return read


def _flag(text: str) -> bool:
    known = {"true": True, "false": False}
    if text.lower() not in known:
        raise ValueError(_("Write true or false, not “%(value)s”.") % {"value": text[:50]})
    return known[text.lower()]


def _rank(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:10]) <= 1_000_000):
        raise ValueError(
            _("Write a number from 1 to 1000000, not “%(value)s”.") % {"value": text[:50]}
        )
    return int(text)


def _prepositions(text: str) -> list[str]:
    listed = [part.strip() for part in text.split(",")]
    if not set(listed) <= verb_data.PREPOSITIONS:
        raise ValueError(
            _("Write some of %(words)s, separated by commas, not “%(value)s”.")
            % {"words": ", ".join(sorted(verb_data.PREPOSITIONS)), "value": text[:50]}
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
    for name, text, longest, wanted in (
        ("value", value, 200, _("A correction needs its value.")),
        ("author", author, 150, _("A correction needs its author.")),
        ("reason", reason, 500, _("A correction needs its reason.")),
    ):
        if not text.strip():
            wrong.append(FieldError(name, "required", wanted))
        elif len(text.strip()) > longest:
            detail = _("Use at most %(longest)d characters.") % {"longest": longest}
            wrong.append(FieldError(name, "max_length", detail))
        elif not text.strip().isprintable():
            detail = _("Use one line without control characters.")
            wrong.append(FieldError(name, "invalid", detail))
    if field not in CORRECTABLE and field not in FORMS:
        detail = _(
            "“%(field)s” cannot be corrected: it is neither one of %(fields)s nor a form such as "
            "futur_simple.3p."
        ) % {"field": field[:50], "fields": ", ".join(CORRECTABLE)}
        wrong.append(FieldError("field", "unknown", detail))
    elif field in CORRECTABLE and not any(error.field == "value" for error in wrong):
        try:
            CORRECTABLE[field](value.strip())
        except ValueError as error:
            wrong.append(FieldError("value", "invalid", str(error)))
    return wrong


# --- correcting -----------------------------------------------------------------------------------


def correct(verb: Verb, *, field: str, value: str, author: str, reason: str) -> VerbOverride:
    """Correct a field or a conjugated form of a verb, from now on and after every load.

    An earlier correction of the same field is replaced; the history keeps both. The row changes; ``verb``
    itself does not.

    Raises:
        Unprocessable: says everything that is wrong with the correction, also that nothing would change.
    """
    wrong = objections(field=field, value=value, author=author, reason=reason)
    if wrong:
        raise Unprocessable(" ".join(error.detail for error in wrong), errors=wrong)
    with transaction.atomic():
        lock_writers()
        current = Verb.objects.prefetch_related("overrides").get(id=verb.id)
        before = held(current, field)
        if before == value.strip():
            detail = _("“%(value)s” is what holds already.") % {"value": before}
            raise Unprocessable(detail, errors=[FieldError("value", "unchanged", detail)])
        override, _made = VerbOverride.objects.update_or_create(
            verb_id=verb.id,
            field=field,
            defaults={
                "value": value.strip(),
                "author": author.strip(),
                "reason": reason.strip(),
                "created_at": Now(),
            },
        )
        CorrectionEvent.objects.create(
            verb_id=verb.id,
            kind=CorrectionEvent.Kind.MADE,
            field=field,
            before=before[:200],
            value=override.value,
            by=override.author,
            reason=override.reason,
        )
        _settle(verb)
    override.refresh_from_db(fields=["created_at"])
    return override


def withdraw(override: VerbOverride, *, by: str, reason: str = "") -> str:
    """Take a correction back: lexicon and rules hold again, and what they say is returned, as text.

    A verb that the lexicon no longer has keeps the value, as nothing else is known of it. A correction
    that somebody else has just withdrawn stays withdrawn.
    """
    verb = override.verb
    with transaction.atomic():
        lock_writers()
        removed, _rows = VerbOverride.objects.filter(id=override.id).delete()
        ruled = held(Verb.objects.prefetch_related("overrides").get(id=verb.id), override.field)
        if removed:
            CorrectionEvent.objects.create(
                verb_id=verb.id,
                kind=CorrectionEvent.Kind.WITHDRAWN,
                field=override.field,
                before=override.value,
                value=ruled[:200],
                by=by[:150],
                reason=reason.strip()[:500],
            )
            _settle(verb)
    return ruled


def _settle(verb: Verb) -> None:
    """Make the row say what holds now, and have this process look it up anew.

    Another correction that cannot hold is passed over: it must not keep people from withdrawing one.
    """
    current = Verb.objects.prefetch_related("overrides").get(id=verb.id)
    entry = entry_of(current)
    values = lexicon_values(entry) if entry else {}
    for row in _of_fields(current):
        with suppress(CannotHold):
            values[row.field] = _read(row, current)
    write(current, values)
    transaction.on_commit(cache.clear)


def held(verb: Verb, field: str) -> str:
    """What holds of a field or a form now, as text; "" for a form that does not exist.

    ``verb`` has its ``overrides``.
    """
    corrected = next((row.value for row in verb.overrides.all() if row.field == field), None)
    return ruled(verb, field) if corrected is None else corrected


def ruled(verb: Verb, field: str) -> str:
    """What lexicon and rules say of a field or a form, as text; "" where they say nothing."""
    entry = entry_of(verb)
    if field in CORRECTABLE:
        return as_text(lexicon_values(entry)[field] if entry else getattr(verb, field))
    tense, _dot, person = field.partition(".")
    with in_force(EMPTY):
        table = conjugation.table(
            verb.infinitive,
            Auxiliary(verb.auxiliary),
            reflexive=verb.reflexive,
            agreement=agrees(verb),
        )
    return next(iter(table[Tense(tense)].get(Person(person), ())), "")


def agrees(verb: Verb) -> bool:
    """Whether the participle of the verb's compound tenses agrees with the subject."""
    entry = entry_of(verb)
    return entry.participle_agrees if entry else verb.auxiliary == Auxiliary.ETRE


def as_text(value: Any) -> str:
    """A field's value as corrections write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(value)
    return "" if value is None else str(value)


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


class CannotHold(ValueError):
    """A stored correction has a value that its field cannot have; the message names it."""


def effective_values(values: Mapping[str, Any], verb: Verb) -> dict[str, Any]:
    """``values`` with the corrections of the verb before them.

    Raises:
        CannotHold: for a correction that was possible once, or was written past the admin.
    """
    return {**values, **{row.field: _read(row, verb) for row in _of_fields(verb)}}


def _of_fields(verb: Verb) -> list[VerbOverride]:
    return [row for row in verb.overrides.all() if row.field in CORRECTABLE]


def _read(row: VerbOverride, verb: Verb) -> Any:
    try:
        return CORRECTABLE[row.field](row.value)
    except ValueError as error:
        raise CannotHold(
            f"{verb}: the correction of {row.field} to {row.value!r} cannot hold: {error} Withdraw it "
            "or correct it anew in the admin."
        ) from None


def write(verb: Verb, values: Mapping[str, Any]) -> list[str]:
    """Write the fields of a row that differ from ``values``; returns what changed, in words."""
    differing = _differing(verb, values)
    if differing:
        Verb.objects.filter(id=verb.id).update(**differing, updated_at=Now())
    return _changes(verb, differing)


def would_change(verb: Verb, values: Mapping[str, Any]) -> list[str]:
    """What :func:`write` would change, in words."""
    return _changes(verb, _differing(verb, values))


def _differing(verb: Verb, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(verb, name) != value}


def _changes(verb: Verb, values: Mapping[str, Any]) -> list[str]:
    return [f"{name} {getattr(verb, name)!r} -> {value!r}" for name, value in values.items()]
