"""What models cost and how prompts do, in the admin: a chart of days, their sums, and the days' rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from generation import wording
from generation.models.ledger import (
    ModelUse,
    ModelUseQuerySet,
    PromptOutcome,
    PromptOutcomeQuerySet,
)
from problems import names
from quizservice.numbers import grouped

#: What people call the purposes of calls.
PURPOSES = {"write": gettext_lazy("writing"), "judge": gettext_lazy("judging")}


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
        return _("no price")
    return grouped(cost, 2) if cost >= Decimal("0.1") or not cost else grouped(cost, 4)


class LedgerAdmin(ReadOnlyMixin, ModelAdmin):
    """Rows of days, below their sums and a chart over the days that are chosen."""

    list_filter_submit = True
    list_per_page = 50
    list_display_links = None
    sortable_by = ()  # a day's rows belong together
    list_before_template = "admin/generation/sums.html"
    #: Headings of the sums; :meth:`sums` gives their rows, whose first ``words`` cells are no numbers.
    headers: tuple[str | Promise, ...] = ()
    words = 2
    #: What an empty list means, and what to do.
    empty: str | Promise = ""

    class Media:
        css = {"all": ["generation/generation.css"]}

    def sums(self, rows: Any) -> list[list[Any]]:
        """A line for each group of these rows, as the headings say."""
        raise NotImplementedError

    def chart(self, rows: Any) -> dict[str, Any]:
        """A chart of these rows by day, see :func:`_chart`."""
        raise NotImplementedError

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": self.opts.verbose_name_plural.capitalize(), **(extra_context or {})}
        page: HttpResponse = super().changelist_view(request, title)
        if isinstance(page, TemplateResponse) and page.context_data and "cl" in page.context_data:
            chosen = page.context_data["cl"].queryset
            rows = self.sums(chosen)
            page.context_data["sums"] = rows and {"headers": self.headers, "rows": rows}
            page.context_data["chart"] = self.chart(chosen) if rows else None
            page.context_data["words"] = self.words
            page.context_data["empty"] = self.empty
        return page


def _chart(title: str, days: Sequence[tuple[Any, float, str]]) -> dict[str, Any]:
    """Columns of days: (day, size, size in words); the highest fills the chart."""
    most = max((size for _day, size, _said in days), default=0) or 1
    return {
        "title": title,
        "columns": [
            {
                "height": round(100 * size / most),
                "said": f"{date_format(day, 'SHORT_DATE_FORMAT')}: {said}",
            }
            for day, size, said in days
        ],
        "first": days[0][0] if days else None,
        "last": days[-1][0] if days else None,
    }


@admin.register(ModelUse)
class ModelUseAdmin(LedgerAdmin):
    list_display = [
        "day",
        "model",
        "shown_purpose",
        "calls",
        "failures",
        "input_tokens",
        "output_tokens",
        "dollars",
    ]
    list_filter = [("day", RangeDateFilter), "model", "purpose"]
    empty = gettext_lazy(
        "No model has been asked so far. What a model writes and judges is counted here by day."
    )
    headers = (
        gettext_lazy("model"),
        gettext_lazy("purpose"),
        gettext_lazy("calls"),
        gettext_lazy("failures"),
        gettext_lazy("input tokens"),
        gettext_lazy("output tokens"),
        gettext_lazy("US dollars"),
        gettext_lazy("seconds a call"),
    )

    @display(description=gettext_lazy("purpose"), ordering="purpose")
    def shown_purpose(self, obj: ModelUse) -> str:
        return str(PURPOSES.get(obj.purpose, obj.purpose))

    @display(description=gettext_lazy("US dollars"))
    def dollars(self, obj: ModelUse) -> str:
        return dollars_of(obj.cost)

    def sums(self, rows: ModelUseQuerySet) -> list[list[Any]]:
        return [
            [
                row["model"],
                str(PURPOSES.get(row["purpose"], row["purpose"])),
                *(grouped(row[n]) for n in ("calls", "failures", "input_tokens", "output_tokens")),
                dollars_of(row["cost"]),
                f"{row['seconds']:.1f}",
            ]
            for row in rows.sums()
        ]

    def chart(self, rows: ModelUseQuerySet) -> dict[str, Any]:
        days = rows.by_day()
        if any(row.get("cost") for row in days):
            costs = [(row["day"], row.get("cost") or Decimal(0)) for row in days]
            return _chart(
                _("US dollars by day"),
                [(day, float(cost), wording.dollars(cost)) for day, cost in costs],
            )
        tokens = [(row["day"], row.get("tokens") or 0) for row in days]
        return _chart(
            _("Tokens by day"), [(day, number, grouped(number)) for day, number in tokens]
        )


def _asked_for(error_type: str) -> str:
    if not error_type:
        return _("correct sentence")
    return str(names.ERRORS.get(error_type, error_type))


@admin.register(PromptOutcome)
class PromptOutcomeAdmin(LedgerAdmin):
    list_display = ["day", "prompt_version", "model", "asked_for", *PromptOutcome.RESULTS]
    list_filter = [("day", RangeDateFilter), "prompt_version", "model", "error_type"]
    words = 3
    empty = gettext_lazy(
        "No model has written a sentence so far. What becomes of their sentences is counted here."
    )
    headers = (
        gettext_lazy("prompts"),
        gettext_lazy("model"),
        gettext_lazy("asked for"),
        gettext_lazy("sentences"),
        gettext_lazy("accepted as written"),
        gettext_lazy("with repair or rewriting"),
        gettext_lazy("rejected"),
        gettext_lazy("unsure"),
    )

    @display(description=gettext_lazy("asked for"), ordering="error_type")
    def asked_for(self, obj: PromptOutcome) -> str:
        return _asked_for(obj.error_type)

    def sums(self, rows: PromptOutcomeQuerySet) -> list[list[Any]]:
        return [
            [
                row["prompt_version"],
                row["model"],
                _asked_for(row["error_type"]),
                grouped(row["total"]),
                f"{row['accepted_share']:.1%}",
                f"{row['kept_share']:.1%}",
                grouped(row["rejected"]),
                grouped(row["unsure"]),
            ]
            for row in rows.sums()
        ]

    def chart(self, rows: PromptOutcomeQuerySet) -> dict[str, Any]:
        shares = [
            (row["day"], row.get("kept", 0) / (row.get("total") or 1)) for row in rows.by_day()
        ]
        return _chart(
            _("Share of sentences kept, by day"),
            [(day, share, f"{share:.0%}") for day, share in shares],
        )
