"""A PostgreSQL server that comes along: made, started, found and stopped.

The data lives in ``<root>/postgres-<major>``, so another major version never sees it, and is kept
between runs. The server listens on a Unix socket only, in a folder of mode 700: who may enter it
is who may connect, hence no password. It is started detached; whoever started it stops it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shlex
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from quizservice.embedded import postgres_binaries
from quizservice.embedded.errors import EmbeddedError
from quizservice.embedded.locks import exclusive
from quizservice.embedded.postgres_binaries import Account, Binaries

USER = "app"
DATABASE = "quiz"
_PORT = 5432  # only part of the socket's name
_SOCKET_PATH_LIMIT = 107  # bytes, sockaddr_un on Linux
_SETTINGS = {
    "listen_addresses": "",
    "port": str(_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",  # our statements are short
}
_LOCK_WAIT = 120.0  # seconds for another process to finish its start
_INITDB_WAIT = 120.0
_START_WAIT = 60  # includes recovery after a crash
_STALE_WAIT = 10.0  # for the remains of a killed server to go
_STOP_WAIT = 30.0
_IMMEDIATE_WAIT = 5.0
_POLL = 0.05


@dataclass(frozen=True)
class Postgres:
    """A server that accepts connections."""

    url: str  # libpq URI of the database
    pid: int
    started: bool  # by this call, rather than found running
    seconds: float  # until it accepted connections
    folder: Path
    version: str  # of the data: "18"
    origin: str  # of the programs in words; empty for a server that was found

    def alive(self) -> bool:
        """Whether this very server still runs."""
        return _recorded_pid(self.folder) == self.pid and _lives(self.pid)

    def stop(self) -> None:
        """Stop it (fast: connections are ended, nothing is lost). No error when it has ended.

        Raises EmbeddedError when it does not end within half a minute and cannot be killed.
        """
        with exclusive(_lock(self.folder.parent), timeout=_LOCK_WAIT, doing="starting PostgreSQL"):
            if self.alive():
                sockets = _recorded_sockets(self.folder)
                _end(self.pid)
                if sockets is not None:
                    with contextlib.suppress(OSError):  # it stays while something else is in it
                        sockets.rmdir()


def start(root: Path) -> Postgres:
    """Bring up the server of the data folder ``root``, or find the one that runs.

    Raises EmbeddedError, in one sentence, when that is impossible; nothing is left running then.
    """
    began = time.monotonic()
    root = _made(root)
    with exclusive(_lock(root), timeout=_LOCK_WAIT, doing="starting PostgreSQL"):
        running = _find(root, began)
        if running is not None:
            _create_database(running)
            return running
        binaries = postgres_binaries.find()
        folder = root / f"postgres-{binaries.major}"
        account = postgres_binaries.account(folder)
        binaries = postgres_binaries.reachable(binaries, account, root)
        _initialise(folder, binaries, account)
        account.own(folder)
        sockets = _socket_folder(folder, account)
        try:
            pid = _launch(folder, sockets, binaries, account)
            postgres = Postgres(
                url=_url(sockets),
                pid=pid,
                started=True,
                seconds=time.monotonic() - began,
                folder=folder,
                version=str(binaries.major),
                origin=binaries.origin,
            )
            _create_database(postgres)
        except BaseException:  # Ctrl-C included: nothing stays behind
            left = _recorded_pid(folder)
            if left is not None and _is_postgres(left):
                _end(left)
            with contextlib.suppress(OSError):
                sockets.rmdir()
            raise
    return postgres


def find(root: Path) -> Postgres | None:
    """The server of the data folder ``root`` if it runs and accepts connections."""
    return _find(root.absolute(), time.monotonic()) if root.is_dir() else None


def _find(root: Path, began: float) -> Postgres | None:
    for folder in sorted(root.glob("postgres-*")):
        pid = _recorded_pid(folder)
        sockets = _recorded_sockets(folder)
        if pid is None or sockets is None or not _lives(pid) or not _accepts(sockets, pid):
            continue
        return Postgres(
            url=_url(sockets),
            pid=pid,
            started=False,
            seconds=time.monotonic() - began,
            folder=folder,
            version=_data_version(folder) or "",
            origin="",
        )
    return None


def _made(root: Path) -> Path:
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"Cannot make the folder {root} ({error.strerror}): name another one with "
            "QUIZ_DATA_DIR."
        ) from error
    return root.resolve()


def _lock(root: Path) -> Path:
    return root / "postgres.lock"


def _data_version(folder: Path) -> str | None:
    """The major version the data was made by; None where there is no data."""
    try:
        return (folder / "PG_VERSION").read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _initialise(folder: Path, binaries: Binaries, account: Account) -> None:
    """Make the data folder unless it stands; a half-made one never gets its name."""
    version = _data_version(folder)
    if version is not None:
        if version != str(binaries.major):
            raise EmbeddedError(
                f"{folder} holds data of PostgreSQL {version} but the programs are version "
                f"{binaries.version}: move the folder away or set DATABASE_URL."
            )
        return
    if folder.exists() and any(folder.iterdir()):
        raise EmbeddedError(
            f"{folder} holds files but no PostgreSQL data: move them away or name another folder "
            "with QUIZ_DATA_DIR."
        )
    unfinished = folder.with_suffix(".new")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        account.own(unfinished)
        # -N: no fsync of an empty cluster; the server itself runs with fsync on.
        command: list[str | Path] = [binaries.directory / "initdb", "-D", unfinished, "-N"]
        command += ["-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C.UTF-8"]
        done = account.run(command, timeout=_INITDB_WAIT)
        if done.returncode != 0:
            raise EmbeddedError(
                f"PostgreSQL {binaries.version} could not set up {folder}: {_reason(done.stdout)}."
            )
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise EmbeddedError(
            f"PostgreSQL {binaries.version} could not set up {folder}: {reason}."
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _socket_folder(folder: Path, account: Account) -> Path:
    """A short, private folder for the socket; always the same one for the same data."""
    owner = os.geteuid() if account.uid is None else account.uid
    name = f"quiz-{owner}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:10]}"
    path = Path(tempfile.gettempdir()) / name
    if len(os.fsencode(path / f".s.PGSQL.{_PORT}")) > _SOCKET_PATH_LIMIT:
        path = Path("/tmp") / name  # noqa: S108  checked below: ours and private
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        if path.lstat().st_uid == os.geteuid():
            account.own(path)
        seen = path.lstat()
    except OSError as error:
        raise EmbeddedError(
            f"Cannot make the folder {path} for PostgreSQL's socket ({error.strerror}): set "
            "TMPDIR to a folder that is writable."
        ) from error
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != owner or seen.st_mode & 0o077:
        raise EmbeddedError(
            f"{path}, the folder for PostgreSQL's socket, is not a private folder of user number "
            f"{owner}: remove it."
        )
    return path


def _launch(folder: Path, sockets: Path, binaries: Binaries, account: Account) -> int:
    """Start the server and return its process id once it accepts connections.

    A killed server leaves its lock files and, for a moment, its children: a start that fails for
    these is tried again for ten seconds.
    """
    log = folder / "server.log"
    settings = _SETTINGS | {"unix_socket_directories": str(sockets)}
    options = " ".join(f"-c {shlex.quote(f'{key}={value}')}" for key, value in settings.items())
    command: list[str | Path] = [
        binaries.directory / "pg_ctl",
        "-D",
        folder,
        "-l",
        log,
        "-o",
        options,
    ]
    command += ["-w", "-t", str(_START_WAIT), "start"]
    deadline = time.monotonic() + _STALE_WAIT
    while True:
        _clear_after_zombie(folder, sockets)
        try:
            log.unlink(missing_ok=True)
            done = account.run(command, timeout=_START_WAIT + 10)
            said = done.stdout + (log.read_text(errors="replace") if log.exists() else "")
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EmbeddedError(f"PostgreSQL could not be started on {folder}: {error}.") from error
        pid = _recorded_pid(folder)
        if pid is not None and _lives(pid) and _accepts(sockets, pid):
            return pid
        stale = "lock file" in said or "pre-existing shared memory block" in said
        if not stale or time.monotonic() >= deadline:
            hint = ""
            if stale and pid is not None:
                hint = (
                    f" (process {pid} runs; if it is no PostgreSQL server of this folder, remove "
                    f"{folder / 'postmaster.pid'})"
                )
            raise EmbeddedError(
                f"PostgreSQL {binaries.version} could not be started on {folder}: "
                f"{_reason(said)}{hint}."
            )
        time.sleep(_POLL * 5)


def _clear_after_zombie(folder: Path, sockets: Path) -> None:
    """Remove the lock files of a server that is dead but still in the process table.

    Where nobody reaps it (a container without an init) it stays there for good, and PostgreSQL
    takes it for alive. In every other case the files are PostgreSQL's own to judge.
    """
    for path in (folder / "postmaster.pid", sockets / f".s.PGSQL.{_PORT}.lock"):
        pid = _first_number(path)
        if pid is not None and psutil.pid_exists(pid) and not _lives(pid):
            path.unlink(missing_ok=True)


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _recorded_pid(folder: Path) -> int | None:
    return _first_number(folder / "postmaster.pid")


def _recorded_sockets(folder: Path) -> Path | None:
    """The socket folder, the fifth line of postmaster.pid; None before it is written."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def _lives(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _is_postgres(pid: int) -> bool:
    try:
        return "postgres" in psutil.Process(pid).name()
    except psutil.Error:
        return False


