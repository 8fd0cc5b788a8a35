"""``python manage.py refresh_caches``: every process reads again what it keeps."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from quizservice import listening


class Command(BaseCommand):
    """Thin: tells the processes, says how many there are."""

    help = (
        "Tells every process to drop what it keeps of verbs, conjugations and API keys and to read "
        "it again. Never needed for a change of data, of which every process hears by itself."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        _, told = listening.announce()
        self.stdout.write(f"{told} live process(es) told to drop their caches and read again.")
