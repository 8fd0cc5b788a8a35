"""``python manage.py generation status|pause|resume [--writer NAME]``: what goes on, from a shell."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from generation import pausing, services, upkeep
from generation.models import GenerationRequest
from generation.writers.registry import offered
from quizservice.management.operator import OperatorCommand, operator


class Command(OperatorCommand):
    help = "Show what is generated; pause and resume all of it, or what one writer makes."
    examples = """
        manage.py generation status --json
        manage.py generation pause --writer openai
        manage.py generation resume
    """

    def add_arguments(self, parser: CommandParser) -> None:
        actions = self.actions(parser)
        status = self.action(actions, "status", self._status, help="what is paused, and what waits")
        self.add_json(status)
        pause = self.action(actions, "pause", self._pause, help="begin nothing more")
        pause.add_argument("--writer", help="pause only what this writer makes")
        resume = self.action(actions, "resume", self._resume, help="go on")
        resume.add_argument("--writer", help="end only the pause of this one; without it, all")

    def _status(self, options: dict[str, Any]) -> None:
        if options.get("json"):
            self.print_json(_document())
            return
        paused = pausing.pauses()
        for pause in paused:
            self.stdout.write(pausing.described(pause))
        if not paused or paused[0].generator:
            self.stdout.write("everything else is running" if paused else "running")
        for (priority, state), number in services.unfinished_items().items():
            self.stdout.write(f"{priority:<12} {state:<11} {number:>7}")
        age = upkeep.oldest_waiting_age()
        if age is not None:
            self.stdout.write(f"the oldest item that is due waits for {age:.0f} s")

    def _pause(self, options: dict[str, Any]) -> None:
        if (writer := options["writer"]) is None:
            pausing.pause_all(by=operator())
        else:
            ordered = GenerationRequest.objects.open().filter(generator=writer)
            if writer not in offered() and not ordered.exists():
                raise CommandError(f"No writer {writer} here: choose {', '.join(offered())}.")
            pausing.pause_writer(writer, by=operator())
        self._status({})

    def _resume(self, options: dict[str, Any]) -> None:
        if (writer := options["writer"]) is None:
            pausing.resume_all()
        elif not pausing.resume(writer):
            raise CommandError(f"The writer {writer} is not paused.")
        self._status({})


def _document() -> dict[str, Any]:
    """What ``status --json`` prints."""
    paused = pausing.pauses()
    items: dict[str, dict[str, int]] = {}
    for (priority, state), number in services.unfinished_items().items():
        items.setdefault(priority, {})[state] = number
    return {
        "running": not any(pause.generator == "" for pause in paused),
        "pauses": [
            {
                "writer": pause.generator or None,
                "since": pause.paused_at,
                "by": pause.paused_by or None,
                "reason": pause.reason or None,
            }
            for pause in paused
        ],
        "unfinished_items": items,
        "oldest_waiting_seconds": upkeep.oldest_waiting_age(),
    }
