"""A correction holds in every process at once, and a refresh reaches them all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from quizservice import listening
from quizservice.models import Process
from tests.flows.stack import database_url, wait_for
from verbs import corrections
from verbs.models import Verb

pytestmark = pytest.mark.django_db(transaction=True)

#: Answers a line with "form, look-ups that its caches answered"; listens and reports as the web does.
_PROGRAM = """
import sys
import django
django.setup()
from quizservice import caching, listening
from quizservice.models import Process
from quizservice.processes import Reporter
from verbs import services
listening.start()
reporter = Reporter(Process.Kind.WORKER).start()
for line in sys.stdin:
    verb, _ = services.find("finir")
    form = services.conjugations(verb)[0]["first_person_singular"]
    print(form, caching.all_stats()["conjugation_cache"]["hits"], flush=True)
reporter.stop()
"""


class Other:
    """Another process of the service, which keeps verbs."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            env={**os.environ, "DATABASE_URL": database_url()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self) -> tuple[str, int]:
        """The form that it gives, and how many look-ups of forms its cache has answered."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        form, hits = self.process.stdout.readline().split()
        return form, int(hits)

    def form(self) -> str:
        return self.ask()[0]


@pytest.fixture
def other(loaded_verbs: None) -> Iterator[Other]:
    """The process, once it keeps what it has looked up."""
    one = Other()
    try:
        wait_for("its cache", lambda: one.ask()[1] > 0, timeout=60, every=0.05)
        yield one
    finally:
        one.process.communicate(timeout=30)  # it ends with its input


def test_a_correction_and_its_withdrawal_hold_in_another_process(other: Other) -> None:
    assert other.form() == "finis"
    finir = Verb.objects.get(infinitive="finir")
    override = corrections.correct(
        finir, field="present.1s", value="finisse", author="bo", reason="a trial"
    )
    wait_for("the correction", lambda: other.form() == "finisse", timeout=30, every=0.01)
    corrections.withdraw(override, by="bo")
    wait_for("the rule's form", lambda: other.form() == "finis", timeout=30, every=0.01)


def test_another_process_reports_that_a_refresh_has_reached_it(other: Other) -> None:
    wait_for("its row", Process.objects.exists, timeout=30, every=0.02)
    done = listening.reload_everywhere("conjugation_cache")

    def answered() -> bool:
        return done.id in Process.objects.get().report["keeping"]["refreshes"]

    wait_for("its answer", answered, timeout=8, every=0.02)  # sooner than its next report is due
    report = Process.objects.get().report
    assert report["caches"]["conjugation_cache"]["entries"] == 0
    assert report["caches"]["verb_cache"]["entries"] > 0  # only one was asked for
