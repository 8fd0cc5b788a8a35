"""The list of problems in the admin, as tests use it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from problems.models import Problem
from problems.services import NewStatement
from tests.problems import make

LIST = "/admin/problems/problem/"


def problem(sentence: str = "", **values: Any) -> Problem:
    """A live problem with this correct sentence."""
    if sentence:
        right, *wrong = make.statements(wrong=2)
        values["statements"] = [
            NewStatement(sentence, is_correct=True, translation=right.translation),
            *wrong,
        ]
    return make.problem(**values)


def page(client: Client, query: str = "") -> Any:
    answer = client.get(f"{LIST}{query}")
    assert answer.status_code == 200
    assert answer.context is not None
    return answer.context["cl"]


def shown(client: Client, query: str = "") -> list[str]:
    """The correct sentences in the list."""
    return [row.sentence for row in page(client, query).rows]


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())
