"""Where the parts of a chart stand: for inline SVG, which the templates write."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from apikeys.periods import Period

#: Size of a chart in units of its view box, and of what stands beside and below its bars.
WIDTH, HEIGHT = 720, 190
LEFT, BOTTOM, TOP = 64, 32, 12
#: Parts of a bar, from the bottom to the top: attributes of ``Period``.
PARTS = ("well", "errors", "refused", "throttled")
_SPARK_BAR, _SPARK_HEIGHT = 4, 24


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar; ``kind`` is one of ``PARTS``."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What became of the requests of one period. ``labelled``: its time stands below."""

    period: Period
    x: float
    width: float
    parts: tuple[Part, ...]
    labelled: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line across a chart at a number of requests."""

    number: int
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of stacked parts over time."""

    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    #: Where the bars stand.
    ground: int = HEIGHT - BOTTOM


def stacked(periods: Sequence[Period], *, label_every: int) -> Chart:
    """A chart of periods. ``label_every``: of so many bars one has its time below, the last one always."""
    top = _round_above(max(period.total for period in periods))
    room, step = HEIGHT - BOTTOM - TOP, (WIDTH - LEFT) / len(periods)

    def bar(number: int, period: Period) -> Bar:
        parts, below = [], 0
        for kind in PARTS:
            if not (value := getattr(period, kind)):
                continue
            below += value
            y = TOP + room * (1 - below / top)
            parts.append(Part(kind, round(y, 1), round(max(1.0, room * value / top), 1)))
        labelled = (len(periods) - 1 - number) % label_every == 0
        x = LEFT + number * step + step * 0.1
        return Bar(period, round(x, 1), round(step * 0.8, 1), tuple(parts), labelled)

    numbers = sorted({0, top // 2, top})
    lines = tuple(Line(number, round(TOP + room * (1 - number / top), 1)) for number in numbers)
    return Chart(tuple(bar(number, period) for number, period in enumerate(periods)), lines)


@dataclass(frozen=True, slots=True)
class Spark:
    """A small chart of how many requests each period had; for one line of a list."""

    bars: tuple[tuple[float, float, float], ...]  # x, y, height
    bar_width: float
    width: int
    height: int = _SPARK_HEIGHT


def spark(periods: Sequence[Period]) -> Spark:
    """The small chart of periods; a period without a request has a line on the ground."""
    most = max(1, *(period.total for period in periods))
    bars = []
    for number, period in enumerate(periods):
        height = max(1.0, round((_SPARK_HEIGHT - 1) * period.total / most, 1))
        bars.append((number * _SPARK_BAR, round(_SPARK_HEIGHT - height, 1), height))
    return Spark(tuple(bars), _SPARK_BAR - 1, len(periods) * _SPARK_BAR)


def _round_above(number: int) -> int:
    """The next even number that is easily read: 1, 2, 4 or 5 and noughts."""
    if number <= 2:
        return 2
    power: int = 10 ** int(math.log10(number))
    return next(f * power for f in (1, 2, 4, 5, 10) if f * power >= number and f * power % 2 == 0)
