"""The list of keys: those that work, or those of another state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList

from apikeys.models import STATES, ApiKey
from apikeys.periods import last_hours_of

#: The parameter of the address that says which keys are listed.
STATE = "state"
TITLES: dict[str, Promise] = {
    "active": _("Active"),
    "attention": _("Need attention"),
    "expired": _("Expired"),
    "revoked": _("Revoked"),
    "all": _("All"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A set of keys that may be listed: where its list is, and how many there are."""

    title: Promise
    address: str
    count: int
    chosen: bool


class KeyChangeList(ChangeList):
    """Narrowed to a state; without one to active keys, and all of them where something is searched."""

    state: str
    result_list: Any

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        found: dict[str, Any] = super().get_filters_params(params)
        found.pop(STATE, None)
        return found

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str] | None = None
    ) -> QuerySet[ApiKey]:
        asked = request.GET.get(STATE, "")
        self.state = asked if asked in STATES else "all" if self.query else "active"
        found: QuerySet[ApiKey] = super().get_queryset(request, exclude_parameters)
        return found.filter(STATES[self.state]())

    def get_results(self, request: HttpRequest) -> None:
        """Each key of the page also knows the hours of its last day."""
        super().get_results(request)
        self.full_result_count = self.result_count  # the sets above the list tell all numbers
        keys: list[Any] = list(self.result_list)
        hours = last_hours_of([key.pk for key in keys])
        for key in keys:
            key.hours = hours[key.pk]
        self.result_list = keys

    @property
    def choices(self) -> list[Choice]:
        """The sets of keys, each with its number."""
        counts = ApiKey.objects.count_by_state()
        return [
            Choice(title, self.get_query_string({STATE: state}, ["p"]), counts[state], chosen)
            for state, title in TITLES.items()
            for chosen in [state == self.state]
        ]
