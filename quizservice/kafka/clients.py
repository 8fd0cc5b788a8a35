"""What every librdkafka client needs from this process: a place in its log, and care at a fork."""

from __future__ import annotations

import ctypes
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from confluent_kafka import KafkaException

logger = logging.getLogger("quizservice.kafka")

#: Seconds between two log lines of the same kind; a broker that is away would fill the log.
_QUIET = 10.0

_live: dict[int, object] = {}
_renew: list[Callable[[], None]] = []


def keep(handle: object) -> None:
    """Note a client of this process until ``let_go``."""
    _live[id(handle)] = handle


def let_go(handle: object) -> None:
    """The client is closed."""
    _live.pop(id(handle), None)


def abandon(handle: object) -> None:
    """Never destroy this client, not even when the interpreter ends: that would wait for ever."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(handle))
    let_go(handle)


@contextmanager
def making() -> Iterator[None]:
    """Inside, a client is made. Raises ValueError for settings that librdkafka cannot use."""
    try:
        yield
    except KafkaException as error:
        raise ValueError(f"The Kafka settings cannot be used: {error.args[0].str()}.") from error
    except (TypeError, ValueError) as error:
        raise ValueError(f"The Kafka settings cannot be used: {error}.") from error


def after_fork(renew: Callable[[], None]) -> None:
    """Call ``renew`` in every child process, to make new locks and forget the parent's clients."""
    _renew.append(renew)


def _in_child() -> None:
    # librdkafka's threads do not exist in the child: using a handle would hang, and so would
    # destroying it.
    for handle in list(_live.values()):
        abandon(handle)
    for renew in _renew:
        renew()


os.register_at_fork(after_in_child=_in_child)


class Throttle:
    """Says whether a log line of a kind is due, at most one in ``_QUIET`` seconds."""

    def __init__(self) -> None:
        self._said: dict[str, float] = {}
        self._lock = threading.Lock()

    def due(self, kind: str) -> bool:
        now = time.monotonic()
        with self._lock:
            if now - self._said.get(kind, -_QUIET) < _QUIET:
                return False
            self._said[kind] = now
            return True


class ClientLog:
    """Stands where librdkafka's clients expect a logger.

    ``listen`` sees every line. Only what is a warning or worse goes to our log, throttled.
    """

    def __init__(self, listen: Callable[[str], None] | None = None) -> None:
        self._listen = listen
        self._throttle = Throttle()

    def log(self, level: int, template: str, facility: str, client: str, text: str) -> None:
        if self._listen:
            self._listen(text)
        if level < logging.WARNING:
            logger.debug(template, facility, client, text)
        elif self._throttle.due(facility):
            logger.warning(template, facility, client, text)
