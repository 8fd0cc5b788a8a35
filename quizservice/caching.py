"""Process-local caches that never know less than the database tells, and the counters of their use.

A value is kept only while this process hears of every change (``quizservice.listening``): ``trust`` begins
that, ``renew`` prolongs it, ``distrust`` ends it, and between times every look-up goes to the database.
Each cache names the tables that its values come from; ``drop`` empties the caches of tables that changed.
What this process writes itself it drops when it commits, and the database tells it, too.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Generic, TypeVar

from django.conf import settings

from quizservice import instruments

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_caches: dict[str, LocalCache[Any, Any]] = {}


class _Trust:
    """Until when (monotonic seconds) this process is known to hear of every change, and why it is not."""

    until = 0.0
    reason = ""


_trust = _Trust()
#: The refreshes that this process has obeyed, the latest last: those that a person may still wait for.
_obeyed: deque[str] = deque(maxlen=10)
_start_listening: list[Callable[[], None]] = []


class _Count:
    """A counter that threads raise without a lock: ``next`` on an iterator of C is one step."""

    def __init__(self) -> None:
        self.add = itertools.count().__next__
        self._looked = itertools.count().__next__

    def value(self) -> int:
        """How often ``add`` was called; looking counts, too, and is taken off again."""
        return self.add() - self._looked()


class LocalCache(Generic[K, V]):
    """Values of one process by key, safe under threads and forks. Each lives at most ``CACHE_TTL`` seconds.

    ``tables``: the database tables that the values are read from. ``fill`` reads all that is worth keeping
    before it is asked for. At ``max_entries`` the oldest entry makes room. Every cache registers itself
    under its name. ``get`` takes no lock: it costs a dictionary access and two comparisons.
    """

    def __init__(
        self,
        name: str,
        *,
        tables: Iterable[str],
        fill: Callable[[], Mapping[K, V]] | None = None,
        max_entries: int = 10_000,
    ) -> None:
        self.name = name
        self.tables = frozenset(tables)
        self._fill = fill
        self._max_entries = max_entries
        self._entries: dict[K, tuple[float, V]] = {}
        self._generation = 0
        self._hits, self._misses = _Count(), _Count()
        self._hit, self._missed = self._hits.add, self._misses.add
        self._invalidations = 0
        self._refreshed_at: datetime | None = None
        self._renew_lock()
        _caches[name] = self

    def get(self, key: K) -> V | None:
        """The value, or None when there is none, its time is over or changes may go unheard."""
        entry = self._entries.get(key)
        if entry is not None:
            now = monotonic()
            if now < entry[0] and now < _trust.until:
                self._hit()
                return entry[1]
            self._expire(key, now)
        self._missed()
        return None

    def get_or_load(
        self, key: K, load: Callable[[], V], *, keep: Callable[[V], bool] = lambda _: True
    ) -> V:
        """The value from the cache, else from ``load``, which is kept when ``keep`` says so."""
        value = self.get(key)
        return value if value is not None else self.load(key, load, keep=keep)

    def load(
        self, key: K, load: Callable[[], V], *, keep: Callable[[V], bool] = lambda _: True
    ) -> V:
        """The value from ``load``, for what ``get`` did not find.

        It is kept when ``keep`` says so and nothing was dropped meanwhile: else an old value, read just
        before a change, would be kept after it.
        """
        if not trusted():
            for start in _start_listening:
                start()
        generation = self._generation
        value = load()
        if keep(value):
            self.put(key, value, generation=generation)
        return value

    def refill(self) -> int:
        """Drop everything and read again what is worth keeping; how many values were read."""
        self.clear()
        if self._fill is None:
            return 0
        generation = self._generation
        found = self._fill()
        for key, value in found.items():
            self.put(key, value, generation=generation)
        return len(found)

    def put(self, key: K, value: V, *, generation: int | None = None) -> None:
        """Keep a value; not when something was dropped since ``generation``, or nobody listens."""
        now = monotonic()
        with self._lock:
            if now >= _trust.until or generation not in (None, self._generation):
                return
            while len(self._entries) >= self._max_entries and key not in self._entries:
                del self._entries[next(iter(self._entries))]
            self._entries[key] = (now + settings.CACHE_TTL, value)
            if self._refreshed_at is None:
                self._refreshed_at = datetime.now(UTC)

    def invalidate(self, key: K) -> None:
        """Drop one value."""
        with self._lock:
            self._generation += 1
            self._invalidations += 1
            self._entries.pop(key, None)

    def clear(self) -> None:
        """Drop every value."""
        with self._lock:
            self._generation += 1
            self._invalidations += 1
            self._entries.clear()
            self._refreshed_at = datetime.now(UTC)

    def stats(self) -> dict[str, Any]:
        """The counters in the shape of the HTTP contract."""
        with self._lock:
            hits, misses = self._hits.value(), self._misses.value()
            return {
                "loaded": bool(self._entries),
                "entries": len(self._entries),
                "hits": hits,
                "misses": misses,
                "hit_rate": round(hits / (hits + misses), 4) if hits + misses else 0.0,
                "last_refreshed_at": (
                    self._refreshed_at.isoformat().replace("+00:00", "Z")
                    if self._refreshed_at
                    else None
                ),
                "invalidations": self._invalidations,
            }

    def _expire(self, key: K, now: float) -> None:
        """Drop a value whose time is over, unless a newer one has come meanwhile."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry[0] <= now:
                del self._entries[key]

    def _renew_lock(self) -> None:
        self._lock = threading.Lock()

    def _begin_anew(self) -> None:
        """In a forked child: another thread of the parent may have held the lock."""
        self._renew_lock()
        self._entries = {}


