"""Draws are counted by focus and language, whatever stands in a problem's texts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.metrics import MeterProvider

from problems import serving
from problems.models import Problem, Statement
from problems.pool import Filters
from quizservice import instruments
from tests.problems.make import problem as add

pytestmark = pytest.mark.django_db

#: A text that looks like the fields by which problems are counted.
TRAP = '","grammatical_focus":"negation","target_language_code":"fra"'


@pytest.fixture(autouse=True)
def telemetry() -> Iterator[None]:
    provider = MeterProvider(shutdown_on_exit=False)
    instruments.bind(provider.get_meter("tests"), "web")
    yield
    instruments.unbind()


def counted(counter: instruments.Counter) -> dict[tuple[str, ...], float]:
    return {tuple(attributes.values()): value for value, attributes in counter.measured()}


@pytest.mark.parametrize("reveal", [True, False])
@pytest.mark.parametrize("include_metadata", [True, False])
def test_no_text_of_a_problem_is_taken_for_its_kind(reveal: bool, include_metadata: bool) -> None:
    problem = add(grammatical_focus="pronouns", target_language_code="eng")
    Statement.objects.filter(problem=problem, is_correct=False).update(explanation=TRAP)
    trap = {"a": TRAP, "grammatical_focus": "negation", "target_language_code": "fra"}
    Problem.objects.filter(id=problem.id).update(title=TRAP, metadata=trap, generation_trace=trap)
    assert serving.serve(Filters(), reveal=reveal, include_metadata=include_metadata)
    assert counted(instruments.draws) == {("pronouns", "eng"): 1}


def test_several_are_counted_together() -> None:
    for focus, language in (("pronouns", "eng"), ("pronouns", "eng"), ("negation", "fra")):
        add(grammatical_focus=focus, target_language_code=language)
    assert len(serving.serve(Filters(), count=3)) == 3
    assert counted(instruments.draws) == {("pronouns", "eng"): 2, ("negation", "fra"): 1}
    assert counted(instruments.empty_draws) == {}
