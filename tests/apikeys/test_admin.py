"""Keys in the admin."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from apikeys import cache, services
from apikeys.models import ApiKey
from tests.conftest import Api

pytestmark = pytest.mark.django_db

LIST = "/admin/apikeys/apikey/"
ADD = f"{LIST}add/"
CURRENT = "/api/v1/api-keys/current"
FORM: dict[str, Any] = {
    "name": "phone app",
    "description": "",
    "client_name": "",
    "permissions_scope": ["read", "write"],
    "rate_limit_rpm": "250",
    "allowed_ips": "10.1.2.3/8\n2001:DB8::1",
    "expires_at_0": "",
    "expires_at_1": "",
}


def test_a_new_key_is_shown_once_on_a_page_that_is_never_kept(bo_client: Client) -> None:
    assert bo_client.get(ADD).status_code == 200
    answer = bo_client.post(ADD, FORM)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    found = re.findall(r"lqs_\w{10}_\w{49}", answer.content.decode())
    assert len(found) == 1
    key = ApiKey.objects.get()
    assert (key.name, key.created_by, key.rate_limit_rpm) == ("phone app", "bo", 250)
    assert key.permissions_scope == ["read", "write"]
    assert key.allowed_ips == ["10.0.0.0/8", "2001:db8::1/128"]
    assert Api(found[0]).get("/api/v1/api-keys").status_code == 403
    for path in (LIST, f"{LIST}{key.id}/change/", f"{LIST}{key.id}/history/"):
        page = bo_client.get(path).content.decode()
        assert "phone app" in page
        assert found[0] not in page
        assert key.secret_hash not in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "required"),
        ({"name": "x" * 101}, "at most 100"),
        ({"permissions_scope": []}, "required"),
        ({"permissions_scope": ["root"]}, "not one of the available choices"),
        ({"rate_limit_rpm": "0"}, "greater than or equal to 1"),
        ({"rate_limit_rpm": "10001"}, "less than or equal to 10000"),
        ({"allowed_ips": "here"}, "no address or network"),
        ({"expires_at_0": "2020-01-01", "expires_at_1": "00:00"}, "lies in the past"),
    ],
)
def test_a_wrong_form_says_what_is_wrong(
    changed: dict[str, Any], words: str, bo_client: Client
) -> None:
    answer = bo_client.post(ADD, FORM | changed)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not ApiKey.objects.exists()


def act(client: Client, *keys: ApiKey) -> Any:
    chosen = {"action": "revoke", "_selected_action": [str(key.id) for key in keys]}
    return client.post(LIST, chosen, follow=True)


def test_keys_are_revoked_and_the_last_admin_key_stays(bo_client: Client) -> None:
    keys = [
        services.issue(name=name, permissions_scope=[scope])[1]
        for name, scope in (("duo", "read"), ("keeper", "admin"))
    ]
    page = act(bo_client, *keys).content.decode()
    assert "1 key revoked." in page
    assert "last active admin key" in page
    assert list(ApiKey.objects.filter(is_active=True).values_list("name", flat=True)) == ["keeper"]
    assert "Revoked." in bo_client.get(f"{LIST}{keys[0].id}/history/").content.decode()


def page_of(key: ApiKey, below: str = "change/") -> str:
    return f"{LIST}{key.id}/{below}"


def form_of(client: Client, key: ApiKey) -> dict[str, Any]:
    """What the browser sends back of a key's form when nobody has touched it."""
    form = client.get(page_of(key)).context["adminform"].form
    moment = form.initial["expires_at"]
    return {
        **{name: form[name].value() for name in FORM if not name.startswith("expires_at")},
        "expires_at_0": moment.strftime("%Y-%m-%d") if moment else "",
        "expires_at_1": moment.strftime("%H:%M:%S") if moment else "",
        "events-TOTAL_FORMS": "0",
        "events-INITIAL_FORMS": "0",
    }


def test_a_key_is_changed_and_its_page_tells_the_history(bo_client: Client) -> None:
    _, key = services.issue(name="duo", allowed_ips=["10.0.0.0/8", "2001:db8::/32"])
    form = form_of(bo_client, key)
    assert form["allowed_ips"].split() == ["10.0.0.0/8", "2001:db8::/32"]
    assert bo_client.post(page_of(key), form).status_code == 302
    assert [event.kind for event in key.events.all()] == ["issued"]  # nothing was changed
    changed = form | {"rate_limit_rpm": "7", "allowed_ips": "192.0.2.0/24"}
    assert bo_client.post(page_of(key), changed).status_code == 302
    key.refresh_from_db()
    assert (key.name, key.rate_limit_rpm, key.allowed_ips) == ("duo", 7, ["192.0.2.0/24"])
    event = key.events.first()
    assert event is not None
    assert (event.kind, event.by, event.address) == ("changed", "bo", "127.0.0.1")
    page = bo_client.get(page_of(key)).content.decode()
    assert "rate limit rpm: 100 → 7" in page
    assert key.secret_hash not in page


