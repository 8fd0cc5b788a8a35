"""The page of the caches: how they do in every process, and a refresh whose effect can be watched."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin

from quizservice import cache_status, caching, listening
from quizservice.cache_status import Answer, Refresh, Status
from quizservice.models import Process

#: What people call the caches.
NAMES = {
    "verb_cache": gettext_lazy("Verbs"),
    "conjugation_cache": gettext_lazy("Conjugations"),
    "override_cache": gettext_lazy("Corrections of verbs"),
    "api_key_cache": gettext_lazy("API keys"),
    "unknown_key_cache": gettext_lazy("Keys that do not exist"),
}
#: Seconds between two looks at the processes: while a refresh is on its way, and else.
SOON, LATER = 1, 10


@admin.register(Process)
class ProcessAdmin(ModelAdmin):
    """Processes are not edited; their page is that of the caches."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("", page(self.caches), name="caches"),
            path("", page(self.caches), name="quizservice_process_changelist"),
            path("state", page(self.caches_state), name="caches_state"),
        ]

    def caches(self, request: HttpRequest) -> HttpResponse:
        """The page; a POST refreshes the cache that it names, or all."""
        self._check(request)
        if request.method == "POST":
            return self._refresh(request)
        context = {
            **self.admin_site.each_context(request),
            **_context(request),
            "title": _("Caches"),
        }
        return render(request, "admin/console/caches.html", context)

    def caches_state(self, request: HttpRequest) -> HttpResponse:
        """The part of the page that changes by itself."""
        self._check(request)
        context = {**_context(request), "is_part": True}
        return render(request, "admin/console/caches_state.html", context)

    def _check(self, request: HttpRequest) -> None:
        if not _may(request, "view_process"):
            raise PermissionDenied

    def _refresh(self, request: HttpRequest) -> HttpResponse:
        if not may_refresh(request):
            raise PermissionDenied
        cache = request.POST.get("cache", "")
        if cache and cache not in caching.all_stats():
            messages.error(
                request, _("There is no cache “%(name)s”; nothing was done.") % {"name": cache[:50]}
            )
            return HttpResponseRedirect(reverse("admin:caches"))
        done = listening.reload_everywhere(cache or None)
        query = urlencode({"refresh": done.id, **({"cache": cache} if cache else {})})
        return HttpResponseRedirect(f"{reverse('admin:caches')}?{query}")


def may_refresh(request: HttpRequest) -> bool:
    """Whether the person may have caches refreshed."""
    return _may(request, "refresh_caches")


def _may(request: HttpRequest, permission: str) -> bool:
    user: Any = request.user
    return bool(user.has_perm(f"quizservice.{permission}"))


def label(name: str) -> str:
    """What people call a cache."""
    return str(NAMES.get(name, name))


def _context(request: HttpRequest) -> dict[str, Any]:
    """What the page and its changing part show."""
    refresh = Refresh.read(request.GET.get("refresh", ""), request.GET.get("cache", ""))
    status = cache_status.status(refresh)
    said = effect(status)
    return {
        "status": status,
        "caches": [(label(total.name), total) for total in status.totals],
        "rows": [
            {
                "reported": one,
                "cells": [one.caches.get(total.name) for total in status.totals],
                "answer": ANSWERS.get(one.answer) if one.answer else None,
            }
            for one in status.processes
        ],
        "refresh": refresh,
        "cache_name": label(refresh.cache) if refresh and refresh.cache else "",
        "effect": said,
        "settled": bool(refresh) and not status.is_waiting,
        "well": bool(refresh) and not status.answered(Answer.SILENT),
        "may_refresh": may_refresh(request),
        "again": SOON if status.is_waiting else LATER,
        # the line is read out by screen readers when it changes, and only then
        "is_news": request.GET.get("said") != said,
    }


#: What a process has said of the refresh, in a word, and the look of its badge.
ANSWERS = {
    Answer.DROPPED: (gettext_lazy("dropped and read again"), "good"),
    Answer.NEW: (gettext_lazy("started since, empty"), "good"),
    Answer.EMPTY: (gettext_lazy("keeps nothing"), "good"),
    Answer.WAITING: (gettext_lazy("waiting"), "info"),
    Answer.SILENT: (gettext_lazy("no answer"), "bad"),
}


def effect(status: Status) -> str:
    """How far a refresh has come, in sentences; nothing when none is asked about."""
    if status.refresh is None:
        return ""
    values = {"done": len(status.settled), "all": len(status.processes)}
    silent = len(status.answered(Answer.SILENT))
    if not status.processes:
        return _("No process is running, so that nothing is kept anywhere.")
    if silent:
        return ngettext(
            "%(silent)d process has not answered within %(seconds)d seconds: it may hang or have "
            "ended. %(done)d of %(all)d have confirmed.",
            "%(silent)d processes have not answered within %(seconds)d seconds: they may hang or "
            "have ended. %(done)d of %(all)d have confirmed.",
            silent,
        ) % {**values, "silent": silent, "seconds": cache_status.DEADLINE.seconds}
    if status.is_waiting:
        return (
            ngettext(
                "%(done)d of %(all)d process has confirmed so far.",
                "%(done)d of %(all)d processes have confirmed so far.",
                values["all"],
            )
            % values
        )
    return (
        ngettext(
            "Done: the one process that runs has confirmed.",
            "Done: all %(all)d processes have confirmed.",
            values["all"],
        )
        % values
    )
