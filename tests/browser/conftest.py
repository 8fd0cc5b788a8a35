"""Fixtures of the browser tests: ``console`` (server and data) and ``page_as`` (a logged-in page).

One server and one browser serve all tests; the data is brought back before each. A test needs no mark
``django_db``: ``console`` lets it at the database, where what it does is committed.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Page
from pytest_django.plugin import DjangoDbBlocker

from quizservice import caching
from tests.browser import checks, chromium, snapshot
from tests.browser.console import Console, served

PageAs = Callable[..., Page]
_CONSOLE = pytest.StashKey[Console]()
_YES = ("1", "true", "yes", "on")


@pytest.fixture(scope="package")
def running_console(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Console]:
    """The one server and browser of all these tests. Skips, or fails where it is a must, without one."""
    if lacking := chromium.missing():
        if os.environ.get(chromium.REQUIRED, "").strip().lower() in _YES:
            pytest.fail(f"{lacking} ({chromium.REQUIRED} is set.)", pytrace=False)
        pytest.skip(lacking)
    caching.trust(math.inf)  # as for every test; this comes before the fixture that does it
    with django_db_blocker.unblock():
        call_command("load_verbs", verbosity=0)
        try:
            with served() as console:
                snapshot.take()
                yield console
        finally:
            snapshot.forget()
            connection.close()


@pytest.fixture
def transactional_db(
    running_console: Console, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The tests' database, in the place of pytest-django's: it is brought back to what ``scene`` made.

    Emptying it after each test, as that one does, would take content types and verbs from the server.
    """
    with django_db_blocker.unblock():
        snapshot.restore()
        yield
        running_console.close_pages()


@pytest.fixture
def db(transactional_db: None) -> None:
    """The same: what these tests do is committed, so that the server sees it."""


@pytest.fixture
def console(
    running_console: Console, transactional_db: None, request: pytest.FixtureRequest
) -> Console:
    """The server with its data as it was made (``console.scene``); the test may use the database."""
    request.node.stash[_CONSOLE] = running_console
    return running_console


@pytest.fixture
def page_as(console: Console) -> PageAs:
    """Opens a window: ``page_as("teacher", width=390, dark=True, language="fr")``.

    The test fails on whatever goes wrong in it: see ``tests.browser.watch``. What is meant to happen is
    permitted before: ``console.watch(page).permit("status 409")``.
    """
    return console.page


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """A test that passed still fails for what went wrong in its pages."""
    result = yield
    console = pyfuncitem.stash.get(_CONSOLE, None)
    if console is not None:
        complaints = [text for watch in console.watches for text in watch.complaints()]
        if complaints:
            pytest.fail("In the page:\n" + "\n".join(complaints), pytrace=False)
    return result


@pytest.fixture
def sideways() -> Callable[[Page], None]:
    """Fails when a page scrolls sideways, and names what is too wide."""

    def check(page: Page) -> None:
        if found := checks.overflow(page):
            pytest.fail(found, pytrace=False)

    return check


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Fails when axe finds a serious or critical violation, and says where and why."""

    def check(page: Page) -> None:
        if found := checks.violations(page):
            pytest.fail("\n".join(found), pytrace=False)

    return check
