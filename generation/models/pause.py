"""What is not to be generated, and why."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Pause(models.Model):
    """Its row says that nothing of a writer, or nothing at all, is published or claimed.

    A person paused, or the service stopped a writer that cannot go on until a person has acted: then there
    is a ``reason``.
    """

    #: Stands in the place of a writer's name for all of them.
    EVERYTHING = ""

    generator = models.CharField(
        primary_key=True, max_length=200, blank=True, help_text="the writer; empty for everything"
    )
    reason = models.TextField(blank=True, default="", help_text="in a teacher's words")
    paused_at = models.DateTimeField(db_default=Now(), editable=False)
    paused_by = models.CharField(
        max_length=200, blank=True, help_text="who paused, for people to read"
    )

    class Meta:
        ordering = ["generator"]

    def __str__(self) -> str:
        what = self.generator or "everything"
        return (
            f"{what} is stopped: {self.reason}"
            if self.reason
            else f"{what} is paused by {self.paused_by}"
        )
