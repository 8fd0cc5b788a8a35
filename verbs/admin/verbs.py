"""The list of verbs, and the page of one, laid out as in a grammar book."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin
from unfold.decorators import display

from generation.french.examples import example
from problems.verb_counts import live_by_verb
from verbs import cache
from verbs.admin.correcting import CorrectingMixin, may, may_correct, may_withdraw
from verbs.french.overrides import in_force
from verbs.models import Verb
from verbs.sheet import Sheet, sheet
from verbs.spelling import fold, split_citation


class VerbList(ChangeList):
    """The list with the number of live problems of each verb that it shows."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        shown: list[Any] = list(self.result_list)
        counts = live_by_verb(verb.citation for verb in shown)
        for verb in shown:
            verb.live_problems = counts[verb.citation]
        self.result_list = shown


@admin.register(Verb)
class VerbAdmin(CorrectingMixin, ModelAdmin):
    list_display = [
        "shown_citation",
        "translation",
        "level",
        "classification",
        "auxiliary",
        "shown_irregular",
        "frequency_rank",
        "shown_problems",
    ]
    list_filter = [
        "level",
        "classification",
        "auxiliary",
        "reflexive",
        "is_irregular",
        "can_have_cod",
        "can_have_coi",
    ]
    search_fields = ["folded"]
    search_help_text = gettext_lazy("Infinitive or translation; accents and case do not matter")
    ordering = ["folded", "frequency_rank"]
    list_per_page = 50
    list_before_template = "admin/verbs/list_before.html"

    @display(description=gettext_lazy("verb"), ordering="folded")
    def shown_citation(self, obj: Verb) -> str:
        return obj.citation

    @display(
        description=gettext_lazy("forms"),
        ordering="is_irregular",
        label={"irregular": "warning", "regular": "info"},
    )
    def shown_irregular(self, obj: Verb) -> tuple[str, str]:
        return ("irregular", _("irregular")) if obj.is_irregular else ("regular", _("regular"))

    @display(description=gettext_lazy("live problems"))
    def shown_problems(self, obj: Any) -> str:
        number = obj.live_problems
        if not number:
            return "0"
        return format_html('<a class="c-link" href="{}">{}</a>', problems_of(obj), number)

    # --- nothing of a verb is edited: corrections are added beside it ---

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # --- search, list, page ---

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[VerbList]:
        return VerbList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Verb], search_term: str
    ) -> tuple[QuerySet[Verb], bool]:
        if search_term:
            infinitive, marked = split_citation(search_term)
            named = Q(folded__contains=fold(infinitive))
            if marked:
                named &= Q(reflexive=True)
            queryset = queryset.filter(named | Q(translation__icontains=search_term))
        return queryset, False

    def get_urls(self) -> list[URLPattern]:
        return [*self.correcting_urls(), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of a verb."""
        page: HttpResponse = require_safe(self._page)(request, object_id)
        return page

    def _page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        verb = self.get_object(request, object_id)
        if not self.has_view_permission(request, verb):
            raise PermissionDenied
        if verb is None:
            missing: HttpResponse = self._get_obj_does_not_exist_redirect(
                request, self.opts, object_id
            )
            return missing
        found = sheet(verb)
        context = {
            **self.page_context(request, verb),
            "sheet": found,
            "uses": uses(found),
            "live_problems": live_by_verb([verb.citation])[verb.citation],
            "problems_url": problems_of(verb),
            "order_url": order_of(verb),
            "may_see_problems": may(request, "problems.view_problem"),
            "may_order": may(request, "generation.add_generationrequest"),
            "may_correct": may_correct(request),
            "may_withdraw": may_withdraw(request),
        }
        return render(request, "admin/verbs/verb.html", context)


def uses(found: Sheet) -> list[dict[str, Any]]:
    """The patterns of a verb, each with sentences of the engine that show it."""
    with in_force(cache.overrides()):
        return [
            {
                "text": pattern.text,
                "impersonal": pattern.impersonal,
                "examples": [one for one in map(example, pattern.frames) if one is not None],
            }
            for pattern in found.patterns
        ]


def problems_of(verb: Verb) -> str:
    """The address of the list of live problems with a verb."""
    query = urlencode({"status__exact": "live", "verb": verb.citation})
    return f"{reverse('admin:problems_problem_changelist')}?{query}"


def order_of(verb: Verb) -> str:
    """The address of the order form with a verb filled in."""
    query = urlencode({"verb_infinitives": verb.citation})
    return f"{reverse('admin:generation_generationrequest_order')}?{query}"
