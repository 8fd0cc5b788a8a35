"""One message of Celery's as the pattern of many, because Celery takes long to make one.

Celery makes the first message in full, by ``apply_async``. Those of further calls differ from it
in ids, arguments and own headers alone, so only these are written anew.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from celery import Task, signals
from celery.utils.saferepr import saferepr
from kombu.utils.json import JSONEncoder, dumps

from quizservice.kafka.codec import Headers, shared_headers
from quizservice.kafka.options import Options

_encoder = JSONEncoder()

#: Stand for the parts that vary while the first message is turned into text.
_MARKS = {name: f"{name}-{secrets.token_hex(16)}" for name in ("id", "args", "argsrepr", "own")}

_here = threading.local()


class Call(NamedTuple):
    """One call of a task: its positional arguments, and headers beside those of Celery."""

    args: tuple[Any, ...]
    headers: Mapping[str, str] = {}


class Composed(NamedTuple):
    """What Celery would have published, and the options of the channel that it was meant for."""

    options: Options
    message: dict[str, Any]


@contextmanager
def _composing() -> Iterator[list[Composed]]:
    """Inside, what this thread publishes is collected and goes nowhere else."""
    messages: list[Composed] = []
    _here.messages = messages
    try:
        yield messages
    finally:
        _here.messages = None


def collected(options: Options, message: dict[str, Any]) -> bool:
    """For the channel: whether this thread only composes; the message is kept then."""
    messages: list[Composed] | None = getattr(_here, "messages", None)
    if messages is None:
        return False
    messages.append(Composed(options, message))
    return True


def compose(task: Task, call: Call, queue: str) -> Composed:
    """The message that ``apply_async`` would publish.

    Raises what that raises, and RuntimeError where Celery would run the task instead.
    """
    if task.app.conf.task_always_eager:
        raise RuntimeError("Calls cannot be published with task_always_eager: switch it off.")
    with _composing() as messages:
        task.apply_async(args=call.args, queue=queue, headers=dict(call.headers))
    (composed,) = messages
    return composed


def observed() -> bool:
    """Whether somebody listens to what Celery tells of each message that it publishes."""
    return any(
        signal.receivers
        for signal in (signals.before_task_publish, signals.after_task_publish, signals.task_sent)
    )


def fits(message: Mapping[str, Any]) -> bool:
    """Whether a message can be a template: Celery's usual JSON, not compressed."""
    return (
        message["content-type"] == "application/json"
        and message["properties"]["body_encoding"] is None
        and next(iter(message)) == "body"
    )


#: What is particular in one message, as it stands in the message's JSON: arguments, the text by which
#: Celery shows them, own headers; and the Kafka headers beside that of the id.
Texts = tuple[str, str, str, Headers]


class Template:
    """Writes messages of ``task`` after the one that Celery made for ``args`` without headers."""

    def __init__(self, task: Task, args: tuple[Any, ...], message: dict[str, Any]) -> None:
        self._check = getattr(task, "__header__", None) if task.typing else None
        self._limits = (task.app.amqp.argsrepr_maxsize, task.app.conf.task_repr_maxlevels)
        self._task = ("task", str(message["headers"]["task"]).encode())
        marked = dumps(_marked(message, "[" + _encoder.encode(args)))
        marked = marked.replace(f'"{_MARKS["argsrepr"]}"', _MARKS["argsrepr"])
        marked = marked.replace(f', "{_MARKS["own"]}": null', _MARKS["own"])
        parts = re.split("|".join(_MARKS[name] for name in ("args", "argsrepr", "own")), marked)
        begin, middle, rest, end = parts
        if _MARKS["id"] in begin + rest:
            raise ValueError(f"Celery wrote a message of {task.name} in an unknown order.")
        # The id stands any number of times in two of these.
        self._parts = begin, middle.split(_MARKS["id"]), rest, end.split(_MARKS["id"])

    def texts(self, calls: Iterable[Call]) -> list[Texts]:
        """What is particular in the messages of these calls.

        Raises TypeError for arguments that the task does not take or that JSON cannot hold.
        """
        result: list[Texts] = []
        check, arguments = self._check, self._arguments
        known: Mapping[str, str] | None = None
        own, shared = "", Headers()
        for args, headers in calls:
            if check:
                check(*args)
            if headers != known:  # calls in a row often have the same
                known = headers
                own = "".join(f", {dumps(name)}: {dumps(text)}" for name, text in headers.items())
                shared = [self._task, *shared_headers(headers)]
            shown, argsrepr = arguments(args)
            result.append((shown, argsrepr, own, shared))
        return result

    def write(self, texts: Texts, task_id: str) -> tuple[str, Headers]:
        """Value and headers of a Kafka message. The value is ASCII, which needs no encoding."""
        args, argsrepr, own, shared = texts
        begin, middle, rest, end = self._parts
        fill = task_id.join
        value = "".join((begin, args, fill(middle), argsrepr, rest, own, fill(end)))
        return value, [("id", task_id), *shared]

    def _arguments(self, args: tuple[Any, ...]) -> tuple[str, str]:
        """The arguments as JSON inside JSON, and the text by which Celery shows them as JSON."""
        most, levels = self._limits
        try:
            text = "".join(args)
        except TypeError:
            pass
        else:
            plain = text.isascii() and text.isprintable()
            quoted = "'" in text or '"' in text or "\\" in text
            if args and plain and not quoted and len(text) + 4 * len(args) < most:
                if len(args) == 1:
                    return rf"[\"{text}\"]", f"\"('{text}',)\""
                return (
                    '[\\"{}\\"]'.format(r"\", \"".join(args)),
                    "\"('{}')\"".format("', '".join(args)),
                )
        return (
            dumps(_encoder.encode(args))[1:-1],
            dumps(saferepr(args, most, maxlevels=levels)),
        )


def _marked(message: dict[str, Any], begin: str) -> dict[str, Any]:
    """The message with marks in the places of what varies; its body begins with ``begin``."""
    headers, properties = dict(message["headers"]), dict(message["properties"])
    task_id = headers["id"]
    for name in ("id", "root_id"):
        if headers[name] == task_id:  # the root of a call made inside a task is another one
            headers[name] = _MARKS["id"]
    headers["argsrepr"] = _MARKS["argsrepr"]
    # Own headers come last: one that has the name of a header of Celery's replaces it.
    headers[_MARKS["own"]] = None
    properties["correlation_id"] = properties["delivery_tag"] = _MARKS["id"]
    if not message["body"].startswith(begin):
        raise ValueError("Celery wrote the arguments of a task in an unknown way.")
    body = f"[{_MARKS['args']}{message['body'].removeprefix(begin)}"
    return {**message, "body": body, "headers": headers, "properties": properties}
