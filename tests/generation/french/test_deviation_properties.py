"""Every error of thousands of drawn clauses is one, can be undone, and is explained."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from generation.french.clause import Clause
from generation.french.deviations.base import Deviation
from generation.french.deviations.catalogue import TRANSFORMS, choose, errors, errors_of
from generation.french.deviations.codes import CODES, codes_of
from generation.french.deviations.form import made_up
from generation.french.explain import WORDINGS, explain, explain_key
from generation.french.realise import licensed, realise
from tests.generation.french.drawn_clauses import drawn_clauses
from tests.generation.french.naming import named
from tests.generation.french.test_deviations import PRODUCED
from verbs.french.conjugation import index
from verbs.french.lexicon import lexicon
from verbs.french.verb_data import known_infinitives
from verbs.french.vocabulary import AUXILIARY_TENSE, ErrorType, Focus, Language, Person, Tense

CLAUSES = 4000


@pytest.fixture(scope="module")
def clauses() -> Sequence[Clause]:
    return list(drawn_clauses(11, CLAUSES))


@pytest.fixture(scope="module")
def deviations(clauses: Sequence[Clause]) -> Sequence[Deviation]:
    return [each for clause in clauses for each in errors(clause)]


def test_every_error_is_wrong_and_its_correction_right(deviations: Sequence[Deviation]) -> None:
    for deviation in deviations:
        right = licensed(deviation.clause)
        assert deviation.text not in right, deviation
        assert deviation.corrected in right, deviation
        assert 0 <= deviation.start < deviation.end <= len(deviation.text)
        assert deviation.wrong != deviation.correction
        assert deviation.wrong == deviation.wrong.strip(), deviation
        assert deviation.correction == deviation.correction.strip(), deviation


def test_one_region_differs(deviations: Sequence[Deviation]) -> None:
    """Both ends of the sentence are as they were, and the region is short."""
    for deviation in deviations:
        before, after = deviation.text[: deviation.start], deviation.text[deviation.end :]
        assert deviation.corrected.startswith(before)
        assert deviation.corrected.endswith(after)
        assert len(re.split(r"[ -]", deviation.wrong)) <= 9, deviation


def test_every_error_type_and_code_occurs(deviations: Sequence[Deviation]) -> None:
    """Rare codes need not be drawn, but then they are among the written examples."""
    counts = Counter(each.code for each in deviations)
    assert set(counts) <= set(CODES)
    assert {each.error_type for each in deviations} == set(ErrorType)
    written = {
        each.code
        for error_type, given, text, *_ in PRODUCED
        for each in errors_of(given, error_type)
        if each.text == text
    }
    for error_type in ErrorType:
        codes = {f"{error_type}.{code}" for code in codes_of(error_type)}
        if error_type is ErrorType.WRONG_PERSON:
            # Not every person is taken for every other.
            assert len(codes & set(counts)) >= 12
        else:
            assert codes <= set(counts) | written
            assert len(codes & set(counts)) >= 0.6 * len(codes)


def test_no_two_errors_of_a_type_are_alike(clauses: Sequence[Clause]) -> None:
    for clause in clauses[:500]:
        for error_type in TRANSFORMS:
            found = errors_of(clause, error_type)
            assert len({each.text for each in found}) == len(found)
            weights = [each.weight for each in found]
            assert weights == sorted(weights, reverse=True)


def test_the_common_errors_are_drawn_more_often(deviations: Sequence[Deviation]) -> None:
    common = next(each for each in deviations if each.weight == 4)
    rare = next(each for each in deviations if each.weight == 1)
    drawn = Counter(choose((rare, common), Random(seed)).code for seed in range(400))
    assert drawn[common.code] > 2 * drawn[rare.code] > 0


@pytest.mark.parametrize("language", list(Language))
def test_every_error_is_explained(deviations: Sequence[Deviation], language: Language) -> None:
    for deviation in deviations:
        explanation = explain(deviation, language)
        for words in named(deviation.wrong, deviation.correction):
            assert words in explanation
        assert "{" not in explanation
        assert "“”" not in explanation
        assert "«  »" not in explanation, explanation


@pytest.mark.parametrize("language", list(Language))
def test_every_key_is_explained(clauses: Sequence[Clause], language: Language) -> None:
    for clause in clauses[::4]:
        for focus in Focus:
            explanation = explain_key(clause, focus, language)
            assert "{" not in explanation
            assert "“”" not in explanation
            assert "«  »" not in explanation, (explanation, realise(clause))


@pytest.mark.parametrize("language", list(Language))
def test_every_code_has_a_rule_in_every_language(language: Language) -> None:
    rules = WORDINGS[language].rules
    for code in CODES:
        assert code in rules or code.partition(".")[0] in rules, code
    known = set(CODES) | {error_type.value for error_type in ErrorType}
    assert set(rules) <= known


def test_all_languages_explain_the_same_keys() -> None:
    english, *others = (set(wording.keys) for wording in WORDINGS.values())
    assert all(other == english for other in others)
    assert set(WORDINGS) == set(Language)


def test_no_made_up_form_is_a_form_of_any_known_verb() -> None:
    real = index(known_infinitives())
    for infinitive in sorted({frame.verb.infinitive for frame in lexicon().frames.values()}):
        for tense in Tense:
            if tense in AUXILIARY_TENSE:
                continue
            for person in Person:
                for form, code in made_up(infinitive, tense, person):
                    assert (code == "imperative_s") is (form in real), (infinitive, form)
