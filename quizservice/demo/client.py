"""The demo as a client of the service: it orders and draws problems over HTTP, as an app does."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import httpx2

from quizservice.demo.errors import DemoError

LARGEST_ORDER = 1000  # problems a request
ENDED = frozenset({"completed", "partial", "failed", "cancelled", "expired"})
_PATIENCE = 30.0  # seconds an answer is tried for, while the web server is started again
_TIMEOUT = 30.0  # seconds for one answer: the first order of a web process loads much
_PAUSE = 0.25


@dataclass(frozen=True)
class Order:
    """How far a generation request has come."""

    status: str
    generated: int
    failed: int
    rejected: int
    error: str | None

    @property
    def ended(self) -> bool:
        return self.status in ENDED


class Client:
    """A client of the service at ``url`` with the key ``key``.

    ``pause(seconds)`` is called instead of sleeping; it may raise to give up.
    """

    def __init__(self, url: str, key: str, pause: Callable[[float], None]) -> None:
        self._pause = pause
        logging.getLogger("httpx2").setLevel(logging.WARNING)  # not a line for every request
        self._http = httpx2.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=_TIMEOUT,
            trust_env=False,  # a proxy in the environment is not for loopback
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self._http.close()

    def health(self) -> int | None:
        """The status that the web server answers with, 200 when it is well; None without one."""
        try:
            return self._http.get("/health").status_code
        except httpx2.TransportError:
            return None

    def order(self, count: int) -> str:
        """Ask for ``count`` problems and return the request's id."""
        answer = self._call("POST", "/api/v1/problems/generate", body={"count": count})
        return str(self._expect(answer, 202)["request_id"])

    def progress(self, request_id: str) -> Order:
        """The state of a generation request."""
        path = f"/api/v1/generation-requests/{request_id}"
        seen = self._expect(self._call("GET", path, query={"entities": "false"}), 200)
        return Order(
            status=seen["status"],
            generated=seen["generated_count"],
            failed=seen["failed_count"],
            rejected=seen["rejected_count"],
            error=seen["error_message"],
        )

    def made(self, request_id: str) -> set[str]:
        """The ids of the problems that a request brought."""
        seen = self._expect(self._call("GET", f"/api/v1/generation-requests/{request_id}"), 200)
        return {str(problem["id"]) for problem in seen["entities"]}

    def draw(self) -> dict[str, Any] | None:
        """The next problem, or None when there is none."""
        answer = self._call("GET", "/api/v1/problems/random")
        return None if answer.status_code == 404 else self._expect(answer, 200)

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
    ) -> httpx2.Response:
        """One answer; tries again while the server is away or asks to wait."""
        # An order that was sent may have been taken, even if its answer is lost.
        harmless = httpx2.TransportError if method == "GET" else httpx2.ConnectError
        deadline = time.monotonic() + _PATIENCE
        while True:
            wait = _PAUSE
            try:
                answer = self._http.request(method, path, params=query, json=body)
            except harmless as error:
                if time.monotonic() >= deadline:
                    raise DemoError(f"{method} {path} gets no answer: {error}.") from error
            except httpx2.TransportError as error:
                raise DemoError(f"{method} {path} got no answer: {error!r}.") from error
            else:
                if answer.status_code == 429:
                    wait = float(answer.headers.get("Retry-After", "1"))
                    deadline = time.monotonic() + _PATIENCE + wait
                elif answer.status_code != 503 or time.monotonic() >= deadline:
                    return answer
            self._pause(wait)

    @staticmethod
    def _expect(answer: httpx2.Response, status: int) -> dict[str, Any]:
        if answer.status_code != status:
            try:
                reason = str(answer.json()["detail"])
            except (ValueError, KeyError, TypeError):
                reason = answer.text[:200]
            raise DemoError(
                f"{answer.request.method} {answer.request.url.path} answered "
                f"{answer.status_code}: {reason.rstrip('.')}."
            )
        found: dict[str, Any] = answer.json()
        return found
