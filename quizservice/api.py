"""What every endpoint of the API shares: the order of checks, strict input, JSON, ETags."""

from __future__ import annotations

import functools
import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol, cast

import orjson
from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified, QueryDict
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from quizservice import json_types
from quizservice.errors import (
    BadRequest,
    FieldError,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    Unprocessable,
    field_errors,
)
from quizservice.formats import OrjsonRenderer

#: Deepest nesting of a JSON body; more is an error, not a stack overflow.
MAX_DEPTH = 32
#: Longest name of an unknown field that an error repeats whole, in characters.
MAX_NAME = 100
#: The longest query string, in characters, that is remembered once it was validated.
REMEMBERED = 500


def _cut(name: object) -> str:
    """A field's name as an error shows it: a caller's mistake, however long."""
    text = str(name)
    return text if len(text) <= MAX_NAME else f"{text[:MAX_NAME]}..."


class StrictSerializer(serializers.Serializer):
    """Refuses fields that it does not know and values of another type, naming each.

    With ``json`` in its context the data are a JSON body, else the texts of a query.
    """

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        if isinstance(data, Mapping):
            errors = {
                _cut(name): [serializers.ErrorDetail("This field is not known.", code="unknown")]
                for name in data
                if name not in self.fields
            }
            look = json_types.in_body if self.context.get("json") else json_types.in_query
            for name, field in self.fields.items():
                if name in data and (said := look(field, data[name])):
                    errors[name] = [serializers.ErrorDetail(said, code="invalid")]
            errors = {name: [error] for name, error in self.clashes(data).items()} | errors
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as refused:
            if isinstance(refused.detail, Mapping):
                raise serializers.ValidationError({**errors, **refused.detail}) from None
            raise
        if errors:
            raise serializers.ValidationError(errors)
        return value

    def clashes(self, data: Mapping[str, Any]) -> dict[str, serializers.ErrorDetail]:
        """What is wrong with fields together, by the name of each; told with all other wrong fields.

        ``data`` are as they came: their types are not checked yet.
        """
        return {}


class ListParam(serializers.ListField):
    """A query parameter that may be repeated or hold several values, separated by commas."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 100)
        # an empty filter is refused: to read it as no filter would silently widen the choice
        kwargs.setdefault("allow_empty", False)
        super().__init__(**kwargs)

    @staticmethod
    def split(texts: Sequence[str]) -> list[str]:
        return [part.strip() for text in texts for part in text.split(",") if part.strip()]


class Caller(Protocol):
    """The key that asks, as far as views need to know it."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def prefix(self) -> str: ...
    @property
    def scopes(self) -> frozenset[str]: ...


