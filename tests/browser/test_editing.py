"""A teacher corrects a problem: with verdicts while she types, accents at hand, and the way back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from problems import history
from problems.models import Problem, Report
from tests.browser.conftest import PageAs
from tests.browser.console import Console
from tests.problems.test_admin import french_problem

Check = Callable[[Page], None]


def opened(console: Console, page: Page, problem: Problem) -> None:
    page.goto(console.address("admin:problems_problem_change", problem.pk))
    # the engine's first word in a process takes seconds
    expect(card(page, 0).locator("[data-verdict] .c-badge")).to_be_visible(timeout=60_000)


def card(page: Page, place: int) -> Locator:
    return page.locator("[data-cards] > [data-card]").nth(place)


def sentence(page: Page, place: int) -> Locator:
    return card(page, place).get_by_label("Sentence", exact=True)


def select(field: Locator, words: str) -> None:
    """Select words in a field as a person does with the mouse."""
    field.evaluate(
        "(field, words) => { const at = field.value.indexOf(words); field.focus();"
        " field.setSelectionRange(at, at + words.length); }",
        words,
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_a_sentence_is_corrected_with_the_engine(
    console: Console, page_as: PageAs, sideways: Check, axe: Check, width: int
) -> None:
    problem = french_problem()
    page = page_as("teacher", width=width)
    opened(console, page, problem)
    sideways(page)
    axe(page)
    expect(card(page, 0).locator("[data-verdict]")).to_contain_text("fits")
    # what she types is judged before it is saved
    sentence(page, 1).fill("Marie a allée au marché.")
    card(page, 1).get_by_label("Explanation for the learner").fill("")
    proposal = card(page, 1).get_by_role("button", name="Take this explanation")
    proposal.click()
    expect(card(page, 1).get_by_label("Explanation for the learner")).to_have_value(
        "“aller” belongs to the few verbs (aller, venir, partir, rester, naître...) that form the"
        " passé composé with “être”. Write “est”, not “a”."
    )
    # the error is marked by selecting it
    select(sentence(page, 1), "a allée")
    card(page, 1).get_by_role("button", name="Mark the selected words as the error").click()
    expect(card(page, 1).locator("[data-shown] mark")).to_have_text("a allée")
    card(page, 1).get_by_label("What would be right there").fill("est allée")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The problem is saved.")).to_be_visible()
    row = problem.statements.get(position=1)
    assert (row.content, row.span, row.correction) == (
        "Marie a allée au marché.",
        (6, 13),
        "est allée",
    )


def test_accents_are_at_hand(console: Console, page_as: PageAs) -> None:
    problem = french_problem()
    page = page_as("teacher")
    opened(console, page, problem)
    field = sentence(page, 0)
    field.fill("Marie est all")
    page.get_by_role("button", name="é", exact=True).click()
    expect(field).to_have_value("Marie est allé")
    expect(field).to_be_focused()
    page.keyboard.type("e")
    for _ in range(2):
        page.keyboard.press("Alt+ArrowUp")
    expect(field).to_have_value("Marie est alléè")
    expect(page.locator("#accents [data-said]")).to_have_text("è")
    page.keyboard.press("Backspace")
    # by the keyboard alone: the bar is one stop, the arrows go on
    page.locator("#accents button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Marie est alléè")
    page.keyboard.press("Escape")
    expect(field).to_be_focused()


def test_statements_are_added_moved_and_removed(console: Console, page_as: PageAs) -> None:
    problem = french_problem()
    page = page_as("teacher")
    opened(console, page, problem)
    page.get_by_role("button", name="Add a statement").or_(
        page.get_by_role("link", name="Add a statement")
    ).click()
    expect(sentence(page, 2)).to_be_focused()
    sentence(page, 2).fill("Nous parlez à Marie.")
    card(page, 2).get_by_label("Error", exact=True).select_option("wrong_person")
    card(page, 2).get_by_label("Explanation for the learner").fill("Nous parlons.")
    card(page, 2).get_by_role("button", name="Move this statement up").click()
    card(page, 2).get_by_label("Remove").check()
    expect(sentence(page, 2)).to_be_hidden()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The problem is saved.")).to_be_visible()
    texts = list(problem.statements.order_by("position").values_list("content", flat=True))
    assert texts == ["Marie est allée au marché.", "Nous parlez à Marie."]


def test_an_earlier_state_comes_back(
    console: Console, page_as: PageAs, sideways: Check, axe: Check
) -> None:
    problem = french_problem()
    page = page_as("teacher", width=390)
    opened(console, page, problem)
    page.get_by_label("Level").select_option("B2")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(console.address("admin:problems_problem_history", problem.pk))
    expect(page.locator(".edit-changes ins")).to_contain_text("B2")
    sideways(page)
    axe(page)
    page.get_by_role("button", name="Go back to how it was made").click()
    expect(page.get_by_text("The earlier state is back")).to_be_visible()
    problem.refresh_from_db()
    assert problem.level == "A2"
    assert [one.by for one in history.events_of(problem.pk)] == ["ana", "ana"]


def test_a_reported_problem_is_corrected_in_its_page(console: Console, page_as: PageAs) -> None:
    problem = Problem.objects.get(pk=console.scene.problems["reported"][0])
    page = page_as("teacher")
    opened(console, page, problem)
    page.get_by_label("Level").select_option("A1" if problem.level != "A1" else "A2")
    page.get_by_role("button", name="Save and close the reports").click()
    expect(page.get_by_text("its reports are closed")).to_be_visible()
    assert not Report.objects.open().filter(problem=problem).exists()


def test_what_was_typed_survives_the_end_of_a_session(console: Console, page_as: PageAs) -> None:
    problem = french_problem()
    page = page_as("teacher")
    opened(console, page, problem)
    sentence(page, 0).fill("Marie est allée à la gare.")
    page.get_by_role("link", name="Add a statement").click()
    sentence(page, 2).fill("Marie est aller à la gare.")
    name = settings.SESSION_COOKIE_NAME
    session = next(one["value"] for one in page.context.cookies() if one["name"] == name)
    page.context.clear_cookies(name=name)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/login/**")
    # she logs in
    page.context.add_cookies([{"name": name, "value": session, "url": console.url}])
    page.goto(console.address("admin:problems_problem_change", problem.pk))
    expect(page.get_by_text("Here is what you typed")).to_be_visible()
    expect(sentence(page, 0)).to_have_value("Marie est allée à la gare.")
    expect(sentence(page, 1)).to_have_value("Elle a partie hier soir.")
    expect(sentence(page, 2)).to_have_value("Marie est aller à la gare.")
    page.reload()  # it is offered once, and is not in the way of what is stored
    expect(sentence(page, 0)).to_have_value("Marie est allée au marché.")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_preview_answers_as_an_app_would(
    console: Console, page_as: PageAs, sideways: Check, axe: Check, width: int
) -> None:
    problem = french_problem()
    page = page_as("teacher", width=width)
    page.goto(console.address("admin:problems_problem_preview", problem.pk))
    page.get_by_label("Elle a partie hier soir.").check()
    page.get_by_role("button", name="Check my answer").click()
    expect(page.get_by_text("The auxiliary is être.")).to_be_visible()
    sideways(page)
    axe(page)
