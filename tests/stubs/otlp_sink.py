"""A sink for OpenTelemetry over OTLP/HTTP (protobuf): keeps the spans and metrics that are sent to it.

In a test it is ``with Sink() as sink``. As a command it prints each trace as a tree, for people::

    python -m tests.stubs.otlp_sink --port 4318
    OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 ...
"""

from __future__ import annotations

import argparse
import gzip
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

#: Seconds without a new span after which the command prints a trace.
QUIET = 3.0
_KINDS = ("unspecified", "internal", "server", "client", "producer", "consumer")
_STATUSES = ("unset", "ok", "error")


@dataclass(frozen=True)
class Span:
    """A span that ended. Ids are in hexadecimal, ``parent_id`` is "" for a root.

    ``start`` and ``end`` are nanoseconds since 1970; ``links`` are pairs of trace id and span id;
    ``events`` are pairs of name and attributes; ``instance`` tells processes of a service apart.
    """

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    kind: str
    service: str
    attributes: Mapping[str, Any]
    start: int
    end: int
    status: str
    instance: str = ""
    scope: str = ""
    links: Sequence[tuple[str, str]] = ()
    events: Sequence[tuple[str, Mapping[str, Any]]] = ()

    @property
    def milliseconds(self) -> float:
        """How long it took."""
        return (self.end - self.start) / 1e6


@dataclass(frozen=True)
class Point:
    """The latest value of one series of a metric.

    ``value`` is the number of a counter or gauge and the sum of a histogram, whose ``count`` and ``bounds``
    are not empty, and whose ``counts`` are one more. ``kind`` is counter, gauge or histogram (a sum that
    may fall is a gauge).
    """

    name: str
    kind: str
    unit: str
    attributes: Mapping[str, Any]
    value: float
    service: str
    instance: str = ""
    count: int = 0
    bounds: Sequence[float] = ()
    counts: Sequence[int] = ()


@dataclass
class Taken:
    """What came: ``spans``, ``metrics`` by their name, ``logs``: how many; ``bodies``: every request.

    ``refused``: how many requests lacked the header that the sink asks for.
    """

    spans: list[Span] = field(default_factory=list)
    series: dict[tuple[Any, ...], Point] = field(default_factory=dict)
    logs: int = 0
    refused: int = 0
    bodies: list[bytes] = field(default_factory=list)

    @property
    def metrics(self) -> dict[str, list[Point]]:
        """The latest point of each series, by the name of the metric."""
        found: dict[str, list[Point]] = {}
        for point in list(self.series.values()):
            found.setdefault(point.name, []).append(point)
        return found


