"""Cancelling, trying again and pausing in the admin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from generation import pausing, steering, wording
from generation.models import GenerationRequest, Pause
from generation.writers.registry import label_of
from quizservice.errors import Conflict


class SteeringMixin:
    """What :class:`GenerationRequestAdmin` has for steering; every button posts to one of its addresses."""

    opts: Any
    admin_site: Any
    log_change: Callable[..., Any]

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may cancel, retry and pause, though nobody edits an order."""
        codename = get_permission_codename("change", self.opts)
        user: Any = request.user
        return bool(user.has_perm(f"{self.opts.app_label}.{codename}"))

    def steering_urls(self) -> list[URLPattern]:
        """The addresses of the buttons."""
        view = self.admin_site.admin_view
        return [
            path("pause", view(self.pause_or_resume), name="generation_pause"),
            path("<uuid:request_id>/cancel", view(self.cancel), name="generation_cancel"),
            path("<uuid:request_id>/retry", view(self.retry), name="generation_retry"),
        ]

    def pause_buttons(self, request: HttpRequest, pauses: Iterable[Pause]) -> dict[str, Any]:
        """The pauses to show, and for those who may end and begin them the address to post to."""
        shown = [
            {
                "pause": one,
                "writer": label_of(one.generator),
                "reason": wording.translated(one.reason),
            }
            for one in pauses
        ]
        return {
            "pauses": shown,
            "pause_url": reverse("admin:generation_pause")
            if self.has_steer_permission(request)
            else "",
            "paused_all": any(not one["pause"].generator for one in shown),  # type: ignore[attr-defined]
        }

    def order_buttons(self, request: HttpRequest, order: GenerationRequest) -> dict[str, str]:
        """The addresses of what a person may do with an order now."""
        offers: dict[str, str] = {}
        if not self.has_steer_permission(request):
            return offers
        if not order.ended:
            offers["cancel_url"] = reverse("admin:generation_cancel", args=[order.id])
        if order.can_be_retried:
            offers["retry_url"] = reverse("admin:generation_retry", args=[order.id])
        return offers

    @method_decorator(require_POST)
    def pause_or_resume(self, request: HttpRequest) -> HttpResponse:
        """Let the writer that ``resume`` names go on (empty: everything); without it pause everything.

        What is so already stays so.
        """
        if not self.has_steer_permission(request):
            raise PermissionDenied
        if "resume" in request.POST:
            pausing.resume(request.POST["resume"])
            messages.success(request, _("Generation goes on."))
        else:
            pausing.pause_all(by=request.user.get_username())
            messages.success(request, _("Paused: what workers have in hand they finish."))
        try:
            return redirect(
                "admin:generation_generationrequest_change", UUID(request.POST.get("order", ""))
            )
        except ValueError:
            return redirect("admin:generation_generationrequest_changelist")

    @method_decorator(require_POST)
    def cancel(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        """Cancel an order."""

        def act(order: GenerationRequest) -> str:
            steering.cancel(order, by=request.user.get_username())
            return _("Cancelled: what has begun is still finished.")

        return self._steer(request, request_id, act)

    @method_decorator(require_POST)
    def retry(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        """Try the failed items of an order again."""

        def act(order: GenerationRequest) -> str:
            number = steering.retry_failed(order)
            said = ngettext(
                "%(number)d failed problem is tried again.",
                "%(number)d failed problems are tried again.",
                number,
            )
            return said % {"number": number}

        return self._steer(request, request_id, act)

    def _steer(
        self, request: HttpRequest, request_id: UUID, act: Callable[[GenerationRequest], str]
    ) -> HttpResponse:
        if not self.has_steer_permission(request):
            raise PermissionDenied
        order = get_object_or_404(GenerationRequest, id=request_id)
        try:
            done = act(order)
        except Conflict as refused:
            messages.error(request, refused.detail)
        else:
            self.log_change(request, order, done)
            messages.success(request, done)
        return redirect("admin:generation_generationrequest_change", order.id)
