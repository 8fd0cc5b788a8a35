"""A server and the settings with which a model is asked there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.generation.writers.asking import KEY
from tests.generation.writers.wire import Answer, Wire, serving


@pytest.fixture
def access(settings: Any, short_pauses: None) -> None:
    """Settings that say all of how a model is asked, but not where."""
    settings.OPENAI_API_KEY = KEY
    settings.OPENAI_OUTPUT = "json_schema"
    settings.OPENAI_TEMPERATURE = 0.9
    settings.OPENAI_TIMEOUT = 30.0
    settings.OPENAI_CONNECT_TIMEOUT = 5.0
    settings.OPENAI_MAX_CALLS = 64
    settings.OPENAI_MAX_TOKENS = 800


@pytest.fixture
def wire(settings: Any) -> Iterator[Callable[..., Wire]]:
    """Starts the server that the settings then name."""
    with ExitStack() as servers:

        def begin(*script: Answer, then: Answer | None = None) -> Wire:
            server = servers.enter_context(serving(*script, then=then))
            settings.OPENAI_BASE_URL = server.url
            return server

        yield begin
