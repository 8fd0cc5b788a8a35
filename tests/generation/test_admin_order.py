"""The order form: what it says while it is filled in, that it makes one order, and its confirmation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from generation.forms import address_of
from generation.models import GenerationRequest
from generation.planning import Constraints
from problems.models import Problem
from tests.generation.make import submit
from tests.generation.test_estimates import ended
from verbs.french.vocabulary import Focus, Level, Tense

pytestmark = pytest.mark.django_db

LIST = "/admin/generation/generationrequest/"
ORDER = f"{LIST}order/"
ESTIMATE = f"{LIST}order/estimate"
VERBS = f"{LIST}order/verbs"


def send(client: Client, **fields: Any) -> Any:
    return client.post(ORDER, {"count": 3, "target_language_code": "eng", **fields})


@pytest.fixture
def ana_client(db: None) -> Client:
    """A teacher who may look at orders."""
    ana = User.objects.create_user("ana", password="correct horse", is_staff=True)
    ana.user_permissions.add(Permission.objects.get(codename="view_generationrequest"))
    client = Client()
    client.force_login(ana)
    return client


# --- one form, one order --------------------------------------------------------------------------


def test_a_form_that_is_sent_twice_makes_one_order(bo_client: Client) -> None:
    token = str(uuid4())
    first, second = (send(bo_client, token=token) for _ in range(2))
    made = GenerationRequest.objects.get()
    assert first["Location"] == second["Location"] == f"{LIST}{made.id}/change/"
    assert "was made already" in bo_client.get(second["Location"]).content.decode()


def test_a_form_that_was_changed_since_asks_before_it_orders_again(bo_client: Client) -> None:
    token = str(uuid4())
    send(bo_client, token=token)
    answer = send(bo_client, token=token, count=4)
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert "has made an order of 3 problems already" in shown
    assert f"{GenerationRequest.objects.get().id}/change/" in shown
    fresh = answer.context["form"]["token"].value()
    assert fresh != token
    send(bo_client, token=fresh, count=4)
    counts = GenerationRequest.objects.order_by("id").values_list("requested_count", flat=True)
    assert list(counts) == [3, 4]


def test_each_form_has_a_token_of_its_own(bo_client: Client) -> None:
    forms = [bo_client.get(ORDER).context["form"] for _ in range(2)]
    assert len({form["token"].value() for form in forms}) == 2


def test_a_large_order_is_confirmed(bo_client: Client, settings: Any) -> None:
    settings.ORDER_CONFIRM_ABOVE = (5, None)
    answer = send(bo_client, count=6)
    shown = answer.content.decode()
    assert "This is a large order: 6 problems" in shown
    assert not GenerationRequest.objects.exists()
    confirmed = answer.context["confirm"]["value"]
    assert f'name="confirmed" value="{confirmed}"' in shown
    assert send(bo_client, count=7, confirmed=confirmed).status_code == 200
    assert send(bo_client, count=6, confirmed=confirmed).status_code == 302
    assert GenerationRequest.objects.get().requested_count == 6


# --- filling in -----------------------------------------------------------------------------------


def test_the_address_fills_the_form_in(bo_client: Client) -> None:
    query: dict[str, Any] = {
        "count": 50,
        "grammatical_focus": ["pronouns", "negation"],
        "tenses_used": "present",
        "level": "A2",
        "verb_infinitives": ["aller", "venir"],
        "includes_negation": "yes",
        "token": "mine",
        "unknown": "x",
    }
    form = bo_client.get(ORDER, query).context["form"]
    assert form["count"].value() == "50"
    assert form["grammatical_focus"].value() == ["pronouns", "negation"]
    assert form["tenses_used"].value() == ["present"]
    assert form["verb_infinitives"].value() == "aller, venir"
    assert form["token"].value() != "mine"
    assert form.more_in_use()
    assert not bo_client.get(ORDER, {"count": 50}).context["form"].more_in_use()


def test_an_order_can_be_made_again(bo_client: Client) -> None:
    constraints = Constraints(
        focuses=(Focus.PRONOUNS,),
        tenses=(Tense.PRESENT, Tense.IMPARFAIT),
        verbs=("voir",),
        level=Level.A2,
        negation=False,
    )
    made = submit(7, constraints=constraints, topic_tags=("a", "b"), statement_count=3)
    form = bo_client.get(f"{ORDER}?{address_of(made)}").context["form"].filled_in()
    assert form.is_valid(), form.errors
    order = form.order()
    assert (order.count, order.constraints, order.topic_tags) == (7, constraints, ("a", "b"))
    assert order.statement_count == 3
    assert QueryDict(address_of(made, count=2))["count"] == "2"


def test_verbs_are_suggested_without_accents(bo_client: Client, loaded_verbs: None) -> None:
    def found(text: str) -> list[str]:
        words: list[str] = bo_client.get(VERBS, {"q": text}).json()["found"]
        return words

    assert "préférer" in found("pref")
    assert found("PRÉF") == found("pref")
    assert len(found("a")) == 12
    assert "se laver" in found("se lav")
    assert found("") == found("xyz") == found("a\x00") == []


# --- what is said beside the form -----------------------------------------------------------------


def test_an_estimate_and_an_example_are_shown_and_nothing_is_stored(bo_client: Client) -> None:
    ended(10, 30)
    before = Problem.objects.count()
    answer = bo_client.get(f"{ESTIMATE}?count=20&grammatical_focus=pronouns&tenses_used=present")
    shown = answer.content.decode()
    assert "about 60 seconds" in shown
    assert "Measured on the latest 10 problems" in shown
    assert "free: the grammar engine asks no model" in shown
    assert 'data-button="Order 20 problems"' in shown
    statements = answer.context["sample"]["statements"]
    assert [one["is_correct"] for one in statements].count(True) == 1
    assert len(statements) == 4
    assert shown.count('<mark class="c-mark">') >= 1
    assert Problem.objects.count() == before
    assert GenerationRequest.objects.count() == 1


def test_the_prompts_that_would_be_sent_are_shown(bo_client: Client, settings: Any) -> None:
    settings.OPENAI_BASE_URL, settings.OPENAI_MODEL = "http://127.0.0.1:9/v1", "m"
    settings.OPENAI_PRICES = {"m": (Decimal(1), Decimal(1))}
    asked = "count=2&generator=openai&error_types=wrong_auxiliary"
    answer = bo_client.get(f"{ESTIMATE}?{asked}")
    shown = answer.content.decode()
    assert "What the model would be asked" in shown
    prompts = answer.context["sample"]["prompts"]
    assert [one["title"] for one in prompts] == ["The correct sentence", *["wrong auxiliary"] * 3]
    assert "&lt;brief&gt;" in shown
    assert "Assumed from the length of the prompts" in shown


@pytest.mark.parametrize(
    ("asked", "said", "named"),
    [
        (
            {"grammatical_focus": "agreement", "tenses_used": "present"},
            "No problem can meet the grammatical focus and the tenses together: "
            "Problems about agreement are made in passé composé, plus-que-parfait",
            {"Grammatical focus", "Tenses"},
        ),
        ({"verb_infinitives": "xyzer"}, "xyzer is not known", {"Verbs"}),
        ({"count": 1001}, "less than or equal to 1000", {"Number of problems"}),
        ({"topic_tags": "x" * 51}, "At most 20 tags", {"Topic tags"}),
        ({"level": "Z9"}, "Z9 is not one of", {"Level"}),
    ],
)
def test_what_is_impossible_is_said_at_once(
    bo_client: Client, asked: dict[str, Any], said: str, named: set[str]
) -> None:
    answer = bo_client.get(ESTIMATE, {"count": 3, **asked})
    assert answer.status_code == 200
    assert "No such problem can be made" in answer.content.decode()
    (refusal,) = answer.context["refusals"]
    assert said in refusal["text"]
    assert {field["label"] for field in refusal["fields"]} == named
    page = bo_client.get(ORDER, {"count": 3, **asked})  # the same, when the address says so
    assert said in page.content.decode()


def test_who_may_only_look_gets_neither_estimates_nor_verbs(ana_client: Client) -> None:
    for address in (ORDER, ESTIMATE, VERBS):
        assert ana_client.get(address).status_code == 403
    assert Client().get(ESTIMATE).status_code == 302


def test_the_form_takes_ten_queries_at_most(
    bo_client: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        ended(5, 5)
    bo_client.get(ORDER)
    for address in (ORDER, f"{ESTIMATE}?count=50&grammatical_focus=pronouns"):
        with django_assert_max_num_queries(10):
            assert bo_client.get(address).status_code == 200


def test_the_address_of_the_form_is_the_same_for_all_who_link_there(bo_client: Client) -> None:
    address = reverse("admin:generation_generationrequest_order")
    assert address == ORDER
    assert bo_client.get(address).status_code == 200
