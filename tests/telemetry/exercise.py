"""What the observed service is made to do, so that every span and every metric has a reason to be there.

Each step is a method; :meth:`Exercise.run` calls them in their order. What a test wants to know of a step
stands in :attr:`Exercise.done`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
from django.contrib.auth.models import User

import apikeys.services
from generation.models import GenerationRequest
from problems.models import Problem, Statement
from tests.flows.stack import ROOT, Stack, wait_for
from tests.stubs.openai_faults import Fault, Rule
from tests.stubs.openai_server import StubProcess
from tests.stubs.otlp_sink import Sink
from tests.telemetry import steps

#: The trace that a caller of ours is in.
CALLER = f"00-{'c' * 32}-{'d' * 16}-01"
PASSWORD = "correct horse battery"


class Exercise:
    """The steps. ``done``: what they left, by a name: ids of orders, answers, texts that are secret."""

    #: The day's budgets, in tokens and US dollars.
    DAILY_TOKENS, DAILY_COST = 10_000_000, 100.0

    def __init__(self, stack: Stack, model: StubProcess, sink: Sink) -> None:
        self.stack = stack
        self.model = model
        self.sink = sink
        self.key = ""
        self.done: dict[str, Any] = {}

    def run(self) -> None:
        """All steps, on running processes."""
        self.key, _ = apikeys.services.issue(
            name="telemetry", permissions_scope=["admin"], rate_limit_rpm=6000
        )
        self.draw_from_an_empty_pool()
        self.order_by_the_api()
        self.order_that_is_put_off()
        self.order_that_fails_and_is_tried_again()
        self.order_in_the_admin()
        self.order_by_a_command()
        steps.mend(self)
        self.draw()
        steps.draw(self)
        steps.draw_nothing(self)
        self.be_refused()
        steps.be_refused(self)
        steps.drop(self)
        steps.settle(self)
        self.done["sentences"] = list(Statement.objects.values_list("content", flat=True))
        self.order_last()
        steps.read_ledger(self)

    # --- helpers --------------------------------------------------------------------------------

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """A request of the API with the exercise's key."""
        headers = {"X-API-Key": self.key, **headers}
        url = f"{self.stack.url}/api/v1/{path}"
        return httpx2.request(method, url, json=body, headers=headers, timeout=30)

    def order(self, name: str, count: int = 1, **wanted: Any) -> uuid.UUID:
        """Order by the API and wait for the end; the order's id, also in ``done``."""
        body = {"count": count, **wanted}
        answer = self.ask("POST", "problems/generate", body, traceparent=CALLER)
        assert answer.status_code == 202, answer.text
        request_id = self.done[name] = uuid.UUID(answer.json()["request_id"])
        self.ended(request_id)
        return request_id

    def ended(self, request_id: uuid.UUID) -> GenerationRequest:
        """The order when it has ended."""

        def look() -> GenerationRequest | None:
            request = GenerationRequest.objects.get(id=request_id)
            return request if request.ended else None

        request = wait_for(f"the end of order {request_id}", look, timeout=180)
        assert request is not None
        return request

    # --- steps ----------------------------------------------------------------------------------

    def draw_from_an_empty_pool(self) -> None:
        """Draws that nothing matches."""
        assert self.ask("GET", "problems/random").status_code == 404
        assert self.ask("GET", "problems/random?grammatical_focus=negation").status_code == 404

    def order_by_the_api(self) -> None:
        """One problem by a model: the trace that is looked at most closely."""
        self.order("ordered")
        assert self.ended(self.done["ordered"]).generated_count == 1

    def order_that_is_put_off(self) -> None:
        """The model asks for a pause: the item waits, and is published a second time."""
        self.model.script(Rule(Fault.RATE_LIMIT_RETRY_AFTER, times=1, retry_after=3.0))
        self.order("put off")

    def order_that_fails_and_is_tried_again(self) -> None:
        """Every answer is useless, then a person asks for another try."""
        self.model.script(Rule(Fault.BROKEN_JSON, times=12))
        request_id = self.order("failed")
        assert self.ended(request_id).status == "failed"
        self.model.reset()
        answer = self.ask("POST", f"generation-requests/{request_id}/retry")
        assert answer.status_code == 202, answer.text
        assert self.ended(request_id).generated_count == 1

    def order_in_the_admin(self) -> None:
        """A person logs in and sends the order form."""
        User.objects.create_superuser("bo", "bo@example.org", PASSWORD)
        pages = f"{self.stack.url}/admin"
        with httpx2.Client(follow_redirects=True, timeout=30) as browser:
            login = {"username": "bo", "password": PASSWORD, "next": "/admin/"}
            _send(browser, f"{pages}/login/", login)
            form = f"{pages}/generation/generationrequest/order/"
            fields = {"count": "2", "target_language_code": "eng", "generator": "rules"}
            page = _send(browser, form, fields)
        found = re.search(r"generationrequest/([0-9a-f-]{36})/change", str(page.url))
        assert found, page.text
        self.done["by click"] = uuid.UUID(found[1])
        self.ended(self.done["by click"])

    def order_by_a_command(self) -> None:
        """An operator orders from a shell."""
        before = set(GenerationRequest.objects.values_list("id", flat=True))
        self.manage("generate", "--count", "1", "--generator", "rules", "--yes")
        (new,) = set(GenerationRequest.objects.values_list("id", flat=True)) - before
        self.done["by command"] = new
        self.ended(new)

    def manage(self, *arguments: str) -> str:
        """A command of ``manage.py`` in the environment of the processes; what it printed."""
        done = subprocess.run(
            [sys.executable, str(Path(ROOT) / "manage.py"), *arguments],
            env=self.stack.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def draw(self) -> None:
        """Problems are given out, one by one and together."""
        assert Problem.objects.live().exists()
        for path in ("random", "random?count=2", "grammar/random"):
            steps.drawn(self, path, traceparent=CALLER)
        self.ask("GET", "problems/random?search=SECRETQUERY")

    def be_refused(self) -> None:
        """Requests that end badly, each in its way, and probes."""
        self.ask("GET", "problems/random", **{"X-API-Key": ""})
        self.ask("GET", "problems/random", **{"X-API-Key": "qz_nobody_has_this_key"})
        self.done["refused"] = Counter(missing=1, malformed=1)
        self.done["unknown path"] = self.ask("GET", "nowhere/at/all").json()
        httpx2.get(f"{self.stack.url}/nowhere-either")
        for probe in ("health", "ready"):
            httpx2.get(f"{self.stack.url}/{probe}")

    def order_last(self) -> None:
        """An order right before the end: its spans come only if the processes send what is left."""
        self.order("last")


def _send(browser: httpx2.Client, url: str, fields: dict[str, str]) -> httpx2.Response:
    """Load a page of the admin and send its form."""
    browser.get(url)
    token = browser.cookies["csrftoken"]
    answer = browser.post(
        url, data={"csrfmiddlewaretoken": token, **fields}, headers={"Referer": url}
    )
    assert answer.status_code == 200, answer.text
    return answer
