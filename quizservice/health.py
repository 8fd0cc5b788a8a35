"""What probes, dashboards and newcomers ask first."""

from __future__ import annotations

import functools
import logging
import threading
from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

import generation.pausing
import generation.upkeep
from quizservice import processes
from quizservice.api import PublicView, not_stored
from quizservice.errors import FieldError, Unprocessable
from quizservice.models import Process
from quizservice.openapi import error_answer
from quizservice.readiness import NOT_YET, Check, Finding, Prober

logger = logging.getLogger(__name__)

#: An item that waits longer than this many seconds means that nobody dispatches.
OLDEST_WAITING = 300.0
#: A dispatcher that has not asked the broker for so many seconds hangs.
BROKER_SEEN = 60.0


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


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True, "answers"


def _migrations() -> Finding:
    applied = MigrationRecorder(connection).applied_migrations()
    if _migrations_on_disk() <= set(applied):
        return True, "all run"
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return False, f"{len(missing)} to be run: manage.py migrate"
    return True, "all run"


@functools.cache
def _migrations_on_disk() -> frozenset[tuple[str, str]]:
    """By app and name; reading them takes long, and they do not change while the process lives."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ())


def _broker() -> Finding:
    dispatchers = Process.objects.filter(
        kind=Process.Kind.DISPATCHER, last_seen_at__gt=Now() - processes.LIVE
    )
    seen = processes.broker_seen(dispatchers)
    if seen is None:
        return False, f"no dispatcher has seen it within the last {processes.LIVE.seconds} s"
    # why it is away names hosts: the admin and the dispatcher's log say it
    age = max(0.0, (timezone.now() - datetime.fromisoformat(str(seen["at"]))).total_seconds())
    said = "answers" if seen["ok"] else "does not answer"
    return bool(seen["ok"]) and age <= BROKER_SEEN, f"{said}, as the dispatcher saw {age:.0f} s ago"


def _oldest_waiting() -> Finding:
    pauses = generation.pausing.pauses()
    if pauses and not pauses[0].generator:
        return True, "all is paused"
    age = generation.upkeep.oldest_waiting_age()
    said = "nothing waits" if age is None else f"waits since {age:.0f} s"
    # by whom and why it is stopped concerns only those who may look into the admin
    said += "".join(
        f"; {'stopped' if one.reason else 'paused'}: writer {one.generator}" for one in pauses
    )
    return age is None or age <= OLDEST_WAITING, said


def _processes() -> Finding:
    live = Process.objects.filter(last_seen_at__gt=Now() - processes.LIVE)
    counted = Counter(live.values_list("kind", flat=True))
    missing = [kind for kind in Process.Kind.values if not counted[kind]]
    return not missing, ", ".join(f"{counted[kind]} {kind}" for kind in Process.Kind.values)


CHECKS = (
    Check("database", _database),
    Check("migrations", _migrations, seconds=3.0),
    Check("broker", _broker),
    Check("oldest_waiting_item", _oldest_waiting),
    Check("processes", _processes),
)
#: What a web process needs for what it does itself. Problems are drawn and orders are taken without the
#: others: a balancer that took the web away because a worker is away would end the draws as well.
FOR_WEB = frozenset({"database", "migrations"})

#: Of this process. Half the web server's threads never wait for a probe.
prober = Prober(CHECKS, waiting=max(1, settings.WEB_THREADS // 2))


class ReadyView(ProbeView):
    """Whether the service can do all its work: a line a dependency, each with its own deadline."""

    @extend_schema(
        operation_id="get_readiness",
        tags=["Service"],
        summary="Whether the service can do its work",
        auth=[],
        parameters=[
            OpenApiParameter(
                "for",
                str,
                enum=["web"],
                description="`web`: the status tells only whether this web process can draw problems "
                "and take orders, which is what a load balancer asks; the lines are the same.",
            )
        ],
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
            **error_answer(422, "`for` has another value"),
            503: OpenApiResponse(description="The same body; a check with `ok: false` says why"),
        },
    )
    def get(self, request: Request) -> Response:
        needed = _needed(request.query_params.get("for"))
        found = prober.probe()
        _log_changes(found)
        ready = all(ok for name, (ok, _) in found.items() if name in needed)
        return not_stored(
            {
                "status": "ready" if ready else "not ready",
                "checks": {
                    name: {"ok": ok, "detail": detail} for name, (ok, detail) in found.items()
                },
            },
            status=200 if ready else 503,
        )


def _needed(asked: str | None) -> frozenset[str]:
    """The checks that the status depends on. Raises Unprocessable."""
    if asked not in (None, "web"):
        said = "for takes the value web, or is left out"
        raise Unprocessable(said, errors=[FieldError("for", "invalid_choice", said)])
    return FOR_WEB if asked else frozenset(check.name for check in prober.checks)


class _Said:
    """What this process last logged of its probes."""

    lock = threading.Lock()
    failing: frozenset[str] = frozenset()


def _log_changes(found: dict[str, Finding]) -> None:
    """One line when another set of checks fails than before: a probe asks every few seconds."""
    if any(detail == NOT_YET for _, detail in found.values()):
        return
    failing = frozenset(name for name, (ok, _) in found.items() if not ok)
    with _Said.lock:
        if failing == _Said.failing:
            return
        _Said.failing = failing
    if failing:
        details = "; ".join(f"{name}: {found[name][1]}" for name in found if name in failing)
        logger.warning("not ready: %s", details)
    else:
        logger.info("ready again")
