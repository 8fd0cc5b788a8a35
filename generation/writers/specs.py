"""From a plan to what the grammar engine is asked for; every writer that lets it plan scenes does so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generation.french import compose
from generation.writers.base import Plan
from verbs.french.overrides import cached


def spec_of(plan: Plan) -> compose.ProblemSpec:
    """What binds in a plan, without its wishes."""
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
def objection(spec: compose.ProblemSpec) -> str | None:
    """Why the engine cannot meet a specification."""
    try:
        compose.probe(spec)
    except compose.CannotCompose as error:
        return str(error)
    return None


def wishes(plan: Plan, form: compose.Format | None = None) -> Iterator[compose.ProblemSpec]:
    """Specifications of a plan: with all wishes, then with fewer.

    ``form``: a format instead of the one that the plan wishes. The verb is given up last: planning has
    chosen it so that no two problems say the same.
    """
    spec = spec_of(plan)
    wished = form or compose.Format(plan.format or compose.Format.SENTENCES)
    if plan.key_verb is not None:
        for each in dict.fromkeys((wished, compose.Format.SENTENCES)):
            yield replace(spec, key_verb=plan.key_verb, format=each)
    yield replace(spec, format=compose.Format.SENTENCES)
