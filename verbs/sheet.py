"""Everything that is known of one verb, with the corrections beside what lexicon and rules say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verbs import cache, corrections, names
from verbs.french import grammar_book, patterns
from verbs.french.grammar_book import Book
from verbs.french.overrides import in_force
from verbs.french.patterns import Pattern
from verbs.french.vocabulary import Auxiliary
from verbs.models import CorrectionEvent, Verb, VerbOverride

#: How many changes of corrections a verb's page shows.
HISTORY = 50


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of a verb. ``ruled``: what the lexicon says where a correction holds, else None."""

    field: str
    name: str
    shown: str
    ruled: str | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction in force, beside what lexicon and rules say; both as people read them."""

    override: VerbOverride
    name: str
    ruled: str
    shown: str


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the history, as people read it."""

    event: CorrectionEvent
    name: str
    before: str
    value: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A verb as its page shows it. ``others``: the other readings of its infinitive."""

    verb: Verb
    facts: Sequence[Fact]
    book: Book
    patterns: Sequence[Pattern]
    corrected: Sequence[Corrected]
    history: Sequence[Change]
    others: Sequence[Verb]


def sheet(verb: Verb) -> Sheet:
    """Everything about a verb, in three queries; a fourth when this process has just heard of a change."""
    overrides = list(verb.overrides.order_by("-created_at"))
    with in_force(cache.overrides()):
        laid_out = grammar_book.book(
            verb.infinitive,
            Auxiliary(verb.auxiliary),
            reflexive=verb.reflexive,
            agrees=corrections.agrees(verb),
        )
    corrected = [corrected_row(row, verb) for row in overrides]
    events = verb.correction_events.order_by("-id")[:HISTORY]
    return Sheet(
        verb,
        _facts(verb, corrected),
        laid_out,
        patterns.patterns_of(
            (verb.infinitive, Auxiliary(verb.auxiliary), verb.reflexive), verb.citation
        ),
        corrected,
        [change(event) for event in events],
        list(
            Verb.objects.filter(infinitive=verb.infinitive)
            .exclude(id=verb.id)
            .order_by("frequency_rank")
        ),
    )


def corrected_row(override: VerbOverride, verb: Verb) -> Corrected:
    """A correction of a verb beside what it corrects."""
    field = override.field
    return Corrected(
        override,
        names.field_name(field),
        names.shown(field, corrections.ruled(verb, field)),
        names.shown(field, override.value),
    )


def change(event: CorrectionEvent) -> Change:
    """An entry of the history as people read it."""
    return Change(
        event,
        names.field_name(event.field),
        names.shown(event.field, event.before),
        names.shown(event.field, event.value),
    )


def _facts(verb: Verb, corrected: Sequence[Corrected]) -> list[Fact]:
    ruled = {one.override.field: one.ruled for one in corrected}
    return [
        Fact(
            field,
            str(name),
            names.shown(field, corrections.as_text(getattr(verb, field))),
            ruled.get(field),
        )
        for field, name in names.FIELDS.items()
        if field not in ("past_participle", "present_participle")  # they stand among the forms
    ]
