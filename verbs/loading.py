"""Loading the lexicon's verbs into the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from verbs import cache, corrections
from verbs.french import verb_data
from verbs.models import Verb


@dataclass(slots=True)
class LoadReport:
    """What a load did. Readings are named as in ``monter (être)``; ``changed`` has a line a field."""

    added: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    unchanged: int = 0
    no_longer_in_data: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report in words."""
        text = [
            f"Verbs: {len(self.added)} added, {len(self.changed)} changed, {self.unchanged} unchanged, "
            f"{len(self.no_longer_in_data)} no longer in the data (kept)"
        ]
        text += [f"  {name}: {', '.join(changes)}" for name, changes in self.changed.items()]
        text += [f"  no longer in the data: {name}" for name in self.no_longer_in_data]
        return text


def load(entries: Sequence[verb_data.VerbEntry] | None = None) -> LoadReport:
    """Make the rows say what the lexicon says, except where a person has corrected them.

    Repeatable; one transaction that writes only what differs; two at once come one after the other.

    Raises:
        VerbDataError: when the lexicon's file cannot be read.
        CannotHold: for a correction that no verb can have; nothing is written then.
    """
    with transaction.atomic():
        corrections.lock_writers()
        report, new = _compared(entries, change=corrections.write)
        Verb.objects.bulk_create(new)
        if new or report.changed:
            transaction.on_commit(cache.clear)
    return report


def compare() -> LoadReport:
    """What :func:`load` would do; nothing is written.

    Raises:
        VerbDataError: when the lexicon's file cannot be read.
        CannotHold: for a correction that no verb can have.
    """
    report, _ = _compared(None, change=corrections.would_change)
    return report


def _compared(
    entries: Sequence[verb_data.VerbEntry] | None,
    *,
    change: Callable[[Verb, Mapping[str, Any]], list[str]],
) -> tuple[LoadReport, list[Verb]]:
    """The report of a load, and the rows that are missing; ``change`` does or tells what differs in one."""
    report = LoadReport()
    rows = {
        (verb.infinitive, verb.auxiliary, verb.reflexive): verb
        for verb in Verb.objects.prefetch_related("overrides")
    }
    new = []
    for entry in verb_data.verbs() if entries is None else entries:
        values = corrections.lexicon_values(entry)
        verb = rows.pop((entry.infinitive, entry.auxiliary.value, entry.reflexive), None)
        if verb is None:
            new.append(Verb(**values))
            report.added.append(str(new[-1]))
        elif changes := change(verb, corrections.effective_values(values, verb)):
            report.changed[str(verb)] = changes
        else:
            report.unchanged += 1
    report.no_longer_in_data = sorted(map(str, rows.values()))
    return report, new
