"""What every request passes before its view."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives each request an id that error bodies and logs name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class ApiPathMiddleware:
    """A path means the same with and without its trailing slash; never a redirect.

    Holds below ``/api/`` and for the probes; the admin has slashes of its own.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        below_api = path.startswith("/api/") and path.endswith("/") and path != "/api/"
        if below_api or path in ("/health/", "/ready/"):
            request.original_path = request.path  # type: ignore[attr-defined]
            request.path_info = path[:-1]
            request.path = request.path[:-1]
        return self.get_response(request)


class ChunkedBodies:
    """WSGI middleware: makes bodies readable that come in chunks, without a length.

    Django takes a missing length for an empty body, and so would answer another question than was asked.
    No more than one byte over the allowed size is read: enough for a 413.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        if chunked and not environ.get("CONTENT_LENGTH") and environ.get("wsgi.input_terminated"):
            body = self._read(environ["wsgi.input"], settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
            environ = {
                **environ,
                "CONTENT_LENGTH": str(len(body)),
                "wsgi.input": io.BytesIO(body),
            }
        return self.application(environ, start_response)

    @staticmethod
    def _read(stream: Any, limit: int) -> bytes:
        parts: list[bytes] = []
        left = limit
        while left > 0 and (part := stream.read(left)):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)
