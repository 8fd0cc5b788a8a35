"""Connections are kept between requests: a dead one is noticed before it is used, without a query."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.signals import request_finished, request_started
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server_process() -> Iterator[int]:
    """The process at the server's end of a connection that this thread has kept from a request before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() AS asked")
        (process,) = cursor.fetchone()
    request_finished.send(None)
    request_started.send(None)
    yield process
    connection.close()


def asked(sql: str, process: int) -> object:
    """What another connection finds: a thread has one of its own."""

    def ask() -> object:
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, [process])
                return cursor.fetchone()[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(ask).result()


def test_a_live_connection_is_not_asked(server_process: int) -> None:
    assert connection.is_usable()
    last = asked("SELECT query FROM pg_stat_activity WHERE pid = %s", server_process)
    assert last == "SELECT pg_backend_pid() AS asked"


def test_the_next_request_gets_a_new_connection_when_the_server_ended_the_old(
    server_process: int,
) -> None:
    assert asked("SELECT pg_terminate_backend(%s, 5000)", server_process)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    assert process != server_process


def test_a_connection_that_this_side_closed_is_not_usable(server_process: int) -> None:
    connection.ensure_connection()
    connection.connection.close()
    assert not connection.is_usable()
