"""Whether a query of Prometheus can find anything, judged by the metrics that there are.

:func:`check` follows the labels through a query: what is chosen by a metric's label must be one of its
labels, with a value that occurs; what is grouped or joined by must have come so far; and what a rate is
taken of must be a counter. It knows the functions that are used here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import promql_parser as promql

#: Of what a scalar has instead of labels.
_SCALAR = None
_OF_COUNTERS = ("rate", "increase", "irate")
_OF_GAUGES = ("deriv", "delta", "predict_linear")
_SETS = ("and", "or", "unless")
_LITERALS = re.compile(r"[\w ]+(\|[\w ]+)*")

Labels = frozenset[str] | None


@dataclass(frozen=True)
class Series:
    """What is known of a metric: ``kind`` (counter or gauge) and the values of each label."""

    kind: str
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)


def check(query: str, known: Mapping[str, Series], legend: str = "") -> list[str]:
    """What is wrong with a query, and with the labels that its legend names; nothing when it is well."""
    found, labels = _follow(query, known)
    for name in re.findall(r"{{\s*(\w+)\s*}}", legend):
        if name not in (labels or ()):
            found.append(f"the legend names {name}, which the result does not have")
    return found


def labels_of(query: str, known: Mapping[str, Series]) -> Labels:
    """The labels that the result of a query has; None for a scalar."""
    return _follow(query, known)[1]


def metrics_of(query: str) -> set[str]:
    """The metrics that a query asks for."""
    found: set[str] = set()

    def note(node: promql.Expr) -> None:
        if isinstance(node, promql.VectorSelector) and node.name:
            found.add(node.name)

    promql.walk(promql.parse(query), pre_visit=note)
    return found


def _follow(query: str, known: Mapping[str, Series]) -> tuple[list[str], Labels]:
    try:
        tree = promql.parse(query)
    except ValueError as error:
        return [f"it cannot be read: {error}"], frozenset()
    follower = _Follower(known)
    labels = follower.follow(tree)
    return follower.wrong, labels


class _Follower:
    """Goes through a query from the metrics upwards; ``wrong`` collects what cannot be."""

    def __init__(self, known: Mapping[str, Series]) -> None:
        self.known = known
        self.wrong: list[str] = []

    def follow(self, node: Any) -> Labels:
        """The labels of a part's result."""
        match node:
            case promql.VectorSelector():
                return self._selector(node)
            case promql.MatrixSelector():
                return self._selector(node.vector_selector)
            case promql.AggregateExpr():
                return self._aggregate(node)
            case promql.BinaryExpr():
                return self._binary(node)
            case promql.Call():
                return self._call(node)
            case promql.ParenExpr() | promql.UnaryExpr() | promql.SubqueryExpr():
                return self.follow(node.expr)
            case promql.NumberLiteral() | promql.StringLiteral():
                return _SCALAR
        raise AssertionError(f"a part of a query that is not known here: {type(node).__name__}")

    def _selector(self, node: promql.VectorSelector) -> Labels:
        series = self.known.get(node.name or "")
        if series is None:
            self.wrong.append(f"there is no metric {node.name}")
            return frozenset()
        for matcher in node.matchers.matchers:
            values = series.labels.get(matcher.name)
            if values is None:
                self.wrong.append(f"{node.name} has no label {matcher.name}")
            else:
                self.wrong += _unknown_values(f"{node.name}: {matcher}", matcher, values)
        return frozenset(series.labels)

    def _aggregate(self, node: promql.AggregateExpr) -> Labels:
        inner = self.follow(node.expr) or frozenset()
        if node.modifier is None:
            return frozenset()
        named = frozenset(node.modifier.labels)
        self._has(inner, named, f"{node.op} {node.modifier.type}")
        return named if node.modifier.type == promql.AggModifierType.By else inner - named

    def _binary(self, node: promql.BinaryExpr) -> Labels:
        left, right = self.follow(node.lhs), self.follow(node.rhs)
        if left is None or right is None:
            return right if left is None else left
        matching = node.modifier.matching if node.modifier else None
        op = str(node.op)
        if matching is None:
            if op == "or":
                return left | right
            if left != right:
                self.wrong.append(
                    f"the sides of {op} never meet: one has {sorted(left)}, the other {sorted(right)}"
                )
            return left
        named = frozenset(matching.labels)
        for side in (left, right):
            self._has(side, named, f"{op} {matching.type}")
        if op in _SETS:
            return left | right if op == "or" else left
        group = frozenset((node.modifier and node.modifier.group_labels) or ())
        return (named if matching.type == promql.LabelModifierType.Include else left) | group

    def _call(self, node: promql.Call) -> Labels:
        name = node.func.name
        found = [self.follow(one) for one in node.args]
        labels = next((one for one in found if one is not None), frozenset())
        self._fits(name, node)
        if name in ("vector", "absent", "time"):
            return frozenset()
        if name == "scalar":
            return _SCALAR
        if name == "histogram_quantile":
            self._has(labels, frozenset({"le"}), name)
            return labels - {"le"}
        return labels

    def _fits(self, name: str, node: promql.Call) -> None:
        """A rate is one of a counter, and a slope is one of a gauge."""
        for one in node.args:
            if not isinstance(one, promql.MatrixSelector):
                continue
            metric = one.vector_selector.name or ""
            kind = self.known[metric].kind if metric in self.known else ""
            if (name in _OF_COUNTERS and kind == "gauge") or (
                name in _OF_GAUGES and kind == "counter"
            ):
                self.wrong.append(f"{name} of {metric}, which is a {kind}")

    def _has(self, labels: frozenset[str], named: frozenset[str], where: str) -> None:
        for name in sorted(named - labels):
            self.wrong.append(f"{where}: there is no label {name} any more")


def _unknown_values(where: str, matcher: promql.Matcher, values: frozenset[str]) -> Iterator[str]:
    if matcher.op in (promql.MatchOp.Equal, promql.MatchOp.NotEqual):
        wanted = [matcher.value]
    elif _LITERALS.fullmatch(matcher.value):
        wanted = matcher.value.split("|")
    elif any(re.fullmatch(matcher.value, value) for value in values):
        return
    else:
        yield f"{where} fits none of {sorted(values)}"
        return
    for one in wanted:
        if one not in values:
            yield f"{where}: {one} is none of {sorted(values)}"
