"""Who has been locked out of the admin, for staff to see and to let in again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import display

from quizservice import lockout
from quizservice.console import caches, users  # noqa: F401  register their pages
from quizservice.models import LockedLogin


@admin.register(LockedLogin)
class LockedLoginAdmin(ModelAdmin):
    """Wrong passwords by name and address; the action unlocks."""

    list_display = ["name", "address", "failures", "last_try", "state"]
    list_display_links = None
    search_fields = ["username", "ip_address"]
    search_help_text = gettext_lazy("Search by name or address")
    ordering = ["-attempt_time"]
    actions = ["unlock"]

    @display(description=gettext_lazy("name"), ordering="username")
    def name(self, obj: LockedLogin) -> str:
        return obj.username or ""

    @display(description=gettext_lazy("address"), ordering="ip_address")
    def address(self, obj: LockedLogin) -> str:
        return obj.ip_address or ""

    @display(description=gettext_lazy("wrong passwords"), ordering="failures_since_start")
    def failures(self, obj: LockedLogin) -> int:
        return int(obj.failures_since_start)

    @display(description=gettext_lazy("last try"), ordering="attempt_time")
    def last_try(self, obj: LockedLogin) -> datetime:
        return cast("datetime", obj.attempt_time)

    @display(description=gettext_lazy("state"), label={"locked": "danger", "open": "success"})
    def state(self, obj: LockedLogin) -> tuple[str, str]:
        return ("locked", _("locked")) if lockout.is_locked(obj) else ("open", _("not locked"))

    @admin.action(
        description=gettext_lazy("Unlock: these names may log in again"), permissions=["delete"]
    )
    def unlock(self, request: HttpRequest, queryset: QuerySet[LockedLogin]) -> None:
        count = lockout.unlock(queryset)
        said = ngettext("%(count)d login unlocked.", "%(count)d logins unlocked.", count)
        messages.success(request, said % {"count": count})

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # the same, in other words
        return actions

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
