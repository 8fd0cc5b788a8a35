"""The review queue: what waits in which order, rounds that stay, and two reviewers at the same time."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from problems import decisions, feedback, review, services
from problems.decisions import Overtaken, Seen
from problems.models import Problem, ProblemEvent, Report, ReviewClaim, ReviewRound
from problems.review import Wanted
from quizservice.errors import Conflict, NotFound, ServiceError, Unprocessable
from tests.problems import make
from tests.threads import together

pytestmark = pytest.mark.django_db

ALL = Wanted()
KEY = uuid.uuid4()


@pytest.fixture
def ana(db: None) -> User:
    return User.objects.create_user("ana", password="correct horse battery", is_staff=True)


@pytest.fixture
def ben(db: None) -> User:
    return User.objects.create_user("ben", password="correct horse battery", is_staff=True)


def waits(**values: Any) -> Problem:
    return make.problem(status=Problem.Status.REVIEW, **values)


def reported(reason: str = "ambiguous", times: int = 1, **values: Any) -> Problem:
    problem = make.problem(**values)
    for _ in range(times):
        feedback.report(problem.id, reason=reason, key_id=KEY, comment="Both hold.")
    return problem


def seen(problem: Problem) -> Seen:
    problem.refresh_from_db()
    reports = Report.objects.open().filter(problem=problem).order_by("last_reported_at")
    last = reports.last()
    return Seen(problem.updated_at, last.last_reported_at if last else None)


def status(problem: Problem) -> str:
    return Problem.objects.get(id=problem.id).status


# --- what waits -----------------------------------------------------------------------------------


def test_reported_problems_come_first_and_the_oldest_before_the_newer_ones() -> None:
    first, second = waits(), waits()
    odd = reported("other", times=7)
    often = reported("ambiguous", times=3)
    wrong = reported("wrong_answer")
    make.problem()
    retired = reported("wrong_answer")
    services.retire(retired.id)
    assert review.waiting(ALL) == [wrong.id, often.id, odd.id, first.id, second.id]
    assert review.waiting(Wanted(reported=True)) == [wrong.id, often.id, odd.id]
    assert review.waiting(ALL, limit=2) == [wrong.id, often.id]
    assert review.waiting(ALL, limit=4) == [wrong.id, often.id, odd.id, first.id]


def test_a_reported_problem_in_review_waits_once() -> None:
    both = reported()
    services.send_to_review(both.id)
    assert review.waiting(ALL) == [both.id]


@pytest.mark.parametrize(
    ("wanted", "values"),
    [
        (Wanted(focus="negation"), {"grammatical_focus": "negation"}),
        (Wanted(tense="imparfait"), {"tenses_used": ["present", "imparfait"]}),
        (Wanted(level="B2"), {"level": "B2"}),
        (Wanted(language="fra"), {"target_language_code": "fra"}),
        (Wanted(source="openai"), {"metadata": {"generator": "openai"}}),
    ],
)
def test_the_queue_can_be_narrowed(wanted: Wanted, values: dict[str, Any]) -> None:
    waits(), reported()
    one, other = waits(**values), reported(**values)
    assert review.waiting(wanted) == [other.id, one.id]


def test_a_choice_of_filters_is_always_the_same_text() -> None:
    assert Wanted().query() == ""
    assert Wanted(level="A2", focus="negation", reported=True).query() == (
        "focus=negation&level=A2&reported=1"
    )


# --- rounds ---------------------------------------------------------------------------------------


def test_the_order_of_a_round_stays_whatever_comes_and_is_decided(ana: User) -> None:
    problems = [waits() for _ in range(3)]
    now = review.begin(ana, ALL)
    assert now is not None
    late = reported("wrong_answer")
    decisions.approve(problems[0].id, by=ana, seen=seen(problems[0]))
    now = review.current(ana, ALL)
    assert now is not None
    assert [one.problem_id for one in now.entries] == [one.id for one in problems]
    assert (now.done, now.place(problems[1].id), now.place(late.id)) == (1, 2, None)
    assert now.following(problems[1].id) == [problems[2].id]
    assert now.before(problems[1].id) == problems[0].id
    assert now.before(problems[0].id) is None


def test_after_the_last_one_comes_what_was_passed_over(ana: User) -> None:
    one, two, three = waits(), waits(), waits()
    now = review.begin(ana, ALL)
    assert now is not None
    assert now.following(two.id) == [three.id, one.id]
    assert now.following() == [one.id, two.id, three.id]


def test_a_finished_round_is_followed_by_what_waits_then(ana: User) -> None:
    one = waits()
    assert review.current(ana, ALL) is not None
    decisions.reject(one.id, by=ana, seen=seen(one), reason="Unnatural.")
    two = waits()
    now = review.current(ana, ALL)
    assert now is not None
    assert [entry.problem_id for entry in now.entries] == [two.id]
    decisions.approve(two.id, by=ana, seen=seen(two))
    assert review.current(ana, ALL) is None
    _, last = review.today(ana, review.round_of(ana, ALL))
    assert last is not None
    assert last.problem_id == two.id
    three = waits()
    _, last = review.today(ana, review.current(ana, ALL))
    assert last is not None
    assert (last.problem_id, three.status) == (two.id, "review")


def test_an_old_round_is_left_for_a_new_one(ana: User) -> None:
    one = waits()
    review.begin(ana, ALL)
    ReviewRound.objects.update(begun_at=timezone.now() - review.ROUND_LASTS - timedelta(minutes=1))
    two = reported()
    now = review.current(ana, ALL)
    assert now is not None
    assert [entry.problem_id for entry in now.entries] == [two.id, one.id]


def test_a_round_is_bounded_and_says_how_many_wait(
    ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "ROUND_SIZE", 2)
    for _ in range(3):
        waits()
    now = review.begin(ana, ALL)
    assert now is not None
    assert (len(now.entries), now.waiting) == (2, 3)


def test_a_deleted_problem_waits_no_more(ana: User) -> None:
    one, two = waits(), waits()
    review.begin(ana, ALL)
    review.claim(one.id, ana)
    one.delete()
    now = review.round_of(ana, ALL)
    assert now is not None
    assert now.following() == [two.id]
    assert not ReviewClaim.objects.exists()
    assert review.claim(one.id, ana) is False


# --- claims ---------------------------------------------------------------------------------------


def test_what_another_has_open_comes_last(ana: User, ben: User) -> None:
    one, two = waits(), waits()
    assert review.claim(one.id, ana)
    assert review.claim(one.id, ana)
    assert not review.claim(one.id, ben)
    assert (review.held_by(one.id, ben), review.held_by(one.id, ana)) == ("ana", "")
    now = review.begin(ben, ALL)
    assert now is not None
    assert now.following() == [two.id, one.id]
    entry = now.entry(one.id)
    assert entry is not None
    assert entry.held_by == "ana"
    assert review.claim_next(now, ben) == two.id


def test_a_look_elsewhere_leaves_the_first_problem_to_others(ana: User, ben: User) -> None:
    one, two = waits(), waits()
    review.claim(one.id, ana)
    review.claim(two.id, ana)
    assert review.claim(one.id, ben)
    assert not review.claim(two.id, ben)
    review.release(ana)
    assert review.claim(two.id, ben)


def test_a_claim_ends_by_itself(ana: User, ben: User) -> None:
    one = waits()
    review.claim(one.id, ana)
    ReviewClaim.objects.update(until=timezone.now() - timedelta(seconds=1))
    now = review.begin(ben, ALL)
    assert now is not None
    assert now.entries[0].held_by == ""
    assert review.claim(one.id, ben)


def test_when_others_have_all_of_them_open_one_is_shown_all_the_same(ana: User, ben: User) -> None:
    one = waits()
    review.claim(one.id, ana)
    now = review.begin(ben, ALL)
    assert now is not None
    assert review.claim_next(now, ben) == one.id
    assert ReviewClaim.objects.get().person == ana


@pytest.mark.django_db(transaction=True)
def test_reviewers_who_begin_together_get_different_problems(loaded_verbs: None) -> None:
    people = [User.objects.create_user(f"reviewer{n}") for n in range(4)]
    problems = {waits().id for _ in people}
    given: list[uuid.UUID | None] = []

    def begins(person: User) -> None:
        now = review.current(person, ALL)
        assert now is not None
        given.append(review.claim_next(now, person))

    together([lambda person=person: begins(person) for person in people])  # type: ignore[misc]
    assert set(given) == problems


# --- decisions ------------------------------------------------------------------------------------


def test_approving_publishes_with_history_and_undo_takes_it_back(ana: User) -> None:
    one = waits()
    event = decisions.approve(one.id, by=ana, seen=seen(one))
    assert (event.kind, event.by, status(one)) == ("published", "ana", "live")
    assert decisions.undo(event.id, by=ana) == one.id
    assert status(one) == "review"
    with pytest.raises(Conflict):
        decisions.undo(event.id, by=ana)


def test_rejecting_retires_with_the_reason(ana: User) -> None:
    one = waits()
    event = decisions.reject(one.id, by=ana, seen=seen(one), reason="Two are right.")
    assert (event.kind, event.reason, status(one)) == ("rejected", "Two are right.", "retired")
    decisions.undo(event.id, by=ana)
    assert status(one) == "review"


def test_keeping_closes_the_reports_and_undo_opens_them(ana: User) -> None:
    one = reported("wrong_answer")
    before = seen(one)
    event = decisions.keep(one.id, by=ana, seen=before, word="Looked at: it is right.")
    closed = Report.objects.get()
    assert (closed.closed_by, closed.closing_word) == (ana, "Looked at: it is right.")
    assert (event.kind, event.reason) == ("noted", "Reports closed: Looked at: it is right.")
    assert (status(one), review.waiting(ALL)) == ("live", [])
    decisions.undo(event.id, by=ana)
    assert review.waiting(ALL) == [one.id]
    assert Report.objects.get().closed_by is None
    with pytest.raises(Conflict, match="nothing to undo"):
        decisions.undo(event.id, by=ana)


def test_retiring_a_reported_problem_closes_its_reports_and_undo_brings_all_back(
    ana: User,
) -> None:
    one = reported()
    event = decisions.retire(one.id, by=ana, seen=seen(one), reason="Two are right.")
    assert (status(one), Report.objects.open().count()) == ("retired", 0)
    decisions.undo(event.id, by=ana)
    assert (status(one), Report.objects.open().count()) == ("live", 1)


def test_a_report_that_came_after_the_look_stays_open(ana: User) -> None:
    one = reported()
    before = seen(one)
    feedback.report(one.id, reason="wrong_answer", key_id=KEY)
    decisions.keep(one.id, by=ana, seen=before, word="It is right.")
    assert [report.reason for report in Report.objects.open()] == ["wrong_answer"]


def test_what_was_reported_again_meanwhile_is_not_opened_twice(ana: User) -> None:
    one = reported("ambiguous")
    event = decisions.retire(one.id, by=ana, seen=seen(one), reason="Two are right.")
    feedback.report(one.id, reason="ambiguous", key_id=KEY, any_status=True)
    decisions.undo(event.id, by=ana)
    assert (status(one), Report.objects.open().count()) == ("live", 1)


def test_approving_closes_the_reports_that_were_shown(ana: User) -> None:
    one = reported()
    services.send_to_review(one.id)
    decisions.approve(one.id, by=ana, seen=seen(one))
    assert review.waiting(ALL) == []


def test_who_comes_second_is_told_by_whom_it_was_decided(ana: User, ben: User) -> None:
    one = waits()
    before = seen(one)
    decisions.reject(one.id, by=ana, seen=before, reason="Unnatural.")
    with pytest.raises(Overtaken, match=r"^ana rejected this problem .* Nothing was done"):
        decisions.approve(one.id, by=ben, seen=before)
    assert status(one) == "retired"


def test_a_problem_that_was_edited_meanwhile_is_looked_at_again(ana: User, ben: User) -> None:
    one = waits()
    before = seen(one)
    services.revise(one.id, fields={"level": "B1"}, by="ana")
    with pytest.raises(Overtaken, match=r"^ana edited this problem"):
        decisions.approve(one.id, by=ben, seen=before)
    assert status(one) == "review"


def test_reports_that_another_closed_are_not_closed_twice(ana: User, ben: User) -> None:
    one = reported()
    before = seen(one)
    decisions.keep(one.id, by=ana, seen=before, word="It is right.")
    with pytest.raises(Overtaken, match=r"^ana closed the reports"):
        decisions.keep(one.id, by=ben, seen=before, word="It is right.")
    assert ProblemEvent.objects.count() == 1


def test_a_reviewer_can_ask_what_happened_meanwhile(ana: User) -> None:
    one, two = waits(), reported()
    before, reports = seen(one), seen(two)
    assert decisions.meanwhile(one.id, seen=before) == ""
    assert decisions.meanwhile(two.id, seen=reports) == ""
    decisions.approve(one.id, by=ana, seen=before)
    decisions.keep(two.id, by=ana, seen=reports, word="It is right.")
    assert decisions.meanwhile(one.id, seen=before).startswith("ana published this problem")
    assert decisions.meanwhile(two.id, seen=reports).startswith("ana closed the reports")
    assert decisions.meanwhile(uuid.uuid4(), seen=before) == "There is no such problem any more."


def test_a_double_click_decides_once(ana: User) -> None:
    one, two = waits(), reported()
    before, reports = seen(one), seen(two)
    assert decisions.approve(one.id, by=ana, seen=before) == decisions.approve(
        one.id, by=ana, seen=before
    )
    assert decisions.keep(two.id, by=ana, seen=reports, word="Right.") == decisions.keep(
        two.id, by=ana, seen=reports, word="Right."
    )
    assert ProblemEvent.objects.count() == 2


@pytest.mark.parametrize("words", ["", "  "])
def test_rejecting_retiring_and_keeping_need_a_word(ana: User, words: str) -> None:
    one, two = waits(), reported()
    with pytest.raises(Unprocessable):
        decisions.reject(one.id, by=ana, seen=seen(one), reason=words)
    with pytest.raises(Unprocessable):
        decisions.retire(two.id, by=ana, seen=seen(two), reason=words)
    with pytest.raises(Unprocessable):
        decisions.keep(two.id, by=ana, seen=seen(two), word=words)
    assert (status(one), status(two), ProblemEvent.objects.count()) == ("review", "live", 0)


def test_what_does_not_exist_is_not_decided(ana: User) -> None:
    with pytest.raises(NotFound):
        decisions.approve(uuid.uuid4(), by=ana, seen=Seen(timezone.now()))
    with pytest.raises(NotFound):
        decisions.undo(uuid.uuid4(), by=ana)


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_the_same_moment_one_stands(loaded_verbs: None) -> None:
    ana, ben = User.objects.create_user("ana"), User.objects.create_user("ben")
    one = waits()
    before = seen(one)
    refusals: list[ServiceError] = []

    def decides(person: User) -> None:
        try:
            if person == ana:
                decisions.approve(one.id, by=ana, seen=before)
            else:
                decisions.reject(one.id, by=ben, seen=before, reason="Unnatural.")
        except Overtaken as overtaken:
            refusals.append(overtaken)

    together([lambda: decides(ana), lambda: decides(ben)])
    event = ProblemEvent.objects.get()
    assert (event.by, status(one)) in {("ana", "live"), ("ben", "retired")}
    assert [refused.detail.startswith(f"{event.by} ") for refused in refusals] == [True]


# --- what became of it ----------------------------------------------------------------------------


def test_decisions_of_today_are_counted_by_person_and_undone_ones_are_not(
    ana: User, ben: User
) -> None:
    one, two, three, four = waits(), waits(), waits(), reported()
    now = review.begin(ana, ALL)
    decisions.approve(one.id, by=ana, seen=seen(one))
    decisions.reject(two.id, by=ana, seen=seen(two), reason="Unnatural.")
    decisions.undo(decisions.approve(three.id, by=ana, seen=seen(three)).id, by=ana)
    decisions.keep(four.id, by=ben, seen=seen(four), word="It is right.")
    services.note(one.id, text="For the record.", by="ben")
    tallies, last = review.today(ana, now)
    assert [(tally.by, tally.counts) for tally in tallies] == [
        ("ana", {"published": 1, "rejected": 1}),
        ("ben", {"noted": 1}),
    ]
    assert last is not None
    assert (last.problem_id, last.kind) == (two.id, "rejected")
    decisions.undo(last.event_id, by=ana)
    _, last = review.today(ana, now)
    assert last is not None
    assert last.problem_id == one.id
    assert review.today(ben, None)[1] is None
