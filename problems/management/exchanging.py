"""The actions of ``manage.py problems`` that read and write files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from problems import selection
from problems.exchange import exporting, importing
from problems.exchange.planning import Plan
from problems.management import choosing
from quizservice.management.operator import Actions, OperatorCommand, counted, operator

#: Rows of an import that a dry run shows of each kind.
_SHOWN = 20
_STANDARD = "-"


class ExchangeActions(OperatorCommand):
    """Export and import; thin as all of the command."""

    def add_exchange(self, actions: Actions) -> None:
        """Add both actions."""
        self._add_export(actions)
        self._add_import(actions)

    def _add_export(self, actions: Actions) -> None:
        export = self.action(
            actions,
            "export",
            self._export,
            help="write problems to a file that import and the console read",
            examples="""
                manage.py problems export pool.json --status live
                manage.py problems export --level A1 --format csv > a1.csv
            """,
        )
        export.add_argument("file", nargs="?", default=_STANDARD, help="- is standard output")
        export.add_argument(
            "--format",
            choices=list(exporting.FORMATS),
            help="by the end of the file's name unless given; json on standard output",
        )
        export.add_argument("--overwrite", action="store_true", help="replace a file that exists")
        choosing.add_filters(export)

    def _add_import(self, actions: Actions) -> None:
        bring = self.action(
            actions,
            "import",
            self._import,
            help="add and change problems from a file, all of it or nothing",
            examples="""
                manage.py problems import corrected.csv --dry-run
                manage.py problems import - --status review < new.json
            """,
        )
        bring.add_argument("file", help="CSV or JSON as in docs/exchange.md; - is standard input")
        bring.add_argument("--dry-run", action="store_true", help="say what would be done")
        bring.add_argument(
            "--status",
            choices=["draft", "review", "live"],
            default="draft",
            help="of new problems (draft); others keep theirs",
        )
        bring.add_argument(
            "--overrule", action="store_true", help="import although the grammar check objects"
        )
        self.add_json(bring)

    def _export(self, options: dict[str, Any]) -> None:
        name = options["file"]
        form = options["format"] or ("csv" if name.lower().endswith(".csv") else "json")
        parts = exporting.exported(selection.selected(choosing.selection(options)), form=form)
        if name == _STANDARD:
            for part in parts:
                self.stdout.write(part.decode(), ending="")
            return
        if Path(name).exists() and not options["overwrite"]:
            raise CommandError(f"{name} is there already; --overwrite replaces it.")
        size = _written(Path(name), parts)
        self.say(f"{name}: {size:,} bytes, {form}.")

    def _import(self, options: dict[str, Any]) -> None:
        plan, done = importing.bring(
            content=_content(options["file"]),
            file_name="standard input"
            if options["file"] == _STANDARD
            else Path(options["file"]).name,
            by=operator(),
            status=options["status"],
            overrule=options["overrule"],
            dry_run=options["dry_run"],
        )
        for refusal in plan.refusals:
            column = f", {refusal.column}" if refusal.column else ""
            self.say(f"{options['file']}: row {refusal.row}{column}: {refusal.detail}")
        for step in plan.objections:
            for sentence in step.objections:
                self.say(f"{options['file']}: row {step.entry.row}: the grammar check: {sentence}")
        self._tell_import(options, plan, done)
        if plan.refusals:
            raise CommandError(
                f"{counted(len(plan.of_kind('refuse')), 'row')} refused; nothing was imported."
            )
        if plan.objections and not options["overrule"]:
            raise CommandError(
                "The grammar check objects; nothing was imported. --overrule imports it nevertheless."
            )

    def _tell_import(
        self, options: dict[str, Any], plan: Plan, done: dict[str, int] | None
    ) -> None:
        kinds = {"added": "add", "changed": "change", "same": "same", "refused": "refuse"}
        numbers = {name: len(plan.of_kind(kind)) for name, kind in kinds.items()}
        if options["json"]:
            self.print_json(
                {"done": done is not None, **numbers, "objections": len(plan.objections)}
            )
            return
        if done is None:
            for kind in ("add", "change"):
                for step in plan.of_kind(kind)[:_SHOWN]:
                    fields = ", ".join(dict.fromkeys(one.label for one in step.changes))
                    told = f"row {step.entry.row}: {kind}: {step.sentence}"
                    self.stdout.write(f"{told} ({fields})" if fields else told)
        verb = "" if done is not None else "would be "
        self.stdout.write(
            f"{numbers['added']} {verb}added, {numbers['changed']} {verb}changed, "
            f"{numbers['same']} as in the file already, {numbers['refused']} refused."
        )


def _written(path: Path, parts: Iterator[bytes]) -> int:
    """Write a file that is there whole or not at all; its size in bytes."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with beside.open("xb") as file:
            file.writelines(parts)
            size = file.tell()
        beside.replace(path)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    finally:
        beside.unlink(missing_ok=True)
    return size


def _content(name: str) -> bytes:
    if name == _STANDARD:
        return sys.stdin.buffer.read(importing.COMMAND_BYTES + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(importing.COMMAND_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from None
