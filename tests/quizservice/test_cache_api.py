"""The caches over HTTP: how they do, and reading everything again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db.models.functions import Now

from quizservice import cache_api, caching, databases, listening
from quizservice.models import Process
from tests.conftest import Api
from verbs import services
from verbs.models import Verb

pytestmark = pytest.mark.django_db

STATS = "/api/v1/cache/stats"
RELOAD = "/api/v1/cache/reload"
COUNTERS = {
    "loaded",
    "entries",
    "hits",
    "misses",
    "hit_rate",
    "last_refreshed_at",
    "invalidations",
}


def seen(kind: str, ago: float = 0.0, **report: Any) -> Process:
    return Process.objects.create(
        kind=kind, host="here", pid=1, last_seen_at=Now() - timedelta(seconds=ago), report=report
    )


# --- statistics -----------------------------------------------------------------------------------


def test_statistics_of_this_process_and_of_all(duo: Api) -> None:
    seen("worker", caches={"api_key_cache": {"loaded": True, "entries": 3}})
    seen("web", ago=60)
    first = duo.get(STATS)
    assert first.status_code == 200
    assert first["Cache-Control"] == "no-store"
    body = first.json()
    for name in cache_api.CACHES:
        assert set(body[name]) == COUNTERS
        assert 0 <= body[name]["hit_rate"] <= 1
    assert body["api_key_cache"]["loaded"] is True
    assert body["api_key_cache"]["entries"] == 1
    assert body["api_key_cache"]["last_refreshed_at"].endswith("Z")
    again = duo.get(STATS).json()
    assert again["api_key_cache"]["hits"] == body["api_key_cache"]["hits"] + 1
    (process,) = body["processes"]
    assert (process["kind"], process["host"], process["pid"]) == ("worker", "here", 1)
    assert process["api_key_cache"]["entries"] == 3
    assert process["verb_cache"]["loaded"] is False
    assert process["last_seen_at"].endswith("Z")


def test_statistics_need_a_key_and_take_no_parameters(stranger: Api, duo: Api) -> None:
    assert stranger.get(STATS).status_code == 401
    assert Api("lqs_wrong").get(STATS).status_code == 401
    assert duo.get(f"{STATS}?verbose=1").status_code == 422
    assert duo.post(STATS).status_code == 405


# --- reload ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_reload_reads_again_here_and_tells_the_others(loaded_verbs: None, keeper: Api) -> None:
    seen("worker", keeping={"trusted": True})
    seen("dispatcher", keeping={"trusted": False})  # keeps nothing
    seen("web", ago=60, keeping={"trusted": True})
    services.find("finir")
    services.conjugations(services.find("finir")[0])
    with psycopg.connect(**databases.direct_parameters(), autocommit=True) as other:
        other.execute(f"LISTEN {listening.CHANNEL}")
        # as nobody told this process, which in the tests does not listen
        other.execute("UPDATE verbs_verb SET translation = 'to be done' WHERE infinitive = 'finir'")
        response = keeper.post(RELOAD)
        told = [note.payload for note in other.notifies(timeout=30, stop_after=2)]
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    body = response.json()
    count = Verb.objects.count()
    assert body["message"] == "Caches reloaded here, and 1 live process(es) told to do the same"
    assert body["processes"] == 1
    assert body["entries"]["verb_cache"] > count
    assert (body["entries"]["conjugation_cache"], body["entries"]["api_key_cache"]) == (0, 0)
    assert told[0] == "verbs_verb"
    word, refresh, what = told[1].split()
    assert (word, what) == (listening.REFRESH, listening.EVERYTHING)
    assert caching.has_obeyed(refresh)
    assert services.find("finir")[0].translation == "to be done"
    stats = keeper.get(STATS).json()
    assert stats["verb_cache"]["entries"] == body["entries"]["verb_cache"]
    assert stats["conjugation_cache"]["entries"] == 0


def test_a_reload_needs_the_admin_scope(stranger: Api, duo: Api, author: Api) -> None:
    assert stranger.post(RELOAD).status_code == 401
    assert Api("lqs_wrong").post(RELOAD).status_code == 401
    for api in (duo, author):
        refused = api.post(RELOAD)
        assert (refused.status_code, refused.json()["detail"]) == (403, "admin permission required")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", RELOAD, None, 405),
        ("DELETE", RELOAD, None, 405),
        ("POST", f"{RELOAD}?now=1", {}, 422),
        ("POST", RELOAD, {"cache": "verbs"}, 422),
        ("POST", RELOAD, b"[]", 422),
        ("POST", RELOAD, b"{", 400),
        ("POST", f"{RELOAD}/", None, 200),
    ],
)
def test_method_query_and_body_of_a_reload(
    keeper: Api, method: str, path: str, body: Any, status: int
) -> None:
    response = keeper(method, path, body)
    assert response.status_code == status
    if status >= 400:
        assert response["Content-Type"] == "application/problem+json"
