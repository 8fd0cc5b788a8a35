"""The pool as a heat map: a row a focus, a column a tense, each cell with a way to act on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from generation.french.cells import can_be_written
from problems import names
from problems.stock import Holding, Stock
from verbs.french.vocabulary import Focus, Level, Tense

#: From so many live problems on a cell is a shade darker; learners meet the same ones again below.
STEPS = (1, 10, 50, 200)
#: How many problems the order form is filled in with for an empty cell.
ORDERED = 50


@dataclass(frozen=True, slots=True)
class Cell:
    """What is shown of one focus in one tense. ``step``: its shade, 0 (empty) to ``len(STEPS)``.

    ``possible``: whether there are such problems at all. ``link`` leads to the problems, or for an empty
    cell to the order form; empty when the person may not go there.
    """

    holding: Holding
    possible: bool
    step: int
    link: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A focus with all its live problems, and its cells by tense."""

    name: str
    total: Cell
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The table, and the levels it can be narrowed to. ``empty``: cells that could be filled."""

    stock: Stock
    level: str | None
    tenses: list[tuple[str, Cell]]
    rows: list[Row]
    total: Cell
    empty: int

    def levels(self) -> list[dict[str, Any]]:
        """The switch: all levels together, or one."""
        choices: list[tuple[str | None, str]] = [(None, _("All levels"))]
        choices += [(level.value, level.value) for level in Level]
        return [
            {
                "name": name,
                "query": f"?level={level}" if level else "?",
                "chosen": level == self.level,
            }
            for level, name in choices
        ]

    def legend(self) -> list[dict[str, Any]]:
        """The shades with the numbers they stand for."""
        said = []
        for step, least in enumerate(STEPS, start=1):
            text = f"{least}–{STEPS[step] - 1}" if step < len(STEPS) else f"{least}+"
            said.append({"step": step, "text": text})
        return said


def level_of(text: str | None) -> str | None:
    """The level that an address names, None for all."""
    return text if text in {level.value for level in Level} else None


def heat_map(stock: Stock, *, level: str | None, may_order: bool) -> HeatMap:
    """The pool, of one level or all. ``may_order``: whether empty cells lead to the order form."""
    held, by_focus = stock.cells(level), stock.by_focus(level)
    rows = []
    for focus in Focus:
        cells = [
            _cell(held.get((focus, tense), Holding()), focus, tense, level, may_order)
            for tense in Tense
        ]
        total = _listed(by_focus.get(focus, Holding()), level, focus=focus)
        rows.append(Row(str(names.FOCUSES[focus]), total, cells))
    columns = []
    for place, tense in enumerate(Tense):
        column = sum((row.cells[place].holding for row in rows), Holding())
        columns.append((str(names.TENSES[tense]), _listed(column, level, tense=tense)))
    return HeatMap(
        stock=stock,
        level=level,
        tenses=columns,
        rows=rows,
        total=_listed(stock.total(level), level),
        empty=sum(one.possible and not one.holding.live for row in rows for one in row.cells),
    )


def _cell(holding: Holding, focus: Focus, tense: Tense, level: str | None, may_order: bool) -> Cell:
    what = _("%(focus)s, %(tense)s") % {
        "focus": names.FOCUSES[focus],
        "tense": names.TENSES[tense],
    }
    if holding.live:
        return Cell(holding, True, _step(holding), _listed(holding, level, focus, tense).link, what)
    possible = can_be_written(focus, tense, Level(level) if level else None)
    link = order_link(focus, tense, level) if possible and may_order else ""
    return Cell(holding, possible, 0, link, what)


def _listed(
    holding: Holding, level: str | None, focus: Focus | None = None, tense: Tense | None = None
) -> Cell:
    """A number that leads to the list of the live problems it counts."""
    query = QueryDict(mutable=True)
    query["status__exact"] = "live"
    for name, value in (
        ("grammatical_focus__exact", focus),
        ("tense", tense),
        ("level__exact", level),
    ):
        if value:
            query[name] = value
    link = f"{reverse('admin:problems_problem_changelist')}?{query.urlencode()}"
    return Cell(holding, True, _step(holding), link if holding.live else "")


def order_link(
    focus: Focus | None = None, tense: Tense | None = None, level: str | None = None
) -> str:
    """The order form, filled in for a cell."""
    query = QueryDict(mutable=True)
    query["count"] = str(ORDERED)
    for name, value in (("grammatical_focus", focus), ("tenses_used", tense), ("level", level)):
        if value:
            query[name] = value
    return f"{reverse('admin:generation_generationrequest_order')}?{query.urlencode()}"


def _step(holding: Holding) -> int:
    return sum(holding.live >= least for least in STEPS)
