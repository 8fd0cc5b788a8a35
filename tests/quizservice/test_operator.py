"""What the commands of operators share: arguments, answers in a pipe and on a terminal, and asking."""

from __future__ import annotations

import argparse
import io
import os
import select
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import IO, Any

import pytest
from django.core.management.base import CommandError
from django.utils import timezone

from quizservice.errors import FieldError, Unprocessable
from quizservice.management.arguments import duration, ids, past, whole, words
from quizservice.management.operator import OperatorCommand, UsageError, counted

PATIENCE = 30.0
A, B = uuid.UUID(int=1), uuid.UUID(int=2)


class Terminal:
    """Both ends of a terminal: what the command has, and what the person sees and types."""

    def __init__(self) -> None:
        self.person, self._command = os.openpty()

    def end(self, mode: str = "w") -> IO[str]:
        """The command's end."""
        return os.fdopen(os.dup(self._command), mode, encoding="utf-8")

    def type(self, text: str) -> None:
        os.write(self.person, text.encode())

    def seen(self, text: str) -> str:
        """What is on the screen once a text is there, or when nothing more comes for long."""
        screen = ""
        while text not in screen and select.select([self.person], [], [], PATIENCE)[0]:
            screen += os.read(self.person, 100_000).decode()
        return screen

    def close(self) -> None:
        os.close(self.person)
        os.close(self._command)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    one = Terminal()
    yield one
    one.close()


def command(stdout: Any = None, stderr: Any = None) -> OperatorCommand:
    return OperatorCommand(stdout=stdout or io.StringIO(), stderr=stderr or io.StringIO())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", timedelta(seconds=90)),
        ("5m", timedelta(minutes=5)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(weeks=2)),
        ("1d12h", timedelta(days=1, hours=12)),
        (" 1D ", timedelta(days=1)),
        ("0s", timedelta(0)),
        ("36500d", timedelta(days=36_500)),
    ],
)
def test_durations(text: str, expected: timedelta) -> None:
    assert duration(text) == expected


@pytest.mark.parametrize("text", ["", "7", "d", "7y", "-7d", "1.5d", "7 d", "7d!", "36501d", "²d"])
def test_what_is_no_duration_is_named(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"duration|hundred years") as refused:
        duration(text)
    assert repr(text) in str(refused.value)


def test_moments() -> None:
    assert past("2031-01-31") == datetime(2031, 1, 31, tzinfo=UTC)
    assert past("2031-01-31T10:00:00+02:00") == datetime(2031, 1, 31, 8, tzinfo=UTC)
    before = timezone.now()
    assert before - timedelta(days=7) <= past("7d") <= timezone.now() - timedelta(days=7)
    for text in ("2031-02-31", "yesterday", ""):
        with pytest.raises(argparse.ArgumentTypeError, match="neither a duration"):
            past(text)


def test_whole_numbers() -> None:
    assert whole(1, 5)("5") == 5
    for text in ("0", "6", "-1", "²", "x", ""):
        with pytest.raises(argparse.ArgumentTypeError, match="no whole number from 1 to 5"):
            whole(1, 5)(text)


def test_ids_come_from_arguments_and_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = f"{A}\n\n  {B}\tlive\tElle est partie.\n{A}\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    assert ids([str(B), "-"]) == [B, A]
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    assert words(["-", "x"]) == [str(A), str(B), "x"]


def test_what_is_no_id_is_named_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{A}\nnone\n"))
    with pytest.raises(UsageError, match="line 2 of standard input: 'none' is no id") as refused:
        ids(["-"])
    assert refused.value.returncode == 2
    with pytest.raises(UsageError, match=r"^'none' is no id"):
        ids(["none"])


def test_ids_are_not_awaited_from_a_person(
    monkeypatch: pytest.MonkeyPatch, terminal: Terminal
) -> None:
    monkeypatch.setattr(sys, "stdin", terminal.end("r"))
    with pytest.raises(UsageError, match="by a pipe"):
        ids(["-"])


