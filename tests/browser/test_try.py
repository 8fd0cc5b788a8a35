"""The public page that plays a quiz, as a visitor uses it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

import apikeys.services
from apikeys.models import ApiKey
from problems.models import Answer, Problem, Statement
from tests.browser.console import Console

PageAs = Callable[..., Page]
Check = Callable[[Page], None]


def place_of_answer(page: Page) -> int:
    """Where the right sentence of the shown problem stands, counted from 0: the page does not know it."""
    texts = page.locator(".text").all_inner_texts()
    right = Statement.objects.get(is_correct=True, content__in=texts)
    return texts.index(right.content)


def opened(console: Console, page_as: PageAs, **look: object) -> Page:
    page = page_as(**look)
    page.goto(f"{console.url}/try/")
    expect(page.locator(".sentence")).to_have_count(4)
    return page


def test_a_quiz_by_keyboard_alone(console: Console, page_as: PageAs, axe: Check) -> None:
    page = opened(console, page_as)
    page.keyboard.press(str(place_of_answer(page) + 1))
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_contain_text("Right!")
    expect(page.locator("#score")).to_have_text("1 of 1 right")
    expect(page.locator(".why:visible")).to_have_count(3)  # why each of the others is wrong
    expect(page.get_by_role("button", name="Next problem")).to_be_focused()
    axe(page)

    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#verdict")).to_be_empty()
    page.keyboard.press(str((place_of_answer(page) + 1) % 4 + 1))
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_contain_text("Not quite.")
    expect(page.locator("#score")).to_have_text("1 of 2 right")
    expect(page.locator(".is-missed .why")).not_to_be_empty()
    assert Answer.objects.filter(key_id=console.scene.keys["try"]).count() == 2


def test_by_touch_on_a_phone_in_the_dark(
    console: Console, page_as: PageAs, axe: Check, sideways: Check
) -> None:
    page = opened(console, page_as, width=390, dark=True)
    page.locator(".sentence label").nth((place_of_answer(page) + 1) % 4).tap()
    page.get_by_role("button", name="Check my answer").tap()
    expect(page.locator(".is-right")).to_have_count(1)
    expect(page.locator(".is-missed .mark")).to_contain_text("your answer")
    axe(page)
    sideways(page)


def test_nothing_in_the_page_tells_the_answer(console: Console, page_as: PageAs) -> None:
    page = page_as()
    with page.expect_response("**/random?*") as drawn:
        page.goto(f"{console.url}/try/")
    body = drawn.value.json()
    assert "correct_answer_index" not in body
    assert not re.search(r"is_correct|explanation", str(body["statements"]))


def test_the_choice_is_drawn_from(console: Console, page_as: PageAs) -> None:
    page = opened(console, page_as)
    level = Problem.objects.live().values_list("level", flat=True)[0]
    with page.expect_response(lambda answer: f"level={level}" in answer.url):
        page.get_by_label("Level").select_option(level)
    expect(page.locator("#facts")).to_contain_text(level)


def test_an_empty_pool_is_told(console: Console, page_as: PageAs) -> None:
    Problem.objects.update(status="retired")
    page = page_as()
    console.watch(page).permit("404")
    page.goto(f"{console.url}/try/")
    expect(page.get_by_role("alert")).to_contain_text("No problem fits this choice")
    expect(page.locator("#problem")).to_be_hidden()


def test_a_limit_that_is_reached_is_told(console: Console, page_as: PageAs) -> None:
    slow, _ = apikeys.services.issue(name="slow", rate_limit_rpm=1)
    page = page_as()
    console.watch(page).permit("429")

    def with_slow_key(route: Route) -> None:
        route.continue_(headers={**route.request.headers, "authorization": f"Bearer {slow}"})

    page.route("**/api/v1/**", with_slow_key)
    page.goto(f"{console.url}/try/")
    expect(page.locator(".sentence")).to_have_count(4)
    for _ in range(3):  # a minute may begin in between
        page.locator("#check:visible, #next:visible").or_(
            page.get_by_role("alert")
        ).first.wait_for()
        if page.get_by_role("alert").is_visible():
            break
        with page.expect_response("**/api/v1/**"):
            page.keyboard.press("1")
            page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Many people play right now")


def test_a_service_that_is_away_is_told(console: Console, page_as: PageAs) -> None:
    page = page_as()
    console.watch(page).permit("ERR_CONNECTION_REFUSED|request failed")

    def cut(route: Route) -> None:
        route.abort("connectionrefused")

    page.route("**/api/v1/**", cut)
    page.goto(f"{console.url}/try/")
    expect(page.get_by_role("alert")).to_contain_text("The service does not answer")
    page.unroute("**/api/v1/**", cut)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".sentence")).to_have_count(4)
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("fault", ["revoked", "more than read"])
def test_the_page_is_off_without_a_harmless_key(
    console: Console, page_as: PageAs, fault: str
) -> None:
    key = ApiKey.objects.get(id=console.scene.keys["try"])
    if fault == "revoked":
        apikeys.services.revoke(key)
    else:
        apikeys.services.change(key, permissions_scope=["read", "write"])
    page = page_as()
    console.watch(page).permit("404")
    answer = page.goto(f"{console.url}/try/")
    assert answer is not None
    assert answer.status == 404
    assert console.scene.secrets["try"] not in page.content()
