"""Who did what to a key."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from apikeys import history, services, wording
from apikeys.history import Actor
from apikeys.models import ApiKey, KeyEvent
from quizservice.errors import Unprocessable
from tests.conftest import Api

pytestmark = pytest.mark.django_db

BO = Actor("bo", address=ipaddress.ip_address("2001:db8::5"))


def events(key: ApiKey) -> list[tuple[str, str, str | None]]:
    """The key's history, oldest first."""
    return [(event.kind, event.by, event.address) for event in reversed(key.events.all())]


def test_each_step_is_written_down() -> None:
    _, key = services.issue(name="duo", rate_limit_rpm=50, by=BO)
    services.change(
        key, by=BO, rate_limit_rpm=60, name="duo", expires_at=datetime(2090, 1, 1, tzinfo=UTC)
    )
    prefix = key.key_prefix
    services.rotate(key, grace_seconds=60)
    services.revoke(key, by=BO)
    services.revoke(key, by=BO)  # it was already
    there = "2001:db8::5"
    assert events(key) == [
        ("issued", "bo", there),
        ("changed", "bo", there),
        ("rotated", "command", None),
        ("revoked", "bo", there),
    ]
    issued, changed, rotated, revoked = reversed(key.events.all())
    assert issued.changes == {
        "name": [None, "duo"],
        "permissions_scope": [None, ["read"]],
        "rate_limit_rpm": [None, 50],
    }
    assert changed.changes == {
        "rate_limit_rpm": [50, 60],
        "expires_at": [None, "2090-01-01T00:00:00+00:00"],
    }
    assert [(one.label, one.before, one.after) for one in wording.changes(changed)] == [
        ("Requests a minute", "50", "60"),
        ("Expires", "never", datetime(2090, 1, 1, tzinfo=UTC)),
    ]
    assert [(one.label, one.before, one.after) for one in wording.changes(issued)] == [
        ("Name", None, "duo"),
        ("Permissions", None, "read"),
        ("Requests a minute", None, "50"),
    ]
    told = wording.changes(rotated)
    assert [one.label for one in told] == ["Key", "Old key works until"]
    assert (told[0].before, told[0].after) == (f"{prefix}…", f"{key.key_prefix}…")
    assert (told[1].before, told[1].after) == (None, key.previous_until)
    assert rotated.changes["key_prefix"] == [prefix, key.key_prefix]
    assert revoked.changes == {}


def test_over_http_the_key_that_asks_is_named(keeper: Api) -> None:
    asked_by = ApiKey.objects.get().key_prefix
    made = keeper.post("/api/v1/api-keys", {"name": "duo"}).json()["key_info"]
    keeper("PATCH", f"/api/v1/api-keys/{made['id']}", {"client_name": "Duo Ltd."})
    keeper.delete(f"/api/v1/api-keys/{made['id']}")
    key = services.get(made["id"])
    assert key.created_by == f"key {asked_by}"
    assert events(key) == [
        (kind, f"key {asked_by}", "127.0.0.1") for kind in ("issued", "changed", "revoked")
    ]


def test_what_is_undone_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    _, key = services.issue(name="duo")

    def fail(*_: object, **__: object) -> None:
        raise IntegrityError

    with monkeypatch.context() as patched:
        patched.setattr(services, "record", fail)
        for act in (
            lambda: services.issue(name="other"),
            lambda: services.change(key, name="trio"),
            lambda: services.rotate(key),
            lambda: services.revoke(key),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                act()
    found = ApiKey.objects.get()
    assert (found.name, found.is_active) == ("duo", True)
    assert [kind for kind, _, _ in events(found)] == ["issued"]


def test_replacing_by_name_is_written_down() -> None:
    _, old = services.issue(name="demo")
    services.replace_named("demo", by=BO)
    assert [kind for kind, _, _ in events(old)] == ["issued", "revoked"]


def test_an_address_that_names_an_interface_can_be_kept() -> None:
    _, key = services.issue(name="duo")
    link_local = ipaddress.ip_address("fe80::1%eth0")
    event = history.record(key, KeyEvent.Kind.CHANGED, Actor("bo", address=link_local))
    event.refresh_from_db()
    assert event.address == "fe80::1"


def test_why_a_key_was_revoked_is_kept() -> None:
    _, key = services.issue(name="duo")
    with pytest.raises(Unprocessable, match="at most 500"):
        services.revoke(key, reason="x" * 501)
    services.revoke(key, by=BO, reason=" lost with a laptop ")
    event = key.events.first()
    assert event is not None
    assert (event.kind, event.by, event.reason) == ("revoked", "bo", "lost with a laptop")


def test_what_is_no_longer_a_field_is_told_by_its_name() -> None:
    _, key = services.issue(name="duo")
    event = history.record(key, KeyEvent.Kind.CHANGED, BO, {"colour": (None, "red")})
    assert [(one.label, one.before, one.after) for one in wording.changes(event)] == [
        ("colour", "none", "red")
    ]
