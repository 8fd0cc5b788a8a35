"""``python manage.py pool stock``: what the pool holds, cell by cell."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from problems import cells
from quizservice.management.arguments import whole
from quizservice.management.operator import OperatorCommand, counted
from verbs.french.vocabulary import Level

#: Exit status where a cell holds less than ``--below``.
SHORT = 3


class Command(OperatorCommand):
    """Thin: what it shows comes from ``problems.cells``."""

    help = "What the pool holds."
    examples = """
        manage.py pool stock
        manage.py pool stock --level A1 --below 20 || echo 'order more'
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """The action and its arguments."""
        stock = self.action(
            self.actions(parser),
            "stock",
            self._stock,
            help="live problems by focus and tense, and how many of them nobody has had yet. A "
            "problem with two tenses counts in both cells",
            examples=f"""
                manage.py pool stock --json | jq 'select(.never_served == 0)'
                manage.py pool stock --below 20    # for cron: status {SHORT} if a cell has less
            """,
        )
        stock.add_argument(
            "--level", choices=[level.value for level in Level], help="problems of this level only"
        )
        stock.add_argument(
            "--below",
            type=whole(1),
            metavar="N",
            help=f"only cells with fewer live problems, with exit status {SHORT} if there are any; "
            "cells that can have no problem do not count",
        )
        self.add_json(stock, "JSON lines, one document a cell")

    def _stock(self, options: dict[str, Any]) -> None:
        below = options["below"]
        found = cells.cells(options["level"], below=below)
        if options["json"]:
            self.print_lines(found)
        else:
            self.table(
                ((one.focus, one.tense, one.live, one.never_served) for one in found),
                ("focus", "tense", ">live", ">never served"),
            )
        if below is not None and found:
            raise CommandError(
                f"{counted(len(found), 'cell')} with fewer than {below} live problems.",
                returncode=SHORT,
            )
