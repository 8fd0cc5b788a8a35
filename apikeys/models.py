"""Who may call: API keys, and how much each has called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from quizservice.ids import uuid7

READ, WRITE, ADMIN = "read", "write", "admin"
SCOPES = (READ, WRITE, ADMIN)
#: What each scope implies.
IMPLIED = {READ: {READ}, WRITE: {READ, WRITE}, ADMIN: {READ, WRITE, ADMIN}}
MAX_RPM = 10_000
#: A key that ends within this time is worth a warning.
EXPIRES_SOON = timedelta(days=14)
#: A key that was not used for this long is perhaps needed by nobody.
UNUSED = timedelta(days=90)


def default_scopes() -> list[str]:
    return [READ]


def usable_now() -> Q:
    """Keys that open the door now."""
    return Q(expires_at=None, is_active=True) | Q(expires_at__gt=Now(), is_active=True)


def expired_now() -> Q:
    """Keys whose time is over, and that nobody revoked."""
    return Q(is_active=True, expires_at__lte=Now())


def needing_attention_now() -> Q:
    """Usable keys that end soon, were unused for long, or whose secret before still works."""
    long_ago = Now() - UNUSED
    return usable_now() & (
        Q(expires_at__lt=Now() + EXPIRES_SOON)
        | Q(previous_until__gt=Now())
        | Q(last_used_at__lt=long_ago)
        | Q(last_used_at=None, created_at__lt=long_ago)
    )


#: The sets of keys that a list may be narrowed to.
STATES: Mapping[str, Callable[[], Q]] = {
    "active": usable_now,
    "attention": needing_attention_now,
    "expired": expired_now,
    "revoked": lambda: Q(is_active=False),
    "all": Q,
}


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self) -> ApiKeyQuerySet:
        """Keys that open the door now."""
        return self.filter(usable_now())

    def in_state(self, state: str) -> ApiKeyQuerySet:
        """Those of one of ``STATES``."""
        return self.filter(STATES[state]())

    def count_by_state(self) -> dict[str, int]:
        """How many there are of each of ``STATES``, in one query."""
        return self.aggregate(
            **{state: Count("id", filter=chosen()) for state, chosen in STATES.items() if chosen()},
            all=Count("id"),
        )


class ApiKey(models.Model):
    """A key of a caller. Only a keyed hash of its secret is stored.

    States: active -> revoked (``is_active`` false), for good. An active key past ``expires_at`` is
    expired; a later expiry makes it active again. Keys are never deleted: their history stays.

    A key that is rotated keeps its row and gets a new secret. The secret before it lives on until
    ``previous_until``; an older one is dead.

    ``hashed_with``: which of the service's own secrets keyed ``secret_hash`` (``secrets.current_mark``);
    empty where that was never noted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key_prefix = models.CharField(max_length=16, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    hashed_with = models.CharField(max_length=16, default="", db_default="", editable=False)
    previous_prefix = models.CharField(max_length=16, unique=True, null=True, editable=False)
    previous_hash = models.CharField(max_length=64, null=True, editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)
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
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
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
            models.CheckConstraint(
                condition=Q(previous_prefix=None, previous_hash=None, previous_until=None)
                | Q(
                    previous_prefix__isnull=False,
                    previous_hash__isnull=False,
                    previous_until__isnull=False,
                ),
                name="apikey_previous_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.key_prefix}…)"

    def state(self, now: datetime) -> str:
        """``active``, ``expired`` or ``revoked``."""
        if not self.is_active:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"


class KeyEvent(models.Model):
    """What was done to a key, by whom and from where. Written with the change itself, never changed.

    ``changes`` holds, by field, the value before and the value after. No secret stands in it: a rotation
    names the public prefixes. ``reason``: why, in the words of who did it; of a revocation in the admin
    always, else mostly empty.
    """

    class Kind(models.TextChoices):
        ISSUED = "issued", _("Issued")
        CHANGED = "changed", _("Changed")
        ROTATED = "rotated", _("Rotated")
        REVOKED = "revoked", _("Revoked")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # the index is the key's own history, newest first
    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="events", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField(db_default=Now())
    by = models.CharField(max_length=160)
    address = models.GenericIPAddressField(null=True)
    changes = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("key event")
        verbose_name_plural = _("key events")
        ordering = ["-id"]
        indexes = [models.Index(fields=["key", "-id"], name="keyevent_history")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["issued", "changed", "rotated", "revoked"]),
                name="keyevent_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.by}"


class KeyUsage(models.Model):
    """What became of a key's requests in one hour.

    ``requests`` were let through by the limit, ``errors`` are those of them that an error answered.
    ``refused`` were refused before the limit (401 to 405), ``throttled`` by it (429).
    """

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="usage", db_index=False)
    hour = models.DateTimeField()
    requests = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0, db_default=0)
    refused = models.PositiveIntegerField(default=0, db_default=0)
    throttled = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "hour"], name="keyusage_once")]
        # the last hours of all keys, for the overview
        indexes = [models.Index(fields=["hour"], name="keyusage_hour")]

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
