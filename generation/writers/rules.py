"""The writer without a network: the grammar engine makes the sentences."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from dataclasses import replace

from generation.french import compose
from generation.writers.base import CannotWrite, Draft, DraftStatement, Plan
from verbs.french.overrides import cached


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


@cached(maxsize=10_000)
def _objection(spec: compose.ProblemSpec) -> str | None:
    """Why the engine cannot meet a specification."""
    try:
        compose.probe(spec)
    except compose.CannotCompose as error:
        return str(error)
    return None


def _wishes(plan: Plan) -> Iterator[compose.ProblemSpec]:
    """Specifications of a plan: with all wishes, then with fewer.

    The verb is given up last: planning has chosen it so that no two problems say the same.
    """
    spec = _spec(plan)
    form = compose.Format(plan.format or compose.Format.SENTENCES)
    if plan.key_verb is not None:
        for each in dict.fromkeys((form, compose.Format.SENTENCES)):
            yield replace(spec, key_verb=plan.key_verb, format=each)
    yield replace(spec, format=compose.Format.SENTENCES)


class RulesWriter:
    """Deterministic: the same plan gives the same draft."""

    name = "rules"
    tenses = compose.SUPPORTED_TENSES
    focuses = compose.SUPPORTED_FOCUSES

    def prepare(self) -> None:
        compose.load()
        # The lexicon stays for good: the collector need not look through it again and again.
        gc.collect()
        gc.freeze()

    def check(self, plan: Plan) -> None:
        if reason := _objection(_spec(plan)):
            raise CannotWrite(reason)

    def key_verbs(self, plan: Plan) -> Sequence[str]:
        return compose.key_verbs(_spec(plan))

    def formats(self, plan: Plan) -> Sequence[str]:
        return compose.formats(_spec(plan))

    def write(self, plan: Plan) -> Draft:
        reason = ""
        for spec in _wishes(plan):
            try:
                return _draft(compose.compose(spec, plan.seed))
            except compose.CannotCompose as error:
                reason = str(error)
        raise CannotWrite(reason)


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
