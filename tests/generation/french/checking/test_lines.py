"""JSON lines in, JSON lines out, and nothing lost on the way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from generation.french.checking.lines import Answer, check_line, check_lines
from generation.french.checking.verdict import Verdict
from verbs.french.vocabulary import ErrorType

ROOT = Path(__file__).resolve().parents[4]


def _line(**values: Any) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode()


def test_a_good_pair() -> None:
    line = _line(
        id="a",
        correct="Mes cousins jardinent.",
        incorrect="Mes cousins jardine.",
        error_type="wrong_person",
    )
    answer = check_line(line, 1)
    assert (answer.id, answer.verdict) == ("a", Verdict.OK)
    assert answer.error_type is ErrorType.WRONG_PERSON
    assert not answer.malformed


def test_a_pair_without_a_type_gets_one() -> None:
    answer = check_line(_line(id=2, correct="L'été arrive.", incorrect="Le été arrive."), 1)
    assert (answer.verdict, answer.error_type) == (Verdict.OK, ErrorType.ELISION)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Grondak mange une pomme dans la cuisine.", Verdict.OK),
        ("Le zorglub est cassé.", Verdict.OK),
        ("Vous mange une poire.", Verdict.WRONG),
    ],
)
def test_a_sentence_alone(text: str, verdict: Verdict) -> None:
    for line in (_line(id=1, correct=text), _line(id=1, correct=text, incorrect=None)):
        assert check_line(line, 1).verdict is verdict


@pytest.mark.parametrize(
    ("line", "id_", "message"),
    [
        (b"{", None, "this is not JSON"),
        (b'"text"', None, "this is not a JSON object"),
        (b"\xff\xfe", None, "this is not UTF-8"),
        (b"[" * 100_000, None, "this is not JSON"),
        (_line(correct="Il dort."), None, "id is missing"),
        (_line(id=[1], correct="Il dort."), None, "id must be a string or a whole number"),
        (_line(id=True, correct="Il dort."), None, "id must be a string or a whole number"),
        (_line(id=1), 1, "correct is missing"),
        (_line(id=1, correct=" "), 1, "correct must be a sentence"),
        (_line(id=1, correct=5), 1, "correct must be a sentence"),
        (_line(id=1, correct="Il dort.", incorrect=""), 1, "incorrect must be a sentence"),
        (_line(id=1, correct="Il dort.", incorrect="Il dors.", error_type="oops"), 1, "'oops'"),
        (_line(id=1, correct="Il dort.", incorrect="Il dors.", error_type=[]), 1, "error_type []"),
        (_line(id=1, correct="Il dort.", error_type="elision"), 1, "needs an incorrect sentence"),
    ],
)
def test_a_malformed_line_says_what_is_wrong(line: bytes, id_: int | None, message: str) -> None:
    answer = check_line(line, 3)
    assert answer.malformed
    assert (answer.id, answer.verdict, answer.error_type) == (id_, Verdict.UNSURE, None)
    (reason,) = answer.reasons
    assert reason.startswith("line 3: ")
    assert message in reason


def test_lines_keep_their_order_and_numbers() -> None:
    lines = [b"\n", _line(id="b", correct="Il dort."), b"oops\n", _line(id="c", correct="Il rit.")]
    answers = list(check_lines(lines))
    assert [a.id for a in answers] == ["b", None, "c"]
    assert answers[1].reasons[0].startswith("line 3: ")


def test_an_answer_is_one_line_of_json() -> None:
    answer = Answer("é", Verdict.WRONG, ErrorType.ELISION, ("“à le”",))
    assert json.loads(answer.to_json()) == {
        "id": "é",
        "verdict": "wrong",
        "error_type": "elision",
        "reasons": ["“à le”"],
    }
    assert "\n" not in answer.to_json()
    assert "é" in answer.to_json()


LINES = b"".join(
    (
        _line(id=1, correct="Ils chantent.", incorrect="Ils chante.", error_type="wrong_person"),
        b"\n",
        _line(id=2, correct="Elle dort bien."),
        b"\n",
        _line(id=3, correct="Ils chantent.", incorrect="Ils chante.", error_type="elision"),
    )
)


def _run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "manage.py", "check_statements", *arguments],
        cwd=ROOT,
        input=given,
        capture_output=True,
        check=False,
    )


def test_the_command_reads_standard_input() -> None:
    ran = _run(given=LINES)
    assert ran.returncode == 0, ran.stderr
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [(a["id"], a["verdict"]) for a in answers] == [(1, "ok"), (2, "ok"), (3, "wrong")]
    assert list(answers[0]) == ["id", "verdict", "error_type", "reasons"]


def test_the_command_reads_a_file_and_tells_of_malformed_lines(tmp_path: Path) -> None:
    file = tmp_path / "statements.jsonl"
    file.write_bytes(b"oops\n" + LINES)
    ran = _run(str(file))
    assert ran.returncode != 0
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [a["verdict"] for a in answers] == ["unsure", "ok", "ok", "wrong"]
    assert answers[0]["reasons"][0].startswith("line 1: ")
    assert b"1 line could not be read" in ran.stderr


def test_the_command_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    ran = _run(str(tmp_path / "none.jsonl"))
    assert ran.returncode != 0
    assert b"none.jsonl" in ran.stderr
