"""Problems in the admin: the list. editing.py is the page of one, bulk.py changes many."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from problems import browsing
from problems.admin.bulk import BulkMixin
from problems.admin.editing import EditingMixin
from problems.admin.exchange import ExchangeMixin
from problems.admin.filters import FILTERS
from problems.admin.listing import ProblemList
from problems.admin.review import ReviewMixin
from problems.models import Problem


@admin.register(Problem)
class ProblemAdmin(BulkMixin, ExchangeMixin, ReviewMixin, EditingMixin):
    """Found, changed in bulk, exchanged with spreadsheets, and edited one by one."""

    list_filter = FILTERS
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["search_text"]
    search_help_text = _("Words of sentences, title or tags; accents and case do not matter")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ProblemList]:
        return ProblemList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Problem], search_term: str
    ) -> tuple[QuerySet[Problem], bool]:
        return browsing.searched(queryset, search_term), False
