"""The history of all keys in the admin."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apikeys import services
from apikeys.history import Actor
from apikeys.models import ApiKey

pytestmark = pytest.mark.django_db

LIST = "/admin/apikeys/apikey/"
EVENTS = "/admin/apikeys/keyevent/"


def page_of(key: ApiKey) -> str:
    return f"{LIST}{key.id}/change/"


def test_the_history_of_all_keys_is_searched_and_narrowed(bo_client: Client) -> None:
    _, duo = services.issue(name="duo", by=Actor("kim"))
    _, trio = services.issue(name="trio", by=Actor("lou"))
    services.revoke(duo, by=Actor("lou"), reason="over")

    def found(query: str = "") -> list[tuple[str, str]]:
        events = bo_client.get(f"{EVENTS}{query}").context["cl"].result_list
        return [(event.key.name, event.kind) for event in events]

    everything = [("duo", "revoked"), ("trio", "issued"), ("duo", "issued")]
    assert found() == everything
    assert found("?q=lou") == everything[:2]
    assert found("?q=over") == everything[:1]
    assert found("?kind__exact=issued") == everything[1:]
    assert found(f"?key__id__exact={trio.id}") == everything[1:2]
    whole = bo_client.get(f"{LIST}{trio.id}/history/", follow=True)
    assert [event.key for event in whole.context["cl"].result_list] == [trio]
    event = duo.events.first()
    assert event is not None
    one = bo_client.get(f"{EVENTS}{event.pk}/change/")
    assert (one.status_code, one["Location"]) == (302, page_of(duo))
    for page in (f"{EVENTS}add/", f"{EVENTS}{event.pk}/delete/"):
        assert bo_client.get(page).status_code == 403
    assert bo_client.get(f"{EVENTS}nonsense/change/").status_code == 404


def test_a_long_history_has_pages(bo_client: Client) -> None:
    _, key = services.issue(name="duo")
    for limit in range(1, 61):
        services.change(key, rate_limit_rpm=limit)
    page = bo_client.get(page_of(key))
    assert "The whole history of this key" in page.content.decode()
    first = bo_client.get(EVENTS).context["cl"].result_list
    rest = bo_client.get(f"{EVENTS}?p=2").context["cl"].result_list
    assert (len(first), len(rest)) == (50, 11)


def test_the_history_asks_as_much_for_many_steps_as_for_few(bo_client: Client) -> None:
    asked = []
    for number in (1, 30):
        for one in range(number):
            services.issue(name=f"key {number} {one}")
        bo_client.get(EVENTS)
        with CaptureQueriesContext(connection) as queries:
            assert bo_client.get(EVENTS).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 10
