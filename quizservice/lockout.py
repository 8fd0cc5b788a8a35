"""Who guesses passwords of the admin waits: what django-axes counts, in our words.

It counts by name and address together, so that a teacher is never locked out from elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from quizservice.models import LockedLogin
from quizservice.proxies import client_network

_MINUTE = 60  # seconds
_LONGEST = 255  # characters


def login_name(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """The name that somebody tries, no longer than the column that keeps it."""
    name = (credentials or request.POST).get("username") or ""
    return str(name)[:_LONGEST]


def refusal(
    request: HttpRequest, response: HttpResponse | None, credentials: Mapping[str, Any] | None
) -> HttpResponse:
    """The answer to who is locked out, in place of the login page: 429, and how long it lasts."""
    left = seconds_left(login_name(request, credentials), client_network(request))
    page = render(
        request,
        "admin/locked_out.html",
        {"minutes": math.ceil(left / _MINUTE)},
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    page["Retry-After"] = str(left)
    page["Cache-Control"] = "no-store"
    return page


def seconds_left(username: str, address: str | None) -> int:
    """Whole seconds until this name may be tried again from this address; at least 1."""
    attempts = LockedLogin.objects.filter(username=username, ip_address=address)
    last = attempts.aggregate(Max("attempt_time"))["attempt_time__max"] or timezone.now()
    return max(1, math.ceil((last + settings.AXES_COOLOFF_TIME - timezone.now()).total_seconds()))


def is_locked(attempt: LockedLogin) -> bool:
    """Whether the failures of an attempt's row are enough to lock out, and still count."""
    return bool(
        attempt.failures_since_start >= settings.LOGIN_ATTEMPTS
        and attempt.attempt_time + settings.AXES_COOLOFF_TIME > timezone.now()
    )


def unlock(attempts: QuerySet[LockedLogin]) -> int:
    """Forget failed attempts, so that their names may be tried again at once. How many there were."""
    return attempts.delete()[0]
