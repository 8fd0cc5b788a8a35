"""The writer that asks a model for correct sentences only: the grammar engine makes the errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from generation.french.free_text.deviations import wrong_versions
from generation.prompts import Prompt, Rejected, prompt_for
from generation.prompts.answers import CorrectSentence
from generation.prompts.briefs import Brief
from generation.writers.base import Draft, DraftStatement, Plan
from generation.writers.model import Answer, ModelWriter, statement_of, trace_of


class MixedWriter(ModelWriter):
    """Natural sentences, and errors that the engine is certain of and explains."""

    name = "mixed"

    def prompt(self, brief: Brief, rejected: Rejected | None) -> Prompt:
        return prompt_for(_as_correct(brief), rejected=rejected)

    def shape(self, brief: Brief) -> type[CorrectSentence]:
        return CorrectSentence

    def rewrite(self, plan: Plan, draft: Draft, faults: Mapping[int, str]) -> Draft:
        told = {
            place: _cannot_be_made(statement) or reason
            for place, reason in faults.items()
            for statement in (draft.statements[place],)
        }
        return super().rewrite(plan, draft, told)

    def _statement(self, brief: Brief, prompt: Prompt, answer: Answer) -> DraftStatement:
        written = statement_of(brief, answer.parsed, trace_of(brief, prompt, answer))
        if brief.error_type is None:
            return written
        versions = wrong_versions(written.text, brief.error_type, brief.language)
        if not versions:
            # Judged as what it is, no error at all: mended with another one, or written again.
            return replace(
                written,
                is_correct=False,
                translation=None,
                error_type=brief.error_type,
                counterpart=written.text,
                explanation=brief.error,
            )
        version = versions[0]
        return DraftStatement(
            text=version.text,
            is_correct=False,
            explanation=version.explanation,
            error_type=version.error_type,
            error_code=version.code,
            span=(version.start, version.end),
            correction=version.correction,
            counterpart=written.text,
            brief=brief,
            trace=written.trace,
        )


def _cannot_be_made(statement: DraftStatement) -> str | None:
    """What to tell the model of a sentence that may be right, but in which the engine makes no error."""
    if statement.is_correct or statement.text != statement.counterpart or statement.brief is None:
        return None
    error = statement.brief.error
    return f"For this quiz learners must be able to make this error in the sentence: {error}."


def _as_correct(brief: Brief) -> Brief:
    """The brief of the correct sentence in which the error will be made."""
    return replace(brief, task="correct")