# --- whether values may be kept -------------------------------------------------------------------


def trusted() -> bool:
    """Whether this process hears of every change, so that values may be kept."""
    return monotonic() < _trust.until


def trust(until: float) -> None:
    """Begin to keep values, with empty caches: from before this call on, every change is heard of.

    ``until``: monotonic seconds; ``renew`` sets it later.
    """
    clear_all()  # what was changed before somebody listened
    _trust.until = until
    _trust.reason = ""


def renew(until: float) -> None:
    """The one who listens lives, and all that it has heard so far was dropped."""
    _trust.until = until


def distrust() -> None:
    """Changes may go unheard from now on: keep nothing and ask the database each time."""
    _trust.until = 0.0
    clear_all()


def explain_distrust(reason: str) -> None:
    """Say why nobody listens, for people to see; it holds until somebody does."""
    _trust.reason = reason


def listen_with(start: Callable[[], None]) -> None:
    """Call ``start`` when a value is asked for and nobody listens; it returns at once."""
    _start_listening[:] = [start]


def _after_fork() -> None:
    _trust.until = 0.0  # nobody listens here yet
    _trust.reason = ""
    _obeyed.clear()
    for cache in _caches.values():
        cache._begin_anew()


os.register_at_fork(after_in_child=_after_fork)


# --- all caches together --------------------------------------------------------------------------


def drop(tables: Iterable[str]) -> None:
    """Empty the caches whose values come from these database tables."""
    changed = frozenset(tables)
    for cache in list(_caches.values()):
        if cache.tables & changed:
            cache.clear()


def clear_all() -> None:
    """Empty every cache of this process."""
    for cache in list(_caches.values()):
        cache.clear()


def reload(name: str | None = None) -> dict[str, int]:
    """Empty every cache of this process and read again what is worth keeping; values read, by cache.

    ``name``: only the cache of this name. Raises ``django.db.Error`` when the database cannot be read; the
    caches are empty then.
    """
    chosen = [(key, cache) for key, cache in list(_caches.items()) if name in (None, key)]
    for _, cache in chosen:
        cache.clear()
    return {key: cache.refill() for key, cache in chosen}


def obey(refresh: str, name: str | None = None) -> dict[str, int]:
    """Do what a refresh asks for, and remember its id; values read, by cache.

    ``name`` and what is raised: as ``reload``.
    """
    try:
        return reload(name)
    finally:  # the caches are empty whether they could be filled or not
        _obeyed.append(refresh)


def has_obeyed(refresh: str) -> bool:
    """Whether this process has done what a refresh of late asked for."""
    return refresh in _obeyed


def state() -> dict[str, Any]:
    """Whether this process keeps values, why not, and the refreshes that it has obeyed."""
    return {"trusted": trusted(), "reason": _trust.reason, "refreshes": list(_obeyed)}


def all_stats() -> dict[str, dict[str, Any]]:
    """Statistics of every cache of this process, by name."""
    return {name: cache.stats() for name, cache in list(_caches.items())}


def _lookups() -> Iterator[instruments.Measured]:
    for name, stats in all_stats().items():
        yield stats["hits"], {"cache": name, "result": "hit"}
        yield stats["misses"], {"cache": name, "result": "miss"}


instruments.cache_lookups.read_with(_lookups)
