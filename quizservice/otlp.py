"""OpenTelemetry's SDK as this service sets it up; imported only where telemetry is on.

What is sent tells of code, statements and numbers, never of their contents: see ``Discreet``.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import (
    DropAggregation,
    ExplicitBucketHistogramAggregation,
    View,
)
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, Status, TraceState
from opentelemetry.util.types import Attributes

from quizservice.catalogue import LIBRARY_BUCKETS
from quizservice.log_secrets import Blotter

NAMESPACE = "language-quiz"
#: Seconds between two lines of the log about telemetry that cannot be sent.
SILENCE = 60.0
#: Attributes that hold what people typed, or who they are.
_PRIVATE = frozenset({"url.query", "client.address", "client.port", "exception.message"})
#: Attributes in which callers may write a key by mistake.
_FREE = ("url.path", "user_agent.original")
_BLOTTER = Blotter.from_environment(os.environ)
#: Metrics of libraries that say nothing which others do not.
_USELESS = ("flower.*", "db.client.response.returned_rows")


def resource(kind: str, version: str) -> Resource:
    """What this process is called. OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come first."""
    ours = {
        "service.namespace": NAMESPACE,
        "service.name": f"quiz-{kind}",
        "service.version": version,
        "service.instance.id": f"{socket.gethostname()}:{os.getpid()}",
    }
    return Resource.create({**ours, **OTELResourceDetector().detect().attributes})


class Own(Sampler):
    """Decides as OTEL_TRACES_SAMPLER says, but begins no trace with a call to another server.

    Threads that look at the database now and then would fill the store with traces of one statement.
    """

    def __init__(self, chosen: Sampler) -> None:
        self.chosen = chosen

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """See ``Sampler``."""
        if kind is SpanKind.CLIENT:
            above = trace.get_current_span(parent_context).get_span_context()
            if not above.is_valid:
                return SamplingResult(Decision.DROP)
        return self.chosen.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    def get_description(self) -> str:
        """See ``Sampler``."""
        return f"Own({self.chosen.get_description()})"


class Discreet(SpanExporter):
    """Sends spans without what their exceptions said, without query strings, addresses of callers and keys.

    The texts of exceptions hold values: the database's tell the row that was refused, a model's what was
    asked. They stand in the log, which knows the trace's id too.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """See ``SpanExporter``."""
        return self._exporter.export([_discreet(one) for one in spans if not _is_idle(one)])

    def shutdown(self) -> None:
        """See ``SpanExporter``."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """See ``SpanExporter``."""
        return self._exporter.force_flush(timeout_millis)


def _is_idle(span: ReadableSpan) -> bool:
    """Whether a span is of an empty statement, by which a pool asks whether a connection still lives."""
    return span.kind is SpanKind.CLIENT and (span.attributes or {}).get("db.query.text") == ""


def _discreet(span: ReadableSpan) -> ReadableSpan:
    attributes = span.attributes or {}
    public = _public(attributes)
    if public == attributes and not (span.events or span.status.description):
        return span
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=public,
        events=[
            Event(event.name, _public(event.attributes or {}), event.timestamp)
            for event in span.events
        ],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _public(attributes: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in attributes.items() if name not in _PRIVATE}
    for name in _FREE:
        if name in kept:
            kept[name] = _BLOTTER.blot(str(kept[name]))
    if stack := kept.get("exception.stacktrace"):
        places = [line for line in str(stack).splitlines() if line.startswith('  File "')]
        kept["exception.stacktrace"] = "\n".join(places)
    return kept


def tracer_provider(described: Resource) -> TracerProvider:
    """Samples as the environment says, and sends in batches from a thread of its own."""
    provider = TracerProvider(resource=described, shutdown_on_exit=False)
    provider.sampler = Own(provider.sampler)  # before any tracer takes it from there
    provider.add_span_processor(BatchSpanProcessor(Discreet(OTLPSpanExporter())))
    trace.set_tracer_provider(provider)
    return provider


def meter_provider(described: Resource) -> MeterProvider:
    """Sends every metric each OTEL_METRIC_EXPORT_INTERVAL milliseconds (a minute)."""
    views = [View(instrument_name=name, aggregation=DropAggregation()) for name in _USELESS]
    views += [
        View(instrument_name=name, aggregation=ExplicitBucketHistogramAggregation(bounds))
        for name, bounds in LIBRARY_BUCKETS.items()
    ]
    provider = MeterProvider(
        metric_readers=[PeriodicExportingMetricReader(OTLPMetricExporter())],
        resource=described,
        views=views,
        shutdown_on_exit=False,
    )
    metrics.set_meter_provider(provider)
    return provider


class Seldom(logging.Filter):
    """Lets one record pass in ``SILENCE`` seconds: a collector that is away is no news each time."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._passed = -SILENCE

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record may pass."""
        with self._lock:
            now = time.monotonic()
            if now - self._passed < SILENCE:
                return False
            self._passed = now
            return True


def hush() -> None:
    """Have all loggers of OpenTelemetry together say something once a minute at most."""
    seldom = Seldom()
    for name in list(logging.root.manager.loggerDict):
        if name.startswith("opentelemetry."):
            logging.getLogger(name).addFilter(seldom)
