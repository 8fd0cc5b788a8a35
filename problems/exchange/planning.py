"""What an import would do with each row of a file: add, change, leave as it is, or refuse it and why."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.db.models import Prefetch
from django.utils.translation import gettext

from problems import names
from problems.changes import Snapshot, snapshot_of
from problems.differences import Difference, difference
from problems.exchange.entries import Entry, Refusal
from problems.grammar import Edited, objection
from problems.models import Problem, Statement, fingerprint_of
from problems.new_statements import NewStatement, check_statements
from quizservice.errors import Unprocessable
from verbs import cache
from verbs.french.overrides import in_force
from verbs.french.vocabulary import Language

#: What a new problem must have, and what a file calls it.
_NEEDED = ("grammatical_focus", "level", "tenses_used")


@dataclass(slots=True)
class Step:
    """What happens to a row.

    ``changes``: of a stored problem, field by field. ``statements``: as they will be stored.
    ``objections``: what the grammar engine is certain of, in sentences.
    """

    entry: Entry
    kind: Literal["add", "change", "same", "refuse"]
    changes: list[Difference] = field(default_factory=list)
    statements: list[NewStatement] | None = None
    objections: list[str] = field(default_factory=list)
    was_unknown: bool = False

    @property
    def sentence(self) -> str:
        """The correct sentence, to know the row by; without one the first."""
        rows = self.statements or self.entry.statements or []
        right = [one.content for one in rows if one.is_correct]
        return (right or [one.content for one in rows] or [""])[0]

    @property
    def words(self) -> str:
        """What kind of problem it is, for people."""
        given = self.entry.fields
        parts = [names.FOCUSES.get(given.get("grammatical_focus", ""), "")]
        parts += [names.TENSES.get(tense, tense) for tense in given.get("tenses_used", [])]
        parts += [given.get("level", ""), *given.get("topic_tags", [])]
        return " · ".join(str(part) for part in parts if part)


@dataclass(slots=True)
class Plan:
    """An import before it is done."""

    steps: list[Step]

    @property
    def digest(self) -> str:
        """A text that is another one when the import would do something else."""
        told = [(step.entry.row, step.kind, step.changes) for step in self.steps]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def of_kind(self, kind: str) -> list[Step]:
        """The rows that have an end."""
        return [step for step in self.steps if step.kind == kind]

    @property
    def refusals(self) -> list[Refusal]:
        """What keeps the file from being imported."""
        return [one for step in self.steps for one in step.entry.refusals]

    @property
    def objections(self) -> list[Step]:
        """The rows that the grammar engine objects to."""
        return [step for step in self.steps if step.objections]


def planned(entries: Sequence[Entry], *, objections: Mapping[str, list[str]] | None = None) -> Plan:
    """What an import would do with a file's entries, by what is stored now. Three queries.

    ``objections``: what the grammar engine said of each row, by its number as a text; None: it is asked.
    """
    known = _stored({entry.id for entry in entries if entry.id})
    _refuse_twins_by_id(entries)
    steps = [_step(entry, known.get(entry.id) if entry.id else None) for entry in entries]
    _refuse_twins(steps)
    for step in steps:
        if step.entry.refusals:
            step.kind = "refuse"
    with in_force(cache.overrides()):
        for step in steps:
            if objections is not None:
                step.objections = objections.get(str(step.entry.row), [])
            elif step.kind in ("add", "change"):
                step.objections = _objections(step, known)
    return Plan(steps)


def _stored(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Problem]:
    in_order = Prefetch("statements", queryset=Statement.objects.order_by("position"))
    rows = Problem.objects.filter(pk__in=list(ids)).defer("search_text", "generation_trace")
    return {row.pk: row for row in rows.prefetch_related(in_order)}


def _step(entry: Entry, problem: Problem | None) -> Step:
    before = snapshot_of(problem) if problem is not None else None
    step = Step(entry, "add", was_unknown=entry.id is not None and problem is None)
    if before is None:
        step.statements = [replace(one, id=None) for one in entry.statements or []]
        _refuse_what_lacks(entry)
    elif entry.statements is not None:
        step.statements = _with_known_ids(before, entry.statements)
    if step.statements is not None and not entry.refusals:
        try:
            check_statements(step.statements)
        except Unprocessable as refused:
            entry.refuse("statements", refused.detail)
    if before is not None and not entry.refusals:
        step.changes = difference(before, _after(before, step))
        step.kind = "change" if step.changes else "same"
    return step


def _refuse_what_lacks(entry: Entry) -> None:
    """A new problem is whole."""
    refused = {one.column for one in entry.refusals}
    for name in _NEEDED:
        if not entry.fields.get(name) and name not in refused:
            entry.refuse(name, gettext("A new problem needs this."))
    if not entry.statements and not refused & {"statements", "correct"}:
        entry.refuse("statements", gettext("A new problem needs statements."))
    entry.fields.setdefault("target_language_code", Language.ENGLISH.value)


def _with_known_ids(before: Snapshot, given: Sequence[NewStatement]) -> list[NewStatement]:
    """Statements under the ids they have: by the file, by their text, or by their place.

    What learners answered goes on counting for them.
    """
    known = {one["id"]: one for one in before["statements"]}
    by_text = {one["content"]: key for key, one in known.items()}
    ids = [
        str(one.id) if one.id and str(one.id) in known else by_text.get(one.content)
        for one in given
    ]
    if len(given) == len(known):
        free = [key for key in known if key not in ids]
        ids = [key or free.pop(0) for key in ids]
    taken: set[str] = set()
    found = []
    for one, key in zip(given, ids, strict=True):
        found.append(replace(one, id=uuid.UUID(key) if key and key not in taken else None))
        taken.add(key or "")
    return found


def _after(before: Snapshot, step: Step) -> Snapshot:
    """The snapshot of a problem once the row is imported."""
    after: dict[str, Any] = {**before, **step.entry.fields}
    if step.statements is not None:
        after["statements"] = [one.values() for one in step.statements]
    return after


# --- what is there already ------------------------------------------------------------------------


def _refuse_twins_by_id(entries: Sequence[Entry]) -> None:
    """No two rows may change the same problem."""
    first: dict[uuid.UUID, int] = {}
    for entry in entries:
        if entry.id is None:
            continue
        if entry.id in first:
            said = gettext("Row %(row)d has the same id.")
            entry.refuse("id", said % {"row": first[entry.id]})
        first.setdefault(entry.id, entry.row)


def _refuse_twins(steps: Sequence[Step]) -> None:
    """No two problems may have the same statements, neither in the file nor with what is stored."""
    first: dict[str, int] = {}
    new: dict[str, Step] = {}
    for step in steps:
        if step.entry.refusals or not step.statements:
            continue
        print_ = fingerprint_of(one.content for one in step.statements)
        if print_ in first:
            said = gettext("Row %(row)d has the same statements.")
            step.entry.refuse("statements", said % {"row": first[print_]})
            continue
        first[print_] = step.entry.row
        if step.kind in ("add", "change"):
            new[print_] = step
    stored = Problem.objects.exclude(status=Problem.Status.RETIRED).filter(fingerprint__in=new)
    for key, print_ in stored.values_list("pk", "fingerprint"):
        step = new[print_]
        if step.kind == "add" or step.entry.id != key:
            said = gettext("The problem %(id)s has the same statements already.")
            step.entry.refuse("statements", said % {"id": key})


# --- the grammar engine ---------------------------------------------------------------------------


def _objections(step: Step, known: Mapping[uuid.UUID, Problem]) -> list[str]:
    """What the engine is certain of, for statements that are new or changed."""
    problem = known.get(step.entry.id) if step.entry.id else None
    before = [_edited_row(one) for one in problem.statements.all()] if problem is not None else []
    edited = [_edited(one) for one in step.statements or []]
    right = next((one.content for one in edited if one.is_correct), None)
    said = (objection(one, beside=right) for one in edited if one not in before)
    return [sentence for sentence in said if sentence]


def _edited(one: NewStatement) -> Edited:
    return Edited(one.content, one.is_correct, one.error_type, one.span, one.correction)


def _edited_row(row: Statement) -> Edited:
    span = None if row.span_start is None else (row.span_start, row.span_end or 0)
    return Edited(row.content, row.is_correct, row.error_type, span, row.correction)
