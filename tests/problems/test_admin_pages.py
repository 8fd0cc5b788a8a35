"""The page of a problem and what it asks for and leads to: verdicts, preview, steps, reports, history."""

from __future__ import annotations

import re
import threading
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.cache import cache
from django.db import connection
from django.test import Client

from problems import checking, feedback, history, services, twins
from problems.models import Problem, Report
from quizservice.ids import uuid7
from tests.problems import make
from tests.problems.test_admin import LIST, form_of, french_problem, save, statements
from tests.problems.test_history import told
from tests.problems.test_services import written

pytestmark = pytest.mark.django_db


def page(client: Client, problem: Problem, name: str = "change") -> str:
    """A page of a problem, as text without its tags."""
    answer = client.get(f"{LIST}{problem.pk}/{name}/")
    assert answer.status_code == 200
    return text_of(answer)


def text_of(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def post(client: Client, problem: Problem, name: str, **values: str) -> str:
    """Send one of the small forms; the text of the page that follows."""
    answer = client.post(f"{LIST}{problem.pk}/{name}/", values, follow=True)
    assert answer.status_code == 200
    return text_of(answer)


# --- saving ---


def test_saving_tells_who_and_why(bo_client: Client) -> None:
    problem = french_problem()
    values = {**form_of(problem), "level": "B1", "reason": "Too hard for A2."}
    save(bo_client, problem, values)
    assert told(problem) == [("edited", "bo", "Too hard for A2.")]


def test_saving_what_is_the_same_changes_nothing(bo_client: Client) -> None:
    problem = french_problem()
    save(bo_client, problem, form_of(problem))
    assert told(problem) == []


def test_saving_and_publishing_is_one_click(bo_client: Client) -> None:
    problem = french_problem()
    services.retire(problem.id)
    values = {**form_of(problem), "_save": "publish"}
    assert "saved and live" in save(bo_client, problem, values)
    problem.refresh_from_db()
    assert problem.status == "live"


def test_saving_and_closing_the_reports_is_one_click(bo_client: Client, bo: User) -> None:
    problem = french_problem()
    report = feedback.report(problem.id, reason="ambiguous", comment="Both fit.", key_id=uuid7())
    shown = page(bo_client, problem)
    assert "1 open report" in shown
    assert "Both fit." in shown
    values = {**form_of(problem), "level": "B1", "reason": "Made clear.", "_save": "close"}
    assert "its reports are closed" in save(bo_client, problem, values)
    report.refresh_from_db()
    assert report.closed_by == bo
    assert report.closing_word == "Made clear."
    assert report.closing_event == history.events_of(problem.id)[0].pk


def test_who_saves_over_a_change_sees_both_and_decides(bo_client: Client) -> None:
    problem = french_problem()
    values = {**form_of(problem), "title": "Mine", "statements-1-explanation": "Mine, too."}
    services.revise(problem.id, fields={"title": "Theirs"}, by="ana", reason="A better title.")
    shown = save(bo_client, problem, values)
    assert "Nothing of yours is lost" in shown
    assert "edited ana" in shown
    assert "A better title." in shown
    assert "removed: Theirs added: Mine" in shown
    assert "Mine, too." in shown
    problem.refresh_from_db()
    assert problem.title == "Theirs"
    over = {**values, "_over": problem.updated_at.isoformat()}
    assert "The problem is saved." in save(bo_client, problem, over)
    problem.refresh_from_db()
    assert problem.title == "Mine"
    assert [one[:2] for one in told(problem)] == [("edited", "ana"), ("edited", "bo")]


def test_a_statement_that_somebody_removed_meanwhile_is_not_lost(bo_client: Client) -> None:
    problem = make.problem()
    values = {**form_of(problem), "overrule": "on", "statements-3-explanation": "Mine."}
    rows = written(problem)
    services.revise(problem.id, statements=rows[:3], by="ana")
    assert "Mine." in save(bo_client, problem, values)
    problem.refresh_from_db()
    save(bo_client, problem, {**values, "_over": problem.updated_at.isoformat()})
    assert problem.statements.get(position=3).explanation == "Mine."
    assert problem.statements.get(position=3).id == rows[3].id


@pytest.mark.django_db(transaction=True)
def test_a_change_in_the_same_moment_is_refused_with_all_that_was_typed(bo: User) -> None:
    """Somebody is quicker by the time between reading and writing: nothing of either is lost."""
    problem = french_problem()
    values = {**form_of(problem), "title": "Mine"}
    client = Client()
    client.force_login(bo)
    start = threading.Barrier(2, timeout=20)
    pages: list[str] = []

    def run(title: str) -> None:
        try:
            start.wait()
            pages.append(save(client, problem, {**values, "title": title}))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[title]) for title in ("Ana’s", "Bo’s")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    saved = ["The problem is saved." in one for one in pages]
    assert sorted(saved) == [False, True]
    refused = pages[saved.index(False)]
    problem.refresh_from_db()
    assert "Somebody else changed the problem" in refused
    assert problem.title in ("Ana’s", "Bo’s")
    assert len(told(problem)) == 1


# --- the page ---


