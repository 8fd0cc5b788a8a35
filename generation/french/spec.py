"""What a composed problem must be, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from verbs.french.vocabulary import ErrorType, Focus, Language, Level, Tense


class CannotCompose(ValueError):
    """The specification cannot be met; the message says in a sentence what clashes."""


class Format(StrEnum):
    """How the statements of a problem belong together.

    SENTENCES: different sentences of one focus and level. SLOT: one sentence with different forms
    in one place.
    """

    SENTENCES = "sentences"
    SLOT = "slot"


@dataclass(frozen=True)
class ProblemSpec:
    """What a problem must be.

    ``verbs``: allowed infinitives ("laver", "se laver"), for every statement; empty: any.
    ``tense``: the one that is right in every statement; a wrong tense may be written instead.
    ``key_verb``: the infinitive of the correct statement. ``level``: exactly this one.
    ``error_types``: the only ones that distractors may carry; empty: those of the focus, and a
    neighbouring one where errors of one kind would give the answer away. ``negation``, ``cod``,
    ``coi``: whether the correct statement has them. ``themes``: one of them is the correct
    statement's. ``statement_count``: 2 to 6. ``format``: None leaves it to the seed.
    """

    focus: Focus
    tense: Tense
    verbs: tuple[str, ...] = ()
    key_verb: str | None = None
    level: Level | None = None
    error_types: tuple[ErrorType, ...] = ()
    negation: bool | None = None
    cod: bool | None = None
    coi: bool | None = None
    themes: tuple[str, ...] = ()
    statement_count: int = 4
    language: Language = Language.ENGLISH
    format: Format | None = None


@dataclass(frozen=True)
class Statement:
    """A sentence of a problem as it is shown, with what is shown after the answer.

    ``explanation``: why it is wrong; of the correct one, why it is right. ``span``: where the
    error is in ``text``; ``correction``: what belongs there.
    """

    text: str
    is_correct: bool
    translation: str | None
    explanation: str | None
    error_type: ErrorType | None
    error_code: str | None
    span: tuple[int, int] | None
    correction: str | None
    clause: dict[str, Any]
    infinitive: str
    theme: str


@dataclass(frozen=True)
class ComposedProblem:
    """A finished problem; ``metadata`` is about its correct statement."""

    spec: ProblemSpec
    seed: int
    statements: tuple[Statement, ...]
    level: Level
    themes: tuple[str, ...]
    metadata: dict[str, Any]
    format: Format = Format.SENTENCES

    @property
    def correct_index(self) -> int:
        """The position of the correct statement."""
        return next(i for i, each in enumerate(self.statements) if each.is_correct)
