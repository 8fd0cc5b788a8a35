"""The list of problems in the admin: found and ordered."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from problems import browsing, feedback, pool
from problems.models import Problem, ServeState
from problems.pool import Filters
from problems.services import NewStatement
from tests.problems.list_page import LIST, page, problem, shown, text

pytestmark = pytest.mark.django_db


def test_a_row_shows_what_became_of_a_problem(bo_client: Client) -> None:
    one = problem("Léa a mangé.", metadata={"generator": "rules"}, tenses_used=["passe_compose"])
    for _ in range(3):
        pool.draw(Filters())
    right, wrong, *_ = one.statements.order_by("position")
    for picked in (right, right, wrong):
        feedback.record_answer(one.pk, statement_id=picked.id)
    feedback.report(one.pk, reason="ambiguous", key_id=uuid4())
    (row,) = page(bo_client).rows
    assert (row.sentence, row.tenses, str(row.source)) == (
        "Léa a mangé.",
        "passé composé",
        "engine",
    )
    assert (row.served, row.share, row.reports) == (3, "67 % of 3 answers", 1)
    assert "Léa a mangé." in text(bo_client.get(LIST))


@pytest.mark.parametrize("term", ["été", "ETE", "l'ete", "à paris", "L’été paris", "vacances"])
def test_search_ignores_case_and_accents(bo_client: Client, term: str) -> None:
    problem("L’Été, il est à Paris.", topic_tags=["vacances"])
    problem("Il a faim.")
    assert shown(bo_client, f"?q={term}") == ["L’Été, il est à Paris."]


@pytest.mark.parametrize("term", ["100%25", "_", "%5C"])
def test_search_takes_every_character_literally(bo_client: Client, term: str) -> None:
    problem("Il a faim.")
    assert shown(bo_client, f"?q={term}") == []


@pytest.mark.parametrize(
    "query",
    [
        "status__exact=review",
        "grammatical_focus__exact=negation",
        "level__exact=B1",
        "target_language_code__exact=fra",
        "tense=imparfait",
        "tag=été, hiver",
        "verb=manger",
        "verb=MANGER",
        "error_type=elision",
        "source=openai",
        "reported=open",
        "served=served",
        "last_served=today",
        "status__exact=review&status__exact=draft",
        "tense=imparfait&tense=subjonctif&level__exact=B1&source=openai&error_type=elision",
    ],
)
def test_filters_find_and_leave_out(bo_client: Client, query: str) -> None:
    problem()
    wanted = problem(
        grammatical_focus="negation",
        level="B1",
        target_language_code="fra",
        tenses_used=["imparfait"],
        topic_tags=["été, hiver"],
        metadata={"generator": "openai", "verb_infinitives": ["manger"]},
        statements=[
            NewStatement("Elle n’a pas faim.", is_correct=True),
            NewStatement(
                "Elle ne a pas faim.", is_correct=False, explanation="!", error_type="elision"
            ),
        ],
    )
    pool.draw(Filters(level=("B1",)))
    feedback.report(wanted.pk, reason="other", key_id=uuid4())
    Problem.objects.filter(pk=wanted.pk).update(status="review")
    assert shown(bo_client, f"?{query}") == ["Elle n’a pas faim."]


@pytest.mark.parametrize(
    "query",
    ["source=person", "reported=none", "served=never", "last_served=week", "last_served=quarter"],
)
def test_filters_for_what_is_not_there(bo_client: Client, query: str) -> None:
    other = problem(metadata={"generator": "rules"}, level="B1")
    pool.draw(Filters(level=("B1",)))
    feedback.report(other.pk, reason="other", key_id=uuid4())
    problem("Elle a faim.", metadata={"verb_infinitives": ["avoir"]})
    assert shown(bo_client, f"?{query}") == ["Elle a faim."]


@pytest.mark.parametrize("name", ["tense", "level__exact", "source", "reported", "served", "verb"])
def test_a_value_that_does_not_exist_finds_nothing(bo_client: Client, name: str) -> None:
    problem()
    assert shown(bo_client, f"?{name}=nonsense") == []
    assert shown(bo_client, f"?{name}=a%00b&sort=-served") == []


def test_chips_take_one_filter_away_and_keep_the_others(bo_client: Client) -> None:
    problem()
    query = "?level__exact=A2&q=elle&tense=present&tense=passe_compose&sort=-served"
    chips = {chip.name: chip.address for chip in page(bo_client, query).chips}
    assert list(chips) == [
        "tense: présent",
        "tense: passé composé",
        "level: A2",
        "words: elle",
    ]
    left = chips["tense: présent"]
    assert left == "?level__exact=A2&q=elle&sort=-served&tense=passe_compose"


def test_tabs_count_as_long_as_nothing_else_narrows_the_list(bo_client: Client) -> None:
    problem()
    problem(status="draft")
    tabs = [
        (tab.name, tab.number, tab.current) for tab in page(bo_client, "?status__exact=draft").tabs
    ]
    assert tabs == [
        ("live", "1", False),
        ("in review", "0", False),
        ("draft", "1", True),
        ("retired", "0", False),
        ("all", "", False),
    ]
    assert {tab.number for tab in page(bo_client, "?level__exact=A2").tabs} == {""}


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", "cba"),
        ("created", "abc"),
        ("-served", "bca"),
        ("served", "acb"),
        ("-share", "acb"),
        ("share", "cab"),
        ("-reports", "cba"),
        ("-updated", "acb"),
        ("nonsense", "cba"),
    ],
)
def test_orders(bo_client: Client, sort: str, order: str) -> None:
    made = {name: problem(f"{name}.") for name in "abc"}
    for name, times in (("b", 9), ("c", 4)):
        ServeState.objects.filter(problem=made[name]).update(served_count=times)
    for name, place in (("a", 0), ("c", 1)):
        statement = made[name].statements.get(position=place)
        feedback.record_answer(made[name].pk, statement_id=statement.id)
    feedback.report(made["c"].pk, reason="other", key_id=uuid4())
    made["a"].save()
    if sort == "-updated":
        for name in "bca":
            made[name].save()
    assert shown(bo_client, f"?sort={sort}") == [f"{name}." for name in order]


def test_pages(bo_client: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(51):
        problem()
    with django_assert_max_num_queries(10):
        first = page(bo_client)
    assert (len(first.rows), first.found, first.page.last) == (50, "51 problems", 2)
    second = page(bo_client, first.next_address)
    assert (len(second.rows), second.next_address) == (1, "")
    assert "The list ends before this page" in text(bo_client.get(f"{LIST}?p=3"))


def test_more_than_a_bound_is_not_counted(
    bo_client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(browsing, "COUNTED", 2)
    for _ in range(4):
        problem()
    with django_assert_max_num_queries(10):
        found = page(bo_client, "?sort=-served")
    assert found.found == "more than 2 problems"
    assert found.page.last is None
    assert {tab.number for tab in page(bo_client).tabs} >= {"2+", "0"}


@pytest.mark.parametrize(
    "query",
    [
        "?q=elle&sort=share",
        "?status__exact=live&grammatical_focus__exact=auxiliary&tense=passe_compose&level__exact=A2"
        "&error_type=wrong_auxiliary&source=person&reported=none&served=never&verb=avoir&sort=-reports",
    ],
)
def test_queries_do_not_grow_with_filters(
    bo_client: Client, query: str, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        problem()
    with django_assert_max_num_queries(10):
        assert len(page(bo_client, query).rows) == 5


def test_an_empty_list_says_what_to_do(bo_client: Client) -> None:
    assert "There are no problems yet" in text(bo_client.get(LIST))
    answer = bo_client.get(f"{LIST}?tense=present&level__exact=A1")
    assert "No problem fits all of this" in text(answer)
    assert "order/?tenses_used=present&amp;level=A1" in answer.content.decode()


def test_a_word_that_is_no_filter_goes_back_to_the_list(bo_client: Client) -> None:
    assert bo_client.get(f"{LIST}?nonsense=1").status_code == 302
