"""The table of focuses and tenses against the engine itself."""

from __future__ import annotations

import random

import pytest

from generation.french.cells import EASIEST, can_be_written
from generation.writers.base import CannotWrite, Plan
from generation.writers.registry import get_writer
from verbs.french.vocabulary import Focus, Level, Tense

CELLS = [(focus, tense) for focus in Focus for tense in Tense]
#: The engine takes a second for some of them: others each time.
SOME = random.Random().sample(sorted(EASIEST), 12)


def engine_can(focus: Focus, tense: Tense, level: Level | None) -> bool:
    try:
        get_writer("rules").check(Plan(focus=focus, tense=tense, level=level))
    except CannotWrite:
        return False
    return True


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell not in EASIEST], ids="-".join)
def test_what_is_never_written_the_engine_refuses(cell: tuple[Focus, Tense]) -> None:
    assert not engine_can(*cell, None)


@pytest.mark.parametrize("cell", SOME, ids="-".join)
def test_from_its_easiest_level_on_a_cell_can_be_written(cell: tuple[Focus, Tense]) -> None:
    levels, easiest = list(Level), EASIEST[cell]
    assert engine_can(*cell, easiest)
    if below := levels[: levels.index(easiest)]:
        assert not engine_can(*cell, below[-1])


def test_levels_are_limits() -> None:
    cell = (Focus.CONJUGATION, Tense.IMPARFAIT)
    assert [can_be_written(*cell, level) for level in Level] == [False, True, True, True]
    assert can_be_written(*cell)
    assert not can_be_written(Focus.AUXILIARY, Tense.PRESENT)
