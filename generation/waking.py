"""Telling the dispatcher that items wait."""

from __future__ import annotations

from django.db import connection

#: The channel on which the dispatcher listens.
CHANNEL = "generation"


def wake_dispatcher() -> None:
    """Tell the dispatcher that items wait, when the running transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
