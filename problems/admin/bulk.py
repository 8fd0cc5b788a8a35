"""Changes to many problems from the list: what must be asked has a page that says what will happen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from problems import browsing, bulk, names, services
from problems.bulk_forms import LevelForm, ReasonForm, RetireForm, TagsForm
from problems.models import Problem, Statement
from quizservice.errors import ServiceError
from quizservice.numbers import grouped

#: How many of the chosen problems the page shows.
EXAMPLES = 5


class Question(NamedTuple):
    """An action as its page asks for it: one sentence for one problem, another for more."""

    form: type[forms.Form]
    title: Callable[[int], str]
    stays: str = ""


QUESTIONS = {
    "publish": Question(
        ReasonForm,
        lambda n: _count(
            ngettext("Publish %(number)s problem", "Publish %(number)s problems", n), n
        ),
        Problem.Status.LIVE,
    ),
    "retire": Question(
        RetireForm,
        lambda n: _count(ngettext("Retire %(number)s problem", "Retire %(number)s problems", n), n),
        Problem.Status.RETIRED,
    ),
    "send_to_review": Question(
        ReasonForm,
        lambda n: _count(
            ngettext("Send %(number)s problem to review", "Send %(number)s problems to review", n),
            n,
        ),
        Problem.Status.REVIEW,
    ),
    "change_tags": Question(
        TagsForm,
        lambda n: _count(
            ngettext("Change tags of %(number)s problem", "Change tags of %(number)s problems", n),
            n,
        ),
    ),
    "change_level": Question(
        LevelForm,
        lambda n: _count(
            ngettext("Set level of %(number)s problem", "Set level of %(number)s problems", n), n
        ),
    ),
}


def _count(sentence: str, number: int) -> str:
    return sentence % {"number": grouped(number)}


class BulkMixin(ModelAdmin):
    """The actions of the list of problems."""

    actions = [
        "publish",
        "retire",
        "send_to_review",
        "change_tags",
        "change_level",
        "export_chosen",
        "order_more",
    ]

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Problem]
    ) -> HttpResponseBase | None:
        try:
            answer: HttpResponseBase | None = super().response_action(request, queryset)
            return answer
        except ServiceError as refused:
            messages.error(request, refused.detail)
        except ValidationError:  # an id that is none
            messages.error(request, gettext("These problems do not exist."))
        return redirect(request.get_full_path())

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # problems are retired: what was served stays known
        return actions

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Problem]) -> Any:
        mover = self._mover(Problem.Status.LIVE)
        if request.POST.get("select_across") == "1":
            return self._ask(request, queryset, "publish", mover)
        # what stands on the page was looked at: nothing to ask
        _tell(request, mover(bulk.selected(queryset), by=request.user.get_username()))
        return None

    @admin.action(description=_("Retire"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Problem]) -> Any:
        return self._ask(request, queryset, "retire", self._mover(Problem.Status.RETIRED))

    @admin.action(description=_("Send to review"), permissions=["change"])
    def send_to_review(self, request: HttpRequest, queryset: QuerySet[Problem]) -> Any:
        return self._ask(request, queryset, "send_to_review", self._mover(Problem.Status.REVIEW))

    @admin.action(description=_("Change tags"), permissions=["change"])
    def change_tags(self, request: HttpRequest, queryset: QuerySet[Problem]) -> Any:
        return self._ask(request, queryset, "change_tags", bulk.tag)

    @admin.action(description=_("Set level"), permissions=["change"])
    def change_level(self, request: HttpRequest, queryset: QuerySet[Problem]) -> Any:
        return self._ask(request, queryset, "change_level", bulk.set_level)

    @admin.action(description=_("Order more like these"), permissions=["view"])
    def order_more(self, request: HttpRequest, queryset: QuerySet[Problem]) -> HttpResponse:
        """The order form, filled in with what these problems have in common."""
        return redirect(
            f"{reverse('admin:generation_generationrequest_order')}?"
            f"{urlencode(services.common_traits(queryset), doseq=True)}"
        )

    @staticmethod
    def _mover(status: str) -> Callable[..., bulk.Outcome]:
        return lambda ids, **values: bulk.move(ids, status=status, **values)

    def _ask(
        self,
        request: HttpRequest,
        queryset: QuerySet[Problem],
        name: str,
        change: Callable[..., bulk.Outcome],
    ) -> HttpResponse | None:
        """The page of an action, until its form is filled in; then the change."""
        ids, question = bulk.selected(queryset), QUESTIONS[name]
        form = question.form(request.POST if "confirmed" in request.POST else None)
        as_seen = request.POST.get("confirmed") == str(len(ids))
        if form.is_valid() and as_seen:
            outcome = change(ids, by=request.user.get_username(), **form.cleaned_data)
            _tell(request, outcome)
            return None
        if form.is_bound and not as_seen:
            said = gettext("Meanwhile the list changed: now %(problems)s are chosen. Look again.")
            messages.warning(request, said % {"problems": browsing.in_words(len(ids))})
        return TemplateResponse(
            request,
            "admin/problems/bulk.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": question.title(len(ids)),
                "form": form,
                "action": name,
                "number": len(ids),
                "forecast": _forecast(bulk.by_status(ids), question.stays),
                "examples": Statement.objects.filter(problem__in=ids, is_correct=True)
                .order_by("problem")
                .values_list("content", flat=True)[:EXAMPLES],
                "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
                "across": request.POST.get("select_across", "0"),
                "back": request.get_full_path(),
            },
        )


def _forecast(numbers: dict[str, int], stays: str) -> list[str]:
    """What is chosen, by status, and what stays as it is."""
    found = []
    for status, number in sorted(numbers.items()):
        values = {"problems": browsing.in_words(number), "status": names.STATUSES[status]}
        said = gettext("%(problems)s: %(status)s now.")
        if status == stays:
            said = gettext("%(problems)s: %(status)s already, nothing changes there.")
        found.append(said % values)
    return found


def _tell(request: HttpRequest, outcome: bulk.Outcome) -> None:
    """Say what was changed, what was not, and why."""
    changed = ngettext(
        "%(number)s problem changed.", "%(number)s problems changed.", outcome.changed
    )
    if outcome.changed or not outcome.kept:
        messages.success(request, _count(changed, outcome.changed))
    for why, number in outcome.kept.most_common():
        kept = ngettext(
            "%(number)s problem not changed: %(why)s",
            "%(number)s problems not changed: %(why)s",
            number,
        )
        messages.warning(request, kept % {"number": grouped(number), "why": why})
