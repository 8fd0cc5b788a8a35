"""``manage.py problems`` and ``manage.py pool``: what they print, what they delete, and what they leave."""

from __future__ import annotations

import io
import json
import sys
import threading
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.utils import timezone

from problems import grammar, purging, selection, serving, stock
from problems.models import Answer, Problem, ProblemEvent
from problems.pool import Filters
from problems.selection import Selection
from problems.services import NewStatement
from tests.problems import make

pytestmark = pytest.mark.django_db

PATIENCE = 30.0


def run(*arguments: str, given: str | None = None) -> str:
    """What a command prints; ``given``: its standard input."""
    out = io.StringIO()
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO((given or "").encode()), encoding="utf-8")
    try:
        call_command(*arguments, stdout=out, stderr=io.StringIO())
    finally:
        sys.stdin = before
    return out.getvalue()


def refused(*arguments: str, given: str | None = None) -> CommandError:
    with pytest.raises(CommandError) as error:
        run(*arguments, given=given)
    return error.value


def listed(*options: str) -> set[uuid.UUID]:
    return {uuid.UUID(line) for line in run("problems", "list", "--ids", *options).split()}


def left() -> set[uuid.UUID]:
    return set(Problem.objects.values_list("pk", flat=True))


def aged(problem: Problem, **days: int) -> Problem:
    """The problem as if it were made, and changed, so many days ago."""
    values = {name: timezone.now() - timedelta(days=number) for name, number in days.items()}
    Problem.objects.filter(pk=problem.pk).update(**values)
    return problem


def partir(**values: Any) -> Problem:
    return make.problem(
        statements=[
            NewStatement("Elle est partie.", is_correct=True, translation="She left."),
            NewStatement(
                "Elle a partie.",
                is_correct=False,
                explanation="Partir takes être.",
                error_type="wrong_auxiliary",
                error_code="auxiliary.avoir",
                span=(5, 6),
                correction="est",
            ),
        ],
        topic_tags=["travel"],
        metadata={"verb_infinitives": ["partir"], "generator": "rules"},
        **values,
    )


# --- list and show --------------------------------------------------------------------------------


def test_filters_choose_and_stand_together() -> None:
    one = partir()
    other = make.problem(
        status="retired", level="B1", grammatical_focus="negation", tenses_used=["futur_simple"],
        target_language_code="fra",
    )  # fmt: skip
    for options in (
        ["--focus", "auxiliary,agreement"],
        ["--tense", "passe_compose"],
        ["--level", "A1", "--level", "A2"],
        ["--status", "live"],
        ["--verb", "Partir"],
        ["--tag", "travel"],
        ["--language", "eng"],
        ["--search", "elle PARTIE"],
        ["--search", "partie", "--status", "live", "--error-type", "wrong_auxiliary"],
    ):
        assert listed(*options) == {one.pk}, options
    assert listed("--tense", "future_simple") == {other.pk}
    assert listed("--tense", "future_simple", "--status", "live") == set()
    assert listed() == {one.pk, other.pk}


def test_times() -> None:
    old = aged(make.problem(), created_at=100, updated_at=95)
    changed = aged(make.problem(), created_at=100, updated_at=3)
    new = make.problem()
    assert listed("--since", "99d") == {new.pk}
    assert listed("--older-than", "90d") == {old.pk}
    assert listed("--older-than", "1d12h") == {old.pk, changed.pk}
    assert listed("--since", f"{timezone.now() - timedelta(days=101):%Y-%m-%d}") == left()


def test_in_a_pipe_a_problem_is_a_line_newest_first() -> None:
    first, second = make.problem(), partir()
    lines = run("problems", "list").splitlines()
    assert lines[0].split("\t") == [
        str(second.pk), "live", "auxiliary", "passe_compose", "A2", "partir", "Elle est partie.", "0",
    ]  # fmt: skip
    assert lines[1].startswith(str(first.pk))
    assert run("problems", "list", "--limit", "1").splitlines() == lines[:1]
    documents = [json.loads(line) for line in run("problems", "list", "--json").splitlines()]
    assert [one["id"] for one in documents] == [str(second.pk), str(first.pk)]
    assert documents[0]["topic_tags"] == ["travel"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--focus", "nonsense"], "'nonsense' is none of conjugation"),
        (["--level", ","], "a value is missing"),
        (["--since", "7 days"], "neither a duration"),
        (["--limit", "0"], "no whole number of 1 or more"),
        (["--search", " "], "--search needs a word"),
        (["--ids", "--json"], "not allowed with"),
    ],
)
def test_wrong_usage_is_named(options: list[str], message: str) -> None:
    assert message in str(refused("problems", "list", *options))


