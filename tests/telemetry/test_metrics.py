"""Metrics of the observed run: each of the catalogue is there, and says what really happened."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from quizservice.catalogue import CATALOGUE, ENDS, REASONS, STAGES, By, Definition, Kind
from tests.stubs.otlp_sink import Point
from tests.telemetry.conftest import Observed
from tests.telemetry.steps import CANCELLED, EXPIRED, MADE

pytestmark = [pytest.mark.flow, pytest.mark.django_db]

_FORMS = {
    Kind.COUNTER: "counter",
    Kind.OBSERVED_COUNTER: "counter",
    Kind.GAUGE: "gauge",
    Kind.HISTOGRAM: "histogram",
}
_SERVICES = {
    By.WEB: {"quiz-web"},
    By.WORKER: {"quiz-worker"},
    By.LEADER: {"quiz-dispatcher"},
    By.DISPATCHER: {"quiz-dispatcher"},
}


def sums(observed: Observed, metric: str, *attributes: str) -> dict[Any, float]:
    """The values of a metric over all processes, by these attributes; without zeros."""
    found: defaultdict[Any, float] = defaultdict(float)
    for point in observed.metrics[metric]:
        values = tuple(point.attributes[name] for name in attributes)
        found[values[0] if len(values) == 1 else values] += point.value
    return {key: value for key, value in found.items() if value}


def gauges(observed: Observed, metric: str) -> list[Point]:
    """The points of a gauge when all that the exercise had begun was done."""
    found: list[Point] = observed.done["gauges"][metric]
    return found


@pytest.mark.parametrize("definition", CATALOGUE.values(), ids=lambda one: one.name)
def test_each_metric_comes_as_the_catalogue_has_it(
    observed: Observed, definition: Definition
) -> None:
    points = observed.metrics.get(definition.name, [])
    assert points
    for point in points:
        assert point.kind == _FORMS[definition.kind]
        assert point.unit == definition.unit
        assert set(point.attributes) == set(definition.attributes)
        assert point.bounds == definition.buckets
    assert {one.service for one in points} <= _SERVICES.get(
        definition.by, {"quiz-web", "quiz-worker", "quiz-dispatcher", "quiz-command"}
    )
    seen = {
        "quiz.dispatcher.leading",
        "quiz.broker.up",
        "quiz.items",
        "quiz.kafka.lag",
        "quiz.items.oldest_waiting",
    }
    # those five are well at zero or at one when nothing is left to do; each is looked at below
    assert definition.name in seen or any(one.value > 0 for one in points)


def test_nothing_of_ours_comes_that_is_not_in_the_catalogue(observed: Observed) -> None:
    ours = {name for name in observed.metrics if name.startswith("quiz.")}
    assert ours == set(CATALOGUE)


# --- items ----------------------------------------------------------------------------------------


def test_ends_are_counted_once_by_state_and_writer(observed: Observed) -> None:
    expected = Counter(observed.done["ledger"]["ended"])
    expected["failed", "openai"] += 1  # it was tried again, and ended a second time
    expected["cancelled", "rules"] += CANCELLED
    expected["expired", "rules"] += EXPIRED
    assert sums(observed, "quiz.items.ended", "state", "generator") == expected
    assert {state for state, _ in expected} <= set(ENDS)
    assert sums(observed, "quiz.items.ended", "priority")["bulk"] == CANCELLED + EXPIRED + MADE


def test_attempts_are_counted_with_their_seconds(observed: Observed) -> None:
    counted = sums(observed, "quiz.item.attempts", "outcome")
    assert sum(counted.values()) == observed.done["ledger"]["attempts"]
    assert counted["waiting"] >= 1  # the model asked for a pause
    assert counted["failed"] == 1
    timed: Counter[str] = Counter()
    for point in observed.metrics["quiz.item.duration"]:
        timed[point.attributes["outcome"]] += point.count
        assert point.value > 0
    assert timed == counted


def test_every_stage_is_timed(observed: Observed) -> None:
    counted: Counter[tuple[str, str]] = Counter()
    for point in observed.metrics["quiz.item.stage.duration"]:
        counted[point.attributes["stage"], point.attributes["generator"]] += point.count
    assert {stage for stage, _ in counted} == set(STAGES)
    waits = sum(number for (stage, _), number in counted.items() if stage == "wait")
    assert waits == observed.done["ledger"]["attempts"]
    stored = {generator: counted["store", generator] for generator in ("openai", "rules")}
    ended = observed.done["ledger"]["ended"]
    assert stored == {name: ended["generated", name] for name in stored}


# --- models ---------------------------------------------------------------------------------------


def test_calls_tokens_and_cost_are_those_of_the_ledger(observed: Observed) -> None:
    ledger = observed.done["ledger"]
    calls = sums(observed, "quiz.model.calls", "outcome")
    assert sum(calls.values()) == ledger["calls"]
    assert sum(calls.values()) - calls["ok"] == ledger["failures"]
    assert calls["unavailable"] >= 1  # 429
    assert calls["error"] >= 3  # answers that were no JSON
    assert sums(observed, "quiz.model.tokens", "type") == ledger["tokens"]
    cost = sums(observed, "quiz.model.cost", "model")
    assert cost.keys() == {"gpt-4o-mini"}
    assert cost["gpt-4o-mini"] == pytest.approx(float(ledger["cost"]), abs=1e-5)


def test_the_used_share_of_the_budgets_is_told(observed: Observed) -> None:
    found = {one.attributes["kind"]: one.value for one in gauges(observed, "quiz.budget.used")}
    assert found.keys() == {"tokens", "cost"}
    assert all(0 < share < 1 for share in found.values())


def test_statements_are_counted_by_what_became_of_them(observed: Observed) -> None:
    counted = sums(observed, "quiz.statements", "error_type", "outcome")
    assert counted == observed.done["ledger"]["statements"]
    outcomes = {outcome for _, outcome in counted}
    assert {"accepted", "repaired", "rewritten"} <= outcomes
    assert any(error_type == "none" for error_type, _ in counted)


# --- serving --------------------------------------------------------------------------------------


def test_draws_are_counted_by_what_was_given_out(observed: Observed) -> None:
    assert observed.done["drawn"].total() >= 8
    assert sums(observed, "quiz.draws", "focus", "language") == observed.done["drawn"]


def test_empty_draws_are_counted_by_what_was_asked_for(observed: Observed) -> None:
    assert sums(observed, "quiz.draws.empty", "focus", "language") == {
        ("any", "any"): 2,
        ("negation", "any"): 1,
        ("negation", "eng"): 1,
        ("several", "other"): 1,
    }


def test_the_stock_is_told_by_cell_with_zeros(observed: Observed) -> None:
    cells = ("focus", "tense", "level")
    found = {
        tuple(point.attributes[name] for name in cells): point.value
        for point in gauges(observed, "quiz.pool.stock")
    }
    assert {cell: number for cell, number in found.items() if number} == observed.done["live"]
    assert 0 in found.values()
    fresh = [point.value for point in gauges(observed, "quiz.pool.fresh")]
    assert len(fresh) == len(found)
    assert MADE <= sum(fresh) < sum(found.values())  # some were given out


def test_caches_tell_how_often_they_were_asked(observed: Observed) -> None:
    found = sums(observed, "quiz.cache.lookups", "cache", "result")
    assert found["api_key_cache", "hit"] > found["api_key_cache", "miss"] > 0


def test_refusals_are_counted_by_their_reason(observed: Observed) -> None:
    found = sums(observed, "quiz.keys.refused", "reason")
    assert found == observed.done["refused"]
    assert found.keys() == set(REASONS)


# --- the dispatcher -------------------------------------------------------------------------------


def test_the_leader_tells_of_items_broker_and_processes(observed: Observed) -> None:
    def values(metric: str, attribute: str) -> dict[str, float]:
        return {one.attributes[attribute]: one.value for one in gauges(observed, metric)}

    assert values("quiz.processes", "kind") == {"web": 1, "worker": 2, "dispatcher": 1}
    assert values("quiz.kafka.lag", "priority") == {"interactive": 0, "bulk": 0}
    assert values("quiz.items.oldest_waiting", "priority") == {"interactive": 0, "bulk": 0}
    assert [one.value for one in gauges(observed, "quiz.broker.up")] == [1]
    assert [one.value for one in gauges(observed, "quiz.dispatcher.leading")] == [1]
    places = {
        (one.attributes["priority"], one.attributes["state"])
        for one in gauges(observed, "quiz.items")
    }
    assert places == {
        (priority, state)
        for priority in ("interactive", "bulk")
        for state in ("waiting", "published", "processing")
    }


def test_publishing_is_counted_and_timed(observed: Observed) -> None:
    published = sums(observed, "quiz.publish.messages", "kind")
    # one message for each attempt, unless one came while its item was not to be had
    assert published["due"] >= observed.done["ledger"]["attempts"]
    batches = list(_counts(observed, "quiz.publish.duration"))
    assert 0 < sum(batches) <= sum(published.values())


def _counts(observed: Observed, metric: str) -> Iterator[int]:
    return (point.count for point in observed.metrics[metric])


def test_requests_of_the_api_are_timed_finely_enough_for_a_draw(observed: Observed) -> None:
    points = observed.metrics["http.server.request.duration"]
    draws = [one for one in points if "problems/random" in str(one.attributes.get("http.route"))]
    assert draws
    for point in draws:
        assert sum(bound < 0.01 for bound in point.bounds) >= 5
