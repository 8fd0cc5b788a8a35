"""What the commands of operators have in common: actions, answers for people and for scripts, and asking.

- Answers go to standard output, what is said about them to standard error.
- On a terminal a list is a table; in a pipe it is one record a line, its columns between tabs.
- With ``--json`` a list is JSON lines, a document a record; anything else is one JSON document.
- Exit statuses: 0; 1 for what was refused or found wrong; 2 for wrong usage; commands may add others.
"""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

import orjson
from django.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    DjangoHelpFormatter,
)
from django.db import InterfaceError, OperationalError

from quizservice.errors import ServiceError

#: Exit statuses beside 0 and 1.
USAGE = 2
INTERRUPTED = 130  # what a shell reports for a program that Ctrl-C ended
NOBODY_READS = 141  # the same for one whose reader went away, as in "| head"

#: Records of a table on a terminal that are set together: their widths fit each other.
_TOGETHER = 500
_JSON = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
#: What the actions of a command are added to.
Actions = argparse._SubParsersAction  # argparse has no public name for it


class UsageError(CommandError):
    """The command was called wrongly: ends with exit status 2."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, returncode=USAGE, **kwargs)


class OperatorCommand(BaseCommand):
    """A command for operators, with actions.

    A subclass declares its actions in ``add_arguments`` by :meth:`action`; ``handle`` calls the method of
    the action that was asked for with the parsed options. What a service refuses, and a database that
    cannot be reached, end it with a sentence and exit status 1.
    """

    #: Lines that show how it is used, at the end of ``--help``.
    examples: str = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser of the command line, with the examples at the end of its help."""
        kwargs.setdefault("formatter_class", _Formatter)
        if self.examples:
            kwargs.setdefault("epilog", _epilog(self.examples))
        return super().create_parser(prog_name, subcommand, **kwargs)

    def action(
        self,
        actions: Actions,
        name: str,
        run: Callable[[dict[str, Any]], None],
        *,
        help: str,
        examples: str = "",
    ) -> CommandParser:
        """An action of the command, to which its arguments are added.

        ``actions``: what :meth:`actions` gave. ``help``: a clause and what else there is to know; the list
        of actions has what stands before the first ": " or ". ".
        ``run`` is called with the options.
        """
        parser: CommandParser = actions.add_parser(
            name,
            help=re.split(r"[:.] ", help)[0],
            description=help[:1].upper() + help[1:] + ("" if help.endswith(".") else "."),
            epilog=_epilog(examples) if examples else None,
            formatter_class=_Formatter,
        )
        parser.set_defaults(run=run)
        return parser

    @staticmethod
    def actions(parser: CommandParser) -> Actions:
        """Where the actions of the command are added."""
        found: Actions = parser.add_subparsers(dest="action", required=True, metavar="action")
        return found

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the action that was asked for."""
        run: Callable[[dict[str, Any]], None] = options.pop("run")
        with self.refusals():
            run(options)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Say what a service refused, and which other end could not be reached, in a sentence."""
        try:
            yield
        except ServiceError as refused:
            more = [one for one in refused.errors if one.detail not in refused.detail]
            lines = [refused.detail, *(f"  {one.field}: {one.detail}" for one in more)]
            raise CommandError("\n".join(lines)) from None
        except (OperationalError, InterfaceError) as error:
            reason = " ".join(str(error).split())
            raise CommandError(f"The database cannot be used: {reason}") from error

    def run_from_argv(self, argv: list[str]) -> None:
        """Run it as a process of its own: quiet when interrupted, and when nobody reads on."""
        try:
            super().run_from_argv(argv)
            self.stdout.flush()
        except BrokenPipeError:
            # what is still buffered would be written at the end, and fail once more
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(NOBODY_READS)
        except KeyboardInterrupt:
            self.stderr.write("Interrupted.")
            sys.exit(INTERRUPTED)

    # --- arguments ---

    @staticmethod
    def add_json(parser: argparse._ActionsContainer, what: str = "one JSON document") -> None:
        """Add ``--json``; ``what`` says what it prints: one JSON document, or JSON lines."""
        parser.add_argument("--json", action="store_true", help=f"print {what}")

    @staticmethod
    def add_yes(parser: argparse._ActionsContainer) -> None:
        """Add ``--yes``, which :meth:`confirm` honours."""
        parser.add_argument("--yes", action="store_true", help="do it without asking: for scripts")

    # --- answers ---

    @property
    def on_terminal(self) -> bool:
        """Whether a person sees the answer, and not a pipe or a file."""
        return self.stdout.isatty()

    def say(self, sentence: str) -> None:
        """Tell the operator something that is not part of the answer: to standard error."""
        self.stderr.write(sentence, style_func=str)

    def print_json(self, document: Any) -> None:
        """Print one JSON document, indented."""
        self.stdout.write(
            orjson.dumps(document, default=str, option=_JSON | orjson.OPT_INDENT_2).decode()
        )

    def print_lines(self, documents: Iterable[Any]) -> None:
        """Print JSON lines: one document a line, as they come."""
        for document in documents:
            self.stdout.write(orjson.dumps(document, default=str, option=_JSON).decode())

    def table(self, rows: Iterable[Sequence[object]], columns: Sequence[str]) -> int:
        """Print records: as a table on a terminal, else a line each, with tabs between the columns.

        A column whose name begins with ">" stands right, one with "!" is never folded: for ids. None and
        an empty text are "-". The names of the columns stand on a terminal only. Returns how many records
        there were.
        """
        number = 0
        if not self.on_terminal:
            for row in rows:
                self.stdout.write("\t".join(map(cell, row)))
                number += 1
            return number
        together: list[Sequence[object]] = []
        for row in rows:
            together.append(row)
            number += 1
            if len(together) == _TOGETHER:
                self._draw(together, columns)
                together = []
        if together:
            self._draw(together, columns)
        return number

    def _draw(self, rows: Sequence[Sequence[object]], columns: Sequence[str]) -> None:
        # loaded only where a person looks: it takes longer than many a command
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for place, name in enumerate(columns):
            whole_ids = name.startswith("!")
            table.add_column(
                name.lstrip(">!"),
                justify="right" if name.startswith(">") else "left",
                overflow="fold",
                no_wrap=whole_ids,
                min_width=max(len(cell(row[place])) for row in rows) if whole_ids else None,
            )
        for row in rows:
            table.add_row(*(Text(cell(value)) for value in row))
        Console(file=cast(IO[str], self.stdout)).print(table)

    # --- asking ---

    def confirm(self, question: str, *, yes: bool) -> None:
        """Go on only if the operator wants it; ``yes`` says that it was said beforehand (``--yes``).

        ``question`` names what will happen, with its number. Where standard input holds ids, the terminal
        itself is asked.

        Raises:
            CommandError: when the answer is not "yes", and when there is nobody to ask.
        """
        if yes:
            return
        terminal = self._terminal()
        if terminal is None:
            raise CommandError(
                f"{question}\nNothing was done: there is no terminal to ask on. Say --yes to do it."
            )
        with terminal:
            self.stderr.write(f"{question} Type yes to go on: ", style_func=str, ending="")
            self.stderr.flush()
            answer = terminal.readline()
        if answer.strip().lower() != "yes":
            raise CommandError("Nothing was done.")

    def _terminal(self) -> IO[str] | None:
        """Where a person answers; None without one."""
        if not self.stderr.isatty():
            return None  # nobody would see the question
        if sys.stdin is not None and sys.stdin.isatty():
            return os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8", errors="replace")
        try:
            return Path("/dev/tty").open(encoding="utf-8", errors="replace")
        except OSError:
            return None


_EXAMPLES = "examples:\n"


class _Formatter(DjangoHelpFormatter):
    """Django's, which leaves the lines of the examples as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if text.startswith(_EXAMPLES) else super()._fill_text(text, width, indent)


def _epilog(examples: str) -> str:
    return _EXAMPLES + "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines())


def cell(value: object) -> str:
    """A value as it stands in a column: on one line, and without what would steer a terminal."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    text = "" if value is None else str(value)
    shown = "".join(char if char.isprintable() else " " for char in text).strip()
    return shown or "-"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 problem", "12,000 problems"; ``many``: the plural, if it is no "s"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def operator() -> str:
    """Who runs the command, for the history of what it changes: ``anna (manage.py)``."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user often has no name
        user = f"user {os.getuid()}"
    return f"{user} (manage.py)"
