"""What every request passes before its view."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from quizservice import logs, proxies
from quizservice.errors import Forbidden, TooLarge, problem_response

logger = logging.getLogger("quizservice.http")

GetResponse = Callable[[HttpRequest], HttpResponse]

#: A request that took longer than this many seconds is logged, whatever it was.
SLOW = 1.0
#: Statuses of answers that strangers can have as many of as they like.
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS)

#: Statuses whose answers have no body, and so no length of one.
_WITHOUT_BODY = (204, 304)


class ArrivalMiddleware:
    """Gives each request an id that error bodies and logs name, and drops what it may not claim.

    Logs those requests by which somebody may have changed something, those that were slow and those that
    failed: what is asked for at night. A line for each draw, answer, probe, page or refused key would hide
    them, and anybody could fill the disk with it; how many there are and how long they take, the metrics
    say. With LOG_LEVEL=DEBUG each request has its line.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        request_id = request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        with logs.bound(request_id=request_id):
            proxies.believe(request.META)
            response = self.get_response(request)
            seconds = time.perf_counter() - began
            level = _level(request, response.status_code, seconds)
            if logger.isEnabledFor(level):
                logger.log(
                    level,
                    "http request",
                    extra={
                        "method": request.method,
                        "path": request.path,
                        "status": response.status_code,
                        "seconds": round(seconds, 4),
                    },
                )
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            # said above: Django would say it once more, by now without the request's id
            response._has_been_logged = True  # type: ignore[attr-defined]
        response["X-Request-Id"] = request_id
        return response


def _level(request: HttpRequest, status: int, seconds: float) -> int:
    """How loud a request is logged."""
    path = request.path_info
    if path == "/ready":  # a probe asks often and fails for long: health logs what changes
        return logging.DEBUG
    if seconds > SLOW or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return logging.WARNING
    changes = request.method not in ("GET", "HEAD", "OPTIONS") and status not in _REFUSED
    return logging.INFO if changes and not path.endswith("/answers") else logging.DEBUG


class QuickCorsMiddleware(CorsMiddleware):
    """CORS, at next to no cost where no page of another origin asks."""

    def __call__(self, request: HttpRequest) -> Any:
        if "HTTP_ORIGIN" in request.META:
            return super().__call__(request)
        response: Any = self.get_response(request)
        if request.path_info.startswith("/api/"):
            if "Vary" in response:
                patch_vary_headers(response, ("origin",))
            else:
                response["Vary"] = "origin"
        return response


class ApiMiddleware:
    """Leads the API past the middleware that stands below this one: sessions and all else of pages.

    A path below ``/api/`` and of a probe means the same with and without its trailing slash, and the
    API never redirects: where HTTPS is a must, a plain request is refused, since its key was readable.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.pages = get_response
        self.api = _innermost(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = _without_slash(request)
        if not f"{path}/".startswith("/api/v1/"):
            return self._page(request)
        request.get_host()  # refuses a host that is not ours
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            response = problem_response(request, Forbidden("HTTPS is required"))
        else:
            response = self.api(request)
        for name, value in _api_headers(request):
            response.headers[name] = value
        if response.status_code not in _WITHOUT_BODY:
            response.headers["Content-Length"] = str(len(response.content))  # else sent in chunks
        return response

    def _page(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        # the limit that Django knows is not for files, which it would write to the disk
        if not length.isdecimal() or int(length[:20]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return problem_response(request, TooLarge("The body is too large"))
        return self.pages(request)


def _without_slash(request: HttpRequest) -> str:
    """The request's path, from which the trailing slash is taken where it means nothing."""
    path = request.path_info
    if not path.endswith("/") or path == "/api/":
        return path
    if path.startswith("/api/") or path in ("/health/", "/ready/"):
        request.original_path = request.path  # type: ignore[attr-defined]
        request.path = request.path[:-1]
        path = request.path_info = path[:-1]
    return path


def _api_headers(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """What every answer of the API carries: it is data, which no page may show, run or frame."""
    yield "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"
    yield "X-Content-Type-Options", "nosniff"
    if settings.SECURE_HSTS_SECONDS and request.is_secure():
        more = "; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""
        yield "Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}{more}"


def _innermost(handler: GetResponse) -> GetResponse:
    """What a chain of middleware ends in: Django's call of the view, with its map of exceptions."""
    while following := getattr(getattr(handler, "__wrapped__", None), "get_response", None):
        handler = following
    return handler
