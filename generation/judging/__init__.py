"""Verdicts on a draft before it becomes a problem: form first, then the grammar engine, then a model.

The engine judges its own drafts by their clauses; the sentences of every other writer one by one, and only
those it is unsure of go to the model.
"""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from generation.french import check
from generation.judging import engine, form, second
from generation.judging.form import MAX_LENGTH, fold
from generation.judging.verdicts import Judge, Judged, Opinion, Ruling, Verdict
from generation.writers.base import Draft, DraftStatement, Plan

__all__ = ["MAX_LENGTH", "Judge", "Judged", "Opinion", "Ruling", "Verdict", "fold", "judge"]


def judge(draft: Draft, plan: Plan, before: Verdict | None = None) -> Verdict:
    """Judge a draft.

    ``before``: the verdict on an earlier state of it; statements that are still the same are not judged
    again.

    Raises:
        WriterError: when the model that judges cannot be asked now.
    """
    if draft.engine is not None:
        return _by_its_clauses(draft, plan)
    known = {id(one.statement): one for one in (before.statements if before else ())}
    judged = [known.get(id(one)) or _judged(one, plan) for one in draft.statements]
    clashes = form.clashes(draft)
    judged = [replace(one, clash=clashes.get(place)) for place, one in enumerate(judged)]
    objections = tuple(form.draft_objections(draft, plan))
    if settings.OPENAI_JUDGE and not objections:
        judged = _asked_further(judged, plan)
    return Verdict(objections, tuple(judged))


def _by_its_clauses(draft: Draft, plan: Plan) -> Verdict:
    reasons = [*form.draft_objections(draft, plan), *form.engine_objections(draft, plan)]
    said = "not asked"
    if not reasons:
        objections = check.check_problem(draft.engine)
        reasons.extend(objections)
        said = "wrong" if objections else "ok"
    return Verdict(tuple(reasons), notes={"form": "wrong" if reasons else "ok", "engine": said})


def _judged(statement: DraftStatement, plan: Plan) -> Judged:
    """What form and engine say of a statement."""
    first = form.opinion(statement, plan)
    if first.ruling is not Ruling.OK:
        return Judged(statement, (first,))
    return Judged(statement, (first, engine.opinion(statement, plan)))


def _asked_further(judged: list[Judged], plan: Plan) -> list[Judged]:
    """Ask the model about what the engine is unsure of, unless the draft has to be mended anyway.

    A statement that will be written again may show the others in another light, and they cost nothing
    while they wait.
    """
    if any(one.ruling is Ruling.WRONG for one in judged):
        return judged
    open_ = [
        place
        for place, one in enumerate(judged)
        if one.ruling is Ruling.UNSURE and one.opinions[-1].judge is Judge.ENGINE
    ]
    if not open_:
        return judged
    answers = second.opinions([judged[place].statement for place in open_], plan.language)
    for place, opinion in zip(open_, answers, strict=True):
        judged[place] = replace(judged[place], opinions=(*judged[place].opinions, opinion))
    return judged