def test_a_problem_as_a_teacher_reads_it() -> None:
    grammar.ready()
    problem = partir()
    serving.serve(Filters())
    text = run("problems", "show", str(problem.pk), "--verdict")
    for part in (
        f"{problem.pk}  live",
        "auxiliary · passé composé · A2 · partir · explained in English · tags: travel",
        "written by: engine",
        "served 1 times",
        "✓ Elle est partie.\n    She left.\n    engine: fits.",
        "✗ Elle [a] partie.  → est\n    wrong auxiliary (auxiliary.avoir): Partir takes être.",
    ):
        assert part in text
    document = json.loads(run("problems", "show", "-", "--json", given=f"{problem.pk}\n"))
    assert (document["id"], document["status"], document["served"]) == (str(problem.pk), "live", 1)
    assert document["statements"][1]["span"] == [5, 6]
    assert "verdict" not in document["statements"][1]


def test_unknown_ids_are_named_and_the_others_shown() -> None:
    problem, nobody = partir(), uuid.uuid4()
    error = refused("problems", "show", str(nobody), str(problem.pk))
    assert str(error) == f"There is no problem {nobody}."
    assert refused("problems", "show", "x").returncode == 2


# --- publish, retire, purge -----------------------------------------------------------------------


def test_problems_are_retired_and_published_with_their_history() -> None:
    problem = make.problem()
    assert run("problems", "retire", str(problem.pk), "--reason", "odd") == "1 problem retired.\n"
    event = ProblemEvent.objects.get(problem=problem)
    assert (event.kind, event.reason) == ("retired", "odd")
    assert event.by.endswith("(manage.py)")
    done = json.loads(run("problems", "publish", "-", "--json", given=str(problem.pk)))
    assert done == {"changed": 1, "kept": {}, "missing": 0}
    assert str(refused("problems", "publish", str(uuid.uuid4()))) == "1 id of no problem."


def test_a_purge_by_filters_leaves_what_is_live() -> None:
    live, retired, draft = (
        make.problem(),
        make.problem(status="retired"),
        make.problem(status="draft"),
    )
    run("problems", "purge", "--focus", "auxiliary", "--dry-run")
    assert str(refused("problems", "purge", "--focus", "auxiliary")).startswith(
        "Delete 2 problems (1 draft, 1 retired) for good?"
    )
    assert left() == {live.pk, retired.pk, draft.pk}
    assert run("problems", "purge", "--focus", "auxiliary", "--yes") == "2 problems deleted.\n"
    assert left() == {live.pk}
    assert run("problems", "purge", "--status", "live", "--yes") == "1 problem deleted.\n"


def test_a_purge_of_named_problems_takes_all_that_belongs_to_them() -> None:
    problem, stays = partir(), make.problem()
    right = problem.statements.get(is_correct=True)
    answered(problem, right.pk)
    run("problems", "retire", str(problem.pk))
    asked = f"{problem.pk}\tretired\n{uuid.uuid4()}\n"
    assert json.loads(run("problems", "purge", "-", "--yes", "--json", given=asked)) == {
        "found": {"retired": 1}, "missing": 1, "deleted": {"retired": 1}, "held": 0, "changed": 0,
    }  # fmt: skip
    assert left() == {stays.pk}
    assert not Answer.objects.exists()
    assert not ProblemEvent.objects.exists()


def answered(problem: Problem, statement_id: uuid.UUID) -> None:
    Answer.objects.create(problem=problem, statement_id=statement_id, correct=True, first=True)


def test_a_purge_needs_to_know_of_what() -> None:
    problem = make.problem(status="retired")
    assert refused("problems", "purge", "--yes").returncode == 2
    both = refused("problems", "purge", str(problem.pk), "--status", "retired", "--yes")
    assert "not both" in str(both)
    assert "Nothing was done" in str(refused("problems", "purge", str(problem.pk)))
    assert left() == {problem.pk}
    found = run("problems", "purge", "--older-than", "1d", "--yes")
    assert found == "No problem fits: nothing was deleted.\n"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("loaded_verbs")
def test_a_purge_leaves_what_somebody_holds_and_what_was_published_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _gone, held, published = (make.problem(status="retired") for _ in range(3))
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Problem.objects.select_for_update().filter(pk=held.pk))
            holding.set()
            done.wait(PATIENCE)
        connections.close_all()

    seen = selection.batches

    def then_published(*args: Any, **options: Any) -> Any:
        for batch in seen(*args, **options):
            Problem.objects.filter(pk=published.pk).update(status="live")
            yield batch

    monkeypatch.setattr(purging, "batches", then_published)
    somebody = threading.Thread(target=hold)
    somebody.start()
    try:
        assert holding.wait(PATIENCE)
        told: list[int] = []
        purged = purging.purge(
            Selection(statuses=("retired",)),
            after_batch=lambda so_far: told.append(so_far.problems),
        )
    finally:
        done.set()
        somebody.join(PATIENCE)
    assert (purged.problems, purged.held, purged.changed, told) == (1, 1, 1, [1])
    assert left() == {held.pk, published.pk}


