"""The checker on sentences written by hand from grammar books, kept out of its rules and lexicon."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generation.french.checking.pairs import check_pair
from generation.french.checking.verdict import Report, Verdict
from generation.french.checking.verify import verify
from verbs.french.vocabulary import ErrorType

STATEMENTS = Path(__file__).parents[1] / "statements"
#: The share of pairs with one error that must be recognised.
RECOGNISED = 0.95


def lines(name: str) -> list[dict[str, Any]]:
    text = (STATEMENTS / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def report(line: dict[str, Any]) -> Report:
    named = line["error_type"]
    return check_pair(line["correct"], line["incorrect"], ErrorType(named) if named else None)


def test_pairs_with_one_error_are_recognised() -> None:
    pairs = lines("pairs.jsonl")
    missed = [
        f"{line['id']}: {line['incorrect']} ({'; '.join(found.reasons)})"
        for line in pairs
        if (found := report(line)).verdict is not Verdict.OK
    ]
    assert len(pairs) >= 150
    assert {line["error_type"] for line in pairs} >= set(ErrorType)
    assert len(missed) <= (1 - RECOGNISED) * len(pairs), "\n".join(missed)


def test_the_error_that_is_found_is_the_one_that_is_named() -> None:
    for line in lines("pairs.jsonl"):
        found = report(line)
        if found.verdict is Verdict.OK and line["error_type"]:
            assert found.error_type == line["error_type"], line


@pytest.mark.parametrize("name", ["correct.jsonl", "pairs.jsonl", "both_correct.jsonl"])
def test_no_correct_sentence_is_judged_wrong(name: str) -> None:
    sentences = [line["correct"] for line in lines(name)]
    if name == "both_correct.jsonl":
        sentences += [line["incorrect"] for line in lines(name)]
    wrong = [
        f"{sentence}: {found.reasons}"
        for sentence in sentences
        if (found := verify(sentence)).verdict is Verdict.WRONG
    ]
    assert len(sentences) >= 150 or name == "both_correct.jsonl"
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["both_correct.jsonl", "not_ok.jsonl"])
def test_what_is_no_pair_with_one_error_of_its_type_is_never_ok(name: str) -> None:
    accepted = [
        f"{line['id']}: {line['correct']} / {line['incorrect']}"
        for line in lines(name)
        if report(line).verdict is Verdict.OK
    ]
    assert not accepted, "\n".join(accepted)
