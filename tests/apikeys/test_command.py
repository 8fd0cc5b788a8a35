"""``manage.py keys``: keys from a shell."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apikeys.models import ApiKey, KeyEvent
from tests.conftest import Api

pytestmark = pytest.mark.django_db

CURRENT = "/api/v1/api-keys/current"


def run(*arguments: str) -> tuple[str, str]:
    """What the command prints: on standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    call_command("keys", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def only() -> ApiKey:
    return ApiKey.objects.get()


def test_the_first_key_comes_from_a_shell() -> None:
    out, err = run("create", "--name", "keeper", "--scope", "admin", "--limit", "500")
    assert re.fullmatch(r"lqs_\w{10}_\w{49}\n", out)  # so that a script can keep it
    assert out.strip() not in err
    assert Api(out.strip()).get("/api/v1/api-keys").status_code == 200
    key = only()
    assert (key.rate_limit_rpm, key.created_by.endswith("(manage.py)")) == (500, True)


def test_every_field_can_be_given() -> None:
    run(
        *("create", "--name", "duo", "--scope", "read", "--scope", "write", "--client", "Duo Ltd."),
        *("--allow", "10.1.2.3/8", "--allow", "::1", "--expires", "2090-01-01"),
        *("--description", "of the phone app"),
    )
    key = only()
    assert key.permissions_scope == ["read", "write"]
    assert key.allowed_ips == ["10.0.0.0/8", "::1/128"]
    assert key.expires_at is not None
    assert key.expires_at.isoformat() == "2090-01-01T00:00:00+00:00"
    assert (key.description, key.client_name) == ("of the phone app", "Duo Ltd.")


def test_a_life_is_a_length_of_time_too() -> None:
    run("create", "--name", "duo", "--expires", "90d")
    ends = only().expires_at
    assert ends is not None
    assert timedelta(days=89) < ends - timezone.now() <= timedelta(days=90)


def test_a_preset_is_a_beginning() -> None:
    run("create", "--name", "keeper", "--preset", "operator", "--limit", "50")
    key = only()
    assert (key.permissions_scope, key.rate_limit_rpm) == (["admin"], 50)
    assert key.expires_at is not None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--name", " "], "A key has a name"),
        (["--name", "x", "--limit", "0"], "1 to 10000"),
        (["--name", " ", "--limit", "0"], r"A key has a name\. The limit is 1 to 10000"),
        (["--name", "x", "--allow", "here"], "'here' is no address"),
        (["--name", "x", "--expires", "tomorrow"], "neither a duration"),
        (["--name", "x", "--expires", "2090-13-01T00:00:00Z"], "neither a duration"),
        (["--name", "x", "--expires", "2020-01-01T00:00:00Z"], "in the past"),
        (["--name", "x", "--scope", "root"], "invalid choice"),
        (["--name", "x", "--preset", "best"], "invalid choice"),
        ([], "--name"),
    ],
)
def test_wrong_arguments_are_told(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run("create", *arguments)
    assert not ApiKey.objects.exists()


def test_keys_are_documents(new_key: Callable[..., str]) -> None:
    document = json.loads(run("create", "--name", "duo", "--json")[0])
    assert set(document) == {"api_key", "key_info"}
    info = document["key_info"]
    assert set(info) == {
        *("id", "key_prefix", "name", "description", "is_active", "client_name", "created_at"),
        *("permissions_scope", "expires_at", "last_used_at", "usage_count", "requests_last_24h"),
        *("rate_limit_rpm", "allowed_ips", "state", "created_by"),
    }
    said = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
    assert set(re.findall(r"[`\"](\w+)[`\"]", said)) >= set(document) | set(info)
    new_key("second")
    listed = [json.loads(line) for line in run("list", "--json")[0].splitlines()]
    assert [one["name"] for one in listed] == ["second", "duo"]
    assert listed[1] == info
    rotated = json.loads(run("rotate", info["key_prefix"], "--grace", "1h", "--json")[0])
    assert set(rotated) == {"api_key", "key_info", "previous_key_expires_at"}
    assert Api(rotated["api_key"]).get(CURRENT).status_code == 200


def test_keys_are_listed_rotated_and_revoked() -> None:
    old = run("create", "--name", "duo")[0].strip()
    prefix = only().key_prefix
    assert run("list")[0].split("\t")[:4] == [prefix, "active", "read", "100"]
    with pytest.raises(CommandError, match=f"The secret of duo \\({prefix}\\) will stop at once"):
        run("rotate", prefix)
    new = run("rotate", prefix, "--yes")[0].strip()
    assert Api(new).get(CURRENT).status_code == 200
    assert Api(old).get(CURRENT).status_code == 401
    prefix = only().key_prefix
    with pytest.raises(CommandError, match=f"1 key will be closed for good: duo \\({prefix}\\)"):
        run("revoke", prefix)
    assert run("revoke", prefix, "--reason", "lost", "--yes")[0] == f"{prefix}\n"
    assert KeyEvent.objects.get(kind="revoked").reason == "lost"
    assert run("list")[0] == ""
    assert "revoked" in run("list", "--all")[0]
    assert run("revoke", prefix) == ("", f"{prefix}: revoked already\n")
    with pytest.raises(CommandError, match="revoked and cannot be rotated"):
        run("rotate", prefix, "--grace", "1h")


def test_a_grace_needs_nobody_to_confirm_it(new_key: Callable[..., str]) -> None:
    old = new_key()
    out, err = run("rotate", only().key_prefix, "--grace", "24h")
    assert [Api(text).get(CURRENT).status_code for text in (old, out.strip())] == [200, 200]
    assert "The one so far lives on until" in err
    with pytest.raises(CommandError, match="The grace is 0 to 604800 seconds"):
        run("rotate", only().key_prefix, "--grace", "8d")


def test_many_are_revoked_by_a_pipe(
    new_key: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    new_key("keeper", permissions_scope=["admin"])
    for name in ("duo", "trio"):
        new_key(name)
    monkeypatch.setattr(sys, "stdin", io.StringIO(run("list", "--prefixes")[0]))
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="1 of 3 not revoked"):  # somebody has to let others in
        call_command("keys", "revoke", "-", "--yes", stdout=out, stderr=err)
    assert "The last active admin key cannot be revoked" in err.getvalue()
    assert out.getvalue().count("\n") == 2
    assert [key.name for key in ApiKey.objects.usable()] == ["keeper"]


def test_an_unknown_prefix_changes_nothing(new_key: Callable[..., str]) -> None:
    text = new_key()
    with pytest.raises(CommandError, match="No key has the prefix nobody, nothing"):
        run("revoke", only().key_prefix, "nobody", "nothing", "--yes")
    with pytest.raises(CommandError, match="not by its whole text") as refused:
        run("revoke", text, "--yes")
    assert text not in str(refused.value)
    assert only().is_active
