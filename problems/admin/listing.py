"""The list of problems as the admin shows it: tabs, chips and orders over a page that browsing finds."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList

from problems import browsing, names
from problems.models import Problem
from quizservice.numbers import grouped

SORT = "sort"
STATUS = "status__exact"


class Link(NamedTuple):
    """A link of the list; ``number`` is empty where nobody counted."""

    name: str
    address: str
    current: bool = False
    number: str = ""


class Column(NamedTuple):
    """A column; ``address`` sorts by it, ``sorted`` is what aria-sort says."""

    name: Any
    address: str = ""
    sorted: str = ""
    right: bool = False


class Row(NamedTuple):
    """A problem as the table shows it."""

    id: Any
    sentence: str
    focus: Any
    tenses: str
    level: str
    status: Any
    status_class: str
    source: Any
    served: int
    last_served: Any
    share: str
    reports: int


_STATUS_CLASSES = {
    "live": "c-badge-good",
    "review": "c-badge-warn",
    "draft": "c-badge-info",
    "retired": "",
}


def _row(problem: Any) -> Row:
    return Row(
        id=problem.pk,
        sentence=problem._correct or gettext("(none is marked as correct)"),
        focus=names.FOCUSES.get(problem.grammatical_focus, problem.grammatical_focus),
        tenses=", ".join(str(names.TENSES.get(tense, tense)) for tense in problem.tenses_used),
        level=problem.level,
        status=names.STATUSES[problem.status],
        status_class=_STATUS_CLASSES[problem.status],
        source=names.source_of(problem.metadata),
        served=problem._served,
        last_served=problem._last_served,
        share=_share(problem._right, problem._answers),
        reports=problem._reports,
    )


def _share(right: int, answers: int) -> str:
    """How many of the learners' answers were right, in words; empty without answers."""
    if not answers:
        return ""
    said = ngettext(
        "%(share)d %% of %(answers)s answer", "%(share)d %% of %(answers)s answers", answers
    )
    return said % {"share": round(100 * right / answers), "answers": grouped(answers)}


#: Name, order ("" for none) and whether the first click shows the largest first.
_COLUMNS = [
    (_("sentence"), "", False),
    (_("focus"), "", False),
    (_("tense"), "", False),
    (_("level"), "", False),
    (_("status"), "", False),
    (_("written by"), "", False),
    (_("served"), "served", True),
    (_("right"), "share", False),
    (_("reports"), "reports", True),
]
#: The filters that an order has a field for.
_ORDERED = {
    "grammatical_focus__exact": "grammatical_focus",
    "tense": "tenses_used",
    "level__exact": "level",
    "target_language_code__exact": "target_language_code",
    "tag": "topic_tags",
    "verb": "verb_infinitives",
}
#: The orders in a menu, for a phone.
_ORDERS = [
    ("-created", _("newest first")),
    ("created", _("oldest first")),
    ("-updated", _("changed last first")),
    ("-served", _("most served first")),
    ("served", _("least served first")),
    ("last_served", _("longest not served first")),
    ("share", _("least often right first")),
    ("-share", _("most often right first")),
    ("-reports", _("most reports first")),
]


