"""Orders over HTTP."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from generation import services, steering
from generation.models import GenerationRequest
from generation.serializers import (
    AcceptedSerializer,
    GenerateBody,
    GenerationRequestSerializer,
    ListedRequestSerializer,
    RequestListParams,
    RequestPageSerializer,
    RequestParams,
    order_from,
)
from problems.serializers import ProblemSerializer
from quizservice import idempotency, tracing
from quizservice.api import ApiView, StrictSerializer, not_stored, parse_uuid, with_etag
from quizservice.errors import Unprocessable
from quizservice.openapi import IDEMPOTENCY_KEY, IF_NONE_MATCH, LOCATION, error_answer
from quizservice.paging import page


class GenerateView(ApiView):
    scopes = {"POST": "write"}

    @extend_schema(
        operation_id="generate_problems",
        tags=["Generation"],
        summary="Order problems",
        description="Answers at once; the request named by Location tells how it goes on.",
        parameters=[LOCATION, IDEMPOTENCY_KEY],
        request=GenerateBody,
        responses={
            202: AcceptedSerializer,
            **error_answer(409, "The first request with this `Idempotency-Key` is still in work"),
        },
    )
    def post(self, request: Request) -> HttpResponse:
        body = self.body(GenerateBody)
        order = order_from(body)
        trace = request.headers.get("traceparent", "")

        def make() -> Response:
            try:
                made = services.submit(
                    order,
                    key_id=self.caller.id,
                    traceparent=trace if tracing.parse(trace) else "",
                )
            except Unprocessable as refused:
                raise _named_as_sent(refused, body) from None
            return _accepted(made, order.count)

        return idempotency.once(request, key_id=self.caller.id, make=make)


def _accepted(order: GenerationRequest, count: int) -> Response:
    """The answer when ``count`` problems of an order are on their way."""
    noun = "problem" if count == 1 else "problems"
    return Response(
        {
            "request_id": str(order.id),
            "message": f"{count} {noun} enqueued for generation",
            "count": count,
        },
        status=202,
        headers={"Location": f"/api/v1/generation-requests/{order.id}"},
    )


def _named_as_sent(refused: Unprocessable, body: dict[str, Any]) -> Unprocessable:
    """The refusal of an order with the names that its fields have in the body."""
    names = {"constraints.": "constraints"}  # none alone is the cause
    if body.get("focus"):
        names["constraints.grammatical_focus"] = "focus"
    errors = [replace(one, field=names.get(one.field, one.field)) for one in refused.errors]
    return Unprocessable(refused.detail, errors=errors)


_ID = OpenApiParameter("request_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
_CONFLICT = error_answer(409, "Not possible in the state that the order is in")


class _OwnRequestView(ApiView):
    """One's own orders; with the admin scope, anybody's."""

    @property
    def owner(self) -> uuid.UUID | None:
        return None if "admin" in self.caller.scopes else self.caller.id

    def order(self, request_id: str) -> GenerationRequest:
        return services.visible_request(parse_uuid(request_id), owner=self.owner)


class GenerationRequestsView(_OwnRequestView):
    scopes = {"GET": "read"}
    query_serializers = {"GET": RequestListParams}

    @extend_schema(
        operation_id="list_generation_requests",
        tags=["Generation"],
        summary="One's own orders, newest first",
        description="With the admin scope those of all keys and of the admin.",
        parameters=[RequestListParams],
        responses={200: RequestPageSerializer},
    )
    def get(self, request: Request) -> Response:
        params = self.query(RequestListParams)
        orders = services.visible_requests(owner=self.owner, statuses=params.get("status", ()))
        found, envelope = page(request, orders, params)
        said = services.what_went_wrong_with(found)
        shown = ListedRequestSerializer(found, many=True, context={"said": said})
        return not_stored({**envelope, "results": shown.data})


class GenerationRequestView(_OwnRequestView):
    scopes = {"GET": "read"}
    query_serializers = {"GET": RequestParams}

    @extend_schema(
        operation_id="get_generation_request",
        tags=["Generation"],
        summary="How an order goes on",
        description="`entities` are its live problems; with the admin scope also the others. What the "
        "grammar engine could not confirm waits for a person: `generated_count` counts it, too.",
        parameters=[_ID, RequestParams, IF_NONE_MATCH],
        responses={200: GenerationRequestSerializer},
    )
    def get(self, request: Request, request_id: str) -> HttpResponse:
        with_entities = self.query(RequestParams)["entities"]
        found = self.order(request_id)
        data = GenerationRequestSerializer(found).data
        if with_entities:
            problems = services.problems_of(found, any_status="admin" in self.caller.scopes)
            data["entities"] = ProblemSerializer(problems, many=True).data
        return with_etag(request, data)


class CancelView(_OwnRequestView):
    scopes = {"POST": "write"}

    @extend_schema(
        operation_id="cancel_generation_request",
        tags=["Generation"],
        summary="Cancel an order",
        description="What has not begun is dropped; what has is finished and counted. "
        "409 when the order has ended.",
        parameters=[_ID],
        request=None,
        responses={200: GenerationRequestSerializer, **_CONFLICT},
    )
    def post(self, request: Request, request_id: str) -> Response:
        order = self.order(request_id)
        self.body(StrictSerializer)  # empty, or an object without fields
        ended = steering.cancel(order, by=f"the API key {self.caller.prefix}")
        return not_stored(GenerationRequestSerializer(ended).data)


class RetryView(_OwnRequestView):
    scopes = {"POST": "write"}

    @extend_schema(
        operation_id="retry_generation_request",
        tags=["Generation"],
        summary="Try failed problems of an order again",
        description="Each gets all its attempts anew. 409 when none has failed, and when the order "
        "was cancelled or has expired.",
        parameters=[_ID, LOCATION],
        request=None,
        responses={202: AcceptedSerializer, **_CONFLICT},
    )
    def post(self, request: Request, request_id: str) -> Response:
        order = self.order(request_id)
        self.body(StrictSerializer)  # empty, or an object without fields
        return _accepted(order, steering.retry_failed(order))


routes = [
    path("problems/generate", GenerateView.as_view(), name="generate"),
    path("generation-requests", GenerationRequestsView.as_view(), name="generation-requests"),
    path(
        "generation-requests/<str:request_id>/cancel",
        CancelView.as_view(),
        name="cancel-generation-request",
    ),
    path(
        "generation-requests/<str:request_id>/retry",
        RetryView.as_view(),
        name="retry-generation-request",
    ),
    path(
        "generation-requests/<str:request_id>",
        GenerationRequestView.as_view(),
        name="generation-request",
    ),
]
