"""Export and import: what is written is read back, what is wrong is told, and nothing is half imported."""

from __future__ import annotations

import json
from typing import Any

import pytest

from problems import grammar, serving
from problems.changes import snapshot_of
from problems.exchange import csv_file, exporting, importing
from problems.exchange.entries import FIELDS
from problems.models import Problem, ProblemEvent, ProblemImport
from problems.services import NewStatement
from quizservice.errors import Conflict, NotFound, Unprocessable
from tests.problems import make

pytestmark = pytest.mark.django_db

HEAD = (
    "id,grammatical_focus,level,tenses_used,topic_tags,correct,translation,statement_1,statement_2,"
    "error_type_2,error_2,correction_2,explanation_2"
)
ROW = (
    ",auxiliary,A2,passe_compose,travel,1,She left.,Elle est partie.,Elle a partie.,"
    "wrong_auxiliary,a,est,Partir takes être."
)


@pytest.fixture(scope="module", autouse=True)
def grammar_tables() -> None:
    """Read before a transaction waits for it."""
    grammar.ready()


def sent(text: str | bytes, name: str = "problems.csv", by: str = "ana") -> ProblemImport:
    content = text.encode() if isinstance(text, str) else text
    return importing.look_at(content=content, file_name=name, by=by)


def mistakes(text: str, name: str = "problems.csv") -> list[tuple[int, str, str]]:
    plan = importing.plan_of(sent(text, name))
    return [(one.row, one.column, one.detail) for one in plan.refusals]


def export(form: str) -> bytes:
    return b"".join(exporting.exported(Problem.objects.all(), form=form))


@pytest.mark.parametrize("form", ["csv", "csv_semicolon", "json"])
def test_what_was_exported_changes_nothing(form: str) -> None:
    make.problem(topic_tags=["été, hiver", "a"], tenses_used=["present", "imparfait"])
    make.problem(status="draft", target_language_code="fra")
    before = [snapshot_of(problem) for problem in Problem.objects.all()]
    found = sent(export(form), name="x.json" if form == "json" else "x.csv")
    done = importing.carry_out(found.pk, by="ana")
    assert done == {"added": 0, "changed": 0, "same": 2}
    assert [snapshot_of(problem) for problem in Problem.objects.all()] == before
    assert not ProblemEvent.objects.exists()


@pytest.mark.parametrize("form", ["csv", "csv_semicolon", "json"])
def test_problems_move_to_another_installation(form: str) -> None:
    problem = make.problem(topic_tags=["travel"], metadata={"verb_infinitives": ["avoir"]})
    before = snapshot_of(problem)
    content = export(form)
    Problem.objects.all().delete()
    found = sent(content, name="x.json" if form == "json" else "x.csv")
    importing.carry_out(found.pk, by="ana", status="live", overrule=True)
    after = snapshot_of(Problem.objects.get())
    for one in (*before["statements"], *after["statements"]):
        del one["id"]
    assert after.pop("metadata") == {"verb_infinitives": ["avoir"], "generator": "import"}
    del before["metadata"]
    assert after == before


@pytest.mark.parametrize("status", ["draft", "review", "live"])
def test_new_problems_begin_as_chosen(status: str) -> None:
    found = sent(f"\ufeff{HEAD}\n{ROW}\n")
    assert importing.carry_out(found.pk, by="ana", status=status)["added"] == 1
    problem = Problem.objects.get()
    assert problem.status == status
    assert problem.title == "Avoir or être"
    assert problem.metadata == {"generator": "import"}
    right, wrong = problem.statements.order_by("position")
    assert (right.content, right.is_correct, right.translation) == (
        "Elle est partie.",
        True,
        "She left.",
    )
    assert (wrong.span_start, wrong.span_end, wrong.correction) == (5, 6, "est")
    event = ProblemEvent.objects.get()
    assert (event.kind, event.by, event.reason) == ("imported", "ana", "problems.csv")


def test_semicolons_and_windows_lines_are_read() -> None:
    text = f"{HEAD}\n{ROW}".replace(",", ";").replace("\n", "\r\n")
    assert importing.plan_of(sent(text)).of_kind("add")


