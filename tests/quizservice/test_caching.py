"""Process-local caches: what they keep, for how long, and what they count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from quizservice import caching
from quizservice.caching import LocalCache


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The time that the caches see: ``clock[0]``, in seconds."""
    now = [1000.0]
    monkeypatch.setattr("quizservice.caching.time.monotonic", lambda: now[0])
    yield now
    caching._caches.pop("trial", None)


def trial(ttl: float = 5.0, max_entries: int = 10) -> LocalCache[str, str]:
    return LocalCache("trial", ttl=ttl, max_entries=max_entries)


def test_a_value_lives_for_its_time(clock: list[float]) -> None:
    cache = trial(ttl=5.0)
    cache.put("a", "1")
    clock[0] += 4.9
    assert cache.get("a") == "1"
    clock[0] += 0.1
    assert cache.get("a") is None


def test_a_time_of_zero_keeps_nothing(clock: list[float]) -> None:
    cache = trial(ttl=0.0)
    cache.put("a", "1")
    assert cache.get("a") is None


def test_the_oldest_makes_room(clock: list[float]) -> None:
    cache = trial(max_entries=2)
    for key in ("a", "b", "b", "c"):
        cache.put(key, key)
    assert [cache.get(key) for key in ("a", "b", "c")] == [None, "b", "c"]


def test_a_value_is_loaded_once(clock: list[float]) -> None:
    cache = trial()
    loads: list[int] = []

    def load() -> str:
        loads.append(1)
        return "1"

    assert [cache.get_or_load("a", load) for _ in range(3)] == ["1"] * 3
    assert len(loads) == 1


def test_what_was_read_before_an_invalidation_is_not_kept(clock: list[float]) -> None:
    """Else an old value, read just before a change, would stay after it."""
    cache = trial()

    def load() -> str:
        cache.invalidate("a")
        return "old"

    assert cache.get_or_load("a", load) == "old"
    assert cache.get("a") is None


def test_what_shall_not_be_kept_is_not(clock: list[float]) -> None:
    cache = trial()
    assert cache.get_or_load("a", lambda: "", keep=bool) == ""
    assert cache.stats()["entries"] == 0


def test_the_counters(clock: list[float]) -> None:
    cache = trial()
    assert cache.stats() == {
        "loaded": False,
        "entries": 0,
        "hits": 0,
        "misses": 0,
        "hit_rate": 0.0,
        "last_refreshed_at": None,
        "invalidations": 0,
    }
    cache.get("a")
    cache.put("a", "1")
    for _ in range(3):
        cache.get("a")
    stats = cache.stats()
    assert (stats["loaded"], stats["entries"], stats["hits"], stats["misses"]) == (True, 1, 3, 1)
    assert stats["hit_rate"] == 0.75
    assert stats["last_refreshed_at"].endswith("Z")
    cache.clear()
    cache.invalidate("a")
    assert (cache.stats()["entries"], cache.stats()["invalidations"]) == (0, 2)


def test_every_cache_is_known_by_its_name(clock: list[float]) -> None:
    cache = trial()
    cache.put("a", "1")
    assert caching.all_stats()["trial"]["entries"] == 1
    caching.clear_all()
    assert cache.get("a") is None
