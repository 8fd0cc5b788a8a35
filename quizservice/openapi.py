"""The OpenAPI document: what every operation shares."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema_serializer,
)
from rest_framework import serializers

from quizservice import openapi_examples
from quizservice.api import ApiView, ListParam, StrictSerializer
from quizservice.errors import CONTENT_TYPE


class FieldErrorSerializer(serializers.Serializer):
    """A wrong field."""

    field = serializers.CharField(
        help_text="Its path in the body or its name in the query; empty: the body as a whole."
    )
    code = serializers.CharField(help_text="What is wrong, for programs.")
    detail = serializers.CharField(help_text="What is wrong, for people.")


@extend_schema_serializer(deprecate_fields=["error", "message", "status_code", "path"])
class ProblemDetailsSerializer(serializers.Serializer):
    """An error (RFC 9457), with the fields of the earlier service beside it."""

    type = serializers.CharField(help_text="Always `about:blank`: the status says the kind.")
    title = serializers.CharField(help_text="The status in words.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="What is wrong with this request.")
    instance = serializers.CharField(help_text="The path that was asked.")
    code = serializers.CharField(help_text="The kind of error, for programs.")
    trace_id = serializers.CharField(
        allow_null=True, help_text="Names the request in the logs; also in `X-Request-Id`."
    )
    errors = FieldErrorSerializer(  # type: ignore[assignment]
        many=True, required=False, help_text="Every wrong field at once; for 422 only."
    )
    error = serializers.BooleanField(help_text="Always true. For older clients.")
    message = serializers.CharField(help_text="Equals `detail`. For older clients.")
    status_code = serializers.IntegerField(help_text="Equals `status`. For older clients.")
    path = serializers.CharField(help_text="Equals `instance`. For older clients.")


# --- what views add to their operations -----------------------------------------------------------

#: For an answer with an ``ETag``: the parameter; the headers and the 304 come with it.
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of an earlier answer: if it still holds, the answer is 304.",
)
#: For what may be asked twice and shall be done once.
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="Any text of the caller. The same one with the same body again gives the first answer "
    "again and does nothing; with another body it is refused.",
)
#: For an answer that names what was made.
LOCATION = OpenApiParameter(
    "Location",
    OpenApiTypes.URI_REF,
    OpenApiParameter.HEADER,
    response=[201, 202],
    required=True,
    description="The path of what was made.",
)


def error_answer(status: int, meaning: str) -> dict[tuple[int, str], OpenApiResponse]:
    """An error that only some operations give, for ``extend_schema(responses=...)``."""
    return {(status, CONTENT_TYPE): OpenApiResponse(ProblemDetailsSerializer, meaning)}


# --- what all operations below /api/v1 have -------------------------------------------------------

_ALWAYS = {
    "400": "The request cannot be read: its JSON, its host name, or more than 1,000 parameters",
    "401": "No key, or a wrong, expired or revoked one",
    "403": "The key lacks the scope, or may not come from this address, or not do this",
    "422": "Wrong values or unknown parameters, each named",
    "429": "The key's rate limit is reached, or too many wrong keys came from this address; "
    "`Retry-After` says when to ask again",
    "503": "The database does not answer",
}
_NOT_FOUND = {"404": "Not found"}
_WITH_BODY = {"413": "The body is too large", "415": "The body is of another type"}


def _header(description: str, *, required: bool = True, **schema: Any) -> dict[str, Any]:
    return {
        "schema": {"type": "string", **schema},
        "description": description,
        "required": required,
    }


_LIMIT_HEADERS = {
    "RateLimit-Policy": _header(
        "The key's limit: requests `q` in a window of `w` seconds",
        pattern=r'^"key";q=[0-9]+;w=[0-9]+$',
    ),
    "RateLimit": _header(
        "Requests that remain (`r`) in the window, and the seconds until it ends (`t`)",
        pattern=r'^"key";r=[0-9]+;t=[0-9]+$',
    ),
}
_RETRY_AFTER = {
    "Retry-After": {
        "schema": {"type": "integer", "minimum": 1},
        "description": "Seconds to wait",
        "required": True,
    }
}
_ERROR_HEADERS: dict[str, dict[str, Any]] = {
    "401": {"WWW-Authenticate": _header("The way in: `Bearer`")},
    "429": _RETRY_AFTER,
    "503": _RETRY_AFTER,
}
#: Errors that may come before the key is known, and so without its limit.
_WITHOUT_LIMIT = {"400", "401", "429", "503"}
_ETAG = {"ETag": _header("Names this state of the resource", pattern='^"[0-9a-f]+"$')}
_NO_NUL = "^[^\\u0000]*$"
_NOT_BLANK = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
#: A comma would separate two values.
_LISTED = r"^[^,\u0000]*[^,\s\u0000][^,\u0000]*$"


class ContractSchema(AutoSchema):
    """Adds to every operation below ``/api/v1`` what the contract says of all: errors and limits."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation and self._is_api():
            needs = f"Needs a key with the scope `{self._scope()}`."
            operation["description"] = f"{operation.get('description', '')}\n\n{needs}".strip()
            self._add_headers(operation)
        return operation

    def get_description(self) -> str:  # type: ignore[override]
        return _said_of(type(self.view))

    def get_request_serializer(self) -> Any:
        return super().get_request_serializer() if self._takes_body() else None

    def _scope(self) -> str:
        return cast(ApiView, self.view).needed_scope(self.method)

    def _is_api(self) -> bool:
        return self.path.startswith("/api/v1/")

    def _takes_body(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH")

    def _get_parameters(self) -> Any:
        parameters = super()._get_parameters()
        for one in parameters:
            if one["in"] == "path" and one["schema"].get("format") == "uuid":
                noun = one["name"].removesuffix("_id").replace("_", " ")
                one.setdefault("description", f"Id of the {noun}.")
        return parameters

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        answers = super()._get_response_bodies(direction)
        if not self._is_api():
            return answers
        errors = {**_ALWAYS, **(_WITH_BODY if self._takes_body() else {})}
        if "{" in self.path or self.path.endswith("/random"):
            errors |= _NOT_FOUND
        for status, text in errors.items():
            answers.setdefault(
                status,
                self._get_response_for_code(  # type: ignore[no-untyped-call]
                    OpenApiResponse(ProblemDetailsSerializer, text),
                    status,
                    [CONTENT_TYPE],
                    direction,
                ),
            )
        return answers

    def _add_headers(self, operation: dict[str, Any]) -> None:
        """The headers of each answer, and the 304 of those with an ``ETag``."""
        answers = operation["responses"]
        has_etag = any(one["name"] == "If-None-Match" for one in operation.get("parameters", ()))
        kept = "private, no-cache" if has_etag else "no-store"
        if has_etag:
            answers["304"] = {"description": "The state that `If-None-Match` names still holds"}
        for status, answer in answers.items():
            wrong = status >= "400"
            headers = {
                "Cache-Control": _header("Who may keep it", enum=["no-store" if wrong else kept])
            }
            if has_etag and not wrong:
                headers |= _ETAG
            if status not in _WITHOUT_LIMIT:
                headers |= _LIMIT_HEADERS
            headers |= _ERROR_HEADERS.get(status, {})
            answer["headers"] = {**answer.get("headers", {}), **headers}
        operation["responses"] = dict(sorted(answers.items()))

    def _map_serializer(
        self, serializer: Any, direction: Any, bypass_extensions: bool = False
    ) -> Any:
        schema = super()._map_serializer(  # type: ignore[no-untyped-call]
            serializer, direction, bypass_extensions
        )
        if "description" in schema:
            schema["description"] = _said_of(type(serializer))
        if direction == "request" and isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
        elif direction == "response" and schema.get("type") == "object":
            schema["required"] = sorted(_always_there(serializer))
        return {name: value for name, value in schema.items() if value not in ("", [])}

    def _map_serializer_field(
        self, field: Any, direction: Any, bypass_extensions: bool = False
    ) -> Any:
        """The field's schema, with what REST framework enforces and says nowhere."""
        schema = super()._map_serializer_field(  # type: ignore[no-untyped-call]
            field, direction, bypass_extensions
        )
        if direction != "request":
            return schema
        if isinstance(field, serializers.ListField) and not field.allow_empty:
            schema["minItems"] = 1
        if type(field) is serializers.CharField:
            blank = _NO_NUL if field.allow_blank else _NOT_BLANK
            schema.setdefault("pattern", _LISTED if isinstance(field.parent, ListParam) else blank)
        return schema


def _said_of(kind: type) -> str:
    """What a class itself says to readers of the API: its docstring's first paragraph, in Markdown."""
    own = inspect.cleandoc(vars(kind).get("__doc__") or "")
    return own.partition("\n\n")[0].replace("``", "`")


def _always_there(serializer: Any) -> list[str]:
    """The fields of an answer that no answer lacks: all but those that are declared as optional.

    REST framework thinks of requests: what a model has a default for is to it not required.
    """
    declared: dict[str, Any] = getattr(serializer, "_declared_fields", {})
    return [
        name
        for name, field in serializer.fields.items()
        if not field.write_only and (name not in declared or field.required or field.read_only)
    ]


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The two headers that a key may come in; the roles named are the key's scopes."""

    target_class = "apikeys.authentication.ApiKeyAuthentication"
    name = ["bearerKey", "headerKey"]

    def get_security_definition(self, auto_schema: Any) -> Any:
        return [
            {"type": "http", "scheme": "bearer", "description": "Authorization: Bearer <key>"},
            {
                "type": "apiKey",
                "in": "header",
                "name": "X-API-Key",
                "description": "X-API-Key: <key>",
            },
        ]

    def get_security_requirement(self, auto_schema: Any) -> Any:
        scope = auto_schema.view.needed_scope(auto_schema.method)
        return [{"bearerKey": [scope]}, {"headerKey": [scope]}]


def tidy(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing: enumerations stand where they are used; bodies have their examples."""
    _drop(result, "x-spec-enum-id")
    openapi_examples.add(result)
    return result


def _drop(value: Any, name: str) -> None:
    if isinstance(value, Mapping):
        cast(dict[str, Any], value).pop(name, None)
        for inner in value.values():
            _drop(inner, name)
    elif isinstance(value, list):
        for inner in value:
            _drop(inner, name)
