"""The writer that asks a model: a prompt for each sentence, all of a problem at the same time."""

from __future__ import annotations

import random
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings

from generation.french.deviations.base import spans
from generation.french.free_text.describe import describe
from generation.french.free_text.form import tidy
from generation.french.spec import Format
from generation.metering import Purpose
from generation.prompts import Prompt, Rejected, prompt_for
from generation.prompts.answers import CorrectSentence, IncorrectSentence
from generation.prompts.briefs import Brief, briefs_of, facts_of
from generation.writers.base import CannotWrite, Draft, DraftStatement, Plan, WriterError
from generation.writers.rules import RulesWriter
from generation.writers.tracing import trace_of
from verbs.french.vocabulary import Focus, Tense

if TYPE_CHECKING:
    from generation.writers.openai import Reply

    Answer = Reply[CorrectSentence | IncorrectSentence]

#: Answers that are kept in case their problem has to be begun again, because another one did not come.
_KEPT = 2000

#: What an answer is an answer to: two problems may ask the same.
Asked = tuple[int, Prompt]


class _Answers:
    """The latest answers of this process: what has been paid for is not asked for twice."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Asked, Answer] = OrderedDict()

    def get(self, asked: Asked) -> Answer | None:
        with self._lock:
            return self._kept.get(asked)

    def keep(self, asked: Asked, answer: Answer) -> None:
        with self._lock:
            self._kept[asked] = answer
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


class ModelWriter:
    """Plans as the grammar engine does, because the engine draws the scenes; a model finds the words."""

    name = "openai"
    paid = True
    tenses: Sequence[Tense] = RulesWriter.tenses
    focuses: Sequence[Focus] = RulesWriter.focuses

    def __init__(self) -> None:
        self._engine = RulesWriter()
        self._answers = _Answers()

    def prepare(self) -> None:
        from generation.french.free_text.loading import load  # the web plans, and never judges

        load()
        self._engine.prepare()

    def check(self, plan: Plan) -> None:
        self._engine.check(plan)

    def key_verbs(self, plan: Plan) -> Sequence[str]:
        return self._engine.key_verbs(plan)

    def formats(self, plan: Plan) -> Sequence[str]:
        """Always different sentences: four calls at once cannot agree on one."""
        return [Format.SENTENCES]

    def prompts(self, plan: Plan) -> list[tuple[Brief, Prompt]]:
        return [(brief, self.prompt(brief, None)) for brief in briefs_of(plan)]

    def write(self, plan: Plan) -> Draft:
        briefs = briefs_of(plan)
        statements = self._statements(plan, [(brief, None) for brief in briefs])
        random.Random(plan.seed).shuffle(statements)
        return self._draft(statements)

    def rewrite(self, plan: Plan, draft: Draft, faults: Mapping[int, str]) -> Draft:
        statements = list(draft.statements)
        wanted: list[tuple[Brief, Rejected | None]] = []
        for place, reason in faults.items():
            brief = statements[place].brief
            assert brief is not None  # this writer made the draft
            wanted.append((brief, Rejected(statements[place].text, reason)))
        for place, new in zip(faults, self._statements(plan, wanted), strict=True):
            statements[place] = new
        return self._draft(statements)

    def _draft(self, statements: Sequence[DraftStatement]) -> Draft:
        briefs = [one.brief for one in statements if one.brief is not None]
        facts = facts_of(sorted(briefs, key=lambda brief: brief.number))
        key = next(one for one in statements if one.is_correct)
        said = describe(key.text, key.brief.verb if key.brief else None)
        return Draft(
            statements=statements,
            level=facts.pop("level"),
            themes=facts.pop("themes"),
            metadata={
                **facts,
                "pronouns_used": list(said.pronouns),
                "includes_negation": said.negation,
                "includes_cod": bool(said.cod),
                "includes_coi": bool(said.coi),
                "model": key.trace["model"],
                "prompt_version": key.trace["prompt_version"],
            },
            trace={"format": Format.SENTENCES.value},
        )

    # --- asking ---------------------------------------------------------------------------------

    def _statements(
        self, plan: Plan, wanted: Sequence[tuple[Brief, Rejected | None]]
    ) -> list[DraftStatement]:
        """Have statements written, all at once. Answers that came stay for the next attempt."""
        prompts = [self.prompt(brief, rejected) for brief, rejected in wanted]
        answers: dict[Prompt, Answer] = {}
        missing: list[tuple[Brief, Prompt]] = []
        for (brief, _), prompt in zip(wanted, prompts, strict=True):
            kept = self._answers.get((plan.seed, prompt))
            if kept is None:
                missing.append((brief, prompt))
            else:
                answers[prompt] = kept
        failures: list[Exception] = []
        asked = self._asked(missing, plan.model or settings.OPENAI_MODEL)
        for (_, prompt), came in zip(missing, asked, strict=True):
            if isinstance(came, WriterError | CannotWrite):
                failures.append(came)
            elif isinstance(came, BaseException):
                raise came
            else:
                answers[prompt] = came
                self._answers.keep((plan.seed, prompt), came)
        if failures:
            raise max(failures, key=_weight)
        return [
            self._statement(brief, prompt, answers[prompt])
            for (brief, _), prompt in zip(wanted, prompts, strict=True)
        ]

    def _asked(
        self, wanted: Sequence[tuple[Brief, Prompt]], model: str
    ) -> list[Answer | BaseException]:
        from generation.writers import openai  # the web plans, and never asks

        return openai.call(
            [
                openai.ask(
                    prompt,
                    self.shape(brief),
                    purpose=Purpose.WRITE,
                    model=model,
                )
                for brief, prompt in wanted
            ]
        )

    # --- what the mixed writer does otherwise -----------------------------------------------------

    def prompt(self, brief: Brief, rejected: Rejected | None) -> Prompt:
        """What is asked for a brief."""
        return prompt_for(brief, rejected=rejected)

    def shape(self, brief: Brief) -> type[CorrectSentence] | type[IncorrectSentence]:
        """The shape of the answer to a brief."""
        return CorrectSentence if brief.task == "correct" else IncorrectSentence

    def _statement(self, brief: Brief, prompt: Prompt, answer: Answer) -> DraftStatement:
        return statement_of(brief, answer.parsed, told_of(brief, prompt, answer))


def _weight(error: Exception) -> tuple[bool, bool, float]:
    """How long an error lasts: what stops the writer, what no waiting helps, then the longest wait."""
    wait = error.retry_after if isinstance(error, WriterError) else None
    return _stops(error), wait is None, wait or 0.0


def _stops(error: Exception) -> bool:
    return isinstance(error, WriterError) and error.stops_writer


def told_of(brief: Brief, prompt: Prompt, answer: Answer) -> dict[str, Any]:
    """The trace of a statement: what was wanted, how it was asked for, what came back."""
    return {"brief": brief.as_json(), **trace_of(prompt, answer)}


def statement_of(
    brief: Brief, parsed: CorrectSentence | IncorrectSentence, trace: Mapping[str, Any]
) -> DraftStatement:
    """The statement that an answer makes, not judged yet."""
    if isinstance(parsed, CorrectSentence):
        return DraftStatement(
            text=tidy(parsed.sentence),
            is_correct=True,
            translation=parsed.translation.strip() or None,
            brief=brief,
            trace=trace,
        )
    right, wrong = tidy(parsed.correct_sentence), tidy(parsed.incorrect_sentence)
    start, end, correction = spans(wrong, right)
    return DraftStatement(
        text=wrong,
        is_correct=False,
        explanation=parsed.explanation.strip() or None,
        error_type=brief.error_type,
        span=(start, end) if start < end else None,
        correction=correction if start < end else None,
        counterpart=right,
        brief=brief,
        trace=trace,
    )
