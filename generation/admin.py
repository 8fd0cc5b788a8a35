"""Orders in the admin: their state, their items, and the form that makes a new one."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from generation import services
from generation.forms import OrderForm
from generation.models import GenerationItem, GenerationRequest
from quizservice.errors import Unprocessable

STATUS_COLOURS = {
    "pending": "info",
    "processing": "info",
    "completed": "success",
    "partial": "warning",
    "failed": "danger",
    "expired": "danger",
}


class ReadOnlyMixin:
    """Rows that only the service writes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ItemInline(ReadOnlyMixin, TabularInline):
    model = GenerationItem
    fields = ["position", "state", "attempt", "problem", "error_message", "error_detail"]
    readonly_fields = fields
    per_page = 50
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[GenerationItem]:
        items: QuerySet[GenerationItem] = super().get_queryset(request)
        return items.select_related("problem")


def _prefilled(request: HttpRequest) -> dict[str, Any]:
    """Initial values of the order form from the address: a repeated parameter is several choices."""
    several = {"grammatical_focus", "tenses_used", "error_types"}
    return {
        name: values if name in several else ", ".join(values)
        for name, values in request.GET.lists()
    }


@admin.register(GenerationRequest)
class GenerationRequestAdmin(ReadOnlyMixin, ModelAdmin):
    list_display = [
        "requested_at",
        "shown_status",
        "progress",
        "priority",
        "constraints",
        "ordered",
    ]
    list_filter = ["status", "priority"]
    list_select_related = ["ordered_by"]
    ordering = ["-id"]
    inlines = [ItemInline]
    actions_list = ["order"]
    show_full_result_count = False

    @display(description="status", label=STATUS_COLOURS)
    def shown_status(self, obj: GenerationRequest) -> str:
        return obj.status

    @display(description="made")
    def progress(self, obj: GenerationRequest) -> str:
        return f"{obj.generated_count} of {obj.requested_count}"

    @display(description="ordered by")
    def ordered(self, obj: GenerationRequest) -> str:
        return (
            str(obj.ordered_by) if obj.ordered_by else "an API key" if obj.key_id else "a command"
        )

    def has_order_permission(self, request: HttpRequest) -> bool:
        codename = get_permission_codename("add", self.opts)
        return bool(request.user.has_perm(f"{self.opts.app_label}.{codename}"))

    @action(
        description="Order problems",
        url_path="order",
        icon="add",
        permissions=["order"],
        variant=ActionVariant.PRIMARY,
    )
    def order(self, request: HttpRequest) -> HttpResponse:
        """The order form; a valid one becomes a request."""
        form = OrderForm(request.POST or None, initial=_prefilled(request))
        if request.method == "POST" and form.is_valid():
            try:
                made = services.submit(form.order(), ordered_by=cast("User", request.user))
            except Unprocessable as refused:
                form.add_refusal(refused)
            else:
                messages.success(request, f"{made.requested_count} problems ordered.")
                return redirect(
                    reverse("admin:generation_generationrequest_change", args=[made.id])
                )
        context = {**self.admin_site.each_context(request), "title": "Order problems", "form": form}
        return TemplateResponse(request, "admin/generation/order.html", context)
