"""The outbox relay: publishes items that wait, takes back what was lost, ends what is over.

One dispatcher works at a time: it holds an advisory lock of PostgreSQL on a connection of its own, on
which it also hears of new orders. Others wait for the lock. PostgreSQL ends that connection, and with it
the lock, when the leader hangs or its machine is gone. Should two work for a moment (a connection that
broke), items are published twice, which costs a claim that finds nothing.

With the broker away the rows wait and nothing else happens.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import OperationalError, close_old_connections, connection
from kombu.exceptions import OperationalError as BrokerError

from generation import outbox, pausing, upkeep
from generation.gauges import Dispatching, Gauges
from generation.models import GenerationRequest
from generation.waking import CHANNEL
from quizservice import databases, idempotency, kafka
from quizservice.models import Process
from quizservice.processes import Reporter, report_soon

logger = logging.getLogger(__name__)

#: Key of the advisory lock (any constant; "dispatch" in ASCII).
LOCK = 0x6469737061746368
#: Longest time in seconds between two looks at the rows.
TICK = 1.0
#: Seconds between two looks at a broker to which nothing is published.
PING_INTERVAL = 10.0
#: Seconds after which what was seen of the broker is told no more.
FRESH = 3 * PING_INTERVAL
#: Seconds between two searches for messages that nobody will get any more, or a quarter of REPUBLISH_AFTER.
SEARCH_INTERVAL = 10.0
#: A leader that gives no sign of life for so many seconds loses the lock. A tick may wait for the broker to
#: answer, tell its offsets and confirm new and lost items, of two priorities.
HUNG_AFTER = max(120.0, 8 * settings.KAFKA_PUBLISH_TIMEOUT)


class _Every:
    """Says whether something that shall happen every so many seconds is due."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last = -seconds

    def due(self) -> bool:
        now = time.monotonic()
        if now - self._last < self._seconds:
            return False
        self._last = now
        return True


class Dispatcher:
    """Runs until ``stop`` is set. ``run`` returns then; it survives the loss of database and broker."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.leading = False
        self._broker: dict[str, Any] = {"ok": None, "detail": "not seen yet", "at": None}
        self._lag: dict[str, int] | None = None
        self._broker_seen = 0.0
        self._lag_seen = 0.0
        self._housekeeping = _Every(TICK)
        self._search = _Every(min(settings.REPUBLISH_AFTER / 4, SEARCH_INTERVAL))
        self._measure = _Every(PING_INTERVAL)

    def run(self) -> None:
        reporter = Reporter(
            Process.Kind.DISPATCHER,
            lambda: {"broker": {**self._broker, "lag": self._lag}, "leading": self.leading},
        ).start()
        gauges = Gauges(Dispatching(self.leads, self.broker_up, self.lag)).start()
        delay = 0.5
        try:
            while not self.stop.is_set():
                try:
                    self._session()
                    delay = 0.5
                except (DatabaseError, psycopg.Error) as error:
                    self.leading = False
                    connection.close()
                    logger.warning("the database failed, trying again in %s s: %s", delay, error)
                    self.stop.wait(delay)
                    delay = min(delay * 2, 5.0)
        finally:
            gauges.stop()
            reporter.stop()

    def leads(self) -> bool | None:
        """Whether this is the dispatcher that works; None once it shall end."""
        return None if self.stop.is_set() else self.leading

    def broker_up(self) -> bool | None:
        """Whether the broker answers; None while nobody has looked lately."""
        up: bool | None = self._broker["ok"]
        return up if time.monotonic() - self._broker_seen < FRESH else None

    def lag(self) -> dict[str, int] | None:
        """Messages of each priority that the workers have not dealt with; None while nobody knows."""
        return self._lag if time.monotonic() - self._lag_seen < FRESH else None

    def _session(self) -> None:
        """Wait for the lock and work, on one listening connection, until it breaks or the end."""
        listener = databases.direct_connection()
        try:
            listener.ensure_connection()
            raw: psycopg.Connection[Any] = listener.connection
            raw.execute(
                "SELECT set_config('idle_session_timeout', %s, false)",
                [str(int(HUNG_AFTER * 1000))],
            )
            raw.execute(f"LISTEN {CHANNEL}")
            while not self.stop.is_set():
                raw.execute("SELECT 1")  # the sign of life; fails when the lock is gone
                if not self.leading:
                    self.leading = self._try_lock(raw)
                    if self.leading:
                        logger.info("dispatching")
                busy = self.tick() if self.leading else False
                for _ in raw.notifies(timeout=0 if busy else TICK, stop_after=1):
                    pass
        finally:
            self.leading = False
            listener.close()

    @staticmethod
    def _try_lock(raw: psycopg.Connection[Any]) -> bool:
        row = raw.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        return bool(row and row[0])

    def tick(self) -> bool:
        """One look at the rows. True when more can be published at once."""
        close_old_connections()
        if self._housekeeping.due():
            self._keep_house()
        try:
            more = self._publish()
        except BrokerError as error:
            self._saw_broker(False, str(error))
            return False
        if self._measure.due():
            self._lag, self._lag_seen = _lag(), time.monotonic()
        return more

    @staticmethod
    def _keep_house() -> None:
        """Take back and end what is over. Where a stopped process holds a row, the rest goes on."""
        for action in (
            upkeep.free_abandoned_items,
            upkeep.expire_overdue_requests,
            upkeep.drop_items_of_ended_requests,
            idempotency.forget_old,
        ):
            try:
                action()
            except OperationalError as error:
                if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                    raise
                logger.warning("%s waits for a row: %s", action.__name__, error)

    def _publish(self) -> bool:
        """Publish what is due, unless all is paused, and now and then look for what was lost."""
        if self._broker["ok"] is not True or time.monotonic() - self._broker_seen > PING_INTERVAL:
            kafka.ping(outbox.options(), timeout=2.0)
            self._saw_broker(True, "answers")
        if pausing.paused_all():
            return False
        search = self._search.due()
        published, failure = [], None
        for priority in GenerationRequest.Priority.values:
            try:
                published.append(outbox.publish_due(priority))
                if search:
                    published.append(outbox.publish_lost(priority))
            except BrokerError as error:  # the other topic may be well
                failure = error
        if failure:
            raise failure
        if any(published):
            self._saw_broker(True, "answers")
        return max(published) >= outbox.BATCH

    def _saw_broker(self, ok: bool, detail: str) -> None:
        if not ok:
            self._lag = None  # nobody knows
        changed = ok != self._broker["ok"]
        self._broker = {"ok": ok, "detail": detail, "at": datetime.now(UTC).isoformat()}
        self._broker_seen = time.monotonic()
        if changed:
            logger.log(logging.INFO if ok else logging.WARNING, "broker: %s", detail)
            report_soon()  # /ready tells what the report says


def _lag() -> dict[str, int] | None:
    """Messages of each priority that the workers have not dealt with; None when nobody tells."""
    try:
        found = kafka.lag(outbox.options(), settings.KAFKA_TOPICS.values())
    except BrokerError as error:
        logger.warning("how far the workers are cannot be told: %s", error)
        return None
    return {priority: found[topic] for priority, topic in settings.KAFKA_TOPICS.items()}
