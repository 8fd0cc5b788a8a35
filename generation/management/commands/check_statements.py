"""``python manage.py check_statements [file]``: is this French right, and is that error one?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from generation.french.checking.lines import check_lines
from generation.management.piped import PipedCommand


class Command(PipedCommand):
    help = (
        "Check French statements. Reads JSON lines"
        ' {"id", "correct", "incorrect", "error_type"} (the last two may be null or absent) and'
        ' writes {"id", "verdict", "error_type", "reasons"}: ok, wrong or unsure. For a pair, ok'
        " means that the correct sentence is fine and the other has exactly the named error, or"
        " exactly one if none is named; for a sentence alone, that no error was found."
    )
    #: It needs neither the database nor anything else that the checks look at.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", default="-", help="a file of JSON lines; standard input if left out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = 0
        for answer in check_lines(_lines(options["file"])):
            self.stdout.write(answer.to_json())
            unreadable += answer.malformed
        if unreadable:
            lines = "line" if unreadable == 1 else "lines"
            raise CommandError(f"{unreadable} {lines} could not be read; their reasons say why.")


def _lines(name: str) -> Iterator[bytes]:
    """Yield the lines of a file, or of standard input for "-"."""
    if name == "-":
        yield from sys.stdin.buffer
        return
    try:
        with Path(name).open("rb") as file:
            yield from file
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from None
