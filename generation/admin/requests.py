"""Orders in the admin: their state, their items, and the form that makes a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from generation import pausing, services, spending
from generation.admin.ledger import ReadOnlyMixin, dollars_of
from generation.admin.ordering import OrderingMixin
from generation.models import GenerationItem, GenerationRequest, Pause
from generation.writers.registry import LABELS
from quizservice.errors import Conflict

STATUS_COLOURS = {
    "pending": "info",
    "processing": "info",
    "completed": "success",
    "partial": "warning",
    "cancelled": "warning",
    "failed": "danger",
    "expired": "danger",
}


class ItemInline(ReadOnlyMixin, TabularInline):
    model = GenerationItem
    fields = [
        "position",
        "state",
        "attempt",
        "next_try",
        "problem",
        "tokens",
        "cost",
        "error_message",
        "error_detail",
    ]
    readonly_fields = fields
    per_page = 50
    show_change_link = False
    hide_title = True
    verbose_name_plural = "problems of this order"

    def get_queryset(self, request: HttpRequest) -> QuerySet[GenerationItem]:
        items: QuerySet[GenerationItem] = super().get_queryset(request)
        return items.select_related("problem")

    @display(description="next try")
    def next_try(self, obj: GenerationItem) -> str:
        waits = obj.state == GenerationItem.State.WAITING and obj.not_before
        return f"{waits:%Y-%m-%d %H:%M:%S} UTC" if waits else ""


#: Constraints that come first when they are told; PostgreSQL keeps no order.
_FIRST = ("grammatical_focus", "verb_infinitives", "tenses_used", "error_types", "level")
#: Words for a constraint that is a yes or a no.
_FLAGS = {
    "includes_negation": "negation",
    "includes_cod": "direct object",
    "includes_coi": "indirect object",
}


def _in_words(constraints: dict[str, Any]) -> str:
    """What every problem of an order meets, for people."""
    said = []
    for name in dict.fromkeys([*_FIRST, *sorted(constraints)]):
        value = constraints.get(name)
        if value is None:
            continue
        if name in _FLAGS:
            said.append(_FLAGS[name] if value else f"no {_FLAGS[name]}")
        elif name == "verb_infinitives":
            said.append(" or ".join(value))
        else:
            values = value if isinstance(value, list) else [value]
            said.append(" or ".join(str(one).replace("_", " ") for one in values))
    return "; ".join(said) or "anything"


@admin.register(GenerationRequest)
class GenerationRequestAdmin(OrderingMixin, ReadOnlyMixin, ModelAdmin):
    list_display = [
        "requested_at",
        "shown_status",
        "progress",
        "priority",
        "wanted",
        "written_by",
        "dollars",
        "ordered",
    ]
    list_filter = ["status", "priority", "generator"]
    list_select_related = ["ordered_by"]
    ordering = ["-id"]
    inlines = [ItemInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("shown_status", "progress"),
                    ("wanted", "tags"),
                    ("written_by", "ordered"),
                    ("paid_tokens", "dollars"),
                    ("requested_at", "completed_at"),
                ]
            },
        ),
        (
            "More",
            {
                "classes": ["collapse"],
                "fields": [
                    ("id", "key_id"),
                    ("priority", "generator"),
                    ("statement_count", "target_language_code"),
                    ("failed_count", "rejected_count"),
                    ("started_at", "expires_at"),
                    ("error_message", "traceparent"),
                ],
            },
        ),
    ]
    list_before_template = "admin/generation/pause.html"
    change_form_before_template = "admin/generation/steer.html"
    show_full_result_count = False

    @display(description="status", label=STATUS_COLOURS)
    def shown_status(self, obj: GenerationRequest) -> str:
        return obj.status

    @display(description="made")
    def progress(self, obj: GenerationRequest) -> str:
        return f"{obj.generated_count} of {obj.requested_count}"

    @display(description="what is asked for")
    def wanted(self, obj: GenerationRequest) -> str:
        return _in_words(obj.constraints)

    @display(description="topic tags")
    def tags(self, obj: GenerationRequest) -> str:
        return ", ".join(obj.topic_tags) or "none"

    @display(description="tokens paid for")
    def paid_tokens(self, obj: GenerationRequest) -> str:
        return f"{obj.tokens:,}"

    @display(description="US dollars", ordering="cost")
    def dollars(self, obj: GenerationRequest) -> str:
        return dollars_of(obj.cost) if obj.tokens else ""

    @display(description="written by", ordering="generator")
    def written_by(self, obj: GenerationRequest) -> str:
        return LABELS.get(obj.generator, obj.generator)

    @display(description="ordered by")
    def ordered(self, obj: GenerationRequest) -> str:
        return (
            str(obj.ordered_by) if obj.ordered_by else "an API key" if obj.key_id else "a command"
        )

    # --- steering ---

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may cancel, retry and pause, though nobody edits an order."""
        codename = get_permission_codename("change", self.opts)
        return bool(request.user.has_perm(f"{self.opts.app_label}.{codename}"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("pause", view(self.pause_or_resume), name="generation_pause"),
            path("<uuid:request_id>/cancel", view(self.cancel), name="generation_cancel"),
            path("<uuid:request_id>/retry", view(self.retry), name="generation_retry"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = dict(extra_context or {})
        context["pauses"] = _named(pausing.pauses())
        context["budgets"] = spending.notices()
        if self.has_steer_permission(request):
            context["steering"] = {
                "url": reverse("admin:generation_pause"),
                "paused_all": any(not one["pause"].generator for one in context["pauses"]),
            }
        page: HttpResponse = super().changelist_view(request, context)
        return page

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        order = kwargs.get("obj")
        if order is not None:
            context["steering"] = {"said": services.what_went_wrong(order)}
            if not order.ended:  # a stop is among what is said
                context["pauses"] = _named(
                    one
                    for one in pausing.pauses()
                    if one.generator in (Pause.EVERYTHING, order.generator) and not one.reason
                )
            if self.has_steer_permission(request):
                context["steering"] |= self._offers(order)
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    @staticmethod
    def _offers(order: GenerationRequest) -> dict[str, str]:
        """The addresses of what can be done with an order now."""
        offers = {}
        if not order.ended:
            offers["cancel_url"] = reverse("admin:generation_cancel", args=[order.id])
        if order.can_be_retried:
            offers["retry_url"] = reverse("admin:generation_retry", args=[order.id])
        return offers

    @method_decorator(require_POST)
    def pause_or_resume(self, request: HttpRequest) -> HttpResponse:
        """Pause everything, or let one writer or everything go on, as the form asks.

        What is so already stays so.
        """
        if not self.has_steer_permission(request):
            raise PermissionDenied
        if request.POST.get("want") == "resume":
            pausing.resume(request.POST.get("writer", ""))
            messages.success(request, "Generation goes on.")
        else:
            pausing.pause_all(by=request.user.get_username())
            messages.success(request, "Paused: what workers have in hand they finish.")
        return redirect("admin:generation_generationrequest_changelist")

    @method_decorator(require_POST)
    def cancel(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        def act(order: GenerationRequest) -> str:
            services.cancel(order, by=request.user.get_username())
            return "Cancelled: what has begun is still finished."

        return self._steer(request, request_id, act)

    @method_decorator(require_POST)
    def retry(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        def act(order: GenerationRequest) -> str:
            number = services.retry_failed(order)
            return f"{number} failed {'problem is' if number == 1 else 'problems are'} tried again."

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


def _named(pauses: Iterable[Pause]) -> list[dict[str, Any]]:
    """Pauses with what people call their writer."""
    return [{"pause": one, "writer": LABELS.get(one.generator, one.generator)} for one in pauses]
