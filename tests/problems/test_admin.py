"""Problems in the admin, as Bo (staff) uses it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from problems import pool, services
from problems.models import Problem
from problems.pool import Filters
from problems.services import NewStatement
from tests.problems import make

pytestmark = pytest.mark.django_db

LIST = "/admin/problems/problem/"


def statements(sentence: str) -> list[NewStatement]:
    right, *wrong = make.statements(wrong=2)
    return [NewStatement(sentence, is_correct=True, translation=right.translation), *wrong]


def shown(client: Client, query: str = "") -> list[str]:
    """The correct sentences in the list."""
    page = client.get(f"{LIST}{query}")
    assert page.status_code == 200
    assert page.context is not None
    return [problem._correct for problem in page.context["cl"].result_list]


def form_of(problem: Problem) -> dict[str, Any]:
    """What the browser would send back unchanged."""
    values: dict[str, Any] = {
        "title": problem.title,
        "instructions": problem.instructions,
        "target_language_code": problem.target_language_code,
        "grammatical_focus": problem.grammatical_focus,
        "level": problem.level,
        "tenses_used": ",".join(problem.tenses_used),
        "topic_tags": ",".join(problem.topic_tags),
        "metadata": "{}",
    }
    rows = list(problem.statements.order_by("position"))
    for n, row in enumerate(rows):
        for name in (
            "id", "problem_id", "content", "translation", "error_type", "explanation",
            "error_code", "span_start", "span_end", "correction",
        ):  # fmt: skip
            value = getattr(row, name)
            values[f"statements-{n}-{name.removesuffix('_id')}"] = "" if value is None else value
        if row.is_correct:
            values[f"statements-{n}-is_correct"] = "on"
    values["statements-TOTAL_FORMS"] = values["statements-INITIAL_FORMS"] = len(rows)
    return values


def save(client: Client, problem: Problem, values: dict[str, Any]) -> str:
    """Send the form; the text of the page that follows."""
    answer = client.post(f"{LIST}{problem.id}/change/", values, follow=True)
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_the_list_shows_the_correct_sentence_and_how_often_it_was_served(bo_client: Client) -> None:
    make.problem(statements=statements("Léa a mangé."))
    for _ in range(3):
        pool.draw(Filters())
    page = bo_client.get(LIST)
    assert "Léa a mangé." in page.content.decode()
    assert page.context is not None
    assert [problem._served for problem in page.context["cl"].result_list] == [3]


@pytest.mark.parametrize("term", ["été", "ETE", "l'ete", "à paris", "L’été paris", "vacances"])
def test_search_ignores_case_and_accents(bo_client: Client, term: str) -> None:
    make.problem(statements=statements("L’Été, il est à Paris."), topic_tags=["vacances"])
    make.problem(statements=statements("Il a faim."))
    assert shown(bo_client, f"?q={term}") == ["L’Été, il est à Paris."]


@pytest.mark.parametrize("term", ["100%25", "_", "%5C"])
def test_search_takes_every_character_literally(bo_client: Client, term: str) -> None:
    make.problem(statements=statements("Il a faim."))
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
    ],
)
def test_filters(bo_client: Client, query: str) -> None:
    make.problem()
    make.problem(
        statements=statements("Elle n’a pas faim."),
        status="review",
        grammatical_focus="negation",
        level="B1",
        target_language_code="fra",
        tenses_used=["imparfait"],
        topic_tags=["été, hiver"],
    )
    assert shown(bo_client, f"?{query}") == ["Elle n’a pas faim."]


def act(client: Client, action: str, problems: list[Problem]) -> str:
    answer = client.post(
        LIST,
        {"action": action, "_selected_action": [str(problem.id) for problem in problems]},
        follow=True,
    )
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_publishing_and_retiring(bo_client: Client) -> None:
    draft = make.problem(status="draft")
    broken = make.problem(status="draft", statements=make.statements(correct=0))
    page = act(bo_client, "publish", [draft, broken])
    assert "1 problems published." in page
    assert "exactly one of them correct" in page
    assert pool.draw(Filters()) == [draft.id]
    assert "1 problems retired." in act(bo_client, "retire", [draft])
    assert pool.draw(Filters()) == []


def test_an_edited_statement_is_stored_and_found(bo_client: Client) -> None:
    problem = make.problem()
    values = form_of(problem)
    values["statements-0-content"] = "Zoé a un zèbre."
    values["topic_tags"] = "zoo,animaux"
    assert "was changed successfully" in save(bo_client, problem, values)
    assert shown(bo_client, "?q=zebre") == ["Zoé a un zèbre."]
    assert shown(bo_client, "?q=animaux") == ["Zoé a un zèbre."]
    assert pool.draw(Filters(topic_tags=("zoo",))) == [problem.id]


def test_the_correct_statement_can_be_exchanged(bo_client: Client) -> None:
    problem = make.problem()
    values = form_of(problem)
    del values["statements-0-is_correct"]
    values |= {
        "statements-0-translation": "",
        "statements-0-error_type": "wrong_form",
        "statements-0-explanation": "No.",
        "statements-1-is_correct": "on",
        "statements-1-translation": "She is.",
        "overrule": "on",  # the sentences of these tests are no French
    }
    for name in ("error_type", "explanation", "error_code", "span_start", "span_end", "correction"):
        values[f"statements-1-{name}"] = ""
    assert "was changed successfully" in save(bo_client, problem, values)
    assert [row.is_correct for row in problem.statements.order_by("position")] == [
        False,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"statements-0-is_correct": None}, "no error type; every other one has one"),
        (
            {"statements-0-DELETE": "on"},
            "Exactly one statement must be marked as correct; now there are 0.",
        ),
        (
            {"statements-1-DELETE": "on", "statements-2-DELETE": "on", "statements-3-DELETE": "on"},
            "A problem has 2 to 6 statements; now there are 1.",
        ),
        ({"statements-1-explanation": ""}, "has no explanation; every other one has one"),
        ({"statements-1-translation": "She."}, "Only the correct statement has a translation"),
        ({"statements-1-span_end": "900"}, "lies inside the text"),
        ({"statements-1-content": ""}, "This field is required"),
        ({"tenses_used": "preterite"}, "preterite is not one of the available choices"),
        ({"tenses_used": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    bo_client: Client, changes: dict[str, str | None], said: str
) -> None:
    problem = make.problem()
    before = list(problem.statements.values().order_by("position"))
    values = {**form_of(problem), **changes}
    given = {name: value for name, value in values.items() if value is not None}
    assert said in save(bo_client, problem, given)
    assert list(problem.statements.values().order_by("position")) == before


def french_problem() -> Problem:
    """A problem in sentences that the grammar engine knows; its second statement is wrong."""
    wrong = NewStatement(
        "Elle a partie hier soir.",
        is_correct=False,
        explanation="The auxiliary is être.",
        error_type="wrong_auxiliary",
        span=(5, 6),
        correction="est",
    )
    right = NewStatement(
        "Marie est allée au marché.", is_correct=True, translation="Marie went to the market."
    )
    return make.problem(statements=[right, wrong])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"statements-0-content": "Marie est allé au marché."},
            "“Marie est allé au marché.” is marked as correct, but",
        ),
        (
            {
                "statements-1-content": "Elle est partie hier soir.",
                "statements-1-span_start": "",
                "statements-1-span_end": "",
                "statements-1-correction": "",
            },
            "“Elle est partie hier soir.” is marked as incorrect, but no error was found in it.",
        ),
        (
            {"statements-1-error_type": "wrong_person"},
            "The error is wrong_auxiliary, not wrong_person",
        ),
    ],
)
def test_the_grammar_engine_objects_to_what_is_certainly_wrong(
    bo_client: Client, changes: dict[str, str], said: str
) -> None:
    problem = french_problem()
    before = list(problem.statements.values().order_by("position"))
    values = {**form_of(problem), **changes}
    page = save(bo_client, problem, values)
    assert said in page
    assert "The grammar check objects" in page
    assert list(problem.statements.values().order_by("position")) == before
    # The teacher knows better.
    assert "was changed successfully" in save(bo_client, problem, {**values, "overrule": "on"})
    assert list(problem.statements.values().order_by("position")) != before


def test_the_grammar_engine_speaks_of_changed_statements_only(bo_client: Client) -> None:
    problem = french_problem()
    problem.statements.filter(position=0).update(content="Marie est allé au marché.")
    values = {**form_of(problem), "statements-1-explanation": "Partir takes être."}
    assert "was changed successfully" in save(bo_client, problem, values)


def test_what_the_grammar_engine_does_not_understand_is_the_teachers_choice(
    bo_client: Client,
) -> None:
    problem = french_problem()
    values = {**form_of(problem), "statements-0-content": "Zblorg a frouné le plimpin."}
    assert "was changed successfully" in save(bo_client, problem, values)


def test_the_same_texts_twice_are_refused(bo_client: Client) -> None:
    problem = make.problem()
    values = form_of(problem)
    values["statements-1-content"] = values["statements-2-content"]
    values["statements-1-span_start"] = values["statements-1-span_end"] = ""
    assert "correct the duplicate" in save(bo_client, problem, values).lower()


def test_the_statements_of_another_problem_are_refused(bo_client: Client) -> None:
    other, problem = make.problem(), make.problem()
    values = form_of(problem)
    for n in range(4):
        values[f"statements-{n}-content"] = form_of(other)[f"statements-{n}-content"]
    assert "Another problem has the same statements" in save(bo_client, problem, values)


def test_a_problem_written_by_hand_begins_as_a_draft(bo_client: Client) -> None:
    values = form_of(make.problem())
    for name in list(values):
        if re.search(r"statements-\d+-(id|problem)$", name):
            del values[name]
        elif name.endswith("-content"):
            values[name] = values[name].replace("Elle", "Zoé")
        elif re.search(r"span_", name):
            values[name] = ""
    values["statements-INITIAL_FORMS"] = 0
    values["overrule"] = "on"  # the sentences of these tests are no French
    answer = bo_client.post(f"{LIST}add/", values, follow=True)
    assert answer.status_code == 200
    problem = Problem.objects.get(search_text__contains="zoe")
    assert problem.status == "draft"
    assert [row.position for row in problem.statements.order_by("position")] == [0, 1, 2, 3]
    services.publish(problem.id)


def test_the_admin_is_for_staff(client: Client) -> None:
    make.problem()
    ana = User.objects.create_user("ana", "ana@example.org")
    assert client.get(LIST).status_code == 302
    client.force_login(ana)
    assert client.get(LIST).status_code == 302
