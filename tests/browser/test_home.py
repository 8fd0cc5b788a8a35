"""The first page in a browser: from an empty cell to the order form, and what each role is offered."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAs
from tests.browser.console import Console

Check = Callable[[Page], None]


@pytest.mark.parametrize("width", [1280, 390])
def test_an_empty_cell_leads_to_an_order_that_is_filled_in(
    width: int, console: Console, page_as: PageAs, sideways: Check, axe: Check
) -> None:
    page = page_as("staff", width=width)
    page.goto(console.address("admin:index"))
    expect(page.get_by_role("heading", name="live problems")).to_be_visible()
    sideways(page)
    axe(page)
    page.get_by_role("link", name="A1", exact=True).click()
    page.wait_for_url("**level=A1")
    # which cells are empty is chance; French has all of these at that level
    empty = page.get_by_role("link", name=re.compile(r"order ?: ")).first
    empty.click()
    page.wait_for_url("**/order/?*")
    address = page.url
    assert re.search(r"\?count=50&grammatical_focus=\w+&tenses_used=\w+&level=A1$", address)
    expect(page.get_by_label("Number of problems")).to_have_value("50")


def test_a_full_cell_leads_to_its_problems(console: Console, page_as: PageAs) -> None:
    page = page_as("teacher")
    page.goto(console.address("admin:index"))
    cells = page.locator(".h-heat tbody td:not(:last-child) a")
    cells.first.click()
    expect(page).to_have_url(re.compile("status__exact=live&grammatical_focus__exact=.*&tense="))


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("teacher", {"Home", "All problems", "Review", "Reports", "Import", "Verbs"}),
        ("key manager", {"Home", "API keys"}),
        ("newcomer", {"Home"}),
    ],
)
def test_the_sidebar_shows_what_is_ones_own(
    role: str, offered: set[str], console: Console, page_as: PageAs
) -> None:
    page = page_as(role)
    page.goto(console.address("admin:index"))
    lines = page.locator("#nav-sidebar-apps a > span:nth-child(2)").all_inner_texts()
    assert set(lines) == offered


def test_a_newcomer_is_told_whom_to_ask(console: Console, page_as: PageAs, axe: Check) -> None:
    page = page_as("newcomer", dark=True)
    page.goto(console.address("admin:index"))
    expect(page.get_by_role("heading", name="You have no role here yet")).to_be_visible()
    expect(page.get_by_role("link", name="sam@example.org")).to_be_visible()
    axe(page)


def test_a_superuser_makes_a_teacher(console: Console, page_as: PageAs) -> None:
    page = page_as("superuser")
    page.goto(console.address("admin:index"))
    page.get_by_role("link", name="Users").click()
    page.locator("a[href$='/auth/user/add/']").first.click()
    page.get_by_label("Username").fill("nina")
    page.get_by_label("Teacher: browses").check()
    page.get_by_label("Password", exact=True).fill("une longue phrase de passe")
    page.get_by_label("Password confirmation").fill("une longue phrase de passe")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("nina can log in now")).to_be_visible()
