"""Keys over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apikeys import services, statistics
from apikeys.history import Actor
from apikeys.models import ApiKey
from apikeys.serializers import (
    IssuedSerializer,
    KeyBody,
    KeyChanges,
    KeyListParams,
    KeyPageSerializer,
    KeySerializer,
    KeyStatsSerializer,
    MessageSerializer,
    RotatedSerializer,
    RotationBody,
)
from quizservice.api import ApiView, not_stored, parse_uuid, with_etag
from quizservice.openapi import IF_NONE_MATCH, LOCATION, error_answer
from quizservice.paging import page
from quizservice.proxies import client_address

_ID = OpenApiParameter("key_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
_BODY = OpenApiExample(
    "A key for an app that draws problems",
    {
        "name": "phone app",
        "client_name": "Duo Ltd.",
        "rate_limit_rpm": 1000,
        "allowed_ips": ["203.0.113.0/24", "2001:db8::/32"],
        "expires_at": "2031-01-01T00:00:00Z",
    },
    request_only=True,
)
_CONFLICT = error_answer(
    409, "The key is revoked, or is the last active one with the scope `admin`"
)


def _shown(keys: Sequence[ApiKey]) -> list[Any]:
    counts = statistics.requests_last_24h([key.id for key in keys])
    return list(KeySerializer(keys, many=True, context={"requests_last_24h": counts}).data)


class KeyApiView(ApiView):
    """What the endpoints of keys share."""

    @property
    def actor(self) -> Actor:
        """The key that asks, for the history."""
        caller = self.caller
        return Actor(f"key {caller.prefix}", caller.id, client_address(self.request))


class KeysView(KeyApiView):
    scopes = {"GET": "admin", "POST": "admin"}
    query_serializers = {"GET": KeyListParams}

    @extend_schema(
        operation_id="list_api_keys",
        tags=["API keys"],
        summary="Keys, newest first",
        parameters=[KeyListParams],
        responses={200: KeyPageSerializer},
    )
    def get(self, request: Request) -> Response:
        params = self.query(KeyListParams)
        keys = ApiKey.objects.all() if params["include_inactive"] else ApiKey.objects.usable()
        if text := params.get("search"):
            keys = keys.filter(
                Q(name__icontains=text)
                | Q(description__icontains=text)
                | Q(client_name__icontains=text)
                | Q(key_prefix__startswith=text)
            )
        found, envelope = page(request, keys, params)
        return not_stored({**envelope, "results": _shown(found)})

    @extend_schema(
        operation_id="create_api_key",
        tags=["API keys"],
        summary="Issue a key",
        parameters=[LOCATION],
        request=KeyBody,
        responses={201: IssuedSerializer},
        examples=[_BODY],
    )
    def post(self, request: Request) -> Response:
        text, key = services.issue(**self.body(KeyBody), by=self.actor)
        return Response(
            {"api_key": text, "key_info": _shown([key])[0]},
            status=201,
            headers={"Location": f"/api/v1/api-keys/{key.id}", "Cache-Control": "no-store"},
        )


class KeyView(KeyApiView):
    scopes = {"GET": "admin", "PATCH": "admin", "PUT": "admin", "DELETE": "admin"}

    @extend_schema(
        operation_id="get_api_key",
        tags=["API keys"],
        summary="One key",
        parameters=[_ID, IF_NONE_MATCH],
        responses={200: KeySerializer},
    )
    def get(self, request: Request, key_id: str) -> HttpResponse:
        return with_etag(request, _shown([services.get(parse_uuid(key_id))])[0])

    @extend_schema(
        operation_id="update_api_key",
        tags=["API keys"],
        summary="Change some fields of a key",
        description="Holds in every process within a second. A key cannot change itself (403).",
        parameters=[_ID],
        request=KeyChanges,
        responses={200: KeySerializer, **_CONFLICT},
        examples=[OpenApiExample("Another limit", {"rate_limit_rpm": 300}, request_only=True)],
    )
    def patch(self, request: Request, key_id: str) -> Response:
        return self._change(key_id, KeyChanges)

    @extend_schema(
        operation_id="replace_api_key",
        tags=["API keys"],
        summary="Set all fields of a key",
        description="Fields that are absent take their defaults; the key itself stays the same. "
        "Holds in every process within a second. A key cannot change itself (403).",
        parameters=[_ID],
        request=KeyBody,
        responses={200: KeySerializer, **_CONFLICT},
        examples=[_BODY],
    )
    def put(self, request: Request, key_id: str) -> Response:
        return self._change(key_id, KeyBody, services.DEFAULTS)

    @extend_schema(
        operation_id="revoke_api_key",
        tags=["API keys"],
        summary="Revoke a key, for good",
        description="Holds in every process within a second. A key cannot revoke itself (403).",
        parameters=[_ID],
        responses={200: MessageSerializer, **_CONFLICT},
    )
    def delete(self, request: Request, key_id: str) -> Response:
        key = services.revoke(services.get(parse_uuid(key_id)), by=self.actor)
        return Response({"message": f"API key {key.key_prefix} revoked"})

    def _change(
        self, key_id: str, body: type[KeyChanges], defaults: Mapping[str, Any] | None = None
    ) -> Response:
        key = services.get(parse_uuid(key_id))
        services.refuse_own_change(key, self.actor)  # a 403 comes before what the body has wrong
        values = {**(defaults or {}), **self.body(body)}
        return not_stored(_shown([services.change(key, by=self.actor, **values)])[0])


class RotateKeyView(KeyApiView):
    scopes = {"POST": "admin"}

    @extend_schema(
        operation_id="rotate_api_key",
        tags=["API keys"],
        summary="Give a key a new secret",
        description="The key keeps its id, history, use and limit; both secrets count against one "
        "limit. A key may rotate itself, with a grace: else it would be lost with a lost answer.",
        parameters=[_ID],
        request=RotationBody,
        responses={
            200: RotatedSerializer,
            **error_answer(409, "The key is revoked or expired"),
        },
        examples=[
            OpenApiExample(
                "The old one lives on for a day", {"grace_seconds": 86400}, request_only=True
            )
        ],
    )
    def post(self, request: Request, key_id: str) -> Response:
        wanted = self.body(RotationBody)
        key = services.get(parse_uuid(key_id))
        text, key = services.rotate(key, grace_seconds=wanted["grace_seconds"], by=self.actor)
        rotated = {
            "api_key": text,
            "key_info": key,
            "previous_key_expires_at": key.previous_until,
        }
        counts = statistics.requests_last_24h([key.id])
        return not_stored(RotatedSerializer(rotated, context={"requests_last_24h": counts}).data)


class KeyStatsView(KeyApiView):
    scopes = {"GET": "admin"}

    @extend_schema(
        operation_id="get_api_key_stats",
        tags=["API keys"],
        summary="All keys summed up",
        responses={200: KeyStatsSerializer},
    )
    def get(self, request: Request) -> Response:
        return not_stored(KeyStatsSerializer(statistics.overview()).data)


class CurrentKeyView(KeyApiView):
    """The key that asks."""

    scopes = {"GET": "read"}

    @extend_schema(
        operation_id="get_current_api_key",
        tags=["API keys"],
        summary="The key that asks",
        parameters=[IF_NONE_MATCH],
        responses={200: KeySerializer},
    )
    def get(self, request: Request) -> HttpResponse:
        return with_etag(request, _shown([services.get(self.caller.id)])[0])


routes = [
    path("api-keys", KeysView.as_view(), name="api-keys"),
    path("api-keys/current", CurrentKeyView.as_view(), name="current-api-key"),
    path("api-keys/stats", KeyStatsView.as_view(), name="api-key-stats"),
    path("api-keys/<str:key_id>", KeyView.as_view(), name="api-key"),
    path("api-keys/<str:key_id>/rotate", RotateKeyView.as_view(), name="rotate-api-key"),
]
