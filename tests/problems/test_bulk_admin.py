"""Changes to many problems from the list in the admin."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from problems import bulk, pool
from problems.models import Problem, ProblemEvent
from problems.pool import Filters
from tests.problems import make
from tests.problems.list_page import LIST, page, problem, text

pytestmark = pytest.mark.django_db


def act(
    client: Client, action: str, problems: list[Problem], query: str = "", **values: Any
) -> str:
    answer = client.post(
        f"{LIST}{query}",
        {"action": action, "_selected_action": [one.pk for one in problems], **values},
        follow=True,
    )
    return text(answer)


def events() -> list[tuple[str, str, str]]:
    found = ProblemEvent.objects.order_by("problem_id", "number")
    return list(found.values_list("kind", "by", "reason"))


def test_publishing(bo_client: Client) -> None:
    draft = problem(status="draft")
    broken = problem(status="draft", statements=make.statements(correct=0))
    live = problem()
    said = act(bo_client, "publish", [draft, broken, live])
    assert "1 problem changed." in said
    assert "1 problem not changed: A live problem needs 2 to 6 statements" in said
    assert "1 problem not changed: The problem is live already." in said
    assert set(pool.draw(Filters(), 9)) == {draft.pk, live.pk}
    assert events() == [("published", "bo", "")]


def test_retiring_asks_why(bo_client: Client) -> None:
    one, gone = problem("Il a faim."), problem(status="retired")
    said = act(bo_client, "retire", [one, gone])
    assert "Retire 2 problems" in said
    assert "1 problem: live now." in said
    assert "1 problem: retired already, nothing changes there." in said
    assert "Il a faim." in said
    assert "Say why the problems are retired." in act(
        bo_client, "retire", [one, gone], confirmed="2", reason=" "
    )
    assert Problem.objects.get(pk=one.pk).status == "live"
    said = act(bo_client, "retire", [one, gone], confirmed="2", reason="Trop facile.")
    assert "1 problem changed." in said
    assert "1 problem not changed: The problem is retired already." in said
    assert pool.draw(Filters()) == []
    assert events() == [("retired", "bo", "Trop facile.")]


def test_all_that_are_found_are_changed(bo_client: Client) -> None:
    for _ in range(55):
        problem(level="B1")
    other = problem(level="A1")
    first = page(bo_client, "?level__exact=B1").result_list[0]
    values = {"select_across": "1", "reason": "Vieux."}
    assert "Retire 55 problems" in act(bo_client, "retire", [first], "?level__exact=B1", **values)
    said = act(bo_client, "retire", [first], "?level__exact=B1", confirmed="54", **values)
    assert "Meanwhile the list changed: now 55 problems are chosen." in said
    said = act(bo_client, "retire", [first], "?level__exact=B1", confirmed="55", **values)
    assert "55 problems changed." in said
    assert list(Problem.objects.live()) == [other]
    assert events() == [("retired", "bo", "Vieux.")] * 55


def test_publishing_all_that_are_found_is_asked_first(bo_client: Client) -> None:
    draft = problem(status="draft")
    assert "Publish 1 problem" in act(bo_client, "publish", [draft], select_across="1")
    assert Problem.objects.get().status == "draft"


def test_sending_to_review(bo_client: Client) -> None:
    one = problem()
    act(bo_client, "send_to_review", [one], confirmed="1", reason="")
    assert Problem.objects.get().status == "review"
    assert events() == [("sent_to_review", "bo", "")]


def test_changing_tags(bo_client: Client) -> None:
    one, other = problem(topic_tags=["old", "kept"]), problem(topic_tags=["new"])
    assert "Name at least one tag" in act(bo_client, "change_tags", [one, other], confirmed="2")
    said = act(
        bo_client, "change_tags", [one, other], confirmed="2", add='new, "été, hiver"', remove="old"
    )
    assert "2 problems changed." in said
    tags = {row.pk: row.topic_tags for row in Problem.objects.all()}
    assert tags == {one.pk: ["kept", "new", "été, hiver"], other.pk: ["new", "été, hiver"]}
    assert "at most 50" in act(bo_client, "change_tags", [one], confirmed="1", add="x" * 51)


def test_setting_the_level(bo_client: Client) -> None:
    one, other = problem(level="A2"), problem(level="B1")
    assert "Choose a level." in act(bo_client, "change_level", [one, other], confirmed="2")
    said = act(bo_client, "change_level", [one, other], confirmed="2", level="B1")
    assert "1 problem changed." in said
    assert "1 problem not changed: The level is B1 already." in said
    assert events() == [("levelled", "bo", "")]


def test_too_many_at_once_are_refused(bo_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST", 1)
    said = act(bo_client, "retire", [problem(), problem()])
    assert "More than 1 problems are chosen" in said


def test_ordering_more_like_these(bo_client: Client) -> None:
    some = [problem(tenses_used=["present"], level="A1") for _ in range(2)]
    answer = bo_client.post(
        LIST, {"action": "order_more", "_selected_action": [p.pk for p in some]}
    )
    assert answer.status_code == 302
    assert "level=A1" in answer["Location"]
    assert "tenses_used=present" in answer["Location"]


def test_what_is_no_id_changes_nothing(bo_client: Client) -> None:
    answer = bo_client.post(LIST, {"action": "retire", "_selected_action": ["x"]}, follow=True)
    assert "These problems do not exist." in text(answer)


def test_the_database_refuses_one_and_the_others_go_on() -> None:
    broken = problem(status="draft", statements=make.statements(correct=0))
    drafts = [problem(status="draft") for _ in range(3)]
    outcome = bulk.move([one.pk for one in [*drafts, broken]], status="live", by="ana")
    assert (outcome.changed, sum(outcome.kept.values())) == (3, 1)
    assert ProblemEvent.objects.count() == 3


def test_a_thousand_are_moved_in_few_queries(django_assert_max_num_queries: Any) -> None:
    ids = [problem().pk for _ in range(20)]
    with django_assert_max_num_queries(12):
        assert bulk.move(ids, status="retired", by="ana", reason="x").changed == 20


def test_who_may_only_look_neither_changes_nor_imports(client: Client) -> None:
    ana = User.objects.create_user("ana", is_staff=True)
    ana.user_permissions.add(Permission.objects.get(codename="view_problem"))
    client.force_login(ana)
    one = problem(status="draft")
    said = text(client.get(LIST))
    assert "Import" not in said
    assert "Publish" not in said
    client.post(LIST, {"action": "publish", "_selected_action": [one.pk]})
    assert Problem.objects.get().status == "draft"
    for path in ("import/", "import/example.csv", f"import/{uuid4()}/"):
        assert client.get(f"{LIST}{path}").status_code == 403
    assert client.get(f"{LIST}export/").status_code == 200
