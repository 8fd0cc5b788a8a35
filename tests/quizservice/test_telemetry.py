"""Telemetry's switch, its settings, and what becomes of it when nobody receives."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.http import HttpRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from apikeys import secrets
from quizservice import environment, otlp, telemetry, tracing
from quizservice.environment import Telemetry
from quizservice.errors import BadRequest, problem_response
from tests.flows.stack import ROOT
from tests.stubs.otlp_sink import Sink

URL = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}
INSIGHTS = (
    "InstrumentationKey=00000000-0000-0000-0000-000000000000;"
    "IngestionEndpoint=http://127.0.0.1:9/;LiveEndpoint=http://127.0.0.1:9/"
)
HEAVY = ("opentelemetry.sdk", "opentelemetry.exporter", "django_otel", "azure")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, None),
        ({"OTEL_SERVICE_NAME": "x"}, None),
        (URL, Telemetry(traces=True, metrics=True)),
        ({**URL, "OTEL_SDK_DISABLED": "True"}, None),
        ({**URL, "OTEL_TRACES_EXPORTER": "none"}, Telemetry(traces=False, metrics=True)),
        (
            {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://x/v1/traces"},
            Telemetry(traces=True, metrics=False),
        ),
        (
            {
                **URL,
                "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Basic%20MTIz,x-scope=a",
                "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
                "OTEL_TRACES_SAMPLER_ARG": "0.1",
                "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            },
            Telemetry(traces=True, metrics=True),
        ),
    ],
)
def test_what_is_sent(given: dict[str, str], wanted: Telemetry | None) -> None:
    assert environment.telemetry(given) == wanted


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT"),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://x:port"}, "_METRICS_ENDPOINT"),
        ({**URL, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "4318"),
        ({**URL, "OTEL_TRACES_EXPORTER": "jaeger"}, "OTEL_TRACES_EXPORTER"),
        ({**URL, "OTEL_EXPORTER_OTLP_HEADERS": "Basic SECRET"}, "%20"),
        ({**URL, "OTEL_EXPORTER_OTLP_HEADERS": "a b=SECRET"}, "%20"),
        ({**URL, "OTEL_TRACES_SAMPLER": "sometimes"}, "parentbased_traceidratio"),
        ({**URL, "OTEL_TRACES_SAMPLER": "traceidratio"}, "OTEL_TRACES_SAMPLER_ARG"),
        (
            {**URL, "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "10"},
            "from 0 to 1",
        ),
        ({**URL, "OTEL_METRIC_EXPORT_INTERVAL": "0"}, "OTEL_METRIC_EXPORT_INTERVAL"),
    ],
)
def test_what_cannot_be_used_is_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=named) as refused:
        environment.telemetry(given)
    assert "SECRET" not in str(refused.value)


def test_a_bad_connection_string_is_not_shown() -> None:
    with pytest.raises(ImproperlyConfigured, match="InstrumentationKey=") as refused:
        environment.app_insights("SECRET")
    assert "SECRET" not in str(refused.value)
    assert environment.app_insights(INSIGHTS) == INSIGHTS


def test_two_ways_at_once_are_refused(settings: Any) -> None:
    settings.TELEMETRY = Telemetry(traces=True, metrics=True)
    settings.APPINSIGHTS_CONNECTION_STRING = INSIGHTS
    with pytest.raises(SystemCheckError, match=r"quizservice\.E003"):
        call_command("check")
    with pytest.raises(ImproperlyConfigured, match="APPINSIGHTS_CONNECTION_STRING"):
        telemetry.start("web")


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        (f"00-{'a' * 32}-{'b' * 16}-01", ("a" * 32, "b" * 16, True)),
        (f"00-{'a' * 32}-{'b' * 16}-02", ("a" * 32, "b" * 16, False)),
        (f"00-{'A' * 32}-{'b' * 16}-01", None),
        ("", None),
    ],
)
def test_a_trace_parent_is_read(text: str, parsed: tuple[str, str, bool] | None) -> None:
    assert tracing.parse(text) == parsed


def test_without_telemetry_a_block_is_in_no_trace() -> None:
    given = f"00-{'a' * 32}-{'b' * 16}-01"
    with tracing.span("anything", count=1), tracing.statement("SELECT 1"):
        tracing.note(count=2)
        assert (tracing.traceparent(), tracing.trace_id()) == ("", None)
    with tracing.sending([given, ""], "topic") as traces:
        assert traces == [given, ""]


def test_an_error_names_the_request_where_no_trace_runs() -> None:
    request = HttpRequest()
    request.request_id = "77"  # type: ignore[attr-defined]
    assert b'"trace_id":"77"' in problem_response(request, BadRequest("no")).content


def test_a_key_in_a_path_is_not_sent() -> None:
    """Somebody may take the one for the other; the log hides it, too."""
    sent = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(otlp.Discreet(sent)))
    key = secrets.new_secret()
    told = {"url.path": f"/api/v1/verbs/{key.text}", "user_agent.original": "x", "url.query": "a"}
    provider.get_tracer("test").start_span("GET", attributes=told).end()
    (span,) = sent.get_finished_spans()
    assert dict(span.attributes or {}) == {
        "url.path": f"/api/v1/verbs/lqs_{key.prefix}_…",
        "user_agent.original": "x",
    }


# --- in processes of their own --------------------------------------------------------------------


def run(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A process that runs this code, in the environment of the tests and with these variables."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environ},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


_LOADED = f"""
import sys
print([name for name in sys.modules if name.startswith({HEAVY!r})])
"""
_PROCESSES = {
    "web": "import quizservice.wsgi",
    "worker": """
