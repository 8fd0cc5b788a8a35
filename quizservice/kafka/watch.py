"""What the consumer thread watches over: the main loop, and how long a stop may take."""

from __future__ import annotations

import os
import time

from quizservice import telemetry
from quizservice.kafka import clients
from quizservice.kafka.offsets import Ledger
from quizservice.kafka.options import Options

#: Seconds between two looks.
_EVERY = 1.0


class Watch:
    """Looks once a second. The main loop notes what it does, the consumer thread looks."""

    def __init__(self, options: Options, ledger: Ledger) -> None:
        self._options, self._ledger = options, ledger
        self._takes = self._takes_seen = 0
        self._cancelled_at = 0.0
        self._looked_at = self._stuck_for = 0.0

    def took(self) -> None:
        """The main loop took a delivery."""
        self._takes += 1

    def cancelled(self) -> None:
        """The main loop wants no more deliveries: a stop begins."""
        self._cancelled_at = time.monotonic()

    def overdue(self, *, consuming: bool) -> bool:
        """Whether a stop has taken longer than ``shutdown_grace``.

        ``consuming``: whether the main loop wants deliveries. If it leaves them alone for longer
        than ``watchdog``, the process ends here with status 70.
        """
        now = time.monotonic()
        elapsed = now - self._looked_at
        if elapsed < _EVERY:
            return False
        self._looked_at = now
        # Time that this thread did not see either (a stopped process) is nobody's fault.
        self._watch_main_loop(min(elapsed, 2 * _EVERY), consuming)
        grace = self._options.shutdown_grace
        if consuming or not grace or not self._cancelled_at or now - self._cancelled_at <= grace:
            return False
        clients.logger.warning(
            "%d tasks are unfinished %g s after the stop; others will run them",
            self._ledger.in_flight(),
            grace,
        )
        return True

    def _watch_main_loop(self, elapsed: float, consuming: bool) -> None:
        if not consuming or self._takes != self._takes_seen or not self._ledger.waiting():
            self._takes_seen, self._stuck_for = self._takes, 0.0
            return
        self._stuck_for += elapsed
        limit = self._options.watchdog
        if limit and self._stuck_for > limit:
            clients.logger.critical(
                "Messages wait, but the main loop took none for %g s: the process ends so that "
                "others get them",
                limit,
            )
            try:
                telemetry.stop()
            finally:
                os._exit(70)
