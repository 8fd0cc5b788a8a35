"""The small cast of the tests: Ana (teacher), Bo (staff), the app "duo" with its key."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

import apikeys.services
import apikeys.usage
from apikeys.guessing import guesses
from quizservice import caching


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The verbs are reference data: every test finds them loaded."""
    with django_db_blocker.unblock():
        call_command("load_verbs", verbosity=0)
        apikeys.usage.usage.stop()  # counts on, but writes only when a test tells it to
    yield
    with django_db_blocker.unblock():  # while there is still the tests' database to write to
        apikeys.usage.usage.stop()


@pytest.fixture(autouse=True)
def nobody_guessed_keys() -> None:
    """The wrong keys of one test do not lock out the next."""
    guesses.forget()


@pytest.fixture(autouse=True)
def empty_caches() -> None:
    """What one test has read the next does not know.

    The tests' own process keeps values without listening: what a test rolls back nobody would tell.
    """
    caching.trust(math.inf)


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """A password hash that costs nothing: the tests log in often."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def loaded_verbs(transactional_db: None) -> None:
    """For tests that commit: what such a test empties is loaded again before the next."""
    call_command("load_verbs", verbosity=0)


class Api:
    """The API as a caller with one key sees it (without a key: ``key=None``)."""

    def __init__(self, key: str | None) -> None:
        self.key = key
        self._client = Client(raise_request_exception=False)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        if self.key is not None:
            headers = {"authorization": f"Bearer {self.key}", **headers}
        data = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        return self._client.generic(
            method, path, data, content_type="application/json" if data else "", headers=headers
        )

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("POST", path, {} if body is None else body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self("DELETE", path, **headers)


@pytest.fixture
def new_key(db: None) -> Callable[..., str]:
    """Issues a key and gives its text."""

    def issue(name: str = "duo", **values: Any) -> str:
        text, _ = apikeys.services.issue(name=name, **values)
        return text

    return issue


@pytest.fixture
def duo(new_key: Callable[..., str]) -> Api:
    """The quiz app "duo": may read."""
    return Api(new_key("duo"))


@pytest.fixture
def author(new_key: Callable[..., str]) -> Api:
    """A back-office script: may order problems."""
    return Api(new_key("back office", permissions_scope=["write"]))


@pytest.fixture
def keeper(new_key: Callable[..., str]) -> Api:
    """The keeper of the keys: may do everything."""
    return Api(new_key("keeper", permissions_scope=["admin"]))


@pytest.fixture
def stranger(db: None) -> Api:
    """Somebody without a key."""
    return Api(None)


@pytest.fixture
def bo(db: None) -> User:
    """Staff: a superuser."""
    return User.objects.create_superuser("bo", "bo@example.org", "correct horse battery")


@pytest.fixture
def bo_client(bo: User) -> Client:
    client = Client()
    client.force_login(bo)
    return client
