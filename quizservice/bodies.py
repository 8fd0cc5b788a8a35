"""How bodies come in: also in chunks, never beyond the limit, and never so slowly that nobody is served.

The web server hands a request over as soon as its headers are there; who reads the body waits for the
client. A few clients that send theirs byte by byte would hold all threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig

#: Seconds that a request waits for its turn to read. Bodies that have arrived are read in far less.
PATIENCE = 0.25


class TooManySlowBodies(OSError):
    """As many threads as may do so are waiting for the rest of a body."""


class Bodies:
    """WSGI middleware: puts a stream under each body that keeps to size and turn.

    Django takes a missing length for an empty body, and so would answer another question than was asked:
    a body in chunks gets the length of the limit, and ends where it ends. Nothing is read before a view
    asks for it, so nobody without a key reads anything of the API.
    """

    def __init__(self, application: Callable[..., Any]) -> None:
        self.application = application
        # half the threads always stay free of bodies
        self._turns = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        length = environ.get("CONTENT_LENGTH")
        chunked = not length and "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        if chunked and environ.get("wsgi.input_terminated"):
            environ["CONTENT_LENGTH"] = str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
            length = environ["CONTENT_LENGTH"]
        if length and length != "0":
            environ["wsgi.input"] = _Body(environ["wsgi.input"], self._turns)
        return self.application(environ, start_response)


class _Body:
    """A body's stream, as far as Django uses it.

    Raises:
        RequestDataTooBig: by a read that finds more than ``DATA_UPLOAD_MAX_MEMORY_SIZE`` bytes.
        TooManySlowBodies: by a read whose turn does not come.
    """

    def __init__(self, stream: Any, turns: threading.BoundedSemaphore) -> None:
        self._stream = stream
        self._turns = turns
        self._left = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def read(self, size: int = -1) -> bytes:
        parts: list[bytes] = []
        wanted = self._left if size < 0 else min(size, self._left)
        if not self._turns.acquire(timeout=PATIENCE):
            raise TooManySlowBodies("Too many bodies come in slowly")
        try:
            while wanted > 0 and (part := self._stream.read(wanted)):
                parts.append(part)
                wanted -= len(part)
                self._left -= len(part)
            if self._left == 0 and self._stream.read(1):
                raise RequestDataTooBig("The body is too large")
        finally:
            self._turns.release()
        return b"".join(parts)

    def readline(self, size: int = -1) -> bytes:
        line = b""
        while len(line) != size and not line.endswith(b"\n") and (letter := self.read(1)):
            line += letter
        return line