def test_columns_that_are_left_out_stay_as_they_are() -> None:
    problem = make.problem(topic_tags=["old"])
    before = snapshot_of(problem)
    found = sent(f"id,topic_tags\n{problem.pk},new\n")
    (step,) = importing.plan_of(found).of_kind("change")
    assert [change.field for change in step.changes] == ["topic_tags"]
    importing.carry_out(found.pk, by="ana")
    assert snapshot_of(Problem.objects.get()) == {**before, "topic_tags": ["new"]}


def test_a_changed_statement_keeps_its_id() -> None:
    problem = make.problem()
    ids = [row.id for row in problem.statements.order_by("position")]
    text = export("csv").decode()
    first = problem.statements.get(position=1).content
    found = sent(text.replace(first, f"{first[:-1]} hier."))
    importing.carry_out(found.pk, by="ana", overrule=True)
    rows = list(Problem.objects.get().statements.order_by("position"))
    assert [row.id for row in rows] == ids
    assert rows[1].content.endswith(" hier.")


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (ROW.replace("auxiliary,A2", "verbs,A2", 1), "grammatical_focus", "“verbs” is not known"),
        (ROW.replace("A2", ""), "level", "A new problem needs this"),
        (ROW.replace("A2", "C3"), "level", "“C3” is not known; there are A1, A2, B1, B2"),
        (ROW.replace("passe_compose", "preterite"), "tenses_used", "“preterite” is not known"),
        (ROW.replace(",1,", ",3,"), "correct", "does not say which statement is correct"),
        (ROW.replace(",1,", ",,"), "correct", "write its number"),
        (ROW.replace("wrong_auxiliary", "typo"), "error_type_2", "“typo” is not known"),
        (ROW.replace("wrong_auxiliary,a", "wrong_auxiliary,ont"), "error_2", "does not stand in"),
        (ROW.replace("wrong_auxiliary,a", "wrong_auxiliary,e"), "error_2", "more than once"),
        (ROW.replace("wrong_auxiliary,a", "wrong_auxiliary,5-99"), "error_2", "do not lie inside"),
        (ROW.replace("Partir takes être.", ""), "statements", "it needs an explanation"),
        (ROW.replace("Elle a partie.", ""), "statements", "2 to 6 statements; now there are 1"),
        (ROW.replace("Elle a partie.", "Elle est partie."), "statements", "the same text"),
        (ROW.replace("travel", "x" * 51), "topic_tags", "it has 1 to 50 characters"),
        (f"nonsense{ROW}", "id", "“nonsense” is no id"),
        (f"{ROW},more", "", "The row has 14 cells, 13 columns have a head"),
        (ROW.replace("She left.", "x" * 501), "translation", "501 characters; at most 500"),
    ],
)
def test_a_refused_row_says_where_and_why(row: str, column: str, said: str) -> None:
    found = mistakes(f"{HEAD}\n{ROW.replace('partie', 'venue')}\n{row}\n")
    assert found
    assert found[0][:2] == (3, column)
    assert said in found[0][2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The first row has no heads"),
        ("a,b\n1,2\n", "The first row has no heads"),
        (HEAD, "no row below the heads"),
        (f"{HEAD},levle\n{ROW},x", "The column “levle” is not known"),
        (f"{HEAD},level\n{ROW},A1", "“level” is there twice"),
        (f'{HEAD}\n"', "cannot be read as CSV"),
        ("[", "cannot be read as JSON"),
        ("{}", "no list of problems"),
        ("[]", "its list is empty"),
        ("\x00PNG", "neither CSV nor JSON"),
    ],
)
def test_what_is_no_such_file_is_refused_at_once(text: str, said: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        sent(text, name="file")
    assert said in refused.value.detail
    assert not ProblemImport.objects.exists()


def test_what_is_not_utf8_is_told() -> None:
    with pytest.raises(Unprocessable, match="not in UTF-8"):
        sent(f"{HEAD}\n{ROW}".encode("utf-16"))


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unprocessable, match="at most 900 kB"):
        sent(b"x" * 900_001)
    with pytest.raises(Unprocessable, match="more than 500 problems"):
        sent(HEAD + f"\n{ROW}" * 501)


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        ({"levle": "A1"}, "levle", "not known"),
        ({"level": 5}, "level", "“5” is not known"),
        ({"tenses_used": "present"}, "tenses_used", "must be a list"),
        ({"metadata": []}, "metadata", "must be a JSON object"),
        ({"title": 5}, "title", "must be a text"),
        ({"title": "a\x00"}, "title", "cannot be stored"),
        ({"statements": {}}, "statements", "must be a list"),
        ({"statements": [{"content": "a"}]}, "statements.0.is_correct", "must be true or false"),
        (
            {"statements": [{"content": "a", "is_correct": True, "span": [0, 9]}]},
            "statements.0.span",
            "two numbers inside",
        ),
        ({"statements": [{"is_correct": True, "contnt": "a"}]}, "statements.0.contnt", "not known"),
    ],
)
def test_json_is_refused_field_by_field(change: dict[str, Any], column: str, said: str) -> None:
    problem = make.problem()
    given_problem = {"id": str(problem.pk), **change}
    ((row, where, why),) = mistakes(json.dumps({"results": [given_problem]}), "x.json")[:1]
    assert (row, where) == (1, column)
    assert said in why


