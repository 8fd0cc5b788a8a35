"""Orders in the admin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from generation import pausing, running, services, spending, steering
from generation.metering import Call, Purpose
from generation.models import GenerationRequest, ModelUse, PromptOutcome
from generation.planning import Constraints
from generation.writers import registry
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
        ({"statement_count": 7}, "7 is not one of the available choices"),
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
    assert "2 of 2 made" in page
    assert page.count("engine: in order") == 2


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
    assert "2 failed" in shown
    assert "The model refused the key." in shown
    assert "Try the failed again" in shown
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
        shown = bo_client.post(pause, follow=True).content.decode()
        assert "Generation is paused since" in shown
        assert pausing.paused_all() is not None
    for _ in range(2):
        shown = bo_client.post(pause, {"resume": ""}, follow=True).content.decode()
        assert "Generation goes on" in shown
        assert pausing.paused_all() is None


DEAD = "tests.stubs.writers.DeadWriter"
REASON = "The key for the model was refused: ask whoever runs the service to set another."


def test_a_stopped_writer_is_an_error_that_staff_see_and_end(
    bo_client: Client, ana_client: Client
) -> None:
    pausing.stop_writer(DEAD, REASON)
    for client in (bo_client, ana_client):
        shown = client.get(LIST).content.decode()
        assert re.search(rf'role="alert"[^>]*>\s*<p>\s*Nothing is written by “{DEAD}” since', shown)
        assert REASON in shown
    assert "Resume" not in ana_client.get(LIST).content.decode()
    assert "Pause all generation" in bo_client.get(LIST).content.decode()
    resume = {"resume": DEAD}
    assert ana_client.post(f"{LIST}pause", resume).status_code == 403
    bo_client.post(f"{LIST}pause")
    bo_client.post(f"{LIST}pause", {"resume": ""})
    assert [one.generator for one in pausing.pauses()] == [DEAD]
    assert REASON not in bo_client.post(f"{LIST}pause", resume, follow=True).content.decode()
    assert pausing.pauses() == []


def test_the_page_of_an_order_says_that_its_writer_is_stopped(bo_client: Client) -> None:
    request = services.submit(services.Order(count=2, generator=DEAD))
    page = f"{LIST}{request.id}/change/"
    assert REASON not in bo_client.get(page).content.decode()
    pausing.stop_writer(DEAD, REASON)
    shown = bo_client.get(page).content.decode()
    assert REASON in shown
    assert DEAD in shown


def test_the_page_of_an_order_says_that_it_is_paused(bo_client: Client, settings: Any) -> None:
    request = services.submit(services.Order(count=2))
    page = f"{LIST}{request.id}/change/"
    assert "is paused since" not in bo_client.get(page).content.decode()
    pausing.pause_writer("mixed", by="bo")
    assert "is paused since" not in bo_client.get(page).content.decode()
    pausing.pause_writer("rules", by="bo")
    assert "The writer “Grammar engine” is paused since" in bo_client.get(page).content.decode()
    steering.cancel(request, by="bo")
    assert "is paused since" not in bo_client.get(page).content.decode()


def test_people_read_the_name_of_a_writer(bo_client: Client, ana_client: Client) -> None:
    pausing.stop_writer("openai", REASON)
    shown = bo_client.get(LIST).content.decode()
    assert "Nothing is written by “Model” since" in shown
    assert "choose Resume" in shown
    assert "choose Resume" not in ana_client.get(LIST).content.decode()


def test_an_item_that_waits_shows_when_it_is_tried_again(bo_client: Client) -> None:
    request = services.submit(services.Order(count=1))
    page = f"{LIST}{request.id}/change/"
    then = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    request.items.update(not_before=then)
    assert "2031-05-06 07:08:09 UTC" in bo_client.get(page).content.decode()
    running.run_item(request.items.get().id)  # not yet
    request.items.update(not_before=None)
    running.run_item(request.items.get().id)
    request.items.update(not_before=then)
    assert "2031-05-06" not in bo_client.get(page).content.decode()


def test_what_is_asked_for_stands_in_words(bo_client: Client) -> None:
    services.submit(services.Order())
    services.submit(
        services.Order(
            constraints=Constraints(
                focuses=(Focus.CONJUGATION, Focus.PRONOUNS),
                tenses=(Tense.PASSE_COMPOSE,),
                verbs=("parler",),
                negation=False,
            )
        )
    )
    shown = bo_client.get(LIST).content.decode()
    assert "conjugation or pronouns; parler; passé composé; without negation" in shown
    assert "1 problem: any grammar" in shown


# --- the writer of an order -----------------------------------------------------------------------

#: Needs neither a key nor what it asks a model for.
STAND_IN = {"openai": "tests.stubs.writers.SlowWriter", "mixed": "tests.stubs.writers.FlakyWriter"}


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Other writers behind the names of those that ask a model: only the choice is looked at."""
    for name, path in STAND_IN.items():
        monkeypatch.setitem(registry.WRITERS, name, path)
    registry.get_writer.cache_clear()
    yield
    registry.get_writer.cache_clear()


