"""What is done with one key: rotated, its grace ended, revoked; and an address tried on its list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from apikeys import networks, services
from apikeys.admin.parts import MEDIA, actor, page_of
from apikeys.forms import RevocationForm, RotationForm
from apikeys.models import ApiKey
from apikeys.periods import last_hours_of, total
from apikeys.wording import example_calls
from quizservice.errors import ServiceError

if TYPE_CHECKING:
    from unfold.admin import ModelAdmin as Base
else:
    Base = object

#: Keys that may be revoked at once.
MOST = 100


class StepsMixin(Base):
    """The pages of the steps, for the admin of keys."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("revoke", view(self.revoke_view), name="apikeys_revoke"),
            path("try-address", view(self.try_address_view), name="apikeys_try_address"),
            path("<uuid:key_id>/rotate", view(self.rotate_view), name="apikeys_rotate"),
            path("<uuid:key_id>/end-grace", view(self.end_grace_view), name="apikeys_end_grace"),
            *super().get_urls(),
        ]

    @method_decorator(never_cache)
    @sensitive_variables("text")
    def rotate_view(self, request: HttpRequest, key_id: UUID) -> HttpResponse:
        """Asks how long the key so far shall live on; then the new one is shown, once."""
        key = self._changeable(request, key_id)
        form = RotationForm(request.POST or None, initial={"prefix_so_far": key.key_prefix})
        if request.method == "POST" and form.is_valid():
            try:
                text, key = services.rotate(key, by=actor(request), **form.values())
            except ServiceError as refused:
                messages.error(request, f"{refused.detail}.")
                return redirect(page_of(key_id))
            self.log_change(request, key, "Rotated.")
            return self.shown_once(request, key, text)
        context = {"title": gettext("Rotate the key"), "original": key, "form": form}
        context["day"] = total(last_hours_of([key.id])[key.id])
        context["grace_runs"] = _grace_runs(key)
        return self._page(request, "admin/apikeys/rotate.html", context)

    @method_decorator(require_POST)
    def end_grace_view(self, request: HttpRequest, key_id: UUID) -> HttpResponse:
        """Closes the secret before the last rotation at once."""
        key = services.end_grace(self._changeable(request, key_id), by=actor(request))
        self.log_change(request, key, "Grace ended.")
        messages.success(request, gettext("The old key has stopped working."))
        return redirect(page_of(key_id))

    def revoke_view(self, request: HttpRequest) -> HttpResponse:
        """Asks why, and closes the keys that the address names, for good."""
        if not super().has_change_permission(request):
            raise PermissionDenied
        keys = list(ApiKey.objects.filter(id__in=_ids(request.GET.getlist("key")), is_active=True))
        if not keys:
            messages.info(request, gettext("There is no such active key: nothing was revoked."))
            return redirect("admin:apikeys_apikey_changelist")
        form = RevocationForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            self._revoke(request, keys, form.cleaned_data["reason"])
            one = page_of(keys[0].pk) if len(keys) == 1 else None
            return redirect(one or "admin:apikeys_apikey_changelist")
        hours = last_hours_of([key.id for key in keys])
        title = ngettext("Revoke the key", "Revoke %(n)d keys", len(keys)) % {"n": len(keys)}
        context = {
            "title": title,
            "original": keys[0] if len(keys) == 1 else None,
            "form": form,
            "keys": [(key, total(hours[key.id]), services.is_last_admin(key)) for key in keys],
        }
        return self._page(request, "admin/apikeys/revoke.html", context)

    @method_decorator(require_POST)
    def try_address_view(self, request: HttpRequest) -> HttpResponse:
        """Whether an address would be let in by the list as it stands in the form; a piece of a page."""
        if not (super().has_change_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        address = request.POST.get("try_address", "")
        context: dict[str, Any] = {}
        if address.strip():
            try:
                context["trial"] = networks.trial(request.POST.get("allowed_ips", ""), address)
            except networks.WrongLines as wrong:
                context["wrong"] = wrong.lines
            except ValueError as error:
                context["wrong"] = [str(error)]
        return render(request, "admin/apikeys/trial.html", context)

    def ask_to_revoke(self, keys: QuerySet[ApiKey]) -> HttpResponse:
        """Leads to the page that asks why."""
        named = [("key", key_id) for key_id in keys.values_list("id", flat=True)[:MOST]]
        return redirect(f"{reverse('admin:apikeys_revoke')}?{urlencode(named)}")

    def shown_once(self, request: HttpRequest, key: ApiKey, text: str) -> HttpResponse:
        """The one page that shows a key's text."""
        rotated = key.events.exclude(kind="issued").exists()
        root = request.build_absolute_uri("/")
        context = {
            "title": gettext("Key rotated") if rotated else gettext("Key created"),
            "original": key,
            "text": text,
            "rotated": rotated,
            "grace_runs": _grace_runs(key),
            "calls": "\n".join(example_calls(key.permissions_scope, root)),
        }
        return self._page(request, "admin/apikeys/key_created.html", context)

    def _revoke(self, request: HttpRequest, keys: Sequence[ApiKey], reason: str) -> None:
        revoked = 0
        for key in keys:
            try:
                services.revoke(key, by=actor(request), reason=reason)
            except ServiceError as refused:
                messages.error(request, f"{key.name}: {refused.detail}.")
            else:
                revoked += 1
                self.log_change(request, key, f"Revoked: {reason}")
        if revoked:
            said = ngettext("%(n)d key revoked.", "%(n)d keys revoked.", revoked)
            messages.success(request, said % {"n": revoked})

    def _changeable(self, request: HttpRequest, key_id: UUID) -> ApiKey:
        key = get_object_or_404(ApiKey, id=key_id)
        if not super().has_change_permission(request, key):
            raise PermissionDenied
        return key

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "media": MEDIA}
        return TemplateResponse(request, template, {**shared, **context})


def _grace_runs(key: ApiKey) -> bool:
    return key.previous_until is not None and key.previous_until > timezone.now()


def _ids(texts: Sequence[str]) -> list[UUID]:
    """The ids among texts; an address that somebody mistyped names nobody."""
    found = []
    for text in texts[:MOST]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
