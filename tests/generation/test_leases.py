"""The lease of an item that is worked on is renewed, and only that."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from generation import leases
from generation.models import GenerationItem
from tests.generation.make import item_of, submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def claimed(loaded_verbs: None, settings: Any) -> GenerationItem:
    """An item whose lease is a second, in the hands of this process."""
    settings.ITEM_LEASE = 1.0
    item = GenerationItem.objects.claim(item_of(submit()).id, timedelta(seconds=1))
    assert item is not None
    return item


def lease_moves(item: GenerationItem, seconds: float) -> bool:
    """Whether the lease is longer after some time than it is now."""
    item.refresh_from_db()
    before = item.lease_until
    assert before is not None
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        item.refresh_from_db()
        assert item.lease_until is not None
        if item.lease_until > before:
            return True
        time.sleep(0.02)
    return False


def test_a_lease_is_renewed_while_the_work_goes_on(claimed: GenerationItem) -> None:
    with leases.held(claimed):
        for _ in range(4):
            assert lease_moves(claimed, 30)
        assert claimed.lease_until is not None
        assert claimed.lease_until > timezone.now()
    assert not lease_moves(claimed, 1.5)


def test_a_lease_ends_with_the_time_limit(claimed: GenerationItem, settings: Any) -> None:
    settings.ITEM_TIME_LIMIT = 0
    settings.ITEM_LEASE = 4.0  # the process would end after it
    with leases.held(claimed):
        assert not lease_moves(claimed, 2.5)


def test_who_lost_the_claim_renews_nothing(claimed: GenerationItem) -> None:
    with leases.held(claimed):
        GenerationItem.objects.filter(id=claimed.id).update(attempt=2)
        assert not lease_moves(claimed, 1.5)
    assert leases._keeper._held == {}
