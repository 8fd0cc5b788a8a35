from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from verbs import loading
from verbs.corrections import CannotHold
from verbs.french.verb_data import VerbDataError


class Command(BaseCommand):
    help = "Load the verbs of the lexicon; changes only what differs and keeps corrections."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = loading.load()
        except (VerbDataError, CannotHold) as error:
            raise CommandError(str(error)) from None
        if options["verbosity"] > 0:
            self.stdout.write("\n".join(report.lines()))
