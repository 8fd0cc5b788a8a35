"""Verbs as the service uses them: finding them and their forms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TypedDict, Unpack

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from quizservice.errors import NotFound
from verbs import cache, corrections
from verbs.french import conjugation
from verbs.french.overrides import in_force
from verbs.french.vocabulary import PERSON_NAMES, Auxiliary, Tense
from verbs.models import Verb
from verbs.spelling import fold, split_citation

#: ``last_used_at`` of a verb that is drawn often is written at most this often.
USE_NOTED_EVERY = timedelta(minutes=1)


# --- finding --------------------------------------------------------------------------------------


def find(text: str, *, reflexive: bool | None = None) -> tuple[Verb, list[Verb]]:
    """The commonest reading of an infinitive in any case, with or without se, and its other readings.

    With se, only reflexive readings count. Accents count when a verb with just these accents exists;
    else they do not.

    Raises:
        NotFound: when no verb has this infinitive.
    """
    infinitive, marked = split_citation(text)
    wanted = True if marked else reflexive
    readings = cache.readings(infinitive, lambda: _readings(infinitive))
    if wanted is not None:
        readings = tuple(verb for verb in readings if verb.reflexive == wanted)
    if not readings:
        raise NotFound(f"Verb {text[:60]!r} not found")
    return readings[0], list(readings[1:])


def _readings(infinitive: str) -> tuple[Verb, ...]:
    if not infinitive.isprintable():  # PostgreSQL refuses some of the other characters
        return ()
    candidates = tuple(Verb.objects.filter(folded=fold(infinitive)).order_by("frequency_rank"))
    exact = tuple(verb for verb in candidates if verb.infinitive == infinitive)
    return exact or candidates


def canonical_infinitives(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Infinitives as dictionaries write them, with se where it was given; and those that no verb has."""
    known, unknown = [], []
    for text in texts:
        try:
            verb, _ = find(text)
        except NotFound:
            unknown.append(text)
        else:
            _, marked = split_citation(text)
            known.append(verb.citation if marked else verb.infinitive)
    return list(dict.fromkeys(known)), unknown


class Filters(TypedDict, total=False):
    """Which verbs; several values of one filter mean any of them, and no value none in particular.

    ``search`` is the beginning of an infinitive, without regard to case and accents; with se it stands
    for reflexive verbs only.
    """

    classification: Sequence[str]
    auxiliary: Sequence[str]
    level: Sequence[str]
    reflexive: bool
    can_have_cod: bool
    can_have_coi: bool
    search: str


def matching(**filters: Unpack[Filters]) -> QuerySet[Verb]:
    """The verbs that fit, in no order."""
    fits = Q()
    for name, value in filters.items():
        if name == "search":
            beginning, marked = split_citation(str(value))
            fits &= Q(folded__startswith=fold(beginning))
            if marked:
                fits &= Q(reflexive=True)
        elif isinstance(value, bool):
            fits &= Q(**{name: value})
        elif value:
            fits &= Q(**{f"{name}__in": value})
    return Verb.objects.filter(fits)


def random_verb(**filters: Unpack[Filters]) -> Verb:
    """A verb that fits, each with the same chance; notes that it was used.

    Raises:
        NotFound: when none fits.
    """
    verb = matching(**filters).order_by("?").first()  # some hundred rows: quick enough
    if verb is None:
        raise NotFound("Verb not found: none fits these filters")
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=Now() - USE_NOTED_EVERY)
    if Verb.objects.filter(unnoted, id=verb.id).update(last_used_at=Now()):
        verb.refresh_from_db(fields=["last_used_at"])
    return verb


# --- forms ----------------------------------------------------------------------------------------


def conjugations(verb: Verb) -> list[dict[str, str | None]]:
    """A row a tense, in the vocabulary's order: the form to use for each person, null where none exists.

    Compound forms have a masculine participle; a reflexive verb has its pronoun. Corrections of single
    forms go first, and a corrected past participle stands in every compound form.
    """
    reading = (verb.infinitive, verb.auxiliary, verb.reflexive)
    return cache.conjugations(reading, lambda: _conjugations(verb))


def _conjugations(verb: Verb) -> list[dict[str, str | None]]:
    with in_force(cache.load_overrides()):
        table = conjugation.table(
            verb.infinitive,
            Auxiliary(verb.auxiliary),
            reflexive=verb.reflexive,
            agreement=corrections.agrees(verb),
        )
    rows: list[dict[str, str | None]] = []
    for tense in Tense:
        forms = {
            name: next(iter(table[tense].get(person, ())), None)
            for person, name in PERSON_NAMES.items()
        }
        rows.append({"tense": tense.value, **forms})
    return rows
