"""Reports in the admin: what learners and teachers find wrong with problems, until somebody closes it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from problems import feedback
from problems.models import Problem, Report, Statement

STATE_COLOURS = {"open": "warning", "closed": "success"}


class OpenFilter(admin.SimpleListFilter):
    """Open reports, unless something else is asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("closed", "closed"), ("all", "all")]

    def choices(self, changelist: Any) -> Any:
        """As usual, but what comes without a choice is named for what it is."""
        for number, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": "open"} if number == 0 else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        if self.value() == "all":
            return queryset
        return queryset.filter(closed_at__isnull=self.value() != "closed")


def open_reports(problem: OuterRef) -> Coalesce:
    """How many open reports a row of problems has, for an annotation; an index holds just these."""
    counted = Report.objects.open().filter(problem=problem).order_by().values("problem")
    return Coalesce(Subquery(counted.annotate(number=Count("id")).values("number")), 0)


class ReportedFilter(admin.SimpleListFilter):
    """For the list of problems: those with open reports."""

    title = "reports"
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "with open reports")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Problem]) -> QuerySet[Problem]:
        if self.value() != "open":
            return queryset
        return queryset.filter(Exists(Report.objects.open().filter(problem=OuterRef("pk"))))


def _link(model: str, row: UUID, text: str) -> SafeString:
    """A link to the page of a row."""
    return format_html(
        '<a class="text-primary-600 underline" href="{}">{}</a>',
        reverse(f"admin:{model}_change", args=[row]),
        text,
    )


@admin.register(Report)
class ReportAdmin(ModelAdmin):
    """Nobody edits or deletes a report; it is closed by an action."""

    list_display = [
        "shown_reason",
        "problem_link",
        "comment",
        "times",
        "last_reported_at",
        "state",
    ]
    list_filter = [OpenFilter, "reason"]
    list_select_related = ["closed_by"]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-id"]
    actions = ["close"]
    actions_submit_line = ["close_one"]
    fields = [
        ("shown_reason", "state"),
        "problem_link",
        "all_comments",
        "times",
        ("created_at", "last_reported_at"),
        ("closed_at", "closed_by"),
        ("id", "reported_by"),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [
            name for row in self.fields for name in ([row] if isinstance(row, str) else list(row))
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        correct = Statement.objects.filter(problem=OuterRef("problem"), is_correct=True)
        reports: QuerySet[Report] = super().get_queryset(request)
        return reports.annotate(_correct=Subquery(correct.values("content")[:1]))

    @display(description="reason", ordering="reason")
    def shown_reason(self, obj: Report) -> str:
        return obj.get_reason_display().lower()

    @display(description="state", label=STATE_COLOURS)
    def state(self, obj: Report) -> str:
        return "open" if obj.closed_at is None else "closed"

    @display(description="problem")
    def problem_link(self, obj: Any) -> SafeString:
        text = obj._correct or "(none is marked as correct)"
        return _link("problems_problem", obj.problem_id, text)

    @display(description="comment")
    def comment(self, obj: Report) -> str:
        first = obj.comments[0][:200] if obj.comments else ""
        return f"{first} (and {len(obj.comments) - 1} more)" if len(obj.comments) > 1 else first

    @display(description="comments")
    def all_comments(self, obj: Report) -> SafeString:
        return format_html_join("", "<p>{}</p>", ((one,) for one in obj.comments))

    @display(description="API key")
    def reported_by(self, obj: Report) -> SafeString:
        return _link("apikeys_apikey", obj.key_id, str(obj.key_id))

    # --- closing: the only change ---

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"show_save": False, "show_save_and_continue": False}
        if (report := kwargs.get("obj")) is not None and report.closed_at is not None:
            context["actions_submit_line"] = []
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        # the row is not written back: it may have been reported once more meanwhile
        for button in self.get_actions_submit_line(request, obj.pk):
            if button.action_name in request.POST:
                button.method(request, obj)

    @action(description="Mark as closed", icon="task_alt", permissions=["change"])
    def close_one(self, request: HttpRequest, obj: Report) -> None:
        self.close(request, Report.objects.filter(pk=obj.pk))

    @admin.action(description="Mark as closed", permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        number = feedback.close_reports(queryset, by=cast("User", request.user))
        messages.success(request, f"{number} {'report' if number == 1 else 'reports'} closed.")
