"""Whose language a page speaks, and that data has none."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from tests.conftest import Api

pytestmark = pytest.mark.django_db

FRENCH = {"accept": "text/html", "accept-language": "fr-CA,fr;q=0.9"}


def test_a_page_speaks_the_browsers_language() -> None:
    answer = Client().get("/admin/login/", headers=FRENCH)
    assert 'lang="fr"' in answer.content.decode()
    assert "Mot de passe" in answer.content.decode()


def test_a_language_that_we_do_not_have_is_english() -> None:
    answer = Client().get("/admin/login/", headers={"accept-language": "de"})
    assert 'lang="en"' in answer.content.decode()


def test_who_chooses_keeps_the_choice() -> None:
    client = Client()
    answer = client.post("/language", {"language": "fr", "next": "/admin/login/"})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/")
    assert client.cookies["django_language"]["httponly"]
    assert 'lang="fr"' in client.get("/admin/login/").content.decode()


def test_nobody_is_led_to_another_host() -> None:
    answer = Client().post("/language", {"language": "fr", "next": "https://example.org/"})
    assert answer["Location"] == "/"


def test_no_language_is_left_in_the_thread(bo_client: Client, duo: Api) -> None:
    bo_client.get("/admin/", headers=FRENCH)
    assert translation.get_language() == "en"
    refused = duo.get("/api/v1/problems?level=Z9", **{"accept-language": "fr"})
    assert "is not a valid choice" in refused.content.decode()


@pytest.mark.parametrize("path", ["/api/schema?format=json", "/health", "/ready"])
def test_data_does_not_vary_by_language(path: str) -> None:
    answers = [Client().get(path, headers={"accept-language": one}) for one in ("en", "fr")]
    for answer in answers:
        assert "accept-language" not in answer.get("Vary", "").lower()
        assert "Content-Language" not in answer
    first, second = (answer.headers.get("Content-Type") for answer in answers)
    assert first == second


def test_the_api_document_is_the_same_for_all() -> None:
    english, french = (
        Client().get("/api/schema?format=json", headers={"accept-language": one}).content
        for one in ("en", "fr")
    )
    assert english == french


def test_who_logs_in_without_a_wish_comes_home(bo: User, settings: Any) -> None:
    answer = Client().post("/admin/login/", {"username": "bo", "password": "correct horse battery"})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
