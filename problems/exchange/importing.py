"""Imports: a file is looked at first, and then done as a whole or not at all."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from problems import grammar, services
from problems.exchange import csv_file, json_file
from problems.exchange.entries import Entry
from problems.exchange.planning import Plan, Step, planned
from problems.models import Problem, ProblemEvent, ProblemImport
from quizservice.errors import Conflict, NotFound, ServiceError, Unprocessable
from quizservice.numbers import grouped

#: The largest file that a page takes, in bytes, and the most problems in it.
MAX_BYTES = 900_000
MAX_PROBLEMS = 500
#: The same for a command, where nobody waits for a page.
COMMAND_BYTES = 50_000_000
COMMAND_PROBLEMS = 20_000
#: How long a file is kept that nobody imports.
KEPT = timedelta(days=1)

_READERS = {
    ProblemImport.Format.CSV: csv_file.read,
    ProblemImport.Format.JSON: json_file.read,
}


def prepare() -> None:
    """Let the grammar engine read its tables while somebody chooses a file: that takes seconds once."""
    threading.Thread(target=grammar.ready, name="grammar tables", daemon=True).start()


def look_at(*, content: bytes, file_name: str, by: str) -> ProblemImport:
    """Take a file and say what is in it; nothing is imported yet.

    The format follows from the end of the name, or from the first letter. ``by``: the user's name.

    Raises:
        Unprocessable: for what cannot be read at all, and for too much.
    """
    found, _ = _read(
        content, file_name=file_name, by=by, most_bytes=MAX_BYTES, most_problems=MAX_PROBLEMS
    )
    ProblemImport.objects.filter(done_at=None, sent_at__lt=timezone.now() - KEPT).delete()
    found.save(force_insert=True)
    return found


def bring(
    *,
    content: bytes,
    file_name: str,
    by: str,
    status: str = Problem.Status.DRAFT,
    overrule: bool = False,
    dry_run: bool = False,
) -> tuple[Plan, dict[str, int] | None]:
    """Look at a file and import it at once: its plan, and what was done as :func:`carry_out` tells it.

    None instead when nothing was done: a row is refused, the engine objects and is not overruled, or
    ``dry_run``. A larger file is taken than by a page.

    Raises:
        Unprocessable: for what cannot be read at all, and for too much.
        Conflict: when somebody changed the problems at the same moment.
        ValueError: for a status that a new problem cannot have.
    """
    found, plan = _read(
        content,
        file_name=file_name,
        by=by,
        most_bytes=COMMAND_BYTES,
        most_problems=COMMAND_PROBLEMS,
    )
    if dry_run or plan.refusals or (plan.objections and not overrule):
        return plan, None
    with transaction.atomic():
        found.save(force_insert=True)
        done = carry_out(found.id, by=by, status=status, overrule=overrule, seen=plan.digest)
    return plan, done


def _read(
    content: bytes, *, file_name: str, by: str, most_bytes: int, most_problems: int
) -> tuple[ProblemImport, Plan]:
    """A file, not stored yet, with what the engine says of it, and its plan."""
    if len(content) > most_bytes:
        said = gettext("The file has %(size)s kB; at most %(most)s kB are taken. Split it.")
        sizes = {"size": grouped(len(content) // 1000), "most": grouped(most_bytes // 1000)}
        raise Unprocessable(said % sizes)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unprocessable(
            gettext("The file is not in UTF-8. Save it as “CSV UTF-8” in the spreadsheet program.")
        ) from None
    if "\x00" in text:
        raise Unprocessable(gettext("The file is neither CSV nor JSON."))
    name = file_name.lower()
    is_json = name.endswith(".json") or (
        not name.endswith(".csv") and text.lstrip()[:1] in ("[", "{")
    )
    form = ProblemImport.Format.JSON if is_json else ProblemImport.Format.CSV
    found = ProblemImport(by=by[:150], file_name=file_name[-200:], format=form, content=text)
    plan = planned(_entries(found, most=most_problems))
    found.objections = {str(step.entry.row): step.objections for step in plan.objections}
    return found, plan


def _entries(found: ProblemImport, *, most: int = COMMAND_PROBLEMS) -> list[Entry]:
    """Its problems; a stored file had its size checked when it came."""
    return _READERS[ProblemImport.Format(found.format)](found.content, most=most)


def plan_of(found: ProblemImport) -> Plan:
    """What the import would do now; empty when it is done."""
    if found.done_at is not None:
        return Plan([])
    return planned(_entries(found), objections=found.objections)


def find(import_id: uuid.UUID, *, by: str) -> ProblemImport:
    """A file that this user sent.

    Raises:
        NotFound: when there is none.
    """
    found = ProblemImport.objects.filter(id=import_id, by=by).first()
    if found is None:
        raise NotFound(gettext("This file is not there any more. Send it again."))
    return found


def carry_out(
    import_id: uuid.UUID,
    *,
    by: str,
    status: str = Problem.Status.DRAFT,
    overrule: bool = False,
    seen: str | None = None,
) -> dict[str, int]:
    """Do an import, all of it or nothing; how many problems were ``added``, ``changed``, the ``same``.

    ``status``: of new problems: draft, review or live; others keep theirs. ``overrule``: also what the
    grammar engine objects to. ``seen``: the ``digest`` of the plan that was looked at; None: any.

    Raises:
        NotFound: when this user sent no such file.
        Conflict: when it is done already, is not what was seen, a row is refused, or the engine objects.
        ValueError: for another status.
    """
    if status not in (Problem.Status.DRAFT, Problem.Status.REVIEW, Problem.Status.LIVE):
        raise ValueError(f"a new problem is not {status!r}")
    with transaction.atomic():
        find(import_id, by=by)
        found = ProblemImport.objects.select_for_update().get(id=import_id)
        if found.done_at is not None:
            raise Conflict(gettext("This file is imported already."))
        plan = plan_of(found)
        _check(plan, seen=seen, overrule=overrule)
        for step in plan.steps:
            _do(step, status=status, by=by, reason=found.file_name)
        found.result = {
            "added": len(plan.of_kind("add")),
            "changed": len(plan.of_kind("change")),
            "same": len(plan.of_kind("same")),
        }
        found.content, found.objections = "", {}
        found.done_at = Now()
        found.save()
    return dict(found.result)


def _check(plan: Plan, *, seen: str | None, overrule: bool) -> None:
    """Refuse what shall not be carried out."""
    if number := len(plan.of_kind("refuse")):
        said = ngettext(
            "%(number)d row is refused; nothing was imported.",
            "%(number)d rows are refused; nothing was imported.",
            number,
        )
        raise Conflict(said % {"number": number})
    if seen not in (None, plan.digest):
        raise Conflict(
            gettext(
                "Somebody changed these problems since you looked. Look again; nothing was imported."
            )
        )
    if plan.objections and not overrule:
        raise Conflict(gettext("The grammar check objects; nothing was imported."))


def _do(step: Step, *, status: str, by: str, reason: str) -> None:
    """Carry out one row; a refusal names it."""
    fields = dict(step.entry.fields)
    try:
        if step.kind == "add":
            metadata = {"generator": "import", **fields.pop("metadata", {})}
            services.add(
                statements=step.statements or [],
                metadata=metadata,
                status=status,
                kind=ProblemEvent.Kind.IMPORTED,
                by=by,
                reason=reason,
                **fields,
            )
        elif step.kind == "change" and step.entry.id:
            services.revise(
                step.entry.id,
                fields=fields,
                statements=step.statements,
                kind=ProblemEvent.Kind.IMPORTED,
                by=by,
                reason=reason,
            )
    except ServiceError as refused:
        said = gettext("Row %(row)d: %(why)s Nothing was imported.")
        raise Conflict(said % {"row": step.entry.row, "why": refused.detail}) from None


def mistakes(found: ProblemImport) -> str:
    """What is wrong with a file and what the grammar check objects to, as CSV: row, column, sentence."""
    plan = plan_of(found)
    lines = [(str(one.row), one.column, one.detail) for one in plan.refusals]
    lines += [
        (str(step.entry.row), "statements", sentence)
        for step in plan.objections
        for sentence in step.objections
    ]
    return csv_file.table([(gettext("row"), gettext("column"), gettext("what is wrong")), *lines])


#: A file to begin with.
EXAMPLE = csv_file.table(
    [
        (
            "grammatical_focus",
            "level",
            "tenses_used",
            "topic_tags",
            "correct",
            "translation",
            "statement_1",
            *(f"{name}_{n}" for n in (2, 3) for name in csv_file.OF_STATEMENT[:5]),
        ),
        (
            "auxiliary",
            "A2",
            "passe_compose",
            "travel, family",
            "1",
            "Marie went to the market.",
            "Marie est allée au marché.",
            "Marie a allée au marché.",
            "wrong_auxiliary",
            "a",
            "est",
            "Aller takes être.",
            "Marie a allé au marché.",
            "wrong_auxiliary",
            "a allé",
            "est allée",
            "Aller takes être, and the participle agrees with Marie.",
        ),
    ]
)