def test_in_a_pipe_a_record_is_a_line_and_nothing_steers_the_terminal() -> None:
    out = io.StringIO()
    rows = [("a\tb\nc", None, 5), ("\x1b[31mred\x1b[0m", "", datetime(2031, 1, 31, 8, tzinfo=UTC))]
    assert command(stdout=out).table(rows, ("!id", "x", ">n")) == 2
    assert out.getvalue() == "a b c\t-\t5\n[31mred [0m\t-\t2031-01-31 08:00\n"


def test_on_a_terminal_it_is_a_table_with_whole_ids(
    monkeypatch: pytest.MonkeyPatch, terminal: Terminal
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    table = command(stdout=terminal.end())
    table.table([(A, "long " * 20, 7)], ("!id", "words", ">n"))
    seen = terminal.seen(str(A))
    assert "words" in seen
    assert str(A) in seen
    table.table([], ("!id",))  # nothing to print


def test_json() -> None:
    out = io.StringIO()
    command(stdout=out).print_lines([{"id": A, "at": datetime(2031, 1, 31, tzinfo=UTC)}, {"é": 1}])
    assert out.getvalue() == (f'{{"id":"{A}","at":"2031-01-31T00:00:00Z"}}\n{{"é":1}}\n')


@pytest.mark.parametrize(
    ("typed", "goes_on"), [("yes", True), ("YES", True), ("y", False), ("", False)]
)
def test_a_person_is_asked(
    monkeypatch: pytest.MonkeyPatch, terminal: Terminal, typed: str, goes_on: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", terminal.end("r"))
    asked = command(stderr=terminal.end())
    terminal.type(f"{typed}\n")
    if goes_on:
        asked.confirm("Delete 5?", yes=False)
    else:
        with pytest.raises(CommandError, match="Nothing was done"):
            asked.confirm("Delete 5?", yes=False)
    question = "Delete 5? Type yes to go on"
    assert question in terminal.seen(question)


def test_without_a_terminal_nothing_is_done_unless_it_was_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    with pytest.raises(CommandError, match=r"Delete 5\?\nNothing was done.*--yes"):
        command().confirm("Delete 5?", yes=False)
    command().confirm("Delete 5?", yes=True)


def test_what_a_service_refuses_is_told_with_its_fields() -> None:
    with pytest.raises(CommandError) as refused, command().refusals():
        raise Unprocessable("It cannot be.", errors=[FieldError("count", "max", "At most 5.")])
    assert str(refused.value) == "It cannot be.\n  count: At most 5."


def test_numbers_with_their_nouns() -> None:
    assert counted(1, "entry", "entries") == "1 entry"
    assert counted(12_000, "problem") == "12,000 problems"


_PROGRAM = """
import sys
from django.conf import settings
settings.configure(DATABASES={})
from quizservice.management.operator import OperatorCommand
class Command(OperatorCommand):
    requires_system_checks = ()
    def add_arguments(self, parser):
        actions = self.actions(parser)
        self.action(actions, "list", self.list, help="list things: many", examples="x list\\n  y")
        self.action(actions, "fail", self.fail, help="fail")
    def list(self, options):
        self.table(((n, "x" * 100) for n in range(100_000)), ("n", "x"))
    def fail(self, options):
        raise KeyboardInterrupt
Command().run_from_argv(["manage.py", "things", *sys.argv[1:]])
"""


def run(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def test_it_ends_quietly_when_nobody_reads_on() -> None:
    with run("list") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"0\tx")
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (141, b"")


def test_exit_statuses_and_help() -> None:
    interrupted, usage, helped = run("fail"), run("nothing"), run("list", "--help")
    out, said = interrupted.communicate()
    assert (interrupted.returncode, out, said) == (130, b"", b"Interrupted.\n")
    out, said = usage.communicate()
    assert (usage.returncode, out) == (2, b"")
    assert b"invalid choice: 'nothing'" in said
    out, said = helped.communicate()
    assert (helped.returncode, said) == (0, b"")
    assert b"List things: many.\n" in out
    assert out.endswith(b"examples:\n  x list\n  y\n")
