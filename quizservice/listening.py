"""Hears from PostgreSQL which tables changed, and drops what this process's caches know of them.

Triggers send the name of a changed table on ``CHANNEL`` when the change commits, whoever makes it. Who
wants caches to be read again sends ``refresh``, an id and the name of a cache (``*``: all); processes
report the ids that they have obeyed. One daemon thread a process listens on a connection of its own and
holds the caches' trust (``quizservice.caching``) as a lease: a heartbeat renews it. When the connection
breaks, or does not answer in time, or the thread hangs, the trust is over, and look-ups go to the database
until it listens again.

So a change is seen at once where the connection lives, at its loss where that is noticed, and after
``LEASE`` seconds where bytes vanish without a word.
"""

from __future__ import annotations

import logging
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable, Mapping
from multiprocessing.util import Finalize
from typing import Any, NamedTuple

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.db.models.functions import Now

from quizservice import caching, databases, processes
from quizservice.ids import uuid7
from quizservice.models import Process

logger = logging.getLogger(__name__)

CHANNEL = "cache_changed"
#: The first word of the payload that asks to drop and read again, and what stands for every cache.
REFRESH, EVERYTHING = "refresh", "*"
#: Seconds between two heartbeats.
HEARTBEAT = 5.0
#: Seconds for which an answer is waited for.
DEADLINE = 5.0
#: Seconds for which a heartbeat is proof; more than the two above, so that a slow one breaks nothing.
LEASE = 15.0
#: Shortest and longest pause in seconds before the next try to connect.
PAUSES = (0.05, 2.0)
#: How PostgreSQL's list of sessions names ours.
APPLICATION_NAME = "quiz caches"

#: A dead link is noticed by the heartbeat; these end a try to connect, and free the socket.
_CONNECTION = {
    "application_name": APPLICATION_NAME,
    "autocommit": True,
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "2",
    "tcp_user_timeout": "8000",
}


class NotDirect(Exception):
    """A connection pooler stands before PostgreSQL: it would lose what is listened for."""


class _Link:
    """A connection on which every wait has an end; a wait for notifications also ends by ``waker``."""

    def __init__(self, parameters: Mapping[str, Any], waker: socket.socket) -> None:
        self._connection = psycopg.connect(**{**parameters, **_CONNECTION})
        self._server = self._connection.pgconn
        #: The process of PostgreSQL that serves the connection, or what a pooler made up for it.
        self.backend_pid = self._server.backend_pid
        self._answer, self._anything = selectors.DefaultSelector(), selectors.DefaultSelector()
        for selector in (self._answer, self._anything):
            selector.register(self._server.socket, selectors.EVENT_READ)
        self._anything.register(waker, selectors.EVENT_READ)

    def close(self) -> None:
        self._answer.close()
        self._anything.close()
        self._connection.close()

    def ask(self, sql: str) -> str:
        """The one value that a statement gives. Raises TimeoutError, psycopg.Error."""
        end = time.monotonic() + DEADLINE
        self._server.send_query(sql.encode())
        value = ""
        while True:
            while self._server.flush() or self._server.is_busy():
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"no answer within {DEADLINE:g} s")
                self._answer.select(left)
                self._server.consume_input()
            result = self._server.get_result()
            if result is None:
                return value
            if result.status not in _WELL:
                raise psycopg.OperationalError(result.get_error_message())
            value = (result.get_value(0, 0) or b"").decode() if result.ntuples else value

    def heard(self, seconds: float) -> list[str]:
        """The payloads that came; waits so long for the first. Raises psycopg.Error."""
        if not (payloads := self._payloads()):
            self._anything.select(seconds)
            self._server.consume_input()
            payloads = self._payloads()
        return payloads

    def _payloads(self) -> list[str]:
        return [one.extra.decode() for one in iter(self._server.notifies, None)]


_WELL = {psycopg.pq.ExecStatus.COMMAND_OK, psycopg.pq.ExecStatus.TUPLES_OK}