class Sink(Taken):
    """A sink in threads of this process; ``url`` is what OTEL_EXPORTER_OTLP_ENDPOINT is set to.

    ``required``: headers without which a request is refused with 401. ``status``: what is answered to all
    others; one of 500 and above is a collector that fails. ``delay``: seconds before an answer. ``drop``:
    take everything and keep nothing.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        required: Mapping[str, str] | None = None,
        status: int = 200,
        drop: bool = False,
    ) -> None:
        super().__init__()
        self.required = dict(required or {})
        self.status = status
        self.drop = drop
        self.delay = 0.0
        self.changed = time.monotonic()
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """The base address, without a signal's path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, path: str, body: bytes) -> None:
        """Keep what one request holds. Raises DecodeError, and KeyError for another path."""
        read = {"/v1/traces": _spans, "/v1/metrics": _points, "/v1/logs": _logs}[path]
        for found in read(body):
            if isinstance(found, Span):
                self.spans.append(found)
            elif isinstance(found, Point):
                key = (found.name, found.service, found.instance, *sorted(found.attributes.items()))
                self.series[key] = found
            else:
                self.logs += 1
        self.bodies.append(body)
        if read is _spans:  # metrics come all the time
            self.changed = time.monotonic()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is gone is no news."""


def _handler(sink: Sink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            time.sleep(sink.delay)
            self.send_response(self._taken(body))
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _taken(self, body: bytes) -> int:
            if any(self.headers.get(name) != text for name, text in sink.required.items()):
                sink.refused += 1
                return 401
            if sink.status < 400 and not sink.drop:
                try:
                    sink.take(self.path, body)
                except KeyError:
                    return 404
                except DecodeError:
                    return 400
            return sink.status

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    return Handler


# --- reading --------------------------------------------------------------------------------------


def _value(given: Any) -> Any:
    kind = given.WhichOneof("value")
    if kind == "array_value":
        return tuple(_value(one) for one in given.array_value.values)
    if kind == "kvlist_value":
        return tuple((one.key, _value(one.value)) for one in given.kvlist_value.values)
    return getattr(given, kind) if kind else None


def _attributes(given: Iterable[Any]) -> dict[str, Any]:
    return {one.key: _value(one.value) for one in given}


def _spans(body: bytes) -> Iterator[Span]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        origin = _attributes(resource.resource.attributes)
        for scope in resource.scope_spans:
            for one in scope.spans:
                yield Span(
                    name=one.name,
                    trace_id=one.trace_id.hex(),
                    span_id=one.span_id.hex(),
                    parent_id=one.parent_span_id.hex(),
                    kind=_KINDS[one.kind],
                    service=str(origin.get("service.name", "")),
                    attributes=_attributes(one.attributes),
                    start=one.start_time_unix_nano,
                    end=one.end_time_unix_nano,
                    status=_STATUSES[one.status.code],
                    instance=str(origin.get("service.instance.id", "")),
                    scope=scope.scope.name,
                    links=[(link.trace_id.hex(), link.span_id.hex()) for link in one.links],
                    events=[(event.name, _attributes(event.attributes)) for event in one.events],
                )


def _points(body: bytes) -> Iterator[Point]:
    for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
        origin = _attributes(resource.resource.attributes)
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                yield from _points_of(metric, origin)


def _points_of(metric: Any, origin: Mapping[str, Any]) -> Iterator[Point]:
    form = metric.WhichOneof("data")
    rises = form == "sum" and metric.sum.is_monotonic
    for one in getattr(metric, form).data_points:
        measured = form in ("histogram", "exponential_histogram")
        yield Point(
            name=metric.name,
            kind="histogram" if measured else "counter" if rises else "gauge",
            unit=metric.unit,
            attributes=_attributes(one.attributes),
            value=float(one.sum if measured else getattr(one, one.WhichOneof("value"))),
            service=str(origin.get("service.name", "")),
            instance=str(origin.get("service.instance.id", "")),
            count=one.count if measured else 0,
            bounds=tuple(one.explicit_bounds) if form == "histogram" else (),
            counts=tuple(one.bucket_counts) if form == "histogram" else (),
        )


def _logs(body: bytes) -> Iterator[None]:
    for resource in ExportLogsServiceRequest.FromString(body).resource_logs:
        for scope in resource.scope_logs:
            yield from (None for _ in scope.log_records)


# --- showing --------------------------------------------------------------------------------------

#: What is worth a word beside a span's name.
_SHOWN = (
    "http.response.status_code",
    "gen_ai.request.model",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "quiz.attempt",
    "quiz.outcome",
    "error.type",
)


def tree(spans: Iterable[Span]) -> str:
    """The spans of one trace as a tree, each with its milliseconds, process and some attributes."""
    ordered = sorted(spans, key=lambda one: one.start)
    known = {one.span_id for one in ordered}
    children: dict[str, list[Span]] = {}
    for one in ordered:
        children.setdefault(one.parent_id if one.parent_id in known else "", []).append(one)
    return "\n".join(_lines(children, "", ""))


def _lines(children: Mapping[str, list[Span]], parent: str, indent: str) -> Iterator[str]:
    for one in children.get(parent, []):
        words = [f"{name}={one.attributes[name]}" for name in _SHOWN if name in one.attributes]
        if statement := one.attributes.get("db.query.text"):
            words.append(" ".join(str(statement).split())[:60])
        if one.status == "error":
            words.append("ERROR")
        yield f"{one.milliseconds:9.1f} ms  {indent}{one.name} [{one.service}] {' '.join(words)}".rstrip()
        yield from _lines(children, one.span_id, indent + "  ")


def _print_new(sink: Sink, printed: dict[str, int]) -> None:
    """Print the traces that have grown since they were printed."""
    traces: dict[str, list[Span]] = {}
    for span in list(sink.spans):
        traces.setdefault(span.trace_id, []).append(span)
    for trace_id, spans in traces.items():
        if printed.get(trace_id) != len(spans):
            printed[trace_id] = len(spans)
            print(f"\ntrace {trace_id}, {len(spans)} spans\n{tree(spans)}", flush=True)


def main() -> None:
    """Keep what comes, and print each trace when nothing new has come for a moment."""
    parser = argparse.ArgumentParser(prog="python -m tests.stubs.otlp_sink")
    parser.add_argument("--port", type=int, default=4318)
    parser.add_argument(
        "--header", action="append", default=[], metavar="NAME=TEXT", help="refuse what lacks it"
    )
    parser.add_argument("--drop", action="store_true", help="take everything and keep nothing")
    arguments = parser.parse_args()
    required = dict(one.split("=", 1) for one in arguments.header)
    printed: dict[str, int] = {}
    with Sink(port=arguments.port, required=required, drop=arguments.drop) as sink:
        print(f"listening at {sink.url}", flush=True)
        try:
            while True:
                time.sleep(0.5)
                if time.monotonic() - sink.changed > QUIET:
                    _print_new(sink, printed)
        except KeyboardInterrupt:
            _print_new(sink, printed)


if __name__ == "__main__":
    main()