class ApiView(APIView):
    """An endpoint of the API.

    Checks come in the contract's order: authentication, method (routing comes before the view),
    permission by ``scopes``, rate limit; then the handler reads query and body.
    """

    #: The scope that each method needs.
    scopes: ClassVar[Mapping[str, str]] = {}
    #: Serializer of the query parameters, by method; a method without one takes none.
    query_serializers: ClassVar[Mapping[str, type[StrictSerializer]]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        request.accepted_renderer = self.get_renderers()[0]
        request.accepted_media_type = OrjsonRenderer.media_type
        self.perform_authentication(request)
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(
                f"{str(request.method)[:20]} is not allowed here",
                headers={"Allow": ", ".join(self.allowed_methods)},
            )
        self.check_permissions(request)
        self.check_throttles(request)
        if _read_as(request.method) not in self.query_serializers:
            self.query(StrictSerializer)

    @property
    def allowed_methods(self) -> list[str]:
        return list(_methods_of(type(self)))

    @property
    def default_response_headers(self) -> dict[str, str]:
        # a path that does not exist allows nothing, and says nothing of it
        return {"Allow": ", ".join(self.allowed_methods)} if self.allowed_methods else {}

    @property
    def caller(self) -> Caller:
        """The key that asks; its scopes include the implied ones."""
        return cast(Caller, self.request.auth)

    def needed_scope(self, method: str | None) -> str:
        """The scope that a method needs; HEAD needs that of GET."""
        return self.scopes.get(_read_as(method), "admin")

    def finalize_response(  # type: ignore[override]  # HttpResponse is allowed
        self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        # set by the authentication: hears how a request with a valid key ended, gives its headers
        if answered := getattr(getattr(request, "_request", request), "answered", None):
            for name, value in answered(response.status_code).items():
                response[name] = value
        response.setdefault("Cache-Control", "no-store")
        return response

    def query(self, serializer: type[StrictSerializer]) -> dict[str, Any]:
        """The validated query parameters.

        Each spelling of a query is validated once and then remembered: what is valid depends on nothing
        but its text, and nobody changes a value of what this returns.

        Raises:
            Unprocessable: names every unknown parameter and every wrong value, and every one that is
                repeated although it takes one value.
        """
        text = self.request.META.get("QUERY_STRING", "")
        read = _read_query if len(text) <= REMEMBERED else _read_query.__wrapped__
        return dict(read(serializer, text))

    def body(self, serializer: type[StrictSerializer]) -> dict[str, Any]:
        """The validated JSON body.

        Raises:
            BadRequest: when it is not readable JSON, or nested too deeply.
            TooLarge: when it is larger than ``DATA_UPLOAD_MAX_MEMORY_SIZE``.
            UnsupportedMediaType: when it is of another type.
            Unprocessable: names every unknown field and every wrong value.
        """
        length = str(self.request.META.get("CONTENT_LENGTH") or "0")
        if length.isdecimal() and int(length[:20]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge(
                f"The body is larger than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes"
            )
        data = self.request.data
        if not isinstance(data, Mapping) or hasattr(data, "getlist"):
            if data or not isinstance(data, Mapping):
                raise Unprocessable(
                    "The body must be a JSON object",
                    errors=[FieldError("", "not_an_object", "The body must be a JSON object")],
                )
            data = {}
        if _too_deep(data):
            raise BadRequest(f"The body is nested deeper than {MAX_DEPTH} levels")
        return _validated(serializer(data=data, context={"json": True}))


@functools.lru_cache(maxsize=2048)
def _read_query(serializer: type[StrictSerializer], text: str) -> dict[str, Any]:
    """The validated parameters of a query string (as WSGI has it: its bytes as Latin-1)."""
    fields = serializer().fields
    # a plain mapping: for what DRF takes for an HTML form, an absent flag is a false one
    data: dict[str, Any] = {}
    repeated = []
    for name, texts in QueryDict(text.encode("latin-1")).lists():
        if isinstance(fields.get(name), ListParam):
            data[name] = ListParam.split(texts)
            continue
        data[name] = texts[-1]
        if len(texts) > 1 and name in fields:
            repeated.append(FieldError(name, "repeated", "This parameter takes one value."))
    return _validated(serializer(data=data), repeated)


def _validated(checked: StrictSerializer, wrong: Sequence[FieldError] = ()) -> dict[str, Any]:
    found = list(wrong)
    try:
        checked.is_valid(raise_exception=True)
    except serializers.ValidationError as refused:
        found += field_errors(refused.get_full_details())
    if found:
        raise Unprocessable("The request has wrong values", errors=found)
    return dict(checked.validated_data)


class UnknownPath(ApiView):
    """Everything below the API that has no other view: 401 without a key, else 404."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.perform_authentication(request)
        raise NotFound("Path not found")


class PublicView(ApiView):
    """An endpoint that asks for no key, and so counts against no limit."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()


class UnknownApi(PublicView):
    """Everything else below ``/api``: 404, as JSON also for browsers and in debug mode."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("Path not found")


def _find_methods(view: type[ApiView]) -> tuple[str, ...]:
    """What a view answers: HEAD where it answers GET, and never OPTIONS.

    OPTIONS is CORS's alone, and a preflight never comes as far as a view.
    """
    names = {name for name in view.http_method_names if name != "options" and hasattr(view, name)}
    if "get" in names:
        names.add("head")
    return tuple(name.upper() for name in view.http_method_names if name in names)


_methods_of = cast(
    Callable[[type[ApiView]], tuple[str, ...]],
    functools.cache(_find_methods),  # typed as if it took nothing but instances
)


def _read_as(method: str | None) -> str:
    return "GET" if method == "HEAD" else str(method)


def _too_deep(value: Any, depth: int = 0) -> bool:
    if depth > MAX_DEPTH:
        return True
    if isinstance(value, Mapping):
        return any(_too_deep(inner, depth + 1) for inner in value.values())
    if isinstance(value, list):
        return any(_too_deep(inner, depth + 1) for inner in value)
    return False


def parse_uuid(text: str, name: str = "id") -> uuid.UUID:
    """The UUID that a path segment spells, in its canonical form.

    Raises:
        Unprocessable: when it is none.
    """
    try:
        value = uuid.UUID(text)
    except ValueError:
        value = None
    if value is None or str(value) != text.lower():
        detail = f"{text[:50]!r} is not a UUID"
        raise Unprocessable(detail, errors=[FieldError(name, "invalid_uuid", detail)])
    return value


# --- single resources -----------------------------------------------------------------------------


def with_etag(request: Request, data: Any) -> HttpResponse:
    """200 with the data (bytes: its JSON) and its ETag, or 304 when the caller has it already.

    Only the caller's own cache may keep it, and asks before each use: another key may see something else.
    """
    content = data if isinstance(data, bytes) else orjson.dumps(data, default=str)
    etag = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    asked = request.headers.get("If-None-Match", "")
    known = {part.strip().removeprefix("W/") for part in asked.split(",")}
    if etag in known or asked.strip() == "*":
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(content, content_type="application/json", headers=headers)


def not_stored(data: Any, status: int = 200) -> Response:
    """An answer that no cache may keep."""
    return Response(data, status=status, headers={"Cache-Control": "no-store"})


def json_answer(content: bytes) -> HttpResponse:
    """200 with ready JSON that no cache may keep."""
    return HttpResponse(
        content, content_type="application/json", headers={"Cache-Control": "no-store"}
    )
