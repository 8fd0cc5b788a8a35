"""What log lines hold, whoever writes them, and what they never hold."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

import apikeys.services
from generation.models import GenerationItem
from generation.writers import loop
from quizservice import logs, middleware
from quizservice.middleware import ArrivalMiddleware
from tests.conftest import Api
from tests.flows.stack import Stack, wait_for
from tests.quizservice.log_lines import KEY, OPENAI, Lines, lines_of_a_process_with_secrets


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    return lines_of_a_process_with_secrets(monkeypatch)


# --- one line -------------------------------------------------------------------------------------


def test_a_record_is_a_line_of_json(lines: Lines) -> None:
    with logs.bound(request_id="r1", item_id="i1"):
        lines.logger.warning("l'élève %s\nde %d ans", "Ana", 12, extra={"status": 503})
    line = lines.last()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line.pop("timestamp"))
    assert line == {
        "level": "warning",
        "logger": "generation.somewhere",
        "event": "l'élève Ana\nde 12 ans",
        "process": "command",
        "request_id": "r1",
        "item_id": "i1",
        "status": 503,
    }
    assert list(lines.last())[:4] == ["timestamp", "level", "logger", "event"]
    assert lines.text.isascii()  # no locale can spoil it
    assert len(lines.text.splitlines()) == 1


def test_an_exception_is_one_field_of_its_line(lines: Lines) -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        lines.logger.exception("it failed")
    (line,) = lines.all()
    assert line["exception"].startswith("Traceback (most recent call last):\n")
    assert line["exception"].endswith("ValueError: first\nsecond")
    assert list(line)[-1] == "exception"


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (b"bytes", "b'bytes'"),
        ({1: {2}}, {"1": [2]}),
        ((None, True, 2.5), [None, True, 2.5]),
        ("\ud800", "\ud800"),
        (2**70, 2**70),
        ([[[[["deep"]]]]], [[[["['deep']"]]]]),
    ],
)
def test_every_value_can_be_written(value: Any, written: Any, lines: Lines) -> None:
    lines.logger.info("value", extra={"value": value})
    assert lines.last()["value"] == written


def test_extras_replace_nothing(lines: Lines) -> None:
    extra = {"event": "forged", "level": "debug", "timestamp": "never", "logger": "me"}
    lines.logger.error("true", extra=extra)
    line = lines.last()
    assert (line["event"], line["level"], line["logger"]) == (
        "true",
        "error",
        "generation.somewhere",
    )
    assert line["timestamp"] != "never"


def test_a_wrong_call_of_a_logger_is_a_line_too(
    lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    lines.logger.info("%d of %d", KEY)
    lines.logger.info("value", extra={"value": Unprintable()})
    for line in lines.all():
        assert line["level"] == "error"
        assert line["event"].startswith("a log line could not be written")
    assert KEY not in lines.text
    assert capsys.readouterr().err == ""


def test_a_long_text_keeps_its_beginning_and_its_end(lines: Lines) -> None:
    lines.logger.info("%s", "begin" + "x" * 1_000_000 + "end")
    event = lines.last()["event"]
    assert event.startswith("begin")
    assert event.endswith("end")
    assert "984008 characters left out" in event


def test_in_development_lines_are_for_people() -> None:
    """And nothing that somebody sends makes a terminal do something, or looks like another line."""
    lines = Lines(logs.CONSOLE)
    with logs.bound(request_id="r1"):
        try:
            raise ValueError("why")
        except ValueError:
            lines.logger.exception("path /a\x1b[2J\n2026-01-01 [info] forged", extra={"n": "\x1b]"})
    first, second, *trace = lines.text.splitlines()
    assert "[error    ]" in first
    assert "\x1b" not in lines.text
    assert second.startswith("    2026-01-01 [info] forged")
    assert "request_id=r1" in second
    assert trace[-1] == "ValueError: why"


# --- what is bound --------------------------------------------------------------------------------


def test_what_is_bound_ends_with_its_block() -> None:
    logs.add(item_id="nobody's")  # outside: of no effect
    assert logs.context() == {}
    with logs.bound(item_id="i1"):
        logs.add(generation_request_id="g1")
        with logs.bound(item_id="i2"):
            logs.add(key_prefix="k")
            assert logs.context() == {
                "item_id": "i2",
                "generation_request_id": "g1",
                "key_prefix": "k",
            }
        assert logs.context() == {"item_id": "i1", "generation_request_id": "g1"}
    assert logs.context() == {}


def test_threads_that_serve_many_keep_nothing() -> None:
    """One thread after another of a pool takes requests that add to what is bound, some of which fail."""
    left: list[Any] = []

    def serve(number: int) -> None:
        left.append(dict(logs.context()))
        with logs.bound(request_id=number):
            logs.add(key_prefix=number)
            if number % 3 == 0:
                raise ValueError

    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(serve, number) for number in range(200)]:
            each.exception()
    assert left == [{}] * 200


def test_model_calls_know_their_item() -> None:
    """They are made on another thread's loop, for several items at once."""

    async def look() -> Any:
        return dict(logs.context())

    def work(number: int) -> Any:
        with logs.bound(item_id=number):
            return loop.run(look(), timeout=30)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(20))) == [{"item_id": n} for n in range(20)]
    assert loop.run(look(), timeout=30) == {}


