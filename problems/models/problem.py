"""Problems and their statements."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Length, Now
from django.utils.translation import gettext_lazy as _

from quizservice.ids import uuid7
from verbs.french.vocabulary import ErrorType, Focus, Language, Level, Tense

#: How many statements a live problem has.
MIN_STATEMENTS = 2
MAX_STATEMENTS = 6
#: The longest topic tag, in characters.
MAX_TAG_LENGTH = 50


def _values(words: type[StrEnum]) -> list[str]:
    return [word.value for word in words]


def _choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ")) for word in words]


#: Ligatures that Unicode takes for letters of their own, as people type them.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def fold(text: str) -> str:
    """Text without case, accents, ligatures and surplus spaces, for searching.

    Folded here and not in SQL, because there the result depends on the server's locale.
    """
    decomposed = unicodedata.normalize("NFKD", text).replace("’", "'").casefold()
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.translate(_LIGATURES).split())


def fingerprint_of(texts: Iterable[str]) -> str:
    """SHA-256 (hexadecimal) of the statements' texts in any order: the same texts, the same problem."""
    return hashlib.sha256("\x00".join(sorted(texts)).encode()).hexdigest()


class ProblemQuerySet(models.QuerySet["Problem"]):
    def live(self) -> ProblemQuerySet:
        """Problems that are served."""
        return self.filter(status=Problem.Status.LIVE)


