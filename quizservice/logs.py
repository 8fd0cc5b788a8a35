"""What log lines look like, in every process and whoever writes them.

Everybody logs with the standard library: our modules, Django, Celery, the web server, the Kafka client. One
formatter makes of each record a line of JSON, or a readable one for development, adds what is known of the
request or task in whose midst it was written, and blots out secrets (``quizservice.log_secrets``).

The keys of a line, as far as they are known: ``timestamp`` (ISO 8601, UTC), ``level``, ``logger``,
``event`` (the message), ``process`` (web, worker, dispatcher or command), ``request_id``, ``trace_id``,
``span_id``, ``key_prefix``, ``generation_request_id``, ``item_id``, ``task_id``, then what the record has
besides, and ``exception``: the traceback as one text.
"""

from __future__ import annotations

import json
import logging
import math
import os
import sys
import threading
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import AbstractContextManager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from quizservice.log_secrets import Blotter

JSON, CONSOLE = "json", "console"

#: The order of a line's keys; others follow, ``exception`` ends it.
_ORDER = (
    "timestamp",
    "level",
    "logger",
    "event",
    "process",
    "request_id",
    "trace_id",
    "span_id",
    "key_prefix",
    "generation_request_id",
    "item_id",
    "task_id",
)
#: What every record has, and so says nothing.
_RECORD = frozenset(
    [*vars(logging.LogRecord("", 0, "", 0, "", (), None)), "message", "asctime", "color_message"]
)
#: Django's extras that are objects: the line has what is worth knowing of them.
_LEFT_OUT = frozenset({"request", "server_time"})
#: Longest text of a value in characters. A longer one keeps its beginning and its end.
LONGEST = 16_000
#: Values within values deeper than this are written as one text.
_DEEPEST = 4

Event = MutableMapping[str, Any]


# --- what a request or a task is known by ---------------------------------------------------------

#: One variable for all names: the reset of the outermost ends whatever was added within.
_context: ContextVar[Mapping[str, Any] | None] = ContextVar("log_context", default=None)


def bound(**values: Any) -> AbstractContextManager[None]:
    """Have every line that is written meanwhile carry these values, also on the model calls' loop.

    They end with the block, together with what :func:`add` added within: threads that serve one request
    or task after another keep nothing.
    """
    return _Bound(values)


class _Bound(AbstractContextManager[None]):
    """A class, not a generator: every draw passes one."""

    __slots__ = ("_token", "_values")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __enter__(self) -> None:
        known = _context.get()
        self._token = _context.set({**known, **self._values} if known else self._values)

    def __exit__(self, *_: object) -> None:
        _context.reset(self._token)


def add(**values: Any) -> None:
    """Add values to what the block around it has bound. Outside of any block it does nothing."""
    known = _context.get()
    if known is not None:
        _context.set({**known, **values})


def context() -> Mapping[str, Any]:
    """What lines that are written here and now carry."""
    return _context.get() or {}


# --- set-up ---------------------------------------------------------------------------------------


def form(asked: str, *, debug: bool) -> str:
    """``json`` or ``console``: what is asked for, else readable where a person is likely to read it."""
    return asked or (CONSOLE if debug or sys.stderr.isatty() else JSON)


def configuration(*, form: str, level: str) -> dict[str, Any]:
    """The setting ``LOGGING``: all lines to standard error, from ``level`` on."""
    passed_on: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "quizservice.logs.LineFormatter", "form": form}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # these come with handlers of their own, which would write in another form, or twice
            "django": passed_on,
            "django.server": {**passed_on, "level": "ERROR"},  # "http request" says it
            "_granian": passed_on,
            "granian.access": passed_on,
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # anybody may send any name
            "django.utils.autoreload": {"level": "INFO"},  # else a line a file
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "httpx2": {"level": "WARNING"},  # a line a call, with the address
        },
    }


class _Process:
    """What this process is."""

    kind = "command"


def identify(kind: str) -> None:
    """Say in every line what this process is, and log what nobody caught.

    ``kind``: web, worker or dispatcher. A command is what has not said so; its errors stay as Python and
    Django print them, for the person who gave it.
    """
    _Process.kind = kind
    logging.captureWarnings(True)
    sys.excepthook = _log_the_end
    threading.excepthook = _log_the_end_of_a_thread


