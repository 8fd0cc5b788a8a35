"""English and French pages, and the API, which is the same for all."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
from playwright.sync_api import Page, expect

from tests.browser.console import Console

PageAs = Callable[..., Page]


def test_the_browser_says_the_language_until_somebody_chooses(
    console: Console, page_as: PageAs
) -> None:
    page = page_as("teacher", language="fr")
    page.goto(console.address("admin:index"))
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.goto(f"{console.url}/try/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(console.address("admin:index"))
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_somebody_chooses_before_logging_in(console: Console, page_as: PageAs) -> None:
    page = page_as()
    page.goto(console.address("admin:login"))
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_label("Mot de passe")).to_be_visible()


def test_somebody_chooses_in_the_console_by_keys_alone(console: Console, page_as: PageAs) -> None:
    page = page_as("teacher", width=390)
    page.goto(console.address("admin:problems_problem_changelist"))
    page.get_by_role("button", name="Open or close the menu").first.press("Enter")
    page.locator(".c-menu summary").press("Enter")
    page.get_by_role("button", name="français").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert page.url.endswith("/problems/problem/")


def test_the_api_has_one_language(console: Console, page_as: PageAs) -> None:
    page = page_as("teacher", language="fr")
    page.goto(console.address("admin:index"))  # a thread of the server has just spoken French
    headers = {
        "Accept-Language": "fr",
        "Cookie": "django_language=fr",
        "Authorization": f"Bearer {console.scene.secrets['duo']}",
    }
    for _ in range(8):  # every thread of the server
        answer = httpx2.get(f"{console.url}/api/v1/problems?level=Z9", headers=headers)
        assert answer.status_code == 422
        assert "Level" in answer.text or "not a valid choice" in answer.text
        assert "accept-language" not in answer.headers["vary"].lower()
    schema = httpx2.get(f"{console.url}/api/schema?format=json", headers=headers)
    assert "accept-language" not in schema.headers.get("vary", "").lower()
    assert schema.headers.get("content-language") is None
