"""Every page there is: shown without an error, fits its window, and axe finds nothing serious."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from tests.browser import checks, sitemap
from tests.browser.console import Console

PageAs = Callable[..., Page]

SECTIONS = ["", "apikeys", "auth", "generation", "problems", "quizservice", "verbs"]
#: Width, dark, language: French words are longer, which shows on a phone.
LOOKS = [(1280, False, "en"), (1280, True, "en"), (390, False, "fr"), (390, True, "en")]
#: In the dark nothing changes but colours.
_COLOURS = ("color-contrast", "link-in-text-block")


def look(console: Console, page: Page, path: str, *, status: int = 200) -> list[str]:
    """What is wrong with a page."""
    watch = console.watch(page)
    answer = page.goto(console.url + path)
    assert answer is not None
    found = [] if answer.status == status else [f"status {answer.status}: {path}"]
    dark = page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches")
    found += checks.violations(page, *(_COLOURS if dark else ()))
    found += [wide] if (wide := checks.overflow(page)) else []
    found += [f"{said} at {path}" for said in watch.complaints()]
    watch.forget()
    return found


def fail_of(found: list[str]) -> None:
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize(("width", "dark", "language"), LOOKS)
@pytest.mark.parametrize(
    "section", ["", "apikeys", "auth", "generation", "problems", "quizservice", "verbs"]
)
def test_every_page_of_the_console(
    console: Console, page_as: PageAs, section: str, width: int, dark: bool, language: str
) -> None:
    client = Client(raise_request_exception=False, headers={"host": settings.ALLOWED_HOSTS[0]})
    client.force_login(console.scene.users["superuser"])
    page = page_as("superuser", width=width, dark=dark, language=language)
    paths = sitemap.pages(section, console.scene, client)
    assert paths
    fail_of([one for path in paths for one in look(console, page, path)])


def test_no_section_is_forgotten() -> None:
    assert sitemap.sections() == [
        "",
        "apikeys",
        "auth",
        "generation",
        "problems",
        "quizservice",
        "verbs",
    ]


@pytest.mark.parametrize(("width", "dark", "language"), LOOKS)
def test_every_page_for_everybody(
    console: Console, page_as: PageAs, width: int, dark: bool, language: str
) -> None:
    page = page_as(width=width, dark=dark, language=language)
    found = [one for path in ("/", "/try/", "/admin/login/") for one in look(console, page, path)]
    console.watch(page).permit("status 404|status of 404")
    fail_of([*found, *look(console, page, "/nowhere", status=404)])
