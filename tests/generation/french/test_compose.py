"""Problems: one right sentence, certain errors, nothing that gives the answer away."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress

import pytest

from generation.french.check import check_problem
from generation.french.clause import Clause, ObjectForm, Polarity, SentenceType
from generation.french.compose import (
    SUPPORTED_FOCUSES,
    SUPPORTED_TENSES,
    CannotCompose,
    ComposedProblem,
    Format,
    ProblemSpec,
    compose,
    formats,
    key_verbs,
    probe,
)
from generation.french.deviations.catalogue import errors_of
from generation.french.objects import OTHER_PERSONS as PERSONS_OF_DATIVE
from generation.french.realise import licensed
from generation.french.recipes import RECIPES
from tests.generation.french.answer_cues import GUESSERS, score
from tests.generation.french.naming import named
from verbs.french.vocabulary import ErrorType, Focus, Language, Level, Tense

KINDS = [(focus, tense) for focus in SUPPORTED_FOCUSES for tense in RECIPES[focus].tenses]
SIZE = 420


def _make(form: Format) -> list[ComposedProblem]:
    """Problems of all kinds in turn; kinds that a format cannot have are left out."""
    found: list[ComposedProblem] = []
    seed = 0
    kinds = [kind for kind in KINDS if form in formats(ProblemSpec(*kind))]
    while len(found) < SIZE and seed < 4 * SIZE:
        focus, tense = kinds[seed % len(kinds)]
        with suppress(CannotCompose):
            found.append(compose(ProblemSpec(focus, tense, format=form), seed))
        seed += 1
    return found


@pytest.fixture(scope="module")
def sentences() -> list[ComposedProblem]:
    return _make(Format.SENTENCES)


@pytest.fixture(scope="module")
def slots() -> list[ComposedProblem]:
    return _make(Format.SLOT)


@pytest.fixture(scope="module")
def sample(sentences: list[ComposedProblem], slots: list[ComposedProblem]) -> list[ComposedProblem]:
    return [*sentences, *slots]


def test_every_focus_has_different_sentences_in_each_of_its_tenses(
    sentences: list[ComposedProblem],
) -> None:
    assert len(sentences) == SIZE
    assert {(p.spec.focus, p.spec.tense) for p in sentences} == set(KINDS)
    assert set(SUPPORTED_TENSES) == set(Tense)
    assert set(SUPPORTED_FOCUSES) == set(Focus)


def test_slots_are_one_sentence_with_different_forms(slots: list[ComposedProblem]) -> None:
    assert len(slots) == SIZE
    assert len({p.spec.focus for p in slots}) >= 5
    for problem in slots:
        assert problem.format is Format.SLOT
        assert len({json.dumps(s.clause, sort_keys=True) for s in problem.statements}) == 1
        words = [s.text.split(" ") for s in problem.statements]
        same_first = len({each[0] for each in words}) == 1
        same_last = len({each[-1] for each in words}) == 1
        assert same_first or same_last, [s.text for s in problem.statements]


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
        assert right[0].explanation
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
            for words in named(each.text[start:end], each.correction):
                assert words in each.explanation
            assert not any(each.text in licensed(clause) for clause in clauses)


def test_one_focus_and_tense(sample: list[ComposedProblem]) -> None:
    for problem in sample:
        recipe = RECIPES[problem.spec.focus]
        types = [each.error_type for each in problem.statements if each.error_type]
        assert set(types) <= {*recipe.primary, *recipe.neighbours}
        least = 2 if problem.format is Format.SENTENCES else 1
        assert sum(each in recipe.primary for each in types) >= least
        clauses = [Clause.from_dict(s.clause) for s in problem.statements]
        assert {clause.tense for clause in clauses} == {problem.spec.tense}
        if problem.spec.focus is Focus.NEGATION:
            assert all(clause.negative for clause in clauses)


def test_at_most_one_tense_is_written_for_the_right_one(sample: list[ComposedProblem]) -> None:
    seen = 0
    for problem in sample:
        tenses: set[str] = set()
        for statement in problem.statements:
            if statement.error_type is ErrorType.WRONG_TENSE:
                seen += 1
                known = errors_of(Clause.from_dict(statement.clause), ErrorType.WRONG_TENSE)
                tenses |= {d.facts["wrong_tense"] for d in known if d.text == statement.text}
        assert len(tenses) <= 1
        assert problem.spec.tense.value not in tenses
    assert seen > 50


def test_variety(sample: list[ComposedProblem]) -> None:
    verbs = {verb for problem in sample for verb in problem.metadata["verb_infinitives"]}
    assert len(verbs) >= 250
    types = {s.error_type for problem in sample for s in problem.statements} - {None}
    assert types == set(ErrorType)
    keys = Counter(p.statements[p.correct_index].text for p in sample)
    assert len(keys) >= 0.98 * len(sample)


def test_scenes_of_all_kinds(sentences: list[ComposedProblem]) -> None:
    clauses = [Clause.from_dict(s.clause) for p in sentences for s in p.statements]
    # Nobody gets "ne ... que" wrong in a way that is certain, and few verbs have rien as subject.
    rare = {Polarity.QUE, Polarity.NOTHING}
    assert {clause.polarity for clause in clauses} >= set(Polarity) - rare
    assert {clause.cod_form for clause in clauses} == set(ObjectForm)
    assert {clause.sentence for clause in clauses} == set(SentenceType)
    questions = sum(clause.question for clause in clauses)
    assert 0.02 <= questions / len(clauses) <= 0.15
    assert len({clause.trigger_key for clause in clauses}) >= 50
    assert {clause.dative for clause in clauses} >= set(PERSONS_OF_DATIVE)


def _texts(problems: list[ComposedProblem]) -> list[tuple[list[str], int]]:
    return [([s.text for s in p.statements], p.correct_index) for p in problems]


@pytest.mark.parametrize("name", sorted(GUESSERS))
def test_no_program_without_french_finds_the_answer(
    sentences: list[ComposedProblem], slots: list[ComposedProblem], name: str
) -> None:
    for problems in (sentences, slots, [*sentences, *slots]):
        assert score(GUESSERS[name], _texts(problems)) <= 0.35


def test_the_key_is_anywhere(sample: list[ComposedProblem]) -> None:
    """A chi-square test with three degrees of freedom, at one in a thousand."""
    positions = Counter(problem.correct_index for problem in sample)
    expected = len(sample) / 4
    assert sum((positions[i] - expected) ** 2 / expected for i in range(4)) < 16.27


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


@pytest.mark.parametrize(("focus", "tense"), KINDS[::5])
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
@pytest.mark.parametrize("tense", [Tense.PRESENT, Tense.PASSE_COMPOSE])
def test_one_verb_gives_hundreds_of_problems(focus: Focus, tense: Tense) -> None:
    spec = ProblemSpec(focus, tense, verbs=("acheter",))
    found = {tuple(sorted(s.text for s in compose(spec, seed).statements)) for seed in range(40)}
    assert len(found) == 40


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
        ProblemSpec(Focus.MOOD_AND_TENSE, Tense.SUBJONCTIF),
        ProblemSpec(Focus.MOOD_AND_TENSE, Tense.IMPARFAIT, negation=True),
        ProblemSpec(Focus.CONJUGATION, Tense.IMPERATIF, level=Level.A1),
        ProblemSpec(Focus.REFLEXIVE, Tense.PASSE_SIMPLE, level=Level.B2),
        ProblemSpec(Focus.PRONOUNS, Tense.PRESENT, error_types=(ErrorType.PRONOUN_GENDER,)),
        ProblemSpec(Focus.PRONOUNS, Tense.PASSE_COMPOSE, coi=True, verbs=("donner", "envoyer")),
        ProblemSpec(Focus.AUXILIARY, Tense.CONDITIONNEL_PASSE, themes=("travel",)),
    ],
)
def test_what_is_accepted_is_honoured(spec: ProblemSpec) -> None:
    probe(spec)
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
        (ProblemSpec(Focus.NEGATION, Tense.PRESENT, negation=False), "negative correct"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, verbs=("zyzzer",)), "verb zyzzer"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, verbs=("naître",)), "naître in present"),
        (ProblemSpec(Focus.REFLEXIVE, Tense.PRESENT, verbs=("manger",)), "reflexive"),
        (ProblemSpec(Focus.AUXILIARY, Tense.PASSE_COMPOSE, verbs=("déménager",)), "auxiliary"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, key_verb="dormir", verbs=("manger",)),
         "dormir cannot carry"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, verbs=("dormir",), cod=True),
         "dormir cannot carry"),
        (ProblemSpec(Focus.CONJUGATION, Tense.FUTUR_SIMPLE, level=Level.A1), "level A1"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, themes=("chess",)), "No theme chess"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, statement_count=7), "2 to 6"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT,
                     error_types=(ErrorType.WRONG_AUXILIARY,)), "errors of wrong_auxiliary"),
        (ProblemSpec(Focus.REFLEXIVE, Tense.PRESENT,
                     error_types=(ErrorType.WRONG_AUXILIARY,)), "no errors of wrong_auxiliary"),
        (ProblemSpec(Focus.CONJUGATION, Tense.PRESENT,
                     error_types=(ErrorType.WRONG_TENSE,)), "wrong_tense"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_refused(spec: ProblemSpec, message: str) -> None:
    with pytest.raises(CannotCompose, match=message):
        compose(spec, 1)
    with pytest.raises(CannotCompose):
        probe(spec)


@pytest.mark.parametrize(("focus", "tense"), KINDS)
def test_what_planning_takes_for_granted(focus: Focus, tense: Tense) -> None:
    """Planning does not try a focus in one of its tenses when nothing else is asked for."""
    for count in (2, 4):
        spec = ProblemSpec(focus, tense, statement_count=count, format=Format.SENTENCES)
        probe(spec)
        compose(spec, count)


@pytest.mark.parametrize("level", Level)
def test_problems_of_every_level(level: Level) -> None:
    made = 0
    for focus, tense in KINDS:
        spec = ProblemSpec(focus, tense, level=level)
        with suppress(CannotCompose):
            probe(spec)
            problem = compose(spec, 1)
            assert problem.level is level
            assert check_problem(problem) == []
            made += 1
    assert made >= {Level.A1: 4, Level.A2: 25, Level.B1: 40, Level.B2: 60}[level]


def test_a_format_that_is_asked_for_is_kept() -> None:
    for form in formats(ProblemSpec(Focus.CONJUGATION, Tense.PRESENT)):
        spec = ProblemSpec(Focus.CONJUGATION, Tense.PRESENT, format=form)
        assert {compose(spec, seed).format for seed in range(10)} == {form}
    free = [compose(ProblemSpec(Focus.CONJUGATION, Tense.PRESENT), seed) for seed in range(80)]
    assert 8 <= sum(problem.format is Format.SLOT for problem in free) <= 35
