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
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection, connections
from django.db.models import F
from django.db.models.functions import Now
from kombu.exceptions import OperationalError as BrokerError

from generation import services
from generation.models import GenerationItem, GenerationRequest
from generation.tasks import generate_item
from quizservice import kafka
from quizservice.models import Process
from quizservice.processes import Reporter

logger = logging.getLogger(__name__)

#: Key of the advisory lock (any constant; "dispatch" in ASCII).
LOCK = 0x6469737061746368
#: Longest time in seconds between two looks at the rows.
TICK = 1.0
#: Most messages that are confirmed together.
BATCH = 500
#: Seconds between two looks at a broker to which nothing is published.
PING_INTERVAL = 10.0
#: A leader that gives no sign of life for so many seconds loses the lock. A tick may wait for the broker
#: four times: new and lost items of two priorities.
HUNG_AFTER = max(60.0, 5 * settings.KAFKA_PUBLISH_TIMEOUT)


class Dispatcher:
    """Runs until ``stop`` is set. ``run`` returns then; it survives the loss of database and broker."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self.leading = False
        self._broker: dict[str, Any] = {"ok": None, "detail": "not seen yet", "at": None}
        self._broker_seen = 0.0

    def run(self) -> None:
        reporter = Reporter(
            Process.Kind.DISPATCHER, lambda: {"broker": self._broker, "leading": self.leading}
        ).start()
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
            reporter.stop()

    def _session(self) -> None:
        """Wait for the lock and work, on one listening connection, until it breaks or the end."""
        listener = connections["default"].copy()
        try:
            listener.ensure_connection()
            raw: psycopg.Connection[Any] = listener.connection
            raw.execute(
                "SELECT set_config('idle_session_timeout', %s, false)",
                [str(int(HUNG_AFTER * 1000))],
            )
            raw.execute(f"LISTEN {services.CHANNEL}")
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
        services.free_abandoned_items()
        services.expire_overdue_requests()
        try:
            if (
                self._broker["ok"] is not True
                or time.monotonic() - self._broker_seen > PING_INTERVAL
            ):
                kafka.ping(settings.KAFKA_BOOTSTRAP_SERVERS, timeout=2.0)
                self._saw_broker(True, "answers")
            more = [self._publish(priority) for priority in GenerationRequest.Priority.values]
        except BrokerError as error:
            self._saw_broker(False, str(error))
            return False
        return any(more)

    def _publish(self, priority: str) -> bool:
        """Publish what is due within the window, then what was published long ago and never claimed."""
        room = settings.PUBLISH_WINDOW - GenerationItem.objects.in_flight(priority).count()
        due = list(
            GenerationItem.objects.due(priority).values_list("id", flat=True)[
                : max(0, min(room, BATCH))
            ]
        )
        if due:
            self._send(priority, due)
            # only what is still due: a worker may have had an item meanwhile and sent it to wait
            GenerationItem.objects.due(priority).filter(id__in=due).update(
                state=GenerationItem.State.PUBLISHED,
                published_at=Now(),
                publish_count=1,
                not_before=None,
            )
        lost = list(
            GenerationItem.objects.unclaimed(
                priority, timedelta(seconds=settings.REPUBLISH_AFTER)
            ).values_list("id", flat=True)[:BATCH]
        )
        if lost:
            logger.warning("publishing %s %s items again: nobody claimed them", len(lost), priority)
            self._send(priority, lost)
            GenerationItem.objects.filter(id__in=lost, state=GenerationItem.State.PUBLISHED).update(
                published_at=Now(), publish_count=F("publish_count") + 1
            )
        return len(due) == BATCH

    def _send(self, priority: str, item_ids: Sequence[uuid.UUID]) -> None:
        traces = dict(
            GenerationItem.objects.filter(id__in=item_ids)
            .exclude(request__traceparent="")
            .values_list("id", "request__traceparent")
        )
        with kafka.batch(settings.KAFKA_PUBLISH_TIMEOUT):
            for item_id in item_ids:
                trace = traces.get(item_id)
                generate_item.apply_async(
                    args=(str(item_id),),
                    queue=settings.KAFKA_TOPICS[priority],
                    headers={"traceparent": trace} if trace else {},
                )
        self._saw_broker(True, "answers")

    def _saw_broker(self, ok: bool, detail: str) -> None:
        if ok != self._broker["ok"]:
            logger.log(logging.INFO if ok else logging.WARNING, "broker: %s", detail)
        self._broker = {"ok": ok, "detail": detail, "at": datetime.now(UTC).isoformat()}
        self._broker_seen = time.monotonic()
