"""How the queries of the dashboards are put together.

Prometheus has no answer for a label value that nothing was counted under, and ``NaN`` for nothing by
nothing. On a dashboard the first means 0 and the second a gap or 0; these functions say so in one place.

Gauges of the leading dispatcher are read by ``max``: after another one has taken the lead, both are seen
for some minutes.
"""

from __future__ import annotations

#: Chooses one installation: the service's namespace is the first part of the label ``job``.
NAMESPACE = 'job=~"$namespace/.+"'
#: The window of rates: as long as one step of the picture, and never shorter than four samples.
WINDOW = "$__rate_interval"
#: The routes that draw a problem.
DRAW_ROUTES = 'http_route=~".*problems/(grammar/)?random.*"'


def series(metric: str, *matchers: str) -> str:
    """A metric of the chosen installation, narrowed by matchers such as ``'state="waiting"'``."""
    return f"{metric}{{{', '.join((NAMESPACE, *matchers))}}}"


def _by(labels: str) -> str:
    return f" by ({labels}) " if labels else ""


def rate(metric: str, *matchers: str, by: str = "", window: str = WINDOW) -> str:
    """How often a second a counter counts, by labels; without labels 0 when nothing was counted."""
    found = f"sum{_by(by)}(rate({series(metric, *matchers)}[{window}]))"
    return found if by else f"({found} or vector(0))"


def rise(metric: str, *matchers: str, by: str = "", window: str) -> str:
    """By how much a counter rose within a window; without labels 0 when nothing was counted."""
    found = f"sum{_by(by)}(increase({series(metric, *matchers)}[{window}]))"
    return found if by else f"({found} or vector(0))"


def share(
    metric: str, part: str, *matchers: str, by: str = "", window: str = WINDOW, idle: str = ""
) -> str:
    """Which share of a counter falls under the matcher ``part``: 0 to 1, by labels.

    Where nothing was counted at all there is no share; without labels ``idle`` is shown then.
    """
    whole = f"sum{_by(by)}(rate({series(metric, *matchers)}[{window}]))"
    some = f"sum{_by(by)}(rate({series(metric, part, *matchers)}[{window}]))"
    found = f"({some} or 0 * {whole}) / ({whole} > 0)"
    return f"{found} or vector({idle})" if idle else found


def quantile(which: float, metric: str, *matchers: str, by: str = "", window: str = WINDOW) -> str:
    """A quantile of a histogram, by labels; nothing where nothing was measured."""
    labels = f"{by}, le" if by else "le"
    rates = f"sum by ({labels}) (rate({series(f'{metric}_bucket', *matchers)}[{window}]))"
    return f"histogram_quantile({which}, {rates}) >= 0"


def mean(metric: str, *matchers: str, by: str = "", window: str = WINDOW) -> str:
    """The mean of a histogram, by labels; nothing where nothing was measured."""
    total = f"sum{_by(by)}(rate({series(f'{metric}_sum', *matchers)}[{window}]))"
    count = f"sum{_by(by)}(rate({series(f'{metric}_count', *matchers)}[{window}]))"
    return f"{total} / ({count} > 0)"


def gauge(metric: str, *matchers: str, by: str = "") -> str:
    """A gauge as the dispatcher that leads sees it, by labels."""
    return f"max{_by(by)}({series(metric, *matchers)})"
