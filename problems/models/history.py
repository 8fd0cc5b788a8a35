"""What people did with problems: an event for each change, with the problem as it was after it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from problems.models.problem import Problem
from quizservice.ids import uuid7

#: The longest reason of an event, and the longest note, in characters.
MAX_REASON_LENGTH = 2000


class ProblemEvent(models.Model):
    """A change of a problem by a person.

    ``snapshot`` is the problem after the event, ``before`` what it was before its first one (see
    :func:`problems.changes.snapshot_of`); later events need none: theirs is the snapshot of the event
    before. What a worker makes has no events until somebody changes it.
    """

    class Kind(models.TextChoices):
        CREATED = "created", _("created")
        EDITED = "edited", _("edited")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")
        SENT_TO_REVIEW = "sent_to_review", _("sent to review")
        REJECTED = "rejected", _("rejected")
        TAGGED = "tagged", _("tags changed")
        LEVELLED = "levelled", _("level changed")
        REVERTED = "reverted", _("reverted")
        NOTED = "noted", _("note")
        IMPORTED = "imported", _("imported")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    problem = models.ForeignKey(
        Problem,
        on_delete=models.DO_NOTHING,  # the database deletes the row with its problem (see sql/)
        db_constraint=False,
        db_index=False,  # the constraint's index below begins with it
        related_name="events",
    )
    number = models.PositiveIntegerField(help_text="1, 2, 3, ... within the problem")
    at = models.DateTimeField(db_default=Now(), editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    by = models.CharField(
        max_length=150, blank=True, default="", help_text="a user's name; empty: not a user"
    )
    reason = models.TextField(max_length=MAX_REASON_LENGTH, blank=True, default="")
    snapshot = models.JSONField()
    before = models.JSONField(null=True)

    class Meta:
        verbose_name = _("event of a problem")
        verbose_name_plural = _("events of problems")
        ordering = ["problem", "-number"]
        indexes = [
            # what was done today, and by whom
            models.Index(fields=["at"], name="problem_event_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["problem", "number"], name="problem_event_numbered"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "created", "edited", "published", "retired", "sent_to_review", "rejected",
                        "tagged", "levelled", "reverted", "noted", "imported",
                    ]
                ),
                name="problem_event_kind_known",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number}. {self.get_kind_display()}"
