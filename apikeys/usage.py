"""Counts requests in memory and writes them down every few seconds, and at the end of the process."""

from __future__ import annotations

import logging
import os
import threading
import uuid
from datetime import UTC, datetime
from multiprocessing.util import Finalize

from django.db import Error, connection

from apikeys import services

logger = logging.getLogger(__name__)

#: Seconds between two writes.
INTERVAL = 5.0


class UsageCounter:
    """Safe under threads and forks. The writing thread starts with the first request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[uuid.UUID, tuple[int, datetime]] = {}
        self._writer_pid: int | None = None
        self._stop = threading.Event()

    def count(self, key_id: uuid.UUID) -> None:
        """One more request of a key."""
        with self._lock:
            number, _ = self._counts.get(key_id, (0, None))
            self._counts[key_id] = (number + 1, datetime.now(UTC))
            if self._writer_pid != os.getpid() and not self._stop.is_set():
                self._writer_pid = os.getpid()
                threading.Thread(
                    target=self._write_now_and_then, name="key-usage", daemon=True
                ).start()
                # unlike atexit, also at the end of a web server's worker made by multiprocessing
                Finalize(None, self.flush, exitpriority=1)

    def flush(self) -> None:
        """Write down what was counted; kept for the next time when the database is away."""
        with self._lock:
            counts, self._counts = self._counts, {}
        if not counts:
            return
        try:
            services.record_usage(counts)
        except Error as error:
            logger.warning("the use of keys could not be written: %s", error)
            with self._lock:
                for key_id, (number, last) in counts.items():
                    newer, when = self._counts.get(key_id, (0, last))
                    self._counts[key_id] = (newer + number, when)

    def stop(self) -> None:
        """Write down what was counted, and end the writing thread: none begins any more."""
        self._stop.set()
        self.flush()
        connection.close()

    def _write_now_and_then(self) -> None:
        while not self._stop.wait(INTERVAL):
            self.flush()
            connection.close()  # a connection of its own every few seconds, none in between


usage = UsageCounter()
