"""What came over OTLP, as Prometheus would have it: names, labels, kinds, and a history of hours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus

from quizservice.catalogue import CATALOGUE, By, Definition, Kind, prometheus_name
from tests.stubs.otlp_sink import Point
from tests.telemetry.promql import Series

#: What a process calls itself before its own name, in the label ``job``.
NAMESPACE = "language-quiz"
_KINDS = {"counter": Kind.COUNTER, "gauge": Kind.GAUGE, "histogram": Kind.HISTOGRAM}
#: Values that exist although no run shows them all.
_POSSIBLE = {"http_response_status_code": frozenset(str(one.value) for one in HTTPStatus)}

#: A sample's metric, labels, value, and whether it rises with time.
Sample = tuple[str, Mapping[str, str], float, bool]


def translated(point: Point) -> str:
    """What Prometheus calls the metric of a point: ours by the catalogue, others by the same rule."""
    known = CATALOGUE.get(point.name)
    return prometheus_name(
        known or Definition(point.name, _KINDS[point.kind], point.unit, "", By.EVERY)
    )


def samples(points: Iterable[Point]) -> Iterator[Sample]:
    """What Prometheus would store of points."""
    for point in points:
        name = translated(point)
        labels = {
            "job": f"{NAMESPACE}/{point.service}",
            "instance": point.instance,
            **{_label(key): str(value) for key, value in point.attributes.items()},
        }
        if point.kind != "histogram":
            yield name, labels, point.value, point.kind == "counter"
            continue
        yield f"{name}_sum", labels, point.value, True
        yield f"{name}_count", labels, point.count, True
        below = 0
        for bound, count in zip([*point.bounds, float("inf")], point.counts, strict=True):
            below += count
            le = "+Inf" if bound == float("inf") else str(float(bound))
            yield f"{name}_bucket", {**labels, "le": le}, below, True


def _label(name: str) -> str:
    return re.sub(r"\W", "_", name)


def known(metrics: Mapping[str, Sequence[Point]]) -> dict[str, Series]:
    """The metrics that came, with the values of their labels: what came, and what the catalogue names."""
    values: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    kinds: dict[str, str] = {}
    for points in metrics.values():
        for name, labels, _, rises in samples(points):
            kinds[name] = "counter" if rises else "gauge"
            for label, value in labels.items():
                values[name][label].add(value)
    for definition in CATALOGUE.values():
        for suffix in ("", "_bucket", "_sum", "_count"):
            labels_found = values.get(prometheus_name(definition) + suffix)
            for attribute, said in definition.attributes.items():
                if labels_found and attribute in labels_found:
                    labels_found[attribute].update(re.findall(r"`([^`]+)`", said))
    return {
        name: Series(
            kinds[name],
            {
                label: frozenset(some) | _POSSIBLE.get(label, frozenset())
                for label, some in labels.items()
            },
        )
        for name, labels in values.items()
    }


def history(
    metrics: Mapping[str, Sequence[Point]], *, until: int, hours: float, every: int
) -> Iterator[str]:
    """A history in OpenMetrics that ends at ``until`` (seconds since 1970), a sample ``every`` seconds.

    Every counter rises from 0 in equal steps, as if all that was seen happened in each; never-served
    problems become fewer by one a step; other gauges stand still.
    """
    by_name: defaultdict[str, list[Sample]] = defaultdict(list)
    for points in metrics.values():
        for sample in samples(points):
            by_name[sample[0]].append(sample)
    steps = int(hours * 3600 / every)
    for name, found in sorted(by_name.items()):
        yield f"# TYPE {name} unknown"
        falls = name == "quiz_pool_fresh"
        for _, labels, value, rises in found:
            text = ",".join(f'{key}="{_escaped(one)}"' for key, one in sorted(labels.items()))
            for step in range(steps + 1):
                now = value * step if rises else value + (steps - step) * falls
                yield f"{name}{{{text}}} {now} {until - (steps - step) * every}"
    yield "# EOF"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
