"""No statement stands out, and no two say the same: what the judges ask of statements side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generation.judging import Ruling, engine
from generation.judging.form import alike
from generation.prompts.answers import CorrectSentence
from generation.prompts.briefs import briefs_of
from generation.writers.base import DraftStatement, Plan
from generation.writers.model import statement_of
from verbs.french.vocabulary import Focus, Tense

PLAN = Plan(Focus.CONJUGATION, Tense.PRESENT, seed=1)


def key(text: str, verb: str, focus: Focus, negation: str | None) -> DraftStatement:
    brief = replace(briefs_of(PLAN)[0], verb=verb, focus=focus, negation=negation)
    return statement_of(brief, CorrectSentence(sentence=text, translation="English."), {})


@pytest.mark.parametrize(
    ("text", "verb", "focus", "negation", "ruling"),
    [
        ("Je ne mange pas de viande.", "manger", Focus.NEGATION, "pas", Ruling.OK),
        ("Je mange de la viande.", "manger", Focus.NEGATION, "pas", Ruling.WRONG),
        ("Je mange de la viande.", "manger", Focus.CONJUGATION, "pas", Ruling.WRONG),
        ("Je mange de la viande.", "manger", Focus.CONJUGATION, None, Ruling.OK),
        ("Je lui téléphone ce soir.", "téléphoner", Focus.PRONOUNS, None, Ruling.OK),
        ("Je téléphone à Paul ce soir.", "téléphoner", Focus.PRONOUNS, None, Ruling.WRONG),
        ("Ces fleurs, je les achète ici.", "acheter", Focus.PRONOUNS, None, Ruling.OK),
    ],
)
def test_the_correct_sentence_has_what_its_problem_is_about(
    text: str, verb: str, focus: Focus, negation: str | None, ruling: Ruling
) -> None:
    assert engine.opinion(key(text, verb, focus, negation), PLAN).ruling is ruling


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Il se peut qu'Inès se souvienne de l'adresse.", "Il se peut que Mamadou se souvienne"
         " de l'adresse.", True),
        ("Je vois Paul.", "Je vois Paul !", True),
        ("Je vois Paul.", "Je vois Marie.", False),
        ("Elle est partie hier soir.", "Nous sommes arrivés à midi.", False),
        ("Hier, il a fini son livre.", "Hier, elle a fini sa lettre.", False),
    ],
)  # fmt: skip
def test_two_scenes_are_alike_by_their_words(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is alike(other, one) is same
