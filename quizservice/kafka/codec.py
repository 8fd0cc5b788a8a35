"""A kombu message as bytes and Kafka headers, and back."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from kombu.utils.json import dumps, loads

#: Celery headers that travel as Kafka headers too, for tools that look at topics and for tracing.
#: On receipt they fill what the message itself lacks.
SHARED_HEADERS = ("id", "task", "traceparent", "tracestate", "baggage")


Headers = list[tuple[str, str | bytes | None]]


class UndecodableMessage(ValueError):
    """The bytes are no message of ours; the text says why."""


def encode(message: Mapping[str, Any]) -> tuple[bytes, Headers]:
    """Value and headers of the Kafka message."""
    return dumps(message).encode(), shared_headers(message.get("headers") or {})


def shared_headers(headers: Mapping[str, Any]) -> Headers:
    """Those of a message's headers that travel as Kafka headers too."""
    return [(name, str(headers[name]).encode()) for name in SHARED_HEADERS if headers.get(name)]


def decode(value: bytes | None, headers: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The kombu message, complete enough that nothing later fails on it.

    Raises UndecodableMessage.
    """
    try:
        message = loads(value or b"")
    except Exception as error:  # kombu makes objects of what names a "__type__": any may come
        raise UndecodableMessage(f"not JSON: {error!r}") from error
    if not isinstance(message, dict) or not isinstance(message.get("properties"), dict):
        raise UndecodableMessage("no object with properties")
    properties = message["properties"]
    if not isinstance(properties.setdefault("delivery_info", {}), dict):
        raise UndecodableMessage("delivery_info is no object")
    message["headers"] = message.get("headers") or {}
    if not isinstance(message["headers"], dict):
        raise UndecodableMessage("headers are no object")
    _check_body(message.get("body"), properties.get("body_encoding"))
    for name, content in headers:
        if name in SHARED_HEADERS and isinstance(content, bytes):
            message["headers"][name] = message["headers"].get(name) or content.decode(
                "utf-8", "replace"
            )
    _check_task(message["headers"])
    return message


def _check_task(headers: Mapping[str, Any]) -> None:
    """Celery looks the task up and asks for its id outside of what catches errors."""
    if "task" not in headers:
        return
    for name in ("task", "id"):
        if not isinstance(headers.get(name), str):
            raise UndecodableMessage(f"the header {name} is no text")


def _check_body(body: Any, encoding: Any) -> None:
    if encoding not in (None, "utf-8", "base64"):
        raise UndecodableMessage(f"unknown body encoding {encoding!r}")
    if body is not None and not isinstance(body, str):
        raise UndecodableMessage("the body is no text")
    if body and encoding == "base64":
        try:
            base64.b64decode(body)
        except ValueError as error:
            raise UndecodableMessage(f"the body is not base64: {error}") from error
