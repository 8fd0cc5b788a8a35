"""What a teacher is told of statements that the grammar engine did not confirm."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from problems.doubts import doubts
from problems.models import Problem
from tests.problems.make import problem as add

ENGINE_OK = {"judge": "engine", "ruling": "ok", "reasons": []}
UNSURE = {"judge": "engine", "ruling": "unsure", "reasons": ["“zigouigoui” is not known"]}
MODEL_OK = {"judge": "model", "ruling": "ok", "reasons": ["Both hold."]}
MODEL_SILENT = {"judge": "model", "ruling": "unsure", "reasons": ["The judge gave no answer: busy"]}


def trace(*verdicts: dict[str, Any]) -> dict[str, Any]:
    form = {"judge": "form", "ruling": "ok", "reasons": []}
    return {"statements": [{"text": "Il part.", "verdicts": [form, *verdicts]}]}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, []),
        ({"statements": [{"clause": {}}]}, []),
        (trace(ENGINE_OK), []),
        (
            trace(UNSURE),
            ["“Il part.”: the grammar engine is not sure. “zigouigoui” is not known."],
        ),
        (
            trace(UNSURE, MODEL_OK),
            [
                "“Il part.”: the grammar engine is not sure. “zigouigoui” is not known. "
                "The model that judges takes it to be in order. Both hold."
            ],
        ),
        (
            trace(UNSURE, MODEL_SILENT),
            [
                "“Il part.”: the grammar engine is not sure. “zigouigoui” is not known. "
                "The model that judges is not sure either. The judge gave no answer: busy."
            ],
        ),
    ],
)
def test_only_what_the_engine_did_not_confirm_is_said(
    given: dict[str, Any], said: list[str]
) -> None:
    assert doubts(given) == said


def test_the_page_of_a_problem_in_review_says_what_to_look_at(bo_client: Client) -> None:
    problem = add(status=Problem.Status.REVIEW, generation_trace=trace(UNSURE, MODEL_OK))
    page = bo_client.get(reverse("admin:problems_problem_change", args=[problem.id]))
    assert "the grammar engine is not sure" in page.content.decode()
    assert "takes it to be in order" in page.content.decode()
