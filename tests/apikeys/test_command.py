"""``manage.py api_key``: keys from a shell."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import CommandError, call_command

from apikeys.models import ApiKey
from tests.conftest import Api

pytestmark = pytest.mark.django_db

CURRENT = "/api/v1/api-keys/current"


def run(*arguments: str) -> tuple[str, str]:
    """What the command prints: on the standard output and the standard error."""
    out, err = io.StringIO(), io.StringIO()
    call_command("api_key", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_first_key_comes_from_a_shell() -> None:
    out, err = run("issue", "--name", "keeper", "--scope", "admin", "--limit", "500")
    assert re.fullmatch(r"lqs_\w{10}_\w{49}\n", out)  # so that a script can keep it
    assert out.strip() not in err
    assert Api(out.strip()).get("/api/v1/api-keys").status_code == 200
    key = ApiKey.objects.get()
    assert (key.rate_limit_rpm, key.created_by.endswith("(manage.py)")) == (500, True)


def test_every_field_can_be_given() -> None:
    run(
        *("issue", "--name", "duo", "--scope", "read", "--scope", "write"),
        *("--allow", "10.1.2.3/8", "--allow", "::1", "--expires", "2090-01-01"),
    )
    key = ApiKey.objects.get()
    assert key.permissions_scope == ["read", "write"]
    assert key.allowed_ips == ["10.0.0.0/8", "::1/128"]
    assert key.expires_at is not None
    assert key.expires_at.isoformat() == "2090-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--name", " "], "A key has a name"),
        (["--name", "x", "--limit", "0"], "1 to 10000"),
        (["--name", "x", "--allow", "here"], "'here' is no address"),
        (["--name", "x", "--expires", "tomorrow"], "no time such as"),
        (["--name", "x", "--expires", "2090-13-01T00:00:00Z"], "no time such as"),
        (["--name", "x", "--expires", "2020-01-01T00:00:00Z"], "in the past"),
        (["--name", "x", "--scope", "root"], "invalid choice"),
        ([], "--name"),
    ],
)
def test_wrong_arguments_are_told(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run("issue", *arguments)
    assert not ApiKey.objects.exists()


def test_keys_are_listed_rotated_and_revoked() -> None:
    old = run("issue", "--name", "duo")[0].strip()
    prefix = ApiKey.objects.get().key_prefix
    assert run("list")[0].split() == [prefix, "active", "read", "100/min", "duo"]
    new = run("rotate", prefix)[0].strip()
    assert Api(new).get(CURRENT).status_code == 200
    assert Api(old).get(CURRENT).status_code == 401
    prefix = ApiKey.objects.get().key_prefix
    assert run("revoke", prefix)[0] == "revoked: duo\n"
    assert run("list")[0] == ""
    assert "revoked" in run("list", "--all")[0]
    with pytest.raises(CommandError, match="No key has this prefix"):
        run("revoke", "nobody")
    with pytest.raises(CommandError, match="revoked and cannot be rotated"):
        run("rotate", prefix)