def test_what_came_after_the_question_was_asked_stays() -> None:
    make.problem(status="draft")
    drafts = Selection(statuses=("draft",))
    found = purging.doomed(drafts)
    since = make.problem(status="draft")
    assert purging.purge(drafts, at=found.at).problems == found.problems == 1
    assert left() == {since.pk}


def test_many_are_read_and_deleted_in_batches() -> None:
    problems = [make.problem(status="draft") for _ in range(5)]
    rows = selection.selected(Selection(statuses=("draft",)))
    batches = list(selection.batches(rows, size=2))
    assert [len(batch) for batch in batches] == [2, 2, 1]
    assert [one for batch in batches for one in batch] == [one.pk for one in reversed(problems)]
    assert list(selection.batches(rows, size=2, limit=3)) == [batches[0], batches[1][:1]]


# --- export and import ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pool.csv", "pool.json"])
def test_what_is_exported_is_read_back(tmp_path: Path, name: str) -> None:
    grammar.ready()
    partir()
    make.problem(level="B1", status="draft")
    file = tmp_path / name
    run("problems", "export", str(file), "--level", "A2")
    assert [one.name for one in tmp_path.iterdir()] == [name]  # no part of it beside it
    assert "is there already" in str(refused("problems", "export", str(file)))
    said = run("problems", "import", str(file), "--dry-run")
    assert said == "0 would be added, 0 would be changed, 1 as in the file already, 0 refused.\n"
    printed = run("problems", "export", "--level", "A2", "--format", name[-4:].strip("."))
    assert printed == file.read_bytes().decode()
    file.write_text(printed.replace("She left.", "She went."), encoding="utf-8")
    assert "1 would be changed" in run("problems", "import", str(file), "--dry-run")
    assert "1 changed" in run("problems", "import", str(file))
    assert ProblemEvent.objects.get().reason == name


def test_mistakes_of_a_file_are_named_and_nothing_is_imported() -> None:
    grammar.ready()
    good: dict[str, Any] = {
        "grammatical_focus": "auxiliary", "level": "A2", "tenses_used": ["passe_compose"],
        "statements": [
            {"content": "Il est venu.", "is_correct": True},
            {"content": "Il a venu.", "is_correct": False, "error_type": "wrong_auxiliary",
             "explanation": "Venir takes être."},
        ],
    }  # fmt: skip
    said = io.StringIO()
    bad = json.dumps([good, {**good, "level": "Z9"}])
    sys.stdin, before = io.TextIOWrapper(io.BytesIO(bad.encode())), sys.stdin
    try:
        with pytest.raises(CommandError, match="1 row refused; nothing was imported"):
            call_command("problems", "import", "-", stdout=io.StringIO(), stderr=said)
    finally:
        sys.stdin = before
    assert "-: row 2, level: “Z9” is not known" in said.getvalue()
    assert not Problem.objects.exists()
    wrong = {
        **good,
        "statements": [{"content": "Il a venu.", "is_correct": True}, good["statements"][1]],
    }
    wrong["statements"][1] = {**good["statements"][1], "content": "Il a venus."}
    objected = refused("problems", "import", "-", given=json.dumps([wrong]))
    assert "The grammar check objects" in str(objected)
    done = json.loads(
        run("problems", "import", "-", "--json", "--status", "review", given=json.dumps([good]))
    )
    assert (done["done"], done["added"]) == (True, 1)
    assert Problem.objects.get().status == "review"


def test_a_file_that_is_none_is_named() -> None:
    assert (
        str(refused("problems", "import", "/nowhere.csv"))
        == "/nowhere.csv: No such file or directory"
    )
    assert "neither CSV nor JSON" in str(refused("problems", "import", "-", given="\x00"))


# --- the pool -------------------------------------------------------------------------------------


def test_the_stock_and_what_runs_dry() -> None:
    stock.forget()
    make.problem()
    make.problem(tenses_used=["present", "passe_compose"], level="A1")
    serving.serve(Filters(level=("A2",)))
    lines = run("pool", "stock").splitlines()
    assert "auxiliary\tpasse_compose\t2\t1" in lines
    assert "auxiliary\tpresent\t1\t1" in lines  # nobody orders such, but there is one
    assert "negation\tpresent\t0\t0" in lines
    assert "auxiliary\timparfait\t0\t0" not in lines
    out = io.StringIO()
    with pytest.raises(CommandError, match="cells with fewer than 2 live problems") as short:
        call_command("pool", "stock", "--below", "2", "--json", stdout=out, stderr=io.StringIO())
    assert short.value.returncode == 3
    cells = {
        (one["focus"], one["tense"]): one for one in map(json.loads, out.getvalue().splitlines())
    }
    assert ("auxiliary", "passe_compose") not in cells
    assert ("auxiliary", "present") not in cells
    assert cells["negation", "present"]["live"] == 0
    assert "auxiliary\tpasse_compose\t1\t1" in run("pool", "stock", "--level", "A1").splitlines()
