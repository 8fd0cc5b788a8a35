"""The review queue in the admin, as Ana (teacher) and Ben use it, without script."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from problems import feedback, review, services
from problems.models import Problem, ProblemEvent, Report
from tests.problems import make

pytestmark = pytest.mark.django_db

QUEUE = "/admin/problems/problem/review/"
KEY = uuid.uuid4()
MAY = ["view_problem", "change_problem", "view_report", "change_report"]


def reviewer(name: str, *permissions: str) -> Client:
    person = User.objects.create_user(name, password="correct horse battery", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions or MAY))
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def ana(db: None) -> Client:
    return reviewer("ana")


@pytest.fixture
def ben(db: None) -> Client:
    return reviewer("ben")


def waits(**values: Any) -> Problem:
    return make.problem(status=Problem.Status.REVIEW, **values)


def reported(reason: str = "ambiguous", comment: str = "Both hold.") -> Problem:
    problem = make.problem()
    feedback.report(problem.id, reason=reason, comment=comment, key_id=KEY)
    return problem


def shown(answer: Any) -> Any:
    """The problem that a page of the queue shows; None for the page that says that nothing waits."""
    sheet = answer.context.get("sheet")
    return sheet and sheet.problem.id


def seen(answer: Any) -> dict[str, str]:
    """The hidden fields of a page: what its reviewer has before the eyes."""
    page = answer.content.decode()
    return {
        name: found[0].replace("&#x2B;", "+")
        for name in ("problem", "updated_at", "reported_at")
        if (found := re.findall(f'name="{name}" value="([^"]*)"', page))
    }


def press(client: Client, answer: Any, action: str, **values: str) -> Any:
    """The answer to a button of a page, with the pages it leads to."""
    address = urlsplit(answer.redirect_chain[-1][0] if answer.redirect_chain else QUEUE)
    return client.post(
        f"{address.path}?{address.query}",
        {**seen(answer), "action": action, **values},
        follow=True,
    )


def visit(client: Client, query: str = "") -> Any:
    return client.get(f"{QUEUE}{query}", follow=True)


def text(answer: Any) -> str:
    """What a page says, without tags and line breaks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lacks", ["change_problem", "change_report"])
def test_who_may_not_change_problems_and_reports_is_sent_away(lacks: str) -> None:
    one = waits()
    client = reviewer("eva", *[name for name in MAY if name != lacks])
    assert client.get(QUEUE).status_code == 403
    assert client.post(QUEUE, {"action": "anew"}).status_code == 403
    verdicts = reverse("admin:problems_review_verdicts", args=[one.id])
    assert client.get(verdicts).status_code == 403


def test_nobody_sees_the_queue_without_logging_in() -> None:
    assert Client().get(QUEUE).status_code == 302


# --- one problem after the other ------------------------------------------------------------------


def test_the_queue_opens_at_what_is_first_and_says_all_about_it(ana: Client) -> None:
    waits()
    first = reported("wrong_answer", "<b>The second</b> holds, too.")
    answer = visit(ana)
    page = answer.content.decode()
    assert shown(answer) == first.id
    assert "1 of 2" in text(answer)
    assert "&lt;b&gt;The second&lt;/b&gt; holds, too." in page
    assert "Wrong answer" in page
    for line in first.statements.all():
        assert line.content in re.sub("</?mark[^>]*>", "", page)
    assert '<mark class="c-mark">est</mark>' in page
    assert "The auxiliary is avoir." in page


def test_approving_leads_to_the_next_and_undo_back(ana: Client) -> None:
    one, two = waits(), waits()
    answer = press(ana, visit(ana), "approve")
    one.refresh_from_db()
    assert (one.status, shown(answer)) == ("live", two.id)
    assert "You published number 1." in text(answer)
    assert "2 of 2" in text(answer)
    event = ProblemEvent.objects.get()
    assert (event.kind, event.by) == ("published", "ana")
    answer = press(ana, answer, "undo", event=str(event.id))
    one.refresh_from_db()
    assert (one.status, shown(answer)) == ("review", one.id)
    assert "Undone. Here it is again." in text(answer)


