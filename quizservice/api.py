"""What every endpoint of the API shares: the order of checks, strict input, JSON, cursors, ETags."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol, cast

import orjson
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpResponse, HttpResponseNotModified
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

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


class StrictSerializer(serializers.Serializer):
    """Refuses fields that it does not know, naming each, and NUL characters in every text."""

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = {}
        if isinstance(data, Mapping):
            errors = {
                str(name): [serializers.ErrorDetail("This field is not known.", code="unknown")]
                for name in data
                if name not in self.fields
            }
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as refused:
            if isinstance(refused.detail, Mapping):
                raise serializers.ValidationError({**errors, **refused.detail}) from None
            raise
        if errors:
            raise serializers.ValidationError(errors)
        return value


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
        # OPTIONS is CORS's alone, and a preflight never comes as far as a view
        return [method for method in super().allowed_methods if method != "OPTIONS"]

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
        # set by the authentication: headers that every answer to a valid key carries
        headers = getattr(getattr(request, "_request", request), "answer_headers", dict)
        for name, value in headers().items():
            response[name] = value
        return response

    def query(self, serializer: type[StrictSerializer]) -> dict[str, Any]:
        """The validated query parameters.

        Raises:
            Unprocessable: names every unknown parameter and every wrong value, and every one that is
                repeated although it takes one value.
        """
        given = self.request.query_params
        fields = serializer().fields
        # a plain mapping: for what DRF takes for an HTML form, an absent flag is a false one
        data: dict[str, Any] = {}
        repeated = []
        for name, texts in given.lists():
            if isinstance(fields.get(name), ListParam):
                data[name] = ListParam.split(texts)
                continue
            data[name] = texts[-1]
            if len(texts) > 1 and name in fields:
                repeated.append(FieldError(name, "repeated", "This parameter takes one value."))
        return self._validated(serializer, data, repeated)

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
        return self._validated(serializer, data)

    @staticmethod
    def _validated(
        serializer: type[StrictSerializer], data: Any, wrong: Sequence[FieldError] = ()
    ) -> dict[str, Any]:
        checked = serializer(data=data)
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
    """200 with the data and its ETag, or 304 when the caller has it already.

    Only the caller's own cache may keep it, and asks before each use: another key may see something else.
    """
    content = orjson.dumps(data, default=str)
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


# --- lists ----------------------------------------------------------------------------------------

#: Up to this many rows a list says how many there are.
COUNTED = 10_000


class PageParams(StrictSerializer):
    """The query parameters that every list takes."""

    limit = serializers.IntegerField(min_value=1, max_value=100, default=50)
    cursor = serializers.CharField(required=False, max_length=500)


def page(
    request: Request,
    queryset: QuerySet[Any],
    params: Mapping[str, Any],
    *,
    key: str = "id",
    descending: bool = True,
) -> tuple[list[Any], dict[str, Any]]:
    """One page of a list, and the envelope ``{count, next, previous}`` to put ``results`` into.

    Rows are ordered by ``key``, a unique column. A cursor names the row it starts after (or before).

    Raises:
        Unprocessable: for a cursor that was not made here.
    """
    limit = params["limit"]
    after, backwards = _read_cursor(params.get("cursor"), queryset.model, key)
    falling = descending != backwards
    rows = queryset.order_by(f"-{key}" if falling else key)
    if after is not None:
        rows = rows.filter(Q(**{f"{key}__lt" if falling else f"{key}__gt": after}))
    found = list(rows[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, after is not None)
    total = queryset.order_by()[: COUNTED + 1].count()
    return found, {
        "count": total if total <= COUNTED else None,
        "next": _link(request, "n", getattr(found[-1], key)) if found and has_next else None,
        "previous": _link(request, "p", getattr(found[0], key)) if found and has_previous else None,
    }


def _link(request: Request, direction: str, value: Any) -> str:
    cursor = (
        base64.urlsafe_b64encode(json.dumps([direction, str(value)]).encode()).decode().rstrip("=")
    )
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _read_cursor(text: str | None, model: type[Model], key: str) -> tuple[Any, bool]:
    if text is None:
        return None, False
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        direction, value = json.loads(raw)
        if direction not in ("n", "p") or not isinstance(value, str) or "\0" in value:
            raise ValueError(raw)
        value.encode()  # lone surrogates cannot be stored, so no row has them
        column: Field[Any, Any] = model._meta.get_field(key)  # type: ignore[assignment]
        return column.to_python(value), direction == "p"
    except (ValueError, TypeError, binascii.Error, ValidationError):
        detail = "The cursor is not one of this list"
        raise Unprocessable(detail, errors=[FieldError("cursor", "invalid", detail)]) from None
