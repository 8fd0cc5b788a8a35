"""Statements as a model's answers make them, right and wrong, for the tests of the judges."""

from __future__ import annotations

from dataclasses import replace

from generation.judging import Ruling, judge
from generation.prompts.answers import CorrectSentence, IncorrectSentence
from generation.prompts.briefs import Brief, briefs_of
from generation.writers.base import Draft, DraftStatement, Plan
from generation.writers.model import statement_of
from verbs.french.vocabulary import ErrorType, Focus, Level, Tense

E, T = ErrorType, Tense
PLAN = Plan(Focus.CONJUGATION, Tense.PASSE_COMPOSE, seed=7)
BRIEFS = briefs_of(PLAN)
WHY = "The verb has to agree with its subject here."
POURQUOI = "Le verbe doit s'accorder avec son sujet dans cette phrase."


def brief_of(task: str, verb: str, tense: Tense, error_type: ErrorType | None = None) -> Brief:
    brief = BRIEFS[0 if task == "correct" else 1]
    return replace(
        brief, verb=verb, tense=tense, error_type=error_type, error_code=None, negation=None
    )


def key(
    text: str, verb: str, tense: Tense = T.PASSE_COMPOSE, translation: str = "We came back late."
) -> DraftStatement:
    brief = brief_of("correct", verb, tense)
    return statement_of(brief, CorrectSentence(sentence=text, translation=translation), {})


def pair(
    right: str,
    wrong: str,
    error_type: ErrorType,
    verb: str,
    tense: Tense = T.PASSE_COMPOSE,
    explanation: str = WHY,
) -> DraftStatement:
    said = IncorrectSentence(
        correct_sentence=right, incorrect_sentence=wrong, explanation=explanation
    )
    return statement_of(brief_of("incorrect", verb, tense, error_type), said, {})


KEY = key("Nous sommes rentrés tard hier soir.", "rentrer")
PAIRS = (
    pair(
        "Les enfants ont fini leurs devoirs.",
        "Les enfants a fini leurs devoirs.",
        E.WRONG_PERSON,
        "finir",
    ),
    pair(
        "Elle est tombée dans l'escalier.",
        "Elle a tombé dans l'escalier.",
        E.WRONG_AUXILIARY,
        "tomber",
    ),
    pair(
        "Marie est arrivée à midi.", "Marie est arrivé à midi.", E.PARTICIPLE_AGREEMENT, "arriver"
    ),
)


def draft(*statements: DraftStatement) -> Draft:
    return Draft(statements=list(statements), level=Level.A2, metadata={})


def judged(statement: DraftStatement, plan: Plan = PLAN) -> tuple[Ruling, str]:
    """The verdict on a statement among good ones."""
    whole = draft(statement, *PAIRS) if statement.is_correct else draft(KEY, statement, *PAIRS[1:])
    place = 0 if statement.is_correct else 1
    verdict = judge(whole, plan)
    assert not verdict.objections
    for other, one in enumerate(verdict.statements):
        assert other == place or one.ruling is Ruling.OK, one.reasons
    one = verdict.statements[place]
    return one.ruling, "; ".join(one.reasons)
