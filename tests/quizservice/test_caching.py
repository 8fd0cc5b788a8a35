"""Process-local caches: what they keep, for how long, and what they count."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from quizservice import caching
from quizservice.caching import LocalCache

TABLE = "trial_table"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[float]:
    """The time that the caches see: ``clock[0]``, in seconds. Values live for five."""
    now = [1000.0]
    monkeypatch.setattr("quizservice.caching.monotonic", lambda: now[0])
    settings.CACHE_TTL = 5.0
    return now


@pytest.fixture
def cache() -> Iterator[LocalCache[str, str]]:
    yield LocalCache("trial", tables=[TABLE], max_entries=10)
    caching._caches.pop("trial", None)


Cache = LocalCache[str, str]


# --- values ---------------------------------------------------------------------------------------


def test_a_value_lives_for_its_time(clock: list[float], cache: Cache) -> None:
    cache.put("a", "1")
    clock[0] += 4.9
    assert cache.get("a") == "1"
    clock[0] += 0.1
    assert cache.get("a") is None
    assert cache.stats()["entries"] == 0


def test_a_time_of_zero_keeps_nothing(clock: list[float], cache: Cache, settings: Any) -> None:
    settings.CACHE_TTL = 0.0
    cache.put("a", "1")
    assert cache.get("a") is None


def test_the_oldest_makes_room() -> None:
    cache = Cache("trial", tables=[TABLE], max_entries=2)
    for key in ("a", "b", "b", "c"):
        cache.put(key, key)
    assert [cache.get(key) for key in ("a", "b", "c")] == [None, "b", "c"]


def test_a_value_is_loaded_once(cache: Cache) -> None:
    loads: list[int] = []

    def load() -> str:
        loads.append(1)
        return "1"

    assert [cache.get_or_load("a", load) for _ in range(3)] == ["1"] * 3
    assert len(loads) == 1


@pytest.mark.parametrize("change", ["invalidate", "drop", "distrust and trust"])
def test_what_was_read_before_a_change_is_not_kept(
    cache: Cache, clock: list[float], change: str
) -> None:
    """Else an old value, read just before the change, would stay after it."""

    def load() -> str:
        if change == "invalidate":
            cache.invalidate("a")
        elif change == "drop":
            caching.drop([TABLE])
        else:
            caching.distrust()
            caching.trust(clock[0] + 1)
        return "old"

    assert cache.get_or_load("a", load) == "old"
    assert cache.get("a") is None
    assert cache.get_or_load("a", lambda: "new") == "new"
    assert cache.get("a") == "new"


def test_what_shall_not_be_kept_is_not(cache: Cache) -> None:
    assert cache.get_or_load("a", lambda: "", keep=bool) == ""
    assert cache.stats()["entries"] == 0


def test_only_caches_of_changed_tables_are_emptied(cache: Cache) -> None:
    cache.put("a", "1")
    caching.drop(["another_table", ""])
    assert cache.get("a") == "1"
    caching.drop(["another_table", TABLE])
    assert cache.get("a") is None


@pytest.mark.django_db
def test_reloading_reads_what_is_worth_keeping() -> None:
    rows = {"a": "1"}
    cache = Cache("trial", tables=[TABLE], fill=lambda: dict(rows))
    other = Cache("other trial", tables=[TABLE])
    try:
        cache.put("b", "old")
        other.put("b", "old")
        rows["c"] = "2"
        assert caching.reload().items() >= {"trial": 2, "other trial": 0}.items()
        assert [cache.get(key) for key in "abc"] == ["1", None, "2"]
        assert other.get("b") is None
    finally:
        del caching._caches["trial"], caching._caches["other trial"]


# --- trust ----------------------------------------------------------------------------------------


def test_without_trust_nothing_is_kept_and_somebody_is_asked_to_listen(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(caching, "_start_listening", [lambda: asked.append(1)])
    cache.put("a", "1")
    caching.distrust()
    assert not caching.trusted()
    assert cache.get("a") is None
    assert [cache.get_or_load("a", lambda: "2"), cache.get_or_load("a", lambda: "3")] == ["2", "3"]
    assert len(asked) == 2
    assert cache.stats()["entries"] == 0


def test_trust_that_is_not_renewed_ends(clock: list[float], cache: Cache) -> None:
    caching.trust(clock[0] + 2.0)
    cache.put("a", "1")
    clock[0] += 1.9
    assert cache.get("a") == "1"
    clock[0] += 0.1
    assert cache.get("a") is None
    cache.put("b", "1")
    caching.renew(clock[0] + 2.0)  # all that was heard meanwhile was dropped: the value still holds
    assert [cache.get(key) for key in "ab"] == ["1", None]


def test_trust_begins_with_empty_caches(clock: list[float], cache: Cache) -> None:
    cache.put("a", "1")
    caching.trust(clock[0] + 2.0)
    assert cache.get("a") is None


def test_a_forked_child_begins_without_values_trust_and_held_locks(cache: Cache) -> None:
    cache.put("a", "1")
    read, write = os.pipe()
    with cache._lock:  # as another thread may hold it at that moment
        child = os.fork()
        if child == 0:
            cache._lock.acquire(timeout=10)
            cache._lock.release()
            os.write(write, f"{cache.get('a')} {caching.trusted()}".encode())
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as said:
        assert said.read() == "None False"
    assert os.waitpid(child, 0)[1] == 0
    assert cache.get("a") == "1"


# --- counters -------------------------------------------------------------------------------------


def test_the_counters(cache: Cache) -> None:
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
    for _ in range(2):  # looking changes nothing
        stats = cache.stats()
        counted = (stats["loaded"], stats["entries"], stats["hits"], stats["misses"])
        assert counted == (True, 1, 3, 1)
    assert stats["hit_rate"] == 0.75
    assert stats["last_refreshed_at"].endswith("Z")
    cache.clear()
    cache.invalidate("a")
    assert (cache.stats()["entries"], cache.stats()["invalidations"]) == (0, 2)


def test_threads_lose_no_count_and_no_consistency(cache: Cache) -> None:
    """Readers, writers and droppers at once: every look-up is counted, and gives the key's own value."""
    lookups, threads = 2000, 8
    begin = threading.Barrier(threads)

    def work(number: int) -> int:
        begin.wait()
        for step in range(lookups):
            key = str(step % 20)
            assert cache.get_or_load(key, lambda key=key: key) == key  # type: ignore[misc]
            if step % 97 == number:
                caching.drop([TABLE])
        return lookups

    with ThreadPoolExecutor(threads) as pool:
        total = sum(pool.map(work, range(threads)))
    stats = cache.stats()
    assert stats["hits"] + stats["misses"] == total
    assert stats["entries"] <= 10


def test_every_cache_is_known_by_its_name(cache: Cache) -> None:
    cache.put("a", "1")
    assert caching.all_stats()["trial"]["entries"] == 1
    caching.clear_all()
    assert cache.get("a") is None
