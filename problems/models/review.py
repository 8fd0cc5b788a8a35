"""Who reviews what: the rounds of the review queue, and who has which problem open."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from problems.models.problem import Problem
from quizservice.ids import uuid7


class ReviewRound(models.Model):
    """The problems that a person goes through, in an order that stays: "12 of 40" is so an hour later.

    One for each person and choice of filters. What comes to wait meanwhile is in the next round.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False
    )
    filters = models.CharField(max_length=300, help_text="as in the address of the page")
    problem_ids = ArrayField(models.UUIDField())
    earlier_ids = ArrayField(
        models.UUIDField(),
        default=list,
        db_default=[],
        help_text="of the round before: its last decision can still be undone",
    )
    waiting = models.PositiveIntegerField(help_text="how many waited when the round began")
    begun_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "filters"], name="review_round_one"),
        ]

    def __str__(self) -> str:
        return f"{len(self.problem_ids)} problems"


class ReviewClaim(models.Model):
    """A person has a problem open in the review queue, and others are given another one first.

    It forbids nothing and ends by itself: ``until`` moves on with each look.
    """

    problem = models.OneToOneField(
        Problem,
        primary_key=True,
        on_delete=models.DO_NOTHING,  # the database deletes the row with its problem (see sql/)
        db_constraint=False,
        related_name="review_claim",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False
    )
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"until {self.until}"