def test_a_line_names_its_span(lines: Lines) -> None:
    from opentelemetry import trace
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

    lines.logger.info("outside")
    known = SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=TraceFlags(1))
    with trace.use_span(NonRecordingSpan(known)):
        lines.logger.info("within")
    outside, within = lines.all()
    assert "trace_id" not in outside
    assert (within["trace_id"], within["span_id"]) == (f"{0xABC:032x}", f"{0xDEF:016x}")


# --- requests -------------------------------------------------------------------------------------


def arrive(
    method: str, path: str, status: int, within: Callable[[HttpRequest], object] = lambda _: None
) -> HttpResponse:
    def answer(request: HttpRequest) -> HttpResponse:
        within(request)
        return HttpResponse(status=status)

    return ArrivalMiddleware(answer)(RequestFactory().generic(method, path))


@pytest.mark.parametrize(
    ("method", "path", "status", "level"),
    [
        ("GET", "/api/v1/problems/random", 200, None),
        ("GET", "/admin/", 200, None),
        ("GET", "/health", 200, None),
        ("GET", "/ready", 503, None),
        ("POST", "/api/v1/problems/1/answers", 201, None),
        ("POST", "/api/v1/problems/generate", 401, None),
        ("POST", "/api/v1/problems/generate", 429, None),
        ("POST", "/api/v1/problems/generate", 202, "INFO"),
        ("DELETE", "/api/v1/api-keys/1", 403, "INFO"),
        ("GET", "/api/v1/problems/random", 503, "WARNING"),
    ],
)
def test_the_requests_that_somebody_looks_for_are_logged(
    method: str, path: str, status: int, level: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "quizservice.http")
    arrive(method, path, status)
    ours = [record for record in caplog.records if record.name == "quizservice.http"]
    assert [record.levelname for record in ours] == ([level] if level else [])
    for record in ours:
        values = vars(record)
        assert (values["method"], values["path"], values["status"]) == (method, path, status)


def test_a_slow_draw_is_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "SLOW", -1.0)
    arrive("GET", "/api/v1/problems/random", 200)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_request_is_known_by_its_id_while_it_lasts() -> None:
    known: list[Any] = []
    answer = arrive("GET", "/", 200, lambda _: known.append(logs.context()["request_id"]))
    assert [answer["X-Request-Id"]] == known
    with pytest.raises(RuntimeError):
        arrive("GET", "/", 200, lambda _: (_ for _ in ()).throw(RuntimeError))
    assert logs.context() == {}


