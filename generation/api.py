"""Orders over HTTP."""

from __future__ import annotations

import re

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
from quizservice.api import ApiView, not_stored, parse_uuid

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
        order = order_from(self.body(GenerateBody))
        trace = request.headers.get("traceparent", "")
        made = services.submit(
            order,
            key_id=self.caller.id,
            traceparent=trace if _TRACEPARENT.fullmatch(trace) else "",
        )
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
    def get(self, request: Request, request_id: str) -> Response:
        with_entities = self.query(RequestParams)["entities"]
        owner = None if "admin" in self.caller.scopes else self.caller.id
        found = services.visible_request(parse_uuid(request_id), owner=owner)
        data = GenerationRequestSerializer(found).data
        if with_entities:
            data["entities"] = ProblemSerializer(services.problems_of(found), many=True).data
        return not_stored(data)


routes = [
    path("problems/generate", GenerateView.as_view(), name="generate"),
    path(
        "generation-requests/<str:request_id>",
        GenerationRequestView.as_view(),
        name="generation-request",
    ),
]
