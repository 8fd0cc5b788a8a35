"""The two halves of the engine against each other: what one makes, the other must understand."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest

from generation.french.checking.pairs import classify
from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from generation.french.clause import ObjectForm
from generation.french.compose import (
    SUPPORTED_FOCUSES,
    SUPPORTED_TENSES,
    CannotCompose,
    ComposedProblem,
    ProblemSpec,
    compose,
)
from generation.french.objects import Wish
from generation.french.realise import realise
from generation.french.scenes import draw_scene
from verbs.french.lexicon import lexicon
from verbs.french.vocabulary import Focus, Tense

SEED = 20_26
PROBLEMS_OF_A_FOCUS = 30


@cache
def problems(focus: Focus) -> list[ComposedProblem]:
    rng = Random(f"{SEED} {focus}")
    found: list[ComposedProblem] = []
    while len(found) < PROBLEMS_OF_A_FOCUS:
        spec = ProblemSpec(focus=focus, tense=rng.choice(SUPPORTED_TENSES))
        try:
            found.append(compose(spec, rng.getrandbits(40)))
        except CannotCompose:
            continue  # a focus that does not go with the tense
    return found


@pytest.mark.parametrize("focus", SUPPORTED_FOCUSES)
def test_every_key_passes_verify(focus: Focus) -> None:
    refused = [
        f"{statement.text} {report.reasons}"
        for problem in problems(focus)
        for statement in problem.statements
        if statement.is_correct and (report := verify(statement.text)).verdict is not Verdict.OK
    ]
    assert not refused, "\n".join(refused)


@pytest.mark.parametrize("focus", SUPPORTED_FOCUSES)
def test_every_corrected_distractor_passes_verify(focus: Focus) -> None:
    refused = [
        f"{corrected} {report.reasons}"
        for problem in problems(focus)
        for statement in problem.statements
        if statement.span is not None
        and statement.correction is not None
        and (
            corrected := statement.text[: statement.span[0]]
            + statement.correction
            + statement.text[statement.span[1] :]
        )
        and (report := verify(corrected)).verdict is Verdict.WRONG
    ]
    assert not refused, "\n".join(refused)


@pytest.mark.parametrize("focus", SUPPORTED_FOCUSES)
def test_classify_names_the_deviation_that_was_applied(focus: Focus) -> None:
    misnamed = []
    for problem in problems(focus):
        for statement in problem.statements:
            if statement.span is None or statement.correction is None:
                continue
            start, end = statement.span
            corrected = statement.text[:start] + statement.correction + statement.text[end:]
            found = classify(corrected, statement.text)
            if found.error_type is not statement.error_type:
                misnamed.append(
                    f"{corrected} / {statement.text}: {found.error_type}, not {statement.error_code}"
                )
    assert not misnamed, "\n".join(misnamed)


@pytest.mark.parametrize("form", [ObjectForm.RELATIVE, ObjectForm.DISLOCATED, ObjectForm.PRONOUN])
def test_an_object_before_its_participle_passes_verify_with_every_verb(form: ObjectForm) -> None:
    refused = []
    for frame in lexicon().frames.values():
        rng = Random(f"{frame.id} {form}")
        for tense in (Tense.PASSE_COMPOSE, Tense.PLUS_QUE_PARFAIT):
            wish = Wish(pronoun=True, cod=True, form=form)
            clause = draw_scene(frame, tense, rng, wish) if frame.cod else None
            if clause is None:
                continue
            report = verify(realise(clause))
            if report.verdict is Verdict.WRONG:
                refused.append(f"{realise(clause)} {report.reasons}")
    assert not refused, "\n".join(refused)
