"""The OpenAPI document, and the pages that show it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.urls import URLPattern, get_resolver
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from quizservice import openapi_examples
from quizservice.api import ApiView, UnknownPath
from quizservice.urls import api as api_patterns
from tests.conftest import Api
from verbs.french.vocabulary import ErrorType, Focus, Level, Tense


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The document; making it fails on every error and warning."""
    file: Path = tmp_path_factory.mktemp("openapi") / "schema.json"
    call_command(
        "spectacular", file=str(file), format="openapi-json", validate=True, fail_on_warn=True
    )
    document: dict[str, Any] = orjson.loads(file.read_bytes())
    return document


def views() -> list[tuple[str, type[ApiView]]]:
    """Every endpoint below ``/api/v1``: its path as the document writes it, and its view."""
    found = []
    for pattern in api_patterns:
        assert isinstance(pattern, URLPattern)
        view: type[ApiView] = getattr(pattern.callback, "view_class")  # noqa: B009
        if view is not UnknownPath:
            path = "/api/v1/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
            found.append((path, view))
    return found


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


#: What clients are generated from: to change one breaks them.
OPERATION_IDS = {
    "answer_problem": "POST /api/v1/problems/{problem_id}/answers",
    "cancel_generation_request": "POST /api/v1/generation-requests/{request_id}/cancel",
    "create_api_key": "POST /api/v1/api-keys",
    "draw_grammar_problem": "GET /api/v1/problems/grammar/random",
    "draw_problem": "GET /api/v1/problems/random",
    "draw_verb": "GET /api/v1/verbs/random",
    "generate_problems": "POST /api/v1/problems/generate",
    "get_api_key": "GET /api/v1/api-keys/{key_id}",
    "get_api_key_stats": "GET /api/v1/api-keys/stats",
    "get_cache_stats": "GET /api/v1/cache/stats",
    "get_conjugations": "GET /api/v1/verbs/{infinitive}/conjugations",
    "get_current_api_key": "GET /api/v1/api-keys/current",
    "get_generation_request": "GET /api/v1/generation-requests/{request_id}",
    "get_health": "GET /health",
    "get_index": "GET /",
    "get_problem": "GET /api/v1/problems/{problem_id}",
    "get_problem_stats": "GET /api/v1/problems/{problem_id}/stats",
    "get_readiness": "GET /ready",
    "get_verb": "GET /api/v1/verbs/{infinitive}",
    "list_api_keys": "GET /api/v1/api-keys",
    "list_generation_requests": "GET /api/v1/generation-requests",
    "list_problems": "GET /api/v1/problems",
    "list_verbs": "GET /api/v1/verbs",
    "reload_caches": "POST /api/v1/cache/reload",
    "replace_api_key": "PUT /api/v1/api-keys/{key_id}",
    "report_problem": "POST /api/v1/problems/{problem_id}/reports",
    "retry_generation_request": "POST /api/v1/generation-requests/{request_id}/retry",
    "revoke_api_key": "DELETE /api/v1/api-keys/{key_id}",
    "rotate_api_key": "POST /api/v1/api-keys/{key_id}/rotate",
    "update_api_key": "PATCH /api/v1/api-keys/{key_id}",
}


