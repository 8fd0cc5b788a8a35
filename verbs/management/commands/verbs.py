"""``python manage.py verbs check``: whether the lexicon is sound, without changing anything."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from quizservice.management.operator import OperatorCommand, counted
from verbs import checking


class Command(OperatorCommand):
    """Thin: what it says comes from ``verbs.checking``."""

    help = "Look after the verbs of the lexicon; load_verbs loads them."
    examples = """
        manage.py verbs check
        manage.py verbs check --files-only
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """The action and its arguments."""
        check = self.action(
            self.actions(parser),
            "check",
            self._check,
            help="read the lexicon's files, conjugate every verb in every tense, and compare with "
            "what is loaded and corrected; changes nothing. Exit status 1 if anything is wrong",
            examples="""
                manage.py verbs check && manage.py load_verbs
                manage.py verbs check --json | jq .place
            """,
        )
        check.add_argument("--files-only", action="store_true", help="without the database")
        self.add_json(check, "JSON lines, one document for each thing that is wrong or noted")

    def _check(self, options: dict[str, Any]) -> None:
        wrong = notes = 0
        for finding in checking.findings(files_only=options["files_only"]):
            notes += finding.harmless
            wrong += not finding.harmless
            if options["json"]:
                self.print_lines([finding])
            else:
                self.stdout.write(str(finding))
        if wrong:
            raise CommandError(f"Not sound: {counted(wrong, 'mistake')}.")
        self.say(
            f"The verbs are sound; {counted(notes, 'note')}." if notes else "The verbs are sound."
        )
