"""Orders over HTTP."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from generation import services
from generation.serializers import (
    AcceptedSerializer,
    GenerateBody,
    GenerationRequestSerializer,
    RequestParams,
    order_from,
)
from problems.serializers import ProblemSerializer
from quizservice.api import ApiView, parse_uuid, with_etag
from quizservice.errors import Unprocessable

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class GenerateView(ApiView):
    scopes = {"POST": "write"}

    @extend_schema(
        operation_id="generate_problems",
        tags=["Generation"],
        summary="Order problems",
        description="Answers at once; the request named by Location tells how it goes on.",
        request=GenerateBody,
        responses={202: AcceptedSerializer},
    )
    def post(self, request: Request) -> Response:
        body = self.body(GenerateBody)
        order = order_from(body)
        trace = request.headers.get("traceparent", "")
        try:
            made = services.submit(
                order,
                key_id=self.caller.id,
                traceparent=trace if _TRACEPARENT.fullmatch(trace) else "",
            )
        except Unprocessable as refused:
            raise _named_as_sent(refused, body) from None
        noun = "problem" if order.count == 1 else "problems"
        return Response(
            {
                "request_id": str(made.id),
                "message": f"{order.count} {noun} enqueued for generation",
                "count": order.count,
            },
            status=202,
            headers={"Location": f"/api/v1/generation-requests/{made.id}"},
        )


def _named_as_sent(refused: Unprocessable, body: dict[str, Any]) -> Unprocessable:
    """The refusal of an order with the names that its fields have in the body."""
    names = {"constraints.": "constraints"}  # none alone is the cause
    if body.get("focus"):
        names["constraints.grammatical_focus"] = "focus"
    errors = [replace(one, field=names.get(one.field, one.field)) for one in refused.errors]
    return Unprocessable(refused.detail, errors=errors)


class GenerationRequestView(ApiView):
    scopes = {"GET": "read"}
    query_serializers = {"GET": RequestParams}

    @extend_schema(
        operation_id="get_generation_request",
        tags=["Generation"],
        summary="How an order goes on",
        parameters=[
            OpenApiParameter("request_id", OpenApiTypes.UUID, OpenApiParameter.PATH),
            RequestParams,
        ],
        responses={200: GenerationRequestSerializer},
    )
    def get(self, request: Request, request_id: str) -> HttpResponse:
        with_entities = self.query(RequestParams)["entities"]
        owner = None if "admin" in self.caller.scopes else self.caller.id
        found = services.visible_request(parse_uuid(request_id), owner=owner)
        data = GenerationRequestSerializer(found).data
        if with_entities:
            data["entities"] = ProblemSerializer(services.problems_of(found), many=True).data
        return with_etag(request, data)


routes = [
    path("problems/generate", GenerateView.as_view(), name="generate"),
    path(
        "generation-requests/<str:request_id>",
        GenerationRequestView.as_view(),
        name="generation-request",
    ),
]
