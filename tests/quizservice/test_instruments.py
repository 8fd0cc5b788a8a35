"""Instruments: nothing without telemetry, counted and read with it, and named as the documentation says."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from quizservice import caching, instruments
from quizservice.catalogue import CATALOGUE, Definition, Kind, prometheus_name

Read = Callable[[], dict[str, list[Any]]]
DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "telemetry.md"


@pytest.fixture
def exported() -> Iterator[Read]:
    """Telemetry of a web process; gives the points of each metric that an export would send now."""
    reader = InMemoryMetricReader()
    provider = MeterProvider(metric_readers=[reader], shutdown_on_exit=False)
    instruments.bind(provider.get_meter("tests"), "web")

    def read() -> dict[str, list[Any]]:
        data = reader.get_metrics_data()
        return {
            metric.name: list(metric.data.data_points)
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }

    yield read
    instruments.unbind()
    provider.shutdown()


def values(points: list[Any]) -> dict[tuple[str, ...], float]:
    return {tuple(point.attributes.values()): point.value for point in points}


def test_without_telemetry_nothing_is_counted() -> None:
    instruments.draws.add(1, focus="negation", language="eng")
    instruments.item_duration.record(1.0, generator="rules", outcome="generated")
    assert not instruments.draws.on
    assert instruments.draws.measured() == []


def test_counts_are_exported_and_grow(exported: Read) -> None:
    instruments.draws.add(2, focus="negation", language="eng")
    instruments.draws.add(1, language="fra", focus="pronouns")  # in any order
    assert values(exported()["quiz.draws"]) == {("negation", "eng"): 2, ("pronouns", "fra"): 1}
    instruments.draws.add(1, focus="negation", language="eng")
    assert values(exported()["quiz.draws"])["negation", "eng"] == 3


def test_threads_lose_no_count(exported: Read) -> None:
    def count() -> None:
        for _ in range(2000):
            instruments.draws.add(1, focus="negation", language="eng")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert values(exported()["quiz.draws"]) == {("negation", "eng"): 8000}


def test_other_attributes_are_an_error_that_names_them(exported: Read) -> None:
    with pytest.raises(TypeError, match=r"quiz\.draws has the attributes focus, language, not foc"):
        instruments.draws.add(1, foc="negation", language="eng")
    with pytest.raises(TypeError, match="not focus, language, problem"):
        instruments.draws.add(1, focus="negation", language="eng", problem="7")


def test_a_flood_of_attributes_is_kept_small(exported: Read) -> None:
    for number in range(instruments.MOST + 50):
        instruments.draws.add(1, focus=str(number), language="eng")
    found = values(exported()["quiz.draws"])
    assert len(found) == instruments.MOST + 1
    assert found["other", "other"] == 50


def test_what_is_known_beforehand_begins_at_zero(exported: Read) -> None:
    refused = values(exported()["quiz.keys.refused"])
    assert set(refused) == {(one,) for one in CATALOGUE["quiz.keys.refused"].values["reason"]}
    assert set(refused.values()) == {0}
    assert "quiz.publish.messages" not in exported()  # the dispatcher's, not a web process's


def test_times_fall_into_the_catalogues_buckets(exported: Read) -> None:
    instruments.publish_duration.record(0.004, priority="bulk", outcome="ok")
    (point,) = exported()["quiz.publish.duration"]
    assert point.explicit_bounds == CATALOGUE["quiz.publish.duration"].buckets
    assert dict(point.attributes) == {"priority": "bulk", "outcome": "ok"}


def test_a_gauge_that_nobody_can_read_is_absent(exported: Read) -> None:
    told = [(3.0, {"priority": "bulk"})]
    instruments.kafka_lag.read_with(lambda: told)
    try:
        assert values(exported()["quiz.kafka.lag"]) == {("bulk",): 3}
        told.clear()
        assert "quiz.kafka.lag" not in exported()
    finally:
        instruments.kafka_lag.read_with(None)


def test_a_gauge_that_fails_takes_no_other_with_it(exported: Read) -> None:
    def fail() -> list[instruments.Measured]:
        raise RuntimeError("cannot be read")

    instruments.kafka_lag.read_with(fail)
    instruments.draws.add(1, focus="negation", language="eng")
    try:
        found = exported()
    finally:
        instruments.kafka_lag.read_with(None)
    assert "quiz.draws" in found
    assert "quiz.kafka.lag" not in found


def test_caches_tell_their_look_ups(exported: Read) -> None:
    caching.trust(float("inf"))
    cache: caching.LocalCache[str, str] = caching.LocalCache("of a test", tables=[])
    cache.get("a")
    cache.put("a", "b")
    cache.get("a")
    cache.get("a")
    found = values(exported()["quiz.cache.lookups"])
    del caching._caches["of a test"]
    assert (found["of a test", "hit"], found["of a test", "miss"]) == (2, 1)


# --- the catalogue --------------------------------------------------------------------------------


def test_every_definition_has_its_instrument() -> None:
    assert sorted(one.definition.name for one in instruments._ALL) == sorted(CATALOGUE)
    for definition in CATALOGUE.values():
        assert bool(definition.buckets) == (definition.kind is Kind.HISTOGRAM)
        assert set(definition.values) <= set(definition.attributes)
        assert list(definition.buckets) == sorted(set(definition.buckets))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("quiz.items", "quiz_items"),
        ("quiz.items.oldest_waiting", "quiz_items_oldest_waiting_seconds"),
        ("quiz.items.ended", "quiz_items_ended_total"),
        ("quiz.item.duration", "quiz_item_duration_seconds"),
        ("quiz.model.cost", "quiz_model_cost_total"),
        ("quiz.budget.used", "quiz_budget_used_ratio"),
        ("quiz.cache.lookups", "quiz_cache_lookups_total"),
    ],
)
def test_prometheus_has_a_name_of_its_own_for_each(name: str, expected: str) -> None:
    assert prometheus_name(CATALOGUE[name]) == expected


def row(definition: Definition) -> str:
    """The row of the documentation's table for a metric."""
    attributes = "; ".join(f"`{name}`: {said}" for name, said in definition.attributes.items())
    unit = f"{definition.kind}, {definition.unit}"
    names = f"`{definition.name}`<br>`{prometheus_name(definition)}`"
    return f"| {names} | {unit} | {definition.description} | {attributes} | {definition.by} |"


def test_the_documentation_has_every_metric_and_no_other() -> None:
    written = re.findall(r"^\| `quiz\.[^|]*<br>.*$", DOCUMENT.read_text(), re.MULTILINE)
    assert written == [row(definition) for definition in CATALOGUE.values()]