def test_two_rows_and_the_pool_have_no_twins() -> None:
    importing.carry_out(sent(f"{HEAD}\n{ROW}").pk, by="ana", status="live")
    stored = Problem.objects.get()
    twin = ROW.replace("partie", "venue")
    found = mistakes(f"{HEAD}\n{ROW}\n{twin}\n{twin}\n")
    assert [(row, why) for row, _, why in found] == [
        (2, f"The problem {stored.pk} has the same statements already."),
        (4, "Row 3 has the same statements."),
    ]
    assert "same id" in mistakes(f"id,level\n{stored.pk},A1\n{stored.pk},B1\n")[0][2]


def test_nothing_is_half_imported() -> None:
    good = ROW.replace("partie", "venue")
    found = sent(f"{HEAD}\n{good}\n{ROW.replace('A2', 'C3')}\n")
    with pytest.raises(Conflict, match="1 row is refused; nothing was imported"):
        importing.carry_out(found.pk, by="ana")
    assert not Problem.objects.exists()


def test_what_changed_since_it_was_looked_at_stops_the_import() -> None:
    other = ROW.replace("partie", "venue")
    found = sent(f"{HEAD}\n{other}\n{ROW}\n")
    importing.carry_out(sent(f"{HEAD}\n{ROW}", by="bo").pk, by="bo")
    with pytest.raises(Conflict):
        importing.carry_out(found.pk, by="ana")
    assert Problem.objects.count() == 1


def test_the_grammar_check_must_be_overruled() -> None:
    wrong = ROW.replace("Elle est partie.", "Elle est parti.")
    found = sent(f"{HEAD}\n{wrong}\n")
    (step,) = importing.plan_of(found).objections
    assert "“Elle est parti.”" in step.objections[0]
    assert "Elle est parti." in importing.mistakes(found)
    with pytest.raises(Conflict, match="The grammar check objects"):
        importing.carry_out(found.pk, by="ana")
    importing.carry_out(found.pk, by="ana", overrule=True)
    assert Problem.objects.count() == 1


def test_the_grammar_check_speaks_of_changed_statements_only() -> None:
    make.problem(statements=[NewStatement("Elle est parti.", is_correct=True), *_pair()])
    text = export("csv").decode()
    assert not importing.plan_of(sent(text.replace("A2", "B1"))).objections
    assert importing.plan_of(sent(text.replace("est parti.", "est venu."))).objections


def _pair() -> list[NewStatement]:
    return [
        NewStatement(
            "Elle a partie.",
            is_correct=False,
            error_type="wrong_auxiliary",
            explanation="Partir takes être.",
        )
    ]


def test_an_import_is_done_once_and_only_by_its_owner() -> None:
    found = sent(f"{HEAD}\n{ROW}")
    with pytest.raises(NotFound):
        importing.carry_out(found.pk, by="bo")
    importing.carry_out(found.pk, by="ana")
    with pytest.raises(Conflict, match="imported already"):
        importing.carry_out(found.pk, by="ana")
    found.refresh_from_db()
    assert found.content == ""


def test_the_example_can_be_imported() -> None:
    found = sent(importing.EXAMPLE)
    plan = importing.plan_of(found)
    assert [(step.kind, step.objections) for step in plan.steps] == [("add", [])]


def test_the_apis_answer_can_be_imported() -> None:
    problem = make.problem()
    body = serving.visible_body(problem.pk, include_metadata=True, any_status=True)
    found = sent(b"[" + body + b"]", name="x.json")
    assert importing.plan_of(found).refusals == []


def test_every_field_has_a_column() -> None:
    assert set(FIELDS) <= set(csv_file.COLUMNS)
