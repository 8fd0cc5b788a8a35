"""Who has been locked out of the admin, for staff to see and to let in again."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.decorators import display

from quizservice import lockout


@admin.register(AccessAttempt)
class LoginAttemptAdmin(ModelAdmin):
    """Wrong passwords by name and address; the action unlocks."""

    list_display = ["username", "ip_address", "failures_since_start", "attempt_time", "state"]
    list_display_links = None
    search_fields = ["username", "ip_address"]
    search_help_text = "Search by name or address"
    ordering = ["-attempt_time"]
    actions = ["unlock"]

    @display(description="state", label={"locked": "danger", "open": "success"})
    def state(self, obj: AccessAttempt) -> str:
        return "locked" if lockout.is_locked(obj) else "open"

    @admin.action(description="Unlock: these names may log in again", permissions=["delete"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[AccessAttempt]) -> None:
        count = lockout.unlock(queryset)
        messages.success(request, f"{count} unlocked.")

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # the same, in other words
        return actions

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
