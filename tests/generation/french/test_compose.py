"""Problems: one right sentence, certain errors, nothing that gives the answer away."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from generation.french.check import check_problem
from generation.french.clause import Clause
from generation.french.compose import (
    SUPPORTED_FOCUSES,
    SUPPORTED_TENSES,
    CannotCompose,
    ComposedProblem,
    ProblemSpec,
    compose,
    key_verbs,
)
from generation.french.realise import licensed
from generation.french.recipes import RECIPES
from tests.generation.french.answer_cues import GUESSERS, score
from verbs.french.vocabulary import ErrorType, Focus, Language, Level, Tense

KINDS = [(focus, tense) for focus in SUPPORTED_FOCUSES for tense in RECIPES[focus].tenses]
FIRST_ERROR_TYPES = {
    ErrorType.WRONG_AUXILIARY,
    ErrorType.PARTICIPLE_AGREEMENT,
    ErrorType.WRONG_PERSON,
    ErrorType.NEGATION_STRUCTURE,
    ErrorType.PRONOUN_PLACEMENT,
    ErrorType.WRONG_FORM,
}


@pytest.fixture(scope="module")
def sample() -> list[ComposedProblem]:
    return [compose(ProblemSpec(*KINDS[i % len(KINDS)]), i) for i in range(600)]


def test_the_engine_stands_by_every_problem(sample: list[ComposedProblem]) -> None:
    for problem in sample:
        assert check_problem(problem) == [], problem


def test_one_right_sentence_and_certain_errors(sample: list[ComposedProblem]) -> None:
    for problem in sample:
        texts = [each.text for each in problem.statements]
        assert len(set(texts)) == 4
        right = [each for each in problem.statements if each.is_correct]
        assert len(right) == 1
        assert right[0].translation
        assert right[0].explanation is None
        assert right[0].error_type is None
        assert right[0].span is None
        clauses = [Clause.from_dict(each.clause) for each in problem.statements]
        for each in problem.statements:
            if each.is_correct:
                continue
            assert each.translation is None
            assert each.explanation
            assert each.span is not None
            assert each.correction is not None
            start, end = each.span
            assert each.text[start:end] in each.explanation
            assert not any(each.text in licensed(clause) for clause in clauses)


def test_one_focus_and_tense(sample: list[ComposedProblem]) -> None:
    for problem in sample:
        recipe = RECIPES[problem.spec.focus]
        types = [each.error_type for each in problem.statements if each.error_type]
        assert set(types) <= {*recipe.primary, *recipe.neighbours}
        assert sum(each in recipe.primary for each in types) >= 2
        assert {Clause.from_dict(s.clause).tense for s in problem.statements} == {
            problem.spec.tense
        }
        if problem.spec.focus is Focus.NEGATION:
            assert all(Clause.from_dict(s.clause).negative for s in problem.statements)


def test_variety(sample: list[ComposedProblem]) -> None:
    verbs = {verb for problem in sample for verb in problem.metadata["verb_infinitives"]}
    assert len(verbs) >= 150
    types = {s.error_type for problem in sample for s in problem.statements}
    assert types >= FIRST_ERROR_TYPES
    keys = Counter(p.statements[p.correct_index].text for p in sample)
    assert len(keys) >= 590


@pytest.mark.parametrize("name", sorted(GUESSERS))
def test_no_program_without_french_finds_the_answer(
    sample: list[ComposedProblem], name: str
) -> None:
    problems = [([s.text for s in p.statements], p.correct_index) for p in sample]
    assert score(GUESSERS[name], problems) <= 0.35


def test_the_key_is_anywhere(sample: list[ComposedProblem]) -> None:
    positions = Counter(problem.correct_index for problem in sample)
    # Four standard deviations around 150 of 600.
    assert all(108 <= positions[index] <= 192 for index in range(4))


def test_the_guessers_find_obvious_answers() -> None:
    """The programs above are no empty test: they solve items that do give the key away."""
    variants = [
        "Je le vois hier.",
        "Je le vois demain.",
        "Tu le vois demain.",
        "Je la vois demain.",
    ]
    assert score(GUESSERS["nearest"], [(variants, 1)]) == 1.0
    same = ["Il est allé.", "Elle a dormi.", "Paul a couru.", "Marc a ri."]
    assert score(GUESSERS["alone_lacks"], [(same, 0)]) == 1.0


@pytest.mark.parametrize(("focus", "tense"), KINDS)
def test_the_same_seed_gives_the_same_problem(focus: Focus, tense: Tense) -> None:
    spec = ProblemSpec(focus, tense)
    assert compose(spec, 5) == compose(spec, 5)
    assert compose(spec, 5) != compose(spec, 6)


def test_clauses_and_metadata_are_json(sample: list[ComposedProblem]) -> None:
    for problem in sample[:50]:
        stored = json.loads(json.dumps([s.clause for s in problem.statements]))
        assert stored == [s.clause for s in problem.statements]
        assert json.loads(json.dumps(problem.metadata)) == problem.metadata


@pytest.mark.parametrize("focus", [Focus.CONJUGATION, Focus.NEGATION, Focus.PRONOUNS])
@pytest.mark.parametrize("tense", SUPPORTED_TENSES)
def test_one_verb_gives_hundreds_of_problems(focus: Focus, tense: Tense) -> None:
    spec = ProblemSpec(focus, tense, verbs=("acheter",))
    found = {tuple(sorted(s.text for s in compose(spec, seed).statements)) for seed in range(100)}
    assert len(found) == 100


@pytest.mark.parametrize(
    "spec",
    [
        ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, verbs=("manger", "finir", "se lever")),
        ProblemSpec(Focus.AUXILIARY, Tense.PASSE_COMPOSE, verbs=("aller",)),
        ProblemSpec(Focus.AGREEMENT, Tense.PASSE_COMPOSE, key_verb="se laver"),
        ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, level=Level.A1),
        ProblemSpec(Focus.NEGATION, Tense.FUTUR_SIMPLE, level=Level.A2),
        ProblemSpec(Focus.AGREEMENT, Tense.PASSE_COMPOSE, level=Level.B2),
        ProblemSpec(Focus.CONJUGATION, Tense.IMPARFAIT, negation=True),
        ProblemSpec(Focus.CONJUGATION, Tense.PASSE_COMPOSE, negation=False, cod=True, coi=True),
        ProblemSpec(Focus.PRONOUNS, Tense.PRESENT, cod=False, coi=True),
        ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, themes=("food", "travel")),
        ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, statement_count=2),
        ProblemSpec(Focus.NEGATION, Tense.PRESENT, statement_count=6),
        ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, error_types=(ErrorType.WRONG_FORM,)),
        ProblemSpec(Focus.AUXILIARY, Tense.PASSE_COMPOSE, error_types=(ErrorType.WRONG_AUXILIARY,)),
        ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, language=Language.FRENCH),
    ],
)
def test_what_is_accepted_is_honoured(spec: ProblemSpec) -> None:
    assert key_verbs(spec)
    for seed in range(15):
        problem = compose(spec, seed)
        assert check_problem(problem) == []
        assert len(problem.statements) == spec.statement_count
        key = problem.statements[problem.correct_index]
        assert not spec.verbs or set(problem.metadata["verb_infinitives"]) <= set(spec.verbs)
        assert spec.key_verb in (None, problem.metadata["verb_infinitives"][0])
        assert problem.metadata["verb_infinitives"][0] == key.infinitive
        assert spec.level in (None, problem.level)
        assert spec.negation in (None, problem.metadata["includes_negation"])
        assert spec.cod in (None, problem.metadata["includes_cod"])
        assert spec.coi in (None, problem.metadata["includes_coi"])
        assert not spec.themes or set(spec.themes) & set(problem.themes)
        types = {s.error_type for s in problem.statements if s.error_type}
        assert not spec.error_types or types <= set(spec.error_types)
        assert (key.translation is None) == (spec.language is Language.FRENCH)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (ProblemSpec(Focus.AUXILIARY, Tense.PRESENT), "auxiliary are made in passe_compose"),
        (ProblemSpec(Focus.MOOD_AND_TENSE, Tense.PRESENT), "no problems about mood_and_tense"),
        (ProblemSpec(Focus.NEGATION, Tense.PRESENT, negation=False), "negative correct"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, verbs=("zyzzer",)), "verb zyzzer"),
        (ProblemSpec(Focus.CONJUGATION, Tense.SUBJONCTIF), "not in subjonctif"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, verbs=("naître",)), "naître in present"),
        (ProblemSpec(Focus.REFLEXIVE, Tense.PRESENT, verbs=("manger",)), "reflexive"),
        (ProblemSpec(Focus.AUXILIARY, Tense.PASSE_COMPOSE, verbs=("déménager",)), "auxiliary"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, key_verb="dormir", verbs=("manger",)),
         "dormir cannot carry"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, verbs=("dormir",), cod=True),
         "with a COD"),
        (ProblemSpec(Focus.CONJUGATION, Tense.FUTUR_SIMPLE, level=Level.A1), "level A1"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, themes=("chess",)), "No theme chess"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, statement_count=7), "2 to 6"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT,
                     error_types=(ErrorType.WRONG_AUXILIARY,)), "wrong_auxiliary in present"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT,
                     error_types=(ErrorType.WRONG_TENSE,)), "wrong_tense"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_refused(spec: ProblemSpec, message: str) -> None:
    with pytest.raises(CannotCompose, match=message):
        compose(spec, 1)
    with pytest.raises(CannotCompose):
        key_verbs(spec)
