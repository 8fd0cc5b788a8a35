"""Database connections beyond Django's one a thread: a small pool for processes that hold many threads, and
the direct way to PostgreSQL for those who listen or hold a lock by their connection.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

#: Seconds that a thread waits for a connection of the pool.
_WAIT = 10.0
#: Seconds for which the pool tries to reconnect before the next thread that asks makes it try anew. The
#: pauses between tries double, so after a longer outage it would come back as late again.
_RECONNECT = 3.0
#: Seconds that a statement of a worker or the dispatcher waits for a row that somebody else holds: a
#: process that was stopped in the middle of a transaction must not stop them too.
_LOCK_WAIT = 5


def pool_connections() -> None:
    """Let the threads of this process share ``DATABASE_POOL_SIZE`` connections, made when needed.

    For workers, before their first query. A thread that has a connection keeps it until
    ``release_connection`` or the end of its task.
    """
    bound_lock_waits()
    for values in connections.settings.values():
        values["CONN_MAX_AGE"] = 0  # what Django asks for beside a pool
        values["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": settings.DATABASE_POOL_SIZE,
            "timeout": _WAIT,
            "reconnect_timeout": _RECONNECT,
        }


def bound_lock_waits() -> None:
    """Let no statement of this process wait long for a lock. For workers and the dispatcher.

    Before the first query. What waits too long raises OperationalError and is tried again.
    """
    for values in connections.settings.values():
        options = values["OPTIONS"]
        options["options"] = f"{options.get('options', '')} -c lock_timeout={_LOCK_WAIT}s".strip()


def release_connection() -> None:
    """Give this thread's connection back to the pool, so that others can use it meanwhile.

    Does nothing where there is no pool, and inside a transaction, which must go on on its connection.
    """
    if connection.settings_dict["OPTIONS"].get("pool") and not connection.in_atomic_block:
        connection.close()


def direct_connection() -> DatabaseWrapper:
    """A new connection to PostgreSQL itself, for what a transaction pooler would lose: LISTEN and locks.

    By ``DATABASE_LISTEN_URL`` where that is set, else as all others, but never from a pool.
    """
    if settings.LISTEN_DATABASE is None:
        values = deepcopy(connections["default"].settings_dict)
    else:
        values = {**connections["default"].settings_dict, **deepcopy(settings.LISTEN_DATABASE)}
    values["OPTIONS"].pop("pool", None)
    return DatabaseWrapper(values)


def direct_parameters() -> dict[str, Any]:
    """What psycopg needs to connect to PostgreSQL itself."""
    parameters: dict[str, Any] = direct_connection().get_connection_params()
    return parameters
