"""The page of an order while it runs and when it has ended."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from generation import pausing, services, spending, steering
from generation.metering import Call, Purpose
from generation.models import GenerationItem, GenerationRequest
from generation.planning import Constraints
from problems.models import Problem
from tests.generation.make import STUBS, order, submit
from tests.generation.test_progress import work
from verbs.french.vocabulary import Focus

pytestmark = pytest.mark.django_db

LIST = "/admin/generation/generationrequest/"


def page(client: Client, request: GenerationRequest, **query: Any) -> str:
    answer = client.get(f"{LIST}{request.id}/change/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def live(client: Client, request: GenerationRequest, **query: Any) -> str:
    answer = client.get(f"{LIST}{request.id}/live", query)
    assert answer.status_code == 200
    return answer.content.decode()


def parts(text: str) -> list[str]:
    """The legend of the bar."""
    found = re.findall(r"</span>(\d+ \w+)</a>", text)
    return [str(one) for one in found]


def test_the_page_tells_what_was_ordered_by_whom(bo: User, bo_client: Client) -> None:
    request = services.submit(
        order(2, constraints=Constraints(focuses=(Focus.PRONOUNS,)), topic_tags=("week 48",)),
        ordered_by=bo,
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )
    shown = page(bo_client, request)
    for said in ("2 problems: pronouns", "bo", "week 48", "Grammar engine", "4bf92f3577b34da6a3ce"):
        assert said in shown


def test_a_trace_has_a_link_where_the_setting_says_so(bo_client: Client, settings: Any) -> None:
    request = services.submit(order(), traceparent=f"00-{'a' * 32}-{'b' * 16}-01")
    assert "traces.example" not in page(bo_client, request)
    settings.TRACE_URL_TEMPLATE = "https://traces.example.org/{trace_id}"
    assert f"https://traces.example.org/{'a' * 32}" in page(bo_client, request)


def test_the_part_that_is_asked_for_again_follows_the_work(bo_client: Client) -> None:
    request = submit(3)
    assert parts(live(bo_client, request)) == ["3 waiting"]
    work(request, 2)
    shown = live(bo_client, request)
    assert parts(shown) == ["2 made", "1 waiting"]
    assert "2 of 3 made" in shown
    assert "data-ended" not in shown
    for problem in Problem.objects.all():
        assert f"/admin/problems/problem/{problem.id}/change/" in shown
    work(request)
    shown = live(bo_client, request)
    assert parts(shown) == ["3 made"]
    assert "data-ended" in shown


def test_a_cancelled_order_runs_until_what_was_begun_has_ended(bo_client: Client) -> None:
    request = submit(2)
    item = request.items.get(position=0)
    claimed = GenerationItem.objects.claim(item.id, timedelta(seconds=60))
    assert claimed
    steering.cancel(request, by="bo")
    shown = live(bo_client, request)
    assert parts(shown) == ["1 dropped", "1 running"]
    assert "data-ended" not in shown


def test_failures_are_grouped_with_what_to_do(bo_client: Client) -> None:
    failed = submit(3, generator=f"{STUBS}.DeadWriter")
    work(failed)
    shown = page(bo_client, failed)
    assert "3 failed</span><strong>The model refused the key.</strong>" in shown
    assert "Try the failed again. If that fails, too" in shown
    assert "401" in shown
    rejected = submit(2, generator=f"{STUBS}.WrongWriter")
    work(rejected)
    shown = page(bo_client, rejected)
    assert "2 rejected</span><strong>No draft was good enough.</strong>" in shown
    assert "Order the 2 that are missing" in shown
    assert "?count=2&amp;" in shown


def test_the_table_has_each_problem(bo_client: Client) -> None:
    request = submit(2)
    work(request)
    item = request.items.get(position=0)
    spending.account(item, [Call(Purpose.WRITE, "gpt-4o-mini", "1", 900, 100, seconds=1.0)])
    shown = page(bo_client, request)
    for one in request.items.select_related("problem"):
        assert one.problem
        sentence = one.problem.statements.get(is_correct=True).content
        assert sentence in shown.replace("&#x27;", "'")
    assert shown.count("engine: in order") == 2
    assert "1,000" in shown


def test_verdicts_of_a_model_are_told(bo_client: Client) -> None:
    request = submit(1)
    work(request)
    ok, unsure = {"judge": "engine", "ruling": "ok"}, {"judge": "engine", "ruling": "unsure"}
    said = {"judge": "model", "ruling": "ok", "reasons": []}
    statements = [
        {"verdicts": [ok]},
        {"verdicts": [ok], "earlier": [{"then": "repaired"}]},
        {"verdicts": [unsure, said]},
    ]
    Problem.objects.update(generation_trace={"statements": statements}, status="review")
    shown = page(bo_client, request)
    assert "engine: 2 of 3 confirmed; model: 1 of 1 confirmed; 1 repaired" in shown
    assert "in review" in shown


def test_items_come_in_pages_and_parts(bo_client: Client) -> None:
    request = submit(120)
    work(request, 1)
    assert "Page 1 of 3" in page(bo_client, request)
    assert "Page 3 of 3" in page(bo_client, request, page=99)
    assert "Page 1 of 3" in page(bo_client, request, page="x", part="nonsense")
    made = page(bo_client, request, part="made")
    assert "Page" not in made
    assert made.count("<tr>") == 2
    assert "None is in this state." in page(bo_client, request, part="failed")


def test_the_page_takes_ten_queries_whatever_its_size(
    bo_client: Client, django_assert_max_num_queries: Any
) -> None:
    large = submit(1000)
    work(large, 8)
    pausing.pause_writer("mixed", by="bo")
    staff = User.objects.create_user("cy", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="generation"))
    client = Client()
    client.force_login(staff)
    for address in (f"{LIST}{large.id}/change/", f"{LIST}{large.id}/live?page=2", LIST):
        with django_assert_max_num_queries(10):
            assert client.get(address).status_code == 200


def test_buttons_are_for_those_who_may(bo_client: Client) -> None:
    request = submit(2)
    shown = page(bo_client, request)
    for said in ("Cancel what has not begun", "Pause all generation", "Order more like this"):
        assert said in shown
    ana = User.objects.create_user("ana", is_staff=True)
    ana.user_permissions.add(Permission.objects.get(codename="view_generationrequest"))
    client = Client()
    client.force_login(ana)
    shown = page(client, request)
    for said in ("Cancel what has not begun", "Pause all generation", "Order more like this"):
        assert said not in shown
    nobody = Client()
    nobody.force_login(User.objects.create_user("newt", is_staff=True))
    assert nobody.get(f"{LIST}{request.id}/change/").status_code == 403
    assert nobody.get(f"{LIST}{request.id}/live").status_code == 403


def test_pausing_from_an_order_leads_back_to_it(bo_client: Client) -> None:
    request = submit(2)
    answer = bo_client.post(f"{LIST}pause", {"order": str(request.id)}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{LIST}{request.id}/change/"
    assert "Generation is paused since" in answer.content.decode()
    answer = bo_client.post(f"{LIST}pause", {"resume": "", "order": "x"})
    assert answer["Location"] == LIST


def test_an_order_that_is_not_there(bo_client: Client) -> None:
    assert bo_client.get(f"{LIST}{uuid4()}/live").status_code == 404
    assert bo_client.get(f"{LIST}{uuid4()}/change/").status_code == 302


# --- the list -------------------------------------------------------------------------------------


def test_the_list_shows_what_became_of_each(bo: User, bo_client: Client) -> None:
    done = services.submit(order(2), ordered_by=bo)
    work(done)
    submit(5)
    shown = bo_client.get(LIST).content.decode()
    for said in ("2 of 2", "0 of 5", "completed", "waiting", "5 problems: any grammar"):
        assert said in shown
    running = bo_client.get(LIST, {"state": "open"}).content.decode()
    assert "0 of 5" in running
    assert "2 of 2" not in running
    assert "2 of 2" in bo_client.get(LIST, {"state": "over"}).content.decode()
    assert "0 of 5" not in bo_client.get(LIST, {"q": "bo"}).content.decode()
    assert "0 of 5" in bo_client.get(LIST, {"generator": "rules"}).content.decode()
    assert "0 of 5" not in bo_client.get(LIST, {"generator": "mixed"}).content.decode()


def test_the_list_takes_as_many_queries_for_many(
    bo_client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        submit(1 + number % 3)
    with django_assert_max_num_queries(10):
        assert bo_client.get(LIST).status_code == 200
