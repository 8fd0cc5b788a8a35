"""Who may call: API keys, and how much each has called."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from quizservice.ids import uuid7

READ, WRITE, ADMIN = "read", "write", "admin"
SCOPES = (READ, WRITE, ADMIN)
#: What each scope implies.
IMPLIED = {READ: {READ}, WRITE: {READ, WRITE}, ADMIN: {READ, WRITE, ADMIN}}
MAX_RPM = 10_000


def default_scopes() -> list[str]:
    return [READ]


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self) -> ApiKeyQuerySet:
        """Keys that open the door now."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), is_active=True)


class ApiKey(models.Model):
    """A key of a caller. Only a keyed hash of its secret is stored.

    States: active -> revoked (``is_active`` false), for good. An active key past ``expires_at`` is
    expired. Keys are never deleted: their history stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key_prefix = models.CharField(max_length=16, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=500, blank=True, default="")
    client_name = models.CharField(max_length=100, blank=True, default="")
    is_active = models.BooleanField(default=True)
    permissions_scope = ArrayField(models.CharField(max_length=10), default=default_scopes)
    rate_limit_rpm = models.PositiveIntegerField(default=100, help_text="requests a minute")
    allowed_ips = ArrayField(
        models.CharField(max_length=50),
        default=list,
        blank=True,
        help_text="addresses or networks; none means any",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.CharField(max_length=150, blank=True, default="", editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    usage_count = models.PositiveBigIntegerField(default=0, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    permissions_scope__contained_by=list(SCOPES), permissions_scope__len__gte=1
                ),
                name="apikey_scopes_known",
            ),
            models.CheckConstraint(
                condition=Q(rate_limit_rpm__gte=1, rate_limit_rpm__lte=MAX_RPM),
                name="apikey_rate_in_range",
            ),
            models.CheckConstraint(
                condition=Q(usage_count__gte=0), name="apikey_usage_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.key_prefix}…)"

    def state(self, now: datetime) -> str:
        """``active``, ``expired`` or ``revoked``."""
        if not self.is_active:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"


class KeyUsage(models.Model):
    """Requests of a key in one hour."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="usage", db_index=False)
    hour = models.DateTimeField()
    requests = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "hour"], name="keyusage_once")]

    def __str__(self) -> str:
        return f"{self.requests} in {self.hour:%Y-%m-%d %H}h"


class RateWindow(models.Model):
    """How much of a key's limit the web processes have leased in the running minute."""

    key = models.OneToOneField(ApiKey, on_delete=models.CASCADE, primary_key=True, related_name="+")
    minute = models.DateTimeField()
    leased = models.PositiveIntegerField()
    granted = models.PositiveIntegerField(help_text="size of the last lease")

    def __str__(self) -> str:
        return f"{self.leased} in {self.minute:%H:%M}"
