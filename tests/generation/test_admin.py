"""Orders in the admin."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from generation import running, services
from generation.models import GenerationRequest
from generation.planning import Constraints
from problems.models import Problem
from verbs.french.vocabulary import Focus, Tense

pytestmark = pytest.mark.django_db

LIST = "/admin/generation/generationrequest/"
ORDER = f"{LIST}order/"


def test_staff_order_with_the_form(bo: User, bo_client: Client) -> None:
    assert bo_client.get(ORDER).status_code == 200
    answer = bo_client.post(
        ORDER,
        {
            "count": 3,
            "grammatical_focus": ["negation"],
            "tenses_used": ["present", "futur_simple"],
            "target_language_code": "eng",
            "topic_tags": "lesson-3, lesson-4",
        },
    )
    made = GenerationRequest.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"{LIST}{made.id}/change/"
    assert made.ordered_by == bo
    assert made.topic_tags == ["lesson-3", "lesson-4"]
    assert made.constraints == {
        "grammatical_focus": ["negation"],
        "tenses_used": ["present", "futur_simple"],
    }
    assert made.items.count() == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"count": 0}, "greater than or equal to 1"),
        ({"count": 1001}, "less than or equal to 1000"),
        ({"verb_infinitives": "xyzer"}, "xyzer is not known"),
        ({"grammatical_focus": ["agreement"], "tenses_used": ["present"]}, "No problem can meet"),
        ({"topic_tags": "x" * 51}, "At most 20 tags"),
    ],
)
def test_a_wrong_order_says_why_and_stores_nothing(
    bo_client: Client, change: dict[str, object], said: str
) -> None:
    answer = bo_client.post(ORDER, {"count": 3, "target_language_code": "eng", **change})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not GenerationRequest.objects.exists()


def test_a_request_shows_its_items(bo_client: Client) -> None:
    request = services.submit(services.Order(count=2))
    for item in request.items.all():
        running.run_item(item.id)
    assert "2 of 2" in bo_client.get(LIST).content.decode()
    page = bo_client.get(f"{LIST}{request.id}/change/").content.decode()
    assert page.count("generated") >= 2


def test_who_may_only_look_cannot_order(bo: User) -> None:
    ana = User.objects.create_user("ana", password="correct horse", is_staff=True)
    ana.user_permissions.add(Permission.objects.get(codename="view_generationrequest"))
    client = Client()
    client.force_login(ana)
    assert client.get(LIST).status_code == 200
    assert client.get(ORDER).status_code == 403
    assert client.post(ORDER, {"count": 1, "target_language_code": "eng"}).status_code == 403
    assert not GenerationRequest.objects.exists()


def test_more_like_some_problems_are_ordered_from_their_list(bo_client: Client) -> None:
    request = services.submit(
        services.Order(
            count=2,
            topic_tags=("lesson-3",),
            constraints=Constraints(focuses=(Focus.NEGATION,), tenses=(Tense.PRESENT,)),
        )
    )
    for item in request.items.all():
        running.run_item(item.id)
    answer = bo_client.post(
        "/admin/problems/problem/",
        {
            "action": "order_more",
            "_selected_action": [str(one.id) for one in Problem.objects.all()],
        },
    )
    assert answer.status_code == 302
    form = bo_client.get(answer["Location"]).context["form"]
    assert form["grammatical_focus"].initial == ["negation"]
    assert form["tenses_used"].initial == ["present"]
    assert "lesson-3" in form["topic_tags"].initial


# --- steering -------------------------------------------------------------------------------------


@pytest.fixture
def ana_client(db: None) -> Client:
    """A teacher who may look at orders."""
    ana = User.objects.create_user("ana", password="correct horse", is_staff=True)
    ana.user_permissions.add(Permission.objects.get(codename="view_generationrequest"))
    client = Client()
    client.force_login(ana)
    return client


def test_staff_cancel_an_order(bo_client: Client, ana_client: Client) -> None:
    request = services.submit(services.Order(count=2))
    page, cancel = f"{LIST}{request.id}/change/", f"{LIST}{request.id}/cancel"
    assert cancel in bo_client.get(page).content.decode()
    assert cancel not in ana_client.get(page).content.decode()
    assert ana_client.post(cancel).status_code == 403
    assert bo_client.get(cancel).status_code == 405
    assert "Cancelled" in bo_client.post(cancel, follow=True).content.decode()
    request.refresh_from_db()
    assert (request.status, request.error_message) == ("cancelled", "Cancelled by bo.")
    assert "Cancelled by bo." in ana_client.get(page).content.decode()
    assert "has ended already" in bo_client.post(cancel, follow=True).content.decode()
    assert bo_client.post(f"{LIST}{uuid4()}/cancel").status_code == 404


def test_staff_try_failed_problems_again(
    bo_client: Client, ana_client: Client, settings: Any
) -> None:
    settings.GENERATOR = "tests.stubs.writers.DeadWriter"
    request = services.submit(services.Order(count=2))
    page, retry = f"{LIST}{request.id}/change/", f"{LIST}{request.id}/retry"
    assert retry not in bo_client.get(page).content.decode()
    for item in request.items.all():
        running.run_item(item.id)
    shown = bo_client.get(page).content.decode()
    assert retry in shown
    assert "2 failed: The model refused the key." in shown
    assert ana_client.post(retry).status_code == 403
    assert (
        "2 failed problems are tried again" in bo_client.post(retry, follow=True).content.decode()
    )
    assert set(request.items.values_list("state", flat=True)) == {"waiting"}


def test_staff_pause_and_resume_everything(bo_client: Client, ana_client: Client) -> None:
    pause = f"{LIST}pause"
    assert "Pause all generation" in bo_client.get(LIST).content.decode()
    assert pause not in ana_client.get(LIST).content.decode()
    assert ana_client.post(pause).status_code == 403
    assert bo_client.get(pause).status_code == 405
    for _ in range(2):  # two people, or a double click
        shown = bo_client.post(pause, {"want": "pause"}, follow=True).content.decode()
        assert "Generation is paused since" in shown
        assert services.current_pause() is not None
    for _ in range(2):
        shown = bo_client.post(pause, {"want": "resume"}, follow=True).content.decode()
        assert "Generation goes on" in shown
        assert services.current_pause() is None
