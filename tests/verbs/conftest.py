"""Verbs are cached in the process; each test here begins with empty caches."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from verbs import cache


@pytest.fixture(autouse=True)
def empty_caches() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()
