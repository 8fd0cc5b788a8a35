"""Verbs over HTTP."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from quizservice.api import ApiView, not_stored, with_etag
from quizservice.openapi import IF_NONE_MATCH
from quizservice.paging import page
from verbs import services
from verbs.serializers import (
    ConjugatedVerbSerializer,
    FoundVerbSerializer,
    ReadingParams,
    TenseFormsSerializer,
    VerbFilters,
    VerbListParams,
    VerbPageSerializer,
    VerbSerializer,
)

_INFINITIVE = OpenApiParameter(
    "infinitive",
    str,
    OpenApiParameter.PATH,
    description='An infinitive in any case, with or without "se": "être", "se laver", "s\'appeler".',
)


class VerbListView(ApiView):
    """Verbs by infinitive, the readings of one beside each other."""

    scopes = {"GET": "read"}
    query_serializers = {"GET": VerbListParams}

    @extend_schema(
        operation_id="list_verbs",
        tags=["Verbs"],
        summary="Verbs that fit, by infinitive",
        description="In alphabetical order without regard to accents.",
        parameters=[VerbListParams],
        responses={200: VerbPageSerializer},
    )
    def get(self, request: Request) -> Response:
        filters = self.query(VerbListParams)
        params = {str(name): filters.pop(name) for name in ("limit", "cursor") if name in filters}
        found, envelope = page(
            request, services.matching(**filters), params, order=("folded", "infinitive", "id")
        )
        return not_stored({**envelope, "results": VerbSerializer(found, many=True).data})


class RandomVerbView(ApiView):
    """Any verb that fits."""

    scopes = {"GET": "read"}
    query_serializers = {"GET": VerbFilters}

    @extend_schema(
        operation_id="draw_verb",
        tags=["Verbs"],
        summary="A random verb that fits",
        parameters=[VerbFilters],
        responses={200: VerbSerializer},
    )
    def get(self, request: Request) -> Response:
        verb = services.random_verb(**self.query(VerbFilters))
        return not_stored(VerbSerializer(verb).data)


class VerbView(ApiView):
    """A verb by its infinitive: its commonest reading, and the others as alternatives."""

    scopes = {"GET": "read"}
    query_serializers = {"GET": ReadingParams}

    @extend_schema(
        operation_id="get_verb",
        tags=["Verbs"],
        summary="A verb by its infinitive",
        parameters=[_INFINITIVE, ReadingParams, IF_NONE_MATCH],
        responses={200: FoundVerbSerializer},
    )
    def get(self, request: Request, infinitive: str) -> HttpResponse:
        verb, others = services.find(infinitive, **self.query(ReadingParams))
        return with_etag(
            request,
            {
                **VerbSerializer(verb).data,
                "alternatives": VerbSerializer(others, many=True).data,
            },
        )


class ConjugationsView(ApiView):
    """A verb with all its forms."""

    scopes = {"GET": "read"}
    query_serializers = {"GET": ReadingParams}

    @extend_schema(
        operation_id="get_conjugations",
        tags=["Verbs"],
        summary="A verb with its conjugations",
        parameters=[_INFINITIVE, ReadingParams, IF_NONE_MATCH],
        responses={200: ConjugatedVerbSerializer},
    )
    def get(self, request: Request, infinitive: str) -> HttpResponse:
        verb, _ = services.find(infinitive, **self.query(ReadingParams))
        rows = services.conjugations(verb)
        return with_etag(
            request,
            {
                **VerbSerializer(verb).data,
                "conjugations": TenseFormsSerializer(rows, many=True).data,
            },
        )


routes = [
    path("verbs", VerbListView.as_view(), name="verbs"),
    path("verbs/random", RandomVerbView.as_view(), name="draw-verb"),
    path("verbs/<str:infinitive>", VerbView.as_view(), name="verb"),
    path("verbs/<str:infinitive>/conjugations", ConjugationsView.as_view(), name="conjugations"),
]