def bodies(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body of a request and an answer: whose it is, and its media type object."""
    for path, method, operation in operations(schema):
        for answered, answer in {
            "request": operation.get("requestBody", {}),
            **operation["responses"],
        }.items():
            for body in answer.get("content", {}).values():
                yield f"{method} {path} {answered}", body


def test_it_is_valid_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1.")
    validate(schema)


def test_operations_keep_their_ids(schema: dict[str, Any]) -> None:
    shown = {
        operation["operationId"]: f"{method.upper()} {path}"
        for path, method, operation in operations(schema)
    }
    assert shown == OPERATION_IDS


def test_every_operation_and_parameter_is_described(schema: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in schema["tags"]}
    for path, method, operation in operations(schema):
        assert operation["summary"], path
        assert set(operation["tags"]) <= tags, path
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), f"{method} {path} {parameter['name']}"
    assert schema["servers"][0]["url"] == "/"
    assert schema["info"]["license"]["identifier"] == "MIT"


def test_every_body_has_an_example_that_fits(schema: dict[str, Any]) -> None:
    seen = 0
    for whose, body in bodies(schema):
        assert body.get("examples"), whose
        judge = Draft202012Validator(
            {**body["schema"], "components": schema["components"]}, format_checker=FormatChecker()
        )
        for name, example in body["examples"].items():
            if "$ref" in example:
                example = schema["components"]["examples"][example["$ref"].rpartition("/")[2]]
            wrong = [error.message for error in judge.iter_errors(example["value"])]
            assert not wrong, f"{whose} {name}: {wrong}"
            seen += 1
    assert seen > 200


def test_a_wrong_example_would_be_seen(schema: dict[str, Any]) -> None:
    judge = Draft202012Validator(
        {"$ref": "#/components/schemas/Problem", "components": schema["components"]}
    )
    right = openapi_examples.example("Problem")
    assert judge.is_valid(right)
    assert not judge.is_valid({**right, "level": "C1"})
    assert not judge.is_valid({name: right[name] for name in right if name != "statements"})


def test_no_example_is_left_over(schema: dict[str, Any]) -> None:
    names = set(schema["components"]["schemas"])
    assert {name.partition(":")[0] for name in openapi_examples._values()} <= names


def test_what_is_kept_for_older_clients_is_said_to_be_deprecated(schema: dict[str, Any]) -> None:
    fields = schema["components"]["schemas"]["ProblemDetails"]["properties"]
    old = {name for name, field in fields.items() if field.get("deprecated")}
    assert old == {"error", "message", "status_code", "path"}
    assert all(field.get("description") for field in fields.values())


def test_limits_are_those_that_are_enforced(schema: dict[str, Any]) -> None:
    body = schema["components"]["schemas"]["GenerateBodyRequest"]["properties"]
    assert (body["count"]["minimum"], body["count"]["maximum"]) == (1, 1000)
    assert (body["statement_count"]["minimum"], body["statement_count"]["maximum"]) == (2, 6)
    assert (body["topic_tags"]["maxItems"], body["topic_tags"]["items"]["maxLength"]) == (20, 50)
    key = schema["components"]["schemas"]["KeyBodyRequest"]["properties"]
    assert (key["rate_limit_rpm"]["minimum"], key["rate_limit_rpm"]["maximum"]) == (1, 10_000)
    draw = {
        one["name"]: one["schema"]
        for one in schema["paths"]["/api/v1/problems/random"]["get"]["parameters"]
    }
    assert (draw["count"]["minimum"], draw["count"]["maximum"]) == (1, 50)
    assert draw["topic_tags"]["minItems"] == 1
    assert re.search(draw["topic_tags"]["items"]["pattern"], "en ville")
    assert not re.search(draw["topic_tags"]["items"]["pattern"], " ")
    assert not re.search(draw["topic_tags"]["items"]["pattern"], "a\0")


def test_enumerations_are_the_vocabulary(schema: dict[str, Any]) -> None:
    problem = schema["components"]["schemas"]["Problem"]["properties"]
    assert set(problem["grammatical_focus"]["enum"]) == {focus.value for focus in Focus}
    assert set(problem["tenses_used"]["items"]["enum"]) == {tense.value for tense in Tense}
    assert set(problem["level"]["enum"]) == {level.value for level in Level}
    statement = schema["components"]["schemas"]["Statement"]["properties"]
    assert set(statement["error_type"]["enum"]) == {*(one.value for one in ErrorType), None}
    assert "x-spec-enum-id" not in orjson.dumps(schema).decode()


def test_it_shows_every_endpoint_that_exists_and_no_other(schema: dict[str, Any]) -> None:
    routed = {(path, method.lower()) for path, view in views() for method in view.scopes}
    assert len(routed) > 10
    shown = {(path, method) for path, method, _ in operations(schema) if path.startswith("/api/v1")}
    assert shown == routed


def test_every_endpoint_says_which_scope_each_of_its_methods_needs() -> None:
    for _, view in views():
        handled = {name.upper() for name in view.http_method_names if hasattr(view, name)}
        assert handled - {"OPTIONS", "HEAD"} == set(view.scopes), view


def test_operation_ids_are_names_and_distinct(schema: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(schema)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name) for name in ids)


def test_every_operation_has_its_scope_its_errors_and_its_limit(schema: dict[str, Any]) -> None:
    for path, method, operation in operations(schema):
        if not path.startswith("/api/v1"):
            assert not operation.get("security")
            continue
        scopes = {scope for way in operation["security"] for (scope,) in way.values()}
        assert {name for way in operation["security"] for name in way} == {"bearerKey", "headerKey"}
        assert len(scopes) == 1
        assert f"scope `{scopes.pop()}`" in operation["description"]
        assert {"400", "401", "403", "422", "429", "503"} <= set(operation["responses"]), path
        if method in ("post", "put", "patch"):
            assert {"413", "415"} <= set(operation["responses"]), path
        for status, answer in operation["responses"].items():
            if status >= "400":
                content = answer["content"]["application/problem+json"]
                assert content["schema"] == {"$ref": "#/components/schemas/ProblemDetails"}
            if status not in ("400", "401", "429", "503"):
                assert {"RateLimit", "RateLimit-Policy"} <= set(answer["headers"])
            assert "Cache-Control" in answer["headers"]
            assert ("Retry-After" in answer["headers"]) == (status in ("429", "503"))
            assert ("WWW-Authenticate" in answer["headers"]) == (status == "401")
            if status in ("201", "202") and "Location" in answer["headers"]:
                assert answer["headers"]["Location"]["required"]


def test_what_has_an_etag_says_so(schema: dict[str, Any]) -> None:
    tagged = set()
    for _, _, operation in operations(schema):
        if any(one["name"] == "If-None-Match" for one in operation.get("parameters", [])):
            tagged.add(operation["operationId"])
            assert {"200", "304"} <= set(operation["responses"])
            assert "ETag" in operation["responses"]["200"]["headers"]
            assert "content" not in operation["responses"]["304"]
    assert tagged == {
        "get_api_key",
        "get_conjugations",
        "get_current_api_key",
        "get_generation_request",
        "get_problem",
        "get_verb",
    }


def test_headers_are_as_they_are_described(
    schema: dict[str, Any], duo: Api, keeper: Api, stranger: Api
) -> None:
    for path, asked, caller in (
        ("/api/v1/api-keys/current", "/api/v1/api-keys/current", duo),
        ("/api/v1/verbs/{infinitive}", "/api/v1/verbs/venir", duo),
        ("/api/v1/verbs/{infinitive}", "/api/v1/verbs/xyz", duo),
        ("/api/v1/verbs/{infinitive}", "/api/v1/verbs/venir", stranger),
        ("/api/v1/api-keys", "/api/v1/api-keys", duo),
        ("/api/v1/api-keys", "/api/v1/api-keys", keeper),
        ("/api/v1/problems/random", "/api/v1/problems/random", duo),
    ):
        answer = caller.get(asked)
        described = schema["paths"][path]["get"]["responses"][str(answer.status_code)]["headers"]
        for name, header in described.items():
            assert name in answer.headers, f"{asked} {answer.status_code} {name}"
            Draft202012Validator(header["schema"]).validate(answer.headers[name])


def test_the_keys_headers_are_the_ways_in(schema: dict[str, Any]) -> None:
    schemes = schema["components"]["securitySchemes"]
    assert schemes["bearerKey"]["scheme"] == "bearer"
    assert (schemes["headerKey"]["in"], schemes["headerKey"]["name"]) == ("header", "X-API-Key")


def test_bodies_take_no_unknown_fields(schema: dict[str, Any]) -> None:
    for _, _, operation in operations(schema):
        if "requestBody" in operation:
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            body = schema["components"]["schemas"][reference.rpartition("/")[2]]
            assert body["additionalProperties"] is False


def test_an_answer_is_as_it_is_described(schema: dict[str, Any], db: None, duo: Api) -> None:
    described = schema["components"]["schemas"]["ProblemDetails"]
    wrong = duo.get("/api/v1/api-keys/current?x=1").json()
    assert set(wrong) == set(described["properties"])
    assert set(described["required"]) == set(wrong) - {"errors"}
    key = duo.get("/api/v1/api-keys/current").json()
    assert set(key) == set(schema["components"]["schemas"]["Key"]["properties"])


@pytest.mark.parametrize("path", ["/api/docs", "/api/redoc"])
def test_the_pages_need_no_key_and_no_other_host(path: str) -> None:
    anybody = Api(None)
    page = anybody.get(path, accept="text/html")
    assert page.status_code == 200
    text = page.content.decode()
    assert not re.findall(r"""(?:src|href|url|action)\s*[=:(]\s*["']?(?:https?:)?//[^"']+""", text)
    assert not re.findall(r"""https?://(?!www\.w3\.org/)[^"'\s<]+""", text)
    for asset in re.findall(r"""(?:src|href)=["'](/static/[^"']+)""", text):
        assert anybody.get(asset).status_code == 200, asset
    assert "/static/drf_spectacular_sidecar/" in text


def test_the_document_is_served_without_a_key() -> None:
    answer = Api(None).get("/api/schema", accept="application/json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1.")
    assert Api(None).get("/api/schema").status_code == 200
    odd = Api(None).get("/api/schema?version=%0d%0aX-Odd:%201&lang=%00&format=x", accept="*/*")
    assert odd.status_code == 200
    assert odd.content == Api(None).get("/api/schema").content
    assert Api(None).get("/api/schema?format=json").json() == answer.json()
    assert Api(None).get("/api/schema?format=json", accept="text/html").json() == answer.json()
    refused = Api(None).post("/api/schema")
    assert refused.status_code == 405
    assert refused["Content-Type"] == "application/problem+json"


def test_the_error_handlers_are_ours() -> None:
    resolver = get_resolver()
    for status in (400, 403, 404, 500):
        assert resolver.resolve_error_handler(status).__module__ == "quizservice.errors"
