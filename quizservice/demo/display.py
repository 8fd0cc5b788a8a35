"""What the demo prints: steps, a problem as a learner sees it, and what to do next."""

from __future__ import annotations

import string
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Display:
    """The demo's page on a terminal or in a file. Lines are never wrapped, so they can be pasted."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.began = time.monotonic()
        self._steps: list[tuple[str, float]] = []

    def say(self, text: str = "", style: str = "") -> None:
        """Print one line as it is."""
        self.console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step for the table at the end; one that fails is not in it."""
        began = time.monotonic()
        yield
        self.took(name, time.monotonic() - began)

    def took(self, name: str, seconds: float) -> None:
        """Note and print what a step took."""
        self._steps.append((name, seconds))
        self.say(f"  {name}: {_duration(seconds)}", style="dim")

    def progress(self) -> Progress:
        """A progress bar; other lines go above it."""
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
        )

    def problem(self, problem: dict[str, Any]) -> None:
        """Print a problem, then its answer with every explanation below."""
        letters = string.ascii_uppercase
        statements = problem["statements"]
        key = problem["correct_answer_index"]
        self.say()
        self.say(problem["title"], style="bold")
        if problem["instructions"] and problem["instructions"] != problem["title"]:
            self.say(problem["instructions"])
        self.say()
        for letter, statement in zip(letters, statements, strict=False):
            self.say(f"  {letter}  {statement['content']}")
        self.say()
        translation = statements[key].get("translation")
        self.say(
            f"  Answer: {letters[key]}" + (f"  ({translation})" if translation else ""),
            style="green",
        )
        for letter, statement in zip(letters, statements, strict=False):
            if statement.get("explanation"):
                self.say(f"  {letter}: {statement['explanation']}", style="dim")

    def addresses(self, url: str, key: str, admin: str, password: str) -> None:
        """Print where to go next. The password and the key are shown here and never again."""
        self.say()
        self.say(f"  Console   {url}/admin/   user {admin}, password {password}")
        self.say(f"  A quiz    {url}/try/   to play in the browser")
        self.say(f"  API docs  {url}/api/docs")
        self.say("  A problem from your shell, with the API key named demo:")
        self.say(f"  curl -H 'Authorization: Bearer {key}' {url}/api/v1/problems/random")

    def times(self) -> None:
        """Print how long each step took."""
        self.say()
        width = max((len(name) for name, _ in self._steps), default=0)
        for name, seconds in self._steps:
            self.say(f"  {name:<{width}}  {_duration(seconds):>8}")


def _duration(seconds: float) -> str:
    """A draw takes milliseconds: in tenths of seconds it would be nothing."""
    return f"{seconds * 1000:.0f} ms" if seconds < 0.1 else f"{seconds:.1f} s"