class ProblemList(ChangeList):
    """What the list's template shows; nothing here counts or sorts more than browsing allows."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.sort = request.GET.get(SORT, browsing.NEWEST)
        super().__init__(request, *args, **kwargs)
        self.title = gettext("Problems")
        self.has_filters = False  # they stand in the page, not in the sheet beside it

    def get_filters_params(self, params: Any = None) -> Any:
        found = super().get_filters_params(params)
        found.pop(SORT, None)
        return found

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Problem]) -> list[str]:
        return ["-pk"]

    def get_results(self, request: HttpRequest) -> None:
        self.page = browsing.page(
            self.queryset, number=self.page_num, size=self.list_per_page, sort=self.sort
        )
        self.result_list = self.page.rows
        self.result_count = browsing.COUNTED if self.page.total is None else self.page.total
        self.full_result_count = self.result_count  # nobody counts them all
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = False
        self.multi_page = self.page.has_next or self.page.number > 1
        self.paginator = Paginator(self.result_list, self.list_per_page)

    # --- for the template ---

    @property
    def rows(self) -> list[Row]:
        """The problems of the page."""
        return [_row(problem) for problem in self.result_list]

    @property
    def chips(self) -> list[Link]:
        """What the list is narrowed by, each with the address of the list without it."""
        found = []
        for spec in self.filter_specs:
            for value in spec.values:
                left = [other for other in spec.values if other != value]
                name = gettext("%(filter)s: %(value)s") % {
                    "filter": spec.title,
                    "value": spec.word(value),
                }
                found.append(Link(name, self.get_query_string({spec.parameter_name: left or None})))
        if self.query:
            words = gettext("words: %(words)s") % {"words": self.query}
            found.append(Link(words, self.get_query_string({"q": None})))
        return found

    @property
    def tabs(self) -> list[Link]:
        """A tab for each status, and one for all; counted where nothing else narrows the list."""
        chosen = next(spec for spec in self.filter_specs if spec.parameter_name == STATUS).values
        alone = set(self.filter_params) <= {STATUS, SORT}
        counts = browsing.standing() if alone else {}
        tabs = [
            Link(
                str(name),
                self.get_query_string({STATUS: value}),
                chosen == [value],
                _up_to(counts[value]) if value in counts else "",
            )
            for value, name in names.STATUSES.items()
        ]
        return [*tabs, Link(gettext("all"), self.get_query_string({STATUS: None}), not chosen)]

    @property
    def columns(self) -> list[Column]:
        """The heads of the table."""
        found = []
        for name, order, large_first in _COLUMNS:
            if not order:
                found.append(Column(name))
                continue
            falling = self.sort == f"-{order}"
            mine = falling or self.sort == order
            then = order if (falling if mine else not large_first) else f"-{order}"
            said = ("descending" if falling else "ascending") if mine else ""
            found.append(Column(name, self.get_query_string({SORT: then}), said, right=True))
        return found

    @property
    def orders(self) -> list[tuple[str, Any, bool]]:
        """The orders to choose from: value, name and whether it is the one in force."""
        return [(value, name, value == self.sort) for value, name in _ORDERS]

    @property
    def ranked_only(self) -> int:
        """How many problems the order looked at, where there may be more; 0 where it saw all."""
        name = self.sort.removeprefix("-")
        bounded = self.page.total is None and name in browsing.RANKINGS
        return browsing.RANKED if bounded and browsing.more_than(browsing.RANKED) else 0

    @property
    def wanted(self) -> str:
        """What the list is narrowed by, as the query of the order form."""
        given = {
            _ORDERED[spec.parameter_name]: spec.values
            for spec in self.filter_specs
            if spec.parameter_name in _ORDERED and spec.values
        }
        return urlencode(given, doseq=True)

    @property
    def found(self) -> str:
        """How many there are, in words."""
        if self.page.total is None:
            return gettext("more than %(number)s problems") % {"number": grouped(browsing.COUNTED)}
        return browsing.in_words(self.page.total)

    @property
    def previous_address(self) -> str:
        return self.get_query_string({"p": self.page.number - 1}) if self.page.number > 1 else ""

    @property
    def next_address(self) -> str:
        return self.get_query_string({"p": self.page.number + 1}) if self.page.has_next else ""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the address says beside filters, for a form that sets these anew."""
        return [
            (name, value)
            for name, values in self.filter_params.items()
            if name in {SORT, "q"}
            for value in values
        ]

    @property
    def narrowing(self) -> list[tuple[str, str]]:
        """What the address says beside words and order, for the forms that set these anew."""
        return [
            (name, value)
            for name, values in self.filter_params.items()
            if name not in {SORT, "q"}
            for value in values
        ]


def _up_to(number: int) -> str:
    return f"{grouped(browsing.COUNTED)}+" if number > browsing.COUNTED else grouped(number)
