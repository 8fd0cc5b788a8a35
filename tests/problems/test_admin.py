"""Problems in the admin, as Bo (staff) uses it."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from problems import feedback, pool, services
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
    problem.refresh_from_db()
    values: dict[str, Any] = {
        "title": problem.title,
        "instructions": problem.instructions,
        "target_language_code": problem.target_language_code,
        "grammatical_focus": problem.grammatical_focus,
        "level": problem.level,
        "tenses_used": problem.tenses_used,
        "topic_tags": "\n".join(problem.topic_tags),
        "metadata": json.dumps(problem.metadata),
        "seen": problem.updated_at.isoformat(),
    }
    rows = list(problem.statements.order_by("position"))
    for n, row in enumerate(rows):
        for name in (
            "content", "translation", "error_type", "explanation",
            "error_code", "span_start", "span_end", "correction",
        ):  # fmt: skip
            value = getattr(row, name)
            values[f"statements-{n}-{name}"] = "" if value is None else value
        values |= {f"statements-{n}-key": row.id, f"statements-{n}-place": n}
        if row.is_correct:
            values["statements-correct"] = n
    values["statements-TOTAL_FORMS"] = values["statements-INITIAL_FORMS"] = len(rows)
    return values


def save(client: Client, problem: Problem, values: dict[str, Any]) -> str:
    """Send the form; the text of the page that follows."""
    answer = client.post(f"{LIST}{problem.id}/change/", values, follow=True)
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_an_edited_statement_is_stored_and_found(bo_client: Client) -> None:
    problem = make.problem()
    values = form_of(problem)
    values["statements-0-content"] = "Zoé a un zèbre."
    values["topic_tags"] = "zoo\n\n animaux, grands "
    assert "The problem is saved." in save(bo_client, problem, values)
    assert shown(bo_client, "?q=zebre") == ["Zoé a un zèbre."]
    assert shown(bo_client, "?q=animaux") == ["Zoé a un zèbre."]
    assert pool.draw(Filters(topic_tags=("animaux, grands",))) == [problem.id]


def test_the_correct_statement_can_be_exchanged(bo_client: Client) -> None:
    """What the other kind of statement does not have is dropped, wherever it still stands in the form."""
    problem = make.problem()
    values = {
        **form_of(problem),
        "statements-correct": 1,
        "statements-0-error_type": "wrong_form",
        "statements-0-explanation": "No.",
        "statements-1-translation": "She is.",
        "overrule": "on",  # the sentences of these tests are no French
    }
    assert "The problem is saved." in save(bo_client, problem, values)
    rows = list(problem.statements.order_by("position"))
    assert [row.is_correct for row in rows] == [False, True, False, False]
    assert (rows[0].translation, rows[0].explanation) == (None, "No.")
    assert (rows[1].translation, rows[1].explanation, rows[1].span) == ("She is.", None, None)


def test_statements_are_moved_added_and_removed(bo_client: Client) -> None:
    problem = make.problem()
    ids = [row.id for row in problem.statements.order_by("position")]
    values = {
        **form_of(problem),
        "statements-0-place": 3,
        "statements-3-place": 0,
        "statements-1-DELETE": "on",
        "statements-4-content": "Elle ont faim.",
        "statements-4-error_type": "wrong_person",
        "statements-4-explanation": "Elle a.",
        "statements-TOTAL_FORMS": 6,  # the sixth card is blank
        "statements-5-place": 5,
    }
    assert "The problem is saved." in save(bo_client, problem, values)
    rows = list(problem.statements.order_by("position"))
    assert [row.id for row in rows[:3]] == [ids[3], ids[2], ids[0]]
    assert [row.content for row in rows[3:]] == ["Elle ont faim."]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"statements-correct": None, "statements-0-error_type": "wrong_form"},
            "Explain to the learner what is wrong.",
        ),
        (
            {
                "statements-correct": None,
                "statements-0-error_type": "wrong_form",
                "statements-0-explanation": "No.",
            },
            "Exactly one statement must be marked as correct; now there are 0.",
        ),
        (
            {"statements-0-DELETE": "on"},
            "Exactly one statement must be marked as correct; now there are 0.",
        ),
        (
            {"statements-1-DELETE": "on", "statements-2-DELETE": "on", "statements-3-DELETE": "on"},
            "A problem has 2 to 6 statements; now there are 1.",
        ),
        ({"statements-1-explanation": ""}, "Explain to the learner what is wrong."),
        ({"statements-1-error_type": ""}, "Choose what is wrong in this sentence."),
        ({"statements-1-span_end": "900"}, "does not lie inside the sentence"),
        ({"statements-1-span_end": ""}, "does not lie inside the sentence"),
        ({"statements-1-content": ""}, "Write the sentence, or remove the statement."),
        ({"tenses_used": ["preterite"]}, "preterite is not one of the available choices"),
        ({"tenses_used": None}, "Choose at least one tense."),
        ({"topic_tags": "x" * 51}, "is longer than 50 characters"),
        ({"metadata": "[1]"}, "The metadata are a JSON object"),
        ({"metadata": "{"}, "Enter a valid JSON"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_is_lost(
    bo_client: Client, changes: dict[str, Any], said: str
) -> None:
    problem = make.problem()
    before = list(problem.statements.values().order_by("position"))
    values = {**form_of(problem), "statements-2-explanation": "Typed a moment ago.", **changes}
    given = {name: value for name, value in values.items() if value is not None}
    page = save(bo_client, problem, given)
    assert said in page
    assert "Typed a moment ago." in page
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
            "“Marie est allé au marché.”: It is marked as correct, but",
        ),
        (
            {
                "statements-1-content": "Elle est partie hier soir.",
                "statements-1-span_start": "",
                "statements-1-span_end": "",
                "statements-1-correction": "",
            },
            "“Elle est partie hier soir.”: It is marked as incorrect, but no error was found in it.",
        ),
        (
            {"statements-1-error_type": "wrong_person"},
            "The error is wrong auxiliary, not wrong person",
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
    assert "The problem is saved." in save(bo_client, problem, {**values, "overrule": "on"})
    assert list(problem.statements.values().order_by("position")) != before


def test_the_grammar_engine_speaks_of_changed_statements_only(bo_client: Client) -> None:
    problem = french_problem()
    problem.statements.filter(position=0).update(content="Marie est allé au marché.")
    values = {**form_of(problem), "statements-1-explanation": "Partir takes être."}
    assert "The problem is saved." in save(bo_client, problem, values)


def test_what_the_grammar_engine_does_not_understand_is_the_teachers_choice(
    bo_client: Client,
) -> None:
    problem = french_problem()
    values = {**form_of(problem), "statements-0-content": "Zblorg a frouné le plimpin."}
    assert "The problem is saved." in save(bo_client, problem, values)


def test_the_same_texts_twice_are_refused(bo_client: Client) -> None:
    problem = make.problem()
    values = form_of(problem)
    values["statements-1-content"] = values["statements-2-content"]
    values["statements-1-span_start"] = values["statements-1-span_end"] = ""
    assert "Two statements have the same text." in save(bo_client, problem, values)


def test_the_statements_of_another_problem_are_refused(bo_client: Client) -> None:
    other, problem = make.problem(), make.problem()
    values = form_of(problem)
    for n in range(4):
        values[f"statements-{n}-content"] = form_of(other)[f"statements-{n}-content"]
    assert "Another problem has the same statements" in save(bo_client, problem, values)


def test_a_problem_written_by_hand_begins_as_a_draft(bo_client: Client) -> None:
    values = form_of(make.problem())
    for name in list(values):
        if name == "seen" or name.endswith("-key"):
            del values[name]
        elif name.endswith("-content"):
            values[name] = values[name].replace("Elle", "Zoé")
        elif "span_" in name:
            values[name] = ""
    values |= {"title": "", "instructions": "", "overrule": "on"}  # the sentences are no French
    answer = bo_client.post(f"{LIST}add/", values, follow=True)
    assert answer.status_code == 200
    problem = Problem.objects.get(search_text__contains="zoe")
    assert (problem.status, problem.title) == ("draft", "Avoir or être")
    assert problem.metadata == {"generator": "person", "verb_infinitives": ["avoir"]}
    assert [row.position for row in problem.statements.order_by("position")] == [0, 1, 2, 3]
    assert answer.redirect_chain == [(f"{LIST}{problem.id}/change/", 302)]
    services.publish(problem.id)


def test_the_admin_is_for_staff(client: Client) -> None:
    make.problem()
    ana = User.objects.create_user("ana", "ana@example.org")
    assert client.get(LIST).status_code == 302
    client.force_login(ana)
    assert client.get(LIST).status_code == 302


def test_the_list_leads_to_the_reports_of_a_problem(bo_client: Client) -> None:
    problem = french_problem()
    feedback.report(problem.pk, reason="ambiguous", comment="Les deux ?", key_id=uuid4())
    address = reverse("admin:problems_problem_change", args=[problem.pk])
    listed = bo_client.get(reverse("admin:problems_problem_changelist")).content.decode()
    assert f'href="{address}#reports"' in listed
    assert 'id="reports"' in bo_client.get(address).content.decode()


def test_what_was_never_served_is_said_so_in_french_too(bo_client: Client) -> None:
    """In French, 0 takes the singular, which says “une fois”."""
    address = reverse("admin:problems_problem_change", args=[french_problem().pk])
    page = bo_client.get(address, headers={"accept-language": "fr"}).content.decode()
    assert "jamais servi" in page
    assert "servi une fois" not in page
