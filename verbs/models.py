"""Verbs as reference data, and the corrections that people make to them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from quizservice.ids import uuid7
from verbs.french import conjugation
from verbs.french.vocabulary import Auxiliary, Group, Language, Level


class Verb(models.Model):
    """One reading of a verb: monter with être (to go up) and with avoir (to take up) are two.

    The rows are loaded from the lexicon (``manage.py load_verbs``); a correction of a field stands in
    :class:`VerbOverride` and its value here. ``target_language_code`` is the translation's language.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    infinitive = models.CharField(max_length=50, help_text="without se")
    folded = models.CharField(
        max_length=50, editable=False, help_text="for look-ups without accents"
    )
    auxiliary = models.CharField(
        _("auxiliary"), max_length=10, choices=[(str(word), str(word)) for word in Auxiliary]
    )
    reflexive = models.BooleanField(_("reflexive"), default=False)
    target_language_code = models.CharField(max_length=3, default=Language.ENGLISH.value)
    translation = models.CharField(_("translation"), max_length=200)
    past_participle = models.CharField(max_length=50)
    present_participle = models.CharField(max_length=50, null=True, blank=True)
    classification = models.CharField(
        _("group"),
        max_length=20,
        choices=[
            (Group.FIRST.value, _("first (-er)")),
            (Group.SECOND.value, _("second (-ir, -issons)")),
            (Group.THIRD.value, _("third")),
        ],
    )
    is_irregular = models.BooleanField(_("irregular"))
    can_have_cod = models.BooleanField(_("takes a direct object"))
    can_have_coi = models.BooleanField(_("takes an indirect object"))
    prepositions = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    level = models.CharField(
        _("level"), max_length=2, choices=[(str(word), str(word)) for word in Level]
    )
    frequency_rank = models.PositiveIntegerField(
        _("rank by frequency"), help_text=_("1 is the most frequent")
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("verb")
        verbose_name_plural = _("verbs")
        ordering = ["infinitive", "frequency_rank"]
        indexes = [models.Index(fields=["folded"], name="verb_folded")]  # look-up by infinitive
        constraints = [
            models.UniqueConstraint(
                fields=["infinitive", "auxiliary", "reflexive"], name="verb_reading_once"
            ),
            models.CheckConstraint(
                condition=Q(auxiliary__in=[str(word) for word in Auxiliary]),
                name="verb_auxiliary_known",
            ),
            models.CheckConstraint(
                condition=Q(reflexive=False) | Q(auxiliary=str(Auxiliary.ETRE)),
                name="verb_reflexive_takes_etre",
            ),
            models.CheckConstraint(
                condition=Q(target_language_code__in=[str(word) for word in Language]),
                name="verb_language_known",
            ),
            models.CheckConstraint(
                condition=Q(classification__in=[str(word) for word in Group]),
                name="verb_group_known",
            ),
            models.CheckConstraint(
                condition=Q(level__in=[str(word) for word in Level]), name="verb_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.citation} ({self.auxiliary})"

    @property
    def citation(self) -> str:
        """The infinitive as dictionaries give it: lever, se lever, s'habiller."""
        return conjugation.citation(self.infinitive) if self.reflexive else self.infinitive


class VerbOverride(models.Model):
    """A correction by a person: it goes before what the lexicon and the rules say, and survives reloads.

    ``field`` is a field of :class:`Verb` that may be corrected, or ``tense.person`` such as
    ``futur_simple.3p`` for one conjugated form; then ``value`` is the form without subject pronoun.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    verb = models.ForeignKey(Verb, on_delete=models.CASCADE, related_name="overrides")
    field = models.CharField(max_length=50)
    value = models.CharField(max_length=200)
    author = models.CharField(_("author"), max_length=150)
    reason = models.CharField(_("reason"), max_length=500)
    created_at = models.DateTimeField(_("corrected at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("correction of a verb")
        verbose_name_plural = _("corrections of verbs")
        ordering = ["verb", "field"]
        constraints = [
            models.UniqueConstraint(fields=["verb", "field"], name="override_once"),
            models.CheckConstraint(
                condition=~Q(author="") & ~Q(reason="") & ~Q(value=""), name="override_is_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"


class CorrectionEvent(models.Model):
    """A correction that was made or withdrawn: what :class:`VerbOverride`, which holds now, forgets.

    ``before`` is what held until then, ``value`` what has held since; both as text, "" where there is none.
    """

    class Kind(models.TextChoices):
        MADE = "made", _("corrected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    verb = models.ForeignKey(Verb, on_delete=models.CASCADE, related_name="correction_events")
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind.choices)
    field = models.CharField(max_length=50)
    before = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200, blank=True)
    by = models.CharField(_("by"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("change of a correction")
        verbose_name_plural = _("changes of corrections")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["made", "withdrawn"]), name="correction_event_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.before} -> {self.value}"
