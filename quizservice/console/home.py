"""The first page of the console: what there is, what runs, what waits. Every number leads to its list.

Each part is for those who may see the list behind it. Nobody waits for more than ten statements: the
services that are asked here make one each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

import apikeys.statistics
import generation.pausing
import generation.standing
import generation.wording
from generation.models import GenerationRequest, Pause
from generation.standing import Running, Spent
from generation.writers.registry import LABELS
from problems import stock
from quizservice import cache_status, processes
from quizservice.cache_status import Status
from quizservice.console import heat, roles
from quizservice.models import Process
from quizservice.numbers import grouped

#: An item that waits longer than this many seconds is shown as a trouble.
LONG_WAIT = 300.0


@dataclass(frozen=True, slots=True)
class Tile:
    """A number with its name, that leads to the list behind it.

    ``tone``: good, warn or bad, empty for plain; ``note`` says the same in words.
    """

    name: str
    value: str
    link: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Tiles under a heading."""

    title: str
    tiles: list[Tile]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is not as it should be, and the page on which to do something. ``tone``: warn, bad."""

    text: str
    link: str
    action: str
    tone: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do first in a service that is still empty."""

    title: str
    why: str
    link: str


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order that is being made, with the shares of its bar in percent."""

    title: str
    link: str
    done: int
    asked: int
    state: str


@dataclass(frozen=True, slots=True)
class Home:
    """What the page shows; what is None or empty is not for this person, or there is none."""

    heat: heat.HeatMap | None = None
    groups: list[Group] = field(default_factory=list)
    orders: list[OpenOrder] | None = None
    more_orders: int = 0
    troubles: list[Trouble] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    order_link: str = ""
    review_link: str = ""
    ask: list[User] | None = None  # who can give a role, for somebody without one


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the page, as unfold asks for it."""
    return {**context, "title": _("Home"), "home": home(request)}


def home(request: HttpRequest) -> Home:
    """What the page shows to who asks."""
    user = cast("User", request.user)
    if not roles.may_anything(user):
        return Home(ask=list(roles.whom_to_ask()))
    may_order = user.has_perm("generation.add_generationrequest")
    running = (
        generation.standing.running()
        if user.has_perm("generation.view_generationrequest")
        else None
    )
    status = cache_status.status() if user.has_perm("quizservice.view_process") else None
    pool = None
    if user.has_perm("problems.view_problem"):
        level = heat.level_of(request.GET.get("level"))
        pool = heat.heat_map(stock.stock(), level=level, may_order=may_order)
    return Home(
        heat=pool,
        groups=[group for group in _groups(user, running, status) if group.tiles],
        orders=_open_orders(running.named) if running else None,
        more_orders=max(0, running.orders - len(running.named)) if running else 0,
        troubles=list(_troubles(running, status)),
        steps=_first_steps(user) if pool and not pool.stock.total().live else [],
        order_link=heat.order_link() if may_order else "",
        review_link=reverse("admin:problems_review") if _may_review(user) else "",
    )


# --- numbers --------------------------------------------------------------------------------------


def _groups(user: User, running: Running | None, status: Status | None) -> Iterator[Group]:
    yield Group(_("Waiting for you"), list(_to_do(user)))
    yield Group(_("Being made"), list(_being_made(running)) if running else [])
    yield Group(_("Today"), list(_today(user)))
    yield Group(_("Machinery"), list(_machinery(status)) if status else [])


def _to_do(user: User) -> Iterator[Tile]:
    if not user.has_perm("problems.view_problem"):
        return
    waiting = stock.waiting()
    listed = f"{reverse('admin:problems_problem_changelist')}?status__exact=review"
    queue = reverse("admin:problems_review") if _may_review(user) else ""
    yield Tile(
        _("To review"),
        _up_to(waiting.review, stock.COUNTED),
        queue or listed,
        _("problems wait for a decision") if waiting.review else _("nothing waits"),
        "warn" if waiting.review else "good",
    )
    if user.has_perm("problems.view_report"):
        yield Tile(
            _("Open reports"),
            _up_to(waiting.reports, stock.COUNTED),
            f"{queue}?reported=on" if queue else reverse("admin:problems_report_changelist"),
            _("learners found something wrong") if waiting.reports else _("nothing was reported"),
            "warn" if waiting.reports else "good",
        )


def _may_review(user: User) -> bool:
    return user.has_perms(["problems.change_problem", "problems.change_report"])


def _being_made(running: Running) -> Iterator[Tile]:
    orders = reverse("admin:generation_generationrequest_changelist")
    yield Tile(_("Orders open"), _number(running.orders), f"{orders}?state=open")
    yield Tile(_("Problems in work"), _number(running.running), f"{orders}?state=open")
    age = _age(running)
    yield Tile(
        _("Problems waiting"),
        _number(running.waiting),
        f"{orders}?state=open",
        _("the oldest for %(time)s") % {"time": generation.wording.duration(age)} if age else "",
        "warn" if age and age > LONG_WAIT else "",
    )


def _today(user: User) -> Iterator[Tile]:
    if user.has_perm("apikeys.view_apikey"):
        yield Tile(
            _("Requests today"),
            _number(apikeys.statistics.requests_today()),
            reverse("admin:apikeys_apikey_changelist"),
            _("by all keys"),
        )
    if user.has_perm("generation.view_modeluse"):
        yield _spending(generation.standing.spent())


