from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flows.stack import Stack


@pytest.fixture
def stack(loaded_verbs: None) -> Iterator[Callable[..., Stack]]:
    """Makes a :class:`Stack`; everything it started is stopped at the end."""
    made: list[Stack] = []

    def make(**environment: str) -> Stack:
        directory = Path(tempfile.mkdtemp(prefix="quiz-flow-"))
        made.append(Stack(directory, **environment))
        return made[-1]

    yield make
    for one in made:
        one.stop()
        shutil.rmtree(one.directory, ignore_errors=True)
