"""Briefs that the tests of prompts share."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from generation.french.clause import Clause, ObjectForm, Polarity
from generation.french.compose import SUPPORTED_FOCUSES
from generation.french.recipes import RECIPES
from generation.prompts.briefs import Brief, briefs_of
from generation.writers.base import CannotWrite, Plan
from verbs.french.vocabulary import Auxiliary, ErrorType, Focus, Language, Level, Tense

RIGHT = Brief(
    task="correct",
    focus=Focus.CONJUGATION,
    tense=Tense.PRESENT,
    level=Level.A1,
    language=Language.ENGLISH,
    verb="manger",
    construction="manger quelque chose",
    auxiliary=Auxiliary.AVOIR,
    subject={"person": "3s", "text": "elle", "gender": "f"},
    form="mange",
    negation=None,
    objects="direct object: a noun after the verb",
    sentence="statement",
    trigger=None,
    theme="food",
    topics=(),
    error_type=None,
    error_code=None,
    error=None,
    number=0,
    others=("partir", "se lever"),
    clause=Clause("manger", Tense.PRESENT, "elle", cod_key="du pain").to_dict(),
)


def wrong(error_type: ErrorType, code: str, **changes: Any) -> Brief:
    """A brief of a sentence with an error."""
    return replace(
        RIGHT,
        task="incorrect",
        error_type=error_type,
        error_code=f"{error_type.value}.{code}",
        error="an error",
        number=1,
        **changes,
    )


#: Different in everything that the parts of a prompt depend on; independent of what the engine draws.
FIXED = (
    RIGHT,
    replace(RIGHT, language=Language.FRENCH, level=Level.B2, trigger="hier"),
    wrong(
        ErrorType.WRONG_AUXILIARY,
        "avoir_for_etre",
        tense=Tense.PASSE_COMPOSE,
        auxiliary=Auxiliary.ETRE,
        focus=Focus.AUXILIARY,
        clause=Clause("partir", Tense.PASSE_COMPOSE, "elle").to_dict(),
    ),
    wrong(
        ErrorType.PRONOUN_PLACEMENT,
        "after_verb",
        language=Language.FRENCH,
        clause=Clause(
            "payer",
            Tense.PRESENT,
            "elle",
            polarity=Polarity.PAS,
            cod_key="la facture",
            cod_form=ObjectForm.PRONOUN,
        ).to_dict(),
    ),
)


def random_plans(count: int, seed: int = 5) -> list[Plan]:
    """Plans of every focus and tense, some with more wishes, in both languages."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        focus = SUPPORTED_FOCUSES[number % len(SUPPORTED_FOCUSES)]
        plan = Plan(
            focus=focus,
            tense=rng.choice(RECIPES[focus].tenses),
            language=rng.choice(list(Language)),
            statement_count=rng.choice((2, 4, 4, 4, 6)),
            negation=rng.choice((None, None, None, True, False)),
            seed=rng.getrandbits(40),
        )
        found.append(plan)
    return found


def composed(plans: list[Plan]) -> Iterator[tuple[Plan, list[Brief]]]:
    """The plans for which there are scenes, with their briefs."""
    for plan in plans:
        try:
            yield plan, briefs_of(plan)
        except CannotWrite:
            continue
