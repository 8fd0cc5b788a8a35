"""Spans of our own, and the trace that a block of code runs in.

Without telemetry these do next to nothing, and no package of OpenTelemetry is loaded.
``quizservice.telemetry`` switches them on by ``begin``.

A trace parent is the text of W3C's header ``traceparent``: it names a trace and a span of it, and tells
whether the trace is recorded. It is kept with what is done later, elsewhere; "" stands for none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.trace import Span, SpanContext, SpanKind, Tracer

#: The prefix of the attributes of our spans.
PREFIX = "quiz."
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")

# read once by whoever uses it: the end of a process takes it away while other threads still work
_tracer: Tracer | None = None
_nothing: AbstractContextManager[None] = nullcontext()


def begin(tracer: Tracer | None) -> None:
    """Make spans by this tracer from now on; None: make none any more."""
    global _tracer
    _tracer = tracer


def parse(traceparent: str) -> tuple[str, str, bool] | None:
    """Trace id, span id, and whether the trace is recorded; None where the text is no trace parent."""
    match = _TRACEPARENT.fullmatch(traceparent)
    return (match[1], match[2], bool(int(match[3], 16) & 1)) if match else None


# --- where we are ---------------------------------------------------------------------------------


def _current() -> Span:
    from opentelemetry.trace import get_current_span

    return get_current_span()


def recording() -> bool:
    """Whether this block of code runs in a trace that is recorded."""
    return _tracer is not None and _current().is_recording()


def traceparent() -> str:
    """The trace parent of what this block of code begins; "" without a trace."""
    if _tracer is None:
        return ""
    return _as_text(_current().get_span_context())


def _as_text(context: SpanContext) -> str:
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def trace_id() -> str | None:
    """The id of the trace that this block of code runs in; None when none is recorded."""
    if _tracer is None:
        return None
    context = _current().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid and context.trace_flags.sampled else None


# --- spans ----------------------------------------------------------------------------------------


def span(name: str, /, **attributes: str | int | float | bool) -> AbstractContextManager[object]:
    """A span round a block; the names of its attributes get the prefix ``quiz.``.

    An exception that leaves the block is noted on the span, by its type and its place.
    """
    if (tracer := _tracer) is None:
        return _nothing
    return tracer.start_as_current_span(name, attributes=_prefixed(attributes))


def note(**attributes: str | int | float | bool) -> None:
    """Attributes for the span that is current, with the prefix ``quiz.``."""
    if _tracer is not None:
        _current().set_attributes(_prefixed(attributes))


def _prefixed(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{PREFIX}{name}": value for name, value in attributes.items()}


def failed(error: BaseException) -> None:
    """Note on the current span that it failed by this exception, which was answered and not raised."""
    if recording():
        from opentelemetry.trace import StatusCode

        current = _current()
        current.record_exception(error)
        current.set_attribute("error.type", type(error).__qualname__)
        current.set_status(StatusCode.ERROR)


def link(traceparent: str) -> None:
    """Let the current span refer to one of another trace; does nothing for a text that names none."""
    if recording() and (context := _context(traceparent)) is not None:
        _current().add_link(context)


def _context(traceparent: str) -> SpanContext | None:
    from opentelemetry.trace import SpanContext, TraceFlags

    parsed = parse(traceparent)
    if parsed is None:
        return None
    trace, parent, sampled = parsed
    flags = TraceFlags(TraceFlags.SAMPLED if sampled else TraceFlags.DEFAULT)
    context = SpanContext(int(trace, 16), int(parent, 16), is_remote=True, trace_flags=flags)
    return context if context.is_valid else None


def statement(sql: str) -> AbstractContextManager[object]:
    """A span round a statement that no instrumented cursor sends; only in a trace that is recorded."""
    if (tracer := _tracer) is None or not _current().is_recording():
        return _nothing
    from opentelemetry.trace import SpanKind

    attributes = {"db.system.name": "postgresql", "db.query.text": sql}
    name = sql.split(None, 1)[0]
    return tracer.start_as_current_span(name, kind=SpanKind.CLIENT, attributes=attributes)


@contextmanager
def untraced() -> Iterator[None]:
    """A block whose statements and calls get no spans: looking again and again is not worth one each."""
    if _tracer is None:
        yield
        return
    from opentelemetry.instrumentation.utils import suppress_instrumentation

    with suppress_instrumentation():
        yield


@contextmanager
def sending(parents: Sequence[str], destination: str) -> Iterator[list[str]]:
    """Spans round the sending of messages, each in the trace of its parent; yields their trace parents.

    A message without a parent gets no span, and "" for its trace parent. Without telemetry the parents
    themselves are given back, so that the trace of others goes on.
    """
    if _tracer is None:
        yield list(parents)
        return
    from opentelemetry.trace import SpanKind

    spans = [_child(parent, f"publish {destination}", SpanKind.PRODUCER) for parent in parents]
    try:
        yield [_as_text(one.get_span_context()) if one else "" for one in spans]
    except Exception as error:
        for one in filter(None, spans):
            one.record_exception(error)
            one.set_attribute("error.type", type(error).__qualname__)
            _mark_failed(one)
        raise
    finally:
        for one in filter(None, spans):
            one.end()


def _mark_failed(one: Span) -> None:
    from opentelemetry.trace import StatusCode

    one.set_status(StatusCode.ERROR)


def _child(parent: str, name: str, kind: SpanKind) -> Span | None:
    from opentelemetry.trace import NonRecordingSpan, set_span_in_context

    tracer, context = _tracer, _context(parent)
    if tracer is None or context is None:
        return None
    attributes = {"messaging.system": "kafka", "messaging.operation.type": "send"}
    above = set_span_in_context(NonRecordingSpan(context))
    return tracer.start_span(name, context=above, kind=kind, attributes=attributes)


def link_caller(span: Span, traceparent: str) -> None:
    """Link the span of a request with the caller's, where its header names one."""
    if (context := _context(traceparent)) is not None:
        span.add_link(context)
