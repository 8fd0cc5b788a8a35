"""What the page of a problem asks for and leads to: verdicts, preview, steps, notes, reports, history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext, ngettext
from unfold.admin import ModelAdmin

from problems import checking, feedback, history, services, steps, typed
from problems.models import Problem, Report
from quizservice.errors import NotFound, ServiceError

View = Callable[..., HttpResponse]


def permits(request: HttpRequest, permission: str) -> bool:
    """Whether who asks has a permission."""
    return isinstance(request.user, User) and request.user.has_perm(permission)


class ProblemPagesMixin(ModelAdmin):
    """The small pages and posts around the page of one problem."""

    def get_urls(self) -> list[Any]:
        def route(address: str, view: View, name: str) -> Any:
            return path(address, self.admin_site.admin_view(view), name=f"problems_problem_{name}")

        return [
            route("check/", self.check_typed, "check"),
            route("<uuid:problem_id>/preview/", self.preview, "preview"),
            route("<uuid:problem_id>/step/", self.step, "step"),
            route("<uuid:problem_id>/note/", self.note, "note"),
            route("<uuid:problem_id>/close/", self.close_reports, "close"),
            route("<uuid:problem_id>/revert/", self.revert, "revert"),
            *super().get_urls(),
        ]

    def check_typed(self, request: HttpRequest) -> HttpResponse:
        """Verdicts on what stands in the form, problems like it, and the preview: as fragments of HTML."""
        if request.method != "POST" or not self._may_write(request):
            raise PermissionDenied
        try:
            checking.admit(request.user.pk, length=int(request.META.get("CONTENT_LENGTH") or 0))
            found = checking.check(request.POST.dict(), problem_id=request.POST.get("problem"))
        except ServiceError as refused:
            return JsonResponse({"error": refused.detail}, status=refused.status)
        return JsonResponse(
            {
                "verdicts": {
                    key: render_to_string("admin/problems/verdict.html", {"verdict": verdict})
                    for key, verdict in found.verdicts.items()
                },
                "twins": render_to_string("admin/problems/twins.html", {"twins": found.twins}),
                "preview": render_to_string(
                    "admin/problems/preview_body.html", {"shown": found.typed}
                ),
            }
        )

    def preview(self, request: HttpRequest, problem_id: UUID) -> HttpResponse:
        """The problem as a learner meets it; ``pick`` in the address is an answer."""
        problem = self._problem(request, problem_id)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("As a learner sees it"),
            "problem": problem,
            "shown": typed.stored(problem),
            "picked": request.GET.get("pick", ""),
        }
        return TemplateResponse(request, "admin/problems/preview.html", context)

    def history_page(self, request: HttpRequest, problem_id: str) -> HttpResponse:
        """What people did with the problem, with differences and the way back."""
        problem = self._problem(request, problem_id)
        entries = history.entries(problem.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History"),
            "problem": problem,
            "shown": typed.stored(problem),
            "entries": entries,
            "reversible": bool(entries and entries[-1].event.before),
            "editable": self.has_change_permission(request, problem),
        }
        return TemplateResponse(request, "admin/problems/history.html", context)

    # --- posts ---

    def step(self, request: HttpRequest, problem_id: UUID) -> HttpResponse:
        """Take a step: publish, send to review, retire, reject."""

        def take(by: str) -> str:
            taken = steps.take(
                problem_id,
                request.POST.get("step", ""),
                by=by,
                reason=request.POST.get("reason", ""),
            )
            return f"{taken.done} {taken.help}" if taken.name == "publish" else str(taken.done)

        return self._posted(request, problem_id, take)

    def note(self, request: HttpRequest, problem_id: UUID) -> HttpResponse:
        """Leave a note for colleagues."""

        def leave(by: str) -> str:
            services.note(problem_id, text=request.POST.get("text", ""), by=by)
            return gettext("The note is kept in the history.")

        return self._posted(request, problem_id, leave)

    def close_reports(self, request: HttpRequest, problem_id: UUID) -> HttpResponse:
        """Close one open report of the problem, or all."""
        if not permits(request, "problems.change_report"):
            raise PermissionDenied

        def close(by: str) -> str:
            reports = Report.objects.open().filter(problem=problem_id)
            if one := request.POST.get("report"):
                reports = reports.filter(pk=one)
            number = feedback.close_reports(
                reports,
                by=request.user,  # type: ignore[arg-type]
                word=request.POST.get("word", ""),
            )
            return ngettext(
                "%(number)d report is closed.", "%(number)d reports are closed.", number
            ) % {"number": number}

        return self._posted(request, problem_id, close)

    def revert(self, request: HttpRequest, problem_id: UUID) -> HttpResponse:
        """Give the problem back an earlier state; ``to`` is an event, empty for its first state."""

        def back(by: str) -> str:
            to = request.POST.get("to", "")
            changed = history.revert(
                problem_id,
                to=UUID(to) if to else None,
                by=by,
                reason=request.POST.get("reason", ""),
            )
            if not changed:
                return gettext("The problem is like that already.")
            return gettext("The earlier state is back; the status stayed as it was.")

        return self._posted(request, problem_id, back)

    def _posted(
        self, request: HttpRequest, problem_id: UUID, change: Callable[[str], str]
    ) -> HttpResponse:
        """Do what was posted, say what became of it, and show the page it came from."""
        if request.method != "POST":
            return redirect("admin:problems_problem_change", problem_id)
        if not self._may_write(request):
            raise PermissionDenied
        try:
            messages.success(request, change(request.user.get_username()))
        except NotFound:
            raise Http404 from None
        except ServiceError as refused:
            messages.error(request, refused.detail)
        except (ValueError, ValidationError):
            messages.error(request, gettext("There is no such thing to do it with."))
        page = "history" if request.POST.get("from") == "history" else "change"
        return redirect(f"admin:problems_problem_{page}", problem_id)

    # --- who may ---

    def _may_write(self, request: HttpRequest) -> bool:
        return bool(self.has_change_permission(request) or self.has_add_permission(request))

    def _problem(self, request: HttpRequest, problem_id: UUID | str) -> Problem:
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            return get_object_or_404(
                Problem.objects.defer("generation_trace").prefetch_related("statements"),
                pk=problem_id,
            )
        except ValidationError:
            raise Http404 from None
