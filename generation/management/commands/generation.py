"""``python manage.py generation status|pause|resume [--writer NAME]``: what goes on, from a shell."""

from __future__ import annotations

import getpass
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generation import pausing, services, upkeep
from generation.models import GenerationRequest, Pause
from generation.writers.registry import offered


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user often has no name
        return f"user {os.getuid()}"


class Command(BaseCommand):
    help = "Show what is generated; pause and resume all of it, or what one writer makes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["status", "pause", "resume"])
        parser.add_argument(
            "--writer",
            help="pause or resume only this writer; without it, resume ends every pause",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        action, writer = options["action"], options["writer"]
        if action == "pause":
            self._pause(writer)
        elif action == "resume" and writer is None:
            pausing.resume_all()
        elif action == "resume" and not pausing.resume(writer):
            raise CommandError(f"The writer {writer} is not paused.")
        paused = pausing.pauses()
        for pause in paused:
            self.stdout.write(_described(pause))
        if not paused or paused[0].generator:
            self.stdout.write("everything else is running" if paused else "running")
        for (priority, state), number in services.unfinished_items().items():
            self.stdout.write(f"{priority:<12} {state:<11} {number:>7}")
        age = upkeep.oldest_waiting_age()
        if age is not None:
            self.stdout.write(f"the oldest item that is due waits for {age:.0f} s")

    @staticmethod
    def _pause(writer: str | None) -> None:
        by = f"{_user()} (manage.py)"
        if writer is None:
            pausing.pause_all(by=by)
            return
        ordered = GenerationRequest.objects.open().filter(generator=writer)
        if writer not in offered() and not ordered.exists():
            raise CommandError(f"No writer {writer} here: choose {', '.join(offered())}.")
        pausing.pause_writer(writer, by=by)


def _described(pause: Pause) -> str:
    since = f"since {pause.paused_at:%Y-%m-%d %H:%M:%S} UTC"
    what = f"writer {pause.generator}: " if pause.generator else ""
    return (
        f"{what}stopped {since}: {pause.reason}"
        if pause.reason
        else f"{what}paused {since} by {pause.paused_by}"
    )
