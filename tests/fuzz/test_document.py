"""Whatever schemathesis makes of the OpenAPI document is answered, in time, as the document says."""

from __future__ import annotations

import pytest

from tests.flows.stack import Stack
from tests.fuzz import explorer
from tests.quizservice.test_malformed_input import document

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db, pytest.mark.timeout(900)]


def operations(*scopes: str) -> set[str]:
    """The operations that a key with one of these scopes may use, and those that need none."""
    return {
        f"{method.upper()} {path}"
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if path != "/ready"
        and operation.get("security", [{"bearerKey": [scopes[0]]}])[0]["bearerKey"][0] in scopes
    }


def test_a_key_that_may_do_everything(web: Stack, keys: dict[str, str]) -> None:
    found = explorer.explore(web.url, keys["admin"], examples=6)
    assert not found.failed, found.said
    well = {operation for operation, count in found.accepted.items() if count}
    assert well | explorer.UNREACHABLE == operations("read", "write", "admin"), found.said
    assert "Traceback" not in web.log("web")


@pytest.mark.parametrize(("scope", "implied"), [("read", ()), ("write", ("read",))])
def test_a_key_that_may_do_less(
    web: Stack, keys: dict[str, str], scope: str, implied: tuple[str, ...]
) -> None:
    phases = "examples,fuzzing"
    found = explorer.explore(web.url, keys[scope], examples=2, phases=phases)
    assert not found.failed, found.said
    well = {operation for operation, count in found.accepted.items() if count}
    assert well <= operations(scope, *implied), found.said
    assert well >= {"GET /api/v1/api-keys/current", "GET /api/v1/cache/stats"}
