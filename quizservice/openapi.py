"""The OpenAPI document: what every operation shares."""

from __future__ import annotations

import inspect
from typing import Any, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from quizservice.api import ApiView, StrictSerializer


class FieldErrorSerializer(serializers.Serializer):
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemDetailsSerializer(serializers.Serializer):
    """An error (RFC 9457), with the fields of the earlier service beside it."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    code = serializers.CharField()
    trace_id = serializers.CharField(allow_null=True)
    errors = FieldErrorSerializer(many=True, required=False)  # type: ignore[assignment]
    error = serializers.BooleanField()
    message = serializers.CharField()
    status_code = serializers.IntegerField()
    path = serializers.CharField()


_ALWAYS = {
    "401": "No key, or a wrong, expired or revoked one",
    "403": "The key lacks the scope, or may not come from this address, or not do this",
    "422": "Wrong values or unknown parameters, each named",
    "429": "The key's rate limit is reached; `Retry-After` says when it begins anew",
    "503": "The database does not answer",
}
_NOT_FOUND = {"404": "Not found"}
_WITH_BODY = {
    "400": "The body is not readable JSON",
    "413": "The body is too large",
    "415": "The body is of another type",
}
_RATE_HEADERS = {
    name: {"schema": {"type": "string"}, "description": text}
    for name, text in (
        ("RateLimit-Policy", "The key's limit: requests `q` in a window of `w` seconds"),
        (
            "RateLimit",
            "Requests that remain (`r`) in the window, and the seconds until it ends (`t`)",
        ),
    )
}


class ContractSchema(AutoSchema):
    """Adds to every operation below ``/api/v1`` what the contract says of all: errors and limits."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation and self._is_api():
            needs = f"Needs a key with the scope `{self._scope()}`."
            operation["description"] = f"{operation.get('description', '')}\n\n{needs}".strip()
        return operation

    def get_description(self) -> str:  # type: ignore[override]
        # the view's own words; AutoSchema would fall back on those of its base class
        return inspect.cleandoc(vars(type(self.view)).get("__doc__") or "")

    def get_request_serializer(self) -> Any:
        return super().get_request_serializer() if self._takes_body() else None

    def _scope(self) -> str:
        return cast(ApiView, self.view).needed_scope(self.method)

    def _is_api(self) -> bool:
        return self.path.startswith("/api/v1/")

    def _takes_body(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH")

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        answers = super()._get_response_bodies(direction)
        if not self._is_api():
            return answers
        for answer in answers.values():
            answer["headers"] = {**answer.get("headers", {}), **_RATE_HEADERS}
        errors = {**_ALWAYS, **(_WITH_BODY if self._takes_body() else {})}
        if "{" in self.path or self.path.endswith("/random"):
            errors |= _NOT_FOUND
        for status, text in errors.items():
            answers.setdefault(
                status,
                self._get_response_for_code(  # type: ignore[no-untyped-call]
                    OpenApiResponse(ProblemDetailsSerializer, text),
                    status,
                    ["application/problem+json"],
                    direction,
                ),
            )
        return dict(sorted(answers.items()))

    def _map_serializer(
        self, serializer: Any, direction: Any, bypass_extensions: bool = False
    ) -> Any:
        schema = super()._map_serializer(  # type: ignore[no-untyped-call]
            serializer, direction, bypass_extensions
        )
        if direction == "request" and isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
        return schema


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The two headers that a key may come in; the roles named are the key's scopes."""

    target_class = "apikeys.authentication.ApiKeyAuthentication"
    name = ["bearerKey", "headerKey"]

    def get_security_definition(self, auto_schema: Any) -> Any:
        return [
            {"type": "http", "scheme": "bearer", "description": "Authorization: Bearer <key>"},
            {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        ]

    def get_security_requirement(self, auto_schema: Any) -> Any:
        scope = auto_schema.view.needed_scope(auto_schema.method)
        return [{"bearerKey": [scope]}, {"headerKey": [scope]}]
