"""Keys over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apikeys import services
from apikeys.models import ApiKey
from apikeys.serializers import (
    IssuedSerializer,
    KeyBody,
    KeyListParams,
    KeyPageSerializer,
    KeySerializer,
    MessageSerializer,
)
from quizservice.api import ApiView, not_stored, page, parse_uuid, with_etag

_ID = OpenApiParameter("key_id", OpenApiTypes.UUID, OpenApiParameter.PATH)


def _shown(keys: Sequence[ApiKey]) -> list[Any]:
    counts = services.requests_last_24h([key.id for key in keys])
    return list(KeySerializer(keys, many=True, context={"requests_last_24h": counts}).data)


class KeysView(ApiView):
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
                | Q(client_name__icontains=text)
                | Q(key_prefix__startswith=text)
            )
        found, envelope = page(request, keys, params)
        return not_stored({**envelope, "results": _shown(found)})

    @extend_schema(
        operation_id="create_api_key",
        tags=["API keys"],
        summary="Issue a key",
        request=KeyBody,
        responses={201: IssuedSerializer},
    )
    def post(self, request: Request) -> Response:
        text, key = services.issue(**self.body(KeyBody), created_by=f"key {self.caller.prefix}")
        return Response(
            {"api_key": text, "key_info": _shown([key])[0]},
            status=201,
            headers={"Location": f"/api/v1/api-keys/{key.id}", "Cache-Control": "no-store"},
        )


class KeyView(ApiView):
    scopes = {"GET": "admin", "DELETE": "admin"}

    @extend_schema(
        operation_id="get_api_key",
        tags=["API keys"],
        summary="One key",
        parameters=[_ID],
        responses={200: KeySerializer},
    )
    def get(self, request: Request, key_id: str) -> HttpResponse:
        return with_etag(request, _shown([services.get(parse_uuid(key_id))])[0])

    @extend_schema(
        operation_id="revoke_api_key",
        tags=["API keys"],
        summary="Revoke a key, for good",
        parameters=[_ID],
        responses={200: MessageSerializer},
    )
    def delete(self, request: Request, key_id: str) -> Response:
        key = services.get(parse_uuid(key_id))
        services.revoke(key, by_key=self.caller.id)
        return Response({"message": f"API key {key.key_prefix} revoked"})


class CurrentKeyView(ApiView):
    """The key that asks."""

    scopes = {"GET": "read"}

    @extend_schema(
        operation_id="get_current_api_key",
        tags=["API keys"],
        summary="The key that asks",
        responses={200: KeySerializer},
    )
    def get(self, request: Request) -> Response:
        return not_stored(_shown([services.get(self.caller.id)])[0])


routes = [
    path("api-keys", KeysView.as_view(), name="api-keys"),
    path("api-keys/current", CurrentKeyView.as_view(), name="current-api-key"),
    path("api-keys/<str:key_id>", KeyView.as_view(), name="api-key"),
]
