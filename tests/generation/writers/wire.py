"""A server that answers as a test tells it, also with what no server should send."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GOOD: dict[str, Any] = {
    "correct_is_right": True,
    "natural": True,
    "reason": "Fine.",
} | dict.fromkeys(("incorrect_is_wrong", "single_error", "error_type"))


@dataclass(frozen=True)
class Answer:
    """``body``: JSON or raw bytes. ``drop``: the connection ends without an answer."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False


def chat(text: str | None = json.dumps(GOOD), **choice: Any) -> Answer:
    """A completion that took 100 tokens and gave 20. ``refusal`` and ``finish_reason`` may be said."""
    message = {"role": "assistant", "content": text, "refusal": choice.pop("refusal", None)}
    headers = choice.pop("headers", {})
    delay = choice.pop("delay", 0.0)
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "tester-2026",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message, **choice}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }
    return Answer(body=body, headers=headers, delay=delay)


def refused(status: int, code: str | None = None, message: str = "no", **headers: str) -> Answer:
    """An error in the form of OpenAI's."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"error": {"message": message, "type": "some_error", "param": None, "code": code}}
    return Answer(status, body, named)


@dataclass(frozen=True)
class Seen:
    """A request as it arrived: with whom it was in flight, and how many had been answered."""

    body: dict[str, Any]
    authorization: str
    port: int
    in_flight: int
    answered: int


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone away is what some tests are about."""


class Wire:
    """Answers with its script, one after another, then always with ``then``."""

    def __init__(self, *script: Answer, then: Answer | None = None) -> None:
        self.script = list(script)
        self.then = then or chat()
        self.seen: list[Seen] = []
        #: Requests wait here for each other, where a test proves that they are in flight together.
        self.together: threading.Barrier | None = None
        self._lock = threading.Lock()
        self._in_flight = 0
        self._answered = 0
        self._over = threading.Event()
        self._http = _Http(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def take(self, body: dict[str, Any], authorization: str, port: int) -> Answer:
        with self._lock:
            self._in_flight += 1
            self.seen.append(Seen(body, authorization, port, self._in_flight, self._answered))
            answer = self.script.pop(0) if self.script else self.then
        if self.together is not None:
            self.together.wait(20)
        self._over.wait(answer.delay)
        return answer

    def gone(self) -> None:
        """A request is about to be answered."""
        with self._lock:
            self._in_flight -= 1
            self._answered += 1

    def stop(self) -> None:
        self._over.set()
        self._http.shutdown()
        self._http.server_close()


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            answer = wire.take(
                json.loads(content), self.headers["authorization"], self.client_address[1]
            )
            wire.gone()
            if answer.drop:
                self.close_connection = True
                linger = struct.pack("ii", 1, 0)  # a reset, not a farewell
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return
            body = answer.body
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(answer.status)
            headers = {"content-type": "application/json", **answer.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


@contextmanager
def serving(*script: Answer, then: Answer | None = None) -> Iterator[Wire]:
    wire = Wire(*script, then=then)
    try:
        yield wire
    finally:
        wire.stop()


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def until(true: Any, seconds: float = 10.0) -> None:
    """Wait for a condition; fails when it does not come."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.005)
