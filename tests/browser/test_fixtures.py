"""The fixtures find what they are there to find: a check that cannot fail would say nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from problems.models import Problem
from tests.browser.console import Console


def test_a_page_is_logged_in(console: Console, page_as: Callable[..., Page]) -> None:
    page = page_as("superuser")
    page.goto(console.address("admin:problems_problem_changelist"))
    assert "/login/" not in page.url


def test_a_nobody_is_sent_to_the_login(console: Console, page_as: Callable[..., Page]) -> None:
    page = page_as()
    page.goto(console.address("admin:index"))
    assert "/login/" in page.url


@pytest.mark.parametrize("number", [1, 2])
def test_every_test_finds_the_same_data(console: Console, number: int) -> None:
    assert Problem.objects.filter(status="review").count() == len(console.scene.problems["review"])
    Problem.objects.all().delete()


def test_what_goes_wrong_in_a_page_is_noted(console: Console, page_as: Callable[..., Page]) -> None:
    page = page_as("superuser")
    watch = console.watch(page)
    page.goto(console.address("admin:problems_problem_changelist"))
    assert watch.complaints() == []
    page.evaluate(
        """() => {
          console.error('said by a script');
          setTimeout(() => { throw new Error('thrown by a script'); });
          document.body.insertAdjacentHTML('beforeend', '<img src="/nowhere.png"><b onclick="x()"></b>');
          const script = document.createElement('script');
          script.textContent = 'window.ran = true';
          document.body.append(script);
          const elsewhere = document.createElement('img');
          elsewhere.src = 'http://127.0.0.2:9/picture.png';
          document.body.append(elsewhere);
        }"""
    )
    page.wait_for_timeout(500)
    found = "\n".join(watch.complaints())
    for said in ("said by a script", "thrown by a script", "status 404", "Content Security Policy"):
        assert said in found
    watch.permit("")


def test_the_checks_find_what_they_look_for(
    console: Console,
    page_as: Callable[..., Page],
    axe: Callable[[Page], None],
    sideways: Callable[[Page], None],
) -> None:
    page = page_as("superuser", width=390)
    page.goto(console.address("admin:login"))
    page.evaluate(
        "() => document.querySelector('main, body').insertAdjacentHTML('beforeend', "
        '\'<img src="data:,"><div id="wide">.</div>\')'
    )
    page.evaluate("() => { document.getElementById('wide').style.width = '2000px'; }")
    with pytest.raises(pytest.fail.Exception, match="image-alt"):
        axe(page)
    with pytest.raises(pytest.fail.Exception, match="sideways"):
        sideways(page)
    console.watch(page).permit("")
