"""Keys in the admin: issued, changed, rotated, revoked, with their history.

A key's text is shown once, in the answer that made it, which no cache keeps.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from apikeys import services
from apikeys.forms import FIELDS, KeyForm, RotationForm
from apikeys.history import Actor
from apikeys.models import ApiKey, KeyEvent
from quizservice.errors import ServiceError
from quizservice.proxies import client_address

STATE_COLOURS = {"active": "success", "expired": "warning", "revoked": "danger"}
#: What nobody needs to see: the id stands in the address, a hash tells nothing.
_HIDDEN = {"id", "secret_hash", "previous_hash"}


def _actor(request: HttpRequest) -> Actor:
    return Actor(request.user.get_username(), address=client_address(request))


class EventInline(TabularInline):
    """The key's history, which nobody edits."""

    model = KeyEvent
    verbose_name_plural = "history"
    fields = ["at", "kind", "by", "address", "what_changed"]
    readonly_fields = fields
    extra = 0
    per_page = 20
    can_delete = False
    show_change_link = False
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("apikeys.view_apikey"))

    @display(description="changes")
    def what_changed(self, event: KeyEvent) -> str:
        return event.in_words()


@admin.register(ApiKey)
@method_decorator(never_cache, name="add_view")
class ApiKeyAdmin(ModelAdmin):
    form = KeyForm
    list_display = [
        "name",
        "key_prefix",
        "client_name",
        "state",
        "scopes",
        "per_minute",
        "last_used_at",
        "usage_count",
        "expires_at",
    ]
    list_filter = ["is_active"]
    search_fields = ["name", "client_name", "key_prefix", "description"]
    search_help_text = "Search by name, client or the key's prefix"
    ordering = ["-id"]
    actions = ["revoke"]
    inlines = [EventInline]
    change_form_before_template = "admin/apikeys/steer.html"

    @display(description="state", label=STATE_COLOURS)
    def state(self, obj: ApiKey) -> str:
        return obj.state(timezone.now())

    @display(description="permissions")
    def scopes(self, obj: ApiKey) -> str:
        return ", ".join(obj.permissions_scope)

    @display(description="per minute", ordering="rate_limit_rpm")
    def per_minute(self, obj: ApiKey) -> int:
        return obj.rate_limit_rpm

    # --- who may do what ---

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """What is revoked is only looked at."""
        return (obj is None or obj.is_active) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False  # keys are revoked; their history stays

    # --- issuing and changing ---

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        if obj is None:
            return list(FIELDS)
        shown = [field.name for field in self.opts.fields if field.name not in _HIDDEN]
        return [*FIELDS, *(one for one in shown if one not in FIELDS)]

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        if obj is None:
            return []
        return [one for one in self.get_fields(request, obj) if one not in FIELDS]

    def get_inlines(self, request: HttpRequest, obj: ApiKey | None) -> list[Any]:
        return [] if obj is None else list(self.inlines)

    @sensitive_variables("text")
    def save_form(self, request: HttpRequest, form: KeyForm, change: bool) -> ApiKey:
        if change:
            key = services.get(form.instance.pk)
            return services.change(key, by=_actor(request), **form.values())
        text, key = services.issue(**form.values(), by=_actor(request))
        request.issued_key = text  # type: ignore[attr-defined]  # for this answer alone
        return key

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """The service has saved the key."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The service has written the history."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        return super().construct_change_message(request, form, None, add)

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._shown_once(request, obj, request.issued_key)  # type: ignore[attr-defined]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            page: HttpResponse = super().changeform_view(
                request, object_id, form_url, extra_context
            )
        except ServiceError as refused:  # somebody else was quicker than the form's own check
            messages.error(request, f"{refused.detail}.")
            return redirect(request.get_full_path())
        return page

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        key = kwargs.get("obj")
        if key is not None and self.has_change_permission(request, key):
            context["steering"] = {
                "revoke_url": reverse("admin:apikeys_revoke", args=[key.pk]),
                "rotate_url": reverse("admin:apikeys_rotate", args=[key.pk]),
                "may_rotate": self.state(key) == "active",
            }
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    # --- rotating and revoking ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:key_id>/rotate", view(self.rotate_view), name="apikeys_rotate"),
            path("<uuid:key_id>/revoke", view(self.revoke_view), name="apikeys_revoke"),
            *super().get_urls(),
        ]

    @method_decorator(never_cache)
    @sensitive_variables("text")
    def rotate_view(self, request: HttpRequest, key_id: UUID) -> HttpResponse:
        """Asks how long the key so far shall live on; then the new one is shown, once."""
        key = self._changeable(request, key_id)
        form = RotationForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                text, key = services.rotate(key, by=_actor(request), **form.cleaned_data)
            except ServiceError as refused:
                messages.error(request, f"{refused.detail}.")
                return redirect(_page(key_id))
            self.log_change(request, key, "Rotated.")
            return self._shown_once(request, key, text)
        context = {
            **self.admin_site.each_context(request),
            "title": "Rotate the key",
            "opts": self.opts,
            "original": key,  # the header leads back to it
            "form": form,
        }
        return TemplateResponse(request, "admin/apikeys/rotate.html", context)

    @method_decorator(require_POST)
    def revoke_view(self, request: HttpRequest, key_id: UUID) -> HttpResponse:
        """Closes one key for good."""
        self._revoke(request, [self._changeable(request, key_id)])
        return redirect(_page(key_id))

    @admin.action(description="Revoke the chosen keys, for good", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        self._revoke(request, list(queryset.filter(is_active=True)))

    def _revoke(self, request: HttpRequest, keys: list[ApiKey]) -> None:
        revoked = 0
        for key in keys:
            try:
                services.revoke(key, by=_actor(request))
            except ServiceError as refused:
                messages.error(request, f"{key.name}: {refused.detail}.")
            else:
                revoked += 1
                self.log_change(request, key, "Revoked.")
        if revoked:
            messages.success(request, f"{revoked} {'key' if revoked == 1 else 'keys'} revoked.")

    def _changeable(self, request: HttpRequest, key_id: UUID) -> ApiKey:
        key = get_object_or_404(ApiKey, id=key_id)
        if not super().has_change_permission(request, key):
            raise PermissionDenied
        return key

    def _shown_once(self, request: HttpRequest, key: ApiKey, text: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Key rotated" if key.previous_prefix else "Key created",
            "opts": self.opts,
            "original": key,
            "text": text,
        }
        return TemplateResponse(request, "admin/apikeys/key_created.html", context)


def _page(key_id: UUID) -> str:
    return reverse("admin:apikeys_apikey_change", args=[key_id])
