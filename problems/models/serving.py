"""The narrow tables that keep the serving order; triggers keep them (see ``problems/sql``)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from problems.models.problem import Problem


class ServeCell(models.Model):
    """One row for each combination of what every problem has exactly one of; filters pick cells."""

    id = models.AutoField(primary_key=True)
    target_language_code = models.CharField(max_length=3)
    grammatical_focus = models.CharField(max_length=30)
    level = models.CharField(max_length=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grammatical_focus", "level", "target_language_code"],
                name="serve_cell_distinct",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_language_code} {self.grammatical_focus} {self.level}"


class ServeBucket(models.Model):
    """The same with the set of tenses: filters that name a tense pick buckets."""

    target_language_code = models.CharField(max_length=3)
    grammatical_focus = models.CharField(max_length=30)
    tenses_used = ArrayField(models.CharField(max_length=30))  # sorted, distinct
    level = models.CharField(max_length=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grammatical_focus", "level", "target_language_code", "tenses_used"],
                name="serve_bucket_distinct",
            ),
        ]

    def __str__(self) -> str:
        tenses = ", ".join(self.tenses_used)
        return f"{self.target_language_code} {self.grammatical_focus} {tenses} {self.level}"


class ServeState(models.Model):
    """Where a problem stands in the serving order: the only row of a problem that a draw rewrites.

    Triggers on the problem keep the row; ``cell`` and ``bucket`` are null while it is not live.
    ``serve_seq`` is the value of a global counter at the last serve, or a random negative number before the
    first. Writing ``last_served_at`` does not change the order.
    """

    problem = models.OneToOneField(
        Problem,
        primary_key=True,
        on_delete=models.DO_NOTHING,  # the database deletes the row with its problem
        db_constraint=False,
        related_name="serving",
    )
    cell = models.ForeignKey(
        ServeCell, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    bucket = models.ForeignKey(
        ServeBucket, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    serve_seq = models.BigIntegerField()
    last_served_at = models.DateTimeField(null=True)
    served_count = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [
            # draws without a filter
            models.Index(
                fields=["serve_seq"], name="serve_state_order", condition=Q(bucket__isnull=False)
            ),
            # draws by focus, level, language
            models.Index(fields=["cell", "serve_seq"], name="serve_state_cell_order"),
            # draws by tense, and focus, level, language
            models.Index(fields=["bucket", "serve_seq"], name="serve_state_bucket_order"),
        ]

    def __str__(self) -> str:
        return f"served {self.served_count} times"


class ServeTerm(models.Model):
    """What a live problem can have many of, one row each, with a copy of its place in the order."""

    class Kind(models.IntegerChoices):
        TOPIC_TAG = 1
        VERB = 2
        ERROR_TYPE = 3

    pk = models.CompositePrimaryKey("problem_id", "kind", "term")
    problem = models.ForeignKey(
        ServeState,
        on_delete=models.DO_NOTHING,  # the database deletes the row with the state
        db_constraint=False,
        db_index=False,
        related_name="terms",
    )
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    term = models.TextField(db_collation="C")
    cell = models.ForeignKey(ServeCell, on_delete=models.PROTECT, related_name="+", db_index=False)
    bucket = models.ForeignKey(
        ServeBucket, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    serve_seq = models.BigIntegerField()

    class Meta:
        indexes = [
            # draws by a term alone
            models.Index(fields=["kind", "term", "serve_seq"], name="serve_term_order"),
            # draws by a term and focus, level, language
            models.Index(
                fields=["kind", "term", "cell", "serve_seq"], name="serve_term_cell_order"
            ),
            # draws by a term and tense, and focus, level, language
            models.Index(
                fields=["kind", "term", "bucket", "serve_seq"], name="serve_term_bucket_order"
            ),
        ]

    def __str__(self) -> str:
        return self.term


class ServeCycle(models.Model):
    """Where the running cycle of a combination of filters began: a value of the serve counter."""

    filter_key = models.CharField(max_length=64, primary_key=True)
    filters = models.JSONField()
    start_seq = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.filters} since {self.start_seq}"
