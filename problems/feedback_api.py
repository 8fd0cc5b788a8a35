"""Answers, reports and statistics over HTTP."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from problems import feedback
from problems.feedback_serializers import (
    AnswerBody,
    JudgedSerializer,
    ReportBody,
    ReportSerializer,
    StatisticsSerializer,
)
from quizservice import idempotency
from quizservice.api import ApiView, not_stored, parse_uuid
from quizservice.openapi import IDEMPOTENCY_KEY, error_answer

_ID = OpenApiParameter("problem_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
_IN_WORK = error_answer(409, "The first request with this `Idempotency-Key` is still in work")
_STATEMENT = "0197a3c2-7c1e-7b52-9d41-3f5a6c2b8e10"
_OTHER = "0197a3c2-7c1e-7b52-9d41-3f6b1d2c9f42"


class FeedbackView(ApiView):
    """What is asked about a problem that an app has shown; with the scope ``admin`` about any."""

    @property
    def any_status(self) -> bool:
        return "admin" in self.caller.scopes


class AnswersView(FeedbackView):
    scopes = {"POST": "read"}

    @extend_schema(
        operation_id="answer_problem",
        tags=["Problems"],
        summary="Say which statement a learner picked",
        description="Tells whether it was right, and why not. A problem that was retired after it was "
        "drawn can still be answered.",
        parameters=[_ID, IDEMPOTENCY_KEY],
        request=AnswerBody,
        responses={201: JudgedSerializer, **_IN_WORK},
        examples=[
            OpenApiExample(
                "By place",
                value={"index": 2, "learner": "user-4711", "elapsed_ms": 5200},
                request_only=True,
            ),
            OpenApiExample("By id", value={"statement_id": _STATEMENT}, request_only=True),
            OpenApiExample(
                "Wrong",
                value={
                    "correct": False,
                    "correct_answer_index": 0,
                    "explanation": "“avoir” takes the auxiliary “avoir”.",
                    "translation": "She was lucky.",
                },
                response_only=True,
                status_codes=["201"],
            ),
        ],
    )
    def post(self, request: Request, problem_id: str) -> HttpResponse:
        asked = parse_uuid(problem_id)
        body = self.body(AnswerBody)

        def make() -> Response:
            judged = feedback.record_answer(
                asked, **body, key_id=self.caller.id, any_status=self.any_status
            )
            return not_stored(JudgedSerializer(judged).data, status=201)

        return idempotency.once(request, key_id=self.caller.id, make=make)


class ReportsView(FeedbackView):
    scopes = {"POST": "read"}

    @extend_schema(
        operation_id="report_problem",
        tags=["Problems"],
        summary="Say what is wrong with a problem",
        description="Staff see it in the admin. The same key, problem and reason again are the same "
        "report until somebody closes it: `times` counts them, and new comments are kept, too.",
        parameters=[_ID, IDEMPOTENCY_KEY],
        request=ReportBody,
        responses={201: ReportSerializer, **_IN_WORK},
        examples=[
            OpenApiExample(
                "Two are right",
                value={"reason": "ambiguous", "comment": "The third sentence is fine, too."},
                request_only=True,
            ),
            OpenApiExample(
                "The second of its kind",
                value={
                    "report_id": "0197a3d0-11f2-7c39-8a57-6be0d4f2a903",
                    "problem_id": "0197a3c2-7c1e-7a10-b0d4-1c9e8f7a6b55",
                    "reason": "ambiguous",
                    "times": 2,
                    "created_at": "2026-11-26T07:03:45.430021Z",
                    "last_reported_at": "2026-11-26T09:41:02.118205Z",
                },
                response_only=True,
                status_codes=["201"],
            ),
        ],
    )
    def post(self, request: Request, problem_id: str) -> HttpResponse:
        asked = parse_uuid(problem_id)
        body: dict[str, Any] = self.body(ReportBody)

        def make() -> Response:
            report = feedback.report(
                asked,
                reason=body["reason"],
                comment=body.get("comment") or "",
                key_id=self.caller.id,
                any_status=self.any_status,
            )
            return not_stored(ReportSerializer(report).data, status=201)

        return idempotency.once(request, key_id=self.caller.id, make=make)


class StatisticsView(FeedbackView):
    scopes = {"GET": "read"}

    @extend_schema(
        operation_id="get_problem_stats",
        tags=["Problems"],
        summary="How often a problem was served, and how it was answered",
        parameters=[_ID],
        responses={200: StatisticsSerializer},
        examples=[
            OpenApiExample(
                "Ten answers",
                value={
                    "served_count": 31,
                    "last_served_at": "2026-11-26T07:03:45.430021Z",
                    "answered": 10,
                    "correct": 7,
                    "correct_share": 0.7,
                    "correct_share_interval": {"low": 0.397, "high": 0.892},
                    "picks": [
                        {"statement_id": _STATEMENT, "index": 0, "is_correct": True, "picks": 7},
                        {"statement_id": _OTHER, "index": 1, "is_correct": False, "picks": 3},
                    ],
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request, problem_id: str) -> Response:
        found = feedback.statistics(parse_uuid(problem_id), any_status=self.any_status)
        return not_stored(StatisticsSerializer(found).data)


routes = [
    path("problems/<str:problem_id>/answers", AnswersView.as_view(), name="answers"),
    path("problems/<str:problem_id>/reports", ReportsView.as_view(), name="reports"),
    path("problems/<str:problem_id>/stats", StatisticsView.as_view(), name="problem-stats"),
]
