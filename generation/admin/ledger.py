"""What models cost and how prompts do, in the admin: rows of days, and their sums."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from generation.ledger import ModelUse, ModelUseQuerySet, PromptOutcome, PromptOutcomeQuerySet


class ReadOnlyMixin:
    """Rows that only the service writes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def dollars_of(cost: Decimal | None) -> str:
    """US dollars; a sum of less than ten cents with its small parts."""
    if cost is None:
        return "no price"
    return f"{cost:,.2f}" if cost >= Decimal("0.1") or not cost else f"{cost:.4f}"


class LedgerAdmin(ReadOnlyMixin, ModelAdmin):
    """Rows of days, below their sums over the days that are chosen."""

    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    list_display_links = None
    sortable_by = ()  # a day's rows belong together
    list_before_template = "admin/generation/sums.html"
    #: Headings of the sums; :meth:`sums` gives their rows.
    headers: tuple[str, ...] = ()

    def sums(self, rows: Any) -> list[list[Any]]:
        """A line for each group of these rows, as the headings say."""
        raise NotImplementedError

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        page: HttpResponse = super().changelist_view(request, extra_context)
        if isinstance(page, TemplateResponse) and page.context_data and "cl" in page.context_data:
            rows = self.sums(page.context_data["cl"].queryset)
            page.context_data["sums"] = rows and {"headers": self.headers, "rows": rows}
        return page


@admin.register(ModelUse)
class ModelUseAdmin(LedgerAdmin):
    list_display = [
        "day",
        "model",
        "purpose",
        "calls",
        "failures",
        "input_tokens",
        "output_tokens",
        "dollars",
    ]
    list_filter = [("day", RangeDateFilter), "model", "purpose"]
    headers = (
        "model",
        "purpose",
        "calls",
        "failures",
        "input tokens",
        "output tokens",
        "US dollars",
        "seconds a call",
    )

    @display(description="US dollars")
    def dollars(self, obj: ModelUse) -> str:
        return dollars_of(obj.cost)

    def sums(self, rows: ModelUseQuerySet) -> list[list[Any]]:
        return [
            [
                row["model"],
                row["purpose"],
                *(f"{row[n]:,}" for n in ("calls", "failures", "input_tokens", "output_tokens")),
                dollars_of(row["cost"]),
                f"{row['seconds']:.1f}",
            ]
            for row in rows.sums()
        ]


def _asked_for(error_type: str) -> str:
    return error_type.replace("_", " ") or "correct sentence"


@admin.register(PromptOutcome)
class PromptOutcomeAdmin(LedgerAdmin):
    list_display = ["day", "prompt_version", "model", "asked_for", *PromptOutcome.RESULTS]
    list_filter = [("day", RangeDateFilter), "prompt_version", "model", "error_type"]
    headers = (
        "prompts",
        "model",
        "asked for",
        "sentences",
        "accepted as written",
        "with repair or rewriting",
        "rejected",
        "unsure",
    )

    @display(description="asked for", ordering="error_type")
    def asked_for(self, obj: PromptOutcome) -> str:
        return _asked_for(obj.error_type)

    def sums(self, rows: PromptOutcomeQuerySet) -> list[list[Any]]:
        return [
            [
                row["prompt_version"],
                row["model"],
                _asked_for(row["error_type"]),
                f"{row['total']:,}",
                f"{row['accepted_share']:.1%}",
                f"{row['kept_share']:.1%}",
                f"{row['rejected']:,}",
                f"{row['unsure']:,}",
            ]
            for row in rows.sums()
        ]
