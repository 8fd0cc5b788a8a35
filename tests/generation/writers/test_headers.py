"""How a server says when the next call may come."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from generation.writers.headers import calls_left, delay_asked, duration, until_room

NOW = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1.0),
        ("120ms", 0.12),
        ("6m0s", 360.0),
        ("8.64s", 8.64),
        ("1h2m3s", 3723.0),
        ("1d", 86_400.0),
        ("59.5", 59.5),
        ("0s", 0.0),
        ("", None),
        ("soon", None),
        ("5 apples", None),
        ("inf", None),
        ("nan", None),
    ],
)
def test_durations(text: str, seconds: float | None) -> None:
    found = duration(text)
    assert found == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "60"}, 60.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "7s"}, 7.0),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after-ms": "often", "retry-after": "3"}, 3.0),
        ({"retry-after": "Mon, 04 May 2026 12:01:30 GMT"}, 90.0),
        ({"retry-after": "Mon, 04 May 2026 11:59:00 GMT"}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "later"}, None),
        ({}, None),
    ],
)
def test_the_delay_that_a_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    found = delay_asked(headers, NOW)
    assert found == (None if seconds is None else pytest.approx(seconds))


def limits(kind: str, limit: str, remaining: str, reset: str) -> dict[str, str]:
    values = {"limit": limit, "remaining": remaining, "reset": reset}
    return {f"x-ratelimit-{name}-{kind}": value for name, value in values.items() if value}


@pytest.mark.parametrize(
    ("headers", "left", "seconds"),
    [
        ({}, None, None),
        (limits("requests", "500", "499", "120ms"), 499, None),
        # 10000 a day, none left: it is full again in a day, and has one again in 8.64 s.
        (limits("requests", "10000", "0", "24h0m0s"), 0, 8.64),
        (limits("requests", "", "0", "2s"), 0, 2.0),
        (limits("requests", "1", "0", "20s"), 0, 20.0),
        # 1000 tokens a call: 400 of 60000 left, 600 missing of the 59600 that come in 59.6 s.
        (limits("tokens", "60000", "400", "59.6s"), 0, 0.6),
        (limits("tokens", "60000", "5500", "54.5s"), 5, None),
        (limits("tokens", "500", "500", "0s"), 0, None),
        (limits("requests", "10", "7", "1s") | limits("tokens", "9000", "3000", "6s"), 3, None),
        (limits("requests", "10", "many", "1s"), None, None),
    ],
)
def test_what_is_left(headers: dict[str, str], left: int | None, seconds: float | None) -> None:
    assert calls_left(headers, 1000) == left
    found = until_room(headers, 1000)
    assert found == (None if seconds is None else pytest.approx(seconds))


def test_a_rest_of_tokens_says_nothing_where_the_need_is_not_known() -> None:
    assert calls_left(limits("tokens", "9000", "1", "6s"), 0) is None