def _log_the_end(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logger.critical("the process ends by an error", exc_info=(kind, error, trace))


def _log_the_end_of_a_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is None or issubclass(ended.exc_type, SystemExit):
        return
    name = ended.thread.name if ended.thread else "?"
    known = (ended.exc_type, ended.exc_value, ended.exc_traceback)
    logger.error("the thread %s ends by an error", name, exc_info=known)


def for_web_server() -> LineFormatter:
    """The formatter of the web server's own process, which reads no settings (``granian_logs.json``)."""
    _Process.kind = "web"
    asked = os.environ.get("LOG_FORMAT", "")
    debug = os.environ.get("DEBUG", "").lower() in {"1", "t", "true", "y", "yes", "on"}
    return LineFormatter(form=form(asked if asked in (JSON, CONSOLE) else "", debug=debug))


# --- lines ----------------------------------------------------------------------------------------


class LineFormatter(logging.Formatter):
    """Makes a line of a record; of one that cannot be written, a line that says so. Never raises."""

    def __init__(self, *, form: str) -> None:
        """``form`` is ``json`` or ``console``."""
        super().__init__()
        self._blotter = Blotter.from_environment(os.environ)
        # JSON in ASCII, so that no locale can spoil it
        self._render = _console() if form == CONSOLE else json.dumps

    def format(self, record: logging.LogRecord) -> str:
        try:
            return self._render(self._written(self._event(record)))
        except Exception as error:  # noqa: BLE001  a wrong call of a logger spoils no log
            said = f"a log line could not be written ({error!r}): {record.msg!r}"
            known = {"level": "error", "logger": record.name, "event": self._blotter.blot(said)}
            return json.dumps(known)

    def _event(self, record: logging.LogRecord) -> Event:
        """What is known of a record, and of what it was written in the midst of; extras replace nothing."""
        at = datetime.fromtimestamp(record.created, UTC)
        event: Event = {
            "timestamp": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            "process": _Process.kind,
        }
        if record.exc_info and record.exc_info[0] is not None:
            event["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            event["stack_info"] = self.formatStack(record.stack_info)
        for key, value in vars(record).items():
            if key not in _RECORD and key not in _LEFT_OUT:
                event.setdefault(key, value)
        _add_known(event)
        return event

    def _written(self, event: Event) -> Event:
        """All values as JSON has them, without secrets, in order."""
        first = {key: event.pop(key) for key in _ORDER if key in event}
        exception = event.pop("exception", None)
        last = {} if exception is None else {"exception": exception}
        return {key: self._plain(value) for key, value in (first | dict(event) | last).items()}

    def _plain(self, value: Any, depth: int = 0) -> Any:
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else str(value)
        if depth < _DEEPEST and isinstance(value, Mapping):
            return {str(key): self._plain(inner, depth + 1) for key, inner in value.items()}
        if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
            return [self._plain(inner, depth + 1) for inner in value]
        return self._text(str(value))

    def _text(self, text: str) -> str:
        """Without secrets, and not too long. Blotted before it is cut: nobody knows half a secret."""
        if len(text) <= LONGEST:
            return self._blotter.blot(text)
        half, most = LONGEST // 2, 2 * LONGEST
        begin = self._blotter.blot(text[:most])[:half]
        end = self._blotter.blot(text[-most:])[-half:]
        return f"{begin} … {len(text) - LONGEST} characters left out … {end}"


logger = logging.getLogger(__name__)


def _add_known(event: Event) -> None:
    """What is known of the request and the task, and the span where there are spans."""
    for key, value in context().items():
        event.setdefault(key, value)
    # whoever uses neither has not loaded it, and a log line must not
    if (trace := sys.modules.get("opentelemetry.trace")) and hasattr(trace, "get_current_span"):
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            event["trace_id"] = f"{span.trace_id:032x}"
            event["span_id"] = f"{span.span_id:016x}"
    if (celery := sys.modules.get("celery")) and (task := celery.current_task):
        event.setdefault("task_id", task.request.id)


def _console() -> Callable[[Event], str]:
    """What makes a readable line of an event. Loaded only here: it brings along what draws on terminals."""
    from structlog.dev import ConsoleRenderer, plain_traceback

    draw = ConsoleRenderer(
        colors=sys.stderr.isatty() and not os.environ.get("NO_COLOR"),
        exception_formatter=plain_traceback,
        sort_keys=False,
        pad_event_to=0,
    )
    return lambda event: str(draw(None, "", _readable(event)))


def _readable(event: Event) -> Event:
    """For people: without what they know, and nothing that a terminal would obey or take for a line."""
    event.pop("process", None)
    event["timestamp"] = event["timestamp"][:19].replace("T", " ")
    for key, value in event.items():
        if isinstance(value, str):
            harmless = value.translate(_HARMLESS)
            event[key] = harmless if key == "exception" else harmless.replace("\n", "\n    ")
    return event


_HARMLESS = {
    code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"
}
