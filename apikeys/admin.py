"""Keys in the admin: issued, seen, revoked. A key's text is shown once, in the answer that made it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from unfold.admin import ModelAdmin
from unfold.decorators import display

from apikeys import services
from apikeys.forms import NewKeyForm
from apikeys.models import ApiKey
from quizservice.errors import Conflict

STATE_COLOURS = {"active": "success", "expired": "warning", "revoked": "danger"}


@admin.register(ApiKey)
@method_decorator(never_cache, name="add_view")
class ApiKeyAdmin(ModelAdmin):
    list_display = [
        "name",
        "key_prefix",
        "client_name",
        "state",
        "scopes",
        "rate_limit_rpm",
        "last_used_at",
        "usage_count",
        "created_at",
        "expires_at",
    ]
    list_filter = ["is_active"]
    search_fields = ["name", "client_name", "key_prefix", "description"]
    search_help_text = "Search by name, client or the key's prefix"
    ordering = ["-id"]
    actions = ["revoke"]
    add_form = NewKeyForm

    @display(description="state", label=STATE_COLOURS)
    def state(self, obj: ApiKey) -> str:
        return obj.state(timezone.now())

    @display(description="permissions")
    def scopes(self, obj: ApiKey) -> str:
        return ", ".join(obj.permissions_scope)

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False  # keys are revoked; their history stays

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("apikeys.change_apikey"))

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        if obj is None:
            return list(NewKeyForm.Meta.fields)
        hidden = {"id", "secret_hash"}
        return [field.name for field in self.opts.fields if field.name not in hidden]

    def get_form(
        self, request: HttpRequest, obj: ApiKey | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = self.add_form
        return super().get_form(request, obj, change, **kwargs)

    @sensitive_variables("text")
    def save_form(self, request: HttpRequest, form: NewKeyForm, change: bool) -> ApiKey:
        text, key = services.issue(**form.values(), created_by=request.user.get_username())
        request.issued_key = text  # type: ignore[attr-defined]  # for this answer alone
        return key

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """The service has saved the key."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A key has no related rows to save."""

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Key created",
            "opts": self.opts,
            "key": obj,
            "text": request.issued_key,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/apikeys/key_created.html", context)

    @admin.action(description="Revoke the chosen keys, for good", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        revoked = 0
        for key in queryset.filter(is_active=True):
            try:
                services.revoke(key)
            except Conflict as refused:
                messages.error(request, f"{key.name}: {refused.detail}.")
            else:
                revoked += 1
                self.log_change(request, key, "Revoked.")
        if revoked:
            messages.success(request, f"{revoked} {'key' if revoked == 1 else 'keys'} revoked.")
