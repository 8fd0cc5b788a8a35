"""Who tries keys has to wait."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest
from django.test import Client

from apikeys import guessing, secrets
from apikeys.guessing import MOST, GuessLimiter
from tests.conftest import Api

HERE, THERE = "192.0.2.1", "192.0.2.2"


def test_an_address_waits_after_too_many_wrong_keys() -> None:
    limiter = GuessLimiter()
    for _ in range(MOST - 1):
        limiter.wrong(HERE)
    assert limiter.wait(HERE) == 0
    limiter.wrong(HERE)
    assert 0 < limiter.wait(HERE) <= guessing.WINDOW
    assert limiter.wait(THERE) == 0


def test_the_wait_ends_with_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    limiter = GuessLimiter()
    for _ in range(MOST):
        limiter.wrong(HERE)
    later = time.monotonic() + guessing.WINDOW + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert limiter.wait(HERE) == 0
    limiter.wrong(HERE)
    assert limiter.wait(HERE) == 0


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "_NETWORKS", 10)
    limiter = GuessLimiter()
    for number in range(100):
        limiter.wrong(str(number))
    assert len(limiter._wrong) == 10
    for number in range(100):
        for _ in range(MOST):
            limiter.wrong(str(number))
    assert len(limiter._waiting) == 10
    assert len(limiter._wrong) <= 10


def test_many_networks_do_not_free_one_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "_NETWORKS", 10)
    limiter = GuessLimiter()
    for _ in range(MOST):
        limiter.wrong(HERE)
    for number in range(1000):
        for _ in range(MOST - 1):
            limiter.wrong(str(number))
    assert limiter.wait(HERE) > 0


def test_a_fork_begins_anew() -> None:
    limiter = GuessLimiter()
    for _ in range(MOST):
        limiter.wrong(HERE)
    child = os.fork()
    if child == 0:
        os._exit(limiter.wait(HERE))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert limiter.wait(HERE) > 0


@pytest.mark.django_db
def test_neighbours_in_one_ipv6_network_count_together(new_key: Callable[..., str]) -> None:
    def ask(key: str, address: str) -> int:
        headers = {"authorization": f"Bearer {key}"}
        answer = Client().get("/api/v1/api-keys/current", headers=headers, REMOTE_ADDR=address)
        return answer.status_code

    key = new_key()
    for number in range(MOST):
        assert ask("lqs_guess", f"2001:db8::{number:x}") == 401
    assert ask(key, "2001:db8::ffff") == 429
    assert ask(key, "2001:db8:0:1::1") == 200


@pytest.mark.django_db
def test_guessing_over_http_ends_in_429_before_any_look_up(
    duo: Api, django_assert_num_queries: object
) -> None:
    for _ in range(MOST):
        assert Api(secrets.new_secret().text).get("/api/v1/api-keys/current").status_code == 401
    with django_assert_num_queries(0):  # type: ignore[operator]
        refused = Api(secrets.new_secret().text).get("/api/v1/api-keys/current")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert refused["Content-Type"] == "application/problem+json"
    assert duo.get("/api/v1/api-keys/current").status_code == 429  # from the same address


@pytest.mark.django_db
def test_a_missing_key_is_no_guess(stranger: Api, duo: Api) -> None:
    for _ in range(MOST + 1):
        assert stranger.get("/api/v1/api-keys/current").status_code == 401
    assert duo.get("/api/v1/api-keys/current").status_code == 200