def _accepts(sockets: Path, pid: int) -> bool:
    """Whether the server answers at its socket; waits while it starts, recovers or shuts down."""
    address = f"host={sockets} port={_PORT} user={USER} dbname=postgres connect_timeout=5".encode()
    deadline = time.monotonic() + _START_WAIT
    while True:
        answer = psycopg.pq.PGconn.ping(address)
        if answer == psycopg.pq.Ping.OK:
            return True
        if answer != psycopg.pq.Ping.REJECT or not _lives(pid) or time.monotonic() >= deadline:
            return False
        time.sleep(_POLL)


def _url(sockets: Path) -> str:
    """A URI that libpq, psycopg and a shell read alike: the folder is its percent-encoded host."""
    return f"postgresql://{USER}@{quote(str(sockets), safe='')}:{_PORT}/{DATABASE}"


def _create_database(postgres: Postgres) -> None:
    address = postgres.url.removesuffix(DATABASE) + "postgres"
    try:
        with psycopg.connect(address, autocommit=True, connect_timeout=10) as connection:
            found = connection.execute(
                "SELECT FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if found is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    except psycopg.Error as error:
        raise EmbeddedError(
            f"The database {DATABASE} cannot be made in {postgres.folder}: {_reason(str(error))}."
        ) from error


def _end(pid: int) -> None:
    """Fast shutdown, then an immediate one, then the end: each with its time."""
    for number, seconds in (
        (signal.SIGINT, _STOP_WAIT),
        (signal.SIGQUIT, _IMMEDIATE_WAIT),
        (signal.SIGKILL, _IMMEDIATE_WAIT),
    ):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not _lives(pid):
                return
            time.sleep(_POLL)
    raise EmbeddedError(f"PostgreSQL, process {pid}, does not end.")


def _reason(said: str) -> str:
    """The line that tells most of what a PostgreSQL program said, and its first hint."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line]
    telling = telling or [line for line in lines if "error:" in line or "could not" in line]
    hints = [line for line in lines if "HINT:" in line]  # "Check free disk space."
    said_best = [(telling or lines or ["it gave no reason"])[0], *hints[:1]]
    for mark in ("FATAL:", "PANIC:", "error:", "HINT:"):
        said_best = [line.rpartition(mark)[2] for line in said_best]
    return ". ".join(line.strip().rstrip(".") for line in said_best)
