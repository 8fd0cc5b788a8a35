"""Reports in the admin: what learners and teachers find wrong with problems, until somebody closes it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from problems import feedback
from problems.models import Report, Statement
from problems.review import Wanted

STATE_COLOURS = {"open": "warning", "closed": "success"}


class OpenFilter(admin.SimpleListFilter):
    """Open reports, unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("closed", gettext("closed")), ("all", gettext("all"))]

    def choices(self, changelist: Any) -> Any:
        """As usual, but what comes without a choice is named for what it is."""
        for number, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": gettext("open")} if number == 0 else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        if self.value() == "all":
            return queryset
        return queryset.filter(closed_at__isnull=self.value() != "closed")


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
    ordering = ["-id"]
    actions = ["close"]
    actions_list = ["review"]
    actions_submit_line = ["close_one"]
    fields = [
        ("shown_reason", "shown_state"),
        "problem_link",
        "all_comments",
        "times",
        ("created_at", "last_reported_at"),
        ("closed_at", "closed_by"),
        "closing_word",
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

    @display(description=_("reason"), ordering="reason")
    def shown_reason(self, obj: Report) -> str:
        return obj.get_reason_display().lower()

    @display(description=_("state"), label=STATE_COLOURS)
    def state(self, obj: Report) -> tuple[str, str]:
        return ("open", gettext("open")) if obj.closed_at is None else ("closed", gettext("closed"))

    @display(description=_("state"))
    def shown_state(self, obj: Report) -> str:
        """The word alone: the page of a report shows no label."""
        return str(self.state(obj)[1])

    @display(description=_("problem"))
    def problem_link(self, obj: Any) -> SafeString:
        text = obj._correct or gettext("(none is marked as correct)")
        return _link("problems_problem", obj.problem_id, text)

    @display(description=_("comment"))
    def comment(self, obj: Report) -> str:
        first = obj.comments[0][:200] if obj.comments else ""
        if len(obj.comments) < 2:
            return first
        more = {"comment": first, "number": len(obj.comments) - 1}
        return gettext("%(comment)s (and %(number)d more)") % more

    @display(description=_("comments"))
    def all_comments(self, obj: Report) -> SafeString:
        return format_html_join("", "<p>{}</p>", ((one,) for one in obj.comments))

    @display(description=_("API key"))
    def reported_by(self, obj: Report) -> SafeString:
        return _link("apikeys_apikey", obj.key_id, str(obj.key_id))

    @action(
        description=_("Review what is reported"),
        url_path="review",
        icon="rule",
        permissions=["change"],
        variant=ActionVariant.PRIMARY,
    )
    def review(self, request: HttpRequest) -> HttpResponse:
        """The review queue with what is reported: there it is decided, a problem at a time."""
        return redirect(f"{reverse('admin:problems_review')}?{Wanted(reported=True).query()}")

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

    @action(description=_("Mark as closed"), icon="task_alt", permissions=["change"])
    def close_one(self, request: HttpRequest, obj: Report) -> None:
        self.close(request, Report.objects.filter(pk=obj.pk))

    @admin.action(description=_("Mark as closed"), permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        number = feedback.close_reports(queryset, by=cast("User", request.user))
        said = ngettext("%(number)d report closed.", "%(number)d reports closed.", number)
        messages.success(request, said % {"number": number})
