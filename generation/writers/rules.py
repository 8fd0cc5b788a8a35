"""The writer without a network: the grammar engine makes the sentences."""

from __future__ import annotations

from functools import lru_cache

from generation.french import compose
from generation.writers.base import CannotWrite, Draft, DraftStatement, Plan


def _spec(plan: Plan) -> compose.ProblemSpec:
    return compose.ProblemSpec(
        focus=plan.focus,
        tense=plan.tense,
        verbs=plan.verbs,
        level=plan.level,
        error_types=plan.error_types,
        negation=plan.negation,
        cod=plan.cod,
        coi=plan.coi,
        themes=plan.themes,
        statement_count=plan.statement_count,
        language=plan.language,
    )


@lru_cache(maxsize=10_000)
def _objection(spec: compose.ProblemSpec) -> str | None:
    """Why the engine cannot meet a specification: it is tried once."""
    try:
        compose.compose(spec, 0)
    except compose.CannotCompose as error:
        return str(error)
    return None


class RulesWriter:
    """Deterministic: the same plan gives the same draft."""

    name = "rules"
    tenses = compose.SUPPORTED_TENSES
    focuses = compose.SUPPORTED_FOCUSES

    def prepare(self) -> None:
        compose.load()

    def check(self, plan: Plan) -> None:
        if reason := _objection(_spec(plan)):
            raise CannotWrite(reason)

    def write(self, plan: Plan) -> Draft:
        try:
            problem = compose.compose(_spec(plan), plan.seed)
        except compose.CannotCompose as error:
            raise CannotWrite(str(error)) from None
        return Draft(
            statements=[
                DraftStatement(
                    text=statement.text,
                    is_correct=statement.is_correct,
                    translation=statement.translation,
                    explanation=statement.explanation,
                    error_type=statement.error_type,
                    error_code=statement.error_code,
                    span=statement.span,
                    correction=statement.correction,
                    trace={"clause": statement.clause},
                )
                for statement in problem.statements
            ],
            level=problem.level,
            themes=problem.themes,
            metadata=problem.metadata,
            engine=problem,
        )
