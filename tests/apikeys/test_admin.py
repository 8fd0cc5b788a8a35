"""Keys in the admin."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from apikeys import services
from apikeys.models import ApiKey
from tests.conftest import Api

pytestmark = pytest.mark.django_db

LIST = "/admin/apikeys/apikey/"
ADD = f"{LIST}add/"
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


def test_keys_are_neither_edited_nor_deleted(bo_client: Client) -> None:
    _, key = services.issue(name="duo")
    assert bo_client.post(f"{LIST}{key.id}/change/", FORM).status_code == 403
    assert bo_client.post(f"{LIST}{key.id}/delete/", {"post": "yes"}).status_code == 403
    act_delete = {"action": "delete_selected", "_selected_action": [str(key.id)], "post": "yes"}
    bo_client.post(LIST, act_delete)
    assert ApiKey.objects.get().name == "duo"


def test_who_may_only_look_cannot_issue_or_revoke(client: Client) -> None:
    ana = User.objects.create_user("ana", password="correct horse battery", is_staff=True)
    ana.user_permissions.add(Permission.objects.get(codename="view_apikey"))
    client.force_login(ana)
    _, key = services.issue(name="duo")
    assert client.get(LIST).status_code == 200
    assert client.post(ADD, FORM).status_code == 403
    act(client, key)
    assert ApiKey.objects.get().is_active


def test_the_admin_is_closed_to_strangers(client: Client) -> None:
    answer = client.get(LIST)
    assert answer.status_code == 302
    assert "/admin/login/" in answer["Location"]