def test_staff_choose_who_writes(stand_ins: None, bo_client: Client, settings: Any) -> None:
    ordered = {"count": 1, "target_language_code": "eng"}
    for change in ({"OPENAI_API_KEY": "sk-1"}, {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}):
        settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
        for name, value in change.items():
            setattr(settings, name, value)
        form = bo_client.get(ORDER).context["form"]
        assert form.fields["generator"].choices == [
            ("rules", "Grammar engine"),
            ("openai", "Model"),
            ("mixed", "Model for sentences, engine for errors"),
        ]
        assert form["generator"].initial == settings.GENERATOR == "rules"
    bo_client.post(ORDER, {**ordered, "generator": "mixed"})
    bo_client.post(ORDER, ordered)
    assert list(GenerationRequest.objects.values_list("generator", flat=True)) == ["rules", "mixed"]
    shown = bo_client.get(LIST).content.decode()
    assert "Grammar engine" in shown
    assert "Model for sentences, engine for errors" in shown


def test_a_model_is_not_offered_without_a_key(bo_client: Client) -> None:
    assert bo_client.get(ORDER).context["form"].fields["generator"].choices == [
        ("rules", "Grammar engine")
    ]
    answer = bo_client.post(
        ORDER, {"count": 1, "target_language_code": "eng", "generator": "openai"}
    )
    assert "Select a valid choice" in answer.content.decode()
    assert not GenerationRequest.objects.exists()


# --- what models cost -----------------------------------------------------------------------------

USE = "/admin/generation/modeluse/"
PROMPTS = "/admin/generation/promptoutcome/"


def test_a_budget_is_shown_above_the_orders(bo_client: Client, settings: Any) -> None:
    request = services.submit(services.Order())
    call = Call(Purpose.WRITE, "gpt-4o-mini", "1", input_tokens=900, output_tokens=100)
    spending.account(request.items.get(), [call])
    for limit, role in ((1200, "status"), (1000, "alert")):
        settings.OPENAI_DAILY_TOKENS = limit
        shown = bo_client.get(LIST).content.decode()
        assert re.search(rf'role="{role}"[^>]*>[^<]*budget of {limit:,} tokens', shown)
    settings.OPENAI_DAILY_TOKENS = 1001
    assert "99% of the day" in bo_client.get(LIST).content.decode()  # and not 100%
    settings.OPENAI_DAILY_TOKENS = 0
    assert "budget" not in bo_client.get(LIST).content.decode()


def test_staff_see_what_models_cost_and_how_prompts_do(bo_client: Client) -> None:
    for address in (USE, PROMPTS):
        assert bo_client.get(address).status_code == 200
    day = datetime(2026, 3, 1, tzinfo=UTC).date()
    for number in range(3):
        ModelUse.objects.create(
            day=day + timedelta(days=number),
            model="gpt-4o-mini",
            purpose="write",
            calls=700,
            input_tokens=1_000_000,
            cost=Decimal("0.15"),
            seconds=1400,
        )
        PromptOutcome.objects.create(
            day=day + timedelta(days=number),
            prompt_version="7",
            model="gpt-4o-mini",
            error_type="wrong_auxiliary",
            accepted=6,
            repaired=1,
            rejected=number,
        )
    ModelUse.objects.create(day=day, model="llama3.2", purpose="judge", calls=1)
    assert sums(bo_client.get(USE)) == [
        ["gpt-4o-mini", "writing", "2,100", "0", "3,000,000", "0", "0.45", "2.0"],
        ["llama3.2", "judging", "1", "0", "0", "0", "no price", "0.0"],
    ]
    assert sums(bo_client.get(PROMPTS)) == [
        ["7", "gpt-4o-mini", "wrong auxiliary", "24", "75.0%", "87.5%", "3", "0"]
    ]
    some = {"day_from": "2026-03-02", "day_to": "2026-03-02"}
    assert sums(bo_client.get(USE, some))[0][2] == "700"
    assert sums(bo_client.get(PROMPTS, some))[0][3:5] == ["8", "75.0%"]
    assert "3,000,000" in bo_client.get(USE).content.decode()
    ModelUse.objects.update(cost=Decimal("0.0004"))
    assert sums(bo_client.get(USE, some))[0][6] == "0.0004"


def sums(page: Any) -> list[list[str]]:
    rows: list[list[str]] = page.context["sums"]["rows"]
    return rows


def test_nobody_edits_what_was_counted(bo_client: Client, ana_client: Client) -> None:
    use = ModelUse.objects.create(day=datetime.now(UTC).date(), model="m", purpose="write")
    assert bo_client.get(f"{USE}add/").status_code == 403
    assert bo_client.post(f"{USE}{use.pk}/delete/", {"post": "yes"}).status_code == 403
    bo_client.post(f"{USE}{use.pk}/change/", {"calls": 9})
    use.refresh_from_db()
    assert use.calls == 0
    assert ana_client.get(USE).status_code == ana_client.get(PROMPTS).status_code == 403
    ana = User.objects.get(username="ana")
    assert "Model use" not in ana_client.get(LIST).content.decode()
    ana.user_permissions.add(Permission.objects.get(codename="view_modeluse"))
    assert ana_client.get(USE).status_code == 200
    assert "Model use" in ana_client.get(LIST).content.decode()
