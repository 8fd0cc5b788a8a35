"""What is changed anywhere is heard of at once; what may go unheard is not kept."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections, transaction

import apikeys.cache
import apikeys.services
from apikeys.models import ApiKey
from quizservice import caching, databases, environment, listening
from quizservice.caching import LocalCache
from quizservice.ids import uuid7
from tests.flows.stack import wait_for
from tests.quizservice.link import Link
from verbs import corrections, services
from verbs.models import Verb, VerbOverride

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = {"verbs_verb", "verbs_verboverride", "apikeys_apikey"}


@pytest.fixture
def cache() -> Iterator[LocalCache[str, str]]:
    """A cache of something that depends on keys."""
    yield LocalCache("trial", tables=[ApiKey._meta.db_table])
    caching._caches.pop("trial", None)


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., listening.Listener]]:
    """Starts a listener in the place of the process's own, and waits until it hears."""
    monkeypatch.setattr(caching, "_start_listening", [])
    started: list[listening.Listener] = []
    caching.distrust()

    def start(
        parameters: Callable[[], Any] = databases.direct_parameters,
    ) -> listening.Listener:
        started.append(listening.Listener(parameters).start())
        wait_for("the listener", caching.trusted, timeout=30, every=0.01)
        return started[-1]

    yield start
    for one in started:
        one.stop()
    assert not caching.trusted()


def elsewhere(sql: str, *values: Any) -> int:
    """Run a statement as somebody with psql would; how many rows it found."""
    with psycopg.connect(**databases.direct_parameters(), autocommit=True) as session:
        return session.execute(sql, values).rowcount


def forgotten(cache: LocalCache[str, str]) -> None:
    """Wait until the value has gone."""
    wait_for("the cache to be emptied", lambda: cache.get("a") is None, timeout=30, every=0.001)


def listening_sessions() -> int:
    return elsewhere(
        "SELECT FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()",
        listening.APPLICATION_NAME,
    )


# --- what is told ---------------------------------------------------------------------------------


class Ear:
    """A session that hears what the triggers say."""

    def __init__(self) -> None:
        self.session = psycopg.connect(**databases.direct_parameters(), autocommit=True)
        self.session.execute(f"LISTEN {listening.CHANNEL}")

    def heard(self) -> set[str]:
        """What was said since the last time; what a statement sends comes with its commit."""
        mark = uuid.uuid4().hex
        elsewhere("SELECT pg_notify(%s, %s)", listening.CHANNEL, mark)
        said: set[str] = set()
        for note in self.session.notifies(timeout=30):
            if note.payload == mark:
                return said
            said.add(note.payload)
        raise AssertionError("the mark did not come")


@pytest.fixture
def ear() -> Iterator[Ear]:
    one = Ear()
    yield one
    one.session.close()


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("UPDATE verbs_verb SET translation = 'to be done' WHERE infinitive = 'finir'", "verb"),
        ("DELETE FROM verbs_verb WHERE infinitive = 'finir'", "verb"),
        ("TRUNCATE verbs_verb CASCADE", "verb"),
        ("TRUNCATE verbs_verboverride", "verboverride"),
        (
            "INSERT INTO verbs_verboverride (id, verb_id, field, value, author, reason)"
            " SELECT gen_random_uuid(), id, 'level', 'B2', 'bo', 'so' FROM verbs_verb LIMIT 1",
            "verboverride",
        ),
    ],
)
def test_every_statement_of_psql_is_told(
    loaded_verbs: None, ear: Ear, sql: str, table: str
) -> None:
    assert elsewhere(sql) != 0
    assert f"verbs_{table}" in ear.heard()


def test_what_is_written_all_the_time_is_not_told(
    loaded_verbs: None, ear: Ear, new_key: Callable[..., str]
) -> None:
    new_key()
    assert ear.heard() == {"apikeys_apikey"}
    assert elsewhere("UPDATE apikeys_apikey SET usage_count = 7, last_used_at = now()") == 1
    assert elsewhere("UPDATE verbs_verb SET last_used_at = now()") > 400
    services.random_verb()
    assert elsewhere("UPDATE verbs_verb SET translation = translation") > 400  # changes nothing
    assert ear.heard() == set()


