"""The stub of a model's server: one a module, as new for each test."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from generation.writers import openai
from generation.writers.registry import get_writer
from tests.stubs.openai_server import StubServer


@pytest.fixture(scope="module")
def natural() -> float:
    """The share of hand-written sentences in the stub's answers; a module may have its own."""
    return 0.0


@pytest.fixture(scope="module")
def server(natural: float) -> Iterator[StubServer]:
    with StubServer(natural=natural) as started:
        yield started


@pytest.fixture(scope="module")
def lying_server(natural: float) -> Iterator[StubServer]:
    """A stub whose judge says the opposite of the truth."""
    with StubServer(natural=natural, judge_errors=1.0) as started:
        yield started


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is asked again at once."""
    monkeypatch.setattr(openai, "PAUSES", (0.0, 0.02))


@pytest.fixture
def no_model(settings: Any) -> None:
    """Only the form and the engine judge."""
    settings.OPENAI_JUDGE = False


@pytest.fixture
def stub(server: StubServer, settings: Any, short_pauses: None, no_model: None) -> StubServer:
    """The stub that the settings name, where a model writes and none judges."""
    server.reset()
    settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = server.url, ""
    settings.OPENAI_MODEL, settings.OPENAI_REWRITES = "gpt-4o-mini", 2
    return server


@pytest.fixture
def honest(stub: StubServer, settings: Any) -> StubServer:
    """The stub that the settings name, where it judges too, and by the truth."""
    settings.OPENAI_JUDGE, settings.OPENAI_JUDGE_MODEL = True, ""
    return stub


@pytest.fixture
def lying(lying_server: StubServer, settings: Any, honest: StubServer) -> StubServer:
    """In place of the honest one, one that says the opposite when it judges."""
    lying_server.reset()
    settings.OPENAI_BASE_URL = lying_server.url
    return lying_server


@pytest.fixture
def model_writes(db: None, honest: StubServer, settings: Any) -> None:
    """Items are worked on by a process that has no answers yet; what a model makes goes live."""
    get_writer.cache_clear()
    settings.OPENAI_API_KEY, settings.OPENAI_PROBLEMS = "k", "live"
    settings.OPENAI_PRICES = {"gpt-4o-mini": (Decimal("0.15"), Decimal("0.60"))}
