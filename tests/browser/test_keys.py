"""What a keeper of keys does: makes one, copies it, rotates it, revokes it, tries an address."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

from apikeys import secrets, services
from apikeys.models import ApiKey
from tests.browser.console import Console

PageAs = Callable[..., Page]
Check = Callable[[Page], None]
KEY = re.compile(r"lqs_\w{10}_\w{49}")


def shown_key(page: Page) -> str:
    """The key that the page shows."""
    text = page.get_by_label("API key", exact=True).input_value()
    assert KEY.fullmatch(text)
    return text


def test_a_key_is_created_from_a_preset_and_copied(console: Console, page_as: PageAs) -> None:
    page = page_as("key manager")
    page.goto(console.address("admin:apikeys_apikey_changelist"))
    page.get_by_role("link", name="Create a key").click()
    page.get_by_label("Client").fill("Lycée Hugo")
    page.get_by_role("link", name="Content partner").click()
    expect(page.get_by_label("Name*")).to_be_focused()
    expect(page.get_by_label("Client")).to_have_value("Lycée Hugo")  # nothing typed is lost
    expect(page.get_by_label("Write: also order problems")).to_be_checked()
    expect(page.get_by_label("Requests a minute")).to_have_value("400")
    page.get_by_label("Name*").fill("exercises")
    page.get_by_role("button", name="Create the key").click()
    text = shown_key(page)
    page.get_by_role("button", name="Copy the key").click()
    expect(page.locator("#copy-said")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == text
    key = ApiKey.objects.get(key_prefix=secrets.read_prefix(text))
    assert (key.name, key.client_name, key.created_by) == ("exercises", "Lycée Hugo", "kim")
    assert key.permissions_scope == ["read", "write"]


def test_a_key_that_was_shown_is_not_in_what_the_browser_keeps(
    console: Console, page_as: PageAs
) -> None:
    page = page_as("key manager")
    page.goto(console.address("admin:apikeys_apikey_add"))
    page.get_by_label("Name*").fill("exercises")
    page.get_by_role("button", name="Create the key").click()
    text = shown_key(page)
    page.get_by_role("link", name="I have stored it").click()
    expect(page.get_by_role("heading", name="exercises", exact=True)).to_be_visible()
    assert text not in page.content()
    console.watch(page).permit("ERR_CACHE_MISS")
    with pytest.raises(
        Error, match="ERR_CACHE_MISS"
    ):  # the browser would have to send the form again
        page.go_back()
    expect(page.locator("html")).not_to_contain_text(text)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_key_is_rotated_in_three_clicks_from_home(
    width: int, console: Console, page_as: PageAs, sideways: Check
) -> None:
    page = page_as("key manager", width=width)
    page.goto(console.address("admin:index"))
    if width < 600:
        page.goto(console.address("admin:apikeys_apikey_changelist"))
    else:
        page.get_by_role("link", name="API keys").first.click()
    sideways(page)
    page.get_by_role("link", name="Rotate duo").click()
    sideways(page)
    page.get_by_role("button", name="Rotate and show the new key").click()
    text = shown_key(page)
    sideways(page)
    key = ApiKey.objects.get(id=console.scene.keys["duo"])
    assert key.key_prefix == secrets.read_prefix(text)
    assert key.previous_until is not None
    page.get_by_role("link", name="I have stored it").click()
    page.get_by_role("button", name="Stop the old key now").click()
    expect(page.get_by_text("The old key has stopped working.")).to_be_visible()
    sideways(page)


def test_a_grace_of_ones_own_is_chosen_by_writing_it(console: Console, page_as: PageAs) -> None:
    page = page_as("key manager")
    page.goto(console.address("admin:apikeys_rotate", console.scene.keys["duo"]))
    page.get_by_label("Seconds", exact=True).fill("90")
    expect(page.get_by_label("another time, in seconds:")).to_be_checked()
    page.get_by_role("button", name="Rotate and show the new key").click()
    shown_key(page)
    key = ApiKey.objects.get(id=console.scene.keys["duo"])
    rotated = key.events.first()
    assert rotated is not None
    assert key.previous_until is not None
    assert 60 < (key.previous_until - rotated.at).total_seconds() < 120


def test_a_key_is_revoked_with_a_reason(console: Console, page_as: PageAs) -> None:
    page = page_as("key manager")
    page.goto(console.address("admin:apikeys_apikey_changelist"))
    page.get_by_role("link", name="Revoke trial").click()
    page.get_by_label("Reason").fill("lost with a laptop")
    page.get_by_role("button", name="Revoke this key").click()
    expect(page.get_by_text("1 key revoked.")).to_be_visible()
    expect(page.locator(".c-note-bad")).to_contain_text("lost with a laptop")
    assert services.get(console.scene.keys["trial"]).is_active is False
    page.goto(console.address("admin:apikeys_keyevent_changelist"))
    expect(page.get_by_text("lost with a laptop")).to_be_visible()


def test_an_address_is_added_and_tried_before_anything_is_saved(
    console: Console, page_as: PageAs
) -> None:
    page = page_as("key manager")
    page.goto(console.address("admin:apikeys_apikey_change", console.scene.keys["duo"]))
    networks = page.get_by_label("Allowed addresses")
    networks.fill("203.0.113.0/24")
    page.get_by_role("button", name="Add my address").click()
    expect(networks).to_have_value("203.0.113.0/24\n127.0.0.1")
    tried = page.get_by_label("Try an address on this list")
    answer = page.locator("#trial")
    tried.fill("203.0.113.9")
    expect(answer).to_contain_text("203.0.113.9 is allowed by 203.0.113.0/24.")
    tried.fill("192.0.2.1")
    expect(answer).to_contain_text("Not allowed")
    tried.press("Enter")  # saves nothing
    expect(page).to_have_url(re.compile("/change/$"))
    networks.fill("here")
    expect(answer).to_contain_text("Line 1: 'here' is no address")
    assert services.get(console.scene.keys["duo"]).allowed_ips == []


def test_times_are_told_in_the_readers_zone(console: Console, page_as: PageAs) -> None:
    page = page_as("key manager")
    page.goto(console.address("admin:apikeys_keyevent_changelist"))
    first = page.locator("time").first
    expect(first).not_to_contain_text("UTC")
    assert "UTC" in str(first.get_attribute("title"))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_of_keys_are_accessible(
    width: int, dark: bool, console: Console, page_as: PageAs, axe: Check, sideways: Check
) -> None:
    page = page_as("key manager", width=width, dark=dark)
    duo = console.scene.keys["duo"]
    for address in (
        console.address("admin:apikeys_apikey_changelist"),
        console.address("admin:apikeys_apikey_add"),
        console.address("admin:apikeys_apikey_change", duo),
        console.address("admin:apikeys_rotate", duo),
        console.address("admin:apikeys_revoke", query=f"key={duo}"),
        console.address("admin:apikeys_keyevent_changelist"),
    ):
        page.goto(address)
        sideways(page)
        axe(page)
