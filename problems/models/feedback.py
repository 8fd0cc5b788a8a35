"""What learners did with problems, and what was reported of them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from problems.models.problem import Problem
from quizservice.ids import uuid7

#: The longest comment of a report, in characters, and how many different ones a report keeps.
MAX_COMMENT_LENGTH = 1000
MAX_COMMENTS = 20
#: The longest word with which reports are closed, in characters.
MAX_CLOSING_WORD = 500


class Answer(models.Model):
    """A learner's pick, as it was judged at that moment: later edits of the problem change nothing here.

    ``first``: the learner's first answer at this problem; one without a learner always is. Only first
    answers count in :class:`PickCount`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    problem = models.ForeignKey(
        Problem,
        on_delete=models.DO_NOTHING,  # the database deletes the row with its problem (see sql/)
        db_constraint=False,
        related_name="answers",
    )
    statement_id = models.UUIDField(help_text="the statement may have been deleted since")
    correct = models.BooleanField()
    first = models.BooleanField()
    learner = models.BinaryField(max_length=32, null=True, help_text="a keyed hash")
    elapsed_ms = models.PositiveIntegerField(null=True)
    key_id = models.UUIDField(null=True, help_text="the API key that sent it")
    answered_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "learner"],
                condition=Q(first=True, learner__isnull=False),
                name="answer_one_first",
            ),
            models.CheckConstraint(
                condition=Q(first=True) | Q(learner__isnull=False), name="answer_anonymous_is_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{'right' if self.correct else 'wrong'} at {self.answered_at}"


class PickCount(models.Model):
    """How many first answers picked a statement while it was right, and while it was wrong.

    Kept by the statement that stores an answer, so that statistics read a few rows however many
    answers there are.
    """

    pk = models.CompositePrimaryKey("problem_id", "statement_id", "correct")
    problem = models.ForeignKey(
        Problem,
        on_delete=models.DO_NOTHING,  # the database deletes the row with its problem
        db_constraint=False,
        db_index=False,
        related_name="pick_counts",
    )
    statement_id = models.UUIDField()
    correct = models.BooleanField()
    picks = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.picks} picks"


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> ReportQuerySet:
        """Reports that nobody has closed."""
        return self.filter(closed_at=None)


class Report(models.Model):
    """What somebody finds wrong with a problem.

    States: open -> closed. While it is open, what the same key reports of the same problem for
    the same reason is this report once more: ``times`` counts it. The one exception: undoing the decision
    that closed it (``closing_event``) opens it again.
    """

    class Reason(models.TextChoices):
        WRONG_ANSWER = "wrong_answer", _("Wrong answer")
        AMBIGUOUS = "ambiguous", _("Ambiguous")
        UNNATURAL = "unnatural", _("Unnatural")
        OFFENSIVE = "offensive", _("Offensive")
        OTHER = "other", _("Something else")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    problem = models.ForeignKey(
        Problem,
        on_delete=models.DO_NOTHING,  # the database deletes the row with its problem
        db_constraint=False,
        related_name="reports",
    )
    reason = models.CharField(max_length=20, choices=Reason.choices)
    comments = ArrayField(
        models.CharField(max_length=MAX_COMMENT_LENGTH),
        default=list,
        db_default=[],
        help_text=f"the first {MAX_COMMENTS} different ones",
    )
    times = models.PositiveIntegerField(default=1, db_default=1)
    key_id = models.UUIDField(help_text="the API key that reported")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_reported_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    closing_word = models.CharField(
        max_length=MAX_CLOSING_WORD, default="", db_default="", editable=False
    )
    closing_event = models.UUIDField(
        null=True, editable=False, help_text="the event of the problem's history that closed it"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-id"]
        indexes = [
            # what staff look at first
            models.Index(fields=["-id"], name="report_open", condition=Q(closed_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "key_id", "reason"],
                condition=Q(closed_at__isnull=True),
                name="report_one_open",
            ),
            models.CheckConstraint(
                condition=Q(
                    reason__in=["wrong_answer", "ambiguous", "unnatural", "offensive", "other"]
                ),
                name="report_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(comments__len__lte=MAX_COMMENTS), name="report_comments_bounded"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(closed_by__isnull=True),
                name="report_open_is_nobodys",
            ),
        ]

    def __str__(self) -> str:
        times = "once" if self.times == 1 else f"{self.times} times"
        return f"{self.get_reason_display()}, {times}"
