"""The row that each live process keeps."""

from __future__ import annotations

import time
from typing import Any

import pytest

from quizservice import processes
from quizservice.models import Process
from quizservice.processes import Reporter

pytestmark = pytest.mark.django_db(transaction=True)


def wait_for_rows(number: int) -> None:
    end = time.monotonic() + 20
    while Process.objects.count() != number:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_process_has_a_row_until_it_ends() -> None:
    reporter = Reporter(Process.Kind.WORKER, lambda: {"slots": 8}).start()
    try:
        wait_for_rows(1)
        row = Process.objects.get()
        assert (row.kind, row.report["slots"]) == ("worker", 8)
        assert "caches" in row.report
    finally:
        reporter.stop()
    assert not Process.objects.exists()


def test_a_report_that_cannot_be_made_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "INTERVAL", 0.05)
    faults = [RuntimeError("dictionary changed size during iteration")]

    def details() -> dict[str, Any]:
        if faults:
            raise faults.pop()
        return {}

    reporter = Reporter(Process.Kind.WEB, details).start()
    try:
        wait_for_rows(1)
    finally:
        reporter.stop()
