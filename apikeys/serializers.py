"""The contract's shapes of keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from apikeys.models import MAX_RPM, SCOPES, ApiKey
from apikeys.networks import normalised
from apikeys.services import DEFAULTS, MAX_GRACE, OWN_GRACE
from quizservice.api import StrictSerializer
from quizservice.paging import PageParams


class MomentField(serializers.DateTimeField):
    """A time that says its zone, as RFC 3339 asks: none is guessed."""

    default_error_messages = {
        "no_zone": "Say the time's zone, such as 2031-01-01T00:00:00Z or 2031-01-01T00:00:00+01:00."
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            self.fail("no_zone")
        return super().enforce_timezone(value)


class KeyChanges(StrictSerializer):
    """Fields to change; those that are absent stay."""

    name = serializers.CharField(max_length=100, required=False)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    client_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    permissions_scope = serializers.ListField(
        child=serializers.ChoiceField(choices=SCOPES),
        required=False,
        allow_empty=False,
        max_length=3,
        help_text="`write` includes `read`, `admin` includes both. Default: `read` alone.",
    )
    rate_limit_rpm = serializers.IntegerField(
        min_value=1,
        max_value=MAX_RPM,
        required=False,
        help_text=f"Requests a minute. Default: {DEFAULTS['rate_limit_rpm']}. From 400 on the count is "
        "leased in blocks; below, each request asks the database, some milliseconds slower.",
    )
    allowed_ips = serializers.ListField(
        child=serializers.CharField(max_length=50),
        required=False,
        max_length=100,
        help_text="Addresses and networks, IPv4 and IPv6. Default: none, which means any.",
    )
    expires_at = MomentField(
        required=False,
        allow_null=True,
        help_text="With its zone (`Z` or an offset). Default: null, which means never.",
    )

    # the service refuses these, too; here they are named together with all other wrong fields

    def validate_allowed_ips(self, texts: list[str]) -> list[str]:
        try:
            return normalised(texts)
        except ValueError as error:
            raise serializers.ValidationError(f"{error}.", code="invalid") from None

    def validate_expires_at(self, moment: datetime | None) -> datetime | None:
        if moment is not None and moment <= timezone.now():
            raise serializers.ValidationError("The expiry lies in the past.", code="past")
        return moment


class KeyBody(KeyChanges):
    """A whole key; fields that are absent take their defaults."""

    name = serializers.CharField(max_length=100)


class RotationBody(StrictSerializer):
    grace_seconds = serializers.IntegerField(
        min_value=0,
        max_value=MAX_GRACE,
        default=0,
        help_text="How long the key so far lives on; an older one dies at once. "
        f"At least {OWN_GRACE} for a key that rotates itself.",
    )


class KeyListParams(PageParams):
    include_inactive = serializers.BooleanField(
        default=False, help_text="Also revoked and expired keys."
    )
    search = serializers.CharField(
        required=False,
        max_length=100,
        help_text="Part of the name, description or client's name, or the beginning of the prefix.",
    )


class KeySerializer(serializers.ModelSerializer):
    requests_last_24h = serializers.SerializerMethodField(
        help_text="By whole hours, as far as they are written down (every few seconds)."
    )

    class Meta:
        model = ApiKey
        fields = [
            "id",
            "key_prefix",
            "name",
            "description",
            "client_name",
            "is_active",
            "permissions_scope",
            "created_at",
            "expires_at",
            "last_used_at",
            "usage_count",
            "requests_last_24h",
            "rate_limit_rpm",
            "allowed_ips",
        ]
        read_only_fields = fields
        extra_kwargs = {
            "usage_count": {
                "help_text": "Requests that the rate limit let through; refused ones do not count."
            }
        }

    def get_requests_last_24h(self, key: ApiKey) -> int:
        counts: dict[Any, int] = self.context.get("requests_last_24h", {})
        return counts.get(key.id, 0)


class IssuedSerializer(serializers.Serializer):
    api_key = serializers.CharField(help_text="The key itself, shown here and never again.")
    key_info = KeySerializer()


class RotatedSerializer(IssuedSerializer):
    previous_key_expires_at = serializers.DateTimeField(
        allow_null=True, help_text="Until when the key so far lives on; null: it is dead already."
    )


class KeyPageSerializer(serializers.Serializer):
    count = serializers.IntegerField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = KeySerializer(many=True)


class MessageSerializer(serializers.Serializer):
    message = serializers.CharField()


class KeysByScopeSerializer(serializers.Serializer):
    read = serializers.IntegerField()
    write = serializers.IntegerField()
    admin = serializers.IntegerField()


class HourSerializer(serializers.Serializer):
    hour = serializers.DateTimeField(help_text="Its beginning.")
    requests = serializers.IntegerField()


class BusyKeySerializer(serializers.Serializer):
    id = serializers.UUIDField()
    key_prefix = serializers.CharField()
    name = serializers.CharField()
    requests_last_24h = serializers.IntegerField()


class KeyStatsSerializer(serializers.Serializer):
    """All keys summed up. Requests are those that the rate limit let through, as far as written down."""

    total = serializers.IntegerField()
    active = serializers.IntegerField()
    expired = serializers.IntegerField()
    revoked = serializers.IntegerField()
    active_by_scope = KeysByScopeSerializer(help_text="Active keys by their broadest scope.")
    requests_total = serializers.IntegerField(help_text="Ever, by all keys.")
    requests_last_24h = serializers.IntegerField()
    requests_per_hour = HourSerializer(
        many=True, help_text="The last 24 hours, the running one last."
    )
    busiest = BusyKeySerializer(
        many=True, help_text="The keys with the most requests in the last 24 hours, at most ten."
    )
