"""The dashboard of what is in stock: is there enough to draw from, and for how long?"""

from __future__ import annotations

from deploy.grafana.boards import Board, Row
from deploy.grafana.panels import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    Query,
    lines,
    listing,
    matrix,
    number,
    steps,
)
from deploy.grafana.queries import gauge, rate, rise

FOCUS, LEVEL = 'focus=~"$focus"', 'level=~"$level"'
GENERATED = 'state="generated"'
CELL = "focus, tense, level"
#: From so many live problems on a cell is one that somebody means to keep filled.
STOCKED = 20
#: With fewer never-served problems than that a cell runs dry.
FEW = 10

STOCK = gauge("quiz_pool_stock", FOCUS, LEVEL, by=CELL)
FRESH = gauge("quiz_pool_fresh", FOCUS, LEVEL, by=CELL)
#: Never-served problems that a cell loses in an hour, by the last six hours; only of cells that lose.
LOSS = f"(-3600 * deriv(({FRESH})[6h:5m])) > 0"
_FOCUS_FRESH = f"sum by (focus) ({FRESH})"
_FOCUS_LOSS = f"(-3600 * deriv(({_FOCUS_FRESH})[6h:5m])) > 0"
_HOURS = f"({_FOCUS_FRESH}) / ({_FOCUS_LOSS})"

_WELL = Row(
    "Is it well?",
    [
        number(
            "Live problems",
            "Live problems of the chosen focuses and levels; one with two tenses counts twice.",
            Query(f"sum({STOCK})"),
            unit="short",
            colours=steps(RED, (1, BLUE)),
        ),
        number(
            "Never served",
            "Share of the live problems that nobody has had yet. 0: learners get what others have "
            "had; that is well for a small pool, and a reason to order for one that should stay "
            "ahead.",
            Query(f"sum({FRESH}) / (sum({STOCK}) > 0)"),
            unit="percentunit",
            decimals=0,
            colours=steps(YELLOW, (0.1, GREEN)),
            nothing="no problems",
        ),
        number(
            "Cells running dry",
            f"Cells (focus, tense, level) of at least {STOCKED} live problems with fewer than "
            f"{FEW} that nobody has had, and losing them. Not 0: see the list below, and order for "
            "them.",
            Query(f"count(({FRESH} < {FEW}) and ({LOSS}) and ({STOCK} >= {STOCKED})) or vector(0)"),
            unit="none",
            colours=steps(GREEN, (1, YELLOW)),
        ),
        number(
            "Empty cells",
            "Cells that French has and the pool has nothing for. Draws that ask for them are "
            "answered with 404.",
            Query(f"count({STOCK} == 0) or vector(0)"),
            unit="none",
            colours=steps(GREEN, (1, YELLOW)),
        ),
        number(
            "Hours until the first focus is dry",
            "When the first focus has no never-served problem left, at the pace of the last six "
            "hours.",
            Query(f"min({_HOURS})"),
            unit="h",
            decimals=0,
            colours=steps(RED, (12, YELLOW), (48, GREEN)),
            nothing="not in sight",
        ),
        number(
            "Given out an hour",
            "Problems of the chosen focuses given out within the last hour.",
            Query(rise("quiz_draws_total", FOCUS, window="1h")),
            unit="short",
            decimals=0,
            colours=steps(BLUE),
        ),
        number(
            "Made an hour",
            "Problems made within the last hour, of all focuses.",
            Query(rise("quiz_items_ended_total", GENERATED, window="1h")),
            unit="short",
            decimals=0,
            colours=steps(BLUE),
        ),
        number(
            "Empty draws of an hour",
            "Draws that found nothing within the last hour.",
            Query(rise("quiz_draws_empty_total", window="1h")),
            unit="none",
            decimals=0,
            colours=steps(GREEN, (10, YELLOW), (100, RED)),
        ),
    ],
)

_CELLS = Row(
    "By focus and tense",
    [
        matrix(
            "Live problems",
            "Live problems of each cell, of the chosen levels together. An empty field: French has "
            "no such cell. Red: order problems for it (home page of the admin, the same heat map: "
            "a click orders).",
            f"sum by (focus, tense) ({STOCK})",
            rows="focus",
            columns="tense",
            colours=steps(RED, (1, YELLOW), (STOCKED, GREEN)),
        ),
        matrix(
            "Never served",
            "Live problems of each cell that nobody has had yet.",
            f"sum by (focus, tense) ({FRESH})",
            rows="focus",
            columns="tense",
            colours=steps(RED, (1, YELLOW), (FEW, GREEN)),
        ),
        listing(
            "Cells running dry",
            "Cells that lose never-served problems, with the hours until none is left at the pace "
            "of the last six hours. Order problems for those on top.",
            [
                ("Hours left", "h", f"({FRESH}) / ({LOSS})"),
                ("Never served", "short", f"({FRESH}) and ({LOSS})"),
                ("Live", "short", f"({STOCK}) and ({LOSS})"),
                ("Lost an hour", "short", LOSS),
            ],
            labels=["focus", "tense", "level"],
            sort_by="Hours left",
            colours={"Hours left": steps(RED, (12, YELLOW), (48, GREEN))},
        ),
    ],
)

_COURSE = Row(
    "How it goes",
    [
        lines(
            "Never served by focus",
            "Falls to 0: order problems of that focus.",
            Query(_FOCUS_FRESH, "{{focus}}"),
            unit="short",
        ),
        lines(
            "Hours until dry by focus",
            "Never-served problems by their loss over six hours. A focus without a line loses "
            "none.",
            Query(_HOURS, "{{focus}}"),
            unit="h",
        ),
        lines(
            "Given out against made, an hour",
            "More given out than made: the never-served become fewer, and later problems repeat.",
            [
                Query(f"{rate('quiz_draws_total')} * 3600", "given out"),
                Query(f"{rate('quiz_items_ended_total', GENERATED)} * 3600", "made"),
            ],
            unit="short",
        ),
        lines(
            "Live problems by focus",
            "Falls: problems are retired or purged.",
            Query(f"sum by (focus) ({STOCK})", "{{focus}}"),
            unit="short",
        ),
        lines(
            "Live problems by level",
            "Falls: problems are retired or purged.",
            Query(f"sum by (level) ({STOCK})", "{{level}}"),
            unit="short",
        ),
        lines(
            "Given out by focus an hour",
            "What learners ask for. Compare with what is in stock.",
            Query(f"{rate('quiz_draws_total', FOCUS, by='focus')} * 3600", "{{focus}}"),
            unit="short",
            stacked=True,
        ),
    ],
)

BOARD = Board(
    name="pool",
    title="Language quiz: pool",
    description="Is there enough to draw from, and for how long? Top row first.",
    rows=[_WELL, _CELLS, _COURSE],
    chosen_by={"focus": "quiz_pool_stock", "level": "quiz_pool_stock"},
)
