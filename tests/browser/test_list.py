"""The list of problems in a browser: found and retired together; a file imported once it is mended."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from problems.models import Problem, ProblemEvent
from tests.browser.conftest import PageAs
from tests.browser.console import Console

LIST = "admin:problems_problem_changelist"
CSV = (
    "grammatical_focus,level,tenses_used,correct,statement_1,statement_2,error_type_2,explanation_2\n"
    "auxiliary,{level},passe_compose,1,Zoé est partie hier.,Zoé a partie hier.,wrong_auxiliary,"
    "Partir takes être.\n"
)


@pytest.mark.parametrize("width", [1280, 390])
def test_problems_are_found_and_retired_together(
    console: Console, page_as: PageAs, sideways: Callable[[Page], None], width: int
) -> None:
    level = Problem.objects.live().values_list("level", flat=True)[0]
    page = page_as("teacher", width=width)
    page.goto(console.address(LIST))
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label(level, exact=True).check()
    page.get_by_label("live", exact=True).check()
    page.get_by_role("button", name="Show these problems").click()
    expect(page).to_have_url(re.compile(f"level__exact={level}"))
    chip = page.get_by_role("link", name=f"Take away level: {level}")
    expect(chip).to_be_visible()
    sentences = page.locator(".problems-sentence a")
    word = max(re.findall(r"\w+", sentences.first.inner_text()), key=len)
    page.get_by_role("searchbox").fill(word.upper())
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("link", name=f"Take away words: {word.upper()}")).to_be_visible()
    expect(chip).to_be_visible()
    bar = page.get_by_role("group", name="With the chosen problems")
    expect(bar).to_be_hidden()
    chosen = [box.get_attribute("value") or "" for box in page.locator("[data-select]").all()]
    page.get_by_label("Select all problems on this page").check()
    expect(bar).to_contain_text(f"{len(chosen)} chosen")
    sideways(page)
    bar.get_by_role("button", name="Retire").click()
    page.get_by_role("button", name=re.compile("^Retire ")).click()
    expect(page.get_by_text("Say why the problems are retired.")).to_be_visible()
    page.get_by_label("Reason").fill("Trop facile.")
    sideways(page)
    page.get_by_role("button", name=re.compile("^Retire ")).click()
    expect(page.get_by_text(re.compile(r"\d+ problems? changed\."))).to_be_visible()
    assert set(Problem.objects.filter(pk__in=chosen).values_list("status", flat=True)) == {
        "retired"
    }
    told = ProblemEvent.objects.filter(problem_id__in=chosen, kind="retired", reason="Trop facile.")
    assert set(told.values_list("by", flat=True)) == {"ana"}


def test_a_file_with_a_mistake_is_mended_and_imported(
    console: Console,
    page_as: PageAs,
    sideways: Callable[[Page], None],
    axe: Callable[[Page], None],
) -> None:
    page = page_as("teacher", width=390)
    page.goto(console.address(LIST))
    page.get_by_role("link", name="Import", exact=True).first.click()

    def send(level: str) -> None:
        content = CSV.format(level=level).encode()
        page.get_by_label("File", exact=True).set_input_files(
            {"name": "mine.csv", "mimeType": "text/csv", "buffer": content}
        )
        # the engine reads its tables when a process asks it first
        page.get_by_role("button", name="Look at the file").click(timeout=120_000)

    send("C3")
    expect(page.get_by_text("“C3” is not known; there are A1, A2, B1, B2.")).to_be_visible(
        timeout=120_000
    )
    sideways(page)
    axe(page)
    page.get_by_role("link", name="Send the mended file").click()
    send("A2")
    expect(page.get_by_text("Zoé est partie hier.").first).to_be_visible()
    sideways(page)
    axe(page)
    assert not Problem.objects.filter(search_text__contains="zoe").exists()
    page.get_by_role("radio", name=re.compile("in review")).check()
    page.get_by_role("button", name="Import the file").click()
    expect(page.get_by_text("1 problem added.")).to_be_visible()
    assert Problem.objects.get(search_text__contains="zoe est partie").status == "review"


def test_all_that_are_found_can_be_chosen(
    console: Console, page_as: PageAs, axe: Callable[[Page], None]
) -> None:
    number = Problem.objects.count()
    page = page_as("teacher", dark=True)
    page.goto(console.address(LIST, query="sort=-served"))
    page.locator("[data-select]").first.check()
    bar = page.get_by_role("group", name="With the chosen problems")
    expect(bar).to_contain_text("1 chosen")
    axe(page)
    page.get_by_label("Select all problems on this page").check()
    if number > 50:
        bar.get_by_role("button", name=re.compile("Choose all that are found")).click()
        expect(bar).to_contain_text(f"All that are found are chosen: {number} problems")
    bar.get_by_role("button", name="Set level").click()
    expect(page.get_by_role("heading", name=f"Set level of {number} problems")).to_be_visible()
    page.get_by_label("B2").check()
    page.get_by_role("button", name=f"Set level of {number} problems").click()
    expect(page.get_by_text(re.compile("problems? changed"))).to_be_visible()
    assert set(Problem.objects.values_list("level", flat=True)) == {"B2"}
