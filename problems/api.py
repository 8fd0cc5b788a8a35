"""Problems over HTTP."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from problems import pool, services
from problems.serializers import DrawParams, ProblemSerializer
from quizservice.api import ApiView, StrictSerializer, not_stored, parse_uuid, with_etag
from quizservice.errors import NotFound


class RandomProblemView(ApiView):
    """The next problem by the pool's serving order."""

    scopes = {"GET": "read"}
    query_serializers = {"GET": DrawParams}

    @extend_schema(
        operation_id="draw_problem",
        tags=["Problems"],
        summary="Draw the next problem that fits",
        parameters=[DrawParams],
        responses={200: ProblemSerializer},
    )
    def get(self, request: Request) -> Response:
        params = self.query(DrawParams)
        include_metadata = params.pop("include_metadata")
        filters = pool.Filters(**params)
        problem = services.next_problem(filters)
        if problem is None:
            raise NotFound(_nothing_matches(filters))
        return not_stored(
            ProblemSerializer(problem, context={"include_metadata": include_metadata}).data
        )


@extend_schema_view(get=extend_schema(operation_id="draw_grammar_problem"))
class RandomGrammarProblemView(RandomProblemView):
    """The same: all problems are grammar problems so far."""


def _nothing_matches(filters: pool.Filters) -> str:
    detail = "No problems available"
    if hint := pool.unmatched_hint(filters):
        return f"{detail}: there are some without the filter {hint}"
    return detail


class ProblemParams(StrictSerializer):
    include_metadata = DrawParams().fields["include_metadata"]


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
        ],
        responses={200: ProblemSerializer},
    )
    def get(self, request: Request, problem_id: str) -> HttpResponse:
        include_metadata = self.query(ProblemParams)["include_metadata"]
        problem = services.visible_problem(
            parse_uuid(problem_id), any_status="admin" in self.caller.scopes
        )
        return with_etag(
            request, ProblemSerializer(problem, context={"include_metadata": include_metadata}).data
        )


routes = [
    path("problems/random", RandomProblemView.as_view(), name="draw-problem"),
    path(
        "problems/grammar/random",
        RandomGrammarProblemView.as_view(),
        name="draw-grammar-problem",
    ),
    path("problems/<str:problem_id>", ProblemView.as_view(), name="problem"),
]
