"""A statement that every request asks, at the least that it can cost.

A cursor composes the text of a statement anew for each execution, PostgreSQL reads and plans it anew, and
all that comes back is turned into Python values: together that takes longer than most answers of the
database. Here it is prepared once a connection, and values go out and come back as bytes.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from weakref import WeakSet

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import pq

from quizservice import tracing

#: What a statement takes: a list is one of texts.
Value = str | int | bool | Sequence[str] | None
#: A row as it came: each column's text in UTF-8.
Row = tuple[bytes | None, ...]


class Statement:
    """A statement on Django's connection, in its transaction where there is one. Safe under threads.

    ``sql`` names the type of each argument: ``$1::text[]``. Where a transaction pooler stands between
    (``DATABASE_LISTEN_URL`` is set) nothing is prepared, since the next statement may meet another server.
    """

    def __init__(self, sql: str) -> None:
        self._text = sql.strip()
        self._sql = sql.encode()
        self._name = b"statement_%d" % next(_numbers)
        self._prepared: WeakSet[psycopg.Connection] = WeakSet()

    def __call__(self, arguments: Sequence[bytes | None]) -> list[Row]:
        """The rows. ``arguments``: see :func:`encode`.

        Raises:
            django.db.Error: as a cursor does.
        """
        connection.validate_no_broken_transaction()
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        with connection.wrap_database_errors:
            raw: psycopg.Connection = connection.connection
            if connection.in_atomic_block and raw.pgconn.transaction_status == _IDLE:
                raw.execute(
                    "SELECT 1"
                )  # psycopg begins a transaction with its own statements alone
            with tracing.statement(self._text):
                result = self._execute(raw, arguments)
        if connection.queries_logged:  # where Django notes the statements of cursors: DEBUG, tests
            connection.queries_log.append({"sql": self._sql.decode(), "time": "unknown"})
        return [
            tuple(result.get_value(row, column) for column in range(result.nfields))
            for row in range(result.ntuples)
        ]

    def _execute(
        self, raw: psycopg.Connection, arguments: Sequence[bytes | None]
    ) -> pq.abc.PGresult:
        server = raw.pgconn
        if settings.LISTEN_DATABASE is not None:
            return _checked(server, server.exec_params(self._sql, arguments))
        if raw not in self._prepared:
            _checked(server, server.prepare(self._name, self._sql))
            self._prepared.add(raw)
        # the stub does not know that NULL may be sent here too
        result = server.exec_prepared(self._name, arguments)  # type: ignore[arg-type]
        if result.error_field(pq.DiagnosticField.SQLSTATE) == _FORGOTTEN:
            self._prepared.discard(raw)
        return _checked(server, result)


_numbers = itertools.count()
_IDLE = pq.TransactionStatus.IDLE
_FORGOTTEN = b"26000"  # the server knows no statement of that name (any more)
_DONE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


def _checked(server: pq.abc.PGconn, result: pq.abc.PGresult) -> pq.abc.PGresult:
    if result.status in _DONE:
        return result
    if server.status != pq.ConnStatus.OK:
        raise psycopg.OperationalError(result.get_error_message())
    raise psycopg.errors.error_from_result(result)


def encode(value: Value) -> bytes | None:
    """The text by which PostgreSQL knows a value.

    Raises:
        ValueError: for a text with a NUL character, which PostgreSQL has not.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, int):
        return str(value).encode()
    text = value if isinstance(value, str) else f"{{{','.join(map(_quoted, value))}}}"
    if "\0" in text:
        raise ValueError("a text with a NUL character")
    return text.encode()


def _quoted(element: str) -> str:
    escaped = element.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
