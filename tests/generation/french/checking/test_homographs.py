"""Correct sentences, plain ones and such full of homographs: no error may be found in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from generation.french.checking.pairs import check_pair
from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify

SENTENCES = Path(__file__).with_name("homographs.txt").read_text(encoding="utf-8").splitlines()


def test_no_error_is_found_in_plain_sentences() -> None:
    sentences = (
        Path(__file__).with_name("plain_sentences.txt").read_text(encoding="utf-8").splitlines()
    )
    reports = {sentence: verify(sentence) for sentence in sentences}
    wrong = {s: r.reasons for s, r in reports.items() if r.verdict is Verdict.WRONG}
    unsure = {s: r.reasons for s, r in reports.items() if r.verdict is Verdict.UNSURE}
    assert len(sentences) > 1000
    assert not wrong
    assert len(unsure) <= len(sentences) // 100, unsure


@pytest.mark.parametrize("sentence", SENTENCES)
def test_no_error_is_found(sentence: str) -> None:
    report = verify(sentence)
    assert report.verdict is Verdict.OK, report.reasons


@pytest.mark.parametrize(
    ("correct", "also_correct"),
    [
        ("Le tour est fini.", "La tour est finie."),
        ("Le livre est lourd.", "La livre est lourde."),
        ("L'élève est sorti.", "L'élève est sortie."),
        ("Le secrétaire écrit.", "La secrétaire écrit."),
        ("Je sais où il est.", "Je sais qui il est."),
        ("Il vient à Paris.", "Il vient de Paris."),
        ("Elle boit du café.", "Elle boit le café."),
    ],
)
def test_two_readings_are_no_pair(correct: str, also_correct: str) -> None:
    assert check_pair(correct, also_correct).verdict is not Verdict.OK
    assert check_pair(also_correct, correct).verdict is not Verdict.OK
