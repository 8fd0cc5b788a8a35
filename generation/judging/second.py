"""The third judge: a model, asked only where the grammar engine is unsure.

It has a prompt of its own and never sees the conversation of the writer.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from generation.judging.verdicts import Judge, Opinion, Ruling
from generation.metering import Purpose
from generation.prompts import Case, Prompt, judge_prompt
from generation.prompts.answers import Judgement
from generation.writers import openai
from generation.writers.base import CannotWrite, DraftStatement, WriterError
from generation.writers.tracing import trace_of
from verbs.french.vocabulary import Language


def opinions(statements: Sequence[DraftStatement], language: Language) -> list[Opinion]:
    """Judge some statements, all at the same time.

    Where an answer does not come, or is of no use, the opinion stays UNSURE: a person will look.

    Raises:
        WriterError: when nobody can be asked now (the server's limit, a refused key).
    """
    model = settings.OPENAI_JUDGE_MODEL or settings.OPENAI_MODEL
    prompts = [judge_prompt(_case(statement, language)) for statement in statements]
    answers = openai.call(
        [openai.ask(one, Judgement, purpose=Purpose.JUDGE, model=model) for one in prompts]
    )
    return [_opinion(*one) for one in zip(statements, prompts, answers, strict=True)]


def _case(statement: DraftStatement, language: Language) -> Case:
    brief = statement.brief
    assert brief is not None
    return Case(
        correct=statement.text if statement.is_correct else statement.counterpart or "",
        incorrect=None if statement.is_correct else statement.text,
        error_type=statement.error_type,
        verb=brief.verb,
        tense=brief.tense,
        explanation=statement.explanation,
        language=language,
    )


def _opinion(
    statement: DraftStatement, prompt: Prompt, answer: openai.Reply[Judgement] | BaseException
) -> Opinion:
    if isinstance(answer, WriterError) and (answer.stops_writer or not answer.spends_attempt):
        raise answer
    if isinstance(answer, WriterError | CannotWrite):
        return Opinion(Judge.MODEL, Ruling.UNSURE, (f"The judge gave no answer: {answer}",))
    if isinstance(answer, BaseException):
        raise answer
    reasons = tuple(_objections(statement, answer.parsed))
    said = (answer.parsed.reason,) if answer.parsed.reason else ()
    return Opinion(
        Judge.MODEL,
        Ruling.WRONG if reasons else Ruling.OK,
        (*reasons, *said),
        trace=trace_of(prompt, answer),
    )


def _objections(statement: DraftStatement, judgement: Judgement) -> list[str]:
    found = []
    if not judgement.correct_is_right:
        found.append("The correct sentence is not right.")
    if not judgement.natural:
        found.append("Nobody would say it.")
    if statement.is_correct:
        return found
    if not judgement.incorrect_is_wrong:
        found.append("The incorrect sentence may be right.")
    elif not judgement.single_error:
        found.append("The incorrect sentence has more than one error.")
    elif judgement.error_type != statement.error_type:
        found.append(f"The error is {judgement.error_type}, not {statement.error_type}.")
    return found
