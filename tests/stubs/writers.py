"""Writers with the faults that a network has. The service knows them only by their dotted path."""

from __future__ import annotations

import os
import time

from generation.writers.base import Draft, Plan, WriterError
from generation.writers.rules import RulesWriter


class SlowWriter(RulesWriter):
    """Takes ``SLOW_WRITER_SECONDS`` (default 1) for a problem."""

    name = "slow"

    def write(self, plan: Plan) -> Draft:
        time.sleep(float(os.environ.get("SLOW_WRITER_SECONDS", "1")))
        return super().write(plan)


class HangingWriter(RulesWriter):
    """Never comes back, in a process whose environment says so (``HANG``)."""

    name = "hanging"

    def write(self, plan: Plan) -> Draft:
        while os.environ.get("HANG"):
            time.sleep(1)
        return super().write(plan)


class FlakyWriter(RulesWriter):
    """Fails on the first call for a plan, then writes."""

    name = "flaky"

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def write(self, plan: Plan) -> Draft:
        if plan.seed not in self._seen:
            self._seen.add(plan.seed)
            raise WriterError(
                "connection reset", message="The model did not answer.", retry_after=0.1
            )
        return super().write(plan)


class DeadWriter(RulesWriter):
    """Never writes, and no other attempt would help."""

    name = "dead"

    def write(self, plan: Plan) -> Draft:
        raise WriterError("401", message="The model refused the key.", retry_after=None)


class CrashingWriter(RulesWriter):
    """Has a bug."""

    name = "crashing"

    def write(self, plan: Plan) -> Draft:
        raise ZeroDivisionError("division by zero")


class WrongWriter(RulesWriter):
    """Makes drafts in which an incorrect statement is a copy of the correct one."""

    name = "wrong"

    def write(self, plan: Plan) -> Draft:
        draft = super().write(plan)
        key = next(statement for statement in draft.statements if statement.is_correct)
        statements = [
            statement
            if statement.is_correct
            else type(statement)(
                text=key.text,
                is_correct=False,
                explanation=statement.explanation,
                error_type=statement.error_type,
            )
            for statement in draft.statements
        ]
        return Draft(
            statements=statements, level=draft.level, metadata=draft.metadata, engine=draft.engine
        )
