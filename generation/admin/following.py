"""The page of an order, like that of a run: how it stands, and the same again while it runs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generation import pausing, progress, wording
from generation.admin.steering import SteeringMixin
from generation.forms import address_of
from generation.models import GenerationItem, GenerationRequest, Pause
from generation.progress import Progress, Reason
from generation.writers.registry import label_of
from quizservice.numbers import grouped

#: What people call the parts of the bar.
PART_NAMES = {
    "made": gettext_lazy("made"),
    "failed": gettext_lazy("failed"),
    "rejected": gettext_lazy("rejected"),
    "dropped": gettext_lazy("dropped"),
    "running": gettext_lazy("running"),
    "waiting": gettext_lazy("waiting"),
}
#: The colour of a badge, by the status of an order.
STATUS_BADGES = {
    "pending": "info",
    "processing": "info",
    "completed": "good",
    "partial": "warn",
    "cancelled": "warn",
    "failed": "bad",
    "expired": "bad",
}
_ITEM_BADGES = {"made": "good", "failed": "bad", "rejected": "warn", "running": "info"}
_PART_OF = {state: part for part, states in progress.PARTS.items() for state in states}


def bar_of(parts: dict[str, int]) -> list[dict[str, Any]]:
    """The parts of a bar that have something in them, with their names."""
    return [
        {"part": part, "name": PART_NAMES[part], "number": number}
        for part, number in parts.items()
        if number
    ]


class FollowingMixin(SteeringMixin):
    """What :class:`GenerationRequestAdmin` has for the page of one order."""

    get_object: Any
    has_view_permission: Any
    has_order_permission: Any
    _get_obj_does_not_exist_redirect: Any

    def following_urls(self) -> list[URLPattern]:
        """The address that a page asks for what has changed."""
        view = self.admin_site.admin_view
        return [path("<uuid:request_id>/live", view(self.live), name="generation_live")]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of an order. At most ten queries, whatever its size."""
        order = self.get_object(request, object_id)
        if not self.has_view_permission(request, order):
            raise PermissionDenied
        if order is None:
            page: HttpResponse = self._get_obj_does_not_exist_redirect(
                request, self.opts, object_id
            )
            return page
        context = {
            **self.admin_site.each_context(request),
            "title": wording.title_of(order),
            "opts": self.opts,
            "original": order,
            **self._standing(request, order),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/generation/request.html", context)

    def live(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        """The parts of the page that change while the order runs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        orders = GenerationRequest.objects.select_related("ordered_by")
        order = get_object_or_404(orders, id=request_id)
        context = self._standing(request, order)
        return TemplateResponse(request, "admin/generation/request_live.html", context)

    def _standing(self, request: HttpRequest, order: GenerationRequest) -> dict[str, Any]:
        """What the page says of an order now."""
        found = progress.progress(order)
        missing = found.parts["failed"] + found.parts["rejected"] + found.parts["dropped"]
        return {
            "order": order,
            "ended_why": wording.translated(order.error_message),
            "asked": wording.asked_for(order),
            "writer": label_of(order.generator),
            "who": wording.ordered_by(order),
            "badge": STATUS_BADGES[order.status],
            "progress": found,
            "bar": bar_of(found.parts),
            "summary": _summary(found),
            "pace": _pace(order, found),
            "left": wording.duration(found.seconds_left) if found.seconds_left else "",
            "latest": progress.latest(order) if found.parts["made"] else [],
            "reasons": [_told(one, order) for one in found.reasons],
            "tokens": grouped(order.tokens),
            "money": wording.dollars(order.cost) if order.tokens else "",
            "trace": _trace(order),
            "live_url": reverse("admin:generation_live", args=[order.id]),
            **self.order_buttons(request, order),
            **self.pause_buttons(request, _pauses_of(order)),
            **_again(order, missing if order.ended else 0, self.has_order_permission(request)),
            **_table(request, order, found),
        }


def _again(order: GenerationRequest, missing: int, allowed: bool) -> dict[str, Any]:
    """The addresses of the order form, filled in with this order, and with what is missing of it."""
    if not allowed:
        return {}
    form = reverse("admin:generation_generationrequest_order")
    filled = address_of(order)
    less = address_of(order, count=missing)
    return {
        "again_url": f"{form}?{filled}",
        "missing": missing,
        "missing_url": f"{form}?{less}",
    }


def _pauses_of(order: GenerationRequest) -> Iterable[Pause]:
    """The pauses that keep an order waiting."""
    if order.ended:
        return []
    return [one for one in pausing.pauses() if one.generator in (Pause.EVERYTHING, order.generator)]


def _summary(found: Progress) -> str:
    """How it stands, in a sentence for those who hear it."""
    said = ", ".join(f"{one['number']} {one['name']}" for one in bar_of(found.parts))
    return _("%(ended)d of %(total)d are over: %(parts)s.") % {
        "ended": found.ended,
        "total": found.total,
        "parts": said,
    }


def _pace(order: GenerationRequest, found: Progress) -> str:
    """How fast it goes or went, in words."""
    if order.started_at and order.completed_at:
        took = (order.completed_at - order.started_at).total_seconds()
        return _("It took %(time)s.") % {"time": wording.duration(took)}
    if found.pace:
        return _("%(number)s a minute lately") % {"number": grouped(found.pace, 0)}
    if order.ended:
        return _("Nothing of it was begun.")
    if order.started_at is None:
        return _("It has not begun.")
    return _("No problem has ended in the last two minutes.")


def _told(reason: Reason, order: GenerationRequest) -> dict[str, Any]:
    """A reason with what to do about it."""
    if reason.part == "rejected":
        advice = _(
            "Order as many again: other sentences are tried then. If it goes on, ask for less "
            "at once, for example more verbs or more tenses."
        )
    elif reason.part == "waiting" and reason.next_try:
        advice = _("The next try is at %(time)s UTC, by itself.") % {
            "time": f"{reason.next_try:%Y-%m-%d %H:%M:%S}"
        }
    elif reason.part == "waiting":
        advice = _("They are tried again by themselves.")
    elif order.can_be_retried:
        advice = _(
            "Try the failed again. If that fails, too, tell whoever runs the service the cause."
        )
    else:
        advice = _("The order is over: order what is missing anew.")
    return {
        "part": reason.part,
        "name": PART_NAMES[reason.part],
        "number": reason.number,
        "message": wording.translated(reason.message),
        "detail": reason.detail,
        "advice": advice,
    }


def _trace(order: GenerationRequest) -> dict[str, str]:
    """The id of an order's trace, and where it can be looked at; empty without a trace."""
    if not (trace_id := order.trace_id):
        return {}
    template = settings.TRACE_URL_TEMPLATE
    return {"id": trace_id, "url": template.replace("{trace_id}", trace_id) if template else ""}


# --- the table of items -----------------------------------------------------------------------------


def _table(request: HttpRequest, order: GenerationRequest, found: Progress) -> dict[str, Any]:
    """A page of the items, of one part of the bar or all, as the address asks."""
    part = request.GET.get("part", "")
    part = part if part in progress.PARTS else ""
    pages = max(1, math.ceil((found.parts[part] if part else found.total) / progress.PAGE))
    asked = request.GET.get("page", "")
    page = min(max(1, int(asked) if asked.isdecimal() and len(asked) < 9 else 1), pages)
    return {
        "part": part,
        "part_name": PART_NAMES.get(part, ""),
        "page": page,
        "pages": pages,
        "items": [_row(one) for one in progress.items(order, part=part, page=page)],
        "query": f"part={part}&page={page}",
    }


def _row(item: Any) -> dict[str, Any]:
    """A line of the table."""
    part = _PART_OF[item.state]
    waits = item.state == GenerationItem.State.WAITING and item.not_before
    return {
        "number": item.position + 1,
        "state": item.get_state_display(),
        "badge": _ITEM_BADGES.get(part, ""),
        "tries": item.attempt,
        "tokens": grouped(item.tokens) if item.tokens else "",
        "seconds": _seconds(item),
        "verdict": wording.verdicts(
            whole=item.verdicts, engine=item.engine, judge=item.judge, mended=item.mended
        ),
        "review": item.problem_status == "review",
        "problem": item.problem_id,
        "sentence": item.sentence,
        "message": wording.translated(item.error_message),
        "detail": item.error_detail,
        "next_try": f"{waits:%Y-%m-%d %H:%M:%S}" if waits else "",
    }


def _seconds(item: GenerationItem) -> str:
    """Seconds from the first try of an item to its end."""
    if item.started_at is None or item.ended_at is None:
        return ""
    return grouped((item.ended_at - item.started_at).total_seconds(), 1)
