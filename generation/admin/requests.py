"""Orders in the admin: their list. ordering.py has the form, following.py the page of one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from generation import pausing, spending, wording
from generation.admin.following import STATUS_BADGES, FollowingMixin, bar_of
from generation.admin.ledger import ReadOnlyMixin
from generation.admin.ordering import OrderingMixin
from generation.models import GenerationRequest
from generation.writers.registry import LABELS, label_of


class OpenFilter(admin.SimpleListFilter):
    """Orders that still run, and those that are over."""

    title = gettext_lazy("progress")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", _("still running")), ("over", _("over"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[GenerationRequest]
    ) -> QuerySet[GenerationRequest]:
        open_ones = {"status__in": GenerationRequest.OPEN}
        return {
            "open": queryset.filter(**open_ones),
            "over": queryset.exclude(**open_ones),
        }.get(self.value() or "", queryset)


class WriterFilter(admin.SimpleListFilter):
    """Orders of one writer."""

    title = gettext_lazy("written by")
    parameter_name = "generator"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, label_of(name)) for name in LABELS]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[GenerationRequest]
    ) -> QuerySet[GenerationRequest]:
        return queryset.filter(generator=self.value()) if self.value() else queryset


@admin.register(GenerationRequest)
class GenerationRequestAdmin(OrderingMixin, FollowingMixin, ReadOnlyMixin, ModelAdmin):
    list_display = ["what", "state", "made", "who", "requested_at", "written_by", "dollars"]
    list_display_links = ["what"]
    list_filter = [
        OpenFilter,
        "status",
        WriterFilter,
        "priority",
        ("requested_at", RangeDateFilter),
    ]
    list_filter_submit = True
    list_per_page = 50
    list_before_template = "admin/generation/orders_head.html"
    search_fields = ["ordered_by__username", "operator", "topic_tags"]
    search_help_text = gettext_lazy("Who ordered, or a topic tag")
    sortable_by = ("requested_at", "dollars")
    ordering = ["-id"]

    class Media:
        css = {"all": ["generation/generation.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[GenerationRequest]:
        orders: QuerySet[GenerationRequest] = super().get_queryset(request)
        return orders.select_related("ordered_by")

    def get_urls(self) -> list[URLPattern]:
        return [
            *self.ordering_urls(),
            *self.steering_urls(),
            *self.following_urls(),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            **(extra_context or {}),
            "title": _("Orders"),
            "budgets": spending.notices(),
            **self.pause_buttons(request, pausing.pauses()),
        }
        page: HttpResponse = super().changelist_view(request, context)
        return page

    @display(description=gettext_lazy("order"))
    def what(self, obj: GenerationRequest) -> str:
        return wording.title_of(obj)

    @display(description=gettext_lazy("state"), ordering="status")
    def state(self, obj: GenerationRequest) -> str:
        context = {"badge": STATUS_BADGES[obj.status], "said": obj.get_status_display()}
        return render_to_string("admin/generation/badge.html", context)

    @display(description=gettext_lazy("made"))
    def made(self, obj: GenerationRequest) -> str:
        parts = obj.counted_parts()
        context = {
            "bar": bar_of(parts),
            "made": parts["made"],
            "total": obj.requested_count,
            "lost": parts["failed"] + parts["rejected"],
        }
        return render_to_string("admin/generation/bar_cell.html", context)

    @display(description=gettext_lazy("ordered by"), ordering="ordered_by__username")
    def who(self, obj: GenerationRequest) -> str:
        return wording.ordered_by(obj)

    @display(description=gettext_lazy("written by"), ordering="generator")
    def written_by(self, obj: GenerationRequest) -> str:
        return label_of(obj.generator)

    @display(description=gettext_lazy("cost"), ordering="cost")
    def dollars(self, obj: GenerationRequest) -> str:
        return wording.dollars(obj.cost) if obj.tokens else ""
