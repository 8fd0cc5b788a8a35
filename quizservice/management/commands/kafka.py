"""``python manage.py kafka``: how far the workers are, what differs, and emptying a topic."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from kombu.exceptions import OperationalError

from quizservice import kafka
from quizservice.celery import app
from quizservice.management.operator import OperatorCommand

_COLUMNS = ("topic", ">partitions", ">first", ">done", ">end", ">waiting")


class Command(OperatorCommand):
    """Thin: what it shows comes from ``quizservice.kafka``."""

    help = "See what waits in the topics, and where they differ from the settings; empty one."
    examples = """
        manage.py kafka status --json
        manage.py kafka check
        manage.py kafka purge quiz.dead-letters
    """

    def add_arguments(self, parser: CommandParser) -> None:
        actions = self.actions(parser)
        status = self.action(actions, "status", self._status, help="what waits in the topics")
        self.add_json(status)
        self.action(
            actions,
            "check",
            self._check,
            help="where the topics are not as the settings want them; exit status 1 if they are not",
        )
        purge = self.action(
            actions,
            "purge",
            self._purge,
            help="delete the messages of a topic; the dispatcher publishes again what is not done",
        )
        purge.add_argument("topic")
        self.add_yes(purge)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            super().handle(*args, **options)
        except OperationalError as error:
            raise CommandError(str(error)) from error

    def _status(self, options: dict[str, Any]) -> None:
        where = _options()
        found = _found(where, _topics(where))
        if options["json"]:
            self.print_json(
                {"group": where.group_id, "brokers": where.bootstrap_servers, "topics": found}
            )
            return
        self.table((tuple(topic.values()) for topic in found), _COLUMNS)
        self.say(f"group {where.group_id} at {where.bootstrap_servers}")

    def _check(self, options: dict[str, Any]) -> None:
        where = _options()
        if found := kafka.differences(where, _topics(where)):
            raise CommandError("\n".join(found))
        self.stdout.write("The topics are as the settings want them.")

    def _purge(self, options: dict[str, Any]) -> None:
        where, topic = _options(), options["topic"]
        if topic not in _topics(where):
            raise CommandError(f"{topic} is none of our topics: {', '.join(_topics(where))}.")
        (found,) = _found(where, [topic])
        number = found["end"] - found["first"]
        asked = (
            f"All messages of {topic} will be deleted: {number}, of which {found['waiting']} wait."
        )
        self.confirm(asked, yes=options["yes"])
        self.stdout.write(f"{kafka.purge(where, topic)} messages of {topic} deleted.")


def _options() -> kafka.Options:
    return kafka.Options.from_connection(app.connection_for_write())


def _topics(options: kafka.Options) -> list[str]:
    return [*settings.KAFKA_TOPICS.values(), options.dead_letter_topic]


def _found(options: kafka.Options, topics: list[str]) -> list[dict[str, Any]]:
    """How far the group is in each topic: the sums over its partitions."""
    found = kafka.progress(options, topics)
    summed = []
    for topic in topics:
        each = [progress for (name, _), progress in found.items() if name == topic]
        summed.append(
            {
                "topic": topic,
                "partitions": len(each),
                "first": sum(progress.first for progress in each),
                "done": sum(progress.done for progress in each),
                "end": sum(progress.end for progress in each),
                "waiting": sum(progress.lag for progress in each),
            }
        )
    return summed
