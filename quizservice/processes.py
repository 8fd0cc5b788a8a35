"""Every live process keeps one row fresh, so that all of them can be seen from any one."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import Error, connection
from django.db.models.functions import Now

from quizservice import caching
from quizservice.databases import release_connection
from quizservice.ids import uuid7
from quizservice.models import Process

logger = logging.getLogger(__name__)

#: Seconds between two writes of a process's row.
INTERVAL = 10.0
#: A process counts as live when it was seen within this time.
LIVE = timedelta(seconds=30)
#: Rows of processes that were not seen for this long are deleted.
FORGET = timedelta(minutes=10)


class Reporter:
    """A daemon thread that writes the row of this process until it is stopped.

    ``details`` is called before each write; what it returns stands in the row's report, beside the
    counters and the state of the process's caches.
    """

    def __init__(self, kind: Process.Kind, details: Callable[[], dict[str, Any]] = dict) -> None:
        self.kind = kind
        self.details = details
        self.id = uuid7()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="process-report", daemon=True)

    def start(self) -> Reporter:
        self._thread.start()
        _running[:] = [self]
        return self

    def stop(self) -> None:
        """Delete the row: the process ends in an orderly way."""
        self._stop.set()
        self.hurry()
        self._thread.join(timeout=5)

    def hurry(self) -> None:
        """Have the row written at once and not at the end of the interval; returns before it is."""
        self._wake.set()

    def write(self) -> None:
        """Write the row now."""
        Process.objects.update_or_create(
            id=self.id,
            defaults={"last_seen_at": Now(), "report": self._report()},
            create_defaults={
                "kind": self.kind,
                "host": socket.gethostname(),
                "pid": os.getpid(),
                "last_seen_at": Now(),
                "report": self._report(),
            },
        )
        Process.objects.filter(last_seen_at__lt=Now() - FORGET).delete()

    def _report(self) -> dict[str, Any]:
        return {
            "caches": caching.all_stats(),
            "keeping": caching.state(),
            **self.details(),
        }

    def _run(self) -> None:
        try:
            while True:
                self._wake.clear()
                self._try(self.write)
                release_connection()
                self._wake.wait(INTERVAL)
                if self._stop.is_set():
                    break
            self._try(Process.objects.filter(id=self.id).delete)
        finally:
            connection.close()

    @staticmethod
    def _try(action: Callable[[], object]) -> None:
        try:
            action()
        except Error as error:  # the database is away: the row grows old, which is the message
            logger.warning("the process report could not be written: %s", error)
            connection.close()
        except Exception:  # the thread must outlive a report that cannot be made
            logger.exception("the process report could not be made")


#: The reporter of this process, if it has one.
_running: list[Reporter] = []


def report_soon() -> None:
    """Have the row of this process written at once, if it has one; returns before it is."""
    for reporter in _running:
        reporter.hurry()


def own_ids() -> list[UUID]:
    """The ids of the rows that this process writes."""
    return [reporter.id for reporter in _running]


# in a forked child no thread hears it, and another one of the parent may have held its lock
os.register_at_fork(after_in_child=_running.clear)


def broker_seen(rows: Iterable[Process]) -> dict[str, Any] | None:
    """What the dispatchers among live processes last said of the broker; None when none has seen it.

    ``ok``, ``detail`` in words, ``at`` as ISO text, and ``lag``: messages by priority that the workers have
    not dealt with, None when nobody knows. A dispatcher that stands by has not looked.
    """
    seen = [row.report["broker"] for row in rows if row.report.get("broker", {}).get("at")]
    return max(seen, key=lambda broker: str(broker["at"])) if seen else None
