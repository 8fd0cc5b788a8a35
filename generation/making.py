"""From a plan to a draft that may be stored: written, judged, repaired or written again, or rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings

from generation import counting, judging
from generation.judging import Judged, Ruling, Verdict
from generation.mending import mend
from generation.spending import Outcome, OutcomeResult
from generation.writers.base import Draft, DraftStatement, Plan, Writer
from quizservice.instruments import stage


@dataclass(frozen=True, slots=True)
class Made:
    """A draft that may be stored, its verdict, and what became of each request to a model."""

    draft: Draft
    verdict: Verdict
    outcomes: tuple[Outcome, ...] = ()


class Rejected(Exception):
    """No draft was good enough; ``reasons`` in words. ``for_good``: the writer could do no better."""

    def __init__(
        self, reasons: Sequence[str], outcomes: Sequence[Outcome] = (), *, for_good: bool = False
    ) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)
        self.outcomes = tuple(outcomes)
        self.for_good = for_good


@dataclass(slots=True)
class _History:
    """What happened to the statements of a draft, by their place."""

    earlier: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    results: dict[int, OutcomeResult] = field(default_factory=dict)

    def note(self, verdict: Verdict, draft: Draft, result: OutcomeResult) -> None:
        """The statements that differ from those judged are what ``result`` says."""
        for place, (judged, new) in enumerate(
            zip(verdict.statements, draft.statements, strict=True)
        ):
            if judged.statement is new:
                continue
            old = {
                "text": judged.statement.text,
                "counterpart": judged.statement.counterpart,
                "answer": dict(judged.statement.trace),
                "verdicts": _described(judged),
                "then": result,
            }
            self.earlier.setdefault(place, []).append(old)
            self.results[place] = result


def _always() -> None:
    """Nothing keeps a statement from being written again."""


def make(writer: Writer, plan: Plan, go_on: Callable[[], None] = _always) -> Made:
    """Have a plan written and judged.

    What is rejected the engine repairs where it can; else the writer writes that one statement again,
    with the reason, at most ``OPENAI_REWRITES`` times. ``go_on`` is called before each time, and raises
    where it is not worth while any more.

    Raises:
        Rejected: when something of it is still not good enough then.
        CannotWrite: when the writer cannot meet the plan.
        WriterError: for a technical reason.
    """
    generator = counting.writer(writer.name)
    with stage("write", generator=generator):
        draft = writer.write(plan)
    verdict = _judged(draft, plan, generator)
    history = _History()
    rewrites = 0
    rewritten: Draft | None = draft
    while verdict.faults and rewritten is not None:
        with stage("repair", generator=generator):
            mended = mend(draft, verdict, plan)
        history.note(verdict, mended, OutcomeResult.REPAIRED)
        draft, verdict = mended, _judged(mended, plan, generator, verdict)
        if not verdict.faults or rewrites == settings.OPENAI_REWRITES:
            break
        rewrites += 1
        go_on()
        with stage("rewrite", generator=generator):
            rewritten = writer.rewrite(plan, draft, verdict.faults)
        if rewritten is not None:
            history.note(verdict, rewritten, OutcomeResult.REWRITTEN)
            draft, verdict = rewritten, _judged(rewritten, plan, generator, verdict)
    outcomes = tuple(_outcomes(draft, verdict, history))
    if not verdict.accepted:
        raise Rejected(verdict.reasons, outcomes, for_good=bool(verdict.statements))
    return Made(_with_traces(draft, verdict, history), verdict, outcomes)


def _judged(draft: Draft, plan: Plan, generator: str, before: Verdict | None = None) -> Verdict:
    with stage("judge", generator=generator):
        return judging.judge(draft, plan, before)


def _described(judged: Judged) -> list[dict[str, Any]]:
    found = [opinion.as_json() for opinion in judged.opinions]
    if judged.clash:
        found.append({"judge": "form", "ruling": Ruling.WRONG, "reasons": [judged.clash]})
    return found


def _with_traces(draft: Draft, verdict: Verdict, history: _History) -> Draft:
    """The draft whose statements tell how they came about, and by which name the engine knows the error."""
    if not verdict.statements:
        return draft

    def told(place: int, statement: DraftStatement) -> DraftStatement:
        judged = verdict.statements[place]
        trace = {**statement.trace, "text": statement.text, "verdicts": _described(judged)}
        if place in history.earlier:
            trace["earlier"] = history.earlier[place]
        code = statement.error_code or judged.error_code
        return replace(statement, error_code=code, trace=trace)

    statements = [told(place, one) for place, one in enumerate(draft.statements)]
    return replace(draft, statements=statements)


def _outcomes(draft: Draft, verdict: Verdict, history: _History) -> Iterable[Outcome]:
    """What became of the statements: those of the engine together, those of a model one by one."""
    if draft.engine is not None:
        result = OutcomeResult.ACCEPTED if verdict.accepted else OutcomeResult.REJECTED
        for statement in draft.statements:
            yield Outcome("", "", statement.error_type or "", result)
    for place, judged in enumerate(verdict.statements):
        trace = judged.statement.trace
        brief = judged.statement.brief
        if "prompt_version" not in trace or brief is None:
            continue
        if judged.ruling is Ruling.WRONG:
            result = OutcomeResult.REJECTED
        elif place in history.results:
            result = history.results[place]
        elif not judged.confirmed:
            result = OutcomeResult.UNSURE
        else:
            result = OutcomeResult.ACCEPTED
        yield Outcome(
            prompt_version=str(trace["prompt_version"]),
            model=str(trace["model"]),
            error_type=brief.error_type or "",
            result=result,
        )
