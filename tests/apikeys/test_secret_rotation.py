"""Another SECRET_KEY ends no API key while SECRET_KEY_FALLBACKS names the one before."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apikeys import cache, checks, renewal, secrets, services
from apikeys.models import ApiKey
from quizservice import databases
from tests.conftest import Api

OLD, NEW = "the secret of last year", "the secret of this year"
CURRENT = "/api/v1/api-keys/current"


@pytest.fixture(autouse=True)
def last_year(settings: Any, db: None) -> None:
    """The keys of each test are made under the old secret."""
    settings.SECRET_KEY = OLD
    settings.SECRET_KEY_FALLBACKS = []


def swap(settings: Any, *fallbacks: str) -> None:
    settings.SECRET_KEY = NEW
    settings.SECRET_KEY_FALLBACKS = list(fallbacks)
    cache.clear()


@pytest.fixture
def rolled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process has run for so long that no other one has the settings of before."""
    monkeypatch.setattr(renewal, "ROLLOUT", 0.0)


def test_the_key_works_while_the_old_secret_is_named(duo: Api, settings: Any) -> None:
    swap(settings, "somebody's", OLD)
    assert duo.get(CURRENT).status_code == 200
    swap(settings)
    assert duo.get(CURRENT).status_code == 401


def test_what_is_wrong_stays_wrong_under_every_secret(
    new_key: Callable[..., str], settings: Any
) -> None:
    key = new_key("duo")
    other = secrets.new_secret()
    with_other_secret = other.text[:4] + key[4:14] + other.text[14:-6]
    wrong = with_other_secret + secrets._checksum(with_other_secret)
    assert secrets.read_prefix(wrong) == secrets.read_prefix(key)
    swap(settings, OLD)
    assert Api(wrong).get(CURRENT).status_code == 401


def test_a_process_of_the_rollout_renews_nothing(duo: Api, settings: Any) -> None:
    before = ApiKey.objects.get().secret_hash
    swap(settings, OLD)
    assert duo.get(CURRENT).status_code == 200
    assert ApiKey.objects.get().secret_hash == before


@pytest.mark.usefixtures("rolled_out")
def test_a_key_that_is_used_moves_to_the_new_secret(
    duo: Api, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    swap(settings, OLD)
    with django_capture_on_commit_callbacks(execute=True):
        assert duo.get(CURRENT).status_code == 200
    swap(settings)
    assert duo.get(CURRENT).status_code == 200
    assert ApiKey.objects.get().hashed_with == secrets.current_mark()


@pytest.mark.usefixtures("rolled_out")
def test_a_key_of_the_secret_in_use_costs_no_statement(duo: Api) -> None:
    assert duo.get(CURRENT).status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert duo.get(CURRENT).status_code == 200
    assert not [one for one in queries if 'UPDATE "apikeys_apikey"' in one["sql"]]


@pytest.mark.usefixtures("rolled_out")
def test_the_secret_before_a_key_s_own_rotation_lives_on_unrenewed(
    new_key: Callable[..., str], settings: Any
) -> None:
    text = new_key("duo")
    services.rotate(ApiKey.objects.get(), grace_seconds=600)
    before = ApiKey.objects.get()
    swap(settings, OLD)
    for _ in range(2):
        assert Api(text).get(CURRENT).status_code == 200
    after = ApiKey.objects.get()
    assert (after.secret_hash, after.previous_hash) == (before.secret_hash, before.previous_hash)


@pytest.mark.usefixtures("rolled_out")
def test_a_key_that_was_rotated_meanwhile_stays_as_it_is(
    new_key: Callable[..., str], settings: Any
) -> None:
    text = new_key("duo")
    known = cache.lookup(secrets.read_prefix(text) or "")
    assert known is not None
    services.rotate(ApiKey.objects.get())
    rotated = ApiKey.objects.get().secret_hash
    swap(settings, OLD)
    assert renewal.due(known)
    assert not renewal.renew(known, text)
    assert ApiKey.objects.get().secret_hash == rotated


@pytest.mark.usefixtures("rolled_out")
def test_a_database_that_cannot_write_refuses_no_caller(
    new_key: Callable[..., str], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    text = new_key("duo")
    swap(settings, OLD)
    known = cache.lookup(secrets.read_prefix(text) or "")
    assert known is not None
    with connection.cursor() as cursor, caplog.at_level(logging.WARNING):
        cursor.execute("SAVEPOINT writable")
        cursor.execute("SET TRANSACTION READ ONLY")
        assert not renewal.renew(known, text)
        cursor.execute("ROLLBACK TO SAVEPOINT writable")
    assert "could not be renewed" in caplog.text
    assert text not in caplog.text


@pytest.mark.usefixtures("rolled_out", "transactional_db")
def test_no_request_waits_for_a_key_that_somebody_is_changing(
    new_key: Callable[..., str], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    text = new_key("duo")
    swap(settings, OLD)
    known = cache.lookup(secrets.read_prefix(text) or "")
    assert known is not None
    somebody = databases.direct_connection()
    try:
        somebody.set_autocommit(False)
        with somebody.cursor() as cursor:
            cursor.execute("SELECT FROM apikeys_apikey FOR UPDATE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")  # whoever waits is told so
        assert not renewal.renew(known, text)
        assert not caplog.records
        somebody.rollback()
        assert renewal.renew(known, text)
    finally:
        somebody.close()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert ApiKey.objects.get().hashed_with == secrets.current_mark()


def test_the_check_of_a_deployment_names_the_keys_that_would_end(
    new_key: Callable[..., str], settings: Any
) -> None:
    new_key("duo")
    new_key("gone")
    services.revoke(ApiKey.objects.get(name="gone"))
    assert checks.fallback_secrets_are_still_needed(None) == []
    swap(settings, OLD)
    new_key("made since")
    (found,) = checks.fallback_secrets_are_still_needed(None)
    assert found.msg.startswith("1 usable API key(s) are still kept under a secret")
    assert "duo" in found.msg
    assert "made since" not in found.msg
    call_command("check")  # an ordinary check does not ask the database