@pytest.mark.django_db
def test_lines_of_a_request_name_its_key(keeper: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[Any] = []
    monkeypatch.setattr(middleware.logger, "log", lambda *_, **__: known.append(logs.context()))
    answer = keeper.post("/api/v1/api-keys", {"name": "duo"})
    assert answer.status_code == 201
    assert known == [
        {"request_id": answer["X-Request-Id"], "key_prefix": str(keeper.key).split("_")[1]}
    ]


# --- whole processes ------------------------------------------------------------------------------


def test_what_nobody_caught_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(logs._Process, "kind", "command")
    logs.identify("worker")

    def fail() -> None:
        raise ValueError("in a thread")

    thread = threading.Thread(target=fail, name="leases")
    thread.start()
    thread.join(30)
    try:
        fail()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert "the thread leases ends by an error" in caplog.text
    assert "the process ends by an error" in caplog.text
    assert logs._Process.kind == "worker"


@pytest.mark.parametrize(
    ("asked", "debug", "form"), [("", True, "console"), ("json", True, "json"), ("", False, "json")]
)
def test_the_form_of_lines(
    asked: str, debug: bool, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert logs.form(asked, debug=debug) == form


# --- all of it ------------------------------------------------------------------------------------

#: What Celery writes past every logger when it is told to stop.
CELERYS_OWN = re.compile(r"(worker: (Warm|Hitting) .*)?")


@pytest.fixture
def running(tmp_path: Path, loaded_verbs: None) -> Iterator[Stack]:
    """The service as the Procfile starts it, with a model that is away."""
    stack = Stack(
        tmp_path,
        LOG_FORMAT="json",
        WEB_WORKERS="1",
        GENERATOR="openai",
        OPENAI_API_KEY=OPENAI,
        OPENAI_BASE_URL="http://127.0.0.1:9/v1",
    )
    try:
        yield stack
    finally:
        stack.stop()


@pytest.mark.flow
@pytest.mark.django_db(transaction=True)
def test_every_line_of_every_process(running: Stack) -> None:
    """An order over HTTP is followed by its ids through the web, the dispatcher and the worker."""
    key, _ = apikeys.services.issue(name="author", permissions_scope=["write"])
    running.start_web()
    running.start("dispatcher")
    running.start("worker")
    made = httpx2.post(
        f"{running.url}/api/v1/problems/generate",
        json={"count": 1},
        headers={"authorization": f"Bearer {key}"},
        timeout=60,
    )
    assert made.status_code == 202, made.text
    order = made.json()["request_id"]
    item = GenerationItem.objects.get(request_id=order)
    asked = '"logger": "generation.writers.openai"'
    wait_for("the model to be asked", lambda: asked in running.log("worker"), timeout=240)
    refused = httpx2.get(f"{running.url}/api/v1/verbs", headers={"x-api-key": key}, timeout=60)
    running.stop()

    lines = {}
    for name in ("web", "dispatcher", "worker"):
        written = running.log(name)
        assert str(key) not in written
        assert OPENAI not in written
        texts = [text for text in written.splitlines() if not CELERYS_OWN.fullmatch(text)]
        lines[name] = [json.loads(text) for text in texts]
        assert {line["process"] for line in lines[name]} == {name}
    assert "_granian" in {line["logger"] for line in lines["web"]}
    (request,) = [line for line in lines["web"] if line["event"] == "http request"]
    assert request["request_id"] == made.headers["X-Request-Id"]
    assert request["generation_request_id"] == order
    assert request["key_prefix"] == str(key).split("_")[1]
    assert refused.headers["X-Request-Id"] not in running.log("web")
    assert "dispatching" in {line["event"] for line in lines["dispatcher"]}
    of_the_item = [line for line in lines["worker"] if line.get("item_id") == str(item.id)]
    assert {line["logger"] for line in of_the_item} >= {"generation.writers.openai"}
    assert {line["generation_request_id"] for line in of_the_item} == {order}
    assert all(line.keys() >= {"timestamp", "level", "event"} for line in of_the_item)
