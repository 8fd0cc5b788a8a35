"""Every request that was counted is in the database after the web server has ended or renewed itself."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx2
import pytest
from django.db.models import Sum

import apikeys.services
from apikeys.models import ApiKey, KeyUsage
from quizservice.models import Process
from tests.flows.stack import Stack, wait_for

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]

CLIENTS = 8


class Load:
    """Clients that ask without pause; ``answered`` got an answer, ``lost`` got none."""

    def __init__(self, url: str, key: str) -> None:
        self.url = f"{url}/api/v1/api-keys/current"
        self.key = key
        self.answered = self.lost = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]

    @contextmanager
    def running(self) -> Iterator[Load]:
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join(60)

    def _ask(self) -> None:
        with httpx2.Client(headers={"X-API-Key": self.key}, timeout=30) as client:
            while not self._stop.is_set():
                try:
                    answer = client.get(self.url)
                except httpx2.ConnectError:  # refused: the server never saw it
                    time.sleep(0.05)
                except httpx2.TransportError:
                    with self._lock:
                        self.lost += 1
                else:
                    assert answer.status_code == 200, answer.text
                    with self._lock:
                        self.answered += 1


def written(name: str = "duo") -> int:
    """Requests of a key that are written down; by hour they are as many."""
    key = ApiKey.objects.get(name=name)
    by_hour = KeyUsage.objects.filter(key=key).aggregate(n=Sum("requests", default=0))["n"]
    assert by_hour == key.usage_count
    return int(key.usage_count)


def new_key() -> str:
    return apikeys.services.issue(name="duo", rate_limit_rpm=10_000)[0]


def workers(serving: Stack, number: int) -> list[int]:
    """The process ids of the web server's workers, once there are so many."""

    def seen() -> list[int]:
        found = list(Process.objects.filter(kind="web").values_list("pid", flat=True))
        return found if len(found) == number else []

    return wait_for("the workers", seen)


@pytest.mark.parametrize("number", [0, 1, 500])
def test_what_was_counted_is_written_at_the_end(stack: Callable[..., Stack], number: int) -> None:
    serving = stack()
    serving.start_web()
    with httpx2.Client(headers={"X-API-Key": new_key()}, timeout=30) as client:
        for _ in range(number):
            assert client.get(f"{serving.url}/api/v1/api-keys/current").status_code == 200
    serving.processes["web"].terminate()
    serving.processes["web"].wait(timeout=30)
    assert written() == number


def test_an_end_under_load_loses_nothing(stack: Callable[..., Stack]) -> None:
    serving = stack()
    serving.start_web()
    with Load(serving.url, new_key()).running() as load:
        wait_for("some answers", lambda: load.answered > 500)
        serving.processes["web"].terminate()
        serving.processes["web"].wait(timeout=30)
    print(f"{load.answered} answered, {load.lost} cut off, {written()} written")
    assert load.answered <= written() <= load.answered + load.lost


def test_workers_that_are_renewed_write_what_they_counted(stack: Callable[..., Stack]) -> None:
    serving = stack()
    serving.start_web()
    before = workers(serving, 2)
    with Load(serving.url, new_key()).running() as load:
        wait_for("some answers", lambda: load.answered > 300)
        serving.processes["web"].send_signal(signal.SIGHUP)  # new workers in the place of the old
        wait_for("new workers", lambda: not set(before) & set(workers(serving, 2)))
        wait_for("more answers", lambda: load.answered > 800)
        os.kill(workers(serving, 2)[0], signal.SIGTERM)  # one alone
        more = load.answered + 300
        wait_for("more answers", lambda: load.answered > more)
    serving.processes["web"].terminate()
    serving.processes["web"].wait(timeout=30)
    print(f"{load.answered} answered, {load.lost} cut off, {written()} written")
    assert load.answered <= written() <= load.answered + load.lost