class Listener:
    """The thread that listens. It survives the loss of the database, and ends by ``stop``."""

    def __init__(self, parameters: Callable[[], Mapping[str, Any]]) -> None:
        self._parameters = parameters
        self._stop = threading.Event()
        self._waker, self._wake = socket.socketpair()
        self._said = ""
        self._thread = threading.Thread(target=self._run, name="cache-listener", daemon=True)

    def start(self) -> Listener:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close the connection and keep nothing from now on."""
        self._stop.set()
        self._wake.close()  # ends the wait at the other end
        self._thread.join(timeout=DEADLINE)

    def _run(self) -> None:
        pause = PAUSES[0]
        while not self._stop.is_set():
            try:
                link = _Link(self._parameters(), self._waker)
                try:
                    self._begin(link)
                    pause = PAUSES[0]
                    self._hear(link)
                finally:
                    caching.distrust()
                    link.close()
            except (psycopg.Error, OSError, NotDirect, ImproperlyConfigured) as error:
                self._say(str(error).strip())
            except Exception:  # whatever it is, the caches must not be left without a listener
                logger.exception("listening for changes failed")
            self._stop.wait(pause)
            pause = min(pause * 2, PAUSES[1])

    def _say(self, error: str) -> None:
        """Log why nobody listens, once until that changes."""
        if error != self._said:
            logger.warning("changes are not heard of, so nothing is cached meanwhile: %s", error)
        self._said = error
        caching.explain_distrust(error)

    def _begin(self, link: _Link) -> None:
        backend = link.ask("SELECT pg_backend_pid()")
        if backend != str(link.backend_pid):
            raise NotDirect(
                "A connection pooler stands before PostgreSQL. Set DATABASE_LISTEN_URL to the address "
                "of PostgreSQL itself."
            )
        asked = time.monotonic()
        link.ask(f"LISTEN {CHANNEL}")
        caching.trust(asked + LEASE)
        if self._said:
            logger.info("changes are heard of again")
        self._said = ""

    def _hear(self, link: _Link) -> None:
        beat = time.monotonic()
        while not self._stop.is_set():
            _apply(link.heard(max(0.0, beat + HEARTBEAT - time.monotonic())))
            if time.monotonic() - beat >= HEARTBEAT:
                beat = time.monotonic()
                link.ask("SELECT 1")
                _apply(link.heard(0.0))  # what came before the answer
                caching.renew(beat + LEASE)


def _apply(payloads: list[str]) -> None:
    """Drop what the payloads name."""
    caching.drop(payloads)
    words = (payload.split() for payload in payloads)
    asked = [one for one in words if len(one) == 3 and one[0] == REFRESH]
    if not asked:
        return
    try:
        for _, refresh, name in asked:
            if not caching.has_obeyed(refresh):  # this process may be the one that asks
                caching.obey(refresh, None if name == EVERYTHING else name)
    except Error as error:
        logger.warning("the caches are empty, they could not be filled again: %s", error)
    finally:
        connection.close()  # of this thread, which else asks nothing through Django
        processes.report_soon()  # somebody waits for the effect


# --- the listener of this process -----------------------------------------------------------------


class _Running:
    """The one listener of this process."""

    lock = threading.Lock()
    listener: Listener | None = None


def start() -> None:
    """Listen from now on; returns at once. Does nothing when this process listens already.

    Caches call it by themselves when something is asked for and nobody listens.
    """
    if _Running.listener is not None:
        return
    with _Running.lock:
        if _Running.listener is None:
            _Running.listener = Listener(databases.direct_parameters).start()
            # unlike atexit, also at the end of a web server's worker made by multiprocessing
            Finalize(None, stop, exitpriority=1)


def stop() -> None:
    """Listen no more and keep nothing. The next look-up would start listening again."""
    with _Running.lock:
        listener, _Running.listener = _Running.listener, None
    if listener is not None:
        listener.stop()


def _after_fork() -> None:
    _Running.lock = threading.Lock()
    _Running.listener = None  # a thread of the parent


os.register_at_fork(after_in_child=_after_fork)
caching.listen_with(start)


# --- telling all processes ------------------------------------------------------------------------


class Reloaded(NamedTuple):
    """What a refresh did: its id, the values that this process read again, by cache, and the live
    processes told."""

    id: str
    entries: dict[str, int]
    processes: int

    @property
    def message(self) -> str:
        """The same in a sentence."""
        return f"Caches reloaded here, and {self.processes} live process(es) told to do the same"


def reload_everywhere(cache: str | None = None) -> Reloaded:
    """Have every process empty its caches and fill them again; in this process that is done on return.

    ``cache``: only the cache of this name. Raises ``django.db.Error`` when the database is away.
    """
    refresh, told = announce(cache)
    try:
        return Reloaded(refresh, caching.obey(refresh, cache), told)
    finally:
        processes.report_soon()


def announce(cache: str | None = None) -> tuple[str, int]:
    """Have every process that listens empty its caches, or the one of a name, and fill them again.

    The id of this refresh, which processes report when they have obeyed, and how many others were told:
    live ones that keep values, as they last reported. One that keeps none has nothing to drop.
    """
    refresh = str(uuid7())
    with connection.cursor() as cursor:
        payload = f"{REFRESH} {refresh} {cache or EVERYTHING}"
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
    live = Process.objects.filter(last_seen_at__gt=Now() - processes.LIVE)
    keeping = live.filter(report__keeping__trusted=True).exclude(id__in=processes.own_ids())
    return refresh, keeping.count()
