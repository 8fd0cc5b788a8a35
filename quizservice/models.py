"""What the plumbing keeps: one row a live process, answers that may be asked for again, locked logins."""

from __future__ import annotations

from axes.models import AccessAttempt
from django.db import models
from django.utils.translation import gettext_lazy as _

from quizservice.ids import uuid7


class Process(models.Model):
    """A web, worker or dispatcher process that reported within the last minutes."""

    class Kind(models.TextChoices):
        WEB = "web"
        WORKER = "worker"
        DISPATCHER = "dispatcher"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(
        db_index=True
    )  # readiness and the home page ask for recent ones
    report = models.JSONField(
        default=dict
    )  # cache counters; the dispatcher adds the broker's state

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        permissions = [("refresh_caches", "Can refresh caches")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["web", "worker", "dispatcher"]),
                name="process_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pid} on {self.host}"


class IdempotentAnswer(models.Model):
    """The first answer to a request with an ``Idempotency-Key``: see :mod:`quizservice.idempotency`."""

    id = models.BinaryField(
        primary_key=True, max_length=32, help_text="SHA-256 of API key, path and Idempotency-Key"
    )
    body_hash = models.BinaryField(max_length=32, help_text="SHA-256 of the request's JSON")
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    content = models.BinaryField()
    answered_at = models.DateTimeField(db_index=True)  # old ones are deleted

    def __str__(self) -> str:
        return f"{self.status} at {self.answered_at}"


class LockedLogin(AccessAttempt):
    """Wrong passwords of one name at one address, as django-axes counts them, under a plain name."""

    class Meta:
        proxy = True
        ordering = ["-attempt_time"]
        verbose_name = _("locked login")
        verbose_name_plural = _("locked logins")

    def __str__(self) -> str:
        return f"{self.username} ({self.ip_address})"
