"""What models were asked for and what came of it, counted by day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

#: Days of a chart.
DAYS = 30


def _every_day(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last days up to the latest of these rows, also those that have none."""
    if not rows:
        return []
    found = {row["day"]: row for row in rows}
    last: date = max(found)
    days = [last - timedelta(days=back) for back in reversed(range(DAYS))]
    return [found.get(day, {"day": day}) for day in days]


class ModelUseQuerySet(models.QuerySet["ModelUse"]):
    def by_day(self) -> list[dict[str, Any]]:
        """Tokens and US dollars of each of the last days up to the latest with any, models together."""
        rows = self.order_by("-day").values("day")
        summed = rows.annotate(tokens=Sum("input_tokens") + Sum("output_tokens"), cost=Sum("cost"))
        return _every_day(list(summed[:DAYS]))

    def sums(self) -> list[dict[str, Any]]:
        """The use of all days together, by model and purpose. ``seconds``: of a call on average."""
        counted = ("calls", "failures", "input_tokens", "output_tokens", "cost", "seconds")
        summed = (
            self.order_by("model", "purpose")
            .values("model", "purpose")
            .annotate(**{name: Sum(name) for name in counted})
        )
        return [{**row, "seconds": row["seconds"] / max(1, row["calls"])} for row in summed]


class ModelUse(models.Model):
    """What a model was asked for on a day (UTC) for one purpose, and what that cost."""

    day = models.DateField()
    model = models.CharField(max_length=200)
    purpose = models.CharField(max_length=20)
    calls = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveBigIntegerField(default=0, help_text="calls without a usable answer")
    input_tokens = models.PositiveBigIntegerField(default=0)
    output_tokens = models.PositiveBigIntegerField(default=0)
    cost = models.DecimalField(
        max_digits=14,
        decimal_places=6,
        null=True,
        help_text="US dollars of the calls whose model has a price; none without such a call",
    )
    seconds = models.FloatField(default=0, help_text="all calls together")

    objects = ModelUseQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "model", "purpose"]
        verbose_name = verbose_name_plural = _("model use")
        constraints = [
            # also serves the budget, which sums up a day
            models.UniqueConstraint(fields=["day", "model", "purpose"], name="model_use_of_day")
        ]

    def __str__(self) -> str:
        return f"{self.model} ({self.purpose}) on {self.day}"


class PromptOutcomeQuerySet(models.QuerySet["PromptOutcome"]):
    def by_day(self) -> list[dict[str, Any]]:
        """``total`` and ``kept`` sentences of each of the last days up to the latest with any.

        Kept are those that were accepted, repaired or rewritten.
        """
        rows = self.order_by("-day").values("day")
        results = {name: Sum(name) for name in PromptOutcome.RESULTS}
        found = list(rows.annotate(**results)[:DAYS])
        for row in found:
            row["total"] = sum(row[name] for name in PromptOutcome.RESULTS)
            row["kept"] = row["accepted"] + row["repaired"] + row["rewritten"]
        return _every_day(found)

    def sums(self) -> list[dict[str, Any]]:
        """The outcomes of all days together, by prompt version, model and error type, with their rates.

        ``accepted_share``: of all, those taken as the model wrote them; ``kept_share``: those that were
        repaired or rewritten, too. Between 0 and 1.
        """
        key = ("prompt_version", "model", "error_type")
        summed = (
            self.order_by(*key)
            .values(*key)
            .annotate(**{name: Sum(name) for name in PromptOutcome.RESULTS})
        )
        found = []
        for row in summed:
            total = sum(row[name] for name in PromptOutcome.RESULTS)
            kept = row["accepted"] + row["repaired"] + row["rewritten"]
            rates = {
                "total": total,
                "accepted_share": row["accepted"] / max(1, total),
                "kept_share": kept / max(1, total),
            }
            found.append({**row, **rates})
        return found


class PromptOutcome(models.Model):
    """What became of the sentences that a model wrote on a day (UTC) to one kind of prompt."""

    RESULTS = ("accepted", "repaired", "rewritten", "rejected", "unsure")

    day = models.DateField()
    prompt_version = models.CharField(max_length=100)
    model = models.CharField(max_length=200)
    error_type = models.CharField(
        max_length=50, blank=True, default="", help_text="empty for correct sentences"
    )
    accepted = models.PositiveBigIntegerField(default=0, help_text="as the model wrote them")
    repaired = models.PositiveBigIntegerField(default=0, help_text="by the grammar engine")
    rewritten = models.PositiveBigIntegerField(default=0, help_text="asked for once more")
    rejected = models.PositiveBigIntegerField(default=0)
    unsure = models.PositiveBigIntegerField(default=0, help_text="nobody could confirm them")

    objects = PromptOutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "prompt_version", "model", "error_type"]
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "prompt_version", "model", "error_type"],
                name="prompt_outcome_of_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prompt_version}, {self.error_type or 'correct'}, {self.model} on {self.day}"
