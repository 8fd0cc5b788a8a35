"""Reports in the admin, as Bo (staff) uses it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from problems import feedback
from problems.models import Problem, Report
from tests.problems import make

pytestmark = pytest.mark.django_db

LIST = "/admin/problems/report/"
PROBLEMS = "/admin/problems/problem/"
KEY = uuid.uuid4()


def report(problem: Problem | None = None, **values: Any) -> Report:
    return feedback.report(
        (problem or make.problem()).id, **{"reason": "ambiguous", "key_id": KEY, **values}
    )


def shown(client: Client, query: str = "", path: str = LIST) -> list[Any]:
    """The ids in the list."""
    page = client.get(f"{path}{query}")
    assert page.status_code == 200
    assert page.context is not None
    return [row.pk for row in page.context["cl"].result_list]


def test_open_reports_are_listed_with_their_problem(bo: User, bo_client: Client) -> None:
    problem = make.problem()
    mine = report(problem, comment="<b>Both</b> are fine.")
    report(problem, comment="Really.")
    closed = report(reason="offensive")
    feedback.close_reports(Report.objects.filter(id=closed.id), by=bo)
    page = bo_client.get(LIST).content.decode()
    assert f"{PROBLEMS}{problem.id}/change/" in page
    assert problem.statements.get(is_correct=True).content in page
    assert "&lt;b&gt;Both&lt;/b&gt; are fine. (and 1 more)" in page
    assert "<b>Both</b>" not in page
    assert shown(bo_client) == [mine.id]
    assert shown(bo_client, "?state=closed") == [closed.id]
    assert shown(bo_client, "?state=all") == [closed.id, mine.id]
    assert shown(bo_client, "?state=all&reason__exact=offensive") == [closed.id]


def test_reports_are_closed_by_an_action(bo: User, bo_client: Client) -> None:
    mine, other = report(), report()
    answer = bo_client.post(
        LIST, {"action": "close", "_selected_action": [str(mine.id)]}, follow=True
    )
    assert "1 report closed." in answer.content.decode()
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.closed_by, mine.closed_at is not None) == (bo, True)
    assert other.closed_at is None


def test_a_report_is_read_and_closed_on_its_page(bo: User, bo_client: Client) -> None:
    mine = report(comment="The third, too.")
    place = f"{LIST}{mine.id}/change/"
    page = bo_client.get(place).content.decode()
    for text in (
        "The third, too.",
        "ambiguous",
        f"/admin/apikeys/apikey/{KEY}/change/",
        "Mark as closed",
    ):
        assert text in page
    assert 'name="_save"' not in page
    assert "(&#x27;" not in page  # words, not what Python makes of them
    report(mine.problem)  # once more, while Bo reads
    answer = bo_client.post(place, {"problems_report_close_one": ""}, follow=True)
    assert "1 report closed." in answer.content.decode()
    mine.refresh_from_db()
    assert (mine.closed_by, mine.times) == (bo, 2)
    page = bo_client.get(place).content.decode()
    assert "Mark as closed" not in page
    assert "bo" in page


def test_nobody_edits_adds_or_deletes_a_report(bo_client: Client) -> None:
    mine = report(comment="As it was.")
    bo_client.post(f"{LIST}{mine.id}/change/", {"reason": "other", "comments": "x", "times": "9"})
    mine.refresh_from_db()
    assert (mine.reason, mine.comments, mine.times) == ("ambiguous", ["As it was."], 1)
    assert mine.closed_at is None
    assert bo_client.get(f"{LIST}add/").status_code == 403
    assert bo_client.post(f"{LIST}{mine.id}/delete/", {"post": "yes"}).status_code == 403


def test_who_may_only_look_closes_nothing() -> None:
    ana = User.objects.create_user("ana", password="correct horse battery", is_staff=True)
    ana.user_permissions.add(Permission.objects.get(codename="view_report"))
    client, mine = Client(), report()
    client.force_login(ana)
    assert shown(client) == [mine.id]
    assert "Mark as closed" not in client.get(f"{LIST}{mine.id}/change/").content.decode()
    client.post(LIST, {"action": "close", "_selected_action": [str(mine.id)]})
    client.post(f"{LIST}{mine.id}/change/", {"problems_report_close_one": ""})
    mine.refresh_from_db()
    assert mine.closed_at is None
    ana.user_permissions.clear()
    ana = User.objects.get(pk=ana.pk)
    client.force_login(ana)
    assert client.get(LIST).status_code == 403


def test_problems_are_listed_with_their_open_reports(bo: User, bo_client: Client) -> None:
    quiet, reported = make.problem(), make.problem()
    for reason in ("ambiguous", "unnatural", "other"):
        report(reported, reason=reason)
    closed = report(quiet)
    feedback.close_reports(Report.objects.filter(id=closed.id), by=bo)
    feedback.close_reports(Report.objects.filter(problem=reported, reason="other"), by=bo)
    page = bo_client.get(PROBLEMS)
    assert page.context is not None
    numbers = {row.pk: row._reports for row in page.context["cl"].result_list}
    assert numbers == {quiet.id: 0, reported.id: 2}
    assert shown(bo_client, "?reported=open", PROBLEMS) == [reported.id]


@pytest.mark.parametrize("path", [LIST, PROBLEMS])
def test_a_list_asks_as_often_for_many_rows_as_for_one(bo_client: Client, path: str) -> None:
    report()
    bo_client.get(path)
    with CaptureQueriesContext(connection) as few:
        bo_client.get(path)
    for _ in range(5):
        report()
    with CaptureQueriesContext(connection) as many:
        bo_client.get(path)
    assert len(many) == len(few)


def test_a_problem_with_feedback_can_be_deleted_in_the_admin(bo_client: Client) -> None:
    problem = make.problem()
    report(problem)
    feedback.record_answer(problem.id, index=0, learner="ana", key_id=KEY)
    bo_client.post(f"{PROBLEMS}{problem.id}/delete/", {"post": "yes"})
    assert not Problem.objects.exists()
    assert not Report.objects.exists()


def test_the_sidebar_leads_to_the_reports(bo_client: Client) -> None:
    assert f'href="{LIST}"' in bo_client.get("/admin/").content.decode()
