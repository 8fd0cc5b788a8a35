"""The filters of the list of problems: several values each, all kept in the address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from problems import browsing, names
from problems.models import Problem
from verbs.french.vocabulary import Level


class Filter(admin.SimpleListFilter):
    """A filter that takes any of several values; :mod:`problems.browsing` knows what they mean.

    ``name``: what browsing calls it. ``words``: the values to choose from with their names; empty: any
    text.
    """

    name: str
    words: dict[str, Any] = {}
    hint: Any = ""

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        given = (value.strip() for value in request.GET.getlist(str(self.parameter_name)))
        self.values = list(dict.fromkeys(filter(None, given)))

    def has_output(self) -> bool:
        return True

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return list(self.words.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Problem]) -> QuerySet[Problem]:
        return browsing.narrowed(queryset, self.name, self.values)

    def word(self, value: str) -> Any:
        """What people call a value."""
        return self.words.get(value, value)

    @property
    def options(self) -> list[dict[str, Any]]:
        """The values to choose from."""
        return [
            {"value": value, "name": name, "chosen": value in self.values}
            for value, name in self.words.items()
        ]


class StatusFilter(Filter):
    title = _("status")
    parameter_name = "status__exact"
    name = "status"
    words = names.STATUSES


class FocusFilter(Filter):
    title = _("focus")
    parameter_name = "grammatical_focus__exact"
    name = "focus"
    words = names.FOCUSES


class TenseFilter(Filter):
    title = _("tense")
    parameter_name = "tense"
    name = "tense"
    words = names.TENSES


class LevelFilter(Filter):
    title = _("level")
    parameter_name = "level__exact"
    name = "level"
    words = {level.value: level.value for level in Level}


class LanguageFilter(Filter):
    title = _("language of explanations")
    parameter_name = "target_language_code__exact"
    name = "language"
    words = names.LANGUAGES


class TagFilter(Filter):
    title = _("tag")
    parameter_name = "tag"
    name = "tag"
    hint = _("exactly as it is written")


class VerbFilter(Filter):
    title = _("verb")
    parameter_name = "verb"
    name = "verb"
    hint = _("of the correct sentence: aller, se laver")


class ErrorFilter(Filter):
    title = _("error")
    parameter_name = "error_type"
    name = "error"
    words = names.ERRORS


class SourceFilter(Filter):
    title = _("written by")
    parameter_name = "source"
    name = "source"
    words = {value or "person": name for value, name in names.SOURCES.items()}


class ReportedFilter(Filter):
    title = _("reports")
    parameter_name = "reported"
    name = "reported"
    words = {"open": _("with open reports"), "none": _("without open reports")}


class ServedFilter(Filter):
    title = _("served")
    parameter_name = "served"
    name = "served"
    words = {"never": _("never served"), "served": _("served at least once")}


class LastServedFilter(Filter):
    title = _("last served")
    parameter_name = "last_served"
    name = "last_served"
    words = {
        "today": _("served in the last 24 hours"),
        "week": _("not served for a week"),
        "month": _("not served for a month"),
        "quarter": _("not served for three months"),
    }


FILTERS = [
    StatusFilter,
    FocusFilter,
    TenseFilter,
    LevelFilter,
    LanguageFilter,
    TagFilter,
    VerbFilter,
    ErrorFilter,
    SourceFilter,
    ReportedFilter,
    ServedFilter,
    LastServedFilter,
]
