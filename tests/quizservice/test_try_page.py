"""The public page with a key in it: only with one that can do no harm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from django.utils import timezone

import apikeys.cache
import apikeys.services
from apikeys.models import ApiKey
from quizservice import try_page

pytestmark = pytest.mark.django_db

NewKey = Callable[..., str]


def test_the_page_has_the_key(new_key: NewKey, settings: Any) -> None:
    settings.TRY_KEY = new_key("try")
    answer = Client().get("/try/")
    assert answer.status_code == 200
    assert f'data-key="{settings.TRY_KEY}"' in answer.content.decode()
    assert Client().get("/try").status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_without_a_key_there_is_no_page(settings: Any) -> None:
    assert Client().get("/try/").status_code == 404


@pytest.mark.parametrize(
    ("scopes", "said"), [(["read", "write"], "more than read"), (["admin"], "more than read")]
)
def test_a_key_that_may_more_is_not_shown(
    new_key: NewKey, settings: Any, scopes: list[str], said: str
) -> None:
    settings.TRY_KEY = new_key("try", permissions_scope=scopes)
    answer = Client().get("/try/")
    assert answer.status_code == 404
    assert settings.TRY_KEY not in answer.content.decode()
    assert said in try_page.refusal_of_key(settings.TRY_KEY)


def test_a_key_that_ended_is_not_shown(new_key: NewKey, settings: Any) -> None:
    settings.TRY_KEY = new_key("try")
    apikeys.services.revoke(ApiKey.objects.get())
    assert Client().get("/try/").status_code == 404
    assert "revoked" in try_page.refusal_of_key(settings.TRY_KEY)


def test_an_expired_key_is_not_shown(new_key: NewKey, settings: Any) -> None:
    settings.TRY_KEY = new_key("try", expires_at=timezone.now() + timedelta(days=1))
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get("/try/").status_code == 404
    assert "expired" in try_page.refusal_of_key(settings.TRY_KEY)


def test_what_is_no_key_stops_the_start(settings: Any) -> None:
    settings.TRY_KEY = "lqs_half"
    with pytest.raises(SystemCheckError, match=r"quizservice\.E003"):
        call_command("check")


def test_a_key_of_another_service_is_told_when_deploying(new_key: NewKey, settings: Any) -> None:
    settings.TRY_KEY = new_key("try")
    assert try_page.try_key_may_only_read(None) == []
    ApiKey.objects.all().delete()
    apikeys.cache.clear()
    (warning,) = try_page.try_key_may_only_read(None)
    assert "The page /try/ is off" in warning.msg
