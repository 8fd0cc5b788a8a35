"""A key is shown to its owner once, and nowhere else: not in logs, tables, histories or errors."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client

from apikeys import secrets, statistics
from apikeys.models import ApiKey
from apikeys.usage import usage
from tests.conftest import Api

pytestmark = pytest.mark.django_db

KEYS = "/api/v1/api-keys"
ADMIN = "/admin/apikeys/apikey"
KEY = re.compile(r"lqs_\w{10}_\w{49}")
FORM = {
    "name": "from the admin",
    "permissions_scope": ["read"],
    "rate_limit_rpm": "50",
    "expires_at_0": "",
    "expires_at_1": "",
}


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """All loggers at DEBUG, as with ``LOG_LEVEL=DEBUG`` and nobody silenced; the SQL too."""
    names = [*logging.root.manager.loggerDict, ""]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    connection.force_debug_cursor = True
    with caplog.at_level(logging.DEBUG):
        yield caplog
    connection.force_debug_cursor = False
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def whole_database() -> str:
    """Every row of every table as text, and what sessions hold."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            parts += [row[0] for row in cursor.fetchall()]
    parts += [repr(session.get_decoded()) for session in Session.objects.all()]
    return "\n".join(parts)


class Life:
    """What is done with keys; ``made`` are their texts, ``said`` every answer that may not hold one."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.said: list[str] = []

    def shown(self, answer: Any) -> str:
        """The key that an answer shows, once; the same answer says it to no cache."""
        (text,) = set(KEY.findall(answer.content.decode()))
        assert "no-store" in answer["Cache-Control"]
        assert text not in str(answer.headers) + str(answer.cookies)
        self.made.append(text)
        return str(text)

    def heard(self, *answers: Any) -> None:
        self.said += [f"{answer.headers} {answer.content.decode()}" for answer in answers]


def over_http(life: Life, keeper: Api) -> None:
    text = life.shown(keeper.post(KEYS, {"name": "over http"}))
    there = f"{KEYS}/{ApiKey.objects.get(name='over http').id}"
    rotated = life.shown(keeper.post(f"{there}/rotate", {"grace_seconds": 60}))
    life.heard(
        *(Api(key).get(f"{KEYS}/current") for key in (text, rotated)),
        *(Api(key).get(KEYS) for key in (text, rotated)),  # 403
        Api(text).post("/api/v1/problems/generate", b"{"),
        Api(f"{text}x").get(KEYS),  # 401
        Api(None).get(KEYS, authorization=f"Bearer {text}", **{"x-api-key": rotated}),
        Api(None).get(KEYS, authorization=f"Basic {text}"),
        keeper.get(there),
        keeper.get(f"{KEYS}?include_inactive=true"),
        keeper.get(f"{KEYS}/stats"),
        keeper("PATCH", there, {"rate_limit_rpm": 1}),
        *(Api(rotated).get(f"{KEYS}/current") for _ in range(3)),  # 429
        keeper.delete(there),
        Api(rotated).get(KEYS),
    )


def in_the_admin(life: Life, client: Client) -> None:
    life.shown(client.post(f"{ADMIN}/add/", FORM))
    key_id = ApiKey.objects.get(name="from the admin").id
    there = f"{ADMIN}/{key_id}"
    life.shown(client.post(f"{there}/rotate", {"grace": "3600"}))
    life.heard(
        *(client.get(f"{there}/{page}") for page in ("change/", "history/", "rotate")),
        client.get(f"{ADMIN}/"),
        client.get(f"{ADMIN}/revoke?key={key_id}"),
        client.get("/admin/apikeys/keyevent/"),
        client.get("/admin/"),
        client.post(f"{ADMIN}/revoke?key={key_id}", {"reason": "over"}, follow=True),
    )


def with_mistakes(life: Life, keeper: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours is logged with its traceback."""

    def fail() -> None:
        raise RuntimeError("a mistake")

    with monkeypatch.context() as patched:
        patched.setattr(statistics, "overview", fail)
        answer = keeper.get(f"{KEYS}/stats")
    assert answer.status_code == 500
    life.heard(answer)


def test_no_key_is_kept_or_told_again(
    keeper: Api,
    bo_client: Client,
    everything_logged: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    life = Life()
    life.made.append(str(keeper.key))
    over_http(life, keeper)
    in_the_admin(life, bo_client)
    with_mistakes(life, keeper, monkeypatch)
    call_command("keys", "create", name="from a shell")
    usage.flush()
    printed = capfd.readouterr()
    (text,) = KEY.findall(printed.out)
    life.made.append(text)
    places = {
        "answers": "\n".join(life.said),
        "cookies": repr(bo_client.cookies),
        "logs": everything_logged.text,
        "standard error": printed.err,
        "tables": whole_database(),
    }
    assert "INSERT INTO" in places["logs"]  # it does log all
    assert "a mistake" in places["logs"]
    for key in life.made:
        prefix = secrets.read_prefix(key)
        assert prefix is not None
        assert prefix in places["tables"]
        for place, said in places.items():
            assert key[15:] not in said, place  # what is secret of it
    assert len(set(life.made)) == 6
