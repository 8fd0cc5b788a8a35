"""What makes an error certain: one repair only, nobody else who can be meant, no other reading."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from generation.french.checking.pairs import check_pair, classify
from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from generation.french.clause import Clause
from generation.french.compose import (
    SUPPORTED_FOCUSES,
    SUPPORTED_TENSES,
    CannotCompose,
    ProblemSpec,
    compose,
)
from generation.french.deviations.base import Deviation
from generation.french.deviations.catalogue import errors
from verbs.french.vocabulary import ErrorType

FOLDER = Path(__file__).parent / "certainty"


def rows(name: str) -> list[tuple[str, ...]]:
    """Return the lines of a file of sentences, comments left out."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if not line.startswith("#")]


#: Sentences with an error that shows without a correct one beside it.
WRONG = [
    ("La lampe est sur le table.", ErrorType.DETERMINER),
    ("Il dort dans le chambre.", ErrorType.DETERMINER),
    ("Tu vois le table.", ErrorType.DETERMINER),
    ("Nous avons vu un si belle plage.", ErrorType.DETERMINER),
    ("Je n'ai mangé rien parce que j'étais malade.", ErrorType.NEGATION_STRUCTURE),
    ("Je ne la téléphone jamais, à ma mère.", ErrorType.PRONOUN_CATEGORY),
    ("Il faut les obéir.", ErrorType.PRONOUN_CATEGORY),
    ("Le nez des clowns sont rouge.", ErrorType.WRONG_PERSON),
    ("Le sac dans lequel il a rangés ses livres est lourd.", ErrorType.PARTICIPLE_AGREEMENT),
]


@pytest.mark.parametrize(("correct", "incorrect"), rows("several_errors.tsv"))
def test_several_errors_are_no_pair(correct: str, incorrect: str) -> None:
    for error_type in (None, *ErrorType):
        report = check_pair(correct, incorrect, error_type)
        assert report.verdict is not Verdict.OK, (error_type, report.reasons)


@pytest.mark.parametrize(("first", "second"), rows("both_right.tsv"))
def test_two_right_sentences_are_no_pair(first: str, second: str) -> None:
    for correct, other in ((first, second), (second, first)):
        report = check_pair(correct, other)
        assert report.verdict is not Verdict.OK, (correct, other, report.error_type)


@pytest.mark.parametrize("text", [text for (text,) in rows("right.tsv")])
def test_a_right_sentence_is_ok(text: str) -> None:
    report = verify(text)
    assert report.verdict is Verdict.OK, report.reasons


@pytest.mark.parametrize(("text", "error_type"), WRONG)
def test_an_error_shows_in_one_sentence(text: str, error_type: ErrorType) -> None:
    report = verify(text)
    assert (report.verdict, report.error_type) == (Verdict.WRONG, error_type), report.reasons


@pytest.mark.parametrize(("name", "correct", "incorrect"), rows("certain.tsv"))
def test_a_certain_error_is_ok(name: str, correct: str, incorrect: str) -> None:
    report = check_pair(correct, incorrect, ErrorType(name))
    assert report.verdict is Verdict.OK, report.reasons
    assert verify(correct).verdict is Verdict.OK
    found = classify(correct, incorrect)
    assert ErrorType(name) in {found.error_type, *found.also}


def _both(one: Deviation, other: Deviation) -> str | None:
    """Return the sentence with two errors, None if they touch or belong to different sentences."""
    first, second = sorted((one, other), key=lambda each: each.start)
    apart = first.start + len(first.correction) < second.start
    if not apart or first.corrected != second.corrected:
        return None
    text = first.corrected
    for each in (second, first):
        text = text[: each.start] + each.wrong + text[each.start + len(each.correction) :]
    return text


def test_two_deviations_of_one_clause_are_no_pair() -> None:
    """A participle that follows its wrong auxiliary is one error and left out."""
    rng = Random(4)
    tried = 0
    together = {ErrorType.WRONG_AUXILIARY, ErrorType.PARTICIPLE_AGREEMENT}
    while tried < 150:
        spec = ProblemSpec(focus=rng.choice(SUPPORTED_FOCUSES), tense=rng.choice(SUPPORTED_TENSES))
        try:
            problem = compose(spec, rng.getrandbits(40))
        except CannotCompose:
            continue
        found = errors(Clause.from_dict(problem.statements[0].clause))
        for one, other in zip(rng.sample(found, len(found)), found, strict=True):
            types = {one.error_type, other.error_type}
            text = _both(one, other)
            if text is None or len(types) < 2 or types == together:
                continue
            tried += 1
            for named in (None, one.error_type, other.error_type):
                report = check_pair(one.corrected, text, named)
                assert report.verdict is not Verdict.OK, (one.corrected, text, report.reasons)
