"""Keys in the admin: listed, issued and changed.

A key's text is shown once, in the answer that made it, which no cache keeps.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from unfold.admin import ModelAdmin
from unfold.decorators import display

from apikeys import dossier, presets, services
from apikeys.admin.listing import KeyChangeList
from apikeys.admin.parts import MEDIA, actor, history_of
from apikeys.admin.steps import StepsMixin
from apikeys.attention import notices
from apikeys.charts import spark
from apikeys.forms import KeyForm
from apikeys.models import ApiKey
from apikeys.periods import total
from quizservice.errors import ServiceError
from quizservice.proxies import client_address


@admin.register(ApiKey)
@method_decorator(never_cache, name="add_view")
class ApiKeyAdmin(StepsMixin, ModelAdmin):
    form = KeyForm
    list_display = ["named", "state_now", "may", "last_used", "day", "steps"]
    search_fields = ["name", "client_name", "key_prefix", "previous_prefix", "description"]
    search_help_text = _("Name, client, or the beginning of a key after lqs_")
    ordering = ["-id"]
    list_per_page = 50
    show_full_result_count = False
    show_add_link = False
    list_before_template = "admin/apikeys/states.html"
    change_form_outer_before_template = "admin/apikeys/key_top.html"
    change_form_before_template = "admin/apikeys/new_id.html"
    change_form_outer_after_template = "admin/apikeys/key_bottom.html"
    actions = ["revoke"]
    fieldsets = [
        (_("Whose key"), {"fields": ["name", "client_name", "description"]}),
        (_("What it may do"), {"fields": ["permissions_scope", "rate_limit_rpm"]}),
        (_("From where, until when"), {"fields": ["allowed_ips", "expires_at"]}),
    ]

    @property
    def media(self) -> Any:
        return super().media + MEDIA

    # --- the list ---

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeyChangeList]:
        return KeyChangeList

    def get_list_display(self, request: HttpRequest) -> list[str]:
        shown = list(super().get_list_display(request))
        return shown if super().has_change_permission(request) else shown[:-1]

    @display(description=_("key"), ordering="name")
    def named(self, obj: ApiKey) -> str:
        return render_to_string("admin/apikeys/cells/name.html", {"key": obj})

    @display(description=_("state"))
    def state_now(self, obj: ApiKey) -> str:
        now = timezone.now()
        hours = getattr(obj, "hours", ())
        context = {"state": obj.state(now), "notices": notices(obj, now, hours)}
        return render_to_string("admin/apikeys/cells/state.html", context)

    @display(description=_("may"), ordering="rate_limit_rpm")
    def may(self, obj: ApiKey) -> str:
        return render_to_string("admin/apikeys/cells/may.html", {"key": obj})

    @display(description=_("last used"), ordering="last_used_at")
    def last_used(self, obj: ApiKey) -> str:
        return render_to_string("admin/apikeys/cells/last_used.html", {"at": obj.last_used_at})

    @display(description=_("requests in 24 h"))
    def day(self, obj: ApiKey) -> str:
        hours = getattr(obj, "hours", None)
        if not hours:
            return ""
        most = max(hour.total for hour in hours)
        context = {"spark": spark(hours), "sum": total(hours), "most": most}
        return render_to_string("admin/apikeys/cells/day.html", context)

    @display(description=_("actions"))
    def steps(self, obj: ApiKey) -> str:
        if not obj.is_active:
            return ""
        context = {"key": obj, "may_rotate": obj.state(timezone.now()) == "active"}
        return render_to_string("admin/apikeys/cells/steps.html", context)

    # --- who may do what ---

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """What is revoked is only looked at."""
        return (obj is None or obj.is_active) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False  # keys are revoked; their history stays

    # --- issuing and changing ---

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        if "allowed_ips" in form.base_fields:
            form.base_fields["allowed_ips"].widget.my_address = client_address(request) or ""
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the preset of the address sets; its own parameters count more."""
        given = super().get_changeform_initial_data(request)
        preset = presets.named(str(given.pop("preset", "")))
        return {**(preset.values(timezone.now()) if preset else {}), **given}

    @sensitive_variables("text")
    def save_form(self, request: HttpRequest, form: KeyForm, change: bool) -> ApiKey:
        if change:
            key = services.get(form.instance.pk)
            return services.change(key, by=actor(request), **form.values())
        text, key = services.issue(**form.values(), by=actor(request))
        request.issued_key = text  # type: ignore[attr-defined]  # for this answer alone
        return key

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """The service has saved the key."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The service has written the history."""

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self.shown_once(request, obj, request.issued_key)  # type: ignore[attr-defined]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        extra = {
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
            **(extra_context or {}),
        }
        if object_id is None:
            extra["title"] = gettext("Create a key")
        try:
            page: HttpResponse = super().changeform_view(request, object_id, form_url, extra)
        except ServiceError as refused:  # somebody else was quicker than the form's own check
            messages.error(request, f"{refused.detail}.")
            list_of_keys = reverse("admin:apikeys_apikey_changelist")
            return redirect(request.get_full_path() if object_id else list_of_keys)
        return page

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        key: ApiKey | None = kwargs.get("obj")
        if key is None:
            context["presets"] = _presets(request.GET.get("preset", ""))
        else:
            context["dossier"] = dossier.of_key(key, timezone.now())
            context["may_steer"] = self.has_change_permission(request, key)
            context["history_url"] = history_of(key.pk)
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The history that counts is that of the service, which knows of the API's changes, too."""
        key = self.get_object(request, unquote(object_id))
        if key is None:
            raise Http404
        return redirect(history_of(key.pk))

    @admin.action(description=_("Revoke the chosen keys, for good"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> HttpResponse:
        return self.ask_to_revoke(queryset.filter(is_active=True))


def _presets(chosen: str) -> list[dict[str, Any]]:
    """The presets with the values of the form's inputs, for the script that fills them in."""
    shown = []
    for preset in presets.PRESETS:
        values = preset.values(timezone.now())
        ends = values.pop("expires_at")
        values["expires_at_0"] = ends.strftime("%Y-%m-%d") if ends else ""
        values["expires_at_1"] = ends.strftime("%H:%M:%S") if ends else ""
        shown.append(
            {"preset": preset, "values": json.dumps(values), "chosen": preset.slug == chosen}
        )
    return shown
