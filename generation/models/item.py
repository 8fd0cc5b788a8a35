"""The items of orders: one row a problem that is to be made."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.functions import Least, Now, Power
from django.utils.translation import gettext_lazy as _

from generation import sql
from generation.models.pause import Pause
from generation.models.request import GenerationRequest
from problems.models import Problem
from quizservice.ids import uuid7


class GenerationItemQuerySet(models.QuerySet["GenerationItem"]):
    def due(self, priority: str) -> GenerationItemQuerySet:
        """Items to publish now: orders in turn, so that no small one waits behind a large one.

        None of a writer that is paused; a pause of everything is the caller's to see.
        """
        return (
            self.filter(state=GenerationItem.State.WAITING, priority=priority)
            .of_working_writers()
            .filter(Q(not_before=None) | Q(not_before__lte=Now()))
            .order_by("position", "id")
        )

    def of_working_writers(self) -> GenerationItemQuerySet:
        """Items whose writer is not itself paused.

        NOT IN, because PostgreSQL looks its answers up in a table while it follows an index over the
        items; a join would have it sort all that wait.
        """
        paused = GenerationRequest.objects.open().filter(
            generator__in=Pause.objects.values("generator")
        )
        return self.exclude(request_id__in=paused.values("id"))

    def in_flight(self, priority: str) -> GenerationItemQuerySet:
        """Items that were published and have not ended.

        Not by IN: PostgreSQL sees only of an OR that each side has a partial index of its own, and would
        read all that waits.
        """
        state = GenerationItem.State
        return self.filter(Q(state=state.PUBLISHED) | Q(state=state.PROCESSING), priority=priority)

    def unclaimed(self, priority: str, after: timedelta) -> GenerationItemQuerySet:
        """Items published longer than ``after`` ago and never claimed; the wait doubles each time.

        None of a writer that is paused.
        """
        wait = ExpressionWrapper(
            Value(after) * Power(Value(2), Least(F("publish_count") - 1, 10)),
            models.DurationField(),
        )
        return (
            self.filter(
                priority=priority,
                state=GenerationItem.State.PUBLISHED,
                published_at__lt=Now() - after,
            )
            .filter(published_at__lt=Now() - wait)
            .of_working_writers()
        )

    def lease_over(self) -> GenerationItemQuerySet:
        """Items whose worker has not ended them within the lease."""
        return self.filter(state=GenerationItem.State.PROCESSING, lease_until__lt=Now())

    def not_begun(self) -> GenerationItemQuerySet:
        """Items that no worker has in hand and that have not ended."""
        return self.filter(state__in=GenerationItem.NOT_BEGUN)

    def locked(self) -> GenerationItemQuerySet:
        """Those of these items that nobody else is changing, locked until the transaction ends."""
        free = self.select_for_update(of=("self",), skip_locked=True)
        return GenerationItem.objects.filter(id__in=list(free.values_list("id", flat=True)))

    def with_attempts_left(self) -> GenerationItemQuerySet:
        """Items that have not been begun ``ITEM_MAX_ATTEMPTS`` times since somebody asked for them."""
        return self.filter(_attempts_left())

    def out_of_attempts(self) -> GenerationItemQuerySet:
        """Items that were begun ``ITEM_MAX_ATTEMPTS`` times since somebody asked for them."""
        return self.exclude(_attempts_left())

    def claim(self, item_id: uuid.UUID, lease: timedelta) -> GenerationItem | None:
        """Take an item for ``lease``; None when it is somebody else's, not due or over, or paused.

        A conditional UPDATE: of many that try at once, one wins. ``attempt`` of the returned item fences
        everything that is written later: see :meth:`still_mine`. What is free has an attempt left, even
        where ITEM_MAX_ATTEMPTS was lowered since it was freed.
        """
        values = {"id": item_id, "lease": lease, "attempts": settings.ITEM_MAX_ATTEMPTS}
        return next(iter(self.raw(sql.CLAIM, values)), None)

    def still_mine(self, item: GenerationItem) -> GenerationItemQuerySet:
        """The row of a claimed item, if the claim still holds: nothing else may write its end."""
        return self.filter(id=item.id, state=GenerationItem.State.PROCESSING, attempt=item.attempt)


def _attempts_left() -> Q:
    return Q(attempt__lt=F("earlier_attempts") + settings.ITEM_MAX_ATTEMPTS)


class GenerationItem(models.Model):
    """One problem to be made.

    States::

        waiting -> published -> processing -> generated | failed | rejected
        processing -> waiting                   (a delayed retry; a lease that is over)
        published -> waiting                    (all is paused, or its writer)
        failed -> waiting                       (somebody asked to try it again)
        waiting, published -> dropped           (the request was cancelled or has expired)

    ``waiting``: the row exists, the dispatcher will publish it when ``not_before`` has passed.
    ``published``: the broker has confirmed a message, which stands at ``message_partition`` and
    ``message_offset`` of the topic of its priority. ``processing``: claimed by a worker until
    ``lease_until``. ``failed``: a technical reason, after all attempts. ``rejected``: judged unfit.
    An item in state ``waiting`` may be claimed too: its message can arrive before the dispatcher has
    noted that it was published. ``attempt`` only ever grows, because it fences what a worker writes;
    those made before somebody asked for another try are ``earlier_attempts``.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        PUBLISHED = "published", _("waiting for a worker")
        PROCESSING = "processing", _("running")
        GENERATED = "generated", _("made")
        FAILED = "failed", _("failed")
        REJECTED = "rejected", _("rejected")
        DROPPED = "dropped", _("dropped")

    NOT_BEGUN = (State.WAITING, State.PUBLISHED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(GenerationRequest, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    priority = models.CharField(max_length=20, choices=GenerationRequest.Priority.choices)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    plan = models.JSONField()
    attempt = models.PositiveSmallIntegerField(default=0)
    earlier_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    publish_count = models.PositiveIntegerField(default=0)
    message_partition = models.PositiveIntegerField(null=True, blank=True)
    message_offset = models.PositiveBigIntegerField(null=True, blank=True)
    problem = models.OneToOneField(
        Problem,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        db_constraint=False,  # the database's own constraint also sets null, for deletes in psql
        related_name="generation_item",
    )
    tokens = models.PositiveBigIntegerField(default=0, db_default=0, help_text="paid for")
    cost = models.DecimalField(
        max_digits=12, decimal_places=6, default=0, db_default=0, help_text="US dollars"
    )
    error_message = models.TextField(blank=True, default="", help_text="in a teacher's words")
    error_detail = models.TextField(blank=True, default="", help_text="the technical cause")
    traceparent = models.CharField(max_length=64, blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = GenerationItemQuerySet.as_manager()

    class Meta:
        ordering = ["request", "position"]
        verbose_name = _("problem of an order")
        verbose_name_plural = _("problems of an order")
        indexes = [
            # dispatcher: what to publish next, per priority
            models.Index(
                fields=["priority", "position", "id"],
                name="item_due",
                condition=Q(state="waiting"),
            ),
            # dispatcher: how much is in flight; what was published and never claimed
            models.Index(
                fields=["priority", "published_at"],
                name="item_published",
                condition=Q(state="published"),
            ),
            # dispatcher: whose lease is over
            models.Index(
                fields=["lease_until"], name="item_processing", condition=Q(state="processing")
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="item_position_distinct"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "waiting",
                        "published",
                        "processing",
                        "generated",
                        "failed",
                        "rejected",
                        "dropped",
                    ]
                ),
                name="item_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="processing", lease_until__isnull=False)
                | (~Q(state="processing") & Q(lease_until__isnull=True)),
                name="item_lease_while_processing",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["generated", "failed", "rejected", "dropped"], ended_at__isnull=False
                )
                | Q(state__in=["waiting", "published", "processing"], ended_at__isnull=True),
                name="item_end_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.position} ({self.state})"

    @property
    def seed(self) -> int:
        """Random seed of the item's problem: fixed, so that a repeated attempt begins alike."""
        return int(self.plan["seed"])

    def end_values(self, state: str, **values: Any) -> dict[str, Any]:
        """Column values for an UPDATE that ends the item."""
        return {"state": state, "lease_until": None, "ended_at": Now(), **values}
