"""Statements of the hot path behave as those of a cursor do."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import DataError, OperationalError, ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings

from quizservice.statements import Statement, encode

pytestmark = pytest.mark.django_db(transaction=True)

ECHO = Statement("SELECT $1::text[], $2::integer, $3::boolean, $4::text")
TEXTS = strategies.text(strategies.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


def arguments(*values: Any) -> list[bytes | None]:
    return [encode(value) for value in values]


def test_values_go_out_and_come_back() -> None:
    assert ECHO(arguments(["a", "b"], 7, True, "é")) == [(b"{a,b}", b"7", b"t", "é".encode())]
    assert ECHO(arguments(None, -1, False, None)) == [(None, b"-1", b"f", None)]


@given(texts=strategies.lists(TEXTS, max_size=5), text=TEXTS)
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_arrives_as_it_was(texts: list[str], text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]::text, %s", [texts, text])
        expected = tuple(value.encode() for value in cursor.fetchone())
    (row,) = Statement("SELECT $1::text[]::text, $2::text")(arguments(texts, text))
    assert row == expected


def test_a_nul_character_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        encode("a\0b")
    with pytest.raises(ValueError, match="NUL"):
        encode(["a\0b"])


def test_several_rows_and_none() -> None:
    count = Statement("SELECT n FROM generate_series(1, $1::integer) n")
    assert count(arguments(3)) == [(b"1",), (b"2",), (b"3",)]
    assert count(arguments(0)) == []


def test_errors_are_those_of_a_cursor() -> None:
    with pytest.raises(DataError, match="invalid input syntax"):
        ECHO([None, b"seven", None, None])
    with pytest.raises(ProgrammingError, match="does not exist"):
        Statement("SELECT * FROM nowhere WHERE a = $1::integer")(arguments(1))
    assert ECHO(arguments(None, 1, None, None)) == [(None, b"1", None, None)]


def test_it_takes_part_in_the_transaction() -> None:
    create = Statement("SELECT set_config('quiz.mark', $1::text, true)")
    read = Statement("SELECT current_setting('quiz.mark', true)")
    with transaction.atomic():
        create(arguments("here"))
        assert read([]) == [(b"here",)]
    assert read([]) in ([(b"",)], [(None,)])


def test_a_statement_that_the_server_forgot_is_prepared_again() -> None:
    ECHO(arguments(None, 1, None, None))
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with pytest.raises(ProgrammingError, match="does not exist"):
        ECHO(arguments(None, 1, None, None))
    assert ECHO(arguments(None, 1, None, None))


def test_a_connection_that_is_lost_is_an_operational_error_and_the_next_is_new() -> None:
    own = Statement("SELECT pg_backend_pid()")
    ((process,),) = own([])
    die = Statement("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(OperationalError):
        die([])
    connection.close_if_unusable_or_obsolete()
    assert own([]) != [(process,)]


def test_behind_a_pooler_nothing_is_prepared(settings: Any) -> None:
    settings.LISTEN_DATABASE = {"NAME": "elsewhere"}
    fresh = Statement("SELECT $1::text || ' pooled'")
    assert fresh(arguments("a")) == [(b"a pooled",)]
    prepared = Statement(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE $1::text"
    )
    assert prepared(arguments("%pooled%")) == [(b"0",)]


def test_other_threads_run_while_one_waits() -> None:
    lock = Statement("SELECT pg_advisory_lock($1::integer)")
    unlock = Statement("SELECT pg_advisory_unlock($1::integer)")
    waiting = Statement("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    lock(arguments(1))

    def take() -> None:
        try:
            lock(arguments(1))
        finally:
            connection.close()

    thread = threading.Thread(target=take)
    thread.start()
    while not waiting([]):
        assert thread.is_alive()
    unlock(arguments(1))
    thread.join(30)
    assert not thread.is_alive()
