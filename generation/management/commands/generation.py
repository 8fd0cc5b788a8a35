"""``python manage.py generation status|pause|resume``: what goes on, from a shell."""

from __future__ import annotations

import getpass
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from generation import services, upkeep


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user often has no name
        return f"user {os.getuid()}"


class Command(BaseCommand):
    help = "Show what is generated, or pause and resume all of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["status", "pause", "resume"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "pause":
            services.pause_all(by=f"{_user()} (manage.py)")
        elif options["action"] == "resume":
            services.resume_all()
        pause = services.current_pause()
        self.stdout.write(
            f"paused since {pause.paused_at:%Y-%m-%d %H:%M:%S} UTC by {pause.paused_by}"
            if pause
            else "running"
        )
        for (priority, state), number in services.unfinished_items().items():
            self.stdout.write(f"{priority:<12} {state:<11} {number:>7}")
        age = upkeep.oldest_waiting_age()
        if age is not None:
            self.stdout.write(f"the oldest item that is due waits for {age:.0f} s")
