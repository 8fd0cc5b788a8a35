"""Files of problems that somebody imports."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from quizservice.ids import uuid7


class ProblemImport(models.Model):
    """A file that was sent to be imported.

    States: looked at -> done, or thrown away. ``content`` is emptied once it is done. ``objections``: what
    the grammar engine said of its rows, by their numbers; asked once, because it takes its time.
    ``result``: how many problems were added, changed and left as they were, when it is done.
    """

    class Format(models.TextChoices):
        CSV = "csv"
        JSON = "json"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by = models.CharField(max_length=150, help_text="the user's name")
    sent_at = models.DateTimeField(db_default=Now(), editable=False)
    file_name = models.CharField(max_length=200)
    format = models.CharField(max_length=4, choices=Format.choices)
    content = models.TextField()
    objections = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True, editable=False)
    result = models.JSONField(null=True, editable=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name
