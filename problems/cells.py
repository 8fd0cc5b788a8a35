"""The cells of the pool, those that are empty included: a focus in a tense that it can be written in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from generation.french.cells import can_be_written
from problems import stock
from problems.stock import Holding
from verbs.french.vocabulary import Focus, Level, Tense


@dataclass(frozen=True, slots=True)
class Cell:
    """So many live problems of a focus in a tense, so many of them never served.

    ``level``: of that level only; None: of all. ``last_drawn_at``: when one of them was served last.
    """

    focus: str
    tense: str
    level: str | None
    live: int
    never_served: int
    last_drawn_at: datetime | None


def cells(level: str | None = None, *, below: int | None = None) -> list[Cell]:
    """The cells as they are now, in the order of the vocabulary; ``level`` narrows to one.

    Those that can be ordered (at that level), and those that have problems nevertheless. ``below``: only
    those that can be ordered and have fewer live problems. A problem with two tenses counts in both.
    """
    held = stock.look().cells(level)
    wanted = Level(level) if level is not None else None
    found = []
    for focus in Focus:
        for tense in Tense:
            holding = held.get((focus.value, tense.value), Holding())
            possible = can_be_written(focus, tense, wanted)
            if possible or (below is None and holding.live):
                numbers = (holding.live, holding.never_served, holding.last_drawn_at)
                found.append(Cell(focus.value, tense.value, level, *numbers))
    return found if below is None else [one for one in found if one.live < below]
