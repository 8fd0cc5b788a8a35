"""The stub of a module with a client of it, and the briefs of one problem."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from generation.prompts.briefs import Brief, briefs_of
from generation.writers.base import Plan
from tests.generation.openai_stub.client import Asked, client_of
from tests.stubs.openai_server import StubServer
from verbs.french.vocabulary import Focus, Tense


@pytest.fixture(scope="module")
def running(server: StubServer) -> Iterator[Asked]:
    with client_of(server.url) as client:
        yield Asked(server, client)


@pytest.fixture
def stub(running: Asked) -> Asked:
    """Here with its client, and no settings point to it."""
    running.server.reset()
    return running


@pytest.fixture(scope="module")
def briefs() -> list[Brief]:
    return briefs_of(Plan(Focus.AUXILIARY, Tense.PASSE_COMPOSE, seed=5))
