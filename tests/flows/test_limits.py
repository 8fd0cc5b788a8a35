"""The rate limit of a key over four web processes, by the database's clock."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection

import pytest
from django.db import connection

import apikeys.services
from quizservice.models import Process
from tests.flows.stack import Stack, wait_for

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

LIMITS = (7, 100, 300, 600)
CLIENTS = 4  # for each key
REQUESTS = 10  # on each connection
PATH = "/api/v1/api-keys/current"
PROCESSES = 4
WINDOW = 60


@dataclass
class Caller:
    """What the callers with one key saw: for each answer when it was asked, when it came, its status."""

    limit: int
    key: str
    seen: list[tuple[float, float, int]] = field(default_factory=list)

    def answered(self, window: int) -> list[tuple[float, float, int]]:
        """What was asked and answered within a window, by the time of the answer."""
        inside = (one for one in self.seen if one[0] // WINDOW == window == one[1] // WINDOW)
        return sorted(inside, key=lambda one: one[1])


def clock_offset() -> float:
    """Seconds by which the database's clock is ahead of this process's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float")
        return float(cursor.fetchone()[0]) - time.time()


def call(port: int, caller: Caller, offset: float, windows: range) -> None:
    """Ask until the windows are over; who is refused comes back shortly before the next one."""
    while time.time() + offset < windows.stop * WINDOW:
        # now and then another connection, which another process may answer
        with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connected:
            for _ in range(REQUESTS):
                asked = time.time() + offset
                connected.request("GET", PATH, headers={"X-API-Key": caller.key})
                answer = connected.getresponse()
                said = answer.read().decode()
                answered = time.time() + offset
                caller.seen.append((asked, answered, answer.status))
                assert answer.status in (200, 429), said
                assert answer.headers["RateLimit-Policy"] == f'"key";q={caller.limit};w=60'
                if answer.status == 429:
                    assert 1 <= int(answer.headers["Retry-After"]) <= WINDOW
                    if asked // WINDOW == windows.stop - 1:
                        return
                    time.sleep(max(0.05, WINDOW - answered % WINDOW - 1.0))
                    break  # the server may have closed a connection that idled


def test_four_processes_keep_to_the_limit_and_use_it(stack: Callable[..., Stack]) -> None:
    serving = stack(WEB_WORKERS=str(PROCESSES), WEB_THREADS="4")
    serving.start_web()
    wait_for("all web processes", lambda: Process.objects.filter(kind="web").count() >= PROCESSES)
    callers = [
        Caller(limit, apikeys.services.issue(name=f"limit {limit}", rate_limit_rpm=limit)[0])
        for limit in LIMITS
    ]
    offset = clock_offset()
    if (time.time() + offset) % WINDOW > WINDOW / 6:  # the first window must be long enough
        time.sleep(WINDOW - (time.time() + offset) % WINDOW)
    first = int((time.time() + offset) // WINDOW)
    windows = range(first, first + 2)
    with ThreadPoolExecutor(len(LIMITS) * CLIENTS) as pool:
        calls = [
            pool.submit(call, serving.port, caller, offset, windows)
            for caller in callers
            for _ in range(CLIENTS)
        ]
        for one in calls:
            one.result()
    for caller in callers:
        for window in windows:
            answers = caller.answered(window)
            total = Counter(status for _, _, status in answers)
            refused = next(answered for _, answered, status in answers if status == 429)
            # one that was let through may be overtaken by one that was refused after it
            before = sum(status == 200 and asked <= refused for asked, _, status in answers)
            straddling = sum(
                one[0] // WINDOW < window <= one[1] // WINDOW and one[2] == 200
                for one in caller.seen
            )
            print(
                f"limit {caller.limit}: {total[200]} let through "
                f"({(total[200] + straddling) / caller.limit:.2%}), {total[429]} refused; "
                f"{before} before the first refusal"
            )
            assert total[200] <= caller.limit
            assert before + straddling >= 0.98 * caller.limit
