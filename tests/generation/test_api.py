"""Orders over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from generation import pausing, running, spending
from generation.metering import Call, Purpose
from generation.models import GenerationItem, GenerationRequest
from tests.conftest import Api

pytestmark = pytest.mark.django_db

GENERATE = "/api/v1/problems/generate"


def fields(answer: Any) -> set[str]:
    return {error["field"] for error in answer.json()["errors"]}


def make(request_id: str) -> None:
    for item in GenerationItem.objects.filter(request_id=uuid.UUID(request_id)):
        running.run_item(item.id)


# --- ordering -------------------------------------------------------------------------------------


def test_an_order_is_accepted_and_can_be_followed(author: Api) -> None:
    answer = author.post(GENERATE, {"count": 2, "topic_tags": ["lesson-3"]})
    assert answer.status_code == 202
    body = answer.json()
    assert body["count"] == 2
    assert "enqueued" in body["message"]
    assert answer["Location"] == f"/api/v1/generation-requests/{body['request_id']}"
    followed = author.get(answer["Location"]).json()
    assert followed["status"] == "pending"
    assert followed["entities"] == []
    make(body["request_id"])
    followed = author.get(answer["Location"]).json()
    assert followed["status"] == "completed"
    assert followed["generated_count"] == 2
    assert [len(problem["statements"]) for problem in followed["entities"]] == [4, 4]
    assert all("lesson-3" in problem["topic_tags"] for problem in followed["entities"])
    assert author.get(f"{answer['Location']}?entities=false").json().get("entities") is None


def test_an_order_is_known_by_its_etag(author: Api) -> None:
    order = author.post(GENERATE, {})["Location"]
    first = author.get(order)
    assert first["Cache-Control"] == "private, no-cache"
    known = {"if-none-match": first["ETag"]}
    assert author.get(order, **known).status_code == 304
    make(first.json()["request_id"])
    assert author.get(order, **known).json()["status"] == "completed"


def test_everything_in_an_order_is_optional(author: Api) -> None:
    assert author.post(GENERATE, {}).json()["count"] == 1
    assert author("POST", GENERATE).json()["count"] == 1


def test_constraints_are_kept_and_honoured(author: Api) -> None:
    constraints: dict[str, Any] = {
        "verb_infinitives": ["manger", "boire", "acheter", "préparer"],
        "tenses_used": ["future_simple"],
        "includes_negation": True,
    }
    answer = author.post(
        GENERATE,
        {
            "count": 3,
            "statement_count": 3,
            "focus": "negation",
            "target_language_code": "fra",
            "constraints": constraints,
        },
    )
    assert answer.status_code == 202, answer.json()
    request_id = answer.json()["request_id"]
    make(request_id)
    body = author.get(answer["Location"]).json()
    assert body["constraints"] == {
        **constraints,
        "tenses_used": ["futur_simple"],
        "grammatical_focus": ["negation"],
    }
    assert body["generated_count"] == 3
    for item in GenerationItem.objects.filter(request_id=uuid.UUID(request_id)).select_related(
        "problem"
    ):
        problem = item.problem
        assert problem is not None
        assert problem.target_language_code == "fra"
        assert problem.tenses_used == ["futur_simple"]
        assert problem.grammatical_focus == "negation"
        assert problem.metadata["includes_negation"] is True
        assert set(problem.metadata["verb_infinitives"]) <= set(constraints["verb_infinitives"])
        assert problem.statements.count() == 3
        assert all(statement.translation is None for statement in problem.statements.all())


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"count": 0}, {"count"}),
        ({"count": 1001}, {"count"}),
        ({"count": "many"}, {"count"}),
        ({"count": None}, {"count"}),
        ({"statement_count": 7, "count": -1}, {"count", "statement_count"}),
        ({"target_language_code": "deu"}, {"target_language_code"}),
        ({"topic_tags": ["x" * 51]}, {"topic_tags.0"}),
        ({"topic_tags": [str(n) for n in range(21)]}, {"topic_tags"}),
        ({"topic_tags": "food"}, {"topic_tags"}),
        ({"topic_tags": ["a,b"]}, {"topic_tags.0"}),
        ({"topic_tags": ["a\u0000b"]}, {"topic_tags.0"}),
        ({"priority": "at once"}, {"priority"}),
        ({"focus": "spelling"}, {"focus"}),
        ({"colour": "red"}, {"colour"}),
        ({"constraints": []}, {"constraints"}),
        ({"constraints": {"colour": "red"}}, {"constraints.colour"}),
        ({"constraints": {"tenses_used": ["past"]}}, {"constraints.tenses_used.0"}),
        ({"constraints": {"tenses_used": [["present"]]}}, {"constraints.tenses_used.0"}),
        ({"constraints": {"level": "C2"}}, {"constraints.level"}),
        ({"constraints": {"includes_cod": "perhaps"}}, {"constraints.includes_cod"}),
        ({"constraints": {"verb_infinitives": ["xyzer"]}}, {"constraints.verb_infinitives"}),
        (
            {"constraints": {"tenses_used": ["passe_simple"], "level": "A1"}},
            {"constraints.tenses_used", "constraints.level"},
        ),
        (
            {"focus": "agreement", "constraints": {"tenses_used": ["present"]}},
            {"focus", "constraints.tenses_used"},
        ),
        (
            {"constraints": {"grammatical_focus": ["agreement"], "tenses_used": ["present"]}},
            {"constraints.grammatical_focus", "constraints.tenses_used"},
        ),
        (
            {
                "focus": "agreement",
                "constraints": {
                    "tenses_used": ["present"],
                    "level": "A1",
                    "verb_infinitives": ["pleuvoir"],
                    "includes_cod": True,
                },
            },
            # Agreement in the present would clash, too: of several clashes one is named.
            {"constraints.verb_infinitives", "constraints.includes_cod"},
        ),
        (
            {"count": 0, "constraints": {"verb_infinitives": ["xyzer"], "level": "C2"}},
            {"count", "constraints.verb_infinitives", "constraints.level"},
        ),
        ({"focus": "agreement", "constraints": {"grammatical_focus": ["negation"]}}, {"focus"}),
        (
            {"count": 0, "focus": "agreement", "constraints": {"grammatical_focus": ["negation"]}},
            {"count", "focus"},
        ),
    ],
)
def test_wrong_values_are_refused_by_name_and_store_nothing(
    author: Api, body: dict[str, Any], named: set[str]
) -> None:
    answer = author.post(GENERATE, body)
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert fields(answer) == named
    assert not GenerationRequest.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"count": NaN}', 400),
        (b"[]", 422),
        (b'"x"', 422),
        (b"3", 422),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(author: Api, body: bytes, status: int) -> None:
    answer = author.post(GENERATE, body)
    assert answer.status_code == status, answer.content
    assert answer.json()["status"] == status


def test_an_order_needs_a_key_with_the_write_scope(stranger: Api, duo: Api) -> None:
    assert stranger.post(GENERATE).status_code == 401
    refused = duo.post(GENERATE)
    assert refused.status_code == 403
    assert refused.json()["detail"] == "write permission required"
    assert not GenerationRequest.objects.exists()


def test_other_methods_are_refused(author: Api) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert author(method, GENERATE).status_code in (405, 422)
    assert author("PUT", GENERATE).status_code == 405


# --- following ------------------------------------------------------------------------------------


def test_a_key_sees_its_own_orders_and_admin_keys_see_all(
    author: Api, keeper: Api, new_key: Callable[..., str], stranger: Api
) -> None:
    place = author.post(GENERATE)["Location"]
    other = Api(new_key("another", permissions_scope=["write"]))
    assert author.get(place).status_code == 200
    assert keeper.get(place).status_code == 200
    hidden = other.get(place)
    assert hidden.status_code == 404
    assert "not found" in hidden.json()["detail"]
    assert stranger.get(place).status_code == 401


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/api/v1/generation-requests/{uuid.uuid4()}", 404),
        ("/api/v1/generation-requests/17", 422),
        (f"/api/v1/generation-requests/{uuid.uuid4()}?colour=red", 422),
        (f"/api/v1/generation-requests/{uuid.uuid4()}?entities=perhaps", 422),
    ],
)
def test_wrong_questions_after_an_order(author: Api, path: str, status: int) -> None:
    answer = author.get(path)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_an_order_cannot_be_deleted(author: Api) -> None:
    place = author.post(GENERATE)["Location"]
    assert author.delete(place).status_code == 405


# --- steering -------------------------------------------------------------------------------------


def test_an_order_is_cancelled(author: Api) -> None:
    place = author.post(GENERATE, {"count": 3})["Location"]
    first = GenerationItem.objects.all()[0]
    running.run_item(first.id)
    answer = author.post(f"{place}/cancel")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert (body["status"], body["generated_count"]) == ("cancelled", 1)
    assert body["error_message"].startswith("Cancelled by the API key ")
    assert author.get(place).json()["status"] == "cancelled"
    again = author.post(f"{place}/cancel")
    assert again.status_code == 409
    assert again.json()["detail"] == "The request has ended already: it is cancelled."


def test_failed_problems_are_tried_again(author: Api, settings: Any) -> None:
    settings.GENERATOR = "tests.stubs.writers.DeadWriter"
    answer = author.post(GENERATE, {"count": 2})
    place, request_id = answer["Location"], answer.json()["request_id"]
    assert author.post(f"{place}/retry").status_code == 409
    make(request_id)
    failed = author.get(place).json()
    assert (failed["status"], failed["failed_count"]) == ("failed", 2)
    assert failed["error_message"] == "2 failed: The model refused the key."
    answer = author.post(f"{place}/retry")
    assert answer.status_code == 202
    assert answer["Location"] == place
    assert answer.json() == {
        "request_id": request_id,
        "message": "2 problems enqueued for generation",
        "count": 2,
    }
    GenerationRequest.objects.update(generator="rules")
    make(request_id)
    made = author.get(place).json()
    assert (made["status"], made["generated_count"], made["error_message"]) == ("completed", 2, "")


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_who_may_steer_an_order(
    author: Api,
    keeper: Api,
    duo: Api,
    stranger: Api,
    new_key: Callable[..., str],
    settings: Any,
    action: str,
) -> None:
    settings.GENERATOR = "tests.stubs.writers.DeadWriter"
    answer = author.post(GENERATE, {"count": 2})
    place = f"{answer['Location']}/{action}"
    running.run_item(GenerationItem.objects.all()[0].id)  # one has failed, one can be cancelled
    assert stranger.post(place).status_code == 401
    refused = duo.post(place)
    assert refused.status_code == 403
    assert refused.json()["detail"] == "write permission required"
    other = Api(new_key("another", permissions_scope=["write"]))
    assert other.post(place).status_code == 404
    assert author.get(place).status_code == 405
    assert author.post(place, {"colour": "red"}).status_code == 422
    assert author.post(f"{place}?colour=red").status_code == 422
    assert author.post(place.replace(answer.json()["request_id"], "17")).status_code == 422
    assert author.post(f"/api/v1/generation-requests/{uuid.uuid4()}/{action}").status_code == 404
    assert keeper.post(place).status_code == {"cancel": 200, "retry": 202}[action]


def test_an_order_tells_what_its_problems_cost_and_why_they_wait(author: Api) -> None:
    answer = author.post(GENERATE, {"count": 2})
    place = answer["Location"]
    first, second = GenerationItem.objects.all()
    call = Call(Purpose.WRITE, "gpt-4o-mini", "1", input_tokens=1_000_000, output_tokens=500_000)
    body = author.get(place).json()
    assert (body["tokens"], body["estimated_cost"]) == (0, 0.0)
    spending.account(first, [call])
    spending.account(second, [call])
    GenerationItem.objects.update(error_message="The day's budget is used up.")
    pausing.stop_writer("rules", "Somebody has to act.")
    body = author.get(place).json()
    assert (body["tokens"], body["estimated_cost"]) == (3_000_000, 0.9)
    assert isinstance(body["estimated_cost"], float)
    said = "Somebody has to act. 2 waiting: The day's budget is used up."
    assert (body["status"], body["error_message"]) == ("pending", said)


def test_a_caller_does_not_choose_the_writer(author: Api) -> None:
    assert author.post(GENERATE, {"count": 1, "generator": "rules"}).status_code == 422
    assert not GenerationRequest.objects.exists()