def test_rejecting_needs_a_reason_and_loses_no_words(ana: Client) -> None:
    one = waits()
    answer = press(ana, visit(ana), "reject", reason="other", words="")
    assert "Say it in a few words." in text(answer)
    assert 'id="review-reject"' in answer.content.decode()
    words = "Trop <long>. " * 40
    answer = press(ana, answer, "reject", reason="several", words=words)
    assert "Trop &lt;long&gt;." in answer.content.decode()
    one.refresh_from_db()
    assert one.status == "review"
    answer = press(ana, answer, "reject", reason="several", words="See the third.")
    one.refresh_from_db()
    event = ProblemEvent.objects.get()
    assert (one.status, event.kind) == ("retired", "rejected")
    assert event.reason == "More than one sentence is correct. See the third."
    assert "Nothing waits for review" in text(answer)


def test_a_reported_problem_is_kept_with_a_word_or_retired(ana: Client) -> None:
    wrong, other = reported("wrong_answer"), reported("other")
    answer = press(ana, visit(ana), "keep", reason="right", words="")
    assert shown(answer) == other.id
    assert Report.objects.get(problem=wrong).closing_word == "Checked: it is right as it is."
    assert "You closed the reports of number 1." in text(answer)
    answer = press(ana, answer, "retire", reason="unnatural", words="")
    other.refresh_from_db()
    assert other.status == "retired"
    assert not Report.objects.open().exists()
    assert "Nothing waits for review" in text(answer)
    assert "You retired number 2." in text(answer)
    answer = press(ana, answer, "undo", event=str(answer.context["last"].event_id))
    assert shown(answer) == other.id


def test_a_corrected_problem_only_needs_its_reports_closed(ana: Client) -> None:
    one = reported()
    services.revise(one.id, fields={"level": "B1"}, by="ana")
    answer = visit(ana)
    assert "Close reports…" in text(answer)
    assert answer.context["keep_form"]["reason"].value() == "corrected"


def test_the_links_lead_on_and_back(ana: Client) -> None:
    one, two = waits(), waits()
    answer = visit(ana)
    assert answer.context["before"] == ""
    answer = ana.get(answer.context["next"])
    assert shown(answer) == two.id
    answer = ana.get(answer.context["before"])
    assert shown(answer) == one.id


def test_filters_stay_in_the_address_and_can_be_removed(ana: Client) -> None:
    waits()
    hard = waits(level="B2", grammatical_focus="negation")
    answer = visit(ana, "?level=B2&focus=negation")
    assert shown(answer) == hard.id
    assert parse_qs(urlsplit(answer.redirect_chain[-1][0]).query) == {
        "focus": ["negation"],
        "level": ["B2"],
        "problem": [str(hard.id)],
    }
    assert [rest for _, rest in answer.context["chosen"]] == ["level=B2", "focus=negation"]
    answer = press(ana, answer, "approve")
    assert "Nothing of what you filter by waits for review" in text(answer)


def test_a_filter_that_does_not_exist_is_named_and_left_out(ana: Client) -> None:
    one = waits()
    answer = ana.get(f"{QUEUE}?level=Z9&problem={one.id}")
    assert shown(answer) == one.id
    assert "Z9" in text(answer)


@pytest.mark.parametrize("asked", ["nonsense", "00000000-0000-7000-8000-000000000000"])
def test_a_problem_that_does_not_exist_is_told(ana: Client, asked: str) -> None:
    one = waits()
    answer = visit(ana, f"?problem={asked}")
    assert shown(answer) == one.id
    assert "There is no such problem" in text(answer)


@pytest.mark.parametrize("body", [{}, {"action": "x"}, {"action": "approve"}, {"action": "undo"}])
def test_a_broken_post_changes_nothing(ana: Client, body: dict[str, str]) -> None:
    one = waits()
    answer = ana.post(QUEUE, body, follow=True)
    assert (answer.status_code, shown(answer)) == (200, one.id)
    assert not ProblemEvent.objects.exists()


def test_beginning_anew_takes_in_what_came_meanwhile(ana: Client) -> None:
    waits()
    answer = visit(ana)
    late = reported("wrong_answer")
    assert "1 of 1" in text(answer)
    answer = press(ana, answer, "anew")
    assert shown(answer) == late.id
    assert "1 of 2" in text(answer)


# --- two at the same time -------------------------------------------------------------------------


def test_two_reviewers_are_given_different_problems(ana: Client, ben: Client) -> None:
    one, two = waits(), waits()
    assert shown(visit(ana)) == one.id
    assert shown(visit(ben)) == two.id
    answer = visit(ben, f"?problem={one.id}")
    assert "ana has this problem open, too." in text(answer)


