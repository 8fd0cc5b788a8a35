"""A worker's threads share a few database connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction

from quizservice import databases

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pooled(settings: Any) -> Any:
    """This process's connections as a worker has them."""
    values = connections.settings["default"]
    before = {**values, "OPTIONS": {**values["OPTIONS"]}}
    settings.DATABASE_POOL_SIZE = 2
    connection.close()
    databases.pool_connections()
    yield values
    connection.close()
    pool: Any = connection
    pool.close_pool()
    values.clear()
    values.update(before)


def server_process() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        row = cursor.fetchone()
    return int(row[0])


def test_many_threads_share_few_connections(pooled: Any) -> None:
    def ask(_: int) -> int:
        found = server_process()
        databases.release_connection()
        return found

    with ThreadPoolExecutor(16) as threads:
        assert len(set(threads.map(ask, range(200)))) <= 2


def test_inside_a_transaction_the_connection_stays(pooled: Any) -> None:
    with transaction.atomic():
        first = server_process()
        databases.release_connection()
        assert connection.connection is not None
        assert server_process() == first
    databases.release_connection()
    assert connection.connection is None


def test_without_a_pool_a_connection_is_kept() -> None:
    first = server_process()
    databases.release_connection()
    assert server_process() == first
