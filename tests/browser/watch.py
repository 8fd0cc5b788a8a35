"""Notes what goes wrong in a page while a test uses it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response

#: What the browser calls a request that the page itself gave up, by leaving.
_GIVEN_UP = "net::ERR_ABORTED"


class Watch:
    """Collects console errors (the content policy's among them), exceptions of scripts, failed requests,
    error answers and requests to other hosts.
    """

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self.host = host
        self._complaints: list[str] = []
        self._permitted: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._note(f"exception: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def permit(self, pattern: str) -> None:
        """What matches this regular expression is meant to happen in this test."""
        self._permitted.append(pattern)

    def complaints(self) -> list[str]:
        """What went wrong so far and was not permitted."""
        return [
            one
            for one in self._complaints
            if not any(re.search(pattern, one) for pattern in self._permitted)
        ]

    def forget(self) -> None:
        self._complaints.clear()

    def _note(self, text: str) -> None:
        self._complaints.append(text)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != self.host:
            self._note(f"request to another host: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != _GIVEN_UP:
            self._note(f"request failed: {request.method} {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            method = response.request.method
            self._note(f"status {response.status}: {method} {response.url}")
