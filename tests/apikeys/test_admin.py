"""Keys in the admin."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apikeys import cache, services, statistics
from apikeys.models import ApiKey
from apikeys.tally import Tally
from tests.conftest import Api

pytestmark = pytest.mark.django_db

LIST = "/admin/apikeys/apikey/"
ADD = f"{LIST}add/"
REVOKE = f"{LIST}revoke"
EVENTS = "/admin/apikeys/keyevent/"
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
    for path in (LIST, f"{LIST}{key.id}/change/", EVENTS):
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


def test_a_form_that_is_sent_twice_issues_one_key(bo_client: Client) -> None:
    new_id = bo_client.get(ADD).context["adminform"].form["new_id"].value()
    form = FORM | {"new_id": str(new_id)}
    assert bo_client.post(ADD, form).status_code == 200
    again = bo_client.post(ADD, form, follow=True)
    assert "was issued already" in again.content.decode()
    assert not re.search(r"lqs_\w{10}_\w{49}", again.content.decode())
    assert str(ApiKey.objects.get().id) == new_id


def test_a_preset_fills_the_form(bo_client: Client) -> None:
    page = bo_client.get(f"{ADD}?preset=partner")
    form = page.context["adminform"].form
    assert form["permissions_scope"].value() == ["read", "write"]
    assert form["rate_limit_rpm"].value() == 400
    assert form["expires_at"].value() is None
    demo = bo_client.get(f"{ADD}?preset=demo").context["adminform"].form
    days = (demo["expires_at"].value() - timezone.now()).total_seconds() / 86_400
    assert 29 < days <= 30
    assert bo_client.get(f"{ADD}?preset=nonsense").status_code == 200


def test_every_wrong_line_of_the_addresses_is_named(bo_client: Client) -> None:
    answer = bo_client.post(ADD, FORM | {"allowed_ips": "10.0.0.0/8\nhere\nthere"})
    page = answer.content.decode()
    assert "Line 2: &#x27;here&#x27; is no address" in page
    assert "Line 3: &#x27;there&#x27; is no address" in page
    assert "10.0.0.0/8\nhere\nthere" in page  # what was typed is not lost


@pytest.mark.parametrize(
    ("address", "lines", "words"),
    [
        ("203.0.113.7", "203.0.113.0/24", "203.0.113.7 is allowed by 203.0.113.0/24."),
        ("192.0.2.1", "203.0.113.0/24", "192.0.2.1 is not allowed"),
        ("192.0.2.1", "", "the list is empty"),
        ("nowhere", "203.0.113.0/24", "&#x27;nowhere&#x27; is no address"),
        ("192.0.2.1", "x", "Line 1: &#x27;x&#x27; is no address"),
    ],
)
def test_an_address_is_tried_on_the_list_as_it_stands(
    address: str, lines: str, words: str, bo_client: Client
) -> None:
    sent = {"try_address": address, "allowed_ips": lines}
    answer = bo_client.post(f"{LIST}try-address", sent)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert bo_client.get(f"{LIST}try-address").status_code == 405


def test_the_form_knows_the_address_of_who_reads_it(bo_client: Client) -> None:
    page = bo_client.get(ADD, REMOTE_ADDR="203.0.113.7").content.decode()
    assert 'data-add-address="203.0.113.7"' in page


def act(client: Client, *keys: ApiKey, **sent: str) -> Any:
    """Choose keys in the list, and follow to the page that asks why."""
    chosen = {"action": "revoke", "_selected_action": [str(key.id) for key in keys]}
    asked = client.post(LIST, chosen)
    if asked.status_code != 302 or "revoke" not in asked["Location"]:
        return asked
    return client.post(asked["Location"], sent, follow=True)


def test_keys_are_revoked_and_the_last_admin_key_stays(bo_client: Client) -> None:
    keys = [
        services.issue(name=name, permissions_scope=[scope])[1]
        for name, scope in (("duo", "read"), ("keeper", "admin"))
    ]
    page = act(bo_client, *keys, reason="").content.decode()
    assert "This field is required." in page
    assert "It is the last active admin key" in page
    assert ApiKey.objects.filter(is_active=True).count() == 2
    page = act(bo_client, *keys, reason="a new term").content.decode()
    assert "1 key revoked." in page
    assert "last active admin key" in page
    assert list(ApiKey.objects.filter(is_active=True).values_list("name", flat=True)) == ["keeper"]
    page = bo_client.get(f"{LIST}{keys[0].id}/history/", follow=True).content.decode()
    assert "a new term" in page


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
    told = re.sub(r"<[^>]+>|\s+", " ", page)
    assert re.search(r"Requests a minute:\s+100\s+→\s+now\s+7\s", told)
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
    asking = bo_client.get(page_of(key, "rotate"))
    assert page_of(key, "rotate") in bo_client.get(LIST).content.decode()
    sent = {"grace": "3600", "prefix_so_far": asking.context["form"]["prefix_so_far"].value()}
    answer = bo_client.post(page_of(key, "rotate"), sent)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    (new,) = re.findall(r"lqs_\w{10}_\w{49}", answer.content.decode())
    assert "curl -H" in answer.content.decode()
    cache.clear()
    assert [Api(text).get(CURRENT).status_code for text in (old, new)] == [200, 200]
    for path in (LIST, page_of(key), EVENTS, "/admin/"):
        assert new not in bo_client.get(path).content.decode()
    again = bo_client.post(page_of(key, "rotate"), sent, follow=True).content.decode()
    assert "was rotated already" in again  # a double click rotates once
    assert not re.search(r"lqs_\w{10}_\w{49}", again)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"grace": "5"}, "not one of the available choices"),
        ({"grace": "other"}, "Say how many seconds"),
        ({"grace": "other", "seconds": "x"}, "whole number"),
        ({"grace": "other", "seconds": "604801"}, "less than or equal to 604800"),
    ],
)
def test_another_grace_is_refused_in_words(
    sent: dict[str, str], words: str, bo_client: Client
) -> None:
    _, key = services.issue(name="duo")
    page = bo_client.post(page_of(key, "rotate"), sent).content.decode()
    assert words in page
    assert key.events.count() == 1


def test_a_grace_is_given_in_seconds_and_ended_early(bo_client: Client) -> None:
    old, key = services.issue(name="duo")
    bo_client.post(page_of(key, "rotate"), {"grace": "other", "seconds": "90"})
    cache.clear()
    assert Api(old).get(CURRENT).status_code == 200
    assert "Stop the old key now" in bo_client.get(page_of(key)).content.decode()
    assert bo_client.get(page_of(key, "end-grace")).status_code == 405
    page = bo_client.post(page_of(key, "end-grace"), follow=True).content.decode()
    assert "The old key has stopped working." in page
    assert "Stop the old key now" not in page
    cache.clear()
    assert Api(old).get(CURRENT).status_code == 401
    assert [event.kind for event in key.events.all()] == ["changed", "rotated", "issued"]
    bo_client.post(page_of(key, "end-grace"))
    assert key.events.count() == 3  # it was over already


def test_a_key_is_revoked_with_a_reason(bo_client: Client) -> None:
    _, key = services.issue(name="duo")
    address = f"{REVOKE}?key={key.id}"
    assert address in bo_client.get(page_of(key)).content.decode()
    assert "Never used." in bo_client.get(address).content.decode()
    sent = {"reason": "lost with a laptop"}
    page = bo_client.post(address, sent, follow=True).content.decode()
    assert "1 key revoked." in page
    assert "lost with a laptop" in page
    assert REVOKE not in page
    refused = bo_client.post(page_of(key, "rotate"), {"grace": "0"}, follow=True)
    assert "The key is revoked and cannot be rotated." in refused.content.decode()
    key.refresh_from_db()
    assert not key.is_active
    for nobody in ("", f"?key={key.id}", "?key=x"):
        page = bo_client.get(f"{REVOKE}{nobody}", follow=True).content.decode()
        assert "nothing was revoked" in page


def test_the_page_of_a_key_tells_its_use(bo_client: Client) -> None:
    _, key = services.issue(name="duo")
    assert "No request in this time." in bo_client.get(page_of(key)).content.decode()
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    tally = Tally(20, errors=3, refused=4, throttled=5, last=hour.timestamp())
    statistics.record_usage({(key.id, hour): tally})
    with CaptureQueriesContext(connection) as queries:
        page = bo_client.get(page_of(key)).content.decode()
    assert len(queries) <= 10
    assert page.count("17 well answered, 3 errors, 4 refused, 5 throttled") >= 2
    assert page.count('<svg class="k-chart"') == 2
    assert "20 requests so far." in page


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
    for path in (
        page_of(key, "rotate"),
        page_of(key, "end-grace"),
        f"{REVOKE}?key={key.id}",
        f"{LIST}try-address",
    ):
        assert client.post(path, {"grace": "0", "reason": "x"}).status_code == 403
    assert client.get(EVENTS).status_code == 200
    page = client.get(LIST).content.decode()
    assert page_of(key, "rotate") not in page
    assert REVOKE not in page
    assert client.get(page_of(key)).status_code == 200
    assert client.post(page_of(key), FORM).status_code == 403
    found = ApiKey.objects.get()
    assert (found.is_active, found.key_prefix) == (True, key.key_prefix)


@pytest.mark.parametrize("path", [LIST, ADD, EVENTS, REVOKE])
def test_the_admin_is_closed_to_strangers(path: str, client: Client) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert "/admin/login/" in answer["Location"]


def test_who_has_no_right_to_keys_sees_none_and_no_history(client: Client) -> None:
    ana = User.objects.create_user("ana", password="correct horse battery", is_staff=True)
    client.force_login(ana)
    services.issue(name="duo")
    for path in (LIST, ADD, EVENTS, f"{REVOKE}?key=x"):
        assert client.get(path).status_code == 403
