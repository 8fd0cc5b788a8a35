"""What all lists of the console have in common: how they tell times, and what they say without rows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from apikeys import services

LISTS = [
    "generation_generationrequest",
    "generation_modeluse",
    "generation_promptoutcome",
    "apikeys_apikey",
    "apikeys_keyevent",
]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_times_say_that_they_are_in_utc(language: str) -> None:
    with translation.override(language):
        said = date_format(datetime(2031, 5, 6, 7, 8, tzinfo=UTC), "DATETIME_FORMAT")
    assert said.endswith("2031, 07:08 UTC")


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_shows_all_offers_no_more(admin_client: Client, name: str) -> None:
    services.issue(name="phone app")
    page = admin_client.get(reverse(f"admin:{name}_changelist")).content.decode()
    assert "Show all" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_a_list_without_rows_tells_nobody_to_create_some(admin_client: Client, name: str) -> None:
    page = admin_client.get(reverse(f"admin:{name}_changelist")).content.decode()
    assert "Nothing so far." in page
    assert "Create a new item" not in page


@pytest.mark.django_db
def test_a_search_without_result_can_be_taken_back(admin_client: Client) -> None:
    address = reverse("admin:apikeys_keyevent_changelist")
    page = admin_client.get(address, {"q": "nobody"}).content.decode()
    assert "No results found" in page
    assert '<a class="c-button" href="?">Clear all filters</a>' in page