@pytest.mark.parametrize("model", [ApiKey, Verb, VerbOverride])
def test_every_other_column_is_told(model: Any, loaded_verbs: None, ear: Ear) -> None:
    """Also one that a later migration adds."""
    table = model._meta.db_table
    if model is ApiKey:
        apikeys.services.issue(name="duo")
    if model is VerbOverride:
        finir = Verb.objects.get(infinitive="finir")
        corrections.correct(finir, field="level", value="B2", author="bo", reason="so")
    elsewhere(f"ALTER TABLE {table} ADD COLUMN trial integer")
    ear.heard()
    try:
        assert elsewhere(f"UPDATE {table} SET trial = 1") > 0
        assert ear.heard() == {table}
    finally:
        elsewhere(f"ALTER TABLE {table} DROP COLUMN trial")


def test_what_is_rolled_back_is_not_told(ear: Ear, new_key: Callable[..., str]) -> None:
    new_key()
    ear.heard()
    with transaction.atomic():
        ApiKey.objects.update(name="another")
        transaction.set_rollback(True)
    assert ear.heard() == set()


def test_every_table_of_a_cache_is_watched() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid"
            " WHERE proname = 'cache_changed' AND tgenabled = 'O' GROUP BY 1"
        )
        watched = dict(cursor.fetchall())
    tables = {table for one in caching._caches.values() for table in one.tables}
    assert tables == TABLES
    assert watched == dict.fromkeys(TABLES, 2)


# --- who listens ----------------------------------------------------------------------------------


def test_a_change_elsewhere_is_heard_of(
    cache: LocalCache[str, str], listen: Callable[..., Any], new_key: Callable[..., str]
) -> None:
    text = new_key()
    prefix = text.split("_")[1]
    listen()
    key = apikeys.cache.lookup(prefix)
    assert key is not None
    assert key.is_active
    assert apikeys.cache.by_id(key.id) == key
    cache.put("a", "1")
    assert elsewhere("UPDATE apikeys_apikey SET is_active = false") == 1
    begun = time.perf_counter()
    forgotten(cache)
    print(f"forgotten {1000 * (time.perf_counter() - begun):.2f} ms after the commit")
    for found in (apikeys.cache.lookup(prefix), apikeys.cache.by_id(key.id)):
        assert found is not None
        assert not found.is_active


def test_a_look_up_starts_the_listener_of_the_process(cache: LocalCache[str, str]) -> None:
    caching.distrust()
    try:
        assert cache.get_or_load("a", lambda: "1") == "1"
        wait_for("the listener", caching.trusted, timeout=30, every=0.01)
        assert cache.get_or_load("a", lambda: "2") == "2"
        assert cache.get("a") == "2"
        listening.start()  # once is enough
        assert listening_sessions() == 1
    finally:
        listening.stop()
    assert not caching.trusted()
    wait_for("the session to end", lambda: listening_sessions() == 0, timeout=30)


def test_a_lost_connection_is_noticed_and_nothing_kept_meanwhile(
    cache: LocalCache[str, str], listen: Callable[..., Any]
) -> None:
    """While it is away values come from the database; then all is as before."""
    parameters, away = databases.direct_parameters(), threading.Event()

    def unless_away() -> dict[str, Any]:
        if away.is_set():
            raise psycopg.OperationalError("away")
        return parameters

    listen(unless_away)
    cache.put("a", "1")
    away.set()
    assert (
        elsewhere(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = %s AND datname = current_database()",
            listening.APPLICATION_NAME,
        )
        == 1
    )
    forgotten(cache)
    assert not caching.trusted()
    assert [cache.get_or_load("a", lambda: "2"), cache.get_or_load("a", lambda: "3")] == ["2", "3"]
    away.clear()
    wait_for("the listener", caching.trusted, timeout=30, every=0.01)
    cache.put("a", "4")
    apikeys.services.issue(name="duo")
    forgotten(cache)


def test_a_link_on_which_bytes_vanish_is_noticed(
    cache: LocalCache[str, str], listen: Callable[..., Any]
) -> None:
    """Nothing is closed, nothing answers: the heartbeat tells, within 20 s."""
    values = databases.direct_parameters()
    with Link(values["host"], values.get("port") or "5432") as link:
        through = {**values, "host": "127.0.0.1", "port": link.port}
        listen(lambda: through)
        cache.put("a", "1")
        link.swallow()
        begun = time.monotonic()
        elsewhere("SELECT pg_notify(%s, %s)", listening.CHANNEL, ApiKey._meta.db_table)
        assert cache.get("a") == "1"  # nobody can know yet
        wait_for("the link to be given up", lambda: cache.get("a") is None, timeout=20)
        print(f"noticed after {time.monotonic() - begun:.1f} s")
        link.forward()
        wait_for("the listener", caching.trusted, timeout=30, every=0.01)
        cache.put("a", "2")
        elsewhere("SELECT pg_notify(%s, %s)", listening.CHANNEL, ApiKey._meta.db_table)
        forgotten(cache)


