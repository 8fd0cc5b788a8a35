"""How an error leaves the service: one exception for all expected ones, and one body for all answers.

The body is ``application/problem+json`` (RFC 9457); clients of the earlier service find their fields
(``error``, ``message``, ``status_code``, ``path``) beside it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.template.loader import render_to_string
from django.utils.encoding import escape_uri_path
from django.views.defaults import bad_request, page_not_found, permission_denied
from rest_framework import exceptions

from quizservice import tracing
from quizservice.bodies import TooManySlowBodies

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: its path in the body or its name in the query, a code, and words."""

    field: str
    code: str
    detail: str


class ServiceError(Exception):
    """An error that the caller shall see. Subclasses fix status and code."""

    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal_error"

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    @property
    def title(self) -> str:
        return HTTPStatus(self.status).phrase


class BadRequest(ServiceError):
    status = HTTPStatus.BAD_REQUEST
    code = "bad_request"


class Unauthorized(ServiceError):
    status = HTTPStatus.UNAUTHORIZED
    code = "unauthorized"


class Forbidden(ServiceError):
    status = HTTPStatus.FORBIDDEN
    code = "forbidden"


class NotFound(ServiceError):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"


class MethodNotAllowed(ServiceError):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = "method_not_allowed"


class Conflict(ServiceError):
    status = HTTPStatus.CONFLICT
    code = "conflict"


class Gone(ServiceError):
    status = HTTPStatus.GONE
    code = "gone"


class TooLarge(ServiceError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class UnsupportedMediaType(ServiceError):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_media_type"


class Unprocessable(ServiceError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "unprocessable"


class TooManyRequests(ServiceError):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_requests"


class Unavailable(ServiceError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"


def problem_response(request: HttpRequest, error: ServiceError) -> HttpResponse:
    """The answer for an error."""
    body = problem_body(
        error,
        path=escape_uri_path(getattr(request, "original_path", request.path)),
        trace_id=tracing.trace_id() or getattr(request, "request_id", None),
    )
    return HttpResponse(
        orjson.dumps(body),
        status=error.status,
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store", **error.headers},
    )


def problem_body(error: ServiceError, *, path: str, trace_id: str | None) -> dict[str, Any]:
    """The fields of an error's body."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.title,
        "status": int(error.status),
        "detail": error.detail,
        "instance": path,
        "code": error.code,
        "trace_id": trace_id,
        "error": True,
        "message": error.detail,
        "status_code": int(error.status),
        "path": path,
    }
    if error.errors:
        body["errors"] = [asdict(one) for one in error.errors]
    return body


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """DRF's exception handler: whatever a view raises becomes a problem body."""
    request = context["request"]
    django_request: HttpRequest = getattr(request, "_request", request)
    error = as_service_error(exc)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        tracing.failed(exc)
        logger.error("unexpected error at %s", django_request.path, exc_info=exc)
    return problem_response(django_request, error)


def as_service_error(exc: Exception) -> ServiceError:
    """The error that an exception of any origin means to the caller."""
    if isinstance(exc, ServiceError):
        return exc
    if isinstance(exc, exceptions.APIException):
        return _from_rest_framework(exc)
    if isinstance(exc, Http404):
        return NotFound("Resource not found")
    if isinstance(exc, PermissionDenied):
        return Forbidden("Permission denied")
    if isinstance(exc, RequestDataTooBig):
        return TooLarge("The body is too large")
    if isinstance(exc, SuspiciousOperation):
        return BadRequest("Bad request")
    if isinstance(exc, UnreadablePostError):
        if isinstance(exc.__cause__, TooManySlowBodies):
            return Unavailable("Too many bodies come in slowly", headers={"Retry-After": "5"})
        return BadRequest("The body ended before it was complete")
    if isinstance(exc, OperationalError | InterfaceError):
        return Unavailable("The database does not answer", headers={"Retry-After": "5"})
    return ServiceError("An unexpected error occurred")


def _from_rest_framework(exc: exceptions.APIException) -> ServiceError:
    detail = str(exc.detail)
    known: dict[type[exceptions.APIException], type[ServiceError]] = {
        exceptions.ParseError: BadRequest,
        exceptions.NotAuthenticated: Unauthorized,
        exceptions.AuthenticationFailed: Unauthorized,
        exceptions.PermissionDenied: Forbidden,
        exceptions.NotFound: NotFound,
        exceptions.MethodNotAllowed: MethodNotAllowed,
        exceptions.UnsupportedMediaType: UnsupportedMediaType,
        exceptions.Throttled: TooManyRequests,
    }
    if isinstance(exc, exceptions.ValidationError):
        return Unprocessable(
            "The request has wrong values", errors=field_errors(exc.get_full_details())
        )
    for kind, error in known.items():
        if isinstance(exc, kind):
            return error(detail)
    return ServiceError("An unexpected error occurred")


def field_errors(details: Any, path: str = "") -> list[FieldError]:
    """Flat list of what DRF's nested error details say, one entry a wrong field."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"}:
        return [FieldError(path, str(details["code"]), str(details["message"]))]
    if isinstance(details, Mapping):
        found = []
        for name, inner in details.items():
            own = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            found.extend(field_errors(inner, own))
        return found
    if isinstance(details, Sequence) and not isinstance(details, str):
        if all(isinstance(one, Mapping) and set(one) == {"message", "code"} for one in details):
            return [
                FieldError(
                    path, str(details[0]["code"]), " ".join(str(one["message"]) for one in details)
                )
            ]
        found = []
        for number, inner in enumerate(details):
            found.extend(field_errors(inner, f"{path}.{number}".lstrip(".")) if inner else [])
        return found
    return [FieldError(path, "invalid", str(details))]


# --- outside the API's views ----------------------------------------------------------------------


def _wants_html(request: HttpRequest) -> bool:
    return not f"{request.path}/".startswith("/api/") and "text/html" in request.headers.get(
        "Accept", ""
    )


def handler400(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _wants_html(request):
        return bad_request(request, exception)
    return problem_response(request, as_service_error(exception))


def handler403(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _wants_html(request):
        return permission_denied(request, exception)
    return problem_response(request, Forbidden("Permission denied"))


def handler404(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _wants_html(request):
        return page_not_found(request, exception)
    return problem_response(request, NotFound("Resource not found"))


def handler500(request: HttpRequest) -> HttpResponseBase:
    if _wants_html(request):
        # without the request: what makes its context may be what has failed
        number = getattr(request, "request_id", "")
        page = render_to_string("500.html", {"request_id": number})
        return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return problem_response(request, ServiceError("An unexpected error occurred"))
