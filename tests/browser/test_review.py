"""The review queue in a browser: by keyboard, and on a phone by touch."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

from playwright.sync_api import Page, expect

from problems.models import Problem, Report
from tests.browser.console import Console

PageAs = Callable[..., Page]
Check = Callable[[Page], None]


def status(problem_id: UUID | str) -> str:
    return Problem.objects.get(id=problem_id).status


def shown(page: Page) -> str:
    """The id of the problem on the page."""
    found = re.search(r"problem=([0-9a-f-]{36})", page.url)
    assert found
    return found[1]


def test_a_whole_review_by_keyboard(console: Console, page_as: PageAs, axe: Check) -> None:
    first, second = console.scene.problems["reported"]
    page = page_as("teacher")
    page.goto(console.address("admin:problems_review"))
    expect(page.locator("[data-place]")).to_have_text("1 of 6")
    assert shown(page) == str(first)
    expect(page.get_by_text("Les deux dernières phrases me semblent justes.")).to_be_visible()
    expect(page.locator("[data-verdict]")).to_have_count(4, timeout=60_000)
    axe(page)

    page.keyboard.press("j")  # on, and back again
    expect(page.locator("[data-place]")).to_have_text("2 of 6")
    page.keyboard.press("k")
    expect(page.locator("[data-place]")).to_have_text("1 of 6")

    page.keyboard.press("a")  # keep it
    expect(page.get_by_role("heading", name="What came of the reports?")).to_be_visible()
    axe(page)
    page.keyboard.press("Enter")
    expect(page.locator("[data-place]")).to_have_text("2 of 6")
    expect(page.locator("#review-said")).to_contain_text("You closed the reports of number 1.")
    assert not Report.objects.open().filter(problem=first).exists()

    page.keyboard.press("r")  # retire it; keys do nothing while one types
    words = page.locator("#review-reject textarea")
    words.focus()
    page.keyboard.type("jakure?")
    expect(words).to_have_value("jakure?")
    page.get_by_role("heading", name="Why is it retired?").click()
    page.keyboard.press("3")
    expect(page.get_by_label("Nobody would say it like this.")).to_be_checked()
    page.get_by_role("button", name="Retire this problem").press("Enter")
    expect(page.locator("[data-place]")).to_have_text("3 of 6")
    assert status(second) == "retired"

    in_review = shown(page)
    page.keyboard.press("a")  # approve it
    expect(page.locator("[data-place]")).to_have_text("4 of 6")
    assert status(in_review) == "live"

    page.keyboard.press("u")  # all the way back
    expect(page.locator("[data-place]")).to_have_text("3 of 6")
    assert status(in_review) == "review"
    page.keyboard.press("u")
    expect(page.locator("[data-place]")).to_have_text("2 of 6")
    assert status(second) == "live"
    page.keyboard.press("u")
    expect(page.locator("[data-place]")).to_have_text("1 of 6")
    assert Report.objects.open().filter(problem=first).count() == 2

    page.keyboard.press("?")
    expect(page.get_by_text("Keys do nothing while you type in a field.")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.wait_for_url(f"**/{first}/change/**")


def test_a_review_by_touch(console: Console, page_as: PageAs, axe: Check, sideways: Check) -> None:
    page = page_as("teacher", width=390, dark=True)
    page.goto(console.address("admin:problems_review"))
    sideways(page)
    axe(page)
    approve = page.get_by_role("button", name="Approve")
    for place in ("2 of 6", "3 of 6"):
        page.get_by_role("navigation", name="Other problems of the queue").get_by_text("Skip").tap()
        expect(page.locator("[data-place]")).to_have_text(place)
    approved = shown(page)
    expect(approve).to_be_in_viewport()
    approve.tap()
    expect(page.locator("[data-place]")).to_have_text("4 of 6")
    assert status(approved) == "live"
    rejected = shown(page)
    page.get_by_text("Reject…").tap()
    page.get_by_label("Nobody would say it like this.").tap()
    sideways(page)
    page.get_by_role("button", name="Reject this problem").tap()
    expect(page.locator("[data-place]")).to_have_text("5 of 6")
    assert status(rejected) == "retired"
    page.get_by_role("button", name="Undo").tap()
    expect(page.locator("[data-place]")).to_have_text("4 of 6")
    assert status(rejected) == "review"


def test_a_colleague_decides_meanwhile(console: Console, page_as: PageAs) -> None:
    mine, hers = page_as("teacher"), page_as("superuser")
    mine.goto(console.address("admin:problems_review", query="source=rules"))
    hers.goto(console.address("admin:problems_review", query="source=rules"))
    assert shown(mine) != shown(hers)
    hers.goto(mine.url)
    expect(hers.get_by_text("ana has this problem open, too.")).to_be_visible()
    mine.keyboard.press("a")
    mine.get_by_role("button", name="Close the reports").click()
    expect(mine.locator("[data-place]")).not_to_have_text("1 of 6")
    hers.keyboard.press("a")
    hers.get_by_role("button", name="Close the reports").click()
    expect(hers.get_by_text(re.compile("ana closed the reports of this problem"))).to_be_visible()
    expect(hers.get_by_text("Nothing is left to decide here.")).to_be_visible()
    hers.keyboard.press("j")
    expect(hers.get_by_text("Nothing is left to decide here.")).to_have_count(0)
