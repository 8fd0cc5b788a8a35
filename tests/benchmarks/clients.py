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


def _address() -> dict[str, Any]:
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


def _client(
    server: dict[str, Any], work: Work, seconds: float, most: float, start: Any, sent: Any
) -> None:
    statement, arguments = work
    count = 0
    with psycopg.connect(**server, autocommit=True, prepare_threshold=0) as link:
        link.execute(statement, arguments[0]).fetchall()  # what a connection prepares once
        start.wait()
        began = time.perf_counter()
        while count < most and time.perf_counter() - began < seconds:
            link.execute(statement, random.choice(arguments)).fetchall()
            count += 1
        sent.put(count / (time.perf_counter() - began))


def _together(work: Work, clients: int, seconds: float, most: float) -> float:
    """Statements a second of all clients, which start at the same moment."""
    context = multiprocessing.get_context("spawn")
    start, sent = context.Barrier(clients, timeout=120), context.SimpleQueue()
    processes = [
        context.Process(target=_client, args=(_address(), work, seconds, most, start, sent))
        for _ in range(clients)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        if process.exitcode:
            raise RuntimeError("A client of the benchmark failed; it said why above.")
    rates: list[float] = [sent.get() for _ in processes]
    return sum(rates)


def rate(work: Work, *, clients: int, seconds: float) -> float:
    """Statements a second that ``clients`` processes get through together in ``seconds``."""
    return _together(work, clients, seconds, float("inf"))


def send(work: Work, *, clients: int, number: int) -> None:
    """Send ``number`` statements, shared among ``clients`` processes."""
    _together(work, clients, float("inf"), number // clients)
