"""Leases of the items that this process works on, renewed while it lives.

So a lease can be short, which is what a killed worker costs, and a slow writer keeps its item. A process
that is stopped or gone renews nothing. Nor is the lease of a writer that hangs renewed beyond
``ITEM_TIME_LIMIT``; and because a thread that hangs cannot be ended, and keeps its slot and its partition,
the process ends when its writer still has not come back a lease later. Others take over what it had.

The thread ``item-leases`` renews all of them in one statement; ``_Keeper._lock`` guards what is held.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, connection

from generation.models import GenerationItem
from quizservice import telemetry

logger = logging.getLogger(__name__)

#: A lease is renewed when this share of it is over.
_SHARE = 1 / 3

# What its worker is just ending needs no renewal, so nobody is waited for.
_RENEW = """
    UPDATE generation_generationitem
       SET lease_until = now() + make_interval(secs => %s)
     WHERE id IN (SELECT item.id
                    FROM generation_generationitem item
                    JOIN unnest(%s::uuid[], %s::int[]) AS held (id, attempt) USING (id, attempt)
                   WHERE item.state = 'processing'
                     FOR UPDATE OF item SKIP LOCKED)
"""


class _Keeper:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: Attempt, and monotonic time until which it is renewed, by item.
        self._held: dict[uuid.UUID, tuple[int, float]] = {}
        self._work = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def holding(self, item: GenerationItem) -> Iterator[None]:
        attempt = item.attempt  # whatever becomes of the instance
        with self._lock:
            until = time.monotonic() + settings.ITEM_TIME_LIMIT
            self._held[item.id] = (attempt, until)
            if self._thread is None:
                thread = threading.Thread(target=self._run, daemon=True, name="item-leases")
                thread.start()
                self._thread = thread
        self._work.set()
        try:
            yield
        finally:
            with self._lock:
                if self._held.get(item.id, (0, 0))[0] == attempt:
                    del self._held[item.id]

    def _run(self) -> None:
        while True:
            self._work.wait()
            time.sleep(settings.ITEM_LEASE * _SHARE)
            try:
                self._renew()
            except Error as error:  # the next turn comes before the leases are over
                logger.warning("leases were not renewed: %s", str(error).partition("\n")[0])
            except Exception:  # the thread must outlive whatever it is
                logger.exception("leases were not renewed")
            connection.close()

    def _renew(self) -> None:
        now = time.monotonic()
        with self._lock:
            if not self._held:
                self._work.clear()
            held = [(item, attempt) for item, (attempt, until) in self._held.items() if until > now]
            hung = [
                item for item, (_, until) in self._held.items() if until + settings.ITEM_LEASE < now
            ]
        if hung:
            end_process(hung)
        if held:
            items, attempts = (list(column) for column in zip(*held, strict=True))
            with connection.cursor() as cursor:
                cursor.execute(_RENEW, [settings.ITEM_LEASE, items, attempts])


def end_process(items: Sequence[uuid.UUID]) -> None:
    """End this process because writers hang, so that its slots and partitions serve again."""
    logger.critical(
        "writers have not come back within ITEM_TIME_LIMIT (%g s): the process ends so that others "
        "get its work; items %s",
        settings.ITEM_TIME_LIMIT,
        ", ".join(map(str, items)),
    )
    try:
        telemetry.stop()  # what they did until now is what somebody will look for
    finally:
        os._exit(70)


_keeper = _Keeper()


def _forget_parent() -> None:
    global _keeper
    _keeper = _Keeper()


os.register_at_fork(after_in_child=_forget_parent)


@contextmanager
def held(item: GenerationItem) -> Iterator[None]:
    """Renew the lease of a claimed item until the block ends, at most for ``ITEM_TIME_LIMIT``."""
    with _keeper.holding(item):
        yield
