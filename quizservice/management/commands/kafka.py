"""``python manage.py kafka``: how far the workers are, what differs, and emptying a topic."""

from __future__ import annotations

from typing import IO, Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from kombu.exceptions import OperationalError
from rich.console import Console
from rich.table import Table

from quizservice import kafka
from quizservice.celery import app


class Command(BaseCommand):
    """Thin: what it shows comes from ``quizservice.kafka``."""

    help = (
        "status: what waits in the topics; check: where they differ from the settings (exit "
        "status 1 if they do); purge TOPIC: delete its messages, which the dispatcher publishes "
        "again as far as their items are not done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("status")
        actions.add_parser("check")
        purge = actions.add_parser("purge")
        purge.add_argument("topic")

    def handle(self, *, action: str, **arguments: Any) -> None:
        options = _options()
        try:
            if action == "status":
                self._status(options)
            elif action == "check":
                self._check(options)
            else:
                self._purge(options, arguments["topic"])
        except OperationalError as error:
            raise CommandError(str(error)) from error

    def _status(self, options: kafka.Options) -> None:
        table = Table(caption=f"group {options.group_id} at {options.bootstrap_servers}")
        for name in ("topic", "partitions", "first", "done", "end", "waiting"):
            table.add_column(name, justify="left" if name == "topic" else "right")
        found = kafka.progress(options, _topics(options))
        for topic in _topics(options):
            each = [progress for (name, _), progress in found.items() if name == topic]
            sums = [sum(part) for part in zip(*each, strict=True)] or [0, 0, 0]
            waiting = sum(progress.lag for progress in each)
            table.add_row(topic, *map(str, (len(each), *sums, waiting)))
        Console(file=cast(IO[str], self.stdout)).print(table)

    def _check(self, options: kafka.Options) -> None:
        found = kafka.differences(options, _topics(options))
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("The topics are as the settings want them.")

    def _purge(self, options: kafka.Options, topic: str) -> None:
        if topic not in _topics(options):
            raise CommandError(f"{topic} is none of our topics: {', '.join(_topics(options))}.")
        self.stdout.write(f"{kafka.purge(options, topic)} messages of {topic} deleted.")


def _options() -> kafka.Options:
    return kafka.Options.from_connection(app.connection_for_write())


def _topics(options: kafka.Options) -> list[str]:
    return [*settings.KAFKA_TOPICS.values(), options.dead_letter_topic]
