"""The task around an item."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from celery.exceptions import Reject
from django.db import InterfaceError, OperationalError

from generation import running, tasks


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_a_message_is_kept_while_the_database_is_away(
    fault: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(item_id: Any) -> str:
        raise fault("the server closed the connection\nunexpectedly")

    monkeypatch.setattr(running, "run_item", away)
    monkeypatch.setattr(tasks, "DATABASE_PAUSE", 0.0)
    with pytest.raises(Reject) as kept:
        tasks.generate_item(str(uuid.uuid4()))
    rejection: Any = kept.value
    assert rejection.requeue
    assert "\n" not in rejection.reason
