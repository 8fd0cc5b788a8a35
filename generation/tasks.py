"""Celery tasks: fetch the id, call one service."""

from __future__ import annotations

import uuid

from celery import shared_task

from generation import services


@shared_task(name="generation.generate_item")
def generate_item(item_id: str) -> None:
    """Make the problem of one item. A message that comes twice finds nothing to claim."""
    services.run_item(uuid.UUID(item_id))
