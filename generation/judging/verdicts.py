"""What judges say of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from generation.writers.base import DraftStatement


class Ruling(StrEnum):
    """OK and WRONG are certain for the judge that says it; UNSURE leaves it to the next one."""

    OK = "ok"
    WRONG = "wrong"
    UNSURE = "unsure"


class Judge(StrEnum):
    """Who judges, in this order."""

    FORM = "form"
    ENGINE = "engine"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one judge says of one statement, with its reasons in words.

    ``error_code``: what the engine calls the error, "" where it has no finer name. ``trace``: how a model
    was asked and what came back.
    """

    judge: Judge
    ruling: Ruling
    reasons: tuple[str, ...] = ()
    error_code: str = ""
    trace: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        said = {"judge": self.judge, "ruling": self.ruling, "reasons": list(self.reasons)}
        return {**said, **self.trace}


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement with what the judges said of it, the last one deciding.

    ``clash``: why it cannot stand beside the other statements of its draft, whatever it says by itself.
    """

    statement: DraftStatement
    opinions: tuple[Opinion, ...]
    clash: str | None = None

    @property
    def ruling(self) -> Ruling:
        return Ruling.WRONG if self.clash else self.opinions[-1].ruling

    @property
    def confirmed(self) -> bool:
        """Whether the grammar engine stands by it."""
        return any(one.judge is Judge.ENGINE and one.ruling is Ruling.OK for one in self.opinions)

    @property
    def error_code(self) -> str | None:
        """What the engine calls the error of an incorrect statement."""
        return next((one.error_code for one in self.opinions if one.error_code), None)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is wrong or in doubt, by the judge that decided."""
        return (self.clash,) if self.clash else self.opinions[-1].reasons


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on a draft.

    ``objections`` are those to the draft as a whole. ``statements`` are judged one by one, in the order
    of the draft, where its writer is not the grammar engine itself.
    """

    objections: tuple[str, ...] = ()
    statements: tuple[Judged, ...] = ()
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        return not self.objections and not self.faults

    @property
    def confirmed(self) -> bool:
        """Whether it is accepted and the grammar engine stands by every statement."""
        return self.accepted and all(one.confirmed for one in self.statements)

    @property
    def faults(self) -> dict[int, str]:
        """Why statements were rejected, by their place in the draft."""
        return {
            place: "; ".join(one.reasons)
            for place, one in enumerate(self.statements)
            if one.ruling is Ruling.WRONG
        }

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every objection, in words."""
        return (
            *self.objections,
            *(
                f"{self.statements[place].statement.text!r}: {reason}"
                for place, reason in self.faults.items()
            ),
        )

    @property
    def judges(self) -> str:
        """Who decided, for people and filters: ``engine`` or ``engine+model``."""
        asked = any(one.judge is Judge.MODEL for each in self.statements for one in each.opinions)
        return "engine+model" if asked else "engine"