def _spending(spent: Spent) -> Tile:
    """Money of the month; below it today against the day's budget, if there is one."""
    note, tone = "", ""
    budget, tokens = settings.OPENAI_DAILY_COST, settings.OPENAI_DAILY_TOKENS
    if budget:
        note = _("today $%(spent)s of $%(budget)s") % {
            "spent": number_format(spent.today, 2),
            "budget": number_format(budget, 2),
        }
        tone = _tone_of(float(spent.today) / budget)
    elif tokens:
        note = _("today %(spent)s of %(budget)s tokens") % {
            "spent": _number(spent.today_tokens),
            "budget": _number(tokens),
        }
        tone = _tone_of(spent.today_tokens / tokens)
    elif spent.month_tokens:
        note = _("%(number)s tokens") % {"number": _number(spent.month_tokens)}
    return Tile(
        _("Spent this month"),
        _("$%(amount)s") % {"amount": grouped(spent.month, 2)},
        reverse("admin:generation_modeluse_changelist"),
        note,
        tone,
    )


def _tone_of(share: float) -> str:
    return "bad" if share >= 1 else "warn" if share >= generation.standing.NEARLY else ""


def _machinery(status: Status) -> Iterator[Tile]:
    link = reverse("admin:caches")
    hits = sum(total.hits for total in status.totals)
    lookups = sum(total.lookups for total in status.totals)
    rate = f"{number_format(100 * hits / lookups, 1)} %" if lookups else "–"
    yield Tile(
        _("Answered from caches"),
        rate,
        link,
        ngettext("of %(number)s look-up", "of %(number)s look-ups", lookups)
        % {"number": _number(lookups)},
    )
    kinds = [one.process.kind for one in status.processes]
    workers = kinds.count(Process.Kind.WORKER)
    yield Tile(
        _("Workers seen"),
        _number(workers),
        link,
        _("web: %(web)d, dispatchers: %(dispatcher)d")
        % {kind: kinds.count(kind) for kind in ("web", "dispatcher")},
        "" if workers else "bad",
    )
    yield _broker(status, link)


def _broker(status: Status, link: str) -> Tile:
    seen = processes.broker_seen(one.process for one in status.processes)
    lag = seen and seen.get("lag")
    if seen is None:
        return Tile(_("Messages to do"), "–", link, _("no dispatcher has seen the broker"), "bad")
    if not seen["ok"]:
        return Tile(_("Messages to do"), "–", link, _("the broker does not answer"), "bad")
    if lag is None:
        return Tile(_("Messages to do"), "–", link, _("the broker answers"))
    said = _("in the broker; soon: %(soon)s, in bulk: %(bulk)s")
    named = {"soon": lag.get("interactive", 0), "bulk": lag.get("bulk", 0)}
    return Tile(_("Messages to do"), _number(sum(lag.values())), link, said % named)


# --- what is not as it should be ------------------------------------------------------------------


def _troubles(running: Running | None, status: Status | None) -> Iterator[Trouble]:
    if running is not None:
        orders = reverse("admin:generation_generationrequest_changelist")
        for pause in generation.pausing.pauses():
            tone = "bad" if pause.reason else "warn"
            yield Trouble(_paused(pause), orders, _("See the orders"), tone)
    if status is not None:
        alive = {one.process.kind for one in status.processes if not one.is_silent}
        for kind, said in _MISSING.items():
            if kind not in alive:
                yield Trouble(str(said), reverse("admin:caches"), _("See the processes"), "bad")


def _paused(pause: Pause) -> str:
    """What is paused, and why or by whom, in a sentence."""
    writer = LABELS.get(pause.generator, pause.generator)
    why = generation.wording.translated(pause.reason)
    named = {"writer": writer, "reason": why, "name": pause.paused_by}
    if pause.reason:
        return _("%(writer)s is stopped: %(reason)s") % named
    if writer:
        return _("%(writer)s is paused by %(name)s.") % named
    return _("All generation is paused by %(name)s.") % named


_MISSING = {
    Process.Kind.DISPATCHER: gettext_lazy("No dispatcher is running: orders wait until one does."),
    Process.Kind.WORKER: gettext_lazy("No worker is running: nothing is made until one does."),
}


# --- orders and first steps -----------------------------------------------------------------------


def _open_orders(named: Sequence[GenerationRequest]) -> list[OpenOrder]:
    def shown(order: GenerationRequest) -> OpenOrder:
        done = order.generated_count + order.failed_count + order.rejected_count
        return OpenOrder(
            title=generation.wording.title_of(order),
            link=reverse("admin:generation_generationrequest_change", args=[order.id]),
            done=done,
            asked=order.requested_count,
            state=str(order.get_status_display()),
        )

    return [shown(order) for order in named]


def _first_steps(user: User) -> list[Step]:
    """What to do in a service without a problem, as far as this person may."""
    steps = [
        (
            "generation.add_generationrequest",
            _("Order the first problems"),
            _("The grammar engine writes them in seconds; no model and no money is needed."),
            heat.order_link(),
        ),
        (
            "problems.add_problem",
            _("Write one, or bring your own"),
            _("A problem is one correct sentence and some with one error each."),
            reverse("admin:problems_problem_add"),
        ),
        (
            "apikeys.add_apikey",
            _("Create a key for a quiz app"),
            _("With it the app draws problems. The key is shown once."),
            reverse("admin:apikeys_apikey_add"),
        ),
        (
            "auth.add_user",
            _("Invite a teacher"),
            _("Choose a role, and the person sees what belongs to it."),
            reverse("admin:auth_user_add"),
        ),
    ]
    return [Step(title, why, link) for right, title, why, link in steps if user.has_perm(right)]


# --- words ----------------------------------------------------------------------------------------


def _number(value: int) -> str:
    return str(number_format(value, force_grouping=True))


def _up_to(value: int, most: int) -> str:
    """A number that was counted up to a bound."""
    return f"{_number(most)}+" if value >= most else _number(value)


def _age(running: Running) -> float | None:
    """Seconds for which the oldest problem has waited."""
    if running.oldest_at is None:
        return None
    return max(0.0, (timezone.now() - running.oldest_at).total_seconds())
