"""Every operation of the document refuses who lacks a key or the scope, whatever else is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apikeys.guessing import guesses
from tests.conftest import Api
from tests.quizservice.test_malformed_input import OPERATIONS, filled

pytestmark = pytest.mark.django_db

#: The operations that need a key: method, path to ask, and the scope.
GUARDED = [
    (method, filled(path, operation), next(iter(operation["security"][0].values()))[0])
    for path, method, operation in OPERATIONS
    if operation.get("security")
]
LESSER = {"read": [], "write": ["read"], "admin": ["read", "write"]}


def test_there_are_operations_of_each_scope() -> None:
    assert {scope for _, _, scope in GUARDED} == set(LESSER)


def test_without_a_key_nothing_is_answered(stranger: Api) -> None:
    for method, path, _ in GUARDED:
        answer = stranger(method, f"{path}?unknown=1", b"{", accept="text/html")
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_with_a_wrong_key_nothing_is_answered(new_key: Callable[..., str]) -> None:
    right = new_key()
    for wrong in (right[:-1], right.swapcase(), f"{right[:-1]}\u00e9", "null", "Bearer"):
        for method, path, _ in GUARDED:
            guesses.forget()
            answer = Api(wrong)(method, path)
            assert answer.status_code == 401, f"{method} {path} {wrong}"
            assert wrong not in answer.content.decode()


def test_with_a_lesser_key_the_missing_scope_is_named(new_key: Callable[..., str]) -> None:
    keys = {
        scope: Api(new_key(scope, permissions_scope=[scope], rate_limit_rpm=10_000))
        for scope in LESSER
    }
    for method, path, scope in GUARDED:
        for lesser in LESSER[scope]:
            answer: Any = keys[lesser](method, f"{path}?unknown=1", b"{")
            assert answer.status_code == 403, f"{method} {path} as {lesser}"
            assert answer.json()["detail"] == f"{scope} permission required"
