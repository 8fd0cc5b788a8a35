"""Looks at dependencies for probes: each in a thread and with a deadline of its own.

A probe waits no longer than the longest deadline, whatever hangs, and what hangs hides nothing that the
others found. Of each check one look is under way at most in this process, however many probes ask: a
hanging database ties up one thread and one connection a check, and those only until the deadline.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection, transaction

logger = logging.getLogger(__name__)

#: What a look found: whether it is well, and words without secrets and addresses: anybody may read them.
Finding = tuple[bool, str]

#: Seconds for which a finding is shared by the probes that come.
SHARED = 1.0
#: Seconds before what took longer than ``STATEMENT`` is looked at again: a server that is stopped would
#: be left with a connection for each look, all of which it finds when it goes on.
HELD = 5.0
#: Seconds that a probe waits which comes when as many as may are waiting already.
PATIENCE = 0.25
#: What such a probe is told where nobody has found anything lately, that is, since so many seconds.
NOT_YET = "no answer yet: earlier probes wait for it"
LATELY = 10.0
#: Seconds until a connection has to be there. libpq knows no less.
CONNECT = 2
#: Seconds that a statement may take.
STATEMENT = 1.0


@dataclass(frozen=True, slots=True)
class Check:
    """A look at one dependency by way of the database. ``seconds``: its deadline."""

    name: str
    look: Callable[[], Finding]
    seconds: float = 2.5


class Prober:
    """The checks of a process.

    ``waiting``: how many probes may wait for what hangs. Those beyond are soon told what was found last:
    each of them holds a thread of the web server, which has others to serve.
    """

    def __init__(self, checks: Iterable[Check], *, waiting: int) -> None:
        self.checks = tuple(checks)
        self._looks: dict[str, _Look] = {}
        self._lock = threading.Lock()
        self._waiting = threading.BoundedSemaphore(waiting)

    def probe(self) -> dict[str, Finding]:
        """What each check finds, within the longest of their deadlines."""
        with self._lock:
            looks = [self._current(check) for check in self.checks]
        until = time.monotonic() + PATIENCE
        if self._waiting.acquire(blocking=False):
            try:
                for look in looks:
                    look.wait()
            finally:
                self._waiting.release()
        else:
            for look in looks:
                look.wait(until)
        return {look.check.name: look.finding() for look in looks}

    def _current(self, check: Check) -> _Look:
        """The look of a check that holds or is under way; a new one where there is none."""
        look = self._looks.get(check.name)
        if look is None or look.is_over():
            look = self._looks[check.name] = _Look(check, before=look)
            look.start()
        return look


class _Look:
    """One look of one check, in a thread with a connection of its own."""

    def __init__(self, check: Check, before: _Look | None = None) -> None:
        """``before``: the last look, which has ended."""
        self.check = check
        self._before = before.latest() if before else None
        self._found: Finding | None = None
        self._ended: float | None = None
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._begun = time.monotonic()
        self._late = False

    def start(self) -> None:
        threading.Thread(
            target=self._run, name=f"readiness: {self.check.name}", daemon=True
        ).start()

    def is_over(self) -> bool:
        """Whether it has ended and its finding is too old to be shared."""
        if self._ended is None:
            return False
        slow = self._ended - self._begun > STATEMENT
        return time.monotonic() - self._ended > (HELD if slow else SHARED)

    def wait(self, until: float = math.inf) -> None:
        """Wait for its end, no longer than ``until``; what hangs beyond the deadline is ended."""
        deadline = self._begun + self.check.seconds
        left = min(until, deadline) - time.monotonic()
        if not self._done.wait(max(0.0, left)) and time.monotonic() >= deadline:
            self._hang_up()

    def finding(self) -> Finding:
        """What it has found, as far as it is known now."""
        seconds = time.monotonic() - self._begun
        if self._done.is_set() and self._found is not None and not self._late:
            return self._found
        if self._late or seconds >= self.check.seconds:
            return False, f"no answer within {self.check.seconds:g} s"
        if self._before is not None and time.monotonic() - self._before[0] < LATELY:
            return self._before[1]
        return False, NOT_YET

    def latest(self) -> tuple[float, Finding] | None:
        """When it ended and what it found; None before that."""
        return (self._ended, self.finding()) if self._ended is not None else None

    def _run(self) -> None:
        try:
            self._found = self._within_transaction()
        except (Error, ImproperlyConfigured) as error:
            self._found = False, described(error)
        except Exception:  # whatever it is, the probe has to say that it cannot tell
            logger.exception("the check %s failed", self.check.name)
            self._found = False, "cannot be told: an unexpected error, which the log has"
        finally:
            with self._lock:
                if self._socket is not None:
                    self._socket.close()
                    self._socket = None
            with contextlib.suppress(Error):
                connection.close()
            self._ended = time.monotonic()
            self._done.set()

    def _within_transaction(self) -> Finding:
        values = connection.settings_dict  # shared by all connections: ours gets a copy
        connection.settings_dict = {
            **values,
            "OPTIONS": {**values.get("OPTIONS", {}), "connect_timeout": CONNECT},
        }
        connection.ensure_connection()
        with self._lock:
            self._socket = socket.socket(fileno=os.dup(connection.connection.fileno()))
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, true)",
                    [str(int(STATEMENT * 1000))],
                )
            return self.check.look()

    def _hang_up(self) -> None:
        """End what waits for a server that does not answer, as if the server had hung up.

        By a copy of the socket, which nobody else closes: whoever uses the connection is its thread alone.
        """
        with self._lock:
            if self._done.is_set():
                return
            self._late = True
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)


#: Words of PostgreSQL, and what they mean to whoever runs the service.
_MEANINGS = {
    "too many clients": "all its connections are in use",
    "remaining connection slots": "all its connections are in use",
    "too many connections": "all its connections are in use",
    "starting up": "it is starting up",
    "shutting down": "it is shutting down",
    "in recovery mode": "it is recovering",
    "authentication failed": "it refuses our password",
    "does not exist": "the database, its user or a table is not there",
    "timeout expired": "no connection in time",
    "statement timeout": f"no answer within {STATEMENT:g} s",
}


def described(error: Exception) -> str:
    """Why something cannot be told, without the words of the error, which may name hosts and users."""
    text = str(error).lower()
    for words, meaning in _MEANINGS.items():
        if words in text:
            return f"cannot be told: {meaning}"
    code = getattr(getattr(error, "__cause__", None), "sqlstate", None)
    return f"cannot be told: {f'error {code}' if code else 'the database cannot be reached'}"
