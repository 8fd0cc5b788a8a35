"""The draw's filters by verb and error type: what they mean, and how edits of any kind reach them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from problems import pool, services
from problems.models import Problem, ServeTerm, Statement
from problems.pool import Filters
from tests.problems import make, pools

pytestmark = pytest.mark.django_db


def with_verb(*verbs: Any, **values: Any) -> Problem:
    return make.problem(metadata={"verb_infinitives": list(verbs)}, **values)


def with_errors(*errors: str, **values: Any) -> Problem:
    return make.problem(statements=pools.statements(*errors), **values)


def run_sql(statement: str, *arguments: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)


def by_error(error: str) -> UUID | None:
    return pools.draw_one(Filters(error_type=(error,)))


def by_verb(verb: str) -> UUID | None:
    return pools.draw_one(Filters(verb=(verb,)))


def test_the_verb_is_the_correct_sentences() -> None:
    washing = with_verb("se laver", "avoir")
    having = with_verb("avoir", "se laver")
    assert {by_verb("se laver") for _ in range(3)} == {washing.id}
    assert {by_verb("avoir") for _ in range(3)} == {having.id}
    assert by_verb("laver") is None
    assert by_verb("Se laver") is None


def test_an_error_type_may_be_that_of_any_wrong_statement() -> None:
    both = with_errors("elision", "wrong_form")
    one = with_errors("wrong_form", "wrong_form")
    assert {by_error("elision") for _ in range(3)} == {both.id}
    assert {by_error("wrong_form") for _ in range(4)} == {both.id, one.id}
    assert by_error("wrong_tense") is None
    assert set(pool.draw(Filters(error_type=("elision", "wrong_form")), 5)) == {both.id, one.id}


def test_several_kinds_of_terms_must_all_hold() -> None:
    wanted = with_verb("voir", statements=pools.statements("elision"), topic_tags=["zoo", "food"])
    with_verb("voir", statements=pools.statements("wrong_form"), topic_tags=["zoo"])
    with_verb("voir", statements=pools.statements("elision"), topic_tags=["work"])
    with_verb("lire", statements=pools.statements("elision"), topic_tags=["zoo"])
    all_three = Filters(verb=("voir",), error_type=("elision",), topic_tags=("food", "zoo"))
    assert pools.drawn(all_three, 3) == [wanted.id] * 3
    assert len(pool.draw(Filters(verb=("voir",), error_type=("elision",)), 9)) == 2
    assert len(pool.draw(Filters(verb=("voir",), topic_tags=("zoo",)), 9)) == 2
    assert len(pool.draw(Filters(error_type=("elision",), topic_tags=("zoo",)), 9)) == 2
    assert not pool.draw(Filters(verb=("lire",), topic_tags=("work",)))
    assert not pool.draw(Filters(verb=("voir",), topic_tags=("zoo",), level=("B2",)))


@pytest.mark.parametrize("rare", ["verb", "tag", "error"])
def test_a_rare_term_is_found_behind_many_of_the_common_ones(rare: str) -> None:
    def new(*, without: str = "") -> Problem:
        return with_verb(
            "lire" if without == "verb" else "voir",
            topic_tags=[] if without == "tag" else ["zoo"],
            statements=pools.statements("wrong_form" if without == "error" else "elision"),
        )

    wanted = {new().id for _ in range(3)}
    filters = Filters(verb=("voir",), topic_tags=("zoo",), error_type=("elision",))
    assert set(pool.draw(filters, 5)) == wanted
    for _ in range(150):  # they all come before the three in any order of serving
        new(without=rare)
    for _ in range(3):
        assert set(pool.draw(filters, 5)) == wanted


@pytest.mark.parametrize("how", ["save", "update", "psql"])
def test_a_new_verb_holds_at_once(how: str) -> None:
    problem = with_verb("avoir")
    if how == "save":
        problem.metadata = {"verb_infinitives": ["voir"], "generator": "rules"}
        problem.save()
    elif how == "update":
        Problem.objects.filter(id=problem.id).update(metadata={"verb_infinitives": ["voir"]})
    else:
        run_sql(
            "UPDATE problems_problem SET metadata = jsonb_set(metadata, '{verb_infinitives,0}', '\"voir\"')"
        )
    assert by_verb("avoir") is None
    assert by_verb("voir") == problem.id
    pools.assert_in_step()


@pytest.mark.parametrize(
    "metadata",
    [
        "null", "[]", "3", '"avoir"', "{}",
        '{"verb_infinitives": null}', '{"verb_infinitives": []}', '{"verb_infinitives": "avoir"}',
        '{"verb_infinitives": {"0": "avoir"}}', '{"verb_infinitives": [""]}',
        '{"verb_infinitives": [null, "avoir"]}', '{"verb_infinitives": [7]}',
        '{"verb_infinitives": [["avoir"]]}', '{"verb_infinitives": [{"a": 1}]}',
    ],
)  # fmt: skip
def test_metadata_without_a_verb_break_nothing(metadata: str) -> None:
    problem = with_verb("avoir")
    run_sql("UPDATE problems_problem SET metadata = %s::jsonb", metadata)
    assert by_verb("avoir") is None
    assert pools.draw_one(Filters()) == problem.id
    assert not ServeTerm.objects.filter(kind=ServeTerm.Kind.VERB).exists()


def test_an_endless_verb_breaks_nothing() -> None:
    endless = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(5000))  # hardly compressible
    problem = with_verb(endless)
    assert by_verb(endless) is None
    assert pools.draw_one(Filters()) == problem.id


@pytest.mark.parametrize("verb", ["s'en aller", "être", "a\x1fb", "%s", "日本", '"', "NULL", " "])
def test_a_verb_may_hold_any_characters(verb: str) -> None:
    problem = with_verb(verb)
    with_verb("avoir")
    assert by_verb(verb) == problem.id


@pytest.mark.parametrize("how", ["save", "update", "psql"])
def test_a_new_error_type_holds_at_once(how: str) -> None:
    problem = with_errors("elision", "wrong_form")
    kept = with_errors("elision")
    statement = Statement.objects.get(problem=problem, error_type="elision")
    if how == "save":
        statement.error_type = "wrong_tense"
        statement.save()
    elif how == "update":
        Statement.objects.filter(id=statement.id).update(error_type="wrong_tense")
    else:
        run_sql(
            "UPDATE problems_statement SET error_type = 'wrong_tense' WHERE id = %s", statement.id
        )
    assert by_error("wrong_tense") == problem.id
    assert {by_error("elision") for _ in range(2)} == {kept.id}
    assert by_error("wrong_form") == problem.id
    pools.assert_in_step()


def test_added_and_deleted_statements_count_at_once() -> None:
    problem = with_errors("elision", "wrong_form")
    run_sql(
        """INSERT INTO problems_statement
               (id, problem_id, position, content, is_correct, explanation, error_type)
           VALUES (gen_random_uuid(), %s, 3, 'Faux.', false, 'No.', 'wrong_tense')""",
        problem.id,
    )
    assert by_error("wrong_tense") == problem.id
    run_sql("DELETE FROM problems_statement WHERE error_type = 'wrong_tense'")
    assert by_error("wrong_tense") is None
    run_sql("DELETE FROM problems_statement WHERE error_type = 'elision'")
    run_sql("UPDATE problems_statement SET position = position - 1 WHERE position > 1")
    assert by_error("elision") is None
    assert by_error("wrong_form") == problem.id
    pools.assert_in_step()


def test_a_statement_that_moves_takes_its_error_type_along() -> None:
    giver, taker = with_errors("wrong_form", "elision"), with_errors("wrong_form")
    run_sql(
        "UPDATE problems_statement SET problem_id = %s WHERE problem_id = %s AND error_type = 'elision'",
        taker.id,
        giver.id,
    )
    assert {by_error("elision") for _ in range(2)} == {taker.id}
    pools.assert_in_step()


def test_one_statement_may_edit_many_problems() -> None:
    problems = [with_errors("elision") for _ in range(5)]
    run_sql("UPDATE problems_statement SET error_type = 'wrong_tense' WHERE NOT is_correct")
    assert set(pool.draw(Filters(error_type=("wrong_tense",)), 9)) == {one.id for one in problems}
    run_sql('UPDATE problems_problem SET metadata = \'{"verb_infinitives": ["lire"]}\'')
    assert set(pool.draw(Filters(verb=("lire",)), 9)) == {one.id for one in problems}
    pools.assert_in_step()


def test_only_live_problems_have_terms() -> None:
    draft = with_errors("elision", status="draft", metadata={"verb_infinitives": ["voir"]})
    Statement.objects.filter(problem=draft, error_type="elision").update(error_type="wrong_tense")
    assert by_error("wrong_tense") is None
    assert by_verb("voir") is None
    services.publish(draft.id)
    assert by_error("wrong_tense") == draft.id
    assert by_verb("voir") == draft.id
    services.retire(draft.id)
    assert by_error("wrong_tense") is None
    assert by_verb("voir") is None
    Statement.objects.filter(problem=draft, error_type="wrong_tense").update(error_type="elision")
    assert not ServeTerm.objects.exists()
    services.publish(draft.id)
    assert by_error("elision") == draft.id
    pools.assert_in_step()


def test_a_deleted_problem_takes_its_terms_along() -> None:
    for how in ("orm", "psql"):
        problem = with_errors("elision", "wrong_form")
        if how == "orm":
            problem.delete()
        else:
            run_sql("DELETE FROM problems_problem")
        assert by_error("elision") is None
        assert not ServeTerm.objects.exists()


@pytest.mark.parametrize(
    ("filters", "hint"),
    [
        (Filters(verb=("voir",)), "verb"),
        (Filters(error_type=("wrong_tense",)), "error_type"),
        (Filters(verb=("avoir",), error_type=("wrong_tense",)), "error_type"),
        (Filters(verb=("voir",), error_type=("elision",), level=("A2",)), "verb"),
        (Filters(verb=("avoir",), error_type=("elision",), topic_tags=("zoo",)), "topic_tags"),
        (Filters(verb=("avoir",), error_type=("elision",), level=("B2",)), "level"),
        (Filters(verb=("voir",), error_type=("wrong_tense",)), None),
    ],
)
def test_the_hint_knows_verbs_and_error_types(filters: Filters, hint: str | None) -> None:
    with_errors("elision")
    assert pool.unmatched_hint(filters) == hint