@pytest.mark.parametrize("number", [2, 6])
def test_the_page_asks_the_database_little(
    bo_client: Client, number: int, django_assert_max_num_queries: Any
) -> None:
    problem = make.problem(statements=make.statements(wrong=number - 1))
    for place in range(number):
        feedback.report(problem.id, reason="ambiguous", key_id=uuid7())
        services.note(problem.id, text=f"Note {place}.", by="ana")
    page(bo_client, problem)
    with django_assert_max_num_queries(10):
        page(bo_client, problem)


def test_a_new_problem_has_blank_cards(bo_client: Client) -> None:
    answer = bo_client.get(f"{LIST}add/")
    assert answer.status_code == 200
    assert answer.content.decode().count('data-card="') == 4 + 1  # and the one to be copied
    assert "Save as a draft" in text_of(answer)


def test_without_script_a_statement_is_added_by_a_link(bo_client: Client) -> None:
    problem = make.problem()
    answer = bo_client.get(f"{LIST}{problem.id}/change/?more=1")
    assert answer.content.decode().count('data-card="') == 5 + 1


def test_who_may_only_look_sees_no_form() -> None:
    problem = french_problem()
    eve = User.objects.create_user("eve", is_staff=True)
    eve.user_permissions.add(permission("view_problem"))
    client = Client()
    client.force_login(eve)
    answer = client.get(f"{LIST}{problem.id}/change/")
    assert answer.status_code == 200
    assert "Elle" in text_of(answer)
    assert 'name="statements-0-content"' not in answer.content.decode()
    assert "Publish" not in text_of(answer)
    for name in ("step", "note", "revert", "close"):
        assert client.post(f"{LIST}{problem.id}/{name}/").status_code == 403
    assert client.post(f"{LIST}check/").status_code == 403
    assert client.get(f"{LIST}{problem.id}/preview/").status_code == 200
    assert client.get(f"{LIST}{problem.id}/history/").status_code == 200


def permission(name: str) -> Any:
    return Permission.objects.get(codename=name, content_type__app_label="problems")


def test_a_teacher_edits() -> None:
    problem = french_problem()
    ana = User.objects.create_user("ana", is_staff=True)
    ana.groups.add(Group.objects.get(name="Teacher"))
    client = Client()
    client.force_login(ana)
    assert "The problem is saved." in save(client, problem, {**form_of(problem), "level": "B1"})


@pytest.mark.parametrize("name", ["preview", "history", "change"])
def test_a_problem_that_is_not_there(bo_client: Client, name: str) -> None:
    answer = bo_client.get(f"{LIST}{uuid7()}/{name}/")
    assert answer.status_code == (302 if name == "change" else 404)  # Django’s own page says so
    assert bo_client.get(f"{LIST}nothing/history/").status_code == 404


# --- while one types ---


def check(client: Client, problem: Problem | None, values: dict[str, Any]) -> Any:
    data = {**values, "problem": str(problem.id) if problem else ""}
    return client.post(f"{LIST}check/", data)


def test_verdicts_are_given_on_what_is_not_saved(bo_client: Client) -> None:
    problem = french_problem()
    values = {
        **form_of(problem),
        "statements-0-content": "Marie est allé au marché.",
        "statements-1-DELETE": "on",
        "statements-TOTAL_FORMS": 3,
        "statements-2-content": "Marie a allée au marché.",
    }
    found = check(bo_client, problem, values).json()
    assert set(found["verdicts"]) == {"0", "2"}
    assert "does not fit" in found["verdicts"]["0"]
    assert "Marie est allée au marché." in unescape(found["verdicts"]["0"])
    assert "Marie a allée au marché." in found["preview"]
    assert problem.statements.get(is_correct=True).content == "Marie est allée au marché."


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"statements-TOTAL_FORMS": "many"},
        {"statements-TOTAL_FORMS": "999999", "statements-0-content": "Oui."},
        {"statements-TOTAL_FORMS": "1", "statements-0-content": "x" * 5000},
        {
            "statements-TOTAL_FORMS": "1",
            "statements-0-content": "Oui.",
            "statements-0-span_start": "²",
        },
        {
            "statements-TOTAL_FORMS": "1",
            "statements-0-content": "Oui.",
            "target_language_code": "x",
        },
        {"statements-TOTAL_FORMS": "1", "statements-0-content": "Oui.", "problem": "x"},
        {
            "statements-TOTAL_FORMS": "1",
            "statements-0-content": "C’est \x00 bien ainsi.",
            "statements-correct": "0",
        },
    ],
)
def test_whatever_comes_is_checked(bo_client: Client, values: dict[str, str]) -> None:
    answer = bo_client.post(f"{LIST}check/", values)
    assert answer.status_code == 200
    assert set(answer.json()) == {"verdicts", "twins", "preview"}


