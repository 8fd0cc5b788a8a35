"""Export and import in the admin."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from problems import grammar, services
from problems.models import Problem
from tests.problems.list_page import LIST, problem, text

pytestmark = pytest.mark.django_db


def test_a_filtered_list_is_exported(bo_client: Client) -> None:
    wanted = problem("Il a faim.", level="B1")
    problem(level="A1")
    assert "Export 1 problem" in text(bo_client.get(f"{LIST}export/?level__exact=B1"))
    answer = bo_client.get(f"{LIST}export/?level__exact=B1&form=csv")
    assert answer.streaming
    assert "attachment" in answer["Content-Disposition"]
    lines = answer.getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(lines, newline=""))
    assert (row["id"], row["statement_1"], row["correct"]) == (str(wanted.pk), "Il a faim.", "1")


def test_chosen_problems_are_exported(bo_client: Client) -> None:
    wanted, _ = problem(), problem()
    values: dict[str, Any] = {"action": "export_chosen", "_selected_action": [wanted.pk]}
    assert "Export the chosen problems" in text(bo_client.post(LIST, values))
    answer = bo_client.post(LIST, {**values, "form": "json"})
    content = answer.getvalue().decode()
    assert content.count('"statements"') == 1
    assert str(wanted.pk) in content


@pytest.fixture(scope="module", autouse=True)
def grammar_tables() -> None:
    """Read before a transaction waits for it."""
    grammar.ready()


CSV = (
    "grammatical_focus,level,tenses_used,correct,statement_1,statement_2,error_type_2,explanation_2\n"
    "auxiliary,A2,passe_compose,1,Elle est partie.,Elle a partie.,wrong_auxiliary,Partir takes être.\n"
)


def send(client: Client, content: str) -> Any:
    file = io.BytesIO(content.encode())
    file.name = "problems.csv"
    return client.post(f"{LIST}import/", {"file": file}, follow=True)


def test_a_file_is_looked_at_and_then_imported(bo_client: Client) -> None:
    assert "Choose a file." in text(bo_client.post(f"{LIST}import/"))
    looked_at = send(bo_client, CSV)
    assert "Elle est partie." in text(looked_at)
    assert not Problem.objects.exists()
    address, seen = looked_at.request["PATH_INFO"], looked_at.context["plan"].digest
    assert "Choose what the new problems shall be" in text(bo_client.post(address, {"seen": seen}))
    done = bo_client.post(address, {"seen": seen, "status": "review"}, follow=True)
    assert "1 problem added. 0 problems changed." in text(done)
    assert Problem.objects.get().status == "review"
    assert "This file was imported on" in text(bo_client.get(address))


def test_mistakes_are_shown_and_can_be_downloaded(bo_client: Client) -> None:
    page_of_it = send(bo_client, CSV.replace("A2", "C3"))
    assert "Nothing is imported while a row is refused." in text(page_of_it)
    assert "level : “C3” is not known" in text(page_of_it)
    address = page_of_it.request["PATH_INFO"]
    file = bo_client.get(f"{address}mistakes.csv").content.decode("utf-8-sig")
    assert file.splitlines()[0] == "row,column,what is wrong"
    assert file.splitlines()[1].startswith("2,level,")
    assert "1 row is refused; nothing was imported." in text(
        bo_client.post(address, {"seen": "x", "status": "live"}, follow=True)
    )


def test_what_cannot_be_read_is_told_beside_the_field(bo_client: Client) -> None:
    assert "no heads of columns" in text(send(bo_client, "a;b\n1;2\n"))


def test_the_example_is_there(bo_client: Client) -> None:
    assert "statement_1" in bo_client.get(f"{LIST}import/example.csv").content.decode("utf-8-sig")


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(bo_client: Client) -> None:
    one = problem(topic_tags=["old"])
    looked_at = send(bo_client, f"id,topic_tags\n{one.pk},mine\n")
    address, seen = looked_at.request["PATH_INFO"], looked_at.context["plan"].digest
    services.tag([one.pk], add=["hers"], by="ana")
    said = text(bo_client.post(address, {"seen": seen}))
    assert "Somebody changed these problems since you looked." in said
    one.refresh_from_db()
    assert one.topic_tags == ["old", "hers"]
