"""Problems over HTTP."""

from __future__ import annotations

import orjson
from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_view,
)
from rest_framework.request import Request
from rest_framework.response import Response

from problems import listing, pool, serving
from problems.models import Problem
from problems.serializers import (
    DrawnProblemSerializer,
    DrawnProblemsSerializer,
    DrawParams,
    ProblemListParams,
    ProblemPageSerializer,
    ProblemParams,
    ProblemSerializer,
)
from quizservice.api import ApiView, json_answer, not_stored, parse_uuid, with_etag
from quizservice.errors import NotFound
from quizservice.openapi import IF_NONE_MATCH, error_answer
from quizservice.paging import page


class RandomProblemView(ApiView):
    """The next problem by the pool's serving order."""

    scopes = {"GET": "read"}
    query_serializers = {"GET": DrawParams}

    @extend_schema(
        operation_id="draw_problem",
        tags=["Problems"],
        summary="Draw the next problem that fits",
        parameters=[DrawParams],
        responses={
            200: PolymorphicProxySerializer(
                component_name="Draw",
                serializers=[DrawnProblemSerializer, DrawnProblemsSerializer],
                resource_type_field_name=None,
            )
        },
    )
    def get(self, request: Request) -> HttpResponse:
        params = self.query(DrawParams)
        filters = serving.with_cited_verbs(params["filters"])
        count = params.get("count")
        served = serving.serve(
            filters,
            count=count or 1,
            include_metadata=params["include_metadata"],
            reveal=params["reveal"],
        )
        if not served:
            raise NotFound(_nothing_matches(filters))
        if count is None:
            return json_answer(served[0].body)
        return json_answer(b'{"results":[%b]}' % b",".join(one.body for one in served))


@extend_schema_view(get=extend_schema(operation_id="draw_grammar_problem"))
class RandomGrammarProblemView(RandomProblemView):
    """The same: all problems are grammar problems so far."""


def _nothing_matches(filters: pool.Filters) -> str:
    detail = "No problems available"
    if hint := pool.unmatched_hint(filters):
        return f"{detail}: there are some without the filter {hint}"
    return detail


class ProblemsView(ApiView):
    """Live problems; with the scope ``admin`` also others, by their status."""

    scopes = {"GET": "read"}
    query_serializers = {"GET": ProblemListParams}

    def needed_scope(self, method: str | None) -> str:
        request: Request | None = getattr(self, "request", None)
        if request is not None and "status" in request.query_params:
            return "admin"
        return super().needed_scope(method)

    @extend_schema(
        operation_id="list_problems",
        tags=["Problems"],
        summary="Problems that fit, newest first",
        parameters=[ProblemListParams],
        responses={200: ProblemPageSerializer},
    )
    def get(self, request: Request) -> Response:
        params = self.query(ProblemListParams)
        rows = listing.matching(
            serving.with_cited_verbs(params["filters"]),
            search=params.get("search", ""),
            statuses=params.get("status", [Problem.Status.LIVE]),
            include_metadata=params["include_metadata"],
        )
        order = listing.ORDERINGS.get(params.get("ordering", ""), listing.NEWEST_FIRST)
        found, envelope = page(request, rows, params, order=order)
        results = [orjson.Fragment(row.body) for row in found if row.body is not None]
        return not_stored({**envelope, "results": results})


class ProblemView(ApiView):
    """One problem; without the scope ``admin`` live ones only."""

    scopes = {"GET": "read"}
    query_serializers = {"GET": ProblemParams}

    @extend_schema(
        operation_id="get_problem",
        tags=["Problems"],
        summary="One problem",
        parameters=[
            OpenApiParameter("problem_id", OpenApiTypes.UUID, OpenApiParameter.PATH),
            ProblemParams,
            IF_NONE_MATCH,
        ],
        responses={200: ProblemSerializer, **error_answer(410, "The problem is retired")},
    )
    def get(self, request: Request, problem_id: str) -> HttpResponse:
        body = serving.visible_body(
            parse_uuid(problem_id),
            include_metadata=self.query(ProblemParams)["include_metadata"],
            any_status="admin" in self.caller.scopes,
        )
        return with_etag(request, body)


routes = [
    path("problems", ProblemsView.as_view(), name="problems"),
    path("problems/random", RandomProblemView.as_view(), name="draw-problem"),
    path(
        "problems/grammar/random",
        RandomGrammarProblemView.as_view(),
        name="draw-grammar-problem",
    ),
    path("problems/<str:problem_id>", ProblemView.as_view(), name="problem"),
]
