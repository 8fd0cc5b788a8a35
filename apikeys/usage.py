"""Counts requests in memory and writes them down every few seconds, and at the end of the process.

What counts is a request with a known key, by how it ended (``Outcome``). A process that is killed without
a word (SIGKILL, power) loses what it counted since its last write, at most ``INTERVAL`` seconds.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from uuid import UUID

from django.db import Error, connection

from apikeys import statistics
from apikeys.tally import Outcome, Tally

logger = logging.getLogger(__name__)

#: Seconds between two writes.
INTERVAL = 5.0
_HOUR = 3600


class UsageCounter:
    """Safe under threads and forks. The writing thread starts with the first request."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        """Nothing counted, nobody writing: what a fork finds is the parent's, and the parent writes it."""
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._counts: dict[tuple[UUID, int], Tally] = {}
        self._has_writer = False

    def count(self, key_id: UUID, outcome: Outcome = Outcome.ANSWERED) -> None:
        """One more request of a key."""
        now = time.time()
        place = key_id, int(now) // _HOUR
        with self._lock:
            tally = self._counts.get(place)
            if tally is None:
                tally = self._counts[place] = Tally()
            tally.add(outcome, now)
            if self._has_writer or self._stop.is_set():
                return
            self._has_writer = True
        threading.Thread(target=self._write_now_and_then, name="key-usage", daemon=True).start()
        # unlike atexit, also at the end of a web server's worker made by multiprocessing
        Finalize(None, self.flush, exitpriority=1)

    def flush(self) -> None:
        """Write down what was counted; kept for the next time when the database is away.

        Waits for a write that is under way, so that a process does not end in the middle of it.
        """
        with self._writing:
            with self._lock:
                counts, self._counts = self._counts, {}
            try:
                statistics.record_usage(
                    {
                        (key_id, _moment(hour * _HOUR)): tally
                        for (key_id, hour), tally in counts.items()
                    }
                )
            except Error as error:
                number = sum(tally.requests for tally in counts.values())
                logger.warning("%d requests of keys could not be written: %s", number, error)
                self._put_back(counts)

    def stop(self) -> None:
        """Write down what was counted, and end the writing thread: none begins any more."""
        self._stop.set()
        self.flush()
        connection.close()

    def _put_back(self, counts: dict[tuple[UUID, int], Tally]) -> None:
        with self._lock:
            for place, tally in counts.items():
                if newer := self._counts.get(place):
                    tally.merge(newer)
                self._counts[place] = tally

    def _write_now_and_then(self) -> None:
        while not self._stop.wait(INTERVAL):
            self.flush()
            connection.close()  # a connection of its own every few seconds, none in between


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


usage = UsageCounter()
