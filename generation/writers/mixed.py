"""The writer that asks a model for correct sentences only: the grammar engine makes the errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from generation.prompts import Prompt, Rejected, prompt_for
from generation.prompts.answers import CorrectSentence
from generation.prompts.briefs import Brief
from generation.writers.base import Draft, DraftStatement, Plan
from generation.writers.model import ModelWriter, statement_of, told_of
from verbs.french.vocabulary import Language

if TYPE_CHECKING:
    from generation.writers.model import Answer

#: Stands in for the explanation of an error that could not be made, until the statement is mended.
_NO_ERROR = {
    Language.ENGLISH: "No error could be made in this sentence.",
    Language.FRENCH: "Aucune erreur n'a pu être faite dans cette phrase.",
}


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
        from generation.french.free_text.deviations import wrong_versions  # never in the web

        written = statement_of(brief, answer.parsed, told_of(brief, prompt, answer))
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
                explanation=_NO_ERROR[brief.language],
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
