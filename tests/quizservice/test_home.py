"""The first page of the console: numbers that lead to lists, each for those who may see them."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Group, User
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

import apikeys.services
import apikeys.statistics
from apikeys.tally import Tally
from generation import pausing, services
from generation.models import ModelUse
from problems import feedback, pool, stock
from problems.pool import Filters
from quizservice.console import heat
from quizservice.console.home import Home
from quizservice.models import Process
from tests.problems import make

pytestmark = pytest.mark.django_db

HOME = "/admin/"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    stock.forget()


def somebody(role: str) -> Client:
    user = User.objects.create_user(role, is_staff=True, is_superuser=role == "superuser")
    if role != "superuser":
        user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def seen(client: Client, query: str = "") -> Home:
    page = client.get(HOME + query)
    assert page.status_code == 200
    found: Home = page.context["home"]
    return found


def tiles(found: Home) -> dict[str, str]:
    return {tile.name: tile.value for group in found.groups for tile in group.tiles}


def process(kind: str, **report: Any) -> None:
    Process.objects.create(kind=kind, host="h", pid=1, last_seen_at=Now(), report=report)


# --- who sees what --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "numbers", "has_heat", "has_orders"),
    [
        ("Teacher", {"To review", "Open reports"}, True, False),
        (
            "Staff",
            {
                *("To review", "Open reports", "Orders open", "Problems in work"),
                *("Problems waiting", "Spent this month"),
                *("Answered from caches", "Workers seen", "Messages to do"),
            },
            True,
            True,
        ),
        ("Key manager", {"Requests today"}, False, False),
    ],
)
def test_each_role_sees_its_own(
    role: str, numbers: set[str], has_heat: bool, has_orders: bool
) -> None:
    found = seen(somebody(role))
    assert set(tiles(found)) == numbers
    assert (found.heat is not None, found.orders is not None) == (has_heat, has_orders)
    assert bool(found.order_link) == (role == "Staff")


def test_every_number_leads_to_a_page_that_opens() -> None:
    for _ in range(2):
        make.problem()
    services.submit(services.Order(count=3))
    for role in ("Teacher", "Staff", "Key manager", "superuser"):
        client = somebody(role)
        page = client.get(HOME).content.decode()
        main = page[page.index("h-home") :]
        links = {
            link.replace("&amp;", "&")
            for link in re.findall(r'<a[^>]* href="(/admin/[^"]*)"', main)
        }
        assert links
        for link in links:
            assert client.get(link).status_code == 200, link


@pytest.mark.parametrize("role", ["Staff", "superuser"])
def test_the_page_costs_at_most_ten_queries(
    role: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        make.problem(level="A2" if number % 2 else "B1", status="live" if number else "review")
        services.submit(services.Order(count=2))
    pausing.pause_all(by="bo")
    process("worker")
    client = somebody(role)
    with django_assert_max_num_queries(10):
        client.get(HOME)


# --- the numbers ----------------------------------------------------------------------------------


def test_what_waits_for_a_person() -> None:
    make.problem(status="review")
    feedback.report(make.problem().id, reason="ambiguous", key_id=uuid4())
    found = tiles(seen(somebody("Teacher")))
    assert (found["To review"], found["Open reports"]) == ("1", "1")


def test_what_is_being_made() -> None:
    orders = [services.submit(services.Order(count=4)) for _ in range(6)]
    found = seen(somebody("Staff"))
    assert found.orders is not None
    assert (tiles(found)["Orders open"], tiles(found)["Problems waiting"]) == ("6", "24")
    assert found.orders[0].link == reverse(
        "admin:generation_generationrequest_change", args=[orders[0].id]
    )
    assert (len(found.orders), found.more_orders) == (5, 1)


def test_requests_of_today_and_no_others() -> None:
    _, key = apikeys.services.issue(name="duo")
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    counts: dict[tuple[UUID, Any], Tally] = {
        (key.id, hour): Tally(requests=1200, last=hour.timestamp()),
        (key.id, hour - timedelta(hours=30)): Tally(requests=7, last=hour.timestamp()),
    }
    apikeys.statistics.record_usage(counts)
    assert tiles(seen(somebody("Key manager")))["Requests today"] == "1,200"


def test_money_of_this_month_and_the_budget_of_the_day(settings: Settings) -> None:
    settings.OPENAI_DAILY_COST = 2.0
    ModelUse.objects.create(
        day=timezone.now().date(), model="m", purpose="write", calls=1, cost=Decimal("1.7")
    )
    (tile,) = [
        tile
        for group in seen(somebody("Staff")).groups
        for tile in group.tiles
        if tile.name == "Spent this month"
    ]
    assert (tile.value, tile.note, tile.tone) == ("$1.70", "today $1.70 of $2.00", "warn")


def test_what_processes_report() -> None:
    caches = {"verb_cache": {"entries": 1, "hits": 30, "misses": 10, "invalidations": 0}}
    for kind in ("web", "worker", "worker"):
        process(kind, caches=caches)
    broker = {"ok": True, "detail": "answers", "at": "2026-01-01T00:00:00+00:00"}
    process("dispatcher", broker={**broker, "lag": {"interactive": 2, "bulk": 40}})
    found = seen(somebody("Staff"))
    assert tiles(found)["Answered from caches"] == "75.0 %"
    assert tiles(found)["Workers seen"] == "2"
    assert tiles(found)["Messages to do"] == "42"
    assert found.troubles == []


def test_troubles_are_told_in_sentences() -> None:
    pausing.pause_all(by="bo")
    pausing.stop_writer("openai", "The key of the model is refused.")
    process("dispatcher", broker={"ok": False, "detail": "no", "at": "2026-01-01T00:00:00+00:00"})
    found = seen(somebody("Staff"))
    said = [trouble.text for trouble in found.troubles]
    assert said == [
        "All generation is paused by bo.",
        "Model is stopped: The key of the model is refused.",
        "No worker is running: nothing is made until one does.",
    ]
    assert tiles(found)["Messages to do"] == "–"


# --- the heat map ---------------------------------------------------------------------------------


def cell(found: Home, focus: str, tense: str) -> heat.Cell:
    assert found.heat is not None
    row = next(row for row in found.heat.rows if row.name == focus)
    place = [name for name, _ in found.heat.tenses].index(tense)
    return row.cells[place]


def query(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


def test_a_full_cell_leads_to_its_problems() -> None:
    for _ in range(3):
        make.problem(level="A2")
    make.problem(level="B1")
    pool.draw(Filters(), 1)
    client = somebody("Teacher")
    shown = cell(seen(client, "?level=A2"), "auxiliary", "passé composé")
    assert shown.holding.live == 3
    assert query(shown.link) == {
        "status__exact": ["live"],
        "grammatical_focus__exact": ["auxiliary"],
        "tense": ["passe_compose"],
        "level__exact": ["A2"],
    }
    everything = cell(seen(client), "auxiliary", "passé composé")
    assert (everything.holding.live, everything.holding.never_served) == (4, 3)


def test_an_empty_cell_leads_to_the_order_form_filled_in() -> None:
    client = somebody("Staff")
    shown = cell(seen(client, "?level=B1"), "pronouns", "présent")
    assert shown.link.startswith(reverse("admin:generation_generationrequest_order"))
    assert query(shown.link) == {
        "count": ["50"],
        "grammatical_focus": ["pronouns"],
        "tenses_used": ["present"],
        "level": ["B1"],
    }
    assert client.get(shown.link).status_code == 200


def test_who_may_not_order_is_not_led_there() -> None:
    shown = cell(seen(somebody("Teacher")), "pronouns", "présent")
    assert (shown.possible, shown.link) == (True, "")


def test_what_cannot_be_made_is_no_empty_cell() -> None:
    client = somebody("Staff")
    assert not cell(seen(client), "auxiliary", "présent").possible
    assert cell(seen(client), "conjugation", "imparfait").possible
    assert not cell(seen(client, "?level=A1"), "conjugation", "imparfait").possible


@pytest.mark.parametrize(
    ("live", "step"), [(0, 0), (1, 1), (9, 1), (10, 2), (49, 2), (50, 3), (200, 4), (5000, 4)]
)
def test_the_more_problems_the_darker(live: int, step: int) -> None:
    shelf = stock.Shelf("negation", ("present",), "A1", stock.Holding(live))
    found = heat.heat_map(
        stock.Stock(timezone.now(), (shelf,) if live else ()), level=None, may_order=False
    )
    assert next(row for row in found.rows if row.name == "negation").cells[0].step == step


def test_a_level_that_does_not_exist_is_none() -> None:
    found = seen(somebody("Teacher"), "?level=Z9")
    assert found.heat is not None
    assert found.heat.level is None


# --- the first day --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "steps"),
    [
        (
            "superuser",
            [
                "Order the first problems",
                "Write one, or bring your own",
                "Create a key for a quiz app",
                "Invite a teacher",
            ],
        ),
        ("Teacher", ["Write one, or bring your own"]),
    ],
)
def test_an_empty_pool_says_what_to_do_first(role: str, steps: list[str]) -> None:
    client = somebody(role)
    assert [step.title for step in seen(client).steps] == steps
    make.problem()
    stock.forget()
    assert seen(client).steps == []


# --- the page of everybody ------------------------------------------------------------------------


def test_the_first_page_leads_everywhere(settings: Settings) -> None:
    settings.TRY_KEY = ""
    client = Client()
    page = client.get("/", headers={"accept": "text/html"}).content.decode()
    for link in ("/api/docs", "/api/redoc", "/admin/", "/ready"):
        assert f'href="{link}"' in page
    assert "/try/" not in page
    settings.TRY_KEY = "lqs_key"
    assert 'href="/try/"' in client.get("/", headers={"accept": "text/html"}).content.decode()
