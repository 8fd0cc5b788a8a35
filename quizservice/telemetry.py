"""Telemetry: on where OTEL_EXPORTER_OTLP_ENDPOINT says where to, else nothing of it is even imported.

``start`` is called once by each process, before its framework is set up, and ``stop`` at its end: what a
process did last is sent then. Spans of ours are made by ``quizservice.tracing``, what is counted by
``quizservice.instruments``.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from quizservice import instruments, traced_requests, tracing

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.trace import TracerProvider

Kind = Literal["web", "worker", "dispatcher", "command"]

#: Seconds in which the end of a process waits for what is still to be sent.
DEADLINE = 3.0
#: The names that the packages of OpenTelemetry use; they read it when they are imported.
TODAYS = "http,database,gen_ai_latest_experimental"
#: No prompt and no answer leaves the process, whatever the environment says.
_WITHOUT_CONTENTS = {
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "",
    "OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT": "false",
}
#: Commands that make orders or change them.
COMMANDS = frozenset({"generate", "requests"})

TOGETHER = (
    "APPINSIGHTS_CONNECTION_STRING and OTEL_EXPORTER_OTLP_ENDPOINT are both set: django-otel sends to "
    "Azure alone and leaves no room for another receiver. Take away one of both."
)


class _Running:
    """What this process has started."""

    lock = threading.Lock()
    tracers: TracerProvider | None = None
    meters: MeterProvider | None = None


def start(kind: Kind) -> None:
    """Send what this process does from now on, where the environment says so; else do nothing.

    ``kind``: of this process. A second call does nothing. Raises ImproperlyConfigured where django-otel
    is switched on, too.
    """
    wanted = settings.TELEMETRY
    if wanted is None:
        return
    if settings.APPINSIGHTS_CONNECTION_STRING:
        raise ImproperlyConfigured(TOGETHER)
    with _Running.lock:
        if _Running.tracers is not None or _Running.meters is not None:
            return
        os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", TODAYS)
        os.environ.update(_WITHOUT_CONTENTS)
        otlp = import_module("quizservice.otlp")  # the SDK: heavy, and not wanted without telemetry
        described = otlp.resource(kind, settings.VERSION)
        tracer = meter = None
        if wanted.metrics:
            _Running.meters = otlp.meter_provider(described)
            meter = _Running.meters.get_meter("quizservice", settings.VERSION)
            instruments.bind(meter, kind)
        if wanted.traces:
            _Running.tracers = otlp.tracer_provider(described)
            tracer = _Running.tracers.get_tracer("quizservice", settings.VERSION)
            tracing.begin(tracer)
        if kind == "web":
            traced_requests.begin(tracer, meter)
        _instrument(kind)
        otlp.hush()


def _instrument(kind: Kind) -> None:
    """Have the libraries that this kind of process uses tell what they do."""
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor

    PsycopgInstrumentor().instrument(capture_parameters=False)
    if kind == "worker":
        from opentelemetry.instrumentation.celery import CeleryInstrumentor
        from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
        from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor

        CeleryInstrumentor().instrument()  # type: ignore[no-untyped-call]
        OpenAIInstrumentor().instrument()
        HTTPX2ClientInstrumentor().instrument()


def stop() -> None:
    """Send what is left, for ``DEADLINE`` seconds at most, and make nothing more. May be called again."""
    with _Running.lock:
        providers = [one for one in (_Running.tracers, _Running.meters) if one is not None]
        _Running.tracers = _Running.meters = None
    if not providers:
        return
    tracing.begin(None)
    _within(DEADLINE, [one.shutdown for one in providers])
    instruments.unbind()


def _within(seconds: float, actions: list[Callable[[], Any]]) -> None:
    """Run actions at the same time; what takes longer than so many seconds in all is left behind."""
    threads = [threading.Thread(target=action, daemon=True) for action in actions]
    until = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


@contextmanager
def command(name: str) -> Iterator[None]:
    """A command of ``manage.py``: one that makes or changes orders begins a trace, others do nothing."""
    if name not in COMMANDS:
        yield
        return
    start("command")
    try:
        with tracing.span(f"manage.py {name}"):
            yield
    finally:
        stop()