import django
from celery.signals import celeryd_init
from quizservice.celery import app
django.setup()
import generation.tasks
celeryd_init.send(sender='test', instance=None, conf=app.conf, options={})
""",
    "dispatcher": """
import threading
import django
django.setup()
from generation.management.commands import dispatch
from generation.dispatch import Dispatcher
Dispatcher.run = lambda self: None
dispatch.Command().handle()
""",
}


@pytest.mark.parametrize("kind", _PROCESSES)
def test_a_process_without_telemetry_loads_nothing_of_it(kind: str) -> None:
    done = run(_PROCESSES[kind] + _LOADED)
    assert done.stdout.strip().splitlines()[-1:] == ["[]"], done.stderr


def test_django_otel_is_loaded_only_with_its_setting() -> None:
    code = "import django; django.setup()" + _LOADED
    done = run(code, APPINSIGHTS_CONNECTION_STRING=INSIGHTS)
    assert "django_otel.config" in done.stdout, done.stderr


_WORK = """
import os, time
import django
django.setup()
from quizservice import telemetry, tracing
telemetry.start("command")
for number in range(20):
    with tracing.span("work", number=number):
        pass
begun = time.monotonic()
telemetry.stop()
telemetry.stop()
print(time.monotonic() - begun < 8)
"""


@pytest.mark.parametrize("receiver", ["away", "fails", "hangs"])
def test_a_receiver_that_fails_neither_holds_the_end_nor_fills_the_log(receiver: str) -> None:
    with Sink(status=503 if receiver == "fails" else 200) as sink:
        sink.delay = 60.0 if receiver == "hangs" else 0.0
        url = "http://127.0.0.1:9" if receiver == "away" else sink.url
        done = run(_WORK, OTEL_EXPORTER_OTLP_ENDPOINT=url)
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr
    lines = [line for line in done.stderr.splitlines() if "opentelemetry" in line]
    assert len(lines) <= 1, done.stderr


_HUNG = """
from generation import leases
leases.end_process([])
"""


@pytest.mark.parametrize(
    ("code", "status"), [(_WORK, 0), (_WORK.partition("begun =")[0] + _HUNG, 70)]
)
def test_what_was_done_last_is_sent_at_the_end(code: str, status: int) -> None:
    """Also by a worker that ends itself because a writer hangs."""
    with Sink() as sink:
        done = run(code, OTEL_EXPORTER_OTLP_ENDPOINT=sink.url)
    assert done.returncode == status, done.stderr
    assert sorted(one.attributes["quiz.number"] for one in sink.spans) == list(range(20))
    assert {one.service for one in sink.spans} == {"quiz-command"}
