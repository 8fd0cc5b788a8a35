"""A question to a model and its answer, for the tests of how one is asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from generation.metering import Purpose
from generation.prompts import Prompt
from generation.prompts.answers import Judgement
from generation.writers import openai
from generation.writers.base import WriterError
from generation.writers.openai import Reply
from tests.generation.writers.wire import GOOD
from tests.stubs.openai_faults import Fault

KEY = "sk-test-Zx81vQ2mK7"
PROMPT = Prompt("v7", "Rules.", "<brief>\n{}\n</brief>")
GOOD_TEXT = json.dumps(GOOD)
#: Long enough that no test comes to it by being slow.
LONG = 3600.0
#: The stub's faults that another try may get over.
BY_CHANCE = (
    Fault.SERVER_ERROR,
    Fault.DROP,
    Fault.DROP_IN_BODY,
    Fault.BROKEN_JSON,
    Fault.PROSE,
    Fault.TRUNCATED_JSON,
    Fault.MISSING_FIELD,
    Fault.EXTRA_FIELD,
    Fault.LENGTH,
    Fault.EMPTY,
)


def asks(
    count: int = 1, purpose: Purpose = Purpose.JUDGE
) -> list[Reply[Judgement] | BaseException]:
    return openai.call(
        [openai.ask(PROMPT, Judgement, purpose=purpose, model="tester") for _ in range(count)]
    )


def ask(purpose: Purpose = Purpose.JUDGE) -> Reply[Judgement]:
    """One answer, or the exception that came instead."""
    (result,) = asks(purpose=purpose)
    if isinstance(result, BaseException):
        raise result
    return result


def error_of(kind: type[Exception] = WriterError) -> Any:
    with pytest.raises(kind) as caught:
        ask()
    return caught.value
