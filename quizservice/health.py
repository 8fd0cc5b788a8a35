"""What probes, dashboards and newcomers ask first."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

import generation.pausing
import generation.upkeep
from quizservice import processes
from quizservice.api import PublicView, not_stored
from quizservice.models import Process

#: Longest time in seconds that one look at the database may take.
CHECK_SECONDS = 1.0
#: Longest time in seconds that the whole probe may take.
PROBE_SECONDS = 4.0
#: Probes that may wait for a hanging database at the same time.
_PROBES = threading.BoundedSemaphore(4)
#: An item that waits longer than this many seconds means that nobody dispatches.
OLDEST_WAITING = 300.0


class ProbeView(PublicView):
    """An endpoint outside the API proper: what a probe adds to the query is its own affair."""

    def query(self, serializer: Any) -> dict[str, Any]:
        return {}


class IndexView(ProbeView):
    @extend_schema(
        operation_id="get_index",
        tags=["Service"],
        summary="What this is",
        description="Browsers (`Accept: text/html`) get a small page.",
        auth=[],
        responses={
            200: inline_serializer(
                "Index",
                {name: serializers.CharField() for name in ("message", "service", "version")},
            )
        },
    )
    def get(self, request: Request) -> HttpResponse:
        data = {
            "message": "French grammar quiz problems: see /api/docs",
            "service": settings.SERVICE_NAME,
            "version": settings.VERSION,
        }
        response: HttpResponse
        if "text/html" in request.headers.get("Accept", ""):
            shown = {**data, "try_link": "/try/" if settings.TRY_KEY else ""}
            response = render(request._request, "landing.html", shown)
        else:
            response = Response(data)
        patch_vary_headers(response, ["Accept"])
        return response


class HealthView(ProbeView):
    """The process answers. Touches nothing."""

    @extend_schema(
        operation_id="get_health",
        tags=["Service"],
        summary="Whether the process answers",
        auth=[],
        responses={
            200: inline_serializer(
                "Health",
                {name: serializers.CharField() for name in ("status", "service", "version")},
            )
        },
    )
    def get(self, request: Request) -> Response:
        return not_stored(
            {"status": "healthy", "service": settings.SERVICE_NAME, "version": settings.VERSION}
        )


# --- readiness ------------------------------------------------------------------------------------

#: What a check found: whether it is well, and words.
Finding = tuple[bool, str]


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True, "answers"


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return False, f"{len(missing)} to be run: manage.py migrate"
    return True, "all run"


def _broker() -> Finding:
    dispatchers = Process.objects.filter(
        kind=Process.Kind.DISPATCHER, last_seen_at__gt=Now() - processes.LIVE
    )
    seen = processes.broker_seen(dispatchers)
    if seen is None:
        return False, f"no dispatcher has seen it within the last {processes.LIVE.seconds} s"
    return bool(seen["ok"]), str(seen["detail"])


def _oldest_waiting() -> Finding:
    pauses = generation.pausing.pauses()
    if pauses and not pauses[0].generator:
        return True, f"paused by {pauses[0].paused_by}"
    age = generation.upkeep.oldest_waiting_age()
    said = "nothing waits" if age is None else f"waits since {age:.0f} s"
    # why it is stopped concerns only those who may look into the admin
    said += "".join(
        f"; {'stopped' if one.reason else 'paused'}: writer {one.generator}" for one in pauses
    )
    return age is None or age <= OLDEST_WAITING, said


def _processes() -> Finding:
    live = Process.objects.filter(last_seen_at__gt=Now() - processes.LIVE)
    counted = Counter(live.values_list("kind", flat=True))
    missing = [kind for kind in Process.Kind.values if not counted[kind]]
    return not missing, ", ".join(f"{counted[kind]} {kind}" for kind in Process.Kind.values)


class ReadyView(ProbeView):
    """Whether the service can do all its work: a line a dependency, each with its own deadline."""

    checks: ClassVar[Mapping[str, Callable[[], Finding]]] = {
        "database": _database,
        "migrations": _migrations,
        "broker": _broker,
        "oldest_waiting_item": _oldest_waiting,
        "processes": _processes,
    }

    @extend_schema(
        operation_id="get_readiness",
        tags=["Service"],
        summary="Whether the service can do its work",
        auth=[],
        responses={
            200: inline_serializer(
                "Readiness",
                {
                    "status": serializers.ChoiceField(choices=["ready", "not ready"]),
                    "checks": serializers.DictField(
                        child=inline_serializer(
                            "ReadinessCheck",
                            {"ok": serializers.BooleanField(), "detail": serializers.CharField()},
                        )
                    ),
                },
            ),
            503: OpenApiResponse(description="The same body; a check with `ok: false` says why"),
        },
    )
    def get(self, request: Request) -> Response:
        found = probe(self.checks)
        everything = all(ok for ok, _ in found.values())
        return not_stored(
            {
                "status": "ready" if everything else "not ready",
                "checks": {
                    name: {"ok": ok, "detail": detail} for name, (ok, detail) in found.items()
                },
            },
            status=200 if everything else 503,
        )


def probe(checks: Mapping[str, Callable[[], Finding]]) -> dict[str, Finding]:
    """What each check finds, within ``PROBE_SECONDS`` whatever hangs.

    The checks run in a thread with a connection of its own: a statement that takes too long ends by its
    deadline, and a server that accepts connections but does not answer is left behind with the thread.
    """
    found: dict[str, Finding] = {}

    def run() -> None:
        try:
            for name, check in checks.items():
                found[name] = _within_deadline(check)
        finally:
            connection.close()
            _PROBES.release()

    if not _PROBES.acquire(blocking=False):
        return dict.fromkeys(checks, (False, "not asked: earlier probes still wait for an answer"))
    thread = threading.Thread(target=run, name="readiness", daemon=True)
    thread.start()
    thread.join(PROBE_SECONDS)
    return {
        name: found.get(name, (False, f"no answer within {PROBE_SECONDS:.0f} s")) for name in checks
    }


def _within_deadline(check: Callable[[], Finding]) -> Finding:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, true)",
                    [str(int(CHECK_SECONDS * 1000))],
                )
            return check()
    except (Error, ImproperlyConfigured) as error:
        return False, f"cannot be told: {(str(error) or 'database away').splitlines()[0]}"
