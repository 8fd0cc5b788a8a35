"""Ordering and following an order, as staff do it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from generation import services
from generation.models import GenerationRequest
from generation.services import Order
from tests.browser import scene
from tests.browser.console import Console

FORM = "admin:generation_generationrequest_order"
LIST = "admin:generation_generationrequest_changelist"
PAGE = "admin:generation_generationrequest_change"


def latest() -> GenerationRequest:
    return GenerationRequest.objects.latest("id")


def test_fifty_problems_are_ordered_from_a_filled_in_form(
    console: Console, page_as: Callable[..., Page]
) -> None:
    before = GenerationRequest.objects.count()
    page = page_as("staff")
    page.goto(console.address(FORM, query="grammatical_focus=pronouns&tenses_used=present"))
    expect(page.get_by_label("pronouns", exact=True)).to_be_checked()
    page.get_by_role("button", name="50", exact=True).click()
    order = page.get_by_role("button", name="Order 50 problems")
    expect(order).to_be_visible()
    order.dblclick()
    page.wait_for_url("**/change/**")
    expect(page.get_by_text("50 problems ordered.")).to_be_visible()
    expect(page.get_by_role("heading", name="50 problems: pronouns; présent")).to_be_visible()
    assert GenerationRequest.objects.count() == before + 1
    assert latest().requested_count == 50
    assert latest().ordered_by == console.scene.users["staff"]


def test_going_back_and_sending_again_makes_no_second_order(
    console: Console, page_as: Callable[..., Page]
) -> None:
    before = GenerationRequest.objects.count()
    page = page_as("staff")
    page.goto(console.address(FORM, query="count=3"))
    page.get_by_role("button", name="Order 3 problems").click()
    expect(page.get_by_text("3 problems ordered.")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Order 3 problems").click()
    expect(page.get_by_text("This order was made already")).to_be_visible()
    assert GenerationRequest.objects.count() == before + 1
    assert str(latest().id) in page.url


def test_verbs_are_found_without_accents_and_stand_as_chips(
    console: Console, page_as: Callable[..., Page]
) -> None:
    page = page_as("staff")
    page.goto(console.address(FORM, query="count=2"))
    verbs = page.get_by_role("combobox", name="Verbs")
    verbs.press_sequentially("pref")
    expect(page.get_by_role("option", name="préférer")).to_be_visible()
    verbs.press("ArrowDown")
    verbs.press("Enter")
    expect(page.get_by_role("button", name="Remove: préférer")).to_be_visible()
    verbs.press_sequentially("aller,")
    page.get_by_role("button", name="Remove: aller").click()
    with page.expect_response("**/order/estimate*"):
        verbs.press_sequentially("xyzer")
        verbs.press("Enter")
    expect(page.get_by_text("xyzer is not known")).to_be_visible()
    verbs.press("Backspace")  # the last one goes
    expect(page.get_by_role("button", name="Order 2 problems")).to_be_visible()
    page.get_by_role("button", name="Order 2 problems").click()
    page.wait_for_url("**/change/**")
    assert latest().constraints == {"verb_infinitives": ["préférer"]}


def test_what_is_impossible_is_said_while_it_is_chosen(
    console: Console, page_as: Callable[..., Page]
) -> None:
    page = page_as("staff")
    page.goto(console.address(FORM, query="grammatical_focus=agreement"))
    expect(page.get_by_role("heading", name="An example, made just now")).to_be_visible()
    page.get_by_label("présent", exact=True).check()
    expect(page.get_by_text("No problem can meet the grammatical focus")).to_be_visible()
    page.get_by_label("présent", exact=True).uncheck()
    expect(page.get_by_role("heading", name="An example, made just now")).to_be_visible()


def test_a_large_order_is_asked_about(console: Console, page_as: Callable[..., Page]) -> None:
    before = GenerationRequest.objects.count()
    page = page_as("staff")
    page.goto(console.address(FORM))
    page.get_by_label("Number of problems").fill("300")
    page.get_by_role("button", name="Order 300 problems").click()
    expect(page.get_by_text("This is a large order: 300 problems")).to_be_visible()
    assert GenerationRequest.objects.count() == before
    page.get_by_role("button", name="Order 300 problems").click()
    page.wait_for_url("**/change/**")
    assert latest().requested_count == 300


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_of_an_order_follows_it_without_a_reload(
    console: Console,
    page_as: Callable[..., Page],
    sideways: Callable[[Page], None],
    width: int,
) -> None:
    request = services.submit(Order(count=4), ordered_by=console.scene.users["staff"])
    page = page_as("staff", width=width)
    page.goto(console.address(PAGE, request.id))
    expect(page.get_by_role("heading", name="0 of 4 made")).to_be_visible()
    sideways(page)
    scene.work(request.id, 2)
    expect(page.get_by_role("heading", name="2 of 4 made")).to_be_visible()
    expect(page.get_by_role("link", name="2 waiting")).to_be_visible()
    scene.work(request.id)
    expect(page.get_by_role("heading", name="4 of 4 made")).to_be_visible()
    expect(page.get_by_text("completed", exact=True)).to_be_visible()
    expect(page.get_by_text("Cancel…")).to_have_count(0)
    sideways(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2500)  # longer than it waits between two questions
    assert not asked


def test_real_workers_are_followed(console: Console, page_as: Callable[..., Page]) -> None:
    page = page_as("staff")
    page.goto(console.address(FORM, query="count=5"))
    page.get_by_role("button", name="Order 5 problems").click()
    page.wait_for_url("**/change/**")
    with console.workers():
        done = page.get_by_role("heading", name="5 of 5 made")
        expect(done).to_be_visible(timeout=60_000)
    assert latest().status == "completed"


def test_an_order_is_cancelled(console: Console, page_as: Callable[..., Page]) -> None:
    page = page_as("staff")
    page.goto(console.address(PAGE, console.scene.orders["pending"]))
    page.get_by_text("Cancel…").click()
    page.get_by_role("button", name="Cancel what has not begun").click()
    expect(page.get_by_text("Cancelled: what has begun is still finished.")).to_be_visible()
    expect(page.get_by_text("Cancelled by bo.")).to_be_visible()
    expect(page.get_by_role("link", name="40 dropped")).to_be_visible()
    page.get_by_role("link", name="Order the 40 that are missing").click()
    expect(page.get_by_label("Number of problems")).to_have_value("40")


def test_what_failed_is_tried_again(console: Console, page_as: Callable[..., Page]) -> None:
    page = page_as("staff")
    page.goto(console.address(PAGE, console.scene.orders["failed"]))
    expect(page.locator("strong", has_text="The model refused the key.")).to_be_visible()
    page.get_by_role("button", name="Try the failed again").click()
    expect(page.get_by_text("3 failed problems are tried again.")).to_be_visible()
    expect(page.get_by_role("link", name="3 waiting")).to_be_visible()


def test_everything_is_paused_and_goes_on(console: Console, page_as: Callable[..., Page]) -> None:
    page = page_as("staff")
    page.goto(console.address(LIST))
    page.get_by_role("button", name="Pause all generation").click()
    expect(page.get_by_text("Generation is paused since")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Generation goes on.")).to_be_visible()
    expect(page.get_by_role("button", name="Pause all generation")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_are_fit_for_all(
    console: Console,
    page_as: Callable[..., Page],
    sideways: Callable[[Page], None],
    axe: Callable[[Page], None],
    width: int,
    dark: bool,
) -> None:
    page = page_as("staff", width=width, dark=dark)
    orders = console.scene.orders
    for address in (
        console.address(FORM, query="count=3&topic_tags=a,b&includes_negation=yes"),
        console.address(FORM, query="grammatical_focus=agreement&tenses_used=present"),
        console.address(PAGE, orders["running"]),
        console.address(PAGE, orders["rejected"]),
        console.address(LIST),
    ):
        page.goto(address)
        sideways(page)
        axe(page)


def test_without_its_script_the_form_still_orders(
    console: Console, page_as: Callable[..., Page]
) -> None:
    page = page_as("staff")
    page.route(
        "**/generation/order*.js",
        lambda route: route.fulfill(body="", content_type="text/javascript"),
    )
    page.goto(console.address(FORM))
    page.get_by_label("Number of problems").fill("2")
    page.get_by_label("Verbs", exact=True).fill("aller, venir")
    page.locator("#order-button").click()
    page.wait_for_url("**/change/**")
    assert latest().constraints == {"verb_infinitives": ["aller", "venir"]}
