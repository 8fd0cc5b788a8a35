"""How an order goes on, while a command waits for it: a bar on a terminal, else now and then a line."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from generation.following import Look

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

#: Seconds between two lines where nobody looks on.
LINES_EVERY = 30.0


class Waiting:
    """Shows looks at one order on standard error.

    ``say`` prints a line; ``terminal`` is standard error where it is a terminal, else None.
    """

    def __init__(self, say: Callable[[str], None], terminal: IO[str] | None) -> None:
        self._say = say
        self._terminal = terminal
        self._bar: Bar | None = None
        self._told: tuple[str, ...] = ()
        self._line_at: float | None = None

    def __enter__(self) -> Waiting:
        if self._terminal is not None:
            self._bar = _bar(self._terminal)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, look: Look) -> None:
        """Show how it stands now; what holds the order up is said when it changes."""
        if look.hindrances != self._told:
            self._told = look.hindrances
            for hindrance in look.hindrances or ("It goes on.",):
                self._say(hindrance)
        found = look.progress
        if self._bar is None:
            self._now_and_then(look)
        elif not self._bar.tasks:
            self._bar.add_task("problems", total=found.total, completed=found.ended)
        else:
            self._bar.update(self._bar.tasks[0].id, completed=found.ended)

    def _now_and_then(self, look: Look) -> None:
        now = time.monotonic()
        first = self._line_at is None
        if first or look.over or now - (self._line_at or now) >= LINES_EVERY:
            self._line_at = now
            self._say(f"{look.progress.ended} of {look.progress.total} problems ended.")


def _bar(terminal: IO[str]) -> Bar:
    # loaded only where somebody looks on
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    return Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(file=terminal)
    )
