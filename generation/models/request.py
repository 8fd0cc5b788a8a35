"""Orders for problems."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from generation import sql
from quizservice import tracing
from quizservice.ids import uuid7
from verbs.french.vocabulary import Language

if TYPE_CHECKING:
    from generation.models.item import GenerationItem


class GenerationRequestQuerySet(models.QuerySet["GenerationRequest"]):
    def open(self) -> GenerationRequestQuerySet:
        """Requests that have not ended."""
        return self.filter(status__in=GenerationRequest.OPEN)

    def overdue(self) -> GenerationRequestQuerySet:
        """Open requests whose time to live is over."""
        return self.open().filter(expires_at__lt=Now())

    def mark_started(self, request_id: uuid.UUID) -> None:
        """``pending`` becomes ``processing``, once."""
        self.filter(id=request_id, status=GenerationRequest.Status.PENDING).update(
            status=GenerationRequest.Status.PROCESSING, started_at=Now()
        )

    def count_end(self, request_id: uuid.UUID, state: GenerationItem.State) -> None:
        """Count an item that has ended in a state, and end the request with the last one."""
        ends = {end: int(state == end) for end in ("generated", "failed", "rejected")}
        with connection.cursor() as cursor:
            cursor.execute(sql.COUNT_END, {**ends, "id": request_id})


class GenerationRequest(models.Model):
    """An order for a number of problems.

    States::

        pending -> processing -> completed | partial | failed
        pending, processing -> cancelled | expired
        completed, partial, failed -> processing   (failed items are tried again)

    ``pending``: nothing begun. ``completed``: all made. ``partial``: ended with some. ``failed``: ended
    with none. ``cancelled``: by a person. ``expired``: not ended within ``REQUEST_TTL``. Of these two, what
    had not begun is dropped, and what had is still counted when it ends. The other ends are written by the
    transaction that ends the last item.

    Locks: a worker locks the item that it has in hand, then its request. Whoever changes many items skips
    those that somebody else holds, so nobody who holds a request or items waits for an item.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        PROCESSING = "processing", _("running")
        COMPLETED = "completed", _("completed")
        PARTIAL = "partial", _("partly made")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("expired")

    class Priority(models.TextChoices):
        INTERACTIVE = "interactive", _("soon")
        BULK = "bulk", _("in bulk")

    OPEN = (Status.PENDING, Status.PROCESSING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    priority = models.CharField(max_length=20, choices=Priority.choices)
    requested_count = models.PositiveIntegerField()
    generated_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    statement_count = models.PositiveSmallIntegerField(default=4)
    target_language_code = models.CharField(max_length=3, default=Language.ENGLISH.value)
    topic_tags = models.JSONField(default=list, blank=True)
    constraints = models.JSONField(default=dict, blank=True, help_text="what every problem meets")
    generator = models.CharField(max_length=200, help_text="the writer that makes the problems")
    model = models.CharField(
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text="the model that was chosen; empty for the one of the settings",
    )
    tokens = models.PositiveBigIntegerField(default=0, db_default=0, help_text="paid for")
    cost = models.DecimalField(
        max_digits=12, decimal_places=6, default=0, db_default=0, help_text="US dollars"
    )
    error_message = models.TextField(blank=True, default="")
    traceparent = models.CharField(max_length=64, blank=True, default="")
    key_id = models.UUIDField(null=True, blank=True, help_text="the API key that ordered")
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        help_text="the person who ordered in the admin",
    )
    operator = models.CharField(
        max_length=160,
        blank=True,
        default="",
        db_default="",
        help_text="who ordered from a shell, as the system names them",
    )
    requested_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    order_token = models.UUIDField(
        null=True, editable=False, help_text="of the form that ordered: one form, one order"
    )

    objects = GenerationRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            # the dispatcher asks every tick which open requests are overdue
            models.Index(
                fields=["expires_at"],
                name="request_open_expiry",
                condition=Q(status__in=["pending", "processing"]),
            ),
            models.Index(
                fields=["key_id", "-id"], name="request_by_key"
            ),  # a caller's own requests
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "pending",
                        "processing",
                        "completed",
                        "partial",
                        "failed",
                        "cancelled",
                        "expired",
                    ]
                ),
                name="request_status_known",
            ),
            models.CheckConstraint(
                condition=Q(priority__in=["interactive", "bulk"]), name="request_priority_known"
            ),
            models.CheckConstraint(
                condition=Q(requested_count__gte=1)
                & Q(generated_count__gte=0)
                & Q(failed_count__gte=0)
                & Q(rejected_count__gte=0)
                & Q(
                    requested_count__gte=F("generated_count")
                    + F("failed_count")
                    + F("rejected_count")
                ),
                name="request_counts_add_up",
            ),
            models.UniqueConstraint(
                fields=["order_token"],
                condition=Q(order_token__isnull=False),
                name="request_order_token_once",
            ),
        ]

    def __str__(self) -> str:
        said = ngettext("%(count)d problem", "%(count)d problems", self.requested_count)
        return f"{said % {'count': self.requested_count}} ({self.get_status_display()})"

    @staticmethod
    def expiry() -> datetime:
        """When an order that is accepted now is over at the latest."""
        return timezone.now() + timedelta(seconds=settings.REQUEST_TTL)

    @property
    def ended(self) -> bool:
        """Whether nothing more is begun for it."""
        return self.status not in self.OPEN

    @property
    def trace_id(self) -> str:
        """The id of the trace in which it was ordered; empty where none was recorded."""
        parsed = tracing.parse(self.traceparent)
        return parsed[0] if parsed and parsed[2] else ""

    def counted_parts(self) -> dict[str, int]:
        """How many problems came to which end, by the counters; the rest waits, or was dropped."""
        parts = {
            "made": self.generated_count,
            "failed": self.failed_count,
            "rejected": self.rejected_count,
        }
        rest = "dropped" if self.ended else "waiting"
        return {**parts, rest: self.requested_count - sum(parts.values())}

    @property
    def can_be_retried(self) -> bool:
        """Whether there is a failed item to try again; what was ended early is over for good."""
        early = (self.Status.CANCELLED, self.Status.EXPIRED)
        return self.failed_count > 0 and self.status not in early
