"""What stands in the form of a problem right now, saved or not: for verdicts, likeness and the preview."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from problems.grammar import Edited
from problems.models import MAX_STATEMENTS, Problem
from verbs.french.vocabulary import Language

#: Statements that are looked at; a form may hold some that are to be removed.
_MOST = 2 * MAX_STATEMENTS
_LONGEST = {"content": 500, "correction": 500, "explanation": 2000, "translation": 500}


@dataclass(frozen=True, slots=True)
class Line:
    """A statement as a learner gets it; ``key`` names its card in the form."""

    key: str
    edited: Edited
    translation: str = ""

    @property
    def parts(self) -> tuple[str, str, str]:
        """What stands before the error, the error, and what stands behind it."""
        start, end = self.edited.span or (0, 0)
        text = self.edited.content
        if not 0 <= start < end <= len(text):
            return text, "", ""
        return text[:start], text[start:end], text[end:]


@dataclass(frozen=True, slots=True)
class Typed:
    """A problem as it is typed; ``lines`` in the order of their places."""

    title: str
    instructions: str
    language: str
    lines: list[Line] = field(default_factory=list)

    @property
    def correct(self) -> str:
        """The text of the correct statement, empty without one."""
        return next((one.edited.content for one in self.lines if one.edited.is_correct), "")

    @property
    def lang(self) -> str:
        """The language of explanations, as pages name it."""
        return "fr" if self.language == Language.FRENCH else "en"


def typed(values: Mapping[str, str], prefix: str = "statements") -> Typed:
    """Read what a browser sends of the form, whole or not; what cannot be read is left out."""
    lines: list[tuple[int, Line]] = []
    for number in range(min(_number(values.get(f"{prefix}-TOTAL_FORMS")) or 0, _MOST)):
        start = f"{prefix}-{number}-"
        texts = {
            name: _clean(values.get(start + name, ""))[:longest]
            for name, longest in _LONGEST.items()
        }
        if values.get(f"{start}DELETE") or not texts["content"]:
            continue
        correct = values.get(f"{prefix}-correct") == str(number)
        first, last = (
            _number(values.get(f"{start}span_start")),
            _number(values.get(f"{start}span_end")),
        )
        edited = Edited(
            texts["content"],
            correct,
            None if correct else values.get(f"{start}error_type") or None,
            None if correct or first is None or last is None else (first, last),
            texts["correction"] or None,
            None if correct else texts["explanation"] or None,
        )
        place = _number(values.get(f"{start}place"))
        key = Line(str(number), edited, texts["translation"] if correct else "")
        lines.append((number if place is None else place, key))
    language = values.get("target_language_code", "")
    return Typed(
        title=values.get("title", "").strip()[:200],
        instructions=values.get("instructions", "").strip()[:500],
        language=language if language in set(Language) else Language.ENGLISH.value,
        lines=[line for _, line in sorted(lines, key=lambda one: one[0])],
    )


def stored(problem: Problem) -> Typed:
    """A problem as it is stored, in the same shape."""
    rows = sorted(problem.statements.all(), key=lambda row: row.position)
    lines = [
        Line(str(place), Edited.of(row), row.translation or "") for place, row in enumerate(rows)
    ]
    return Typed(problem.title, problem.instructions, problem.target_language_code, lines)


def _clean(text: str) -> str:
    """As the form cleans it: composed, without spaces around it and without line ends in it."""
    return unicodedata.normalize("NFC", " ".join(text.replace("\0", "").splitlines())).strip()


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 4 else None
