"""Problems for tests: whole, different from each other, changed where a test says so."""

from __future__ import annotations

import itertools
from typing import Any

from problems import services
from problems.models import Problem
from problems.services import NewStatement

_numbers = itertools.count(1)


def statements(wrong: int = 3, correct: int = 1, word: str | None = None) -> list[NewStatement]:
    """The correct ones first. ``word`` makes the texts differ from those of other problems."""
    word = word or f"livre {next(_numbers)}"
    right = [
        NewStatement(f"Elle a {n} {word}.", is_correct=True, translation=f"She has {n} {word}.")
        for n in range(correct)
    ]
    return right + [
        NewStatement(
            f"Elle est {n} {word}.",
            is_correct=False,
            explanation="The auxiliary is avoir.",
            error_type="wrong_auxiliary",
            error_code="auxiliary.etre",
            span=(5, 8),
            correction="a",
        )
        for n in range(wrong)
    ]


def problem(**values: Any) -> Problem:
    """A live problem on auxiliaries in the passé composé; ``values`` are those of ``services.add``."""
    given: dict[str, Any] = {
        "target_language_code": "eng",
        "grammatical_focus": "auxiliary",
        "tenses_used": ["passe_compose"],
        "level": "A2",
        "metadata": {"verb_infinitives": ["avoir"]},
        "generation_trace": {"plan": {}},
        **values,
    }
    given.setdefault("statements", statements())
    return services.add(**given)
