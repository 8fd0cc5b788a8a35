from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from generation.dispatch import Dispatcher
from quizservice import logs, telemetry
from quizservice.databases import bound_lock_waits


class Command(BaseCommand):
    help = "Publish items that wait, take back what was lost, end what is over. Runs until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        import quizservice.celery  # noqa: F401  the Celery app that publishes

        logs.identify("dispatcher")
        bound_lock_waits()

        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        telemetry.start("dispatcher")
        try:
            Dispatcher(stop).run()
        finally:
            telemetry.stop()
