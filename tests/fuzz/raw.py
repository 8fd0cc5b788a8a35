"""Bytes over a socket, and what comes back."""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson

#: Seconds within which an answer must have come as a whole.
DEADLINE = 15.0


@dataclass(frozen=True)
class Reply:
    """``status``: None when the connection ended without an answer of HTTP/1."""

    status: int | None
    headers: http.client.HTTPMessage | None = None
    body: bytes = b""

    @property
    def media_type(self) -> str:
        return "" if self.headers is None else self.headers.get_content_type()


class Hung(AssertionError):
    """No whole answer came within the deadline."""


def send(url: str, *parts: bytes, half_close: bool = False) -> Reply:
    """Send bytes as they are, and read one answer.

    Raises:
        Hung: when it does not come in time.
    """
    where = urlsplit(url)
    assert where.hostname is not None
    end = time.monotonic() + DEADLINE
    with socket.create_connection((where.hostname, where.port or 80), timeout=DEADLINE) as wire:
        try:
            for part in parts:
                wire.sendall(part)
            if half_close:
                wire.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused before everything was sent: the answer may be there
        return _read(wire, end)


def request(
    method: str, target: bytes | str, headers: Iterable[bytes | str] = (), body: bytes = b""
) -> bytes:
    """The bytes of a request that ends its connection; nothing in it is checked or changed."""
    lines = [_bytes(method) + b" " + _bytes(target) + b" HTTP/1.1", b"Host: localhost"]
    lines += [b"Connection: close", *(_bytes(line) for line in headers)]
    if body:
        lines += [b"Content-Length: %d" % len(body)]
    return b"\r\n".join([*lines, b"", b""]) + body


def complaint(reply: Reply, allowed: Iterable[int | None] = range(400, 500)) -> str:
    """Why this is no good answer; empty: the status is allowed, and the body JSON as the API writes it."""
    if reply.status not in set(allowed):
        return f"answered {reply.status}: {reply.body[:300]!r}"
    # what the server refuses before it is a request has no body
    if reply.status is None or not reply.body or reply.status == 304:
        return ""
    assert reply.headers is not None
    expected = "application/problem+json" if reply.status >= 400 else "application/json"
    if reply.media_type != expected:
        return f"{reply.status} is {reply.media_type}: {reply.body[:300]!r}"
    content = orjson.loads(reply.body)
    if reply.status >= 400 and content["status"] != reply.status:
        return f"{reply.status} says {content['status']}"
    return ""


def _read(wire: socket.socket, end: float) -> Reply:
    received = b""
    try:
        while time.monotonic() < end:
            wire.settimeout(max(0.1, end - time.monotonic()))
            part = wire.recv(65_536)
            received += part
            if not part:
                return _parsed(received)
    except ConnectionResetError:
        return _parsed(received)
    except TimeoutError:
        pass
    raise Hung(f"no end after {DEADLINE} s; so far {received[:300]!r}")


def _parsed(received: bytes) -> Reply:
    if not received.startswith(b"HTTP/1."):
        return Reply(None)  # nothing, or the frames of HTTP/2
    answer = http.client.HTTPResponse(_Received(received))  # type: ignore[arg-type]
    answer.begin()
    return Reply(answer.status, answer.headers, answer.read())


class _Received:
    """What ``http.client`` takes for a socket."""

    def __init__(self, received: bytes) -> None:
        self._received = received

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self._received)


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
