"""The list of keys in the admin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apikeys import services, statistics
from apikeys.models import ApiKey
from apikeys.tally import Tally

pytestmark = pytest.mark.django_db

LIST = "/admin/apikeys/apikey/"


def names(answer: Any) -> list[str]:
    """Of the keys that a list shows, newest first."""
    return [key.name for key in answer.context["cl"].result_list]


def test_the_list_shows_active_keys_and_others_when_asked(bo_client: Client) -> None:
    for name in ("duo", "old", "over", "soon"):
        services.issue(name=name)
    keys = {key.name: key for key in ApiKey.objects.all()}
    services.revoke(keys["old"])
    now = timezone.now()
    ApiKey.objects.filter(name="over").update(expires_at=now - timedelta(seconds=1))
    ApiKey.objects.filter(name="soon").update(expires_at=now + timedelta(days=3, hours=1))
    page = bo_client.get(LIST)
    assert names(page) == ["soon", "duo"]
    assert "Expires in 3 days" in page.content.decode()
    assert names(bo_client.get(f"{LIST}?state=attention")) == ["soon"]
    assert names(bo_client.get(f"{LIST}?state=expired")) == ["over"]
    assert names(bo_client.get(f"{LIST}?state=revoked")) == ["old"]
    assert names(bo_client.get(f"{LIST}?state=all")) == ["soon", "over", "old", "duo"]
    assert names(bo_client.get(f"{LIST}?state=nonsense")) == ["soon", "duo"]
    assert names(bo_client.get(f"{LIST}?q=o")) == ["soon", "over", "old", "duo"]
    assert names(bo_client.get(f"{LIST}?q=o&state=active")) == ["soon", "duo"]


def test_the_list_tells_the_use_of_the_last_day(bo_client: Client) -> None:
    _, key = services.issue(name="duo")
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    tally = Tally(1200, errors=3, refused=4, throttled=5, last=hour.timestamp())
    statistics.record_usage({(key.id, hour): tally})
    page = bo_client.get(LIST).content.decode()
    assert "1209 requests in the last 24 hours, at most 1209 an hour" in page
    assert "5 throttled in 24 h" in page
    assert "4 refused in 24 h" in page


def test_the_list_asks_as_much_for_many_keys_as_for_few(bo_client: Client) -> None:
    asked = []
    for number in (1, 30):
        for one in range(number):
            services.issue(name=f"key {number} {one}")
        bo_client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert bo_client.get(LIST).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 10