def test_who_comes_second_is_told_who_decided_and_sees_the_outcome(
    ana: Client, ben: Client
) -> None:
    one = waits()
    before = visit(ben, f"?problem={one.id}")
    press(ana, visit(ana), "reject", reason="unnatural", words="")
    answer = press(ben, before, "approve")
    assert "ana rejected this problem" in text(answer)
    assert "Nothing is left to decide here." in text(answer)
    assert "Nobody would say it like this." in text(answer)
    assert 'value="approve"' not in answer.content.decode()
    one.refresh_from_db()
    assert one.status == "retired"


def test_a_page_that_stays_open_asks_what_others_did_meanwhile(ana: Client, ben: Client) -> None:
    one = waits()
    answer = visit(ben)
    address = f"{reverse('admin:problems_review_meanwhile')}?{answer.context['seen']}"
    assert ben.get(address).status_code == 204
    press(ana, visit(ana, f"?problem={one.id}"), "approve")
    assert "ana published this problem" in text(ben.get(address))
    assert ben.get(reverse("admin:problems_review_meanwhile")).status_code == 404


# --- why it waits ---------------------------------------------------------------------------------


def test_the_page_says_why_a_problem_waits(ana: Client) -> None:
    unsure = {"judge": "engine", "ruling": "unsure", "reasons": ["“zigouigoui” is not known"]}
    doubtful = waits(generation_trace={"statements": [{"text": "Il part.", "verdicts": [unsure]}]})
    assert "“zigouigoui” is not known." in text(visit(ana, f"?problem={doubtful.id}"))
    written = waits(metadata={"generator": "openai", "model": "gpt-4o-mini"})
    assert "A model wrote it" in text(visit(ana, f"?problem={written.id}"))
    sent = make.problem()
    services.send_to_review(sent.id, by="bo", reason="Is this still said?")
    answer = visit(ana, f"?problem={sent.id}")
    assert re.search("bo sent this problem to review .* Is this still said?", text(answer))
    assert "waits for a person" in text(visit(ana, f"?problem={waits().id}"))


def test_the_engine_says_what_it_thinks_of_each_statement(ana: Client) -> None:
    one = waits()
    answer = ana.get(reverse("admin:problems_review_verdicts", args=[one.id]))
    assert answer.content.decode().count("data-verdict") == len(one.statements.all())
    missing = reverse("admin:problems_review_verdicts", args=[uuid.uuid4()])
    assert ana.get(missing).status_code == 404


# --- around it ------------------------------------------------------------------------------------


def test_what_was_decided_today_is_shown_by_person(ana: Client, ben: Client) -> None:
    waits(), waits(), waits()
    press(ana, visit(ana), "approve")
    answer = press(ben, visit(ben), "reject", reason="level", words="")
    assert [(one.by, one.published, one.taken_out) for one in answer.context["tallies"]] == [
        ("ana", 1, 0),
        ("ben", 0, 1),
    ]
    assert "Decided today" in text(answer)


def test_the_edit_page_comes_back_to_the_queue(ana: Client) -> None:
    one = waits()
    answer = visit(ana)
    back = parse_qs(urlsplit(answer.context["edit"]).query)["back"][0]
    assert ana.get(answer.context["edit"]).status_code == 200
    two = waits()
    ana.post(QUEUE, {"action": "anew"})
    assert shown(ana.get(back, follow=True)) == one.id
    services.publish(one.id, by="ana")
    assert shown(ana.get(back, follow=True)) == two.id


def test_an_empty_queue_says_what_is_next(ana: Client) -> None:
    answer = visit(ana)
    assert "Nothing waits for review" in text(answer)
    assert reverse("admin:problems_problem_changelist") in answer.content.decode()


def test_the_list_of_reports_leads_to_the_queue(ana: Client) -> None:
    one = reported()
    waits()
    answer = ana.get(reverse("admin:problems_report_review"), follow=True)
    assert shown(answer) == one.id
    assert "1 of 1" in text(answer)


def test_a_page_costs_at_most_ten_queries_however_much_waits(ana: Client) -> None:
    one = reported()
    visit(ana)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            ana.get(f"{QUEUE}?problem={one.id}")
        counts.append(len(asked))
        for _ in range(5):
            reported()
            waits()
        ana.post(QUEUE, {"action": "anew"})
    assert counts[0] == counts[1] <= 10
    assert review.ROUND_SIZE > 10