def test_checks_are_bounded(bo_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = bo_client.post(f"{LIST}check/", {"x": "y" * checking.MAX_LENGTH})
    assert (answer.status_code, "too long" in answer.json()["error"]) == (413, True)
    monkeypatch.setattr(checking, "MAX_CHECKS", 1)
    cache.clear()
    assert bo_client.post(f"{LIST}check/", {}).status_code == 200
    answer = bo_client.post(f"{LIST}check/", {})
    assert (answer.status_code, "minute" in answer.json()["error"]) == (429, True)
    cache.clear()


def test_checks_need_the_token_of_the_form(bo: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bo)
    assert client.post(f"{LIST}check/", {}).status_code == 403


def test_problems_like_it_are_named(bo_client: Client) -> None:
    other = make.problem(statements=statements("Les enfants ont joué dans le jardin."))
    make.problem(statements=statements("Il fait froid."))
    problem = french_problem()
    values = {**form_of(problem), "statements-0-content": "Les enfants ont joués dans le jardin."}
    found = unescape(check(bo_client, problem, values).json()["twins"])
    assert "There are problems like this one" in found
    assert str(other.id) in found
    assert str(problem.id) not in found
    assert found.count("<li") == 1


def test_the_same_statements_elsewhere_are_told_first() -> None:
    given = make.statements()
    same = make.problem(statements=given)
    near = make.problem(statements=statements(given[0].content))
    found = twins.twins([one.content for one in given], correct=given[0].content)
    assert [(one.id, one.same) for one in found] == [(same.id, True), (near.id, False)]
    assert found[0].sentence == given[0].content
    assert [one.id for one in twins.twins([], correct=given[0].content, but=same.id)] == [near.id]


# --- steps, notes, reports, history ---


def test_steps_are_taken_with_a_reason(bo_client: Client) -> None:
    problem = french_problem()
    assert "is retired" in post(bo_client, problem, "step", step="retire", reason="Too easy.")
    assert "retired already" in post(bo_client, problem, "step", step="retire")
    assert "waits in the review queue" in post(bo_client, problem, "step", step="send_to_review")
    assert "Say why" in post(bo_client, problem, "step", step="reject")
    assert "The problem is live." in post(bo_client, problem, "step", step="publish")
    assert "no such step" in post(bo_client, problem, "step", step="burn")
    assert told(problem) == [
        ("retired", "bo", "Too easy."),
        ("sent_to_review", "bo", ""),
        ("published", "bo", ""),
    ]
    assert bo_client.get(f"{LIST}{problem.id}/step/").status_code == 302


def test_notes_are_left_on_both_pages(bo_client: Client) -> None:
    problem = french_problem()
    assert "Ask Ana." in post(bo_client, problem, "note", text="Ask Ana.")
    assert "I did." in post(bo_client, problem, "note", text="I did.", **{"from": "history"})
    assert "A note needs a text." in post(bo_client, problem, "note", text=" ")
    assert [one[2] for one in told(problem)] == ["Ask Ana.", "I did."]


def test_one_report_or_all_are_closed(bo_client: Client) -> None:
    problem, other = french_problem(), make.problem()
    first, *_ = [
        feedback.report(problem.id, reason=reason, key_id=uuid7())
        for reason in ("ambiguous", "unnatural", "other")
    ]
    foreign = feedback.report(other.id, reason="other", key_id=uuid7())
    assert "1 report is closed." in post(bo_client, problem, "close", report=str(first.id))
    assert "0 reports are closed." in post(bo_client, problem, "close", report=str(foreign.id))
    assert "no such thing" in post(bo_client, problem, "close", report="x")
    assert "2 reports are closed." in post(bo_client, problem, "close")
    assert [one.id for one in Report.objects.open()] == [foreign.id]


def test_the_history_shows_differences_and_leads_back(bo_client: Client) -> None:
    problem = french_problem()
    values = {**form_of(problem), "statements-1-explanation": "Partir takes être."}
    save(bo_client, problem, {**values, "reason": "Clearer."})
    save(bo_client, problem, {**form_of(problem), "level": "B1"})
    shown = page(bo_client, problem, "history")
    assert "Clearer." in shown
    assert "Level removed: A2 added: B1" in shown
    first = history.events_of(problem.id).get(number=1)
    shown = post(bo_client, problem, "revert", to=str(first.id), **{"from": "history"})
    assert "The earlier state is back" in shown
    assert "3. reverted" in shown
    problem.refresh_from_db()
    assert problem.level == "A2"
    shown = post(bo_client, problem, "revert", to="")
    assert problem.statements.get(position=1).explanation == "The auxiliary is être."
    assert "like that already" in post(bo_client, problem, "revert", to="")
    assert "no such thing" in post(bo_client, problem, "revert", to="x")


def test_a_problem_without_history_says_so(bo_client: Client) -> None:
    assert "Nobody has changed it since" in page(bo_client, french_problem(), "history")


# --- the preview ---


@pytest.mark.parametrize("status", ["draft", "review", "live", "retired"])
def test_the_preview_works_in_any_status_and_without_script(bo_client: Client, status: str) -> None:
    problem = make.problem(status=status)
    answer = bo_client.get(f"{LIST}{problem.id}/preview/")
    assert answer.status_code == 200
    assert answer.content.decode().count("data-result hidden") == 4
    answer = bo_client.get(f"{LIST}{problem.id}/preview/?pick=1")
    assert answer.content.decode().count("data-result hidden") == 3
    assert "The auxiliary is avoir." in text_of(answer)
