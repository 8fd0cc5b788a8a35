"""Orders by the form: made once, confirmed where they are large, with a model of one's choice."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from generation import ordering, services
from generation.models import GenerationRequest
from generation.ordering import Unconfirmed, confirmation_of
from generation.planning import Constraints
from generation.services import AlreadyOrdered
from generation.writers.base import Plan
from quizservice import environment
from quizservice.errors import ServiceError, Unprocessable
from tests.generation.make import order
from tests.threads import together
from verbs.french.vocabulary import Focus, Tense

pytestmark = pytest.mark.django_db


def test_one_form_makes_one_order() -> None:
    token = uuid.uuid4()
    made = services.submit(order(3), token=token)
    with pytest.raises(AlreadyOrdered) as refused:
        services.submit(order(3), token=token)
    assert (refused.value.request, refused.value.same) == (made, True)
    with pytest.raises(AlreadyOrdered) as refused:
        services.submit(order(4), token=token)
    assert (refused.value.request, refused.value.same) == (made, False)
    assert GenerationRequest.objects.count() == 1
    services.submit(order(3), token=uuid.uuid4())
    services.submit(order(3))
    services.submit(order(3))
    assert GenerationRequest.objects.count() == 4


@pytest.mark.parametrize(
    "change",
    [
        {"constraints": Constraints(focuses=(Focus.NEGATION,))},
        {"topic_tags": ("a",)},
        {"statement_count": 3},
        {"priority": "bulk"},
    ],
)
def test_another_order_of_the_same_form_is_told_apart(change: dict[str, Any]) -> None:
    token = uuid.uuid4()
    services.submit(order(3), token=token)
    with pytest.raises(AlreadyOrdered) as refused:
        services.submit(order(3, **change), token=token)
    assert not refused.value.same


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_instant_one_is_made() -> None:
    token = uuid.uuid4()
    services.submit(order(1))  # the words are loaded

    said: list[str] = []

    def send() -> None:
        try:
            services.submit(order(2), token=token)
        except AlreadyOrdered as refused:
            said.append(f"already {refused.request.requested_count}")
        else:
            said.append("made")

    together([send] * 6)
    assert sorted(said) == ["already 2"] * 5 + ["made"]
    assert GenerationRequest.objects.filter(order_token=token).count() == 1


# --- confirming -----------------------------------------------------------------------------------


def test_a_large_order_has_to_be_confirmed(bo: User, settings: Any) -> None:
    settings.ORDER_CONFIRM_ABOVE = (5, None)
    assert ordering.place(order(5), ordered_by=bo).requested_count == 5
    with pytest.raises(Unconfirmed) as asked:
        ordering.place(order(6), ordered_by=bo)
    assert asked.value.estimate.problems == 6
    with pytest.raises(Unconfirmed):  # that was for another one
        ordering.place(order(60), ordered_by=bo, confirmed=confirmation_of(order(6)))
    assert GenerationRequest.objects.count() == 1
    made = ordering.place(order(6), ordered_by=bo, confirmed=confirmation_of(order(6)))
    assert made.requested_count == 6
    settings.ORDER_CONFIRM_ABOVE = (None, None)
    assert ordering.place(order(60), ordered_by=bo).requested_count == 60


def test_an_expensive_order_has_to_be_confirmed(bo: User, settings: Any) -> None:
    settings.OPENAI_BASE_URL, settings.OPENAI_MODEL = "http://127.0.0.1:9/v1", "dear"
    settings.OPENAI_PRICES = {"dear": (Decimal(1000), Decimal(1000)), "cheap": (Decimal(0),) * 2}
    settings.ORDER_CONFIRM_ABOVE = (None, Decimal(1))
    with pytest.raises(Unconfirmed) as asked:
        ordering.place(order(2, generator="openai"), ordered_by=bo)
    assert (asked.value.estimate.cost or 0) > 1
    ordering.place(order(2, generator="openai", model="cheap"), ordered_by=bo)
    ordering.place(order(2), ordered_by=bo)  # the engine is free


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("", (None, None)),
        ("200", (200, None)),
        ("$1.5", (None, Decimal("1.5"))),
        ("200, $1", (200, Decimal(1))),
    ],
)
def test_the_limit_is_problems_or_dollars(
    text: str, limits: tuple[int | None, Decimal | None]
) -> None:
    assert environment.order_limit(text) == limits


@pytest.mark.parametrize("text", ["many", "1.5", "-3", "5 USD", "$"])
def test_another_limit_is_refused(text: str) -> None:
    with pytest.raises(Exception, match="ORDER_CONFIRM_ABOVE takes"):
        environment.order_limit(text)


@pytest.mark.parametrize("text", ["traces.example.org/{trace_id}", "https://example.org/"])
def test_the_address_of_a_trace_names_it(text: str) -> None:
    assert environment.trace_template("") == ""
    assert environment.trace_template("https://a/{trace_id}")
    with pytest.raises(Exception, match="TRACE_URL_TEMPLATE must"):
        environment.trace_template(text)


# --- the model ------------------------------------------------------------------------------------


def test_an_order_may_name_its_model(settings: Any) -> None:
    settings.OPENAI_BASE_URL, settings.OPENAI_MODEL = "http://127.0.0.1:9/v1", "usual"
    settings.OPENAI_PRICES = {"better": (Decimal(1), Decimal(2))}
    made = services.submit(order(1, generator="openai", model="better"))
    assert made.model == "better"
    assert Plan.from_json(made.items.get().plan).model == "better"
    usual = services.submit(order(1, generator="openai"))
    assert usual.model == ""
    assert Plan.from_json(usual.items.get().plan).model is None
    with pytest.raises(Unprocessable) as refused:
        services.submit(order(1, generator="openai", model="unheard-of"))
    assert [error.field for error in refused.value.errors] == ["model"]
    assert "usual, better" in refused.value.detail


def test_the_engine_asks_no_model() -> None:
    made = services.submit(order(1, model="unheard-of"))
    assert made.model == ""
    assert "model" not in made.items.get().plan


def test_another_seed_plans_another_problem() -> None:
    constraints = Constraints(focuses=(Focus.PRONOUNS,), tenses=(Tense.PRESENT,))
    asked = order(1, constraints=constraints)
    first, again, other = (services.plan_one(asked, seed=seed)[1] for seed in (1, 1, 2))
    assert first == again != other
    assert (other.focus, other.tense) == (Focus.PRONOUNS, Tense.PRESENT)
    with pytest.raises(ServiceError):
        services.plan_one(order(1, constraints=Constraints(verbs=("xyzer",))))
    assert not GenerationRequest.objects.exists()
