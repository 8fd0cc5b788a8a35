"""Debian's Chromium under playwright's hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from tests.browser.checks import AXE, FOLDER

PATH = os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium")
#: Set where a run without a browser must not pass.
REQUIRED = "REQUIRE_BROWSER"
#: No sandbox: containers run as root. The rest keeps the browser from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Django refuses database access where an event loop runs. playwright's runs in this thread, and stands
#: still whenever a test has the word, so that the two never meet. Connections are others while it runs.
_UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"


def missing() -> str:
    """What must be installed first, in a sentence; empty when nothing is missing."""
    if not Path(PATH).exists():
        return (
            f"There is no Chromium at {PATH}: apt-get install chromium, "
            "or set CHROMIUM_PATH to where it is."
        )
    if not AXE.exists():
        return f"axe-core is not installed: npm ci --prefix {FOLDER.relative_to(Path.cwd())}"
    return ""


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser; this thread may use the database meanwhile."""
    before = os.environ.get(_UNSAFE)
    os.environ[_UNSAFE] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS)
            try:
                yield browser
            finally:
                browser.close()
                connections.close_all()
    finally:
        if before is None:
            del os.environ[_UNSAFE]
        else:
            os.environ[_UNSAFE] = before
