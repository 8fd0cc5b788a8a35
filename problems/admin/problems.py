"""Problems in the admin: found, published and retired; editing.py is the page of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from unfold.contrib.filters.admin import TextFilter
from unfold.decorators import display

from problems import services
from problems.admin.editing import EditingMixin
from problems.admin.feedback import ReportedFilter, open_reports
from problems.models import Problem, Statement, fold
from quizservice.errors import ServiceError
from verbs.french.vocabulary import Tense

STATUS_COLOURS = {"draft": "info", "review": "warning", "live": "success", "retired": "danger"}


class TenseFilter(admin.SimpleListFilter):
    title = "tense"
    parameter_name = "tense"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(tense.value, tense.value.replace("_", " ")) for tense in Tense]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Problem]) -> QuerySet[Problem]:
        return queryset.filter(tenses_used__contains=[self.value()]) if self.value() else queryset


class TagFilter(TextFilter):
    title = "topic tag"
    parameter_name = "tag"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Problem]) -> QuerySet[Problem]:
        return queryset.filter(topic_tags__contains=[self.value()]) if self.value() else queryset


@admin.register(Problem)
class ProblemAdmin(EditingMixin):
    list_display = [
        "correct_sentence",
        "grammatical_focus",
        "tenses",
        "level",
        "shown_status",
        "times_served",
        "last_served",
        "open_reports",
    ]
    list_filter = [
        "status",
        "grammatical_focus",
        "level",
        "target_language_code",
        TenseFilter,
        TagFilter,
        ReportedFilter,
    ]
    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-id"]
    search_fields = ["search_text"]
    search_help_text = "Search in sentences, title and tags; accents and case do not matter"
    actions = ["publish", "retire", "order_more"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Problem]:
        correct = Statement.objects.filter(problem=OuterRef("pk"), is_correct=True)
        problems: QuerySet[Problem] = super().get_queryset(request)
        return problems.defer("search_text", "generation_trace").annotate(
            _correct=Subquery(correct.values("content")[:1]),
            _served=Coalesce(F("serving__served_count"), Value(0)),
            _last_served=F("serving__last_served_at"),
            _reports=open_reports(OuterRef("pk")),
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Problem], search_term: str
    ) -> tuple[QuerySet[Problem], bool]:
        for word in fold(search_term.replace("\x00", "")).split():
            queryset = queryset.filter(search_text__contains=word)
        return queryset, False

    @display(description="correct sentence", ordering="search_text")
    def correct_sentence(self, obj: Any) -> str:
        return obj._correct or "(none is marked as correct)"

    @display(description="tenses")
    def tenses(self, obj: Problem) -> str:
        return ", ".join(tense.replace("_", " ") for tense in obj.tenses_used)

    @display(description="status", ordering="status", label=STATUS_COLOURS)
    def shown_status(self, obj: Problem) -> str:
        return obj.status

    @display(description="times served", ordering="_served")
    def times_served(self, obj: Any) -> int:
        return int(getattr(obj, "_served", 0))

    @display(description="last served", ordering="_last_served")
    def last_served(self, obj: Any) -> str | None:
        moment = getattr(obj, "_last_served", None)
        return moment and date_format(localtime(moment), "DATETIME_FORMAT")

    @display(description="open reports")
    def open_reports(self, obj: Any) -> int | str:
        return obj._reports or ""

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Problem]) -> None:
        self._each(request, queryset, services.publish, "published")

    @admin.action(description="Retire", permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Problem]) -> None:
        self._each(request, queryset, services.retire, "retired")

    @admin.action(description="Order more like these", permissions=["view"])
    def order_more(self, request: HttpRequest, queryset: QuerySet[Problem]) -> HttpResponse:
        """The order form, filled in with what these problems have in common."""
        return redirect(
            f"{reverse('admin:generation_generationrequest_order')}?"
            f"{urlencode(services.common_traits(queryset), doseq=True)}"
        )

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[Problem],
        change: Callable[[UUID], None],
        done: str,
    ) -> None:
        number = 0
        refusals: dict[str, int] = {}
        for problem_id in list(queryset.order_by("id").values_list("id", flat=True)):
            try:
                change(problem_id)
                number += 1
            except ServiceError as refused:
                refusals[refused.detail] = refusals.get(refused.detail, 0) + 1
        if number:
            messages.success(request, f"{number} problems {done}.")
        for detail, times in refusals.items():
            messages.warning(request, f"{times} not {done}: {detail}")
