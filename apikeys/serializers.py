"""The contract's shapes of keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from apikeys.models import MAX_RPM, SCOPES, ApiKey
from apikeys.services import normalised_networks
from quizservice.api import PageParams, StrictSerializer


class KeyBody(StrictSerializer):
    name = serializers.CharField(max_length=100)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    client_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    permissions_scope = serializers.ListField(
        child=serializers.ChoiceField(choices=SCOPES),
        required=False,
        allow_empty=False,
        max_length=3,
    )
    rate_limit_rpm = serializers.IntegerField(min_value=1, max_value=MAX_RPM, required=False)
    allowed_ips = serializers.ListField(
        child=serializers.CharField(max_length=50), required=False, max_length=100
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)

    # the service refuses these, too; here they are named together with all other wrong fields

    def validate_allowed_ips(self, texts: list[str]) -> list[str]:
        try:
            return normalised_networks(texts)
        except ValueError as error:
            raise serializers.ValidationError(f"{error}.", code="invalid") from None

    def validate_expires_at(self, moment: datetime | None) -> datetime | None:
        if moment is not None and moment <= timezone.now():
            raise serializers.ValidationError("The expiry lies in the past.", code="past")
        return moment


class KeyListParams(PageParams):
    include_inactive = serializers.BooleanField(default=False)
    search = serializers.CharField(required=False, max_length=100)


class KeySerializer(serializers.ModelSerializer):
    requests_last_24h = serializers.SerializerMethodField()

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

    def get_requests_last_24h(self, key: ApiKey) -> int:
        counts: dict[Any, int] = self.context.get("requests_last_24h", {})
        return counts.get(key.id, 0)


class IssuedSerializer(serializers.Serializer):
    api_key = serializers.CharField(help_text="The key itself, shown here and never again.")
    key_info = KeySerializer()


class KeyPageSerializer(serializers.Serializer):
    count = serializers.IntegerField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = KeySerializer(many=True)


class MessageSerializer(serializers.Serializer):
    message = serializers.CharField()
