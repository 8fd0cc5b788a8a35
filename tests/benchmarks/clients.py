"""Clients in processes of their own that send one statement after another to PostgreSQL."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

#: A statement and, for each time it is sent, one of these lists of arguments.
Work = tuple[str, Sequence[Sequence[Any]]]


def address() -> dict[str, Any]:
    """How to connect to the database that Django's connection is on now."""
    known = connection.settings_dict
    names = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    return {key: known[name] for key, name in names.items() if known[name]}


def _client(server: dict[str, Any], work: Work, start: float, seconds: float, most: int) -> int:
    statement, arguments = work
    sent = 0
    with psycopg.connect(**server, autocommit=True, prepare_threshold=0) as link:
        time.sleep(max(0.0, start - time.time()))
        end = start + seconds
        while sent < most and time.time() < end:
            link.execute(statement, random.choice(arguments)).fetchall()
            sent += 1
    return sent


def rate(work: Work, *, clients: int, seconds: float) -> float:
    """Statements a second that ``clients`` processes get through together."""
    server, start = address(), time.time() + 1.5 + clients / 10
    with multiprocessing.get_context("spawn").Pool(clients) as pool:
        sent = pool.starmap(_client, [(server, work, start, seconds, 10**9)] * clients)
    return sum(sent) / seconds


def send(work: Work, *, clients: int, number: int) -> None:
    """Send ``number`` statements, shared among ``clients`` processes."""
    each, server = number // clients, address()
    with multiprocessing.get_context("spawn").Pool(clients) as pool:
        sent = pool.starmap(_client, [(server, work, 0.0, float("inf"), each)] * clients)
    assert sum(sent) == each * clients
