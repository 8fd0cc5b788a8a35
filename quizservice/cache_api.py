"""The caches over HTTP: how they do, and having every process read everything again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models.functions import Now
from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

import apikeys.cache  # noqa: F401  registers its cache, so that the statistics know it
import verbs.cache  # noqa: F401
from quizservice import caching, listening, processes
from quizservice.api import ApiView, StrictSerializer, not_stored
from quizservice.models import Process

#: The caches that the contract names. One that this process has not made yet counts as empty.
CACHES = ("verb_cache", "conjugation_cache", "api_key_cache")
_EMPTY: dict[str, Any] = {
    "loaded": False,
    "entries": 0,
    "hits": 0,
    "misses": 0,
    "hit_rate": 0.0,
    "last_refreshed_at": None,
    "invalidations": 0,
}


class CacheCountersSerializer(serializers.Serializer):
    loaded = serializers.BooleanField()
    entries = serializers.IntegerField()
    hits = serializers.IntegerField()
    misses = serializers.IntegerField()
    hit_rate = serializers.FloatField()
    last_refreshed_at = serializers.DateTimeField(allow_null=True)
    invalidations = serializers.IntegerField()


class ProcessCachesSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Process.Kind.values)
    host = serializers.CharField()
    pid = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    verb_cache = CacheCountersSerializer()
    conjugation_cache = CacheCountersSerializer()
    api_key_cache = CacheCountersSerializer()


class CacheStatsSerializer(serializers.Serializer):
    verb_cache = CacheCountersSerializer()
    conjugation_cache = CacheCountersSerializer()
    api_key_cache = CacheCountersSerializer()
    processes = ProcessCachesSerializer(many=True)


class CacheStatsView(ApiView):
    """The caches of this process, and of every live process as it last reported them."""

    scopes = {"GET": "read"}

    @extend_schema(
        operation_id="get_cache_stats",
        tags=["Service"],
        summary="How the caches do",
        description="Of the process that answers, and of every live process as it last reported.",
        responses={200: CacheStatsSerializer},
    )
    def get(self, request: Request) -> Response:
        live = Process.objects.filter(last_seen_at__gt=Now() - processes.LIVE)
        return not_stored(
            {
                **_named(caching.all_stats()),
                "processes": [_reported(process) for process in live.order_by("kind", "id")],
            }
        )


def _named(stats: Mapping[str, Any]) -> dict[str, Any]:
    return {name: stats.get(name, _EMPTY) for name in CACHES}


def _reported(process: Process) -> dict[str, Any]:
    moment = serializers.DateTimeField()
    return {
        "kind": process.kind,
        "host": process.host,
        "pid": process.pid,
        "started_at": moment.to_representation(process.started_at),
        "last_seen_at": moment.to_representation(process.last_seen_at),
        **_named(process.report.get("caches", {})),
    }


class CacheEntriesSerializer(serializers.Serializer):
    """Values that were read again."""

    verb_cache = serializers.IntegerField()
    conjugation_cache = serializers.IntegerField()
    api_key_cache = serializers.IntegerField()


class CacheReloadSerializer(serializers.Serializer):
    message = serializers.CharField()
    entries = CacheEntriesSerializer(
        help_text="Values that the process that answers read again; the others come when asked for."
    )
    processes = serializers.IntegerField(
        help_text="Other live processes that keep values, and so were told to do the same."
    )


class CacheReloadView(ApiView):
    """Every process drops what it keeps and reads it again, the one that answers before it answers."""

    scopes = {"POST": "admin"}

    @extend_schema(
        operation_id="reload_caches",
        tags=["Service"],
        summary="Have every process read its caches again",
        description="Never needed for a change of data, of which every process hears by itself.",
        request=None,
        responses={200: CacheReloadSerializer},
        examples=[
            OpenApiExample(
                "Reloaded",
                value={
                    "message": "Caches reloaded here, and 4 live process(es) told to do the same",
                    "entries": {"verb_cache": 1311, "conjugation_cache": 0, "api_key_cache": 0},
                    "processes": 4,
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def post(self, request: Request) -> Response:
        self.body(StrictSerializer)
        done = listening.reload_everywhere()
        return not_stored(
            {
                "message": done.message,
                "entries": {name: done.entries.get(name, 0) for name in CACHES},
                "processes": done.processes,
            }
        )


routes = [
    path("cache/stats", CacheStatsView.as_view(), name="cache-stats"),
    path("cache/reload", CacheReloadView.as_view(), name="cache-reload"),
]
