"""The writer without a network: the grammar engine makes the sentences."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence

from generation.french import compose
from generation.writers.base import CannotWrite, Draft, DraftStatement, Plan
from generation.writers.specs import objection, spec_of, wishes


class RulesWriter:
    """Deterministic: the same plan gives the same draft."""

    name = "rules"
    paid = False
    tenses = compose.SUPPORTED_TENSES
    focuses = compose.SUPPORTED_FOCUSES

    def prepare(self) -> None:
        compose.load()
        # The lexicon stays for good: the collector need not look through it again and again.
        gc.collect()
        gc.freeze()

    def check(self, plan: Plan) -> None:
        if reason := objection(spec_of(plan)):
            raise CannotWrite(reason)

    def key_verbs(self, plan: Plan) -> Sequence[str]:
        return compose.key_verbs(spec_of(plan))

    def formats(self, plan: Plan) -> Sequence[str]:
        return compose.formats(spec_of(plan))

    def prompts(self, plan: Plan) -> tuple[()]:
        """None: the engine asks nobody."""
        return ()

    def write(self, plan: Plan) -> Draft:
        reason = ""
        for spec in wishes(plan):
            try:
                return _draft(compose.compose(spec, plan.seed))
            except compose.CannotCompose as error:
                reason = str(error)
        raise CannotWrite(reason)

    def rewrite(self, plan: Plan, draft: Draft, faults: Mapping[int, str]) -> None:
        """The same plan gives the same statements."""


def _draft(problem: compose.ComposedProblem) -> Draft:
    """The problem as a draft. Why the correct statement is right goes into its trace only."""
    return Draft(
        statements=[
            DraftStatement(
                text=statement.text,
                is_correct=statement.is_correct,
                translation=statement.translation,
                explanation=None if statement.is_correct else statement.explanation,
                error_type=statement.error_type,
                error_code=statement.error_code,
                span=statement.span,
                correction=statement.correction,
                trace={
                    "clause": statement.clause,
                    **({"explanation": statement.explanation} if statement.is_correct else {}),
                },
            )
            for statement in problem.statements
        ],
        level=problem.level,
        themes=problem.themes,
        one_slot=problem.format is compose.Format.SLOT,
        metadata=problem.metadata,
        trace={"format": problem.format.value},
        engine=problem,
    )
