"""Celery tasks: fetch the id, call one service."""

from __future__ import annotations

import time
import uuid

from celery import shared_task
from celery.exceptions import Reject
from celery.signals import worker_init
from django.db import InterfaceError, OperationalError

from generation import running
from generation.writers.registry import get_writer, offered
from quizservice import logs

#: Seconds before an item is tried again while the database is away.
DATABASE_PAUSE = 1.0


@worker_init.connect
def _prepare_writers(**_: object) -> None:
    """Of every writer that an order may name: threads that find nothing loaded would all do it."""
    for name in offered():
        get_writer(name).prepare()


@shared_task(name="generation.generate_item")
def generate_item(item_id: str) -> None:
    """Make the problem of one item. A message that comes twice finds nothing to claim.

    With the database away the message is kept, and the item begins anew when it comes again.
    """
    try:
        with logs.bound(item_id=item_id):
            running.run_item(uuid.UUID(item_id))
    except (OperationalError, InterfaceError) as error:
        time.sleep(DATABASE_PAUSE)
        reason = str(error).partition("\n")[0]
        raise Reject(f"the database failed: {reason}", requeue=True) from None