def test_an_expired_key_can_be_changed_as_it_is(bo_client: Client) -> None:
    _, key = services.issue(name="duo")
    over = timezone.now().replace(microsecond=0) - timedelta(days=1)
    ApiKey.objects.update(expires_at=over)
    form = form_of(bo_client, key) | {"description": "an old one"}
    assert bo_client.post(page_of(key), form).status_code == 302
    key.refresh_from_db()
    assert (key.description, key.expires_at) == ("an old one", over)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"permissions_scope": ["read"]}, "cannot be demoted"),
        ({"expires_at_0": "2090-01-01", "expires_at_1": "00:00"}, "given an earlier expiry"),
        ({"allowed_ips": "here"}, "no address or network"),
        ({"expires_at_0": "2020-01-01", "expires_at_1": "00:00"}, "lies in the past"),
    ],
)
def test_a_refused_change_is_told_in_the_form(
    changed: dict[str, Any], words: str, bo_client: Client
) -> None:
    _, key = services.issue(name="keeper", permissions_scope=["admin"])
    answer = bo_client.post(page_of(key), form_of(bo_client, key) | changed)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    key.refresh_from_db()
    assert (key.permissions_scope, key.expires_at, key.allowed_ips) == (["admin"], None, [])


def test_what_somebody_else_made_impossible_meanwhile_is_told(
    bo_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = services.issue(name="keeper", permissions_scope=["admin"])
    form = form_of(bo_client, key) | {"permissions_scope": ["read"]}
    # the form was checked while there was another admin key
    monkeypatch.setattr(services, "refusal_of_change", lambda *_: None)
    page = bo_client.post(page_of(key), form, follow=True).content.decode()
    assert "The last active admin key cannot be demoted." in page
    key.refresh_from_db()
    assert key.permissions_scope == ["admin"]


def test_a_key_is_rotated_and_shown_once(bo_client: Client) -> None:
    old, key = services.issue(name="duo")
    assert "apikeys/apikey" in bo_client.get(page_of(key, "rotate")).request["PATH_INFO"]
    assert "Rotate" in bo_client.get(page_of(key)).content.decode()
    answer = bo_client.post(page_of(key, "rotate"), {"grace_seconds": "3600"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    (new,) = re.findall(r"lqs_\w{10}_\w{49}", answer.content.decode())
    cache.clear()
    assert [Api(text).get(CURRENT).status_code for text in (old, new)] == [200, 200]
    for path in (LIST, page_of(key), page_of(key, "history/"), "/admin/"):
        assert new not in bo_client.get(path).content.decode()
    assert "Rotated." in bo_client.get(page_of(key, "history/")).content.decode()
    wrong = bo_client.post(page_of(key, "rotate"), {"grace_seconds": "5"})
    assert "not one of the available choices" in wrong.content.decode()


def test_a_key_is_revoked_on_its_page(bo_client: Client) -> None:
    _, key = services.issue(name="duo")
    assert bo_client.get(page_of(key, "revoke")).status_code == 405
    page = bo_client.post(page_of(key, "revoke"), follow=True).content.decode()
    assert "1 key revoked." in page
    assert "revoke" not in bo_client.get(page_of(key)).context.get("steering", {})
    refused = bo_client.post(page_of(key, "rotate"), {"grace_seconds": "0"}, follow=True)
    assert "The key is revoked and cannot be rotated." in refused.content.decode()
    key.refresh_from_db()
    assert not key.is_active


def test_a_revoked_key_is_not_changed_and_none_is_deleted(bo_client: Client) -> None:
    _, key = services.issue(name="duo")
    assert bo_client.post(page_of(key, "delete/"), {"post": "yes"}).status_code == 403
    act_delete = {"action": "delete_selected", "_selected_action": [str(key.id)], "post": "yes"}
    bo_client.post(LIST, act_delete)
    services.revoke(key)
    assert bo_client.get(page_of(key)).status_code == 200
    assert bo_client.post(page_of(key), FORM).status_code == 403
    assert ApiKey.objects.get().name == "duo"


def test_the_history_cannot_be_forged(bo_client: Client) -> None:
    _, key = services.issue(name="duo")
    event = key.events.get()
    forged = {
        **form_of(bo_client, key),
        "events-TOTAL_FORMS": "2",
        "events-INITIAL_FORMS": "1",
        "events-0-id": str(event.id),
        "events-0-by": "nobody",
        "events-1-kind": "revoked",
        "events-1-by": "nobody",
    }
    bo_client.post(page_of(key), forged)
    assert [one.by for one in key.events.all()] == ["command"]


def test_who_may_only_look_cannot_issue_or_revoke(client: Client) -> None:
    ana = User.objects.create_user("ana", password="correct horse battery", is_staff=True)
    ana.user_permissions.add(Permission.objects.get(codename="view_apikey"))
    client.force_login(ana)
    _, key = services.issue(name="duo")
    assert client.get(LIST).status_code == 200
    assert client.post(ADD, FORM).status_code == 403
    act(client, key)
    for below in ("rotate", "revoke"):
        assert client.post(page_of(key, below), {"grace_seconds": "0"}).status_code == 403
    assert client.get(page_of(key)).status_code == 200
    assert client.post(page_of(key), FORM).status_code == 403
    found = ApiKey.objects.get()
    assert (found.is_active, found.key_prefix) == (True, key.key_prefix)


def test_the_admin_is_closed_to_strangers(client: Client) -> None:
    answer = client.get(LIST)
    assert answer.status_code == 302
    assert "/admin/login/" in answer["Location"]
