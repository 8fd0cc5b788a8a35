"""The review queue in the admin: one problem at a time, decided with a key or a button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext
from unfold.admin import ModelAdmin

from problems import decisions, review
from problems.models import Problem, ProblemEvent
from problems.review_forms import DecisionForm, FilterForm, KeepForm, RejectForm
from problems.review_sheet import Sheet, engine_verdicts, sheet
from quizservice.errors import NotFound, ServiceError

#: The name in the address of the page of a problem that leads back to where it was opened.
BACK = "back"
#: In the address of the queue: the problem that was left for its page; it is shown again if it waits.
LEFT = "left"


def _approve(form: Any, by: User) -> ProblemEvent:
    return decisions.approve(form.cleaned_data["problem"], by=by, seen=form.seen())


def _reject(form: Any, by: User) -> ProblemEvent:
    return decisions.reject(
        form.cleaned_data["problem"], by=by, seen=form.seen(), reason=form.said()
    )


def _retire(form: Any, by: User) -> ProblemEvent:
    return decisions.retire(
        form.cleaned_data["problem"], by=by, seen=form.seen(), reason=form.said()
    )


def _keep(form: Any, by: User) -> ProblemEvent:
    return decisions.keep(form.cleaned_data["problem"], by=by, seen=form.seen(), word=form.said())


#: What the buttons do: the form of each, and the service that decides.
DECISIONS: dict[str, tuple[type[DecisionForm], Callable[[Any, User], ProblemEvent]]] = {
    "approve": (DecisionForm, _approve),
    "reject": (RejectForm, _reject),
    "retire": (RejectForm, _retire),
    "keep": (KeepForm, _keep),
}


class ReviewMixin(ModelAdmin):
    """What :class:`ProblemAdmin` has for the review queue."""

    def get_urls(self) -> list[Any]:
        queue = ReviewQueue(self.admin_site)
        view = self.admin_site.admin_view(queue.page)
        verdicts = self.admin_site.admin_view(queue.verdicts)
        meanwhile = self.admin_site.admin_view(queue.meanwhile)
        return [
            path("review/", view, name="problems_review"),
            path("review/meanwhile/", meanwhile, name="problems_review_meanwhile"),
            path("review/verdicts/<uuid:problem_id>/", verdicts, name="problems_review_verdicts"),
            *super().get_urls(),
        ]

    def response_post_save_change(self, request: HttpRequest, obj: Problem) -> HttpResponse:
        """A page that was opened from the queue leads back there once it is saved."""
        back = request.GET.get(BACK, "")
        if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
            return redirect(back)
        answer: HttpResponse = super().response_post_save_change(request, obj)
        return answer


class ReviewQueue:
    """The pages of the queue."""

    def __init__(self, admin_site: AdminSite) -> None:
        self.admin_site = admin_site

    def page(self, request: HttpRequest) -> HttpResponse:
        """The queue: GET shows a problem, POST decides on it, undoes or begins anew."""
        _check(request)
        filters = FilterForm(request.GET)
        if request.method == "POST":
            return self._act(request, filters)
        try:
            if "problem" in request.GET:
                return self._page(request, filters, UUID(request.GET["problem"]))
            left = UUID(request.GET[LEFT]) if LEFT in request.GET else None
        except ValueError:
            messages.error(request, gettext("There is no such problem."))
            return redirect(_address(filters))
        now = review.current(_person(request), filters.wanted())
        if left and now and now.waits(left):
            return redirect(_address(filters, left))
        return self._next(request, filters, now, after=left)

    def verdicts(self, request: HttpRequest, problem_id: UUID) -> HttpResponse:
        """What the engine says of each statement, for the page to put in; at first it takes seconds."""
        _check(request)
        try:
            said = engine_verdicts(problem_id)
        except NotFound:
            raise Http404 from None
        return TemplateResponse(request, "admin/problems/review_verdicts.html", {"verdicts": said})

    def meanwhile(self, request: HttpRequest) -> HttpResponse:
        """What another person did since this page was shown; 204 for nothing: then the claim goes on."""
        _check(request)
        form = DecisionForm(request.GET)
        if not form.is_valid():
            raise Http404
        problem_id = form.cleaned_data["problem"]
        said = decisions.meanwhile(problem_id, seen=form.seen())
        if not said:
            review.claim(problem_id, _person(request))
            return HttpResponse(status=204)
        return TemplateResponse(request, "admin/problems/review_meanwhile.html", {"said": said})

    def _act(self, request: HttpRequest, filters: FilterForm) -> HttpResponse:
        action, person = request.POST.get("action", ""), _person(request)
        if action == "anew":
            return self._next(request, filters, review.begin(person, filters.wanted()))
        if action == "undo":
            return self._undo(request, filters)
        if action not in DECISIONS:
            messages.error(request, gettext("There is no such button."))
            return redirect(request.get_full_path())
        make, decide = DECISIONS[action]
        form = make(request.POST)
        if not form.is_valid():
            return self._ask_again(request, filters, action, form)
        problem_id = form.cleaned_data["problem"]
        try:
            decide(form, person)
        except ServiceError as refused:
            messages.error(request, refused.detail)
            return redirect(_address(filters, problem_id))
        now = review.round_of(person, filters.wanted())
        if now is None or not now.following(problem_id):
            return redirect(_address(filters))
        return self._next(request, filters, now, after=problem_id)

    def _undo(self, request: HttpRequest, filters: FilterForm) -> HttpResponse:
        try:
            problem_id = decisions.undo(UUID(request.POST.get("event", "")), by=_person(request))
        except ValueError:
            messages.error(request, gettext("There is nothing to undo."))
        except ServiceError as refused:
            messages.error(request, refused.detail)
        else:
            messages.info(request, gettext("Undone. Here it is again."))
            return redirect(_address(filters, problem_id))
        return redirect(request.get_full_path())

    def _ask_again(
        self, request: HttpRequest, filters: FilterForm, action: str, form: DecisionForm
    ) -> HttpResponse:
        """The page with what was typed; nothing of it is lost."""
        problem_id = form.cleaned_data.get("problem")
        if problem_id is None or "words" not in form.fields:
            messages.error(request, gettext("This page is out of date; look at it again."))
            return redirect(_address(filters))
        return self._page(request, filters, problem_id, ask=action, form=form)

    def _next(
        self,
        request: HttpRequest,
        filters: FilterForm,
        now: review.Round | None,
        after: UUID | None = None,
    ) -> HttpResponse:
        """On to the next problem; when nothing waits, the page that says so."""
        person = _person(request)
        if now and (problem_id := review.claim_next(now, person, after)):
            return redirect(_address(filters, problem_id))
        review.release(person)
        finished = review.round_of(person, filters.wanted())
        return self._render(request, filters, finished, {})

    def _page(
        self,
        request: HttpRequest,
        filters: FilterForm,
        problem_id: UUID,
        *,
        ask: str = "",
        form: forms.Form | None = None,
    ) -> HttpResponse:
        person = _person(request)
        now = review.round_of(person, filters.wanted())
        try:
            shown = sheet(problem_id)
        except NotFound as missing:
            messages.error(request, missing.detail)
            return redirect(_address(filters))
        mine = not shown.waits or review.claim(problem_id, person)
        following = now.following(problem_id) if now else []
        before = now.before(problem_id) if now else None
        context = {
            "sheet": shown,
            "place": now.place(problem_id) if now else None,
            "held_by": "" if mine else review.held_by(problem_id, person),
            "next": _address(filters, following[0] if following else None),
            "before": _address(filters, before) if before else "",
            "ask": ask or request.GET.get("ask", ""),
            "reject_form": form if isinstance(form, RejectForm) else RejectForm(),
            "keep_form": form if isinstance(form, KeepForm) else _keep_form(shown),
            "seen": _seen(shown),
            "this": _address(filters, problem_id),
            "edit": _edit_address(problem_id, _address(filters, problem_id, LEFT)),
        }
        return self._render(request, filters, now, context)

    def _render(
        self,
        request: HttpRequest,
        filters: FilterForm,
        now: review.Round | None,
        context: dict[str, Any],
    ) -> HttpResponse:
        tallies, last = review.today(_person(request), now)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Review queue"),
            "filters": filters,
            "chosen": filters.chosen(),
            "round": now,
            "counted": review.COUNTED,
            "tallies": tallies,
            "last": last,
            "last_place": now.place(last.problem_id) if now and last else None,
            "here": _address(filters),
            **context,
        }
        return TemplateResponse(request, "admin/problems/review.html", context)


def _check(request: HttpRequest) -> None:
    if not _person(request).has_perms(["problems.change_problem", "problems.change_report"]):
        raise PermissionDenied


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)


def _keep_form(shown: Sheet) -> KeepForm:
    """Ready with what probably comes of the reports: a problem that was edited since is corrected."""
    return KeepForm(initial={"reason": "corrected"} if shown.corrected else None)


def _address(filters: FilterForm, problem_id: UUID | None = None, name: str = "problem") -> str:
    """The queue with these filters, at a problem; without one, at the next that waits."""
    parts = [filters.wanted().query(), f"{name}={problem_id}" if problem_id else ""]
    query = "&".join(part for part in parts if part)
    return reverse("admin:problems_review") + (f"?{query}" if query else "")


def _seen(shown: Sheet) -> str:
    """What a page shows, for the question what happened to it meanwhile."""
    reported_at = shown.reported_at.isoformat() if shown.reported_at else ""
    updated_at = shown.problem.updated_at.isoformat()
    return urlencode(
        {"problem": str(shown.problem.pk), "updated_at": updated_at, "reported_at": reported_at}
    )


def _edit_address(problem_id: UUID, back: str) -> str:
    page = reverse("admin:problems_problem_change", args=[problem_id])
    return f"{page}?{urlencode({BACK: back})}"
