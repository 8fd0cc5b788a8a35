"""The page of the caches: what it tells of every process, and a refresh that is seen to arrive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from quizservice import cache_status, caching, listening, processes
from quizservice.cache_status import Answer, Refresh, status
from quizservice.ids import uuid7
from quizservice.models import Process
from quizservice.processes import Reporter
from tests.flows.stack import wait_for
from verbs import services
from verbs.models import Verb

pytestmark = pytest.mark.django_db


def seen(kind: str = "web", ago: float = 0.0, started: float = 600.0, **keeping: Any) -> Process:
    """A process that reported some seconds ago."""
    process = Process.objects.create(
        kind=kind,
        host="here",
        pid=4711,
        last_seen_at=Now() - timedelta(seconds=ago),
        report={
            "caches": {
                "verb_cache": {"entries": 1311, "hits": 90, "misses": 10, "invalidations": 2}
            },
            "keeping": {"trusted": True, "reason": "", "refreshes": [], **keeping},
        },
    )
    started_at = timezone.now() - timedelta(seconds=started)
    Process.objects.filter(id=process.id).update(started_at=started_at)
    return process


def asked(ago: float = 0.0) -> Refresh:
    """A refresh that somebody asked for some seconds ago."""
    millis = int((timezone.now() - timedelta(seconds=ago)).timestamp() * 1000)
    return Refresh(UUID(int=(millis << 80) | (uuid7().int & ((1 << 80) - 1))))


def answers(refresh: Refresh) -> list[Answer | None]:
    return [one.answer for one in status(refresh).processes]


# --- what is known --------------------------------------------------------------------------------


def test_counters_of_all_processes_together() -> None:
    seen()
    seen("worker")
    seen("worker", ago=processes.LIVE.seconds + 5)  # has ended
    found = status()
    assert len(found.processes) == 2
    (total,) = found.totals
    assert (total.name, total.entries, total.lookups, total.percent) == (
        "verb_cache",
        2622,
        200,
        90,
    )
    assert not found.is_waiting


def test_a_cache_that_nobody_asked_has_no_rate() -> None:
    assert cache_status.Counters("verb_cache").percent is None


def test_an_answer_is_the_id_in_the_report() -> None:
    refresh = asked(ago=2)
    seen()
    assert answers(refresh) == [Answer.WAITING]
    Process.objects.all().delete()
    seen(refreshes=[str(uuid7()), str(refresh.id)])
    assert answers(refresh) == [Answer.DROPPED]


def test_a_process_that_began_later_is_not_waited_for() -> None:
    seen(started=1)
    assert answers(asked(ago=5)) == [Answer.NEW]


def test_a_process_that_does_not_listen_keeps_nothing() -> None:
    refresh = asked(ago=5)
    process = seen(trusted=False, reason="the link broke")
    assert answers(refresh) == [Answer.EMPTY]
    before = timezone.now() - timedelta(seconds=8)  # that was before: it may have kept values since
    Process.objects.filter(id=process.id).update(last_seen_at=before)
    assert answers(refresh) == [Answer.WAITING]


def test_who_is_silent_past_the_deadline_is_named() -> None:
    late = asked(ago=cache_status.DEADLINE.seconds + 1)
    seen()
    seen("worker", ago=40)  # lived when the refresh was asked for
    found = status(late)
    assert [one.answer for one in found.processes] == [Answer.SILENT, Answer.SILENT]
    assert [one.is_silent for one in found.processes] == [False, True]
    assert not found.is_waiting


@pytest.mark.parametrize("text", ["", "x", str(uuid4()), "01a00000-0000-7000-8000-000000000000"])
def test_what_is_no_refresh(text: str) -> None:
    assert Refresh.read(text) is None


def test_a_refresh_tells_when_it_was_asked_for() -> None:
    refresh = Refresh.read(str(uuid7()), "verb_cache")
    assert refresh is not None
    assert refresh.cache == "verb_cache"
    assert abs(refresh.at - timezone.now()) < timedelta(minutes=1)


# --- the page -------------------------------------------------------------------------------------


def url(name: str = "caches") -> str:
    return reverse(f"admin:{name}")


def test_the_page_of_a_quiet_service(bo_client: Client, django_assert_max_num_queries: Any) -> None:
    assert "No process has reported yet" in bo_client.get(url()).content.decode()
    seen()
    seen("dispatcher", trusted=False)
    seen("worker", trusted=False, reason="A connection pooler stands before PostgreSQL.")
    with django_assert_max_num_queries(10):
        page = bo_client.get(url()).content.decode()
    assert "90.0 % of 300 look-ups answered from memory" in page
    assert "A connection pooler stands before PostgreSQL." in page
    assert "not needed, keeps nothing" in page
    assert "asked for at" not in page


def test_all_caches_are_refreshed_and_the_effect_is_shown(bo_client: Client) -> None:
    services.find("finir")
    Verb.objects.filter(infinitive="finir").update(translation="to be done")
    waiting = seen()
    answer = bo_client.post(url(), follow=True)
    assert services.find("finir")[0].translation == "to be done"
    assert caching.all_stats()["verb_cache"]["entries"] > 400
    refresh = answer.context["refresh"]
    assert refresh.cache is None
    assert caching.has_obeyed(str(refresh.id))
    assert "0 of 1 process has confirmed so far." in answer.content.decode()
    part = f"{url('caches_state')}?refresh={refresh.id}"
    assert 'hx-trigger="every 1s"' in bo_client.get(part).content.decode()
    waiting.report["keeping"]["refreshes"] = [str(refresh.id)]
    waiting.save()
    done = bo_client.get(part).content.decode()
    assert "Done: the one process that runs has confirmed." in done
    assert 'hx-trigger="every 10s"' in done
    assert "c-note-good" in done


def test_the_line_is_sent_again_only_when_it_changed(bo_client: Client) -> None:
    seen()
    part = {"refresh": str(uuid7())}
    first = bo_client.get(url("caches_state"), part)
    assert "hx-swap-oob" in first.content.decode()
    again = bo_client.get(url("caches_state"), {**part, "said": first.context["effect"]})
    assert "hx-swap-oob" not in again.content.decode()


def test_one_cache_is_refreshed_alone(bo_client: Client) -> None:
    verb, _ = services.find("finir")
    services.conjugations(verb)
    seen()
    answer = bo_client.post(url(), {"cache": "conjugation_cache"}, follow=True)
    stats = caching.all_stats()
    assert stats["conjugation_cache"]["entries"] == 0
    assert stats["verb_cache"]["entries"] == 1
    assert "Refresh of “Conjugations”" in answer.content.decode()


def test_a_cache_that_is_not_there(bo_client: Client) -> None:
    answer = bo_client.post(url(), {"cache": "x" * 500}, follow=True)
    (message,) = answer.context["messages"]
    assert str(message) == f"There is no cache “{'x' * 50}”; nothing was done."


def test_a_process_that_does_not_answer_is_named(bo_client: Client) -> None:
    seen()
    late = asked(ago=60)
    page = bo_client.get(url(), {"refresh": str(late.id)}).content.decode()
    assert "1 process has not answered within 30 seconds" in page
    assert "c-note-bad" in page


def test_who_may_look_and_who_may_refresh(bo: User) -> None:
    assert Client().get(url()).status_code == 302  # to the login page
    visitor = User.objects.create_user("vi", is_staff=True)
    client = Client()
    client.force_login(visitor)
    assert client.get(url()).status_code == client.get(url("caches_state")).status_code == 403
    assert client.post(url()).status_code == 403
    visitor.user_permissions.add(Permission.objects.get(codename="view_process"))
    seen()
    page = client.get(url())
    assert page.status_code == 200
    assert '<button type="submit" class="c-button c-button-primary">' not in page.content.decode()
    assert client.post(url()).status_code == 403
    visitor.user_permissions.add(Permission.objects.get(codename="refresh_caches"))
    assert client.post(url()).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bo)
    assert strict.post(url()).status_code == 403


# --- what a process does --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_process_reports_at_once_that_it_has_obeyed(loaded_verbs: None) -> None:
    """Within a fraction of the interval between two reports, which is not waited for here."""
    reporter = Reporter(Process.Kind.WEB).start()
    try:
        wait_for("the first report", Process.objects.exists, timeout=30, every=0.02)
        first = Process.objects.get().last_seen_at
        done = listening.reload_everywhere()

        def answered() -> bool:
            return done.id in Process.objects.get().report["keeping"]["refreshes"]

        wait_for("its answer", answered, timeout=processes.INTERVAL / 2, every=0.02)
        assert Process.objects.get().last_seen_at > first
        assert status(Refresh(UUID(done.id))).settled
    finally:
        reporter.stop()