def test_heartbeats_keep_the_trust(
    cache: LocalCache[str, str], listen: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "HEARTBEAT", 0.05)
    listen()
    cache.put("a", "1")
    first = caching._trust.until
    wait_for("two heartbeats", lambda: caching._trust.until > first + 0.1, timeout=30)
    assert cache.get("a") == "1"


def test_a_pooler_between_is_noticed_and_nothing_kept(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A pooler tells its clients a process of its own making, which this link does, too."""
    monkeypatch.setattr(caching, "_start_listening", [])
    caching.distrust()
    values = databases.direct_parameters()
    with Link(values["host"], values.get("port") or "5432", other_process=True) as link:
        listener = listening.Listener(
            lambda: {**values, "host": "127.0.0.1", "port": link.port, "sslmode": "disable"}
        ).start()
        try:
            wait_for("a word", lambda: "DATABASE_LISTEN_URL" in caplog.text, timeout=30)
            assert not caching.trusted()
        finally:
            listener.stop()


# --- all at once ----------------------------------------------------------------------------------


def test_everything_is_dropped_and_read_again(
    loaded_verbs: None, cache: LocalCache[str, str], listen: Callable[..., Any]
) -> None:
    """Told by a command in another process, done in the listener's thread."""
    listen()
    cache.put("a", "1")
    refresh = str(uuid7())
    elsewhere("SELECT pg_notify(%s, %s)", listening.CHANNEL, f"refresh {refresh} *")
    forgotten(cache)

    def filled() -> bool:
        return bool(caching.all_stats()["verb_cache"]["entries"] > 800)

    wait_for("the verbs", filled, timeout=30, every=0.01)
    assert caching.has_obeyed(refresh)
    assert refresh in caching.state()["refreshes"]


def test_one_cache_is_dropped_and_the_others_stay(
    loaded_verbs: None, cache: LocalCache[str, str], listen: Callable[..., Any]
) -> None:
    listen()
    cache.put("a", "1")
    refresh = str(uuid7())
    elsewhere("SELECT pg_notify(%s, %s)", listening.CHANNEL, f"refresh {refresh} verb_cache")
    wait_for("the refresh", lambda: caching.has_obeyed(refresh), timeout=30, every=0.01)
    assert cache.get("a") == "1"


@pytest.mark.parametrize("payload", ["refresh", "refresh x", "refresh x y z", "", "no_such_table"])
def test_what_asks_for_nothing_changes_nothing(
    cache: LocalCache[str, str], listen: Callable[..., Any], payload: str
) -> None:
    listen()
    cache.put("a", "1")
    elsewhere("SELECT pg_notify(%s, %s)", listening.CHANNEL, payload)
    refresh = str(uuid7())
    elsewhere("SELECT pg_notify(%s, %s)", listening.CHANNEL, f"refresh {refresh} verb_cache")
    wait_for("the refresh", lambda: caching.has_obeyed(refresh), timeout=30, every=0.01)
    assert cache.get("a") == "1"


# --- the way to PostgreSQL ------------------------------------------------------------------------


def test_an_address_of_its_own_for_listening(settings: Any) -> None:
    here = databases.direct_parameters()
    assert here["dbname"] == connections["default"].settings_dict["NAME"]
    settings.LISTEN_DATABASE = environment.database(
        "postgresql://bo@there:6543/direct", conn_max_age=0, name="DATABASE_LISTEN_URL"
    )
    there = databases.direct_parameters()
    assert (there["host"], there["port"], there["dbname"]) == ("there", "6543", "direct")


def test_nothing_outlives_a_transaction_behind_a_pooler() -> None:
    values = environment.database("postgresql://pooler/quiz", conn_max_age=None, pooled=True)
    assert values["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert values["OPTIONS"]["prepare_threshold"] is None


@pytest.mark.parametrize("url", ["postgresql://host", "nonsense", "postgresql://[::1/name"])
def test_an_address_that_cannot_be_used_is_named(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_LISTEN_URL .*set it to postgresql:"):
        environment.database(url, conn_max_age=0, name="DATABASE_LISTEN_URL")
