"""Verbs and caches in a browser: a form is corrected and holds at once, a refresh is seen to arrive."""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.console import Console
from verbs.models import Verb, VerbOverride

PageAs = Callable[..., Page]
Check = Callable[[Page], None]


def verb(infinitive: str, **reading: object) -> Verb:
    return Verb.objects.get(infinitive=infinitive, **reading)


def form_by_api(console: Console, infinitive: str) -> str:
    """The first form of the present, as a quiz app gets it."""
    name = urllib.parse.quote(infinitive)
    request = urllib.request.Request(
        f"{console.url}/api/v1/verbs/{name}/conjugations",
        headers={"Authorization": f"Bearer {console.scene.secrets['duo']}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(json.load(answer)["conjugations"][0]["first_person_singular"])


def test_a_form_is_corrected_from_the_list_and_holds_at_once(
    console: Console, page_as: PageAs, axe: Check
) -> None:
    assert form_by_api(console, "finir") == "finis"
    page = page_as("superuser")
    page.goto(console.address("admin:verbs_verb_changelist"))
    page.get_by_role("textbox", name=re.compile("Infinitive")).or_(
        page.locator("#searchbar")
    ).first.fill("FINI")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="finir", exact=True).click()
    expect(page.get_by_role("heading", name="finir", level=2)).to_be_visible()
    axe(page)

    page.get_by_role("link", name="Correct: finis").first.click()
    expect(page.get_by_label("Corrected")).to_have_value("finis")
    axe(page)
    page.get_by_role("button", name="Save correction").click()
    expect(page.get_by_text("A correction needs its reason.")).to_be_visible()
    page.get_by_label("Reason").fill("a trial of ours")
    page.get_by_role("button", name="Save correction").click()
    expect(page.get_by_text("“finis” is what holds already.")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("a trial of ours")
    page.get_by_label("Corrected").fill("je finisse")
    page.get_by_role("button", name="Save correction").click()

    expect(page.get_by_text("“finisse” holds now instead of “finis”")).to_be_visible()
    row = page.locator("[id='present.1s']")
    expect(row.locator("del")).to_have_text("finis")
    expect(row.locator("ins")).to_have_text("finisse")
    expect(page.get_by_text("a trial of ours").first).to_be_visible()
    assert form_by_api(console, "finir") == "finisse"
    axe(page)

    page.get_by_role("button", name=re.compile("Withdraw")).click()
    expect(page.get_by_text("the correction is withdrawn, “finis” holds again.")).to_be_visible()
    expect(row.locator("del")).to_have_count(0)
    page.get_by_text("History of corrections").click()
    expect(page.get_by_text("finis → finisse")).to_be_visible()
    expect(page.get_by_text("finisse → finis")).to_be_visible()
    assert form_by_api(console, "finir") == "finis"
    assert not VerbOverride.objects.exists()


def test_corrections_are_withdrawn_from_the_list_of_all(console: Console, page_as: PageAs) -> None:
    VerbOverride.objects.create(
        verb=verb("finir"), field="level", value="B2", author="ana", reason="a trial"
    )
    page = page_as("superuser")
    page.goto(console.address("admin:verbs_verboverride_changelist"))
    page.get_by_role("button", name="Withdraw finir, Level").click()
    expect(page.get_by_text("the correction is withdrawn, “A1” holds again.")).to_be_visible()
    assert page.url.startswith(console.address("admin:verbs_verboverride_changelist"))
    assert not VerbOverride.objects.exists()


def test_a_verb_on_a_phone(console: Console, page_as: PageAs, sideways: Check, axe: Check) -> None:
    for dark, one in ((False, verb("appeler", reflexive=True)), (True, verb("mourir"))):
        page = page_as("teacher", width=390, dark=dark)
        page.goto(console.address("admin:verbs_verb_change", one.id))
        expect(page.get_by_role("heading", name=one.citation, level=2)).to_be_visible()
        expect(page.get_by_role("heading", name="Subjonctif")).to_be_visible()
        expect(page.get_by_role("link", name=re.compile("Correct"))).to_have_count(0)
        sideways(page)
        axe(page)


def test_problems_with_a_verb_are_one_click_away(console: Console, page_as: PageAs) -> None:
    page = page_as("staff")
    page.goto(console.address("admin:verbs_verb_change", verb("aller", reflexive=False).id))
    page.get_by_role("link", name="Order problems with this verb").click()
    expect(page).to_have_url(re.compile("verb_infinitives=aller"))
    expect(page.locator("[name=verb_infinitives]").first).to_have_value(re.compile("aller"))


def test_the_caches_are_refreshed_and_every_process_says_so(
    console: Console, page_as: PageAs, axe: Check, sideways: Check
) -> None:
    for width in (1280, 390):
        page = page_as("staff", width=width)
        page.goto(console.address("admin:caches"))
        expect(page.get_by_role("rowheader", name=re.compile("^web"))).to_be_visible(timeout=15_000)
        axe(page)
        page.get_by_role("button", name="Refresh all caches").click()
        expect(page.get_by_role("status")).to_contain_text("Done:", timeout=20_000)
        expect(page.get_by_text("dropped and read again").first).to_be_visible()
        sideways(page)
        page.get_by_role("button", name="Refresh Verbs").click()
        expect(page.get_by_role("status")).to_contain_text("Refresh of “Verbs”")
        expect(page.get_by_role("status")).to_contain_text("Done:", timeout=20_000)
        axe(page)


def test_a_teacher_has_no_caches(console: Console, page_as: PageAs) -> None:
    page = page_as("teacher")
    console.watch(page).permit("403")
    answer = page.goto(console.address("admin:caches"))
    assert answer is not None
    assert answer.status == 403
