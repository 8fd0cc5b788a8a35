"""What an environment without PostgreSQL and Kafka is given."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from quizservice import embedded
from quizservice.embedded import broker, postgres

PROJECT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def environ() -> Iterator[dict[str, str]]:
    """An environment with a data folder of its own and nothing else."""
    path = Path(tempfile.mkdtemp(prefix="qem", dir="/tmp"))
    yield {"QUIZ_DATA_DIR": str(path)}
    running = broker.find(path / "broker")
    if running is not None:
        running.stop()
    server = postgres.find(path)
    if server is not None:
        server.stop()
    shutil.rmtree(path)


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, at most twenty seconds."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)


def connects(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
    except OSError:
        return False
    return True


def test_gives_what_is_not_set_and_takes_it_away(environ: dict[str, str]) -> None:
    provided = embedded.provide(environ, detached=False)
    assert [part.name for part in provided.parts] == ["PostgreSQL", "Kafka broker"]
    assert all(part.started for part in provided.parts)
    assert "in-memory" in provided.parts[1].label
    psycopg.connect(environ["DATABASE_URL"]).close()
    assert connects(environ["KAFKA_BOOTSTRAP_SERVERS"])
    provided.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(environ["DATABASE_URL"])
    assert not connects(environ["KAFKA_BOOTSTRAP_SERVERS"])


def test_what_is_set_is_left_alone(environ: dict[str, str]) -> None:
    given = {
        "DATABASE_URL": "postgresql://a/b",
        "KAFKA_BOOTSTRAP_SERVERS": "a:1",
        "SECRET_KEY": "s",
    }
    provided = embedded.provide(environ | given, detached=False)
    assert provided.parts == []
    assert list(embedded.data_dir(environ).iterdir()) == []


def test_only_the_missing_part_is_brought_up(environ: dict[str, str]) -> None:
    environ["DATABASE_URL"] = "postgresql://elsewhere/quiz"
    provided = embedded.provide(environ, detached=False)
    assert [part.name for part in provided.parts] == ["Kafka broker"]
    assert environ["DATABASE_URL"] == "postgresql://elsewhere/quiz"
    provided.stop()


def test_a_second_user_finds_the_parts_and_does_not_stop_them(environ: dict[str, str]) -> None:
    folder = environ["QUIZ_DATA_DIR"]
    first = embedded.provide(environ, detached=False)
    other = {"QUIZ_DATA_DIR": folder}
    second = embedded.provide(other, detached=False)
    assert other == environ
    assert not any(part.started for part in second.parts)
    second.stop()
    assert connects(environ["KAFKA_BOOTSTRAP_SERVERS"])
    psycopg.connect(environ["DATABASE_URL"]).close()
    first.stop()


def test_dead_parts_are_revived(environ: dict[str, str]) -> None:
    provided = embedded.provide(environ, detached=False)
    before = dict(environ)
    assert provided.revive() == []
    server = postgres.find(Path(environ["QUIZ_DATA_DIR"]))
    kafka = broker.find(Path(environ["QUIZ_DATA_DIR"]) / "broker")
    assert server is not None
    assert kafka is not None
    os.kill(server.pid, signal.SIGKILL)
    os.kill(kafka.pid, signal.SIGKILL)
    until(lambda: not server.alive() and not kafka.alive())
    assert [part.name for part in provided.revive()] == ["PostgreSQL", "Kafka broker"]
    assert environ["DATABASE_URL"] == before["DATABASE_URL"]
    assert connects(environ["KAFKA_BOOTSTRAP_SERVERS"])
    psycopg.connect(environ["DATABASE_URL"]).close()
    provided.stop()
    assert not connects(environ["KAFKA_BOOTSTRAP_SERVERS"])


def test_the_secret_key_is_made_once_and_private(environ: dict[str, str]) -> None:
    given = environ | {"DATABASE_URL": "postgresql://a/b", "KAFKA_BOOTSTRAP_SERVERS": "a:1"}
    first, second = dict(given), dict(given)
    embedded.provide(first, detached=False)
    embedded.provide(second, detached=False)
    assert len(first["SECRET_KEY"]) >= 50
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    files = list(embedded.data_dir(environ).iterdir())
    assert [(file.name, file.stat().st_mode & 0o777) for file in files] == [("secret_key", 0o600)]


def test_a_broker_that_cannot_start_leaves_no_database(environ: dict[str, str]) -> None:
    root = Path(environ["QUIZ_DATA_DIR"])
    (root / "broker").write_text("in the way")
    with pytest.raises(embedded.EmbeddedError, match="broker"):
        embedded.provide(environ, detached=False)
    assert postgres.find(root) is None


def test_an_error_of_the_system_is_not_taken_for_an_unwritable_folder(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(broker, "start", fail)
    with pytest.raises(embedded.EmbeddedError, match=r"cannot start: .*Too many open") as raised:
        embedded.provide(environ | {"DATABASE_URL": "postgresql://a/b"}, detached=False)
    assert "QUIZ_DATA_DIR" not in str(raised.value)


def test_a_wrong_number_of_partitions_is_named(environ: dict[str, str]) -> None:
    with pytest.raises(embedded.EmbeddedError, match="KAFKA_PARTITIONS is 'many'"):
        embedded.provide(environ | {"KAFKA_PARTITIONS": "many"}, detached=False)


PROVIDE = """
import os
from quizservice import embedded
embedded.provide(os.environ, detached={detached})
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("detached", [True, False])
def test_parts_outlive_a_killed_user_only_when_detached(
    environ: dict[str, str], detached: bool
) -> None:
    clean = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS")
    }
    subprocess.run(
        [sys.executable, "-c", PROVIDE.format(detached=detached)],
        cwd=PROJECT,
        env=clean | environ,
        check=False,
    )
    root = Path(environ["QUIZ_DATA_DIR"])

    def command(action: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "quizservice.embedded", action],
            cwd=PROJECT,
            env=clean | environ,
            capture_output=True,
            text=True,
            check=False,
        )

    if detached:
        status = command("status")
        assert status.returncode == 0
        assert "PostgreSQL 1" in status.stdout
        assert "in-memory development broker" in status.stdout
        assert command("stop").returncode == 0
    else:
        until(lambda: not postgres.find(root) and not broker.find(root / "broker"))
    assert command("status").returncode == 1