class Problem(models.Model):
    """A multiple-choice problem: some sentences, exactly one of them correct.

    States::

        draft -> review -> live -> retired -> live
        draft -> live
        draft, review -> retired
        live, retired -> review

    ``draft``: being written. ``review``: waits for a person. ``live``: in the pool, may be served at any
    moment; the database then insists on 2 to 6 statements at the positions 0, 1, 2, ... with exactly one
    correct. ``retired``: taken out of the pool; how often it was served is kept.

    Serving a problem does not touch this row: see :class:`ServeState`.
    """

    class Type(models.TextChoices):
        GRAMMAR = "grammar"

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("Review")
        LIVE = "live", _("Live")
        RETIRED = "retired", _("Retired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    problem_type = models.CharField(max_length=20, choices=Type.choices, default=Type.GRAMMAR)
    title = models.CharField(max_length=200)
    instructions = models.CharField(max_length=500)
    target_language_code = models.CharField(
        max_length=3,
        choices=_choices(Language),
        default=Language.ENGLISH.value,
        help_text="language of translations and explanations",
    )
    grammatical_focus = models.CharField(max_length=30, choices=_choices(Focus))
    tenses_used = ArrayField(models.CharField(max_length=30, choices=_choices(Tense)))
    topic_tags = ArrayField(
        models.CharField(max_length=MAX_TAG_LENGTH), default=list, db_default=[], blank=True
    )
    level = models.CharField(max_length=2, choices=_choices(Level))
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.DRAFT, db_default=Status.DRAFT.value
    )
    metadata = models.JSONField(default=dict, blank=True)
    generation_trace = models.JSONField(default=dict, blank=True, editable=False)
    source_statement_ids = ArrayField(
        models.UUIDField(), default=list, db_default=[], editable=False
    )
    fingerprint = models.CharField(max_length=64, editable=False)
    search_text = models.TextField(default="", db_default="", editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        ordering = ["-id"]
        indexes = [
            # lists of one status: newest first, and in the other orders that they offer
            models.Index(fields=["status", "-id"], name="problem_status_newest"),
            models.Index(fields=["status", "created_at", "id"], name="problem_status_created"),
            models.Index(fields=["status", "updated_at", "id"], name="problem_status_updated"),
            # the search box: any part of a folded text
            GinIndex(fields=["search_text"], name="problem_search", opclasses=["gin_trgm_ops"]),
            # the tag filter of the admin
            GinIndex(fields=["topic_tags"], name="problem_tags"),
            # its order by the last change, and the filters by verb and by writer
            models.Index(fields=["-updated_at", "-id"], name="problem_updated"),
            models.Index(
                Func(F("metadata"), function="problems_verb", output_field=models.TextField()),
                F("id").desc(),
                name="problem_verb",
            ),
            models.Index(
                Coalesce(KT("metadata__generator"), Value(""), output_field=models.TextField()),
                F("id").desc(),
                name="problem_source",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=~Q(status="retired"),
                name="problem_fingerprint_unique",
            ),
            models.CheckConstraint(
                condition=Q(problem_type__in=["grammar"]), name="problem_type_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "review", "live", "retired"]),
                name="problem_status_known",
            ),
            models.CheckConstraint(
                condition=Q(target_language_code__in=_values(Language)),
                name="problem_language_known",
            ),
            models.CheckConstraint(
                condition=Q(grammatical_focus__in=_values(Focus)), name="problem_focus_known"
            ),
            models.CheckConstraint(
                condition=Q(tenses_used__contained_by=_values(Tense), tenses_used__len__gte=1),
                name="problem_tenses_known",
            ),
            models.CheckConstraint(
                condition=Q(level__in=_values(Level)), name="problem_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_status_display()})"

    def describe_for_search(self, texts: Iterable[str]) -> None:
        """Set ``fingerprint`` and ``search_text`` from the statements' texts and the row's own."""
        texts = list(texts)
        self.fingerprint = fingerprint_of(texts)
        self.search_text = fold(" ".join([*texts, self.title, *self.topic_tags]))


class Statement(models.Model):
    """One sentence of a problem.

    The correct one may have a translation and carries no error. Every other one carries one error
    (``error_type``), explained in the problem's target language, and no translation. ``span_start`` and
    ``span_end`` are character offsets into ``content``; ``correction`` is what would be right there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The database deletes statements with their problem (see sql/), whoever deletes it; Django's own
    # constraint could not.
    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, related_name="statements", db_constraint=False
    )
    position = models.PositiveSmallIntegerField()
    content = models.CharField(max_length=500)
    is_correct = models.BooleanField(default=False)
    translation = models.CharField(max_length=500, null=True, blank=True)
    explanation = models.CharField(max_length=2000, null=True, blank=True)
    error_type = models.CharField(max_length=30, choices=_choices(ErrorType), null=True, blank=True)
    error_code = models.CharField(max_length=100, null=True, blank=True)
    span_start = models.PositiveSmallIntegerField(null=True, blank=True)
    span_end = models.PositiveSmallIntegerField(null=True, blank=True)
    correction = models.CharField(max_length=500, null=True, blank=True)

    class Meta:
        ordering = ["problem", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem"],
                condition=Q(is_correct=True),
                name="statement_one_correct",
                violation_error_message="A problem has at most one correct statement.",
            ),
            models.UniqueConstraint(
                fields=["problem", "position"],
                name="statement_position_distinct",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["problem", "content"], name="statement_text_distinct"),
            models.CheckConstraint(
                condition=~Q(content=""),
                name="statement_has_text",
                violation_error_message="A statement has a text.",
            ),
            models.CheckConstraint(
                condition=Q(error_type__in=_values(ErrorType)), name="statement_error_known"
            ),
            models.CheckConstraint(
                condition=Q(is_correct=True, error_type__isnull=True)
                | Q(is_correct=False, error_type__isnull=False),
                name="statement_error_unless_correct",
                violation_error_message=(
                    "The correct statement has no error type; every other one has one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(is_correct=True, explanation__isnull=True)
                | (Q(is_correct=False, explanation__isnull=False) & ~Q(explanation="")),
                name="statement_explained_unless_correct",
                violation_error_message=(
                    "The correct statement has no explanation; every other one has one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(is_correct=True) | Q(translation__isnull=True),
                name="statement_translated_if_correct",
                violation_error_message="Only the correct statement has a translation.",
            ),
            models.CheckConstraint(
                condition=Q(is_correct=False)
                | Q(
                    error_code__isnull=True,
                    span_start__isnull=True,
                    span_end__isnull=True,
                    correction__isnull=True,
                ),
                name="statement_correct_has_no_error",
                violation_error_message="The correct statement has no error to point at.",
            ),
            models.CheckConstraint(
                condition=Q(span_start__isnull=True, span_end__isnull=True)
                | Q(
                    span_start__isnull=False,
                    span_end__isnull=False,
                    span_end__gte=F("span_start"),
                    span_end__lte=Length("content"),
                ),
                name="statement_span_inside",
                violation_error_message="The span of the error lies inside the text.",
            ),
        ]

    def __str__(self) -> str:
        return self.content

    @property
    def span(self) -> tuple[int, int] | None:
        """Where the error stands in ``content`` (start, end); None when that is not told."""
        if self.span_start is None or self.span_end is None:
            return None
        return self.span_start, self.span_end
