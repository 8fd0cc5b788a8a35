"""What people see in the place of a page: what happened, and a way on."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from quizservice import urls

pytestmark = pytest.mark.django_db

HTML = {"accept": "text/html"}


def broken(request: Any) -> HttpResponse:
    raise ZeroDivisionError


class WithABrokenPage:
    """The routes, and one whose page fails."""

    urlpatterns = [path("broken", broken), *urls.urlpatterns]
    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500


def test_no_such_page() -> None:
    answer = Client().get("/nowhere", headers=HTML)
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "There is no such page" in page
    assert 'href="/admin/"' in page


def test_not_for_this_role(db: None) -> None:
    newcomer = User.objects.create_user("newt", password="x", is_staff=True)
    client = Client()
    client.force_login(newcomer)
    answer = client.get("/admin/apikeys/apikey/", headers=HTML)
    assert answer.status_code == 403
    assert "You may not see this" in answer.content.decode()


def test_a_form_that_has_become_too_old() -> None:
    answer = Client(enforce_csrf_checks=True).post(
        "/admin/login/", {"username": "bo"}, headers=HTML
    )
    assert answer.status_code == 403
    assert "The form has become too old" in answer.content.decode()


def test_a_fault_of_ours(settings: Any) -> None:
    settings.ROOT_URLCONF = WithABrokenPage
    answer = Client(raise_request_exception=False).get("/broken", headers=HTML)
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "Something went wrong here" in page
    assert answer["X-Request-Id"] in page


def test_the_pages_speak_french() -> None:
    answer = Client().get("/nowhere", headers={**HTML, "accept-language": "fr"})
    assert 'lang="fr"' in answer.content.decode()
