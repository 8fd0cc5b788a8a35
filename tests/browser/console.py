"""The console as somebody sees it who sits before it: a server, its data, and logged-in pages."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from tests.browser import chromium, scene
from tests.browser.watch import Watch
from tests.flows.stack import Stack

HEIGHTS = {1280: 900, 390: 844}
#: Milliseconds that a page has to show what a test waits for.
PATIENCE = 30_000


@dataclass
class Console:
    """A running server with its data. ``stack`` starts more processes on the same database and broker."""

    stack: Stack
    scene: scene.Scene
    browser: Browser
    watches: list[Watch] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        return self.stack.url

    def address(self, name: str, *arguments: object, query: str = "") -> str:
        """The address of a page by the name of its route."""
        return self.url + reverse(name, args=arguments) + (f"?{query}" if query else "")

    def page(
        self, role: str = "", *, width: int = 1280, dark: bool = False, language: str = "en"
    ) -> Page:
        """A new window, logged in as somebody of this role (of ``scene.PEOPLE``); without, as nobody."""
        context = self.browser.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            color_scheme="dark" if dark else "light",
            locale=language,
            reduced_motion="reduce",
            has_touch=width < 600,
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE)
        if role:
            client = Client()
            client.force_login(self.scene.users[role])
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies(
                [{"name": name, "value": client.cookies[name].value, "url": self.url}]
            )
        page = context.new_page()
        self.watches.append(Watch(page, urlsplit(self.url).netloc))
        return page

    def watch(self, page: Page) -> Watch:
        """Who watches a page."""
        return next(one for one in self.watches if one.page is page)

    def close_pages(self) -> None:
        for context in list(self.browser.contexts):
            context.close()
        self.watches.clear()

    @contextmanager
    def workers(self) -> Iterator[None]:
        """Within the block a real dispatcher and a real worker make what is ordered."""
        for kind in ("dispatcher", "worker"):
            self.stack.start(kind)
        try:
            yield
        finally:
            for kind in ("dispatcher", "worker"):
                process = self.stack.processes.pop(kind)
                process.terminate()
                process.wait(timeout=40)


@contextmanager
def served() -> Iterator[Console]:
    """Data, server and browser, on the database of this process, where the verbs are loaded."""
    made = scene.build()
    with tempfile.TemporaryDirectory(prefix="quiz-browser-") as folder:
        stack = Stack(Path(folder), WEB_WORKERS="1", TRY_KEY=made.secrets["try"])
        try:
            stack.start_web()
            with chromium.launched() as browser:
                yield Console(stack, made, browser)
        except AssertionError:
            print(stack.log("web"))
            raise
        finally:
            stack.stop()
