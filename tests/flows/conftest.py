from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import brokers
from tests.flows.stack import Stack


@pytest.fixture
def stack(
    loaded_verbs: None, broker_kind: str, apache_kafka: brokers.Shared
) -> Iterator[Callable[..., Stack]]:
    """Makes a :class:`Stack`; everything it started is stopped at the end."""
    made: list[Stack] = []

    def make(**environment: str) -> Stack:
        directory = Path(tempfile.mkdtemp(prefix="quiz-flow-"))
        shared = apache_kafka.get() if broker_kind == brokers.APACHE else None
        made.append(Stack(directory, shared, **environment))
        return made[-1]

    yield make
    for one in made:
        one.stop()
        shutil.rmtree(one.directory, ignore_errors=True)
