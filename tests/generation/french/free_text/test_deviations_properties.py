"""What holds for every error made in a free sentence, over hand-written and engine-made ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

import pytest

from generation.french.checking.pairs import check_pair
from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from generation.french.compose import (
    SUPPORTED_FOCUSES,
    SUPPORTED_TENSES,
    CannotCompose,
    ProblemSpec,
    compose,
)
from generation.french.deviations.codes import CODES
from generation.french.free_text.deviations import WrongVersion, wrong_versions
from generation.french.free_text.edits import composed
from tests.generation.french.naming import named
from verbs.french.vocabulary import ErrorType, Language

STATEMENTS = Path(__file__).parents[1] / "statements"
SEED = 20_27
KEYS = 40
#: Every so many of the hand-written right sentences are tried with every type.
STEP = 6
#: The least share of the hand-made pairs whose type of error can be made in their right sentence.
ALL = 0.84
OF_A_TYPE = {ErrorType.PRONOUN_CATEGORY: 0.5, ErrorType.PRONOUN_GENDER: 0.65}
LEAST = 0.72
QUOTES = {Language.ENGLISH: ("“", "”"), Language.FRENCH: ("« ", " »")}


def rows(name: str) -> list[dict[str, str]]:
    lines = (STATEMENTS / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@cache
def pairs() -> list[tuple[str, ErrorType]]:
    found = rows("pairs.jsonl")
    return [(r["correct"], ErrorType(r["error_type"])) for r in found if r["error_type"]]


def engine_keys() -> Iterator[str]:
    rng = Random(SEED)
    made = 0
    while made < KEYS:
        spec = ProblemSpec(focus=rng.choice(SUPPORTED_FOCUSES), tense=rng.choice(SUPPORTED_TENSES))
        try:
            problem = compose(spec, rng.getrandbits(40))
        except CannotCompose:
            continue
        made += 1
        yield next(s.text for s in problem.statements if s.is_correct)


def faults(correct: str, found: tuple[WrongVersion, ...], language: Language) -> Iterator[str]:
    """Yield what is wrong with the versions of a sentence."""
    whole = composed(correct)
    if len({v.text for v in found} | {whole}) <= len(found):
        yield "two versions are the same, or one is right"
    for each in found:
        about = f"{each.text} [{each.code}]"
        shown = each.text[each.start : each.end]
        report = check_pair(correct, each.text, each.error_type)
        if report.verdict is not Verdict.OK or report.error_type is not each.error_type:
            yield f"{about}: {report.verdict} {report.reasons}"
        if each.text[: each.start] + each.correction + each.text[each.end :] != whole:
            yield f"{about}: “{each.correction}” for “{shown}” does not give the sentence back"
        if each.code not in CODES or not each.code.startswith(each.error_type.value + "."):
            yield f"{about}: no code of {each.error_type}"
        left, right = QUOTES[language]
        for words in named(shown, each.correction):
            if not words.strip() or f"{left}{words}{right}" not in each.explanation:
                yield f"{about}: {each.explanation} does not name {words!r}"
        if "{" in each.explanation or f"{left}{right}" in each.explanation:
            yield f"{about}: {each.explanation}"


def all_faults(sentences: list[tuple[str, ErrorType]]) -> list[str]:
    found: list[str] = []
    for number, (correct, error_type) in enumerate(sentences):
        language = (Language.ENGLISH, Language.FRENCH)[number % 2]
        found += faults(correct, wrong_versions(correct, error_type, language), language)
    return found


def test_the_right_sides_of_pairs() -> None:
    found = all_faults(pairs())
    assert not found, "\n".join(found)


@pytest.mark.parametrize("error_type", list(ErrorType))
def test_right_sentences(error_type: ErrorType) -> None:
    texts = [
        row["correct"]
        for row in rows("correct.jsonl")[list(ErrorType).index(error_type) % STEP :: STEP]
    ]
    found = all_faults([(text, error_type) for text in texts])
    assert not found, "\n".join(found)


def test_keys_of_the_engine() -> None:
    sentences = [(text, error_type) for text in engine_keys() for error_type in ErrorType]
    assert any(wrong_versions(*each, Language.ENGLISH) for each in sentences)
    found = all_faults(sentences)
    assert not found, "\n".join(found)


def test_what_is_right_too_is_never_made() -> None:
    """Of two sentences that are both right neither is made of the other as an error."""
    found = []
    for row in rows("both_correct.jsonl"):
        first, second = row["correct"], row["incorrect"]
        for correct, other in ((first, second), (second, first)):
            for error_type in [ErrorType(row["error_type"])] if row["error_type"] else ErrorType:
                versions = wrong_versions(correct, error_type, Language.ENGLISH)
                found += [v.text for v in versions if v.text == composed(other)]
    assert not found


def test_every_version_is_found_again() -> None:
    first = [wrong_versions(*each, Language.FRENCH) for each in pairs()[:40]]
    verify("Autre chose.")
    assert first == [wrong_versions(*each, Language.FRENCH) for each in pairs()[:40]]


def test_the_errors_of_pairs_can_be_made() -> None:
    total: Counter[ErrorType] = Counter(error_type for _, error_type in pairs())
    made: Counter[ErrorType] = Counter(
        each[1] for each in pairs() if wrong_versions(*each, Language.ENGLISH)
    )
    assert made.total() >= ALL * total.total()
    short = {
        error_type.value: f"{made[error_type]} of {count}"
        for error_type, count in total.items()
        if made[error_type] < OF_A_TYPE.get(error_type, LEAST) * count
    }
    assert not short
