"""Process-local caches with a time to live, and the counters that the statistics show."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_caches: dict[str, LocalCache[Any, Any]] = {}


class LocalCache(Generic[K, V]):
    """Values of one process by key, safe under threads. Each lives at most ``ttl`` seconds.

    At ``max_entries`` the oldest entry makes room. Every cache registers itself under its name.
    ``ttl`` may be a function, so that a setting can change it.
    """

    def __init__(
        self, name: str, *, ttl: float | Callable[[], float], max_entries: int = 10_000
    ) -> None:
        self.name = name
        self._ttl = ttl if callable(ttl) else lambda: ttl
        self._max_entries = max_entries
        self._lock = threading.Lock()
        self._entries: dict[K, tuple[float, V]] = {}
        self._generation = 0
        self._hits = self._misses = self._invalidations = 0
        self._refreshed_at: datetime | None = None
        _caches[name] = self

    def get(self, key: K) -> V | None:
        """The value, or None when there is none or its time is over."""
        now = time.monotonic()
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry[0] > now:
                self._hits += 1
                return entry[1]
            self._misses += 1
            if entry is not None:
                del self._entries[key]
            return None

    def get_or_load(
        self, key: K, load: Callable[[], V], *, keep: Callable[[V], bool] = lambda _: True
    ) -> V:
        """The value from the cache, else from ``load``.

        A loaded value is kept when ``keep`` says so and the cache was not emptied meanwhile.
        """
        value = self.get(key)
        if value is not None:
            return value
        generation = self._generation
        value = load()
        if keep(value):
            self.put(key, value, generation=generation)
        return value

    def refill(self, load: Callable[[], Mapping[K, V]]) -> None:
        """Drop everything and keep what ``load`` gives, unless entries are dropped meanwhile."""
        self.clear()
        generation = self._generation
        for key, value in load().items():
            self.put(key, value, generation=generation)

    def put(self, key: K, value: V, *, generation: int | None = None) -> None:
        """Keep a value; not when the cache was emptied since ``generation``."""
        with self._lock:
            if generation is not None and generation != self._generation:
                return
            while len(self._entries) >= self._max_entries and key not in self._entries:
                del self._entries[next(iter(self._entries))]
            self._entries[key] = (time.monotonic() + self._ttl(), value)
            if self._refreshed_at is None:
                self._refreshed_at = datetime.now(UTC)

    def invalidate(self, key: K) -> None:
        with self._lock:
            self._generation += 1
            self._invalidations += 1
            self._entries.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._generation += 1
            self._invalidations += 1
            self._entries.clear()
            self._refreshed_at = datetime.now(UTC)

    def stats(self) -> dict[str, Any]:
        """The counters in the shape of the HTTP contract."""
        with self._lock:
            asked = self._hits + self._misses
            return {
                "loaded": bool(self._entries),
                "entries": len(self._entries),
                "hits": self._hits,
                "misses": self._misses,
                "hit_rate": round(self._hits / asked, 4) if asked else 0.0,
                "last_refreshed_at": (
                    self._refreshed_at.isoformat().replace("+00:00", "Z")
                    if self._refreshed_at
                    else None
                ),
                "invalidations": self._invalidations,
            }


def all_stats() -> dict[str, dict[str, Any]]:
    """Statistics of every cache of this process, by name."""
    return {name: cache.stats() for name, cache in list(_caches.items())}


def clear_all() -> None:
    """Empty every cache of this process."""
    for cache in list(_caches.values()):
        cache.clear()
