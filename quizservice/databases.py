"""Database connections of processes that hold many threads: a small pool instead of one a thread."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, connections

#: Seconds that a thread waits for a connection of the pool.
_WAIT = 10.0


def pool_connections() -> None:
    """Let the threads of this process share ``DATABASE_POOL_SIZE`` connections, made when needed.

    For workers, before their first query. A thread that has a connection keeps it until
    ``release_connection`` or the end of its task.
    """
    for values in connections.settings.values():
        values["CONN_MAX_AGE"] = 0  # what Django asks for beside a pool
        values["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": settings.DATABASE_POOL_SIZE,
            "timeout": _WAIT,
        }


def release_connection() -> None:
    """Give this thread's connection back to the pool, so that others can use it meanwhile.

    Does nothing where there is no pool, and inside a transaction, which must go on on its connection.
    """
    if connection.settings_dict["OPTIONS"].get("pool") and not connection.in_atomic_block:
        connection.close()
