"""Traces of the observed run: joined from the request to the last statement, and with nothing secret."""

from __future__ import annotations

import re
import uuid

import pytest

from tests.stubs.otlp_sink import Span, tree
from tests.telemetry.conftest import Observed
from tests.telemetry.exercise import CALLER

pytestmark = [pytest.mark.flow, pytest.mark.django_db]


def trace_of(observed: Observed, order: str) -> list[Span]:
    """The trace in which the item of an order was made the last time."""
    wanted = str(observed.done[order])
    tasks = [
        one
        for one in observed.spans
        if one.kind == "consumer" and one.attributes.get("quiz.generation_request_id") == wanted
    ]
    assert tasks, f"no task of the order {order!r} came"
    return observed.trace(max(tasks, key=lambda one: one.start).trace_id)


def below(spans: list[Span], one: Span) -> list[Span]:
    """The spans of which ``one`` is the parent."""
    return [span for span in spans if span.parent_id == one.span_id]


def only(spans: list[Span], **wanted: str) -> Span:
    """The one span with these values."""
    (found,) = [
        one for one in spans if all(getattr(one, name) == value for name, value in wanted.items())
    ]
    return found


def test_one_trace_leads_from_the_request_to_the_last_statement(observed: Observed) -> None:
    spans = trace_of(observed, "ordered")
    root = only(spans, parent_id="")
    assert root.name == "POST api/v1/problems/generate"
    assert (root.kind, root.service) == ("server", "quiz-web")
    inserts = [
        one.attributes["db.query.text"] for one in below(spans, root) if one.name == "INSERT"
    ]
    assert any("generation_generationitem" in text for text in inserts), tree(spans)
    publish = only(spans, kind="producer")
    assert (publish.parent_id, publish.service) == (root.span_id, "quiz-dispatcher")
    task = only(spans, kind="consumer")
    assert (task.parent_id, task.service) == (publish.span_id, "quiz-worker")
    assert task.attributes["quiz.outcome"] == "generated"
    names = {one.name for one in below(spans, task)}
    assert {"quiz.item.write", "quiz.item.judge", "quiz.item.store"} <= names, tree(spans)
    store = only(spans, name="quiz.item.store")
    stored = [
        one.attributes["db.query.text"] for one in below(spans, store) if one.name == "INSERT"
    ]
    assert any("problems_statement" in text for text in stored), tree(spans)


def test_the_four_calls_of_a_model_are_made_together_and_tell_their_tokens(
    observed: Observed,
) -> None:
    spans = trace_of(observed, "ordered")
    calls = below(spans, only(spans, name="quiz.item.write"))
    assert len(calls) == 4, tree(spans)
    assert max(one.start for one in calls) < min(one.end for one in calls), tree(spans)
    for call in calls:
        assert call.attributes["gen_ai.request.model"] == "gpt-4o-mini"
        assert call.attributes["gen_ai.usage.input_tokens"] > 0
        assert call.attributes["gen_ai.usage.output_tokens"] > 0
        (request,) = below(spans, call)
        assert request.attributes["http.response.status_code"] == 200


def test_a_second_attempt_stays_in_the_trace(observed: Observed) -> None:
    spans = trace_of(observed, "put off")
    first, second = (one for one in spans if one.kind == "consumer")
    assert first.attributes["quiz.outcome"] == "waiting"
    assert second.attributes["quiz.outcome"] == "generated"
    publishings = [one for one in spans if one.kind == "producer"]
    assert [first.parent_id, second.parent_id] == [one.span_id for one in publishings]
    assert {one.parent_id for one in publishings} == {only(spans, parent_id="").span_id}


def test_another_try_by_a_person_is_a_trace_of_its_own_linked_with_the_order(
    observed: Observed,
) -> None:
    wanted = str(observed.done["failed"])
    tasks = [
        one for one in observed.spans if one.attributes.get("quiz.generation_request_id") == wanted
    ]
    failed, tried = sorted(tasks, key=lambda one: one.start)
    assert failed.attributes["quiz.outcome"] == "failed"
    root = only(observed.trace(tried.trace_id), parent_id="")
    assert root.attributes["http.route"].endswith("/retry")
    assert failed.trace_id in {trace for trace, _ in root.links}


@pytest.mark.parametrize(
    ("order", "service", "name"),
    [
        ("by click", "quiz-web", "POST admin/generation/generationrequest/order/"),
        ("by command", "quiz-command", "manage.py generate"),
        ("last", "quiz-web", "POST api/v1/problems/generate"),
    ],
)
def test_every_way_to_order_begins_a_trace(
    observed: Observed, order: str, service: str, name: str
) -> None:
    """That of the last order came although all processes were stopped right after it."""
    spans = trace_of(observed, order)
    root = only(spans, parent_id="")
    assert (root.service, root.name) == (service, name)
    assert any(one.name == "quiz.item.store" for one in spans), tree(spans)


def test_all_processes_ended_well(observed: Observed) -> None:
    assert set(observed.statuses.values()) == {0}, observed.logs


def test_no_caller_chooses_a_trace_of_ours(observed: Observed) -> None:
    trace_id, span_id = CALLER.split("-")[1:3]
    assert not observed.trace(trace_id)
    draws = [one for one in observed.spans if one.name == "GET api/v1/problems/grammar/random"]
    assert [(trace_id, span_id)] in [list(one.links) for one in draws]


def test_routes_are_few_and_probes_are_not_traced(observed: Observed) -> None:
    served = [one for one in observed.spans if one.kind == "server"]
    assert not [one for one in served if one.attributes["url.path"] in ("/health", "/ready")]
    ids = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}")
    assert not [one.name for one in served if ids.search(one.name)]
    lost = [one for one in served if "nowhere" in one.attributes["url.path"]]
    assert {one.attributes.get("http.route") for one in lost} == {"api/v1/", None}


def test_an_error_names_its_trace(observed: Observed) -> None:
    (span,) = observed.trace(observed.done["unknown path"]["trace_id"])
    assert span.attributes["http.response.status_code"] == 404
    assert uuid.UUID(span.attributes["quiz.request_id"])


def test_nothing_but_statements_in_a_trace_asks_the_database(observed: Observed) -> None:
    """What threads ask by themselves would be traces of one statement each."""
    roots = [one for one in observed.spans if not one.parent_id]
    assert {one.kind for one in roots} >= {"server", "internal"}
    assert not [one for one in roots if one.kind == "client"]
    known = {one.span_id for one in observed.spans}
    assert not [one for one in observed.spans if one.parent_id and one.parent_id not in known]


def test_nothing_secret_and_no_sentence_leaves_the_process(observed: Observed) -> None:
    sent = b"\n".join(observed.bodies)
    for secret in observed.secrets:
        assert secret.encode() not in sent
    assert len(observed.done["sentences"]) >= 8
    for text in (*observed.done["sentences"], "You write", "nobody_has_this_key"):
        assert text.encode() not in sent
    assert b"generation_generationitem" in sent  # else nothing was looked at


def test_the_receiver_was_shown_the_header_each_time(observed: Observed) -> None:
    assert observed.refused == 0
